"""Planning an audit sample on the page: what was typed, what a size gives, and what is proposed.

Of counts it knows what may be shown: about how many answered, and nothing under ten.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.auditing.allocating import LEAST, OFFERED, half_width, proportional
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.intake.progress import EVERYBODY, stands

#: What is proposed: as many as give this width, or so many where nobody knows how many there are.
USUAL_WIDTH, USUAL, MOST = 0.05, 300, 100_000
LONGEST_REASON = 300
#: Shares that widths are given for: the widest there is, and a rare one.
SHARES = (0.5, 0.1)


@dataclass(frozen=True)
class Row:
    """One audience of the plan: about how many there are (None: fewer than ten), how many to draw, the fault if any."""

    name: str
    called: str
    about: int | None
    wanted: str
    width: float | None
    wrong: str = ""


@dataclass(frozen=True)
class Typed:
    """The plan as it was typed, read: audience -> how many, and what is wrong by field."""

    wanted: Mapping[str, int]
    faults: Mapping[str, str]


def sizes_about(session: Session, row: PublishedSurvey) -> dict[str, int | None]:
    """Audience -> about how many have answered; None for fewer than ten. Who named none stands under `""`."""
    named = definition_of(row).audience_names()
    about = {each.audience: each.came for each in stands(session, row.id, named) if each.audience != EVERYBODY}
    return {**about, "": None}


def proposed(about: Mapping[str, int | None], total: int) -> dict[str, int]:
    """How many of each audience: in proportion, at least so many of each; all of an audience of fewer than ten."""
    shared = proportional({name: size for name, size in about.items() if size}, total)
    return {name: shared.get(name, LEAST) for name in about}


def rows(
    row: PublishedSurvey, about: Mapping[str, int | None], wanted: Mapping[str, str], faults: Mapping[str, str]
) -> list[Row]:
    """The plan as the page shows it."""
    called = {**definition_of(row).audience_names(), "": _("Did not say")}
    return [
        Row(name, called[name], size, wanted.get(name, ""), _width(wanted.get(name, ""), size), faults.get(name, ""))
        for name, size in about.items()
    ]


def _width(wanted: str, size: int | None) -> float | None:
    if size is None or not wanted.isascii() or not wanted.isdigit():
        return None
    return half_width(min(int(wanted), size), size)


def widths(everybody: int) -> list[tuple[int, list[float | None]]]:
    """What sizes give: how many are drawn of everybody, and half the width for each of `SHARES`."""
    sizes = [size for size in OFFERED if size < everybody]
    return [(size, [half_width(size, everybody, share) for share in SHARES]) for size in sizes]


def read_typed(typed: Mapping[str, str], about: Mapping[str, int | None], *, reason_needed: bool) -> Typed:
    """Numbers out of a form: `n-` and the audience. Raises nothing: what is wrong is said by field."""
    wanted, faults = {}, {}
    for name in about:
        said = typed.get(f"n-{name}", "").strip() or "0"
        if re.fullmatch(r"[0-9]{1,6}", said) and int(said) <= MOST:
            wanted[name] = int(said)
        else:
            faults[name] = _("“{typed}” is not a whole number. Type how many to draw, or 0.", typed=said[:20])
    if not faults and not any(wanted.values()):
        faults[next(iter(about))] = _("Nothing would be drawn. Type how many for at least one audience.")
    if reason_needed and not typed.get("reason", "").strip():
        faults["reason"] = _(
            "Say why another sample is drawn. The earlier one stays as it is, and both are in the trail."
        )
    if len(typed.get("reason", "")) > LONGEST_REASON:
        faults["reason"] = _("Shorten the reason to at most {number} letters.", number=LONGEST_REASON)
    return Typed(wanted, faults)
