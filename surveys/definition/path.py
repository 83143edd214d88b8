"""Which pages and questions a person goes through: computed from definition and answers, never stored.

A name that is off the path has no value, also for the conditions that ask for it. Values are worked out when they are
first asked for, so pages and calculations may stand in any order; `check.py` refuses definitions that go in circles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from surveys.definition.questions import (
    NOT_SAID,
    OTHER,
    AnyQuestion,
    Choice,
    OneChoice,
    Ranking,
    SeveralChoices,
    WithChoices,
    answer_names,
)
from surveys.definition.survey import AUDIENCE, Page, Source, Survey
from surveys.expression.evaluate import Env, Value

#: Name -> answer. Texts, dates and single choices are str, several choices and rankings list[str], numbers int or
#: float, grids dict[row, str]. What was skipped has no entry.
Answers = Mapping[str, Any]
#: The day of answering where nobody needs to know.
NO_DAY = date(1970, 1, 1)


def audience_of(answers: Answers) -> str | None:
    """Who is answering, if they have said so."""
    return answers.get(AUDIENCE)


def is_for(audiences: tuple[str, ...], audience: str | None) -> bool:
    """Whether this audience is among them; no audiences means everybody."""
    return not audiences or audience in audiences


@dataclass(frozen=True)
class PathPage:
    """A page on the path, and those of its questions that this person is asked."""

    page: Page
    questions: tuple[AnyQuestion, ...]


class Path:
    """One person's way through a survey.

    `given` may hold more than belongs there. `today` is the day of answering, for expressions that ask for it.
    Same definition, answers and day, same path.
    """

    def __init__(self, survey: Survey, given: Answers, today: date = NO_DAY) -> None:
        self.survey, self.given, self.today = survey, given, today
        self.audience = self._audience()
        self._values: dict[str, Any] = {}
        self._asked: dict[str, bool] = {}
        self._open: dict[str, bool] = {}

    @cached_property
    def pages(self) -> tuple[PathPage, ...]:
        """The pages, in order. Those without a question for this person are left out."""
        return tuple(PathPage(page, asked) for page in self.survey.pages if (asked := self._asked_on(page)))

    def _audience(self) -> str | None:
        if len(self.survey.audiences) == 1:
            return self.survey.audiences[0].name
        return self.given.get(AUDIENCE)

    def _asked_on(self, page: Page) -> tuple[AnyQuestion, ...]:
        if page.name in self.survey.pages_for_all:
            return page.questions
        return tuple(question for question in page.questions if self.asks(question)) if self.opens(page) else ()

    def opens(self, page: Page) -> bool:
        """Whether this person comes to the page, if there is a question on it for them."""
        if page.name not in self._open:
            self._open[page.name] = False  # what asks for itself is not open; the checks refuse such a definition
            self._open[page.name] = is_for(page.audiences, self.audience) and (
                page.relevant is None or page.relevant.holds(self.env())
            )
        return self._open[page.name]

    def asks(self, question: AnyQuestion) -> bool:
        """Whether this person is asked the question."""
        if question.name in self.survey.asked_of_all:
            return True
        if question.name not in self._asked:
            self._asked[question.name] = False
            self._asked[question.name] = (
                is_for(question.audiences, self.audience)
                and self.opens(self.survey.page_of[question.name])
                and (question.relevant is None or question.relevant.holds(self.env()))
            )
        return self._asked[question.name]

    def env(self, itself: Value = None, properties: Mapping[str, str] | None = None) -> Env:
        """What an expression may ask for."""
        return Env(self.value, self.today, itself, properties or {})

    def value(self, name: str) -> Value:
        """The value of a name in expressions; empty where it is off the path, skipped, or “I would rather not say”."""
        source = self.survey.sources.get(name)
        if name == AUDIENCE:
            return self.audience
        if source is None:
            return None
        if source.calculated is not None:
            return self._calculated(name, source)
        answer = self._kept(name, source)
        if source.row:
            return answer.get(source.row) if isinstance(answer, dict) else None
        return tuple(answer) if isinstance(answer, list) else _in_expressions(source, answer)

    def _calculated(self, name: str, source: Source) -> Value:
        if name not in self._values:
            self._values[name] = None
            assert source.calculated is not None  # noqa: S101
            self._values[name] = source.calculated.value.value(self.env())
        found: Value = self._values[name]
        return found

    def _kept(self, name: str, source: Source) -> Any:
        """The answer kept under this name, or None."""
        question = source.question
        own = name.partition(".")[0] if source.row else name
        if question is None or own not in self.given or not self.asks(question):
            return None
        if source.part:
            return self.given[own] if self._wants_part(question) else None
        return self._offered(question) if isinstance(question, WithChoices) else self.given[own]

    def _wants_part(self, question: AnyQuestion) -> bool:
        """“Other” is written out only where it is chosen; why a clause should change, always."""
        if not isinstance(question, OneChoice | SeveralChoices):
            return True
        answer = self._offered(question)
        return answer == OTHER or (isinstance(answer, list) and OTHER in answer)

    def _offered(self, question: OneChoice | SeveralChoices | Ranking) -> Any:
        """The answer without choices that this person is not offered; they were made before that was known."""
        answer = self.given.get(question.name)
        if answer is None:
            return None
        offered = {choice.value for choice in self.choices(question)} | set(also_offered(question))
        if isinstance(answer, str):
            return answer if answer in offered else None
        return [value for value in answer if value in offered] or None

    def choices(self, question: OneChoice | SeveralChoices | Ranking) -> list[Choice]:
        """The choices this person is offered, beside “other” and “I would rather not say”."""
        mine = [choice for choice in question.choices if is_for(choice.audiences, self.audience)]
        keep = question.choice_filter
        if keep is None:
            return mine
        return [each for each in mine if keep.holds(self.env(properties={**each.properties, "name": each.value}))]

    def offers(self, question: OneChoice | SeveralChoices | Ranking) -> bool:
        """Whether this person is offered any of its choices."""
        if question.choice_filter is not None:
            return bool(self.choices(question))
        return any(is_for(choice.audiences, self.audience) for choice in question.choices)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """The answers that belong to the path; the rest are dropped before anything is kept."""
        names = [name for each in self.pages for question in each.questions for name in answer_names(question)]
        found = {name: self._kept(name, self.survey.sources[name]) for name in names}
        return {name: answer for name, answer in found.items() if answer is not None}

    def to_keep(self) -> dict[str, Any]:
        """The answers, who is answering, and what was calculated, as they are sealed."""
        calculated = {each.name: _plain(self.value(each.name)) for each in self.survey.calculated}
        who = {AUDIENCE: self.audience} if self.audience else {}
        return who | self.answers | {name: value for name, value in calculated.items() if value is not None}

    def page(self, name: str) -> PathPage | None:
        """The page of that name, if it is on the path."""
        return next((each for each in self.pages if each.page.name == name), None)

    def after(self, name: str) -> Page | None:
        """The page after the one of that name, or None where the path ends."""
        return self._beside(name, +1)

    def before(self, name: str) -> Page | None:
        """The page before the one of that name, or None where the path begins."""
        return self._beside(name, -1)

    def _beside(self, name: str, step: int) -> Page | None:
        at = next((place for place, each in enumerate(self.pages) if each.page.name == name), None)
        if at is None or not 0 <= at + step < len(self.pages):
            return None
        return self.pages[at + step].page


def also_offered(question: AnyQuestion) -> list[str]:
    """What can be chosen beside the listed choices."""
    also = [OTHER] if isinstance(question, OneChoice | SeveralChoices) and question.other else []
    return [*also, NOT_SAID] if question.personal else also


def _in_expressions(source: Source, answer: Any) -> Value:
    """“I would rather not say” is a value of choices only; a number that was not said is no number."""
    choosing = isinstance(source.question, OneChoice | SeveralChoices)
    value: Value = None if answer == NOT_SAID and not choosing else answer
    return value


def _plain(value: Value) -> Any:
    """As JSON can hold it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
