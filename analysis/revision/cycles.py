"""The cycles of an organisation: begun, looked up, and the surveys and the edition that belong to them."""

from datetime import date
from secrets import token_urlsafe

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.revision.tables import CycleSurvey, RevisionCycle
from analysis.standard.clauses import StandardText
from analysis.standard.held_editions import pin_edition, text_in
from analysis.standard.tables import StandardEdition
from safekeeping.clock import steady_now
from surveys.definition.published import PublishedSurvey


def begin_cycle(
    session: Session,
    organisation_id: bytes,
    name: str,
    published_on: date,
    due_on: date,
    *,
    title: str = "",
    stage: str = "",
    made_by: bytes | None = None,
) -> RevisionCycle:
    """Begin the revision of the newest edition of a standard. Raises `analysis.standard.edition.UnknownEdition`."""
    edition = pin_edition(session, organisation_id, name)
    cycle = RevisionCycle(
        organisation_id=organisation_id,
        edition_id=edition.id,
        stage=stage,
        title=title or text_in(edition).title,
        published_on=published_on,
        due_on=due_on,
        made_by=made_by,
        made_at=steady_now(),
        calendar_key=token_urlsafe(32),
    )
    session.add(cycle)
    session.flush()
    return cycle


def cycles_of(session: Session, organisation_id: bytes) -> list[RevisionCycle]:
    """Every cycle, those under way first, then by the day they are due."""
    of_it = select(RevisionCycle).where(RevisionCycle.organisation_id == organisation_id)
    found = session.scalars(of_it.order_by(RevisionCycle.due_on, RevisionCycle.id))
    return sorted(found, key=lambda each: each.ended_on is not None)


def cycle_of(session: Session, organisation_id: bytes, cycle_id: bytes) -> RevisionCycle:
    """One of them. Raises `sqlalchemy.exc.NoResultFound`."""
    cycle = session.get(RevisionCycle, cycle_id)
    if cycle is None or cycle.organisation_id != organisation_id:
        raise NoResultFound(cycle_id)
    return cycle


def text_of(session: Session, cycle: RevisionCycle) -> StandardText:
    """The edition that is under revision."""
    return text_in(session.get_one(StandardEdition, cycle.edition_id))


def link_survey(session: Session, cycle: RevisionCycle, survey_id: bytes, purpose: str) -> None:
    """Let a survey give the cycle its evidence; `purpose` is one of `tables.PURPOSES`."""
    session.merge(CycleSurvey(cycle_id=cycle.id, survey_id=survey_id, purpose=purpose))
    session.flush()


def surveys_of(session: Session, cycle: RevisionCycle, purpose: str | None = None) -> list[PublishedSurvey]:
    """The surveys of a cycle, by their address; with `purpose`, those that serve it."""
    of_it = select(PublishedSurvey).join(CycleSurvey, CycleSurvey.survey_id == PublishedSurvey.id)
    of_it = of_it.where(CycleSurvey.cycle_id == cycle.id)
    if purpose is not None:
        of_it = of_it.where(CycleSurvey.purpose == purpose)
    return list(session.scalars(of_it.order_by(PublishedSurvey.address)))
