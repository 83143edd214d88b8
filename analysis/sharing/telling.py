"""Which answers about the person another answer gives away: by whether it was asked, or what could be chosen. Pure.

A value that is withheld must not stand again in the next column. Whoever was asked what only providers are asked is a
provider, whatever stands under “who is answering”.
"""

from collections.abc import Iterator, Sequence

from surveys.definition.condition import Expression
from surveys.definition.questions import AnyQuestion, Audience, PostcodeArea, WithChoices
from surveys.definition.survey import AUDIENCE, Survey


def is_about_person(question: AnyQuestion) -> bool:
    """Whether a question asks about the person. A part of a postcode always does, marked `personal` or not."""
    return question.personal or isinstance(question, Audience | PostcodeArea)


class Telling:
    """What each question tells, over all versions of a survey. What any version tells counts."""

    def __init__(self, surveys: Sequence[Survey]) -> None:
        self.surveys = surveys
        self._found: dict[str, frozenset[str]] = {}

    def of(self, name: str) -> frozenset[str]:
        """The names of the questions about the person that a question of this name tells of, itself aside."""
        if name not in self._found:
            self._found[name] = frozenset()  # a circle tells nothing more
            told = frozenset(each for survey in self.surveys for each in self._told_in(survey, name))
            self._found[name] = told - {name}
        return self._found[name]

    def _told_in(self, survey: Survey, name: str) -> Iterator[str]:
        question = survey.question(name)
        if question is None:
            return
        if _by_audience(survey, question):
            yield AUDIENCE
        for asked_for in {name for expression in _conditions(survey, question) for name in expression.names}:
            yield from self._told_by(survey, asked_for, frozenset())

    def _told_by(self, survey: Survey, name: str, seen: frozenset[str]) -> Iterator[str]:
        source = survey.sources.get(name)
        if name == AUDIENCE:
            yield AUDIENCE
        elif source is not None and source.calculated is not None and name not in seen:
            for each in source.calculated.value.names:
                yield from self._told_by(survey, each, seen | {name})
        elif source is not None and source.question is not None:
            yield from self.of(source.question.name)
            if is_about_person(source.question):
                yield source.question.name


def _by_audience(survey: Survey, question: AnyQuestion) -> bool:
    choices = question.choices if isinstance(question, WithChoices) else ()
    return bool(
        question.audiences or survey.page_of[question.name].audiences or any(choice.audiences for choice in choices)
    )


def _conditions(survey: Survey, question: AnyQuestion) -> Iterator[Expression]:
    """Also its limit: what may be answered can follow from what was answered before."""
    page = survey.page_of[question.name]
    kept = question.choice_filter if isinstance(question, WithChoices) else None
    yield from (each for each in (page.relevant, question.relevant, question.constraint, kept) if each is not None)
