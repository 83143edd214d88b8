"""How figures of findings are said: a share with its interval, what it is, what is withheld, which differences hold.

Pure. The text alternatives of all charts are made of these.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from analysis.findings.disclosure import Share
from analysis.findings.shown import (
    ALL,
    CORRECTED,
    HUMAN_ONLY,
    MACHINE,
    WITHHELD,
    Code,
    Figure,
    ShownDifference,
    ShownTable,
)
from safekeeping.languages import gettext as _

#: What a figure is -> how it is called beside its mark.
KINDS_SAID = {
    CORRECTED: _("corrected by answers coded blind"),
    HUMAN_ONLY: _("from answers coded blind alone"),
    MACHINE: _("the machine’s share, uncorrected"),
    WITHHELD: _("withheld"),
}
TOGETHER = _("Together")
MOST_DIFFERENCES = 8


#: What the table of audiences is called, and how the names of tables of waves begin; every other one is of a question.
AUDIENCES, WAVES = ("audience", "audiences"), "wave"
_ODD = re.compile("[^0-9A-Za-z_-]+")


def by_groups(table: ShownTable) -> str:
    """By what a table divides, as the end of a title."""
    return _("by audience") if table.name in AUDIENCES else _("by “{question}”", question=table.title)


def slug(table: ShownTable) -> str:
    """The name of a table as it may stand in an address, a file's name and an id."""
    return slug_of(table.name)


def slug_of(name: str) -> str:
    """The same of a name alone."""
    return _ODD.sub("-", name).strip("-") or "table"


def share_said(percent: int | None) -> str:
    """A share: ``45 %``, ``under 1 %`` or ``withheld``."""
    return Share(percent).words


def interval_said(low: int | None, high: int | None) -> str:
    """An interval beside a mark, or nothing where there is none."""
    return "" if low is None or high is None else f"{low}–{high}"


def figure_said(figure: Figure) -> str:
    """A share and its interval, in words."""
    if figure.percent is None or figure.low is None or figure.high is None:
        return share_said(figure.percent)
    return _("{share} ({low} to {high})", share=share_said(figure.percent), low=figure.low, high=figure.high)


def listed(things: Iterable[str]) -> str:
    """Things after each other."""
    return ", ".join(things)


def group_names(table: ShownTable) -> dict[str, str]:
    """Group -> what it is called; everybody is called together."""
    return {each.code: _(TOGETHER) if each.code == ALL else each.name for each in table.groups}


def kinds_in(figures: Iterable[Figure]) -> list[str]:
    """What these figures are, each once, without what is withheld."""
    found = {each.kind for each in figures if each.percent is not None}
    return [kind for kind in KINDS_SAID if kind in found]


def kinds_said(figures: Iterable[Figure]) -> list[str]:
    """What these figures are, as a sentence, where there are any."""
    kinds = [_(KINDS_SAID[kind]) for kind in kinds_in(figures)]
    return [_("What the shares are: {kinds}.", kinds=listed(kinds))] if kinds else []


def withheld_said(table: ShownTable, codes: Sequence[Code], names: Mapping[str, str] | None = None) -> list[str]:
    """Which figures are withheld, as a sentence, where some are."""
    names = names or group_names(table)
    found = []
    for group in table.groups:
        kept_back = [code.title for code in codes if table.of(code.code, group.code).percent is None]
        if kept_back and len(kept_back) == len(codes):
            found.append(_("{group} throughout", group=names[group.code]))
        elif kept_back:
            found.append(_("{group} on {codes}", group=names[group.code], codes=listed(kept_back)))
    return [_("Withheld: {what}.", what="; ".join(found))] if found else []


def upwards(difference: ShownDifference) -> ShownDifference:
    """The same difference, said from the larger share."""
    if difference.points >= 0:
        return difference
    turned = -difference.points, -difference.high, -difference.low
    return ShownDifference(difference.code, difference.other, difference.one, *turned, difference.differs)


def differences_said(table: ShownTable, codes: Sequence[Code]) -> list[str]:
    """The differences that hold, the largest first, as a sentence; or that none does, where some were looked at."""
    titles, names = {code.code: code.title for code in codes}, group_names(table)
    looked_at = [each for each in table.differences if each.code in titles]
    held = sorted((upwards(each) for each in looked_at if each.differs), key=lambda each: -each.points)
    if not held:
        return [_("No difference between them is certain.")] if looked_at else []
    said = [
        _(
            "{one} {points} points above {other} on {code} ({low} to {high})",
            one=names[each.one],
            other=names[each.other],
            code=titles[each.code],
            points=each.points,
            low=each.low,
            high=each.high,
        )
        for each in held[:MOST_DIFFERENCES]
    ]
    more = len(held) - len(said)
    said += [_("and further ones: {number}", number=more)] if more else []
    return [_("Differences that hold: {what}.", what="; ".join(said))]


def base_said(base: int | None) -> str:
    """How many responses a group has: about how many, or withheld."""
    return _("withheld") if base is None else str(base)
