"""What a coder did at the desk, act by act: noted, counted, and found again so that the last one can be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.coding.tables import HISTORY, UNDO, DeskAct, Passage, in_force
from safekeeping.vault import random_id

#: Kinds of acts, beside `code_passages.LATER` and `LEFT` and `tables.UNDO`.
CODED, MEMO, MARK, SPLIT, MERGE, OPENED, WENT_ON = "coded", "memo", "mark", "split", "merge", "opened", "went on"
#: They changed nothing, so there is nothing to take back.
ONLY_LOOKED = (UNDO, OPENED, WENT_ON)
#: Acts from before that, or more than so many, belong to no stretch of work that still goes on.
_LOOK_BACK, _MOST = timedelta(hours=8), 3000


@dataclass(frozen=True)
class Here:
    """Who is at which passage of which survey, and when."""

    session: Session
    survey_id: bytes
    passage: Passage
    coder: bytes
    now: datetime

    def at(self, passage: Passage) -> "Here":
        """The same person and moment at another passage."""
        return replace(self, passage=passage)


def did(here: Here, kind: str, about: bytes | None = None, detail: dict[str, list[str]] | None = None) -> DeskAct:
    """Note an act. `about`: the id of the row it made; without one it gets an id of its own."""
    act = DeskAct(
        survey_id=here.survey_id,
        passage_id=here.passage.id,
        staff_id=here.coder,
        kind=kind,
        about=about or random_id(),
        detail=detail or {},
        done_at=here.now,
    )
    here.session.add(act)
    here.session.flush()
    return act


def last_act(session: Session, survey_id: bytes, coder: bytes) -> DeskAct | None:
    """This coder's newest act in a survey that changed something and was not taken back."""
    mine = select(DeskAct).where(DeskAct.staff_id == coder, DeskAct.survey_id == survey_id)
    mine = mine.where(DeskAct.kind.not_in(ONLY_LOOKED), in_force(DeskAct.about))
    newest = mine.order_by(
        DeskAct.done_at.desc(), DeskAct.kind == MEMO, DeskAct.id
    )  # a memo is kept before what it is with
    return session.scalars(newest.limit(1)).first()


def coded_since(session: Session, survey_id: bytes, coder: bytes, since: datetime) -> int:
    """How many passages of a survey this coder has decided on since then; what was taken back does not count."""
    mine = select(func.count(func.distinct(DeskAct.passage_id))).where(DeskAct.staff_id == coder)
    mine = mine.where(DeskAct.survey_id == survey_id, DeskAct.done_at >= since, DeskAct.kind == CODED)
    return session.scalar(mine.where(in_force(DeskAct.about))) or 0


def moments(session: Session, survey_id: bytes, coder: bytes, now: datetime) -> list[datetime]:
    """When this coder did something in a survey of late, the newest first, back to where they last chose to go on."""
    mine = select(DeskAct.kind, DeskAct.done_at).where(DeskAct.staff_id == coder, DeskAct.survey_id == survey_id)
    newest = mine.where(DeskAct.done_at >= now - _LOOK_BACK).order_by(DeskAct.done_at.desc()).limit(_MOST)
    found = []
    for kind, moment in session.execute(newest):
        found.append(moment)
        if kind == WENT_ON:
            break
    return found


def opened(session: Session, passages: Iterable[Passage], coder: bytes) -> set[bytes]:
    """Those of these passages, all of one response, that this coder has chosen to read or has coded."""
    places = list(passages)
    if not places:
        return set()
    of_it = select(Passage).where(Passage.response_id == places[0].response_id)
    every = session.scalars(of_it, execution_options=HISTORY).all()
    mine = select(DeskAct.passage_id).where(DeskAct.passage_id.in_([each.id for each in every]))
    mine = mine.where(DeskAct.staff_id == coder, DeskAct.kind.in_((OPENED, CODED)))
    ids = set(session.scalars(mine))
    read = [each for each in every if each.id in ids]
    return {each.id for each in places if any(_overlap(each, other) for other in read)}


def _overlap(one: Passage, other: Passage) -> bool:
    return one.question == other.question and one.start < other.end and other.start < one.end
