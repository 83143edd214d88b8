"""A comparison of two waves as rows of tables, in words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.findings.shown import SECTION, STANCE, Code, Figure, ShownTable
from analysis.findings.waves.carried_shares import CARRIED, FOUND, OverBridge
from analysis.findings.waves.change_words import brief_of
from analysis.findings.waves.wave_table import AFTER, BEFORE
from safekeeping.languages import gettext as _


@dataclass(frozen=True)
class CodeRow:
    """One code as it is shown: its title, what was in each wave, and the change (empty: not compared)."""

    title: str
    before: str
    after: str
    change: str


@dataclass(frozen=True)
class BridgeRow:
    """One code of a bridge as it is shown: the same responses by each book, and how much more the other one finds."""

    title: str
    own: str
    other: str
    difference: str


@dataclass(frozen=True)
class BridgeSaid:
    """A bridge as it is shown. `wave`: the title of the survey whose responses were coded by both books; `pairs`: how
    many, to the nearest five, None is withheld; `own`, `other`: numbers of the versions; `apart`: changes in words."""

    wave: str
    pairs: int | None
    own: int
    other: int
    rows: tuple[BridgeRow, ...]
    apart: tuple[tuple[str, str], ...]


def rows_of(table: ShownTable) -> tuple[CodeRow, ...]:
    """A comparison as rows of a table."""
    said, sections = {each.code: brief_of(each) for each in table.differences}, titles_of(table.codes)
    return tuple(
        CodeRow(
            title_of(each, sections),
            _figure_said(table.of(each.code, BEFORE)),
            _figure_said(table.of(each.code, AFTER)),
            said.get(each.code, ""),
        )
        for each in table.codes
    )


def titles_of(codes: Iterable[Code]) -> dict[str, str]:
    """Section -> its title."""
    return {each.code: each.title for each in codes if each.level == SECTION}


def title_of(code: Code, sections: Mapping[str, str]) -> str:
    """What a code is called in a list of all kinds: a stance with its section."""
    if code.level != STANCE or code.section not in sections:
        return code.title
    return _("{section}: {stance}", section=sections[code.section], stance=code.title)


def _figure_said(figure: Figure) -> str:
    if figure.percent is None:
        return _("withheld")
    if figure.low is None or figure.high is None:
        return _("{percent} %, uncorrected", percent=figure.percent)
    numbers = {"percent": figure.percent, "low": figure.low, "high": figure.high}
    if figure.why == CARRIED:
        return _("{percent} % ({low} to {high}), carried over", **numbers)
    if figure.why == FOUND:
        return _("{percent} % ({low} to {high}), by the bridge alone", **numbers)
    return _("{percent} % ({low} to {high})", **numbers)


def bridge_said(over: OverBridge, wave: str, numbers: tuple[int, int], apart: Iterable[tuple[Code, str]]) -> BridgeSaid:
    """A bridge as it is shown; `numbers`: of the version of its own wave and of the other one."""
    sections = titles_of(each.code for each in over.codes)
    rows = tuple(
        BridgeRow(
            title_of(each.code, sections),
            _figure_said(each.own) if each.difference or each.own.percent is not None else "",
            _figure_said(each.other),
            brief_of(each.difference) if each.difference else "",
        )
        for each in over.codes
        if each.code.level != STANCE or each.other.percent is not None
    )
    said = tuple((title_of(code, sections), told) for code, told in apart)
    return BridgeSaid(wave, over.pairs, *numbers, rows, said)
