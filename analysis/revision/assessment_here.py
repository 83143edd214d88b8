"""The self-assessment that a page of the desk is about."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from flask import abort, g
from sqlalchemy.exc import NoResultFound

from analysis.revision.self_assessing import (
    Account,
    Accounts,
    Comparison,
    Gap,
    Portion,
    Tally,
    assessed_clauses,
    by_section,
    by_stage,
    compare,
    gaps,
    portions,
    tally,
)
from analysis.revision.self_assessments import (
    accounts_in_short,
    accounts_of,
    assessment_of,
    assessments_of,
    last_finished,
    superseded,
    text_assessed,
)
from analysis.revision.tables import SelfAssessment
from analysis.standard.clauses import PlacedClause, StandardText
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.languages import gettext as _


@dataclass(frozen=True)
class AssessmentHere:
    """A self-assessment with the edition it answers for, what it says, and the one before it, where there is one.

    `superseded`: a later one of the same service is finished, so that no plan in this one is waited for any more.
    """

    row: SelfAssessment
    text: StandardText
    accounts: Accounts
    before: SelfAssessment | None
    said_before: dict[str, Account]
    today: date
    superseded: bool = False

    @property
    def key(self) -> str:
        """What its pages have in their address."""
        return self.row.id.hex()

    @cached_property
    def clauses(self) -> tuple[PlacedClause, ...]:
        """What it answers for."""
        return assessed_clauses(self.text, self.row.stage)

    @cached_property
    def portions(self) -> tuple[Portion, ...]:
        """Its pages."""
        return portions(self.text, self.row.stage)

    @cached_property
    def whole(self) -> Tally:
        """All of it."""
        return tally(_("All of it"), self.clauses, self.accounts)

    @cached_property
    def sections(self) -> tuple[Tally, ...]:
        """Each section."""
        return by_section(self.text, self.clauses, self.accounts)

    @cached_property
    def stages(self) -> tuple[Tally, ...]:
        """Each stage of the edition."""
        return by_stage(self.text, self.clauses, self.accounts)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What is not met, with its plan."""
        return gaps(self.clauses, self.accounts, date.min if self.superseded else self.today)

    @cached_property
    def comparison(self) -> Comparison | None:
        """What changed since the one before it."""
        return compare(self.clauses, self.accounts, self.said_before) if self.before else None

    @property
    def stage_title(self) -> str:
        """The stage it is of, in words."""
        return next((each.title for each in self.text.stages if each.code == self.row.stage), _("All of it"))

    def standing(self, portion: Portion) -> Tally:
        """How far one page of it is."""
        return tally(portion.heading.title, portion.clauses, self.accounts, portion.heading.number, portion.colour)

    def to_do(self) -> Portion | None:
        """The first page with something nothing is said of."""
        return next((each for each in self.portions if self.standing(each).done < len(each.clauses)), None)


def assessment_here(key: str) -> AssessmentHere:
    """The self-assessment of this key, where it is of the organisation of whoever asks; or 404."""
    try:
        row = assessment_of(kept(), g.person.organisation_id, bytes.fromhex(key))
    except (ValueError, NoResultFound):
        abort(404)
    return seen_now(row)


def seen_now(row: SelfAssessment) -> AssessmentHere:
    """One with all that belongs to it, today by the clocks of the organisation of whoever asks."""
    before = last_finished(kept(), row)
    said_before = accounts_of(kept(), before.id) if before else {}
    text, accounts = text_assessed(kept(), row), accounts_of(kept(), row.id)
    over = row.id in superseded(kept(), assessments_of(kept(), row.organisation_id))
    return AssessmentHere(row, text, accounts, before, said_before, today_here(), over)


def all_here() -> list[AssessmentHere]:
    """Every one of the organisation of whoever asks, each by itself and without its words: those under way first."""
    home, today = g.person.organisation_id, today_here()
    rows = assessments_of(kept(), home)
    said, over = accounts_in_short(kept(), home), superseded(kept(), rows)
    texts = {each.edition_id: text_assessed(kept(), each) for each in rows}
    return [
        AssessmentHere(row, texts[row.edition_id], said.get(row.id, {}), None, {}, today, row.id in over)
        for row in rows
    ]


def today_here() -> date:
    """Today by the clocks of the organisation of whoever asks."""
    return steady_now().astimezone(ZoneInfo(g.person.zone)).date()


def portion_here(here: AssessmentHere, number: int) -> Portion:
    """The page of that number, or 404."""
    if not 0 < number <= len(here.portions):
        abort(404)
    return here.portions[number - 1]
