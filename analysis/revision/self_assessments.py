"""The self-assessments of an organisation: begun, filled in, finished, copied into the next one, given up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.revision.self_assessing import Account, assessed_clauses, said_before
from analysis.revision.tables import AssessedClause, SelfAssessment
from analysis.standard.clauses import StandardText
from analysis.standard.edition import UnknownEdition
from analysis.standard.held_editions import editions_of, keep_edition, newest_edition, pin_edition, text_in
from analysis.standard.tables import StandardEdition
from safekeeping.clock import steady_now

LONGEST_SERVICE = 200


def begin_assessment(
    session: Session,
    organisation_id: bytes,
    name: str,
    edition: int,
    service: str,
    *,
    stage: str = "",
    made_by: bytes | None = None,
) -> SelfAssessment:
    """Begin one for a service, on this edition of a standard. Raises `analysis.standard.edition.UnknownEdition`."""
    held = next((each for each in editions_of(session, organisation_id, name) if each.text.edition == edition), None)
    if held is None:
        raise UnknownEdition(f"There is no edition {edition} of a standard called “{name}” here.")
    row = held.row or keep_edition(session, organisation_id, held.text)
    return _begun(session, organisation_id, row.id, service, stage, made_by)


def _begun(
    session: Session, organisation_id: bytes, edition_id: bytes, service: str, stage: str, made_by: bytes | None
) -> SelfAssessment:
    assessment = SelfAssessment(
        organisation_id=organisation_id,
        edition_id=edition_id,
        stage=stage,
        service=" ".join(service.split())[:LONGEST_SERVICE],
        made_by=made_by,
        made_at=steady_now(),
    )
    session.add(assessment)
    session.flush()
    return assessment


def assessments_of(session: Session, organisation_id: bytes) -> list[SelfAssessment]:
    """Every one of an organisation: those under way first, then the newest first."""
    of_it = select(SelfAssessment).where(SelfAssessment.organisation_id == organisation_id)
    found = session.scalars(of_it.order_by(SelfAssessment.made_at.desc(), SelfAssessment.id))
    return sorted(found, key=lambda each: each.ended_on is not None)


def assessment_of(session: Session, organisation_id: bytes, assessment_id: bytes) -> SelfAssessment:
    """One of them. Raises `sqlalchemy.exc.NoResultFound`."""
    row = session.get(SelfAssessment, assessment_id)
    if row is None or row.organisation_id != organisation_id:
        raise NoResultFound(assessment_id)
    return row


def text_assessed(session: Session, assessment: SelfAssessment) -> StandardText:
    """The edition it answers for."""
    return text_in(session.get_one(StandardEdition, assessment.edition_id))


def accounts_of(session: Session, assessment_id: bytes) -> dict[str, Account]:
    """Clause id -> what is said of it."""
    rows = session.scalars(select(AssessedClause).where(AssessedClause.assessment_id == assessment_id))
    return {row.clause_id: Account(row.met, row.evidence, row.plan, row.plan_by) for row in rows}


def keep_accounts(session: Session, assessment: SelfAssessment, accounts: Mapping[str, Account]) -> None:
    """Keep what is said of some clauses; what is said of the others stays."""
    now = steady_now()
    for clause_id, each in accounts.items():
        session.merge(
            AssessedClause(
                assessment_id=assessment.id,
                clause_id=clause_id,
                met=each.met,
                evidence=each.evidence,
                plan=each.plan,
                plan_by=each.plan_by,
                kept_at=now,
            )
        )
    session.flush()


def last_finished(session: Session, assessment: SelfAssessment) -> SelfAssessment | None:
    """The finished one of the same service on the same standard that was begun last before it; None without one."""
    before = [each for each in _finished_beside(session, assessment) if _begun_at(each) < _begun_at(assessment)]
    return max(before, key=_begun_at, default=None)


def _finished_beside(session: Session, assessment: SelfAssessment) -> list[SelfAssessment]:
    every = assessments_of(session, assessment.organisation_id)
    of_it = _of_each(session, every)
    return [each for each in every if each.ended_on is not None and of_it[each.id] == of_it[assessment.id]]


def _begun_at(assessment: SelfAssessment) -> tuple[datetime, bytes]:
    return assessment.made_at, assessment.id


def _of_each(session: Session, several: Iterable[SelfAssessment]) -> dict[bytes, tuple[str, str]]:
    """Id of each -> its service, whatever its capitals, and the standard it is on."""
    rows = list(several)
    editions = {each.edition_id for each in rows}
    asked = select(StandardEdition.id, StandardEdition.name).where(StandardEdition.id.in_(editions))
    names = {row.id: row.name for row in session.execute(asked)}
    return {each.id: (each.service.casefold(), names[each.edition_id]) for each in rows}


def superseded(session: Session, several: Sequence[SelfAssessment]) -> set[bytes]:
    """The ids of those after which one of the same service on the same standard was begun and finished."""
    of_it = _of_each(session, several)
    newest: dict[tuple[str, str], tuple[datetime, bytes]] = {}
    for each in several:
        if each.ended_on is not None:
            newest[of_it[each.id]] = max(newest.get(of_it[each.id], _begun_at(each)), _begun_at(each))
    return {each.id for each in several if _begun_at(each) < newest.get(of_it[each.id], _begun_at(each))}


def accounts_in_short(session: Session, organisation_id: bytes) -> dict[bytes, dict[str, Account]]:
    """Id of each self-assessment -> clause id -> how far it is met and by when it is to be, without the words."""
    asked = select(AssessedClause.assessment_id, AssessedClause.clause_id, AssessedClause.met, AssessedClause.plan_by)
    asked = asked.join(SelfAssessment, SelfAssessment.id == AssessedClause.assessment_id)
    found: dict[bytes, dict[str, Account]] = {}
    for row in session.execute(asked.where(SelfAssessment.organisation_id == organisation_id)):
        found.setdefault(row.assessment_id, {})[row.clause_id] = Account(row.met, plan_by=row.plan_by)
    return found


def overdue_plans(session: Session, organisation_id: bytes, today: date) -> int:
    """How many plans should be done by now, of those that no later self-assessment took the place of."""
    over = superseded(session, assessments_of(session, organisation_id))
    said = accounts_in_short(session, organisation_id)
    standing = [account for key, accounts in said.items() if key not in over for account in accounts.values()]
    return sum(account.is_overdue(today) for account in standing)


def finish(assessment: SelfAssessment, today: date) -> None:
    """It says what it says, from now on."""
    assessment.ended_on = today


def begin_next(session: Session, assessment: SelfAssessment, made_by: bytes | None = None) -> SelfAssessment:
    """The next one of the same service, on the newest edition: evidence and plans are taken over where a clause is the
    same or comes from one that was answered for; how far it is met must be said anew."""
    name = text_assessed(session, assessment).name
    text = newest_edition(session, assessment.organisation_id, name).text
    stage = assessment.stage if assessment.stage in {each.code for each in text.stages} else ""
    row = pin_edition(session, assessment.organisation_id, name)
    made = _begun(session, assessment.organisation_id, row.id, assessment.service, stage, made_by)
    before = accounts_of(session, assessment.id)
    taken = {each.clause.id: said_before(each.clause, before) for each in assessed_clauses(text, stage)}
    full = {key: each for key, each in taken.items() if each.evidence or each.plan}
    keep_accounts(
        session, made, {key: Account("", each.evidence, each.plan, each.plan_by) for key, each in full.items()}
    )
    return made


def give_up(session: Session, assessment: SelfAssessment) -> None:
    """Forget one, with everything said in it."""
    session.execute(delete(AssessedClause).where(AssessedClause.assessment_id == assessment.id))
    session.delete(assessment)
    session.flush()
