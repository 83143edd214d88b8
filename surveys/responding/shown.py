"""Answers as their person reads them again before sending."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surveys.definition.path import Answers, audience_of, on_path, path, questions_on
from surveys.definition.survey import (
    AnyQuestion,
    Audience,
    Information,
    Number,
    OneChoice,
    Page,
    Scale,
    ScaleGrid,
    SeveralChoices,
    Survey,
)
from surveys.definition.wording import say
from surveys.responding.fields import scale_choices
from surveys.responding.inputs import in_digits


@dataclass(frozen=True)
class Shown:
    """One question and its answer, as lines of text. No lines: it was left blank."""

    wording: str
    lines: list[str]


@dataclass(frozen=True)
class ShownPage:
    """One page on the check page."""

    page: Page
    title: str
    answers: list[Shown]


def shown_answers(survey: Survey, answers: Answers) -> list[ShownPage]:
    """Every question on the person's path with what they answered: just what would be sent."""
    answers = on_path(survey, answers)
    audience = audience_of(answers)
    return [
        ShownPage(
            page,
            say(page.title, audience),
            [
                Shown(say(question.wording, audience), _lines(survey, question, answers))
                for question in questions_on(page, answers)
                if not isinstance(question, Information)
            ],
        )
        for page in path(survey, answers)
    ]


def _lines(survey: Survey, question: AnyQuestion, answers: Answers) -> list[str]:
    if question.name not in answers:
        return []
    return LINES[question.kind](survey, question, answers[question.name], audience_of(answers))


def _text_lines(survey: Survey, question: AnyQuestion, answer: Any, audience: str | None) -> list[str]:
    return [str(answer)]


def _audience_lines(survey: Survey, question: Audience, answer: Any, audience: str | None) -> list[str]:
    return [named.label for named in survey.audiences if named.name == answer]


def _choice_lines(survey: Survey, question: OneChoice | SeveralChoices, answer: Any, audience: str | None) -> list[str]:
    chosen = [answer] if isinstance(answer, str) else answer
    return [say(choice.label, audience) for choice in question.choices if choice.value in chosen]


def _scale_lines(survey: Survey, question: Scale, answer: Any, audience: str | None) -> list[str]:
    return [dict(scale_choices(question))[answer]]


def _grid_lines(survey: Survey, question: ScaleGrid, answer: Any, audience: str | None) -> list[str]:
    labels = dict(scale_choices(question))
    return [f"{say(row.wording, audience)}: {labels[answer[row.name]]}" for row in question.rows if row.name in answer]


def _number_lines(survey: Survey, question: Number, answer: Any, audience: str | None) -> list[str]:
    return [f"{in_digits(answer)} {question.unit}"]


LINES: dict[str, Callable[[Survey, Any, Any, str | None], list[str]]] = {
    "audience": _audience_lines,
    "one-choice": _choice_lines,
    "several-choices": _choice_lines,
    "scale": _scale_lines,
    "scale-grid": _grid_lines,
    "number": _number_lines,
    "short-text": _text_lines,
    "long-text": _text_lines,
}
