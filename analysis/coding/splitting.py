"""Cut a passage anew: part it, or join it with the next one of the same answer. What was stays; it is in use no longer.

The flags of the answer are made anew at once; suggestions by a job (`analysis.suggesting_parts`), until when the new
passages have none.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import audited_passages
from analysis.coding import marks, recutting
from analysis.coding.acts import MERGE, SPLIT, Here, did
from analysis.coding.code_passages import coded_by_others, of_survey, passages_of_answer
from analysis.coding.counting import cut_anew
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.flagging import flag
from analysis.coding.recutting import NoSuchPlace, Span
from analysis.coding.tables import HISTORY, DeskAct, Passage
from safekeeping.jobs import enqueue

JOB = "suggest parts"


class CutSince(Exception):
    """These passages were cut anew, or a colleague has decided on them: what was done cannot be taken back."""


def split(here: Here, answer: str, at: int) -> Passage:
    """Part the passage before the sign at this place, counted within it. Its first part. Raises `NoSuchPlace`.

    What was ever in an audit stays as it was cut: its labels are about just these words.
    """
    passage = here.passage
    parts = recutting.parted(answer[passage.start : passage.end], at)
    spans = [(passage.start + start, passage.start + end) for start, end in parts]
    return _cut(here, answer, SPLIT, [passage], spans)[0]


def merge(here: Here, answer: str) -> Passage:
    """Join the passage with the next one. Raises `NoSuchPlace` where there is none that may be joined."""
    following = next_in_answer(here.session, here.survey_id, here.passage)
    if following is None:
        raise NoSuchPlace("nothing to join with")
    return _cut(here, answer, MERGE, [here.passage, following], [(here.passage.start, following.end)])[0]


def next_in_answer(session: Session, survey_id: bytes, passage: Passage) -> Passage | None:
    """The passage that follows in the same answer; none where an audit keeps it apart."""
    there = passages_of_answer(session, passage)
    later = next((each for each in there if each.start > passage.start), None)
    if later is None:
        return None
    return session.scalars(of_survey(survey_id).where(Passage.id == later.id)).first()


def _cut(here: Here, answer: str, kind: str, before: Sequence[Passage], spans: Sequence[Span]) -> list[Passage]:
    _lock(here.session, before)
    if here.session.scalars(audited_passages(here.survey_id).where(Passage.id.in_([p.id for p in before]))).first():
        raise NoSuchPlace("an audit has labels for it")
    after = [_at(here.session, before[0], span) for span in spans]
    _put_in_use(here, answer, before, after)
    did(here.at(after[0]), kind, detail={"before": _ids(before), "after": _ids(after)})
    return after


def _lock(session: Session, passages: Iterable[Passage]) -> None:
    """Of two who cut the same passage at once, the second is told that it is in use no longer."""
    wanted = {each.id for each in passages}
    locked = select(Passage).where(Passage.id.in_(wanted)).with_for_update()
    found = {each.id for each in session.scalars(locked, execution_options={"populate_existing": True})}
    if found != wanted:
        raise CutSince("cut anew by somebody else")


def _at(session: Session, like: Passage, span: Span) -> Passage:
    """The passage of the same answer that lies there, in use or not; made now where there never was one."""
    there = select(Passage).where(Passage.response_id == like.response_id, Passage.question == like.question)
    there = there.where(Passage.start == span[0], Passage.end == span[1])
    found = session.scalars(there, execution_options=HISTORY).first()
    return found or Passage(
        response_id=like.response_id,
        question=like.question,
        start=span[0],
        end=span[1],
        may_quote=like.may_quote,
        in_use=False,
    )


def _put_in_use(here: Here, answer: str, before: Sequence[Passage], after: Sequence[Passage]) -> None:
    for passage in before:
        passage.in_use = False
    here.session.add_all(after)
    here.session.flush()  # two passages in use may never begin at one place, not for a moment either
    for passage in after:
        passage.in_use = True
    here.session.flush()
    cut_anew(here.session, here.survey_id, [each.id for each in before], [each.id for each in after])
    marks.carry_over(here.session, before, after)
    _flag(here.session, answer, before)
    enqueue(here.session, JOB, here.survey_id.hex())


def _flag(session: Session, answer: str, before: Sequence[Passage]) -> None:
    """Look for danger and for identifiers anew. Where danger was seen it stays seen: cutting hides nothing."""
    now = passages_of_answer(session, before[0])
    rows = {each: session.get(PassageFlags, each.id) for each in {*before, *now}}
    held = [(each.start, each.end, row.chance) for each, row in rows.items() if row and row.danger]
    place = (before[0].response_id, before[0].question)
    flags = flag(session, {place: answer}, {place: now})
    for passage in now:
        chances = [chance for start, end, chance in held if start < passage.end and end > passage.start]
        if chances:
            flags[passage.id].danger = True
            flags[passage.id].chance = max(flags[passage.id].chance, *chances)
    session.flush()


def back(here: Here, answer: str, act: DeskAct) -> Passage:
    """Put what was before a split or a merge in use again. Its first passage. Raises `CutSince`."""
    after, before = (_named(here.session, act.detail[when]) for when in ("after", "before"))
    if coded_by_others(here.session, [each.id for each in after], here.coder):
        raise CutSince("coded by a colleague")
    _lock(here.session, after)
    _put_in_use(here, answer, after, before)
    return before[0]


def _named(session: Session, ids: Iterable[str]) -> list[Passage]:
    wanted = [bytes.fromhex(each) for each in ids]
    return [session.get_one(Passage, each, execution_options=HISTORY) for each in wanted]


def _ids(passages: Iterable[Passage]) -> list[str]:
    return [each.id.hex() for each in passages]
