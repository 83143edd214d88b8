"""A table of shown figures as a page puts it: rows of words, each with why it is what it is. Pure.

Everything here comes out of a `ShownTable`, so nothing in it is worked out from anything withheld.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.findings.disclosure import OVER, UNDER, WHY, said_of
from analysis.findings.estimates_said import KINDS_SAID, WHY_SAID, why_said
from analysis.findings.sample_size import more_needed
from analysis.findings.shown import ALL, CORRECTED, HUMAN_ONLY, SECTION, STANCE, THEME, Code, Figure, ShownTable
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext

LEVELS_SAID = {SECTION: _("The sections"), THEME: _("The themes"), STANCE: _("What they think of each section")}
#: Half-widths that can be chosen, in points of per cent.
WITHIN = (3, 5, 10)


@dataclass(frozen=True)
class Line:
    """One group's figure: its name and base in words, the share, its interval, its kind, and sentences on it."""

    name: str
    base: str
    share: str
    interval: str
    kind: str
    sentences: tuple[str, ...]
    percent: int | None
    everybody: bool


@dataclass(frozen=True)
class CodeSaid:
    """One code: its title, the colour of its section (1..4), a line for each group, and what differs."""

    title: str
    colour: int
    lines: tuple[Line, ...]
    differences: tuple[str, ...]


def codes_said(table: ShownTable, level: str, within: int) -> tuple[CodeSaid, ...]:
    """The codes of one level. `within`: the half-width wished for, in points of per cent."""
    sections = [each.code for each in table.at(SECTION)]
    return tuple(
        CodeSaid(
            _titled(table, code),
            sections.index(code.section) % 4 + 1,
            tuple(_lines(table, code, within)),
            tuple(_differences(table, code)),
        )
        for code in table.at(level)
    )


def _titled(table: ShownTable, code: Code) -> str:
    """What a code is called; a stance with the section that it is of."""
    if code.level != STANCE:
        return code.title
    section = {each.code: each.title for each in table.at(SECTION)}[code.section]
    return f"{section}: {_(code.title)}"


def _lines(table: ShownTable, code: Code, within: int) -> Iterator[Line]:
    for group in table.groups:
        figure = table.of(code.code, group.code)
        base = "" if group.base is None else _("of {number}", number=group.base)
        sentences = tuple(_sentences(figure, group.base, within))
        kind = _(KINDS_SAID[figure.kind])
        share = _share(figure.percent) if figure.percent is not None else _("withheld")
        name = _(group.name)
        yield Line(name, base, share, _interval(figure), kind, sentences, figure.percent, group.code == ALL)


def _share(percent: int) -> str:
    words = {0: UNDER, 100: OVER}.get(percent)
    return _(words) if words else f"{percent} %"


def _interval(figure: Figure) -> str:
    if figure.percent is None or figure.low is None or figure.high is None:
        return ""
    return _("{low} to {high} %", low=figure.low, high=figure.high)


def _sentences(figure: Figure, base: int | None, within: int) -> Iterator[str]:
    """What it is and why; the machine's own share; and how many more audit codes would narrow it."""
    if figure.why in WHY_SAID:
        yield why_said(figure.why)
    elif figure.why in WHY:
        yield said_of(figure.why)
    else:
        yield _("Withheld, so that no figure tells of a few people.")
    if figure.kind not in (CORRECTED, HUMAN_ONLY) or figure.percent is None:
        return
    if figure.audited:
        yield ngettext("About {number} response was audited.", "About {number} responses were audited.", figure.audited)
    if figure.raw is not None:
        yield _("The machine alone: {share}, uncorrected.", share=_share(figure.raw))
    if figure.low is not None and figure.high is not None and figure.audited and base:
        yield _more(figure.low, figure.high, figure.audited, base, within)


def _more(low: int, high: int, audited: int, base: int, within: int) -> str:
    """To the next ten, for it is worked out from whole per cent and from bases to the nearest five."""
    more = more_needed(low / 100, high / 100, audited, base, within / 100)
    if not more:
        return _("It is within {points} points already.", points=within)
    return _(
        "To be within {points} points: about {number} more to audit.", points=within, number=10 * ((more + 9) // 10)
    )


def _differences(table: ShownTable, code: Code) -> Iterator[str]:
    """Those that hold, in words; and how many pairs of groups there are without."""
    names = {group.code: _(group.name) for group in table.groups}
    mine = [each for each in table.differences if each.code == code.code]
    for each in (each for each in mine if each.differs):
        more, less = (each.one, each.other) if each.points > 0 else (each.other, each.one)
        low, high = sorted((abs(each.low), abs(each.high)))
        yield _(
            "{more} spoke of it more often than {less}: by {points} points ({low} to {high}).",
            more=names[more],
            less=names[less],
            points=abs(each.points),
            low=low,
            high=high,
        )
    left = sum(not each.differs for each in mine)
    if left:
        yield ngettext(
            "Between {number} pair of groups no difference can be told from chance.",
            "Between {number} pairs of groups no difference can be told from chance.",
            left,
        )
