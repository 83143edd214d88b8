"""Which pages and questions a person goes through: computed from definition and answers, never stored."""

from collections.abc import Mapping
from typing import Any

from surveys.definition.survey import (
    AUDIENCE,
    AnyQuestion,
    Choice,
    Information,
    OneChoice,
    Page,
    SeveralChoices,
    Survey,
)

#: Question name -> answer. Texts and single choices are str, several choices list[str], numbers int or float,
#: grids dict[row, str]. A question that was skipped has no entry.
Answers = Mapping[str, Any]


def audience_of(answers: Answers) -> str | None:
    """Who is answering, if they have said so."""
    return answers.get(AUDIENCE)


def _is_for(audiences: tuple[str, ...], audience: str | None) -> bool:
    return not audiences or audience in audiences


def questions_on(page: Page, answers: Answers) -> list[AnyQuestion]:
    """The questions of a page that this person is asked."""
    return [question for question in page.questions if _is_for(question.audiences, audience_of(answers))]


def choices_for(choices: tuple[Choice, ...], answers: Answers) -> list[Choice]:
    """The choices this person is offered."""
    return [choice for choice in choices if _is_for(choice.audiences, audience_of(answers))]


def path(survey: Survey, answers: Answers) -> list[Page]:
    """The pages this person goes through, in order. Pages without a question for them are left out."""
    return [
        page for page in survey.pages if _is_for(page.audiences, audience_of(answers)) and questions_on(page, answers)
    ]


def next_page(survey: Survey, answers: Answers, after: str) -> Page | None:
    """The page after the one named `after`, or None where the path ends."""
    return _neighbour(survey, answers, after, +1)


def previous_page(survey: Survey, answers: Answers, before: str) -> Page | None:
    """The page before the one named `before`, or None where the path begins."""
    return _neighbour(survey, answers, before, -1)


def _neighbour(survey: Survey, answers: Answers, name: str, step: int) -> Page | None:
    pages = path(survey, answers)
    at = next((place for place, page in enumerate(pages) if page.name == name), None)
    if at is None or not 0 <= at + step < len(pages):
        return None
    return pages[at + step]


def on_path(survey: Survey, answers: Answers) -> dict[str, Any]:
    """The answers that belong to the person's path; the rest are dropped before anything is kept."""
    asked = [
        question
        for page in path(survey, answers)
        for question in questions_on(page, answers)
        if question.name in answers and not isinstance(question, Information)
    ]
    belonging = {question.name: _offered(question, answers) for question in asked}
    return {name: answer for name, answer in belonging.items() if answer is not None}


def _offered(question: AnyQuestion, answers: Answers) -> Any:
    """The answer without choices that this audience is not offered; they were made before it was known."""
    answer = answers[question.name]
    if not isinstance(question, OneChoice | SeveralChoices):
        return answer
    offered = {choice.value for choice in choices_for(question.choices, answers)}
    if isinstance(answer, str):
        return answer if answer in offered else None
    return [value for value in answer if value in offered] or None
