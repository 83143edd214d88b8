"""What coders do: read a passage in its answer, record a decision, find what was decided.

Every passage in use of a survey is found through `of_survey`; those in an audit that has not ended are left out there.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.code_books.versions import BookVersion
from analysis.coding.suggestion import STANCES
from analysis.coding.tables import HISTORY, Coding, DeskAct, Passage, Suggestion
from analysis.standard.edition import Edition
from safekeeping.database import in_parts
from surveys.intake.tables import Response

#: What a decision did with the suggestion; `UNAIDED` where its coder did not see it.
ACCEPTED, CHANGED, NONE, UNAIDED = "accepted", "changed", "none", "unaided"
#: Kinds of acts by which somebody puts a passage off, or leaves it to others.
LATER, LEFT = "later", "left"
ORDER = (Passage.response_id, Passage.question, Passage.start)


@dataclass(frozen=True)
class Decision:
    """What somebody says of a passage: codes of sections and themes, and a stance or none."""

    sections: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    stance: str = ""

    def within(self, edition: Edition) -> "Decision":
        """The same in the words of an edition: a theme brings its section, what the edition does not have drops out."""
        sections, themes = edition.sections_and_themes({*self.sections, *self.themes})
        return Decision(sections, themes, self.stance if self.stance in STANCES else "")


def of_survey(survey_id: bytes) -> Select[Passage]:
    """The passages in use of a survey, without those kept apart."""
    found = select(Passage).join(Response, Response.id == Passage.response_id)
    return found.where(Response.survey_id == survey_id, Response.id.not_in(being_audited()))


def responses_of(survey_id: bytes) -> Select[bytes]:
    """The responses of a survey without those kept apart: for statements that begin with a few passages. From
    `of_survey` a database begins with all responses."""
    return select(Response.id).where(Response.survey_id == survey_id, Response.id.not_in(being_audited()))


def in_order(survey_id: bytes) -> Select[Passage]:
    """The same as `of_survey`, put so that databases walk along the index of places and stop at the first."""
    return select(Passage).where(is_of(survey_id))


def is_of(survey_id: bytes) -> ColumnElement[bool]:
    """Whether the passage that a statement has come to is one of these."""
    return responses_of(survey_id).where(Response.id == Passage.response_id).correlate(Passage).exists()


def coded_by_anybody() -> Select[bytes]:
    """The ids of passages that carry somebody's decision, of all surveys."""
    return select(Coding.passage_id)


def last_coded(session: Session, survey_id: bytes, coder: bytes) -> Passage | None:
    """The passage this coder coded last."""
    mine = of_survey(survey_id).join(Coding, Coding.passage_id == Passage.id).where(Coding.staff_id == coder)
    return session.scalars(mine.order_by(Coding.coded_at.desc()).limit(1)).first()


def passage_of(session: Session, survey_id: bytes, passage_id: bytes) -> Passage:
    """A passage of this survey. Raises `sqlalchemy.exc.NoResultFound` if it is not there."""
    return session.scalars(of_survey(survey_id).where(Passage.id == passage_id)).one()


def in_its_place(session: Session, survey_id: bytes, passage_id: bytes) -> Passage:
    """The first passage in use where one was that was cut anew. Raises `sqlalchemy.exc.NoResultFound`."""
    before = session.get_one(Passage, passage_id, execution_options=HISTORY)
    same = of_survey(survey_id).where(Passage.response_id == before.response_id, Passage.question == before.question)
    same = same.where(Passage.start < before.end, Passage.end > before.start).order_by(Passage.start).limit(1)
    return session.scalars(same).one()


def passages_of_answer(session: Session, passage: Passage) -> list[Passage]:
    """All passages in use of the same answer, in their order."""
    same = select(Passage).where(Passage.response_id == passage.response_id, Passage.question == passage.question)
    return list(session.scalars(same.order_by(Passage.start)))


def passages_of_response(session: Session, survey_id: bytes, response_id: bytes) -> list[Passage]:
    """All passages in use of one response, answer by answer, without those kept apart."""
    return list(session.scalars(of_survey(survey_id).where(Passage.response_id == response_id).order_by(*ORDER)))


def of_next_response(session: Session, survey_id: bytes, response_id: bytes) -> Passage | None:
    """The first passage of the response that comes after this one, decided on or not."""
    later = in_order(survey_id).where(Passage.response_id > response_id)
    return session.scalars(later.order_by(*ORDER).limit(1)).first()


def of_response_before(session: Session, survey_id: bytes, response_id: bytes) -> Passage | None:
    """The last passage of the response that comes before this one, decided on or not."""
    earlier = in_order(survey_id).where(Passage.response_id < response_id)
    return session.scalars(earlier.order_by(*(each.desc() for each in ORDER)).limit(1)).first()


def speaks_of(suggestion: Suggestion | None, edition: Edition) -> bool:
    """Whether there is a suggestion, and the edition has its sections; another code book's is being made anew."""
    return suggestion is not None and set(suggestion.sections) <= set(edition.section_codes)


def suggestion_for(session: Session, passage: Passage) -> Suggestion | None:
    """What the model in use suggests."""
    return session.get(Suggestion, passage.id)


def suggestions_for(session: Session, passages: Iterable[Passage]) -> dict[bytes, Suggestion]:
    """The same for a few passages, by their ids."""
    wanted = select(Suggestion).where(Suggestion.passage_id.in_([each.id for each in passages]))
    return {row.passage_id: row for row in session.scalars(wanted)}


def latest_coding(session: Session, passage: Passage, coder: bytes) -> Coding | None:
    """This coder's newest decision about the passage."""
    return latest_codings(session, [passage], coder).get(passage.id)


def latest_codings(session: Session, passages: Iterable[Passage], coder: bytes) -> dict[bytes, Coding]:
    """This coder's newest decision about each of a few passages, by their ids."""
    ids = [each.id for each in passages]
    mine = select(Coding).where(Coding.passage_id.in_(ids), Coding.staff_id == coder)
    return {row.passage_id: row for row in session.scalars(mine.order_by(Coding.coded_at))}


def suggestion_seen(session: Session, responses: Collection[bytes]) -> set[tuple[bytes, bytes]]:
    """(response, person) of everybody who did anything to a passage of these responses here, beside its suggestion.

    What was taken back, and what was done to a passage that was cut anew since, was seen all the same.
    """
    coded = select(Passage.response_id, Coding.staff_id).join(Coding, Coding.passage_id == Passage.id)
    acted = select(Passage.response_id, DeskAct.staff_id).join(DeskAct, DeskAct.passage_id == Passage.id)
    rows = (
        session.execute(found.where(Passage.response_id.in_(some)), execution_options=HISTORY)
        for some in in_parts(sorted(responses))
        for found in (coded, acted)
    )
    return {(response_id, person) for some in rows for response_id, person in some}


def decisions_of(session: Session, survey_id: bytes, coder: bytes) -> Iterable[tuple[Coding, Passage]]:
    """This coder's newest decision about each passage of a survey, the newest first, read as they are asked for."""
    wanted = of_survey(survey_id).join(Coding, Coding.passage_id == Passage.id).where(Coding.staff_id == coder)
    newest = wanted.with_only_columns(Coding, Passage).order_by(Coding.coded_at.desc(), Coding.id)
    seen: set[bytes] = set()
    for coding, passage in session.execute(newest.execution_options(yield_per=50)):
        if passage.id not in seen:
            seen.add(passage.id)
            yield coding, passage


def coded_by_others(session: Session, passages: Iterable[bytes], coder: bytes) -> bool:
    """Whether somebody else has a decision in force about one of these."""
    theirs = select(Coding.id).where(Coding.passage_id.in_(list(passages)), Coding.staff_id != coder)
    return session.scalars(theirs.limit(1)).first() is not None


@dataclass(frozen=True)
class By:
    """Whose decision it is, by which code book, when, and whether they saw what the machine suggests."""

    coder: bytes
    book: BookVersion
    now: datetime
    aided: bool = True


def record(session: Session, passage: Passage, decision: Decision, by: By) -> Coding:
    """Add a decision, as far as the code book has its codes."""
    chosen = decision.within(by.book.edition)
    coding = Coding(
        passage_id=passage.id,
        staff_id=by.coder,
        sections=list(chosen.sections),
        themes=list(chosen.themes),
        stance=chosen.stance,
        act=_act(chosen, suggestion_for(session, passage)) if by.aided else UNAIDED,
        standard=by.book.book.name,
        book=by.book.sha256,
        coded_at=by.now,
    )
    session.add(coding)
    session.flush()
    return coding


def _act(chosen: Decision, suggested: Suggestion | None) -> str:
    if suggested is not None and suggested.sections == list(chosen.sections):
        return ACCEPTED
    return CHANGED if chosen.sections else NONE
