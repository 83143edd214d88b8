"""Every text of a survey that people read, with its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from surveys.definition.parts import DEFAULT
from surveys.definition.questions import AnyQuestion
from surveys.definition.survey import Page, Survey

#: Fields that are tables of the author's own keys, never wordings.
NO_WORDINGS = ("properties",)


@dataclass(frozen=True)
class Place:
    """Where something stands, in the author's words, with the names of its page and question."""

    said: str
    page: str = ""
    question: str = ""

    def fault(self, what: str) -> tuple[str, str, str, str]:
        """A fault at this place: where, what is wrong, and the names of page and question."""
        return (self.said, what, self.page, self.question)


def texts_of(survey: Survey) -> Iterator[tuple[Place, dict[str, str]]]:
    """Every wording with its place, in the order people meet them."""
    yield Place("public_title"), survey.public_title
    for at, paragraph in enumerate(survey.intro, 1):
        yield Place(f"intro, paragraph {at}"), paragraph
    for audience in survey.audiences:
        yield Place(f"audience “{audience.name}”, label"), audience.label
    for page in survey.pages:
        yield from texts_on(page)


def texts_on(page: Page) -> Iterator[tuple[Place, dict[str, str]]]:
    """The wordings of one page with their places."""
    for field, wording in _own(page, ""):
        yield Place(f"page “{page.name}”, {field}", page.name), wording
    for question in page.questions:
        for field, wording in _within(question, ""):
            yield Place(f"question “{question.name}”, {field}", page.name, question.name), wording


def texts_in(question: AnyQuestion) -> Iterator[dict[str, str]]:
    """The wordings of one question."""
    yield from (wording for _field, wording in _within(question, ""))


def _own(part: BaseModel, before: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The wordings directly in a part."""
    for field in type(part).model_fields:
        value = getattr(part, field)
        if isinstance(value, dict) and DEFAULT in value and field not in NO_WORDINGS:
            yield f"{before}{field}", value
        for at, each in enumerate(value if isinstance(value, tuple) else (), 1):
            if isinstance(each, dict):
                yield f"{before}{field} {at}", each


def _within(part: BaseModel, before: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The wordings in a part and in its choices and rows."""
    yield from _own(part, before)
    for what, field, key in (("choice", "choices", "value"), ("row", "rows", "name")):
        for each in getattr(part, field, ()):
            yield from _own(each, f"{before}{what} “{getattr(each, key)}”, ")
