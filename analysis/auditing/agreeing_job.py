"""Asking for the job that measures agreement; what it does loads a library that no page may load."""

from sqlalchemy.orm import Session

from analysis.auditing.sample_tables import AuditSample
from safekeeping.jobs import Job, enqueue, latest

JOB = "audit agreement"


def ask_to_agree(session: Session, sample: AuditSample) -> None:
    """Let agreement be measured anew."""
    enqueue(session, JOB, sample.id.hex(), turn=sample.survey_id.hex())


def measuring(session: Session, sample: AuditSample) -> Job | None:
    """The newest job that measures it."""
    return latest(session, JOB, sample.id.hex())
