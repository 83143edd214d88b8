"""Evidence for clauses in words: gaps, cells of the map, tested differences, and what the map comes to. Pure.

Every number here is one that a `ShownTable` shows.
"""

from collections.abc import Iterator, Mapping, Sequence

from analysis.findings.disclosure import Share
from analysis.findings.shown import ALL, Figure, ShownDifference, ShownTable
from analysis.revision.heat_map import ELSEWHERE, NOT_ASKED, NOT_YET, SHOWN, WITHHELD, Cell, MapRow
from analysis.standard.clauses import SECTION
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext

EVERYBODY = _("Everybody")
#: The audiences that consultations made here begin with; others are said by their own plural.
_NOBODY = {
    "survivor": _("No survivor was asked about this."),
    "family": _("No family member or friend was asked about this."),
    "provider": _("No provider was asked about this."),
    "commissioner": _("No commissioner was asked about this."),
    "associate": _("No associated organisation was asked about this."),
    ALL: _("Nobody was asked about this."),
}
STATES_SAID = {
    WITHHELD: _("withheld"),
    NOT_ASKED: _("not asked"),
    ELSEWHERE: _("in another consultation"),
    NOT_YET: _("no figure yet"),
}


def nobody_said(audience: str, plural: str = "") -> str:
    """That nobody of an audience was asked."""
    if audience in _NOBODY:
        return _(_NOBODY[audience])
    return _("Nobody of “{audience}” was asked about this.", audience=plural or audience)


def share_said(percent: int | None) -> str:
    """A share as people read it: `45 %`, `under 1 %` or `withheld`."""
    return Share(percent).words


def interval_said(figure: Figure) -> str:
    """Its interval; empty where it has none or may not be seen."""
    if figure.percent is None or figure.low is None or figure.high is None:
        return ""
    return _("{low} to {high} %", low=figure.low, high=figure.high)


def cell_said(cell: Cell) -> tuple[str, ...]:
    """What stands in a cell: each share, with its code where there are several; or why there is none."""
    if cell.state != SHOWN:
        return (_(STATES_SAID[cell.state]),)
    if len(cell.shares) == 1:
        return (share_said(cell.shares[0].figure.percent),)
    return tuple(f"{each.code} {share_said(each.figure.percent)}" for each in cell.shares)


def difference_said(each: ShownDifference, names: Mapping[str, str]) -> str:
    """A tested difference with its interval, or that none can be told from chance."""
    if not each.differs:
        return _(
            "Between {one} and {other} no difference can be told from chance.",
            one=names[each.one],
            other=names[each.other],
        )
    return _("{more} spoke of it more often than {less}: by {points} points ({low} to {high}).", **_parts(each, names))


def pair_said(each: ShownDifference, names: Mapping[str, str]) -> str:
    """One that holds, in short, with its interval."""
    return _("{more} more than {less}, by {points} points ({low} to {high})", **_parts(each, names))


def _parts(each: ShownDifference, names: Mapping[str, str]) -> dict[str, object]:
    more, less = (each.one, each.other) if each.points > 0 else (each.other, each.one)
    low, high = sorted((abs(each.low), abs(each.high)))
    return {"more": names[more], "less": names[less], "points": abs(each.points), "low": low, "high": high}


def group_names(table: ShownTable | None) -> dict[str, str]:
    """What each group of a table is called."""
    return {each.code: _(each.name) for each in table.groups} if table else {}


def summary_said(rows: Sequence[MapRow], names: Mapping[str, str]) -> tuple[str, ...]:
    """The map in a few sentences: how much is known, what is spoken of most, who differs, and what is missing."""
    return tuple(each for each in (*_known(rows), *_most(rows), *_differing(rows, names), *_missing(rows)) if each)


def _known(rows: Sequence[MapRow]) -> Iterator[str]:
    clauses = [row for row in rows if row.clause.level != SECTION]
    if not clauses:
        return
    shown = sum(any(cell.state == SHOWN for cell in row.cells) for row in clauses)
    withheld = sum(_nothing_but(row, WITHHELD) for row in clauses)
    yield ngettext(
        "Of {number} clause here, {shown} has a share that may be shown.",
        "Of {number} clauses here, {shown} have a share that may be shown.",
        len(clauses),
        shown=shown,
    )
    if withheld:
        yield ngettext(
            "For {number} clause every figure is withheld, so that none tells of a few people.",
            "For {number} clauses every figure is withheld, so that none tells of a few people.",
            withheld,
        )


def _nothing_but(row: MapRow, state: str) -> bool:
    states = {cell.state for cell in row.cells}
    return state in states and SHOWN not in states


def _most(rows: Sequence[MapRow]) -> Iterator[str]:
    """The section that everybody together spoke of most; nothing where that may not be seen, or where two are level."""
    shares = {
        row.clause.title: max(share.figure.percent or 0 for share in cell.shares)
        for row in rows
        if row.clause.level == SECTION
        for cell in row.cells
        if cell.group == ALL and cell.shares
    }
    title = max(shares, key=lambda each: shares[each], default="")
    if len(shares) > 1 and [*shares.values()].count(shares[title]) == 1:
        yield _("Most was said about {section}: {share} of responses.", section=title, share=share_said(shares[title]))


def _differing(rows: Sequence[MapRow], names: Mapping[str, str]) -> Iterator[str]:
    differing = [row for row in rows if row.differences]
    if not differing:
        yield _("No two audiences differ by more than chance would make them, as far as it was tested.")
        return
    for row in differing[:4]:
        largest = max(row.differences, key=lambda each: abs(each.points))
        yield f"{row.clause.title}: {difference_said(largest, names)}"
    if len(differing) > 4:
        left = len(differing) - 4
        yield ngettext("In {number} more part audiences differ.", "In {number} more parts audiences differ.", left)


def _missing(rows: Sequence[MapRow]) -> Iterator[str]:
    clauses = [row for row in rows if row.clause.level != SECTION]
    nobody = sum(any(cell.unasked for cell in row.cells if cell.group == ALL) for row in clauses)
    survivors = sum("survivor" in row.not_asked for row in clauses)
    if survivors:
        yield ngettext(
            "No survivor was asked about {number} clause.", "No survivor was asked about {number} clauses.", survivors
        )
    if nobody:
        yield ngettext(
            "Nobody at all was asked about {number} clause.", "Nobody at all was asked about {number} clauses.", nobody
        )
