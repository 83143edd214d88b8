"""A change between two waves in words: how far, how much of it comes from the code book, and whether it may be chance.

Pure; whole points of per cent, which add up as they are said.
"""

from analysis.findings.shown import ShownDifference
from analysis.findings.waves.bridge import Split
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext


def in_points(change: float) -> int:
    """Whole points of per cent."""
    return round(100 * change)


def said_of(difference: ShownDifference) -> str:
    """A change that is shown, in two sentences."""
    return f"{_moved(difference.points)} {_surely(difference.low, difference.high, difference.differs)}"


def brief_of(difference: ShownDifference) -> str:
    """The same as it stands in a table: points of per cent with their interval."""
    told = f"{difference.points:+d}"
    interval = _("{low} to {high}", low=f"{difference.low:+d}", high=f"{difference.high:+d}")
    return f"{told} ({interval})" if difference.differs else f"{told} ({interval}, " + _("may be chance") + ")"


def split_said(split: Split, holds: bool) -> str:
    """A change taken apart; `holds`: whether what is left holds after Holm's correction."""
    seen, book = in_points(split.seen.points), in_points(split.artefact.points)
    left = _left(seen - book)
    sure = _surely(in_points(split.left.low), in_points(split.left.high), holds)
    return f"{_moved(seen)} {_of_the_book(seen, book)} {left} {sure}"


def _moved(points: int) -> str:
    if points == 0:
        return _("The share stayed within a point of what it was.")
    if points > 0:
        return ngettext("The share rose by {number} point.", "The share rose by {number} points.", points)
    return ngettext("The share fell by {number} point.", "The share fell by {number} points.", -points)


def _of_the_book(seen: int, book: int) -> str:
    if book == 0:
        return _("Less than a point of that comes from the new wording of the code.")
    if seen * book > 0 and abs(book) <= abs(seen):
        return ngettext(
            "{number} of these points comes from the new wording of the code.",
            "{number} of these points come from the new wording of the code.",
            abs(book),
        )
    if book > 0:
        return ngettext(
            "The new wording of the code alone would have raised it by {number} point.",
            "The new wording of the code alone would have raised it by {number} points.",
            book,
        )
    return ngettext(
        "The new wording of the code alone would have lowered it by {number} point.",
        "The new wording of the code alone would have lowered it by {number} points.",
        -book,
    )


def _left(points: int) -> str:
    if points == 0:
        return _("Without that, it stayed within a point of what it was.")
    if points > 0:
        return ngettext("Without that, it rose by {number} point.", "Without that, it rose by {number} points.", points)
    return ngettext("Without that, it fell by {number} point.", "Without that, it fell by {number} points.", -points)


def _surely(low: int, high: int, holds: bool) -> str:
    interval = _("The change lies between {low} and {high} points.", low=f"{low:+d}", high=f"{high:+d}")
    return interval if holds else interval + " " + _("It may be chance.")
