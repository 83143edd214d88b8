"""What an audit keeps to itself: the passages that are never learnt from, and the responses not on the desk meanwhile.

Ids only. This is all of an audit that training may ask for.
"""

from sqlalchemy import Select, select

from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.coding.tables import Passage


def audited_passages(survey_id: bytes) -> Select[bytes]:
    """The passages of every response that was ever drawn for an audit of this survey."""
    drawn = select(Passage.id).join(AuditUnit, AuditUnit.response_id == Passage.response_id)
    return drawn.join(AuditSample, AuditSample.id == AuditUnit.sample_id).where(AuditSample.survey_id == survey_id)


def being_audited() -> Select[bytes]:
    """The responses in an audit that has not ended: nobody sees them on the ordinary desk."""
    units = select(AuditUnit.response_id).join(AuditSample, AuditSample.id == AuditUnit.sample_id)
    return units.where(AuditSample.ended_at.is_(None))
