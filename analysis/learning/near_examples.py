"""Why a suggestion: the nearest passages that people have coded, found when a coder asks and kept nowhere.

Own decisions come first, and only on passages that this coder has coded too: the decisions of others on what is
still to be coded would lead. The words of other answers are sealed. What is stored of them without words (sections and
themes suggested, how likely each is) chooses a few; only those are opened, compared, and all but three forgotten.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage, Suggestion
from analysis.learning.training_rows import TrainingRow, training_rows
from analysis.standard.edition import Edition, load_edition
from safekeeping.vault import Opener
from surveys.intake.read import read_wanted
from surveys.intake.tables import Response

MOST = 3
OPENED = 12  # passages of other answers, at most, for each time somebody asks
_CONSIDERED = 500
PATIENCE = 5  # seconds; on a busy machine the first time takes longer
#: The standard that the shipped examples are labelled for.
LABELLED_FOR = "mdan"


@dataclass(frozen=True)
class NearExample:
    """One coded passage: its words, the sections people gave it, its stance, and where it is coded (shipped: nowhere).

    `stance` was given by people to a shipped one, and by the machine to one of the consultation.
    """

    words: str
    sections: tuple[str, ...]
    stance: str
    passage_id: str = ""


@dataclass(frozen=True)
class Asked:
    """What is asked about: the passage, its words, what is suggested, by which standard, and who asks."""

    here: Passage
    words: str
    suggestion: Suggestion
    edition: Edition
    coder: bytes


def near_examples(session: Session, opener: Opener, models: Path, asked: Asked) -> list[NearExample] | None:
    """The nearest coded passages that share a suggested section, at most three; None while no suggester is at hand."""
    near = _at_hand(models)
    if near is None:
        return None
    own = _own(session, opener, near, asked)
    if len(own) >= MOST or not _labelled_for(asked.edition):
        return own
    shipped = near.shipped(asked.words, asked.suggestion.sections, MOST - len(own))
    return own + [NearExample(each.words, each.sections, each.stance) for each in shipped]


_LOADER = ThreadPoolExecutor(1, "nearest")
_loading: dict[Path, Future[Any]] = {}


def _at_hand(models: Path) -> Any:
    """What compares; loaded when somebody first asks, beside the pages, which wait for it no longer than `PATIENCE`."""
    try:
        if models not in _loading:
            _loading[models] = _LOADER.submit(_load, models)
        near = _loading[models].result(PATIENCE)
    except TimeoutError:
        return None
    if near is None:
        _loading.pop(models, None)
    return near


def _load(models: Path) -> Any:
    return import_module("analysis.learning.nearest").nearness(models, LABELLED_FOR)


def _labelled_for(edition: Edition) -> bool:
    labelled = load_edition(LABELLED_FOR)
    return edition.name == labelled.name and set(labelled.theme_codes) <= set(edition.theme_codes)


def _own(session: Session, opener: Opener, near: Any, asked: Asked) -> list[NearExample]:
    rows = _coded_alike(session, opener.survey_id, asked)
    suggested = _suggested(session, rows)
    rows = sorted(rows, key=lambda row: (_apart(asked.suggestion, suggested.get(row.passage_id)), row.passage_id))
    words = _opened(session, opener, [row.passage_id for row in rows[:OPENED]])
    there = [row for row in rows if row.passage_id in words]
    ranked = near.ranked(asked.words, [words[row.passage_id] for row in there])[:MOST]
    return [_example(there[place], words, suggested) for place in ranked]


def _example(row: TrainingRow, words: Mapping[bytes, str], suggested: Mapping[bytes, Suggestion]) -> NearExample:
    said = suggested.get(row.passage_id)
    return NearExample(words[row.passage_id], row.sections, said.stance if said else "", row.passage_id.hex())


def _coded_alike(session: Session, survey_id: bytes, asked: Asked) -> list[TrainingRow]:
    """Settled passages of other people's answers, coded by this coder too, that share a suggested section."""
    settled = training_rows(session, survey_id, asked.edition.name, asked.coder)
    wanted = set(asked.suggestion.sections)
    alike = [row for row in settled if (set(row.sections) & wanted if wanted else not row.sections)]
    return [row for row in alike if row.response_id != asked.here.response_id][:_CONSIDERED]


def _suggested(session: Session, rows: Sequence[TrainingRow]) -> dict[bytes, Suggestion]:
    ids = [row.passage_id for row in rows]
    found = session.scalars(select(Suggestion).where(Suggestion.passage_id.in_(ids))) if ids else ()
    return {each.passage_id: each for each in found}


def _apart(one: Suggestion, other: Suggestion | None) -> float:
    """How unlike two suggestions are, without a word of either passage: themes not shared, then chances."""
    if other is None:
        return float("inf")
    codes = set(one.probabilities) | set(other.probabilities)
    chances = sum(abs(one.probabilities.get(code, 0) - other.probabilities.get(code, 0)) for code in codes)
    return len(set(one.themes) ^ set(other.themes)) + float(chances)


def _opened(session: Session, opener: Opener, ids: Sequence[bytes]) -> dict[bytes, str]:
    """The words of these passages; what is gone meanwhile is left out."""
    places = list(session.scalars(select(Passage).where(Passage.id.in_(ids)))) if ids else []
    wanted = select(Response).where(Response.id.in_({each.response_id for each in places}))
    answers = {each.id: each.answers for each in read_wanted(session, wanted, opener)} if places else {}
    return {
        each.id: str(answers[each.response_id].get(each.question, ""))[each.start : each.end]
        for each in places
        if each.response_id in answers
    }
