"""The report: counts kept row by row, figures that are safe to show, and the page that shows them."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analysis.findings.disclosure import WHY, WORDS, Share, said_of
from safekeeping.languages import SOURCE, language
from safekeeping.languages import gettext as _

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
NOT_SAID, TOGETHER, EVERYONE = _("Not said"), _("Together"), _("Everyone")
MOST_AUDIENCES = 200
#: In a chart: each text that is drawn; its title, and the words for whoever does not see it.
_DRAWN, _AROUND = re.compile(">([^<>]+)</text>"), re.compile('(id="shares-(title|words)">)[^<]*<')


class TooManyAudiences(ValueError):
    """The audiences are more than a report can hold: most likely the wrong column was named."""


@dataclass
class Tally:
    """Counts by audience, kept response by response. Its memory does not grow with the responses."""

    responses: Counter[str] = field(default_factory=Counter)
    passages: Counter[str] = field(default_factory=Counter)
    spoke: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, audience: str | None, passages: int, sections: Iterable[str]) -> None:
        """Count one response: its audience (``None`` or empty: not said), passages, and sections spoken to.

        Raises ``TooManyAudiences`` at the 201st different audience.
        """
        audience = (audience or "").strip()
        self.responses[audience] += 1
        self.passages[audience] += passages
        self.spoke.update((audience, section) for section in set(sections))
        self._check_audiences()

    def take_out(self, audience: str | None, passages: int, sections: Iterable[str]) -> None:
        """Count one response no more that was added in the same words."""
        audience = (audience or "").strip()
        self.responses[audience] -= 1
        self.passages[audience] -= passages
        self.spoke.subtract((audience, section) for section in set(sections))

    def merge(self, other: Self) -> None:
        """Take in the counts of another tally. Raises ``TooManyAudiences`` as ``add`` does."""
        self.responses.update(other.responses)
        self.passages.update(other.passages)
        self.spoke.update(other.spoke)
        self._check_audiences()

    def _check_audiences(self) -> None:
        if len(self.responses) > MOST_AUDIENCES:
            raise TooManyAudiences(
                f"There are more than {MOST_AUDIENCES} different audiences. "
                "Name a column that holds a few, such as survivor, provider and commissioner."
            )


@dataclass(frozen=True)
class Heading:
    """A section as the report names it."""

    code: str
    title: str


@dataclass(frozen=True)
class Group:
    """An audience, or several together, and what may be shown of it. ``None`` is withheld.

    ``base`` is the number of responses its shares are shares of; ``shares`` follow ``Figures.sections``.
    """

    code: str
    name: str
    responses: int | None
    passages: int | None
    base: int | None
    shares: tuple[Share, ...]

    @property
    def called(self) -> str:
        """Its name; one that is not an audience's own is said in the language spoken now."""
        return self.name if self.code else _(self.name)


@dataclass(frozen=True)
class Figures:
    """Everything a report may say in numbers. Nothing that is withheld is in here, under any name.

    ``everyone`` is all responses, of whatever audience.
    ``left_out`` says that there are audiences under ten whose very names are withheld.
    """

    standard: str
    sections: tuple[Heading, ...]
    groups: tuple[Group, ...]
    everyone: Group
    left_out: bool = False

    @property
    def rows(self) -> tuple[Group, ...]:
        """The groups in order, and last all of them together where that says something new."""
        return self.groups if len(self.groups) == 1 else (*self.groups, self.everyone)

    @property
    def in_words(self) -> str:
        """The shares as sentences, for whoever does not see the chart."""
        return describe(self)

    @property
    def notes(self) -> tuple[str, ...]:
        """Why figures are withheld, as sentences: each reason that occurs, once."""
        found = {share.why for row in self.rows for share in row.shares}
        found |= {"left out"} if self.left_out else set()
        return tuple(said_of(why) for why in WHY if why in found)

    def shown(self, section: str, audience: str | None) -> Group | None:
        """The group of that code if its share of that section is shown, else ``None``."""
        place = [each.code for each in self.sections].index(section)
        found = [group for group in self.groups if group.code == audience and group.shares[place].percent is not None]
        return found[0] if found else None

    def to_json(self) -> str:
        """As text, to be kept. The same figures give the same text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """From what ``to_json`` gave."""
        told = json.loads(text)
        return cls(
            standard=told["standard"],
            sections=tuple(Heading(**each) for each in told["sections"]),
            groups=tuple(_group_told(each) for each in told["groups"]),
            everyone=_group_told(told["everyone"]),
            left_out=told["left_out"],
        )


@dataclass(frozen=True)
class Example:
    """A passage that speaks to a section. ``audience`` is the code the tally was given, or ``None``.

    ``source`` names its response, so that it can be taken out with it; it is never shown.
    """

    section: str
    text: str
    audience: str | None = None
    source: str = ""


def describe(figures: Figures) -> str:
    """The shares as sentences, section by section: the text alternative of the chart."""
    lines = [_("Share of responses that speak to each section of the {standard}.", standard=figures.standard)]
    for place, section in enumerate(figures.sections):
        told = ", ".join(f"{row.called} {row.shares[place].words}" for row in figures.rows)
        lines.append(f"{section.title}: {told}.")
    return " ".join(lines)


def chart_said(drawn: str, figures: Figures) -> str:
    """The picture as it was drawn, in English by a job, with its words in the language spoken now.

    To draw it again would take seconds. Names of audiences and sections stay as the survey and the standard have them.
    """
    if language() == SOURCE:
        return drawn
    words = {each: _(each) for each in (NOT_SAID, TOGETHER, EVERYONE, *WORDS)}
    drawn = _DRAWN.sub(lambda text: f">{escape(words[text[1]])}</text>" if text[1] in words else text[0], drawn)
    around = {"title": _("Share of responses that speak to each section"), "words": describe(figures)}
    return _AROUND.sub(lambda text: f"{text[1]}{escape(around[text[2]])}<", drawn)


def examples_by_section(
    figures: Figures, examples: Sequence[Example]
) -> tuple[tuple[Heading, tuple[Example, ...]], ...]:
    """Each section with its examples, as they may be shown; ``audience`` is now a name, or ``None``.

    The audience is named only where its share of that section is shown, since the passage itself says
    that somebody in it spoke. There are no examples at all where no group is large enough to be shown.
    """
    may_show = figures.everyone.responses is not None
    return tuple(
        (
            section,
            tuple(_shown_example(figures, each) for each in examples if may_show and each.section == section.code),
        )
        for section in figures.sections
    )


def render_report(
    figures: Figures,
    chart_svg: str,
    examples: Sequence[Example],
    manifest: Mapping[str, object],
    title: str,
    quotes: Sequence[tuple[str, Sequence[object]]] | None = None,
) -> str:
    """A whole page in one file, without scripts or anything to fetch. ``chart_svg`` is trusted as it is.

    ``quotes``, the titles of sections each with its released quotes (``analysis.quoting.released``), stand in place of
    examples, which are for whoever codes a file of their own.

    Of the manifest only words are shown, never numbers: a true count there would undo the rounding.
    """
    return (
        _environment()
        .get_template("findings/report.html")
        .render(
            figures=figures,
            chart=Markup(chart_svg),  # noqa: S704 (drawn by charts.py, which escapes)
            examples=examples_by_section(figures, examples),
            quotes=quotes,
            manifest=tuple(_words_in(manifest)),
            title=title,
        )
    )


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.globals.update(_=_, language=language)
    return made


def _group_told(told: dict[str, Any]) -> Group:
    return Group(**{**told, "shares": tuple(Share(**each) for each in told["shares"])})


def _shown_example(figures: Figures, example: Example) -> Example:
    group = figures.shown(example.section, example.audience)
    return Example(example.section, example.text, group.called if group else None)


def _words_in(manifest: Mapping[str, object], place: str = "") -> Iterator[tuple[str, str]]:
    for key, value in manifest.items():
        name = f"{place} {key}".strip()
        if isinstance(value, Mapping):
            yield from _words_in(value, name)
        elif isinstance(value, str):
            yield name, value
