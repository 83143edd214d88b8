"""Standards and their cycles as they stand today: the plan, what is late and what that delays, what calls for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from analysis.revision.cycles import cycles_of, text_of
from analysis.revision.earlier_review import calling
from analysis.revision.planning import DONE, Expected, Late, Plan, due_after, expected, late_today
from analysis.revision.plans import asides_of, owners_of, plan_of
from analysis.revision.tables import ReviewTrigger, RevisionCycle
from analysis.revision.typed_days import NoDay, read_day
from analysis.standard.clauses import StandardText
from analysis.standard.held_editions import HeldEdition, names_here, newest_edition

SOON = timedelta(days=365)


@dataclass(frozen=True)
class SeenCycle:
    """A cycle as it stands today."""

    row: RevisionCycle
    text: StandardText
    plan: Plan
    found: tuple[Expected, ...]
    late: tuple[Late, ...]
    owners: dict[str, str]
    owner_ids: dict[str, bytes]
    calling: Sequence[ReviewTrigger]

    @property
    def key(self) -> str:
        """What its pages have in their address."""
        return self.row.id.hex()

    @property
    def whole(self) -> bool:
        """Whether every step is done."""
        return all(each.state == DONE for each in self.found)


@dataclass(frozen=True)
class SeenStandard:
    """A standard: its newest edition, since when it holds, and its cycles that are under way.

    `published_on` and `due_on` are None where nobody wrote down the day; `year` where at least the year is known.
    """

    edition: HeldEdition
    published_on: date | None
    year: int | None
    due_on: date | None
    cycles: tuple[SeenCycle, ...]

    @property
    def text(self) -> StandardText:
        """What it says."""
        return self.edition.text

    @property
    def free(self) -> bool:
        """Whether a revision can begin: of all of it, or of one of its stages."""
        taken = {cycle.row.stage for cycle in self.cycles}
        return not taken >= {"", *(stage.code for stage in self.text.stages)}

    def due_within(self, today: date) -> bool:
        """Whether its review is due within a year, or was due already."""
        return self.due_on is not None and self.due_on <= today + SOON


def seen_cycle(session: Session, row: RevisionCycle, today: date) -> SeenCycle:
    """One cycle."""
    plan = plan_of(session, row)
    return SeenCycle(
        row,
        text_of(session, row),
        plan,
        expected(plan, today),
        () if row.ended_on else late_today(plan, today),
        owners_of(session, row),
        {name: aside.owner_id for name, aside in asides_of(session, row).items() if aside.owner_id},
        calling(session, row.id),
    )


def under_way(session: Session, organisation_id: bytes, today: date) -> list[SeenCycle]:
    """The cycles of an organisation that have not ended, by the day they are due."""
    rows = cycles_of(session, organisation_id)
    return [seen_cycle(session, row, today) for row in rows if row.ended_on is None]


def seen_standards(session: Session, organisation_id: bytes, cycles: Sequence[SeenCycle]) -> list[SeenStandard]:
    """Every standard there is, with those of these cycles that revise it."""
    return [
        _seen(newest_edition(session, organisation_id, name), tuple(c for c in cycles if c.text.name == name))
        for name in names_here(session, organisation_id)
    ]


def _seen(edition: HeldEdition, cycles: tuple[SeenCycle, ...]) -> SeenStandard:
    day, year = published(edition)
    due = due_after(day, edition.text.years) if day else None
    return SeenStandard(edition, day, year, due, cycles)


def published(edition: HeldEdition) -> tuple[date | None, int | None]:
    """The day an edition was published and its year, as far as they are known."""
    said = edition.text.published
    day = edition.row.published_on if edition.row else None
    if day is None:
        try:
            day = read_day(said)
        except NoDay:
            year = said[:4]
            return None, int(year) if year.isascii() and year.isdigit() else None
    return day, day.year if day else None
