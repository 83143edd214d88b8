"""Who codes which part of a survey on the ordinary desk, and how far each coder is."""

from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from analysis.auditing.queue_tables import CodingShare
from analysis.coding.code_passages import responses_of
from analysis.coding.tables import Coding, Passage
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


def _open_responses(survey_id: bytes) -> Select[bytes]:
    """The responses with words that the desk may code."""
    words = select(Passage.id).where(Passage.response_id == Response.id)
    return responses_of(survey_id).where(Response.set_aside.is_(False), words.exists())


def _free(survey_id: bytes) -> Select[bytes]:
    given = select(CodingShare.response_id).where(CodingShare.response_id == Response.id)
    return _open_responses(survey_id).where(~given.exists())


def free_responses(session: Session, survey_id: bytes, count: int) -> list[bytes]:
    """The first so many of them that nobody is to code yet, in the order of their random ids."""
    return list(session.scalars(_free(survey_id).order_by(Response.id).limit(count)))


def free_count(session: Session, survey_id: bytes) -> int:
    """How many nobody is to code yet."""
    return session.scalar(_free(survey_id).with_only_columns(func.count(Response.id))) or 0


def wanted_of(typed: str, everybody: int) -> int | None:
    """How many responses are meant by `40` or by `25%` of everybody; None where neither was typed."""
    number, percent = typed.strip().removesuffix("%").strip(), typed.strip().endswith("%")
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        return None
    if percent:
        return everybody * int(number) // 100 if int(number) <= 100 else None
    return int(number)


def assign(session: Session, survey_id: bytes, staff_id: bytes, count: int) -> int:
    """Give somebody the next responses that nobody has; how many there were to give."""
    some = free_responses(session, survey_id, count)
    session.add_all(CodingShare(response_id=each, staff_id=staff_id) for each in some)
    session.flush()
    return len(some)


def take_back(session: Session, survey_id: bytes, staff_id: bytes) -> int:
    """Take back the responses of which somebody has coded nothing; how many. The others stay theirs."""
    begun = _coded(survey_id).where(Coding.staff_id == staff_id, Passage.response_id == CodingShare.response_id)
    back = session.scalars(
        select(CodingShare.response_id)
        .where(CodingShare.staff_id == staff_id, CodingShare.response_id.in_(_open_responses(survey_id)))
        .where(~begun.with_only_columns(Coding.id).correlate(CodingShare).exists())
    ).all()
    for some in in_parts(back):
        session.execute(delete(CodingShare).where(CodingShare.staff_id == staff_id, CodingShare.response_id.in_(some)))
    return len(back)


def _coded(survey_id: bytes) -> Select[Coding]:
    """What anybody has decided about passages of a survey."""
    found = select(Coding).join(Passage, Passage.id == Coding.passage_id)
    return found.where(Passage.response_id.in_(responses_of(survey_id)))


def loads(session: Session, survey_id: bytes) -> dict[bytes, Load]:
    """Coder -> what they have and how far they are, of everybody who has or did anything."""
    passages = func.count(func.distinct(Passage.id))
    mine = select(CodingShare.staff_id, func.count(func.distinct(Passage.response_id)), passages)
    mine = mine.join(Passage, Passage.response_id == CodingShare.response_id).group_by(CodingShare.staff_id)
    mine = mine.where(CodingShare.response_id.in_(select(Response.id).where(Response.survey_id == survey_id)))
    coded = _coded(survey_id).with_only_columns(Coding.staff_id, passages).group_by(Coding.staff_id)
    of_mine = (CodingShare.response_id == Passage.response_id) & (CodingShare.staff_id == Coding.staff_id)
    has = {person: (responses, count) for person, responses, count in session.execute(mine)}
    did, done = (dict(session.execute(each).all()) for each in (coded, coded.join(CodingShare, of_mine)))
    return {person: Load(*has.get(person, (0, 0)), done.get(person, 0), did.get(person, 0)) for person in {*has, *did}}


def words_there(session: Session, survey_id: bytes) -> int:
    """How many responses with words the desk may code."""
    return session.scalar(_open_responses(survey_id).with_only_columns(func.count(Response.id))) or 0
