"""Asking for the job that makes shares to compare waves by; what it does loads libraries that no page may load."""

from sqlalchemy.orm import Session

from safekeeping.jobs import Job, enqueue, latest

JOB = "wave shares"


def ask_for_shares(session: Session, survey_id: bytes, against: str) -> None:
    """Let the shares of a survey be made, to be compared with one coded by the version `against` (SHA-256)."""
    enqueue(session, JOB, _argument(survey_id, against))


def making_shares(session: Session, survey_id: bytes, against: str) -> Job | None:
    """The newest job that makes them."""
    return latest(session, JOB, _argument(survey_id, against))


def _argument(survey_id: bytes, against: str) -> str:
    return f"{survey_id.hex()} {against}"
