"""A second person looks a survey over before it is published, where there is a second person."""

from sqlalchemy.orm import Session

from safekeeping.staff import Staff, Visitor, others_who_may
from surveys.writing.written import WrittenSurvey


class NotLookedOver(Exception):
    """Somebody else must look it over first; `others` are the names of who may."""

    def __init__(self, others: list[str]) -> None:
        super().__init__("a second person must look it over")
        self.others = others


def ask(row: WrittenSurvey, who: Visitor) -> None:
    """Ask a second person to look the survey over as it is now."""
    row.asked_by, row.asked_at = who.id, row.at


def send_back(row: WrittenSurvey) -> None:
    """Give it back to be worked on."""
    row.asked_by = row.asked_at = None


def is_asked(row: WrittenSurvey) -> bool:
    """Whether it waits to be looked over, and nobody has changed it since."""
    return row.asked_by is not None and row.asked_at == row.at


def asked_by(session: Session, row: WrittenSurvey) -> Staff | None:
    """Who asked, if it waits."""
    return session.get(Staff, row.asked_by) if is_asked(row) else None


def second_persons(session: Session, who: Visitor, row: WrittenSurvey) -> list[str]:
    """The names of the others who could look it over and publish it."""
    return [person.name for person in others_who_may(session, who, "publish", row.consultation_id)]


def check_second_person(session: Session, who: Visitor, row: WrittenSurvey) -> bool:
    """Whether a second person is in it: somebody else asked for what `who` publishes. False where there is none else.

    Raises `NotLookedOver`.
    """
    if is_asked(row) and row.asked_by != who.id:
        return True
    others = second_persons(session, who, row)
    if others:
        raise NotLookedOver(others)
    return False
