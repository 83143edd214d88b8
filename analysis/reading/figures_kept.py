"""Analysts' figures are counted by a job, and again only when the answers that they are of differ by ten or more."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy.orm import Session

from analysis.reading.asked import Asked
from analysis.reading.selecting import Tick, Wave, read_said
from analysis.reading.shown_figures import Figures, GroupCount, protected
from analysis.reading.tables import FIGURES, ReadingFigures
from analysis.standard.edition import Edition
from safekeeping.vault import Vault, seal_entry
from surveys.definition.published import PublishedSurvey
from surveys.intake.rounding import THRESHOLD


def is_due(session: Session, keys: Vault, row: PublishedSurvey, count: int) -> bool:
    """Whether the figures may be counted anew. Whoever holds two editions knows what is in one and not in the other:
    that must be nobody, or ten people at least."""
    held = session.get(ReadingFigures, row.id)
    if held is None:
        return True
    return abs(int(_content(held, keys)["counted"]) - count) >= THRESHOLD


def count_figures(session: Session, wave: Wave, edition: Edition, audiences: Sequence[str], tick: Tick) -> Figures:
    """Count every response that has passages, and protect the counts. An audience the survey does not name is left out,
    name and all."""
    groups = {name: GroupCount() for name in audiences}
    for _response, passages in groupby(read_said(session, wave, Asked(), tick), key=lambda said: said.response_id):
        here = list(passages)
        if here[0].audience in groups:
            groups[here[0].audience].add([(said.words, said.codes.codes) for said in here])
    return protected(groups, pairs_of(edition))


def pairs_of(edition: Edition) -> list[tuple[str, str]]:
    """Every two sections, and every two themes of one section, in the order in which codes are sorted."""
    levels = [edition.section_codes, *(tuple(theme.code for theme in each.themes) for each in edition.sections)]
    return [
        (min(one, other), max(one, other))
        for codes in levels
        for at, one in enumerate(codes)
        for other in codes[at + 1 :]
    ]


def keep_figures(session: Session, row: PublishedSurvey, figures: Figures, count: int, at: datetime) -> None:
    """Seal them in place of the earlier ones; `count` is how many responses there were."""
    content = json.dumps({"counted": count, "figures": figures.to_json()}, ensure_ascii=False).encode()
    sealed = seal_entry(content, row.public_key, row.id, FIGURES)
    session.merge(ReadingFigures(survey_id=row.id, sealed=sealed, made_at=at))
    session.flush()


def figures_of(held: ReadingFigures, keys: Vault) -> Figures:
    """The figures in a row. Raises `safekeeping.vault.CannotOpen`."""
    return Figures.from_json(_content(held, keys)["figures"])


def _content(held: ReadingFigures, keys: Vault) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(keys.opener(held.survey_id).entry(held.sealed, FIGURES))
    return content
