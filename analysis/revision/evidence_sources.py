"""The surveys that give a cycle its evidence, with what may be seen of each; and those of the cycle before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.findings.shown import ShownTable
from analysis.revision.asked_about import Asking, asking_of
from analysis.revision.clause_evidence import shown_tables
from analysis.revision.tables import ASSESSMENT, CONSULTATION, SECOND, CycleSurvey, RevisionCycle
from analysis.standard.tables import StandardEdition
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, SurveyVersion, definition_of
from surveys.definition.survey import Survey

PURPOSES_SAID = {
    CONSULTATION: _("consultation"),
    SECOND: _("second consultation, on the draft"),
    ASSESSMENT: _("self-assessment"),
}


@dataclass(frozen=True)
class Source:
    """One survey: what it is to the cycle, since when it was asked, and its tables as they may be seen."""

    row: PublishedSurvey
    purpose: str
    begun: datetime
    tables: tuple[ShownTable, ...]

    @property
    def survey(self) -> Survey:
        """Its definition."""
        return definition_of(self.row)

    @property
    def served(self) -> str:
        """What it is to the cycle, in words."""
        return _(PURPOSES_SAID[self.purpose])

    @cached_property
    def asking(self) -> Asking:
        """What it asks of whom."""
        return asking_of(self.survey)

    @property
    def by_audience(self) -> ShownTable | None:
        """Its shares by audience; None where nothing was found yet."""
        return self.tables[0] if self.tables else None


def sources_of(session: Session, keys: Vault, cycle: RevisionCycle) -> list[Source]:
    """The surveys of a cycle, the newest first."""
    linked = select(PublishedSurvey, CycleSurvey.purpose).join(CycleSurvey, CycleSurvey.survey_id == PublishedSurvey.id)
    rows = [(row, purpose) for row, purpose in session.execute(linked.where(CycleSurvey.cycle_id == cycle.id))]
    return _sources(session, keys, rows)


def hidden_sources(session: Session, cycle: RevisionCycle, seen: Sequence[Source]) -> int:
    """How many surveys give the cycle evidence that whoever looks may not see."""
    every = session.scalar(select(func.count()).select_from(CycleSurvey).where(CycleSurvey.cycle_id == cycle.id)) or 0
    return every - len(seen)


def earlier_source(session: Session, keys: Vault, cycle: RevisionCycle, seen: Sequence[Source]) -> Source | None:
    """The consultation before the newest one of a cycle that has findings: in the same cycle, or in an earlier one of
    its standard. None where there is no such one with findings."""
    asked = [each for each in seen if each.purpose != ASSESSMENT and each.tables]
    if not asked:
        return None
    newest, *others = asked
    name = session.get_one(StandardEdition, cycle.edition_id).name
    linked = select(PublishedSurvey, CycleSurvey.purpose).join(CycleSurvey, CycleSurvey.survey_id == PublishedSurvey.id)
    linked = linked.join(RevisionCycle, RevisionCycle.id == CycleSurvey.cycle_id)
    linked = linked.join(StandardEdition, StandardEdition.id == RevisionCycle.edition_id)
    linked = linked.where(
        StandardEdition.name == name,
        RevisionCycle.organisation_id == cycle.organisation_id,
        RevisionCycle.id != cycle.id,
        CycleSurvey.purpose != ASSESSMENT,
        PublishedSurvey.id.not_in([each.row.id for each in asked]),
    )
    rows = {row.id: (row, purpose) for row, purpose in session.execute(linked)}
    every = [*others, *_sources(session, keys, list(rows.values()))]
    return max(
        (each for each in every if each.tables and each.begun <= newest.begun),
        key=lambda each: each.begun,
        default=None,
    )


def _sources(session: Session, keys: Vault, rows: Sequence[tuple[PublishedSurvey, str]]) -> list[Source]:
    first = select(SurveyVersion.survey_id, func.min(SurveyVersion.published_at).label("first")).group_by(
        SurveyVersion.survey_id
    )
    found = session.execute(first.where(SurveyVersion.survey_id.in_([row.id for row, _purpose in rows])))
    begun = {row.survey_id: row.first for row in found}
    made = [Source(row, purpose, begun[row.id], shown_tables(session, keys, row)) for row, purpose in rows]
    return sorted(made, key=lambda each: (each.begun, each.row.address), reverse=True)
