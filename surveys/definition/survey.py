"""What a survey is: audiences, pages, questions of a few kinds. Pure data, checked on the way in.

The shapes are Pydantic models; `load.py` reads them from TOML and turns every fault into a sentence with its place.
"""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, model_validator

NAME = r"^[a-z][a-z0-9_]{0,39}$"
ADDRESS = r"^[a-z][a-z0-9-]{0,39}$"
#: What every wording falls back to.
DEFAULT = "default"
#: The name of the question that asks who is answering.
AUDIENCE = "audience"


class Part(BaseModel):
    """A part of a survey: unknown keys are refused, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _spread(value: Any) -> Any:
    return {DEFAULT: value} if isinstance(value, str) else value


def _has_default(value: dict[str, str]) -> dict[str, str]:
    if DEFAULT not in value:
        raise ValueError('has no “default” wording; add default = "…" for everybody else')
    return value


Text = Annotated[str, Field(min_length=1, max_length=2000)]
#: One text for everybody, or one per audience beside `default`.
Wording = Annotated[dict[str, Text], BeforeValidator(_spread), AfterValidator(_has_default)]
Name = Annotated[str, Field(pattern=NAME)]


class Choice(Part):
    """One answer that can be chosen. `value` is what is stored; `exclusive` choices stand alone."""

    value: Name
    label: Wording
    exclusive: bool = False
    audiences: tuple[Name, ...] = ()


class Question(Part):
    """What every kind of question has. An empty `audiences` means everybody."""

    name: Name
    wording: Wording
    hint: Wording | None = None
    audiences: tuple[Name, ...] = ()
    required_because: str | None = None
    speaks_to: tuple[str, ...] = ()


class Audience(Question):
    """Asks who is answering; its choices are the survey's audiences."""

    kind: Literal["audience"]


class OneChoice(Question):
    """One of several choices."""

    kind: Literal["one-choice"]
    choices: tuple[Choice, ...] = Field(min_length=2)


class SeveralChoices(Question):
    """Any number of choices, up to `at_most`."""

    kind: Literal["several-choices"]
    choices: tuple[Choice, ...] = Field(min_length=2)
    at_most: int | None = Field(default=None, ge=2)


class Scale(Question):
    """Five labelled points, and apart from them a way to say that one does not know."""

    kind: Literal["scale"]
    labels: tuple[Text, Text, Text, Text, Text]
    apart: Text = "I do not know"


class Row(Part):
    """One line of a grid."""

    name: Name
    wording: Wording


class ScaleGrid(Question):
    """The same five points for several things; on a narrow screen one thing at a time."""

    kind: Literal["scale-grid"]
    labels: tuple[Text, Text, Text, Text, Text]
    apart: Text = "I do not know"
    rows: tuple[Row, ...] = Field(min_length=2)


class Number(Question):
    """A number from `least` to `most`, whole unless `decimals`."""

    kind: Literal["number"]
    unit: Text
    least: FiniteFloat = 0
    most: FiniteFloat
    decimals: bool = False

    @model_validator(mode="after")
    def _least_below_most(self) -> "Number":
        if self.least >= self.most:
            raise ValueError(f"the least ({self.least:g}) is not below the most ({self.most:g}); swap them")
        return self


class ShortText(Question):
    """One line of text."""

    kind: Literal["short-text"]
    longest: int = Field(default=200, ge=1, le=500)


class LongText(Question):
    """As much as people want to write, up to `longest` characters."""

    kind: Literal["long-text"]
    longest: int = Field(default=5000, ge=100, le=20000)


class Information(Question):
    """Something to read; nothing to answer."""

    kind: Literal["information"]


AnyQuestion = Annotated[
    Audience | OneChoice | SeveralChoices | Scale | ScaleGrid | Number | ShortText | LongText | Information,
    Field(discriminator="kind"),
]


class Page(Part):
    """Questions that are shown together. An empty `audiences` means everybody."""

    name: Name
    title: Wording
    audiences: tuple[Name, ...] = ()
    questions: tuple[AnyQuestion, ...] = Field(alias="question", min_length=1)


class Quoting(Part):
    """Which answer to which question allows a person's words to be quoted."""

    question: Name
    choice: Name


class AudienceName(Part):
    """One audience: its short name, how people call themselves, and how staff pages call them."""

    name: Name
    label: Text
    plural: Text


class Survey(Part):
    """A whole survey. `title` is for staff; respondents see `public_title`, which must give nothing away."""

    title: Text
    public_title: Text
    address: str = Field(pattern=ADDRESS)
    language: str = "en"
    standard: Name = "mdan"
    intro: tuple[Text, ...] = Field(min_length=1)
    quoting: Quoting | None = None
    audiences: tuple[AudienceName, ...] = Field(alias="audience", min_length=1)
    pages: tuple[Page, ...] = Field(alias="page", min_length=1)

    @property
    def questions(self) -> tuple[AnyQuestion, ...]:
        """Every question, in order."""
        return tuple(question for page in self.pages for question in page.questions)

    def page(self, name: str) -> Page | None:
        """The page of that name, if there is one."""
        return next((page for page in self.pages if page.name == name), None)

    def question(self, name: str) -> AnyQuestion | None:
        """The question of that name, if there is one."""
        return next((question for question in self.questions if question.name == name), None)

    def audience_names(self) -> dict[str, str]:
        """What staff pages call each audience, by its short name."""
        return {audience.name: audience.plural for audience in self.audiences}
