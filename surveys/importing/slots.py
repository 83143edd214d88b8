"""Where in a survey a column can go: a question, a line of a grid, a choice that was ticked, a place in an order."""

from collections.abc import Iterator
from dataclasses import dataclass

from safekeeping.languages import gettext as _
from safekeeping.languages import speaking
from surveys.definition.path import Path
from surveys.definition.questions import (
    NOT_SAID,
    OTHER,
    AnyQuestion,
    Audience,
    Information,
    Ranking,
    ScaleGrid,
    SeveralChoices,
    WithChoices,
    written_part,
)
from surveys.definition.survey import AUDIENCE, Survey
from surveys.definition.voice import Voice
from surveys.definition.wording import say
from surveys.importing.folding import fold

#: What of a question a slot takes: all of it, one line, one choice as ticked or not, one place, the words beside it.
WHOLE, ROW, TICK, PLACE, WORDS = "", "row", "tick", "place", "words"
#: Said of the slot that is no question: who answered.
WHO = _("Who answered")


@dataclass(frozen=True)
class Slot:
    """Where a column can go. `key` names it in forms, `name` its question, `inside` the line, choice or place."""

    key: str
    label: str
    name: str
    part: str = WHOLE
    inside: str = ""


def slots(survey: Survey) -> list[Slot]:
    """Every slot of a survey in the order of its questions; who answered comes first, where that is to be known."""
    found = [Slot(AUDIENCE, _(WHO), AUDIENCE)] if len(survey.audiences) > 1 else []
    number = 0
    for question in survey.questions:
        if isinstance(question, Information | Audience):
            continue
        number += 1
        found += _of_question(question, f"{number}. {_short(say(question.wording, None))}")
    return found


def _of_question(question: AnyQuestion, label: str) -> Iterator[Slot]:
    name = question.name
    if isinstance(question, ScaleGrid):
        for row in question.rows:
            yield Slot(f"{name}.{row.name}", f"{label} · {_short(say(row.wording, None))}", name, ROW, row.name)
        return
    yield Slot(name, label, name)
    yield from _inside(question, label)
    part = written_part(question)
    if part:
        beside = _("why") if question.kind == "clause-view" else _("what it was, in words")
        yield Slot(part, f"{label} · {beside}", name, WORDS)


def _inside(question: AnyQuestion, label: str) -> Iterator[Slot]:
    """A slot for each choice that may be ticked in a column of its own, and for each place in an order."""
    if isinstance(question, SeveralChoices):
        ticked = [(choice.value, choice.label) for choice in question.choices]
        for value, said in [*ticked, *([(OTHER, question.other)] if question.other else [])]:
            of_it = " · ".join((label, _("ticked: {choice}", choice=_short(say(said, None)))))
            yield Slot(f"{question.name}#{value}", of_it, question.name, TICK, value)
    if isinstance(question, Ranking):
        for place in range(1, (question.at_most or len(question.choices)) + 1):
            of_it = " · ".join((label, _("place {number}", number=place)))
            yield Slot(f"{question.name}#{place}", of_it, question.name, PLACE, str(place))


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79].rstrip()}…"


#: What programs write for yes and no.
YES = frozenset({"yes", "y", "true", "1", "x", "ticked", "checked", "selected", "quoted", "ja", "oui", "ydw", "✓", "✔"})
NO = frozenset({"no", "n", "false", "0", "not ticked", "unchecked", "not selected", "not quoted", "nein", "non"})


def known_values(survey: Survey, question: AnyQuestion | None) -> dict[str, str]:
    """How each answer to choose may be written, folded -> the value that is kept. Of two that clash the first counts.

    None is the question who answered. A value itself comes before a label, and a label before what programs write.
    """
    said = list(_said(survey, question))
    found: dict[str, str] = {}
    for value, _text in said:
        found.setdefault(fold(value), value)
    for value, text in said:
        found.setdefault(fold(text), value)
    if question is not None and question.kind in ("yes-no", "consent"):
        for written, value in [*((each, "yes") for each in YES), *((each, "no") for each in NO)]:
            found.setdefault(written, value)
    if getattr(question, "other", None):
        found.setdefault("oth", OTHER)  # LimeSurvey writes “-oth-”
    return found


def _said(survey: Survey, question: AnyQuestion | None) -> Iterator[tuple[str, str]]:
    """(value, text) of each answer, in each language and for each audience."""
    for audience in survey.audiences if question is None else ():
        for text in (*audience.label.values(), audience.plural):
            yield audience.name, text
    if question is None:
        return
    if isinstance(question, WithChoices):
        yield from ((choice.value, text) for choice in question.choices for text in choice.label.values())
    for language in survey.all_languages:
        with speaking(language):
            for audience in survey.audiences:
                voice = Voice(Path(survey, {AUDIENCE: audience.name}), language)
                yield from _beside(voice, question)


def _beside(voice: Voice, question: AnyQuestion) -> list[tuple[str, str]]:
    """What can be chosen in this voice; choices that are filtered are named by `_said`."""
    if question.kind in TYPED:
        return [(NOT_SAID, _("I would rather not say"))] if question.personal else []
    return voice.choices(question)


#: Kinds whose answers are written, not chosen.
TYPED = ("number", "date", "short-text", "long-text", "postcode-area", "information")
