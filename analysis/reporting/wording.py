"""How figures are said: in tables, in sentences, and what each kind of figure is. Pure."""

from collections.abc import Iterable

from analysis.findings.shown import CORRECTED, HUMAN_ONLY, MACHINE, WITHHELD, Figure, ShownGroup
from analysis.reporting.document import DASH
from safekeeping.languages import gettext as _

#: What a kind of figure is called in a table.
KIND_CALLED = {
    CORRECTED: _("corrected"),
    HUMAN_ONLY: _("people only"),
    MACHINE: _("machine only"),
    WITHHELD: _("withheld"),
}
#: What a kind of figure is, in a sentence.
KIND_SAID = {
    CORRECTED: _(
        "Corrected: a computer read every response, and its share was put right by a random sample of responses that "
        "two people coded without seeing what it said. The range holds the true share 95 times in 100."
    ),
    HUMAN_ONLY: _(
        "People only: the share among a random sample of responses that two people coded. There was too little to "
        "correct the computer by. The range holds the true share 95 times in 100."
    ),
    MACHINE: _(
        "Machine only: a computer read every response and nobody has checked the share yet. It can be too high or too "
        "low, and more so for one group than for another. Use it to see where to look, not as a finding."
    ),
    WITHHELD: _("Withheld: there is too little to say, or the figure could tell of a few people."),
}
#: Why a figure is withheld, where nothing more exact is known.
WHY_ELSE = _("Some figures are withheld so that nothing here tells of a few people.")


def together(text: str) -> str:
    """A text in which no line begins with the sign of a per cent."""
    return text.replace(" %", "\u00a0%")


def percent(number: int) -> str:
    """A whole per cent as people read it."""
    return together({0: _("under 1 %"), 100: _("over 99 %")}.get(number, f"{number} %"))


def share(figure: Figure) -> str:
    """The share alone: `45 %`, or `withheld`."""
    return _("withheld") if figure.percent is None else percent(figure.percent)


def has_range(figure: Figure) -> bool:
    """Whether a figure has an interval that may be said."""
    return figure.percent is not None and figure.low is not None and figure.high is not None


def interval(figure: Figure) -> str:
    """The interval alone: `40 to 51 %`; a dash where there is none."""
    if not has_range(figure):
        return DASH
    return together(_("{low} to {high} %", low=figure.low, high=figure.high))


def in_full(figure: Figure) -> str:
    """The share with its interval, for the middle of a sentence."""
    if not has_range(figure):
        return share(figure)
    said = _("{share} (between {low} and {high} %)", share=share(figure), low=figure.low, high=figure.high)
    return together(said)


def in_hundred(figure: Figure) -> str:
    """The share as people in a hundred, for plain words: `45 in every 100`."""
    if figure.percent == 0:
        return _("fewer than 1 in every 100")
    if figure.percent == 100:
        return _("almost all")
    return _("{number} in every 100", number=figure.percent)


def base(group: ShownGroup) -> str:
    """How many responses a group has, to the nearest five."""
    return _("withheld") if group.base is None else f"{group.base:,}"


def count(number: int | None) -> str:
    """A rounded number of responses."""
    return _("withheld") if number is None else f"{number:,}"


def listed(names: Iterable[str]) -> str:
    """Names as a sentence lists them: `a, b and c`."""
    every = list(names)
    if len(every) < 2:
        return "".join(every)
    return _("{most} and {last}", most=", ".join(every[:-1]), last=every[-1])
