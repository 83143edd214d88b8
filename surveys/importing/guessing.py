"""Where each column of a file goes, as far as its heading says so."""

import re
from collections.abc import Iterator
from typing import Any

from surveys.definition.survey import AUDIENCE, Survey
from surveys.importing.brought import Brought
from surveys.importing.folding import fold
from surveys.importing.slots import PLACE, ROW, WHOLE, WORDS, Slot, slots

#: A heading with a part in brackets: “How far do you agree? [They listened]”, “G01Q01[SQ001]”.
BRACKETS = re.compile(r"([^\[]*)\[([^\[\]]+)\]\s*")
#: LimeSurvey puts the code before the words where both are asked for.
CODED = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\])?\.\s+(.+)", re.DOTALL)


def guess(survey: Survey, brought: Brought) -> dict[int, str]:
    """Where each column goes, as far as its name says so: by the name of a question, then by its words."""
    names = _names(survey)
    found: dict[int, str] = {}
    for ways in (_exactly, _by_words):
        for place, column in enumerate(brought.columns):
            for written in ways(column):
                key = names.get(written)
                if key and place not in found and key not in found.values():
                    found[place] = key
    return found


def _exactly(column: str) -> list[str]:
    return [column.strip()]


def _by_words(column: str) -> list[str]:
    coded = CODED.fullmatch(column.strip())
    return [_folded(column), *([_folded(coded[1])] if coded else [])]


def _folded(heading: str) -> str:
    split = BRACKETS.fullmatch(heading)
    return f"{fold(split[1])}[{fold(split[2])}]" if split else fold(heading)


def _names(survey: Survey) -> dict[str, str]:
    """How a column for each slot may be called -> its key; what two slots could be called is neither's."""
    called: dict[str, set[str]] = {}
    for slot in slots(survey):
        for name in _called(survey, slot):
            called.setdefault(name, set()).add(slot.key)
    return {name: next(iter(keys)) for name, keys in called.items() if len(keys) == 1}


def _called(survey: Survey, slot: Slot) -> set[str]:
    if slot.name == AUDIENCE:
        asked = next((each for each in survey.questions if each.kind == "audience"), None)
        return {AUDIENCE, "who answered", *(map(fold, asked.wording.values()) if asked else ())}
    question = survey.question(slot.name)
    assert question is not None  # noqa: S101
    wholes = {fold(text) for text in question.wording.values()}
    if slot.part == WHOLE:
        return {slot.key, fold(slot.key), *wholes}
    inside = set(map(fold, _inside(question, slot)))
    own = {slot.key, fold(slot.key)} if slot.part != WORDS else {slot.key, fold(slot.key), f"{slot.name}[other]"}
    rows = inside if slot.part == ROW else set()  # Microsoft Forms names a line of a grid alone
    exact = {f"{slot.name}[{slot.inside or 'other'}]"}
    bases = {fold(slot.name), *wholes}
    return own | rows | exact | {f"{base}[{each}]" for base in bases for each in inside}


def _inside(question: Any, slot: Slot) -> Iterator[str]:
    """How the part of a question is called between brackets."""
    if slot.part == PLACE:
        yield from (slot.inside, f"Rank {slot.inside}", f"Ranking {slot.inside}")
    elif slot.part == WORDS:
        yield from ("other", "comment", *(getattr(question, "other", None) or {}).values())
    else:
        parts = [*getattr(question, "rows", ()), *getattr(question, "choices", ())]
        for part in parts:
            if slot.inside == (part.name if slot.part == ROW else part.value):
                yield from (slot.inside, *(part.wording if slot.part == ROW else part.label).values())
