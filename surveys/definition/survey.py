"""What a survey is: audiences, pages, questions. Pure data, checked on the way in.

The shapes are Pydantic models; `load.py` reads them from TOML and turns every fault into a sentence with its place.
The kinds of question are in `questions.py`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from surveys.definition.condition import Expression
from surveys.definition.parts import ADDRESS, LANGUAGE, SHORT_NAME, Name, Part, Text, Wording
from surveys.definition.questions import AnyQuestion, ScaleGrid, WithChoices, answer_names

#: The name of the question that asks who is answering.
AUDIENCE = "audience"

Language = Annotated[str, Field(pattern=LANGUAGE)]

#: Answers are kept for so many months after a survey closes, unless it says otherwise; and for so many at the most.
KEEP_MONTHS, LONGEST_KEPT = 24, 120


class Page(Part):
    """Questions that are shown together. An empty `audiences` means everybody."""

    name: Name
    title: Wording
    audiences: tuple[Name, ...] = ()
    relevant: Expression | None = None
    content_note: Wording | None = None
    questions: tuple[AnyQuestion, ...] = Field(alias="question", min_length=1)


class Calculated(Part):
    """A value that is worked out from answers, never asked."""

    name: Name
    value: Expression


class Quoting(Part):
    """Which answer to which question allows a person's words to be quoted."""

    question: Name
    choice: str


class AudienceName(Part):
    """One audience: its short name, how people call themselves, and how staff pages call them."""

    name: Annotated[str, Field(pattern=SHORT_NAME)]
    label: Wording
    plural: Text


@dataclass(frozen=True)
class Source:
    """Where the value of a name comes from: the answer to a question (its `row`, or its written `part`), or a
    calculation."""

    question: AnyQuestion | None = None
    row: str = ""
    part: bool = False
    calculated: Calculated | None = None


class Survey(Part):
    """A whole survey. `title` is for staff; respondents see `public_title`, which must give nothing away.

    Answers are deleted `keep_months` after it closes. With `quote_each` people are asked about each answer in their own
    words whether it may be quoted; `quoting` asks once for all of them.

    `language` is what it was written in, `languages` what it is translated into. `translated` holds a fingerprint of
    each text together with its translation at the time somebody confirmed them (see `drift.py`).
    """

    title: Text
    public_title: Wording
    address: str = Field(pattern=ADDRESS)
    language: Language = "en"
    languages: tuple[Language, ...] = ()
    standard: Name = "mdan"
    wave: Text | None = None
    intro: tuple[Wording, ...] = Field(min_length=1)
    keep_months: int = Field(default=KEEP_MONTHS, ge=1, le=LONGEST_KEPT, strict=True)
    quoting: Quoting | None = None
    quote_each: bool = Field(default=False, strict=True)
    translated: tuple[str, ...] = ()
    audiences: tuple[AudienceName, ...] = Field(alias="audience", min_length=1)
    calculated: tuple[Calculated, ...] = ()
    pages: tuple[Page, ...] = Field(alias="page", min_length=1)

    @cached_property
    def remembered(self) -> dict[Any, Any]:
        """What pages have worked out from this definition alone; gone with it."""
        return {}

    @cached_property
    def questions(self) -> tuple[AnyQuestion, ...]:
        """Every question, in order."""
        return tuple(question for page in self.pages for question in page.questions)

    @cached_property
    def _pages_by_name(self) -> dict[str, Page]:
        return {page.name: page for page in self.pages}

    @cached_property
    def _questions_by_name(self) -> dict[str, AnyQuestion]:
        return {question.name: question for question in self.questions}

    @cached_property
    def page_of(self) -> dict[str, Page]:
        """Question name -> the page it is on."""
        return {question.name: page for page in self.pages for question in page.questions}

    @cached_property
    def asked_of_all(self) -> frozenset[str]:
        """The names of the questions that are asked whoever answers, and whatever they say."""
        return frozenset(
            question.name
            for page in self.pages
            for question in page.questions
            if not any((page.audiences, page.relevant, question.audiences, question.relevant))
        )

    @cached_property
    def pages_for_all(self) -> frozenset[str]:
        """The names of the pages of which every question is asked of all."""
        return frozenset(
            page.name for page in self.pages if all(each.name in self.asked_of_all for each in page.questions)
        )

    @cached_property
    def filtered(self) -> tuple[WithChoices, ...]:
        """The questions whose choices depend on what was answered before."""
        having = (each for each in self.questions if isinstance(each, WithChoices))
        return tuple(each for each in having if each.choice_filter is not None)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every name that an expression or a wording may use in `${…}`: `question`, `grid.row`, `question_other`."""
        found = {each.name: Source(calculated=each) for each in self.calculated}
        for question in self.questions:
            for name in answer_names(question):
                found[name] = Source(question, part=name != question.name)
            if isinstance(question, ScaleGrid):
                found |= {f"{question.name}.{row.name}": Source(question, row=row.name) for row in question.rows}
        return found

    @cached_property
    def all_languages(self) -> tuple[str, ...]:
        """Every language it can be answered in, the one it was written in first."""
        return (self.language, *(code for code in self.languages if code != self.language))

    def page(self, name: str) -> Page | None:
        """The page of that name, if there is one."""
        return self._pages_by_name.get(name)

    def question(self, name: str) -> AnyQuestion | None:
        """The question of that name, if there is one."""
        return self._questions_by_name.get(name)

    def asked(self, name: str) -> AnyQuestion | None:
        """The question that an answer of this name belongs to: its own, or the text beside it."""
        source = self.sources.get(name)
        return source.question if source else None

    def audience_names(self) -> dict[str, str]:
        """What staff pages call each audience, by its short name."""
        return {audience.name: audience.plural for audience in self.audiences}
