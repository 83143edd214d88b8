"""The kinds of question, as they are written in a definition."""

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, model_validator

from surveys.definition.condition import Expression
from surveys.definition.parts import VALUE, Name, Part, Text, Wording

#: Stored where somebody says that they would rather not say; offered with every question marked `personal`.
NOT_SAID = "not_said"
#: Stored for the choice that is written out, and for the choice that stands apart from a scale.
OTHER, APART = "other", "apart"
#: A day, a month or a year, or the day of answering.
DAY = r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|today)$"


class Choice(Part):
    """One answer that can be chosen. `value` is what is stored; `exclusive` choices stand alone.

    `properties` are what a choice filter asks for: `region = ${region}` keeps choices whose `region` is the answer.
    """

    value: Annotated[str, Field(pattern=VALUE)]
    label: Wording
    exclusive: bool = False
    audiences: tuple[Name, ...] = ()
    properties: dict[str, str] = Field(default_factory=dict)


class Question(Part):
    """What every kind of question has. An empty `audiences` means everybody.

    `relevant` is the condition under which it is asked; `constraint` is what an answer must fulfil (`.` is the answer).
    A question may be skipped unless `required_because` says why not. `personal` questions offer “I would rather not
    say” and should say why they are asked (`asked_because`). `lineage` ties it to earlier waves; else its name does.
    """

    name: Name
    wording: Wording
    hint: Wording | None = None
    audiences: tuple[Name, ...] = ()
    relevant: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Wording | None = None
    required_because: Wording | None = None
    personal: bool = False
    asked_because: Wording | None = None
    interviewer_note: Wording | None = None
    lineage: Name | None = None
    speaks_to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _limit_and_message_together(self) -> "Question":
        if self.constraint and not self.constraint_message:
            raise ValueError("its constraint has no “constraint_message”; say there what a person should write instead")
        return self


class Audience(Question):
    """Asks who is answering; its choices are the survey's audiences."""

    kind: Literal["audience"]


class OneChoice(Question):
    """One of several choices, as buttons or as a list to open; with `other`, a last one that is written out."""

    kind: Literal["one-choice"]
    shown_as: Literal["buttons", "list"] = "buttons"
    choices: tuple[Choice, ...] = Field(min_length=1)
    choice_filter: Expression | None = None
    other: Wording | None = None


class SeveralChoices(Question):
    """Any number of choices, from `at_least` (where any is chosen) up to `at_most`."""

    kind: Literal["several-choices"]
    choices: tuple[Choice, ...] = Field(min_length=1)
    choice_filter: Expression | None = None
    at_least: int | None = Field(default=None, ge=1)
    at_most: int | None = Field(default=None, ge=1)
    other: Wording | None = None

    @model_validator(mode="after")
    def _least_not_above_most(self) -> "SeveralChoices":
        if self.at_least and self.at_most and self.at_least > self.at_most:
            raise ValueError(f"at_least ({self.at_least}) is above at_most ({self.at_most}); swap them")
        return self


class _Points(Question):
    """Points with a label each, or `points` of them with `ends` only; apart from them a way to say one does not know
    (`apart` says it in other words, `apart_offered = false` takes it away)."""

    labels: tuple[Wording, ...] = Field(default=(), max_length=11)
    points: int | None = Field(default=None, ge=2, le=11)
    ends: tuple[Wording, Wording] | None = None
    apart: Wording | None = None
    apart_offered: bool = True

    @model_validator(mode="after")
    def _labels_or_ends(self) -> "_Points":
        if bool(self.labels) == bool(self.points and self.ends):
            raise ValueError("it needs “labels” for each point, or “points” and two “ends”; give one of them")
        if len(self.labels) == 1:
            raise ValueError("one point is no scale; give at least two labels")
        return self

    @property
    def point_values(self) -> tuple[str, ...]:
        """What is stored: "1" for the first point and so on."""
        return tuple(str(point) for point in range(1, (self.points or len(self.labels)) + 1))


class Scale(_Points):
    """One thing on a scale."""

    kind: Literal["scale"]


class Row(Part):
    """One line of a grid."""

    name: Name
    wording: Wording


class ScaleGrid(_Points):
    """The same scale for several things; on a narrow screen one thing at a time."""

    kind: Literal["scale-grid"]
    rows: tuple[Row, ...] = Field(min_length=1)


class Ranking(Question):
    """Choices put in order, first the most important, up to `at_most` of them."""

    kind: Literal["ranking"]
    choices: tuple[Choice, ...] = Field(min_length=2)
    choice_filter: Expression | None = None
    at_most: int | None = Field(default=None, ge=1)


class Number(Question):
    """A number from `least` to `most`, whole unless `decimals`."""

    kind: Literal["number"]
    unit: Wording | None = None
    least: FiniteFloat = 0
    most: FiniteFloat = 999_999_999
    decimals: bool = False

    @model_validator(mode="after")
    def _least_below_most(self) -> "Number":
        if self.least >= self.most:
            raise ValueError(f"the least ({self.least:g}) is not below the most ({self.most:g}); swap them")
        return self


class Date(Question):
    """A day, a month or a year, stored as ISO 8601 writes it: 2026-11-22, 2026-11, 2026."""

    kind: Literal["date"]
    precision: Literal["day", "month", "year"] = "day"
    earliest: Annotated[str, Field(pattern=DAY)] | None = None
    latest: Annotated[str, Field(pattern=DAY)] | None = None


class ShortText(Question):
    """One line of text."""

    kind: Literal["short-text"]
    longest: int = Field(default=200, ge=1, le=500)


class LongText(Question):
    """As much as people want to write, up to `longest` characters."""

    kind: Literal["long-text"]
    longest: int = Field(default=5000, ge=100, le=20000)


class YesNo(Question):
    """Yes or no; stored as those words, whatever they are called on the page."""

    kind: Literal["yes-no"]
    yes: Wording | None = None
    no: Wording | None = None


class PostcodeArea(Question):
    """The first half of a postcode (the outward code). A second half that somebody writes is not kept."""

    kind: Literal["postcode-area"]


class Consent(Question):
    """Something to agree to or not; stored as yes or no."""

    kind: Literal["consent"]
    yes: Wording | None = None
    no: Wording | None = None


class Information(Question):
    """Something to read; nothing to answer."""

    kind: Literal["information"]


class ClauseView(Question):
    """A clause of the standard, and whether to keep, change or remove it (or unsure), and why.

    `clause` is its code in the standard, `text` what it says.
    """

    kind: Literal["clause-view"]
    clause: Text
    text: Wording
    longest: int = Field(default=5000, ge=100, le=20000)


AnyQuestion = Annotated[
    Audience
    | OneChoice
    | SeveralChoices
    | Scale
    | ScaleGrid
    | Ranking
    | Number
    | Date
    | ShortText
    | LongText
    | YesNo
    | PostcodeArea
    | Consent
    | Information
    | ClauseView,
    Field(discriminator="kind"),
]

#: What people may say of a clause, in the order shown.
VERDICTS = ("keep", "change", "remove", "unsure")
WithChoices = OneChoice | SeveralChoices | Ranking


def written_part(question: AnyQuestion) -> str | None:
    """The name of the text a question asks for beside its answer: what “other” is, or why a clause should change."""
    if isinstance(question, OneChoice | SeveralChoices) and question.other:
        return f"{question.name}_other"
    return f"{question.name}_why" if isinstance(question, ClauseView) else None


def answer_names(question: AnyQuestion) -> tuple[str, ...]:
    """Under which names its answers are kept; none for information."""
    if isinstance(question, Information):
        return ()
    part = written_part(question)
    return (question.name, part) if part else (question.name,)


def free_texts(question: AnyQuestion) -> tuple[str, ...]:
    """Under which of these names people's own words are kept."""
    if isinstance(question, ShortText | LongText):
        return (question.name,)
    part = written_part(question)
    return (part,) if part else ()
