"""What a bridge makes of a comparison: shares carried over from one code book to the other, and how it is said. Pure.

Everything here is worked out from what may be seen: a shown share, and a shown difference between the two books.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

from analysis.findings.shown import ALL, LEVELS, Code, Figure, ShownDifference, ShownTable
from analysis.findings.waves.bridge import Split, carried
from analysis.findings.waves.change_words import split_said
from analysis.findings.waves.share_changes import Change, Share, change, changed_by, share_of, variance_of
from analysis.findings.waves.student import reach
from analysis.findings.waves.wave_shares import OTHER, OWN
from analysis.findings.waves.wave_table import BEFORE, BY_PEOPLE, Compared

#: Why a figure is what it is: carried over by a bridge, or what the bridge found by the other book alone.
CARRIED, FOUND = "carried over", "found by the bridge"


@dataclass(frozen=True)
class CarriedCode:
    """One code of a bridge: the same responses by both books, and how much more the other finds (None: not said)."""

    code: Code
    own: Figure
    other: Figure
    difference: ShownDifference | None


@dataclass(frozen=True)
class OverBridge:
    """What is compared with a bridge: the codes, the figures that it gives in place of others, and what it found.

    `wave`: the wave whose responses were coded by both books. `pairs`: how many, to the nearest five.
    """

    compared: tuple[Compared, ...]
    instead: Mapping[tuple[str, str], Figure]
    codes: tuple[CarriedCode, ...]
    wave: str
    pairs: int | None

    @property
    def alone(self) -> frozenset[str]:
        """Codes that are compared by what the bridge found alone."""
        return frozenset(code for (code, _wave), figure in self.instead.items() if figure.why == FOUND)


def over_bridge(codes: Iterable[Compared], own: ShownTable, bridge: ShownTable, wave: str) -> OverBridge:
    """Shares of `wave`, by its own book in `own`, carried over to the other book.

    In the book of the other wave stand codes that the own book has not; of those that the bridge found alone.
    """
    found = {code.code: _carried_code(bridge, code) for code in bridge.codes}
    every, instead = list(codes), dict[tuple[str, str], Figure]()
    for each in every:
        mine, theirs = (each.before, each.after) if wave == BEFORE else (each.after, each.before)
        code = found.get(theirs)
        figure = _figure(own.figures.get((mine, ALL)), code.difference if code else None)
        if figure:
            instead[each.code.code, wave] = figure
    known = {each.code.code for each in every}
    for code in found.values():
        if code.difference is None and code.code.code not in known and code.other.percent is not None:
            every.append(Compared(code.code.code, code.code.code, code.code))
            instead[code.code.code, wave] = replace(code.other, why=FOUND)
    pairs = next((each.other.audited for each in found.values() if each.other.audited is not None), None)
    every.sort(key=lambda each: LEVELS.index(each.code.level))
    return OverBridge(tuple(every), instead, tuple(found.values()), wave, pairs)


def _carried_code(bridge: ShownTable, code: Code) -> CarriedCode:
    difference = next((each for each in bridge.differences if each.code == code.code), None)
    return CarriedCode(code, bridge.of(code.code, OWN), bridge.of(code.code, OTHER), difference)


def _figure(figure: Figure | None, difference: ShownDifference | None) -> Figure | None:
    """A share by the other book; None where there is nothing to carry it over by."""
    share = share_of(figure) if figure and figure.kind in BY_PEOPLE else None
    if figure is None or share is None or difference is None:
        return None
    found = carried(share, _book(difference))
    wide = reach(found.df) * sqrt(found.variance)
    low, high = max(found.share - wide, 0.0), min(found.share + wide, 1.0)
    return replace(
        figure,
        percent=round(100 * found.share),
        low=round(100 * low),
        high=round(100 * high),
        raw=None,
        why=CARRIED,
    )


def _book(difference: ShownDifference) -> Change:
    """What the other book finds more, its variance read off its interval as that of a share is."""
    return changed_by(difference.points / 100, variance_of(difference.low, difference.high), inf)


def said_apart(
    over: OverBridge, tables: Sequence[ShownTable], differences: Mapping[str, ShownDifference]
) -> list[tuple[Code, str]]:
    """Each change of which a bridge tells the book's part, in words. `tables`: of the earlier wave, and the later."""
    codes = {each.code.code: each for each in over.codes}
    found = []
    for each in over.compared:
        code = codes.get(each.after if over.wave == BEFORE else each.before)
        before, after = (_share(table, name) for table, name in zip(tables, (each.before, each.after), strict=True))
        left = differences.get(each.code.code)
        if code and code.difference and before and after and left:
            found.append((each.code, _said(change(before, after), _book(code.difference), left, over.wave)))
    return found


def _share(table: ShownTable, code: str) -> Share | None:
    figure = table.figures.get((code, ALL))
    return share_of(figure) if figure else None


def _said(seen: Change, book: Change, left: ShownDifference, wave: str) -> str:
    """Of a bridge of the later wave, the other book is the earlier one, so its part counts the other way round."""
    points = book.points if wave == BEFORE else -book.points
    rest = Change(left.points / 100, 0.0, seen.df, left.low / 100, left.high / 100, 0.0)
    return split_said(Split(seen, replace(book, points=points), rest), left.differs)
