"""Estimates from the database: suggestions on all responses, what an audit settled on, and what may be seen of both."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from analysis.auditing.blind_coding import next_passage, record, seat_at
from analysis.auditing.settling import Codes
from analysis.coding.tables import Passage, Suggestion
from analysis.findings.breakdowns import breakdowns
from analysis.findings.estimates_kept import Estimates, KeptEstimates, MadeFrom, estimates_of
from analysis.findings.estimating import audit_seen, estimate
from analysis.findings.response_scores import Frame, Said
from analysis.findings.shown import ALL, HUMAN_ONLY, MACHINE, WITHHELD
from safekeeping.clock import steady_now
from safekeeping.jobs import Job
from surveys.definition.load import load_survey
from surveys.definition.published import definition_of
from surveys.example.load import SURVEY
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from tests.analysis.auditing.conftest import MDAN, WORDS, Audit
from tests.factories import opener_of, submitted

ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def kept_of(audit: Audit) -> KeptEstimates:
    estimate(audit.bench, audit.row.id.hex())
    audit.session.expire_all()
    found = estimates_of(audit.session, audit.row.id, audit.keys)
    assert found is not None
    audit.session.commit()
    return found


def settled(audit: Audit, **wanted: int) -> None:
    audit.draw(**wanted)
    audit.seat("Ann", "Bob")
    audit.code("Ann", "AE", "SD")
    audit.code("Bob", "AE", "SD")


def survivors(audit: Audit) -> list[bytes]:
    """The responses of survivors, by their ids."""
    found = [
        each.id
        for each in read_all(audit.session, audit.row.id, opener_of(audit.keys, audit.row))
        if each.audience == "survivor"
    ]
    audit.session.commit()
    return found


@ONE_STORE
def test_without_an_audit_it_is_what_the_machine_says(audit: Audit) -> None:
    silent = select(Passage.id).where(Passage.response_id.in_(survivors(audit)[:12]))
    audit.session.execute(update(Suggestion).where(Suggestion.passage_id.in_(silent)).values(sections=[], themes=[]))
    audit.session.commit()
    found = kept_of(audit)
    assert not found.audited
    figure = found.tables[0].of("OE", ALL)
    assert (figure.kind, figure.percent, figure.low, figure.high) == (MACHINE, 71, None, None)  # 25 of 35, rounded
    assert figure.why == "no audit"
    assert found.tables[0].of("OE", "provider").kind == WITHHELD  # twelve are too few to be seen
    held = audit.session.get_one(Estimates, audit.row.id)
    assert b"survivor" not in held.sealed


@ONE_STORE
def test_an_audit_of_everybody_is_what_people_settled_on(audit: Audit) -> None:
    settled(audit, survivor=24, provider=12)
    with audit.session.no_autoflush:
        seen = audit_seen(
            audit.session, audit.row.id, definition_of(audit.row), Frame(MDAN), opener_of(audit.keys, audit.row)
        )
    audit.session.commit()
    assert len(seen.labels) == 36
    assert {each for labels in seen.labels.values() for each in labels} == {"AE", "SD"}
    assert seen.uncorrected == ""
    found = kept_of(audit)
    assert found.audited
    kinds = {each.kind for each in found.tables[0].figures.values()}
    assert MACHINE not in kinds


def test_shares_of_half_the_answers_are_exact_where_all_are_audited(audit: Audit) -> None:
    """The first passage of half the survivors is given a section, and the machine says that of nobody."""
    half = set(survivors(audit)[:12])
    sample = audit.draw(survivor=24, provider=12)
    for person in audit.seat("Ann", "Bob"):
        while passage := next_passage(audit.session, sample, person):
            given = {"LG"} if passage.response_id in half and not passage.start else set()
            codes = Codes(frozenset(given), frozenset(), "problem")
            record(audit.session, seat_at(audit.session, sample, person, passage.id), person, codes, MDAN, steady_now())
    audit.session.commit()
    table = kept_of(audit).tables[0]
    figure = table.of("LG", ALL)
    assert (figure.kind, figure.percent, figure.why) == (HUMAN_ONLY, 29, "whole")  # 10 of 35, rounded
    assert figure.high is not None
    assert figure.high - 29 <= 8  # what rounding can have moved it
    assert table.of("LG/problem", ALL) == figure


@ONE_STORE
def test_figures_change_only_with_ten_new_answers_or_another_audit(audit: Audit) -> None:
    first = kept_of(audit)
    submitted(audit.session, audit.row, 12, say=WORDS)
    mix(audit.session, audit.row.id, opener_of(audit.keys, audit.row))
    audit.session.commit()
    second = kept_of(audit)
    assert second.made_from.responses >= first.made_from.responses + 10
    made = MadeFrom(100, ("one",), 1, 2, "2026-01-01")
    assert made.is_due_after(None)
    for earlier, due in (
        (made, False),
        (replace(made, responses=91), False),
        (replace(made, responses=90), True),
        (replace(made, responses=120), False),  # twenty withdrew
        (replace(made, draw=1), True),
        (replace(made, sample=0), True),
        (replace(made, models=("other",)), True),
        (replace(made, decided="2025-01-01"), True),
        (replace(made, decided="2026-02-01"), False),
    ):
        assert made.is_due_after(earlier) is due


@ONE_STORE
def test_suggestions_of_nobody_are_no_share(audit: Audit) -> None:
    audit.session.execute(update(Suggestion).values(sections=[], themes=[], probabilities={}))
    audit.session.commit()
    assert {each.kind for each in kept_of(audit).tables[0].figures.values()} == {WITHHELD}


def test_a_response_speaks_to_what_a_passage_speaks_to() -> None:
    frame = Frame(MDAN)
    theme = MDAN.section("AE").themes[0].code
    said = [
        Said(["AE"], [theme], "problem", {"AE": 0.5, "OE": 0.1}),
        Said(["AE"], [], "praise", {"AE": 0.5, "OE": 0.2}),
    ]
    assert frame.labels(said) == {"AE", theme, "AE/problem", "AE/praise"}
    scores = dict(zip((each.code for each in frame.codes), frame.scores(said), strict=True))
    assert scores["AE"] == pytest.approx(0.75)
    assert scores["OE"] == pytest.approx(0.28)
    assert scores[theme] == pytest.approx(0.5)
    assert scores["AE/problem"] == pytest.approx(0.5)
    assert scores["LG"] == 0
    assert len(frame.codes) == len(set(frame.place))


@ONE_STORE
def test_breakdowns_are_audiences_and_closed_questions(audit: Audit) -> None:
    survey: Any = definition_of(audit.row)
    found = breakdowns(survey)
    assert found[0].name == "audience"
    assert found[0].group_of({"audience": "survivor"}) == "survivor"
    assert found[0].group_of({"audience": "nobody we know"}) == ""
    assert list(found[0].groups) == [*survey.audience_names(), ""]
    asked = {each.name: each for each in breakdowns(load_survey(SURVEY))}
    assert list(asked) == ["audience", "known", "staffed", "counted"]  # not whether words may be quoted
    known = asked["known"]
    value = next(iter(known.groups))
    assert [known.group_of(each) for each in ({"known": value}, {}, {"known": "gone"}, {"known": ["list"]})] == [
        value,
        "",
        "",
        "",
    ]


@ONE_STORE
def test_nothing_is_left_to_do_twice(audit: Audit) -> None:
    settled(audit, survivor=24, provider=12)
    first = kept_of(audit)
    assert kept_of(audit) == first
    assert audit.session.scalars(select(Job).where(Job.kind == "estimate")).all() == []
