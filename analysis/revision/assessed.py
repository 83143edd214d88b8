"""How far services meet a clause by their own account, for whoever looks at the evidence for it."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.revision.self_assessing import OPEN, STATES
from analysis.revision.tables import AssessedClause, SelfAssessment


def counts_for(session: Session, organisation_id: bytes, clause_id: str) -> Mapping[str, int]:
    """State of `self_assessing.STATES` -> how many services of the organisation say so of a clause, finished.

    Of a service only what it said last counts, so that nobody is counted once for every year or stage.
    """
    return counts_for_all(session, organisation_id).get(clause_id, dict.fromkeys(STATES, 0))


def counts_for_all(session: Session, organisation_id: bytes) -> dict[str, dict[str, int]]:
    """Clause id -> the same for every clause that anything was said of, in one reading."""
    asked = select(AssessedClause.clause_id, AssessedClause.met, SelfAssessment.service)
    asked = asked.join(SelfAssessment, SelfAssessment.id == AssessedClause.assessment_id)
    asked = asked.where(SelfAssessment.organisation_id == organisation_id, SelfAssessment.ended_on.is_not(None))
    asked = asked.where(AssessedClause.met != OPEN)
    rows = session.execute(asked.order_by(SelfAssessment.ended_on, SelfAssessment.made_at, SelfAssessment.id))
    last = {(clause_id, service.casefold()): met for clause_id, met, service in rows}
    found: dict[str, dict[str, int]] = {}
    for (clause_id, _service), met in last.items():
        found.setdefault(clause_id, dict.fromkeys(STATES, 0))[met] += 1
    return found
