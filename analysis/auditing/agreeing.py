"""The job that says how far the blind coders of an audit agree: before anything is settled, on blind codes only."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from analysis.auditing.agreement_chart import agreement_charts
from analysis.auditing.comparing import week_of
from analysis.auditing.designing import edition_of
from analysis.auditing.label_tables import AuditAgreement
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.settling import PAIR
from analysis.auditing.standing import Standing, Unit, standing_of
from analysis.coding.agreement import Table, counted, distances, draws, estimate, masi
from analysis.coding.agreement_file import Agreement, Codings, agreement
from analysis.standard.edition import Edition
from safekeeping.database import session_for
from safekeeping.jobs import Bench, this_hour


def agree(bench: Bench, sample_id: str) -> None:
    """The job, for the sample of this id (hex). Safe to run again; the same codes give the same figures."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        sample = session.get(AuditSample, bytes.fromhex(sample_id))
        if sample is None:
            return
        edition, standing = edition_of(session, sample), standing_of(session, sample)
    figures = figures_of(standing, edition)
    titles = {section.code: section.title for section in edition.sections}
    chart = json.dumps(agreement_charts(figures, titles), ensure_ascii=False) if figures["passages"] else ""
    kept = AuditAgreement(sample_id=bytes.fromhex(sample_id), figures=figures, chart=chart, made_at=this_hour())
    with session_for(bench.engine) as session:
        session.merge(kept)


def twice_coded(standing: Standing) -> list[tuple[Unit, bytes]]:
    """The passages that both who sit there have coded, where everything of their draw is coded twice."""
    ready = standing.open_draws()
    return [
        (unit, passage)
        for unit in standing.units.values()
        for passage in unit.passages
        if unit.draw in ready and len(standing.blind(unit, passage)) == PAIR
    ]


def figures_of(standing: Standing, edition: Edition) -> dict[str, Any]:
    """Everything that the page says, as plain JSON; what is undefined is None. Coders are ids in hex."""
    pairs = twice_coded(standing)
    found = _agreement(standing, pairs)
    codes = [code for code in edition.section_codes if code in found.by_label]
    return {
        "passages": len(pairs),
        "responses": len({unit.id for unit, _passage in pairs}),
        "overall": {name: asdict(each) for name, each in found.overall.items()} if pairs else {},
        "by_section": {code: {name: asdict(each) for name, each in found.by_label[code].items()} for code in codes},
        "pairs": [asdict(pair) for pair in found.pairs if pair.items],
        "weeks": _weeks(standing, pairs),
        "stances": _same(standing, pairs, "stance"),
        "themes": _same(standing, pairs, "themes"),
    }


def _agreement(standing: Standing, pairs: Sequence[tuple[Unit, bytes]]) -> Agreement:
    if not pairs:
        return Agreement(0, 0, [], {}, {}, [], [])
    items = [
        {person.hex(): codes.sections for person, codes in standing.blind(unit, passage).items()}
        for unit, passage in pairs
    ]
    whose = [unit.response_id.hex() for unit, _passage in pairs]
    return agreement(Codings(tuple(passage.hex() for _unit, passage in pairs), tuple(items), tuple(whose)))


def _weeks(standing: Standing, pairs: Sequence[tuple[Unit, bytes]]) -> list[dict[str, Any]]:
    """Agreement by the week in which the second of two coded: alpha of whole sets, and how many passages."""
    by_week: dict[str, list[tuple[Unit, bytes]]] = {}
    for unit, passage in pairs:
        last = max(moment for person, moment in standing.moments[passage].items() if person in unit.pair)
        by_week.setdefault(week_of(last), []).append((unit, passage))
    return [
        {"week": week, "passages": len(some), "alpha": _alpha(standing, some)} for week, some in sorted(by_week.items())
    ]


def _alpha(standing: Standing, pairs: Sequence[tuple[Unit, bytes]]) -> float | None:
    given = [[codes.sections for codes in standing.blind(*pair).values()] for pair in pairs]
    sets = sorted({labels for item in given for labels in item}, key=sorted)
    measure = Table(counted(given, sets), distances(sets, masi)).alpha
    return estimate(measure, draws([unit.response_id for unit, _passage in pairs])[:1]).value


def _same(standing: Standing, pairs: Sequence[tuple[Unit, bytes]], what: str) -> float | None:
    """The share of passages that both gave the same stance, or the same themes."""
    same = [len({getattr(each, what) for each in standing.blind(*pair).values()}) == 1 for pair in pairs]
    return sum(same) / len(same) if same else None
