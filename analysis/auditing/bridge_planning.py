"""Planning a bridge on the page: from whom it is drawn, to which version, what was typed, and what a size gives.

It is drawn from the responses of an audit, so of counts it knows what the page of that audit says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.auditing.allocating import (
    BRIDGE_OFFERED,
    DIFFERING,
    FEWEST_PAIRS,
    bridge_width,
    not_said,
    proportional,
)
from analysis.auditing.designing import design_of, draws
from analysis.auditing.drawing import Stratum
from analysis.auditing.labels import settled_draw
from analysis.auditing.planning import Row, Typed, read_typed
from analysis.auditing.sample_tables import AuditSample
from analysis.code_books.versions import BookVersion, versions_of
from safekeeping.languages import gettext as _
from safekeeping.vault import Opener
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.intake.rounding import THRESHOLD

#: What is proposed, and the part of responses that two versions are taken to code otherwise for its width.
USUAL, USUAL_DIFFERING = 100, 0.1
#: Of each audience at least so many: from one alone nothing can be said of how far they vary.
LEAST_OF_EACH = 10


@dataclass(frozen=True)
class Ground:
    """What a bridge can be drawn from: an audit, its last settled draw with the strata of that, and other versions."""

    audit: AuditSample
    settled: int
    strata: tuple[Stratum, ...]
    versions: tuple[BookVersion, ...]

    @property
    def audited(self) -> dict[str, int]:
        """Stratum -> how many of it were audited."""
        return {each.name: each.drawn for each in self.strata}

    @property
    def everybody(self) -> int:
        """How many responses the audit was drawn from."""
        return sum(each.size for each in self.strata)


def ground_of(session: Session, audit: AuditSample, opener: Opener) -> Ground:
    """What there is to draw from; nothing settled is draw 0 without strata. Versions: the newest first."""
    settled = settled_draw(session, audit)
    drawn = next((each for each in draws(session, audit.id) if each.sealed and each.number == settled), None)
    strata = design_of(drawn, opener).strata if drawn else ()
    others = [each for each in versions_of(session, audit.standard) if each.sha256 != audit.book]
    return Ground(audit, settled, strata, tuple(reversed(others)))


def proposed(ground: Ground, total: int) -> dict[str, int]:
    """How many of each audience: in proportion to the responses it stands for, and of each at least ten."""
    sizes = {each.name: each.size for each in ground.strata if each.drawn}
    shared = proportional(sizes, total, LEAST_OF_EACH)
    return {name: min(shared.get(name, 0), drawn) for name, drawn in ground.audited.items()}


def rows(row: PublishedSurvey, ground: Ground, wanted: Mapping[str, str], faults: Mapping[str, str]) -> Sequence[Row]:
    """The plan as the page shows it; `about` is how many were audited, where that is said."""
    called = {**definition_of(row).audience_names(), "": _("Did not say")}
    unsaid = not_said({each.name: each.size for each in ground.strata}, THRESHOLD)
    return [
        Row(
            each.name,
            called.get(each.name, each.name),
            None if each.name in unsaid else each.drawn,
            wanted.get(each.name, ""),
            None if each.name in unsaid else _width(wanted.get(each.name, ""), each),
            faults.get(each.name, ""),
        )
        for each in ground.strata
        if each.drawn
    ]


def _width(wanted: str, stratum: Stratum) -> float | None:
    if not wanted.isascii() or not wanted.isdigit():
        return None
    return bridge_width(min(int(wanted), stratum.drawn), stratum.size, USUAL_DIFFERING)


def widths(ground: Ground) -> list[tuple[int, list[float | None]]]:
    """What sizes give: how many are drawn, and half the width for each of `DIFFERING`."""
    sizes = [size for size in BRIDGE_OFFERED if size <= sum(ground.audited.values())]
    return [(size, [bridge_width(size, ground.everybody, part) for part in DIFFERING]) for size in sizes]


def read_plan(typed: Mapping[str, str], ground: Ground) -> Typed:
    """Numbers out of the form, as those of an audit are; enough of them for anything to be said."""
    found = read_typed(typed, {name: None for name, drawn in ground.audited.items() if drawn}, reason_needed=False)
    if found.faults:
        return found
    audited = ground.audited
    drawn = {name: min(number, audited[name]) for name, number in found.wanted.items()}
    faults = {
        name: _("Draw at least two of this audience. Without them nothing can be said of everybody.")
        for name, number in drawn.items()
        if number < min(2, audited[name])
    }
    if not faults and sum(drawn.values()) < FEWEST_PAIRS:
        first = next(iter(drawn))
        faults[first] = _(
            "Draw at least {number} in all. Fewer say too little, and are not shown.", number=FEWEST_PAIRS
        )
    return Typed(found.wanted, faults)
