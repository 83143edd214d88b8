"""What the programs' door gives, as shapes: the JSON and its description are both made from these.

A count is a multiple of five, or null where disclosure withholds it (see `analysis/findings/disclosure.py`).
"""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int | None, Field(description="Rounded to five; null: withheld, or not counted yet.", ge=0)]


class Shape(BaseModel):
    """A part of an answer: nothing in it but what is described."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Audience(Shape):
    """Who is asked: the code that figures use, and the name."""

    code: str
    name: str


class Survey(Shape):
    """One published survey. `state` is open, closed or another word for one that takes no answers."""

    address: str = Field(description="Where it is answered, and its name in the other addresses here.")
    consultation: str = Field(description="The consultation it belongs to.")
    title: str
    state: str
    open: bool = Field(description="Whether it takes answers.")
    wave: str | None
    standard: str
    audiences: tuple[Audience, ...]
    languages: tuple[str, ...] = Field(description="Language tags, the one it was written in first.")
    versions: int = Field(description="How many versions there are; the last one is asked now.", ge=1)
    closed_on: date | None


class Surveys(Shape):
    """Some of the surveys, by address; `next` is where the others are, or null."""

    surveys: tuple[Survey, ...]
    next: str | None


class Answered(Shape):
    """How many of one audience have answered."""

    code: str
    name: str
    answered: Count


class Progress(Shape):
    """How many have answered, as far as answers were taken in; the hour that was done in, or null."""

    address: str
    answered: Count
    audiences: tuple[Answered, ...]
    counted_at: datetime | None


class Section(Shape):
    """A section of the standard."""

    code: str
    title: str


class Share(Shape):
    """The share of a group's responses that speak to a section, in whole per cent; null where it is withheld."""

    section: str
    percent: int | None = Field(ge=0, le=100)
    words: str = Field(description="As people read it.")
    why: str = Field(description="Why it is withheld, as a short code; empty where it is not.")


class Group(Shape):
    """An audience, or all together. `base` is the number of responses that its shares are shares of."""

    code: str
    name: str
    responses: Count
    passages: Count
    base: Count
    shares: tuple[Share, ...]


class Findings(Shape):
    """The figures as they were last made: those of the report, already protected. There are no words of anybody's."""

    address: str
    title: str
    standard: str
    made_at: datetime = Field(description="The hour they were made in.")
    sections: tuple[Section, ...]
    groups: tuple[Group, ...]
    everyone: Group
    left_out: bool = Field(description="Whether there are audiences whose very names are withheld.")
    notes: tuple[str, ...] = Field(description="Why figures are withheld, as sentences.")
    manifest: dict[str, str] = Field(description="What the figures were made with.")


class Version(Shape):
    """One published version. `sha256` is of its text."""

    number: int = Field(ge=1)
    sha256: str
    published_at: datetime


class Versions(Shape):
    """Some of the versions, the first one first; `next` is where the others are, or null."""

    versions: tuple[Version, ...]
    next: str | None


class Definition(Shape):
    """What was asked in one version: a definition as in a survey file."""

    address: str
    number: int = Field(ge=1)
    sha256: str
    definition: dict[str, Any]


class Problem(Shape):
    """Why there is no answer (RFC 9457), in sentences for whoever looks after the program."""

    type: str
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
