"""What a learning curve says: its points in words, and what follows from them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from markupsafe import escape

from safekeeping.languages import SOURCE, language
from safekeeping.languages import gettext as _

HELPS = 2.0  # percentage points that the last doubling must bring to be worth the work
TITLE, ACROSS = _("How suggestions become better by what you code"), _("Decisions learnt from")
#: In a chart: its title, and the words for whoever does not see it.
_AROUND = re.compile('(id="curve-(title|words)">)[^<]*<')


@dataclass(frozen=True)
class Point:
    """After learning from `decisions` (0: from none), `percent` of `tried` passages got exactly people's sections."""

    decisions: int
    percent: float
    tried: int

    @property
    def give_or_take(self) -> float:
        """Half the width of a 95 % interval, in percentage points (binomial)."""
        share = self.percent / 100
        return 196 * sqrt(share * (1 - share) / self.tried)


def described(points: Sequence[Point]) -> str:
    """The curve in words: for those who do not see it, and for those who want to know what it means."""
    if not points:
        return _("There is nothing to show yet.")
    first, *rest = points
    sentences = [
        _(
            "Without any decision of yours, {percent} of 100 passages get exactly the sections that people gave.",
            percent=f"{first.percent:.0f}",
        )
    ]
    sentences += [
        _("After {number} decisions: {percent}.", number=point.decisions, percent=f"{point.percent:.0f}")
        for point in rest
    ]
    return " ".join(sentences)


def advice(points: Sequence[Point]) -> str:
    """What follows for the work: whether more coding would still help."""
    if len(points) < 3:
        return _("There are too few decisions to say whether more would help.")
    gain = points[-1].percent - points[-2].percent
    since = points[-1].percent - points[0].percent
    if gain >= HELPS:
        return _(
            "The last step, from {before} to {now} decisions, brought {gain} more in 100. "
            "Coding more would still help.",
            before=points[-2].decisions,
            now=points[-1].decisions,
            gain=f"{gain:.0f}",
        )
    if since >= HELPS:
        return _(
            "The last decisions brought little more. What else is coded makes the figures surer, not the suggestions."
        )
    return _(
        "Suggestions have not become better by these decisions so far, and stay as they were. They may need many more, "
        "or clearer sections."
    )


def chart_said(drawn: str, points: Sequence[Point]) -> str:
    """The picture as it was drawn, in English by a job, with its words in the language spoken now."""
    if language() == SOURCE:
        return drawn
    drawn = drawn.replace(f">{ACROSS}</text>", f">{escape(_(ACROSS))}</text>")
    around = {"title": _(TITLE), "words": described(points)}
    return _AROUND.sub(lambda text: f"{text[1]}{escape(around[text[2]])}<", drawn)
