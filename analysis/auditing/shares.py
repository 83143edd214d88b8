"""Who codes which part of a survey on the ordinary desk, and how far each coder is."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.auditing.queue_tables import CodingShare
from analysis.coding.code_passages import coded_by_everybody
from analysis.coding.tables import Passage
from safekeeping.database import in_parts
from surveys.intake.tables import Response


@dataclass(frozen=True)
class Load:
    """What one coder has of a survey: responses and passages assigned, how many of these coded, and coded in all."""

    responses: int
    passages: int
    done: int
    coded: int

    @property
    def left(self) -> int:
        """Passages assigned and not coded."""
        return self.passages - self.done


def _open_responses(session: Session, survey_id: bytes) -> list[bytes]:
    """The responses with words that the desk may code, in the order of their random ids."""
    there = select(Response.id).where(
        Response.survey_id == survey_id,
        Response.set_aside.is_(False),
        Response.id.not_in(being_audited()),
        Response.id.in_(select(Passage.response_id)),
    )
    return list(session.scalars(there.order_by(Response.id)))


def free_responses(session: Session, survey_id: bytes) -> list[bytes]:
    """Those of them that nobody is to code yet."""
    given = set(session.scalars(select(CodingShare.response_id)))
    return [each for each in _open_responses(session, survey_id) if each not in given]


def wanted_of(typed: str, everybody: int) -> int | None:
    """How many responses are meant by `40` or by `25%` of everybody; None where neither was typed."""
    number, percent = typed.strip().removesuffix("%").strip(), typed.strip().endswith("%")
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        return None
    if percent:
        return everybody * int(number) // 100 if int(number) <= 100 else None
    return int(number)


def assign(session: Session, free: Sequence[bytes], staff_id: bytes, count: int) -> int:
    """Give somebody the next responses that nobody has; how many there were to give."""
    some = free[:count]
    session.add_all(CodingShare(response_id=each, staff_id=staff_id) for each in some)
    session.flush()
    return len(some)


def take_back(session: Session, survey_id: bytes, staff_id: bytes) -> int:
    """Take back the responses of which somebody has coded nothing; how many. The others stay theirs."""
    coded = coded_by_everybody(session, survey_id).get(staff_id, frozenset())
    responses = set(session.scalars(select(Passage.response_id).where(Passage.id.in_(coded)))) if coded else set()
    mine = session.scalars(select(CodingShare.response_id).where(CodingShare.staff_id == staff_id)).all()
    back = [each for each in mine if each in set(_open_responses(session, survey_id)) - responses]
    for some in in_parts(back):
        session.execute(delete(CodingShare).where(CodingShare.staff_id == staff_id, CodingShare.response_id.in_(some)))
    return len(back)


def loads(session: Session, survey_id: bytes) -> dict[bytes, Load]:
    """Coder -> what they have and how far they are, of everybody who has or did anything."""
    coded = coded_by_everybody(session, survey_id)
    shares = (
        select(CodingShare.staff_id, Passage.response_id, Passage.id)
        .join(Passage, Passage.response_id == CodingShare.response_id)
        .join(Response, Response.id == CodingShare.response_id)
        .where(Response.survey_id == survey_id)
    )
    passages: dict[bytes, set[bytes]] = {}
    responses: dict[bytes, set[bytes]] = {}
    for person, response_id, passage_id in session.execute(shares):
        passages.setdefault(person, set()).add(passage_id)
        responses.setdefault(person, set()).add(response_id)
    return {
        person: Load(
            len(responses.get(person, ())),
            len(passages.get(person, ())),
            len(passages.get(person, set()) & coded.get(person, frozenset())),
            len(coded.get(person, ())),
        )
        for person in {*passages, *coded}
    }


def words_there(session: Session, survey_id: bytes) -> int:
    """How many responses with words the desk may code."""
    return len(_open_responses(session, survey_id))
