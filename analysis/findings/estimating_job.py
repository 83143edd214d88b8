"""Asking for the job that estimates; what it does loads libraries that no page may load."""

from sqlalchemy.orm import Session

from safekeeping.jobs import Job, enqueue, latest

JOB = "estimate"


def ask_to_estimate(session: Session, survey_id: bytes) -> None:
    """Let shares be estimated anew, where that is due."""
    enqueue(session, JOB, survey_id.hex())


def estimating(session: Session, survey_id: bytes) -> Job | None:
    """The newest job that estimates."""
    return latest(session, JOB, survey_id.hex())
