"""What a report is written from: figures that may be shown, what may be said of people and methods. Pure.

Nothing in here is a true count: sizes are to the nearest five, or None for withheld.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from analysis.findings.charts.agreement import Agreed
from analysis.findings.shown import ALL, KINDS, SECTION, Code, Figure, ShownTable
from analysis.reporting.document import Chart, Quotation
from analysis.reporting.manifest import Manifest


@dataclass(frozen=True)
class SurveyFacts:
    """The survey that was asked. `published_on`, `closed_on`: days, or None."""

    title: str
    address: str
    organisation: str
    wave: str = ""
    published_on: date | None = None
    closed_on: date | None = None
    languages: tuple[str, ...] = ()
    by_invitation: bool = False


@dataclass(frozen=True)
class StandardFacts:
    """The standard that it was coded by. `sha256` is of its code book."""

    title: str
    publisher: str
    name: str
    sha256: str
    year: int | None = None


@dataclass(frozen=True)
class ProfileRow:
    """Who answered: an audience, how many responses and passages to the nearest five; None is withheld."""

    name: str
    responses: int | None
    passages: int | None


@dataclass(frozen=True)
class AuditFacts:
    """An audit sample: (stratum, how many were coded blind, to the nearest five), and how far its coders agree.

    `alpha` is Krippendorff's for whole sets with its 95 % interval, each None where undefined or not measured.
    """

    number: int
    strata: tuple[tuple[str, int | None], ...]
    frame_hashes: tuple[str, ...]
    alpha: float | None = None
    low: float | None = None
    high: float | None = None
    settled: bool = False


@dataclass(frozen=True)
class MethodFacts:
    """How it was done. `model`: the identity of what suggested; `least`: fewer people than this are never counted."""

    model: str
    least: int
    least_base: int
    audit: AuditFacts | None = None
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawn:
    """The charts, by where they stand: who took part, all sections together, the themes of each section (by its code),
    all themes, and how it was done."""

    people: Chart | None = None
    together: tuple[Chart, ...] = ()
    of_section: Mapping[str, Chart] = field(default_factory=dict)
    themes: tuple[Chart, ...] = ()
    methods: tuple[Chart, ...] = ()

    @property
    def every(self) -> tuple[Chart, ...]:
        """All of them, in the order in which they stand."""
        first = (self.people,) if self.people else ()
        return (*first, *self.together, *self.of_section.values(), *self.themes, *self.methods)


@dataclass(frozen=True)
class Facts:
    """All of it. The first table is by audience, where there are audiences; `quotes` are by code of a section.

    `reasons`: key of a figure's `why` -> a sentence. `asked`: (section or theme, audience) that have a question.
    `agreed`: how far the coders of an audit agree.
    """

    survey: SurveyFacts
    standard: StandardFacts
    tables: tuple[ShownTable, ...]
    profile: tuple[ProfileRow, ...]
    methods: MethodFacts
    manifest: Manifest
    made_on: date
    language: str = "en"
    charts: Drawn = field(default_factory=Drawn)
    quotes: Mapping[str, tuple[Quotation, ...]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    asked: frozenset[tuple[str, str]] = frozenset()
    agreed: tuple[Agreed, ...] = ()

    @property
    def main(self) -> ShownTable:
        """The table whose shares of everybody are said first."""
        return self.tables[0]

    @property
    def sections(self) -> tuple[Code, ...]:
        """The sections of the standard, in its order."""
        return self.main.at(SECTION)

    def overall(self, code: str) -> Figure:
        """The share of everybody that speaks to a code."""
        return self.main.of(code, ALL)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of figure that occur, in their order."""
        found = {figure.kind for table in self.tables for figure in table.figures.values()}
        return tuple(kind for kind in KINDS if kind in found)

    def colour(self, section: str) -> int:
        """The colour of a section, 1..4."""
        return [each.code for each in self.sections].index(section) % 4 + 1
