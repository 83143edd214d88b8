"""How the shares of a clause changed since the consultation before, from what may be seen of both."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.findings.shown import ALL, ShownTable
from analysis.findings.waves.change_words import said_of
from analysis.findings.waves.comparing import matched_codes
from analysis.findings.waves.wave_table import AFTER, BEFORE, Compared, compared, wave_table
from analysis.revision.evidence_sources import Source
from safekeeping.languages import gettext as _


@dataclass(frozen=True)
class ChangeLine:
    """The change of one code in one group, in words."""

    title: str
    group: str
    said: str


@dataclass(frozen=True)
class ChangesSaid:
    """What changed from one consultation to the next; `why_not`: why nothing can be said, empty where it can; `note`:
    what to bear in mind."""

    earlier: str
    later: str
    lines: tuple[ChangeLine, ...]
    why_not: str = ""
    note: str = ""


def changes_since(session: Session, earlier: Source, later: Source, codes: Collection[str]) -> ChangesSaid:
    """The changes of some codes of the later one. Holm's correction is over all codes that the two have in common."""
    one, other = earlier.by_audience, later.by_audience
    titles = (earlier.survey.title, later.survey.title)
    if one is None or other is None:
        return ChangesSaid(*titles, (), _("One of them has no findings yet."))
    matched = compared(matched_codes(session, earlier.row, later.row), one, other)
    if not any(each.code.code in codes for each in matched):
        return ChangesSaid(*titles, (), _("No code of this clause is the same in both, so they are not compared."))
    alike = earlier.asking.audiences.keys() == later.asking.audiences.keys()
    lines = tuple(_lines(one, other, matched, codes, alike))
    note = "" if alike else _("Not the same audiences were asked, so everybody together is not compared.")
    why_not = _("Shares are withheld in one of them, or nobody corrected what the machine said, so no change is shown.")
    return ChangesSaid(*titles, lines, "" if lines else why_not, note)


def _lines(
    one: ShownTable, other: ShownTable, matched: list[Compared], codes: Collection[str], alike: bool
) -> Iterator[ChangeLine]:
    titles = {each.code.code: each.code.title for each in matched}
    before = {group.code for group in one.groups}
    for group in other.groups:
        if group.code in before and (alike or group.code != ALL):
            table = wave_table(one, other, matched, (BEFORE, AFTER), group.code)
            for each in table.differences:
                if each.code in codes:
                    yield ChangeLine(titles[each.code], _(group.name), said_of(each))
