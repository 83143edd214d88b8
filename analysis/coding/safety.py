"""What whoever looks after safety does: see which answers may speak of danger now, look, and note what was done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from analysis.coding.desk_tables import PassageMark
from analysis.coding.flag_tables import PassageFlags, SafetyLook
from analysis.coding.marks import SAFEGUARD, counts
from analysis.coding.tables import Passage
from safekeeping.languages import gettext as _
from safekeeping.vault import Office, random_id
from surveys.intake.tables import Response

AT_ONCE = 10
LONGEST_MEMO = 300
#: What can be done, as it is kept, and as a list says it.
OUTCOMES = {"nothing": _("Looked at: nothing to do"), "passed": _("Passed on")}
_WORD = re.compile(r"\w+")
_RUN = 4  # words in a row that a memo may not share with an answer
#: Passages as a table: also those that were cut anew, for somebody may have looked at them.
_ANY = Passage.__table__.alias("any_passage")
_MARKED = (
    select(PassageMark.id)
    .where(PassageMark.passage_id == Passage.id, PassageMark.kind == SAFEGUARD, counts())
    .correlate(Passage)
)


@dataclass(frozen=True)
class Shown:
    """One answer that may speak of danger: its passages in order, and the flags of those that are flagged.

    `traces`: where in the answer names and numbers may stand. `marked`: whether a coder marked one of them.
    """

    response_id: bytes
    question: str
    passages: Sequence[Passage]
    flags: dict[bytes, PassageFlags]
    traces: Sequence[tuple[int, int]] = ()
    marked: bool = False

    @property
    def first(self) -> Passage:
        """The flagged passage that stands for the answer in addresses and forms."""
        return next(passage for passage in self.passages if passage.id in self.flags)


@dataclass(frozen=True)
class Looked:
    """What was last done about an answer: by whom (an id), when, and the memo."""

    outcome: str
    staff_id: bytes
    at: datetime
    memo: str


def _looked() -> Select[bytes]:
    """Looks at the passage, or at one that lay where it lies."""
    over = and_(
        _ANY.c.response_id == Passage.response_id,
        _ANY.c.question == Passage.question,
        _ANY.c.start < Passage.end,
        _ANY.c.end > Passage.start,
    )
    return (
        select(SafetyLook.id).join(_ANY, _ANY.c.id == SafetyLook.passage_id).where(over).correlate(Passage, PassageMark)
    )


def _waits() -> ColumnElement[bool]:
    """Whether nobody has looked at the passage, or a coder has marked it since."""
    since = _looked().where(SafetyLook.looked_at >= PassageMark.marked_at).exists()
    return or_(and_(PassageFlags.danger.is_(True), ~_looked().exists()), _MARKED.where(~since).exists())


def _of_danger(survey_id: bytes) -> Select[Passage]:
    """The passages that are flagged, or that a coder has marked. Those are few: their ids are found first, for to ask
    of each passage whether it is marked took seconds where there are many."""
    ours = select(Response.id).where(Response.survey_id == survey_id)
    found = select(Passage).outerjoin(PassageFlags, PassageFlags.passage_id == Passage.id)
    found = found.where(Passage.response_id.in_(ours))
    marked = select(PassageMark.passage_id).where(PassageMark.kind == SAFEGUARD, counts())
    flagged = select(PassageFlags.passage_id).where(PassageFlags.danger.is_(True))
    return found.where(Passage.id.in_(flagged.union(marked)))


def _flagged(survey_id: bytes, *, looked_at: bool) -> Select[bytes, str, float]:
    """Answers with such a passage, the likeliest first. One is looked at once all its passages of the kind are."""
    chance = func.max(case((_MARKED.exists(), 1.0), else_=PassageFlags.chance))
    waiting = func.count(Passage.id).filter(_waits())
    return (
        _of_danger(survey_id)
        .with_only_columns(Passage.response_id, Passage.question, chance)
        .group_by(Passage.response_id, Passage.question)
        .having(waiting == 0 if looked_at else waiting > 0)
        .order_by(chance.desc(), Passage.response_id, Passage.question)
    )


def answer_count(session: Session, survey_id: bytes, *, looked_at: bool = False) -> int:
    """How many answers of a survey may speak of danger now and wait to be looked at; or have been."""
    return session.scalar(select(func.count()).select_from(_flagged(survey_id, looked_at=looked_at).subquery())) or 0


def answers(session: Session, survey_id: bytes, *, looked_at: bool = False) -> list[Shown]:
    """The first of them, the likeliest first."""
    found = session.execute(_flagged(survey_id, looked_at=looked_at).limit(AT_ONCE))
    return [_shown(session, response_id, question) for response_id, question, _chance in found]


def _shown(session: Session, response_id: bytes, question: str) -> Shown:
    of_it = select(Passage).where(Passage.response_id == response_id, Passage.question == question)
    passages = list(session.scalars(of_it.order_by(Passage.start)))
    marked = set(session.scalars(of_it.with_only_columns(Passage.id).where(_MARKED.exists())))
    found = [(passage, _flags(session, passage)) for passage in passages]
    flagged = {passage.id: flags for passage, flags in found if flags.danger or passage.id in marked}
    traces = [(passage.start + a, passage.start + b) for passage, flags in found for a, b, _kind in flags.identifiers]
    return Shown(response_id, question, passages, flagged, traces, bool(marked))


def _flags(session: Session, passage: Passage) -> PassageFlags:
    """Its flags; none where it was cut before there were any."""
    none = PassageFlags(passage_id=passage.id, danger=False, chance=0.0, identifiers=[], signs=[])
    return session.get(PassageFlags, passage.id) or none


def answer_of(session: Session, survey_id: bytes, passage_id: bytes) -> Shown:
    """The answer of a flagged passage of this survey. Raises `sqlalchemy.exc.NoResultFound` if it is not there."""
    passage = session.scalars(_of_danger(survey_id).where(Passage.id == passage_id)).one()
    return _shown(session, passage.response_id, passage.question)


def held(session: Session, passages: Sequence[Passage]) -> set[bytes]:
    """Those of a few passages that may speak of danger, or that a coder has marked as such."""
    found = select(Passage.id).outerjoin(PassageFlags, PassageFlags.passage_id == Passage.id)
    found = found.where(Passage.id.in_([each.id for each in passages]))
    return set(session.scalars(found.where(or_(PassageFlags.danger.is_(True), _MARKED.exists()))))


def waits_in(session: Session, response_id: bytes, question: str) -> bool:
    """Whether an answer may speak of danger and nobody has looked yet, or a coder has marked it since."""
    found = select(Passage.id).outerjoin(PassageFlags, PassageFlags.passage_id == Passage.id)
    found = found.where(Passage.response_id == response_id, Passage.question == question, _waits())
    return session.scalars(found.limit(1)).first() is not None


def last_look(session: Session, office: Office, answer: Shown) -> Looked | None:
    """What was last done about an answer."""
    of_it = select(_ANY.c.id).where(_ANY.c.response_id == answer.response_id, _ANY.c.question == answer.question)
    newest = select(SafetyLook).where(SafetyLook.passage_id.in_(of_it)).order_by(SafetyLook.looked_at.desc())
    row = session.scalars(newest.limit(1)).first()
    if row is None:
        return None
    return Looked(row.outcome, row.staff_id, row.looked_at, office.open(row.memo, row.id).decode() if row.memo else "")


def record_look(
    session: Session, office: Office, answer: Shown, staff_id: bytes, outcome: str, memo: str, now: datetime
) -> None:
    """Note what was done about an answer, under each of its flagged passages."""
    for passage_id in answer.flags:
        row_id = random_id()
        sealed = office.seal(memo.encode(), row_id) if memo else b""
        session.add(
            SafetyLook(id=row_id, passage_id=passage_id, staff_id=staff_id, outcome=outcome, memo=sealed, looked_at=now)
        )
    session.flush()


def repeats(memo: str, answer: str, traces: Sequence[tuple[int, int]] = ()) -> bool:
    """Whether a memo holds words of an answer: four in a row, all of a shorter answer, or a name or number in it."""
    if any(answer[start:end].casefold() in memo.casefold() for start, end in traces):
        return True
    said, written = (_WORD.findall(text.casefold()) for text in (memo, answer))
    run = min(_RUN, max(len(written), 1))
    runs = {tuple(written[at : at + run]) for at in range(len(written) - run + 1)}
    return any(tuple(said[at : at + run]) in runs for at in range(len(said) - run + 1))
