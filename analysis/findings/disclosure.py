"""What may be shown of small groups, decided once, before any table, chart or page sees a figure.

One rule carries the rest: **nothing shown is worked out from anything withheld.** A group is shown on
its own counts alone, and a figure for several groups together uses only figures that are shown. So
there is nothing to subtract: whoever knows every rule here, and every figure shown, knows no more of
a withheld number than that it was to be withheld.

The two numbers in it are those of `surveys/intake/rounding.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from safekeeping.languages import gettext as _
from surveys.intake.rounding import THRESHOLD, rounded

# A share needs ten people on either side of it, so a group of fewer can show none.
LEAST_BASE = 2 * THRESHOLD

WORDS = WITHHELD, UNDER, OVER = _("withheld"), _("under 1 %"), _("over 99 %")

WHY = {
    "left out": _("Groups that only the answers name are left out, name and all, under {least} responses."),
    "group": _("A group needs {least} responses to be counted here, and {base} for its shares to be shown."),
    "few": _(
        "A share is withheld where fewer than {least} responses spoke to a section, or fewer than {least} did not."
    ),
    "little": _("Too few answers were coded by people to say."),
    "cover": _(
        "A share is withheld where fewer than {least} responses spoke to it, or fewer than {least} did not, or where "
        "such a number could be worked out from it."
    ),
    "part": _("“Together” is withheld where it would be worked out from a figure that is withheld."),
}


def said_of(why: str) -> str:
    """Why something is withheld, in a sentence: a key of `WHY`."""
    return _(WHY[why]).format(least=THRESHOLD, base=LEAST_BASE)


@dataclass(frozen=True)
class Counts:
    """The true counts of one group: whole numbers of people, of passages, and of people per section."""

    responses: int
    passages: int
    spoke: tuple[int, ...]


@dataclass(frozen=True)
class Share:
    """A whole per cent of the responses of a group, or ``None`` for withheld and why: a key of ``WHY``."""

    percent: int | None
    why: str = ""

    @property
    def words(self) -> str:
        """As people read it: ``45 %``, ``under 1 %`` or ``withheld``."""
        words = {None: WITHHELD, 0: UNDER, 100: OVER}.get(self.percent)
        return _(words) if words else f"{self.percent} %"


@dataclass(frozen=True)
class Shown:
    """What may be shown of a group. ``None`` is withheld; ``base`` is what its shares are shares of."""

    responses: int | None
    passages: int | None
    base: int | None
    shares: tuple[Share, ...]


def protect(counts: Counts) -> Shown:
    """What may be shown of one group, from its own counts alone."""
    big = counts.responses >= THRESHOLD
    return Shown(
        responses=rounded(counts.responses) if big else None,
        passages=rounded(counts.passages) if big and counts.passages >= THRESHOLD else None,
        base=rounded(counts.responses) if counts.responses >= LEAST_BASE else None,
        shares=tuple(_share(count, counts.responses) for count in counts.spoke),
    )


def protect_together(groups: Sequence[Counts], sections: int) -> Shown:
    """What may be shown of several groups taken together, each with its counts of that many sections.

    Groups under ten are left out of the responses and passages, groups under twenty out of the
    shares, and a figure is withheld when any group in it has its own withheld.
    """
    counted = [each for each in groups if each.responses >= THRESHOLD]
    compared = [each for each in groups if each.responses >= LEAST_BASE]
    return Shown(
        responses=_sum([each.responses for each in counted]),
        passages=_sum([each.passages for each in counted]),
        base=_sum([each.responses for each in compared]),
        shares=tuple(_share_together(section, compared) for section in range(sections)),
    )


def _sum(counts: Sequence[int]) -> int | None:
    may_show = counts and min(counts) >= THRESHOLD
    return rounded(sum(counts)) if may_show else None


def _share(count: int, base: int) -> Share:
    if base < LEAST_BASE:
        return Share(None, "group")
    # None and all are withheld like nearly none and nearly all: they tell of every person in the group.
    if min(count, base - count) < THRESHOLD:
        return Share(None, "few")
    return Share(_percent(count, base))


def _share_together(section: int, groups: Sequence[Counts]) -> Share:
    if not groups:
        return Share(None, "group")
    if any(_share(each.spoke[section], each.responses).percent is None for each in groups):
        return Share(None, "part")
    return Share(_percent(sum(each.spoke[section] for each in groups), sum(each.responses for each in groups)))


def _percent(count: int, base: int) -> int:
    of = rounded(base)
    return (200 * rounded(count) + of) // (2 * of)
