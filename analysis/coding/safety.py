"""What whoever looks after safety does: see which answers may speak of danger now, look, and note what was done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.coding.flag_tables import PassageFlags, SafetyLook
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


@dataclass(frozen=True)
class Shown:
    """One answer that may speak of danger: its passages in order, and the flags of those that are flagged.

    `traces`: where in the answer names and numbers may stand.
    """

    response_id: bytes
    question: str
    passages: Sequence[Passage]
    flags: dict[bytes, PassageFlags]
    traces: Sequence[tuple[int, int]] = ()

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


def _flagged(survey_id: bytes, *, looked_at: bool) -> Select[bytes, str, float]:
    """Answers with a flagged passage, the likeliest first. One is looked at once all its flagged passages are."""
    looked = select(SafetyLook.id).where(SafetyLook.passage_id == Passage.id).exists()
    chance = func.max(PassageFlags.chance)
    waiting = func.count(Passage.id).filter(~looked)
    return (
        select(Passage.response_id, Passage.question, chance)
        .join(PassageFlags, PassageFlags.passage_id == Passage.id)
        .join(Response, Response.id == Passage.response_id)
        .where(Response.survey_id == survey_id, PassageFlags.danger.is_(True))
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
    found = [(passage, flags) for passage in passages if (flags := session.get(PassageFlags, passage.id))]
    flagged = {passage.id: flags for passage, flags in found if flags.danger}
    traces = [(passage.start + a, passage.start + b) for passage, flags in found for a, b, _kind in flags.identifiers]
    return Shown(response_id, question, passages, flagged, traces)


def answer_of(session: Session, survey_id: bytes, passage_id: bytes) -> Shown:
    """The answer of a flagged passage of this survey. Raises `sqlalchemy.exc.NoResultFound` if it is not there."""
    flagged = (
        select(Passage)
        .join(PassageFlags, PassageFlags.passage_id == Passage.id)
        .join(Response, Response.id == Passage.response_id)
        .where(Response.survey_id == survey_id, Passage.id == passage_id, PassageFlags.danger.is_(True))
    )
    passage = session.scalars(flagged).one()
    return _shown(session, passage.response_id, passage.question)


def last_look(session: Session, office: Office, answer: Shown) -> Looked | None:
    """What was last done about an answer."""
    newest = select(SafetyLook).where(SafetyLook.passage_id.in_(answer.flags)).order_by(SafetyLook.looked_at.desc())
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
