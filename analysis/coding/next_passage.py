"""Which passage a coder is to code next: in turn, the most doubtful first, or in a queue; and what was put off.

Statements here are put so that databases walk along an index and stop at the first, or begin with few passages.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, CompoundSelect, Select, func, select, tuple_, union
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.coding.code_passages import LATER, LEFT, ORDER, in_order, is_of, of_survey, responses_of
from analysis.coding.tables import HISTORY, Coding, DeskAct, Passage, Suggestion, in_force
from surveys.definition.published import PublishedSurvey
from surveys.intake.tables import Response


def _mine(coder: bytes) -> ColumnElement[bool]:
    """Whether this coder has a decision in force about the passage."""
    return select(Coding.id).where(Coding.passage_id == Passage.id, Coding.staff_id == coder).exists()


def _put_off(survey_id: bytes, coder: bytes) -> Select[bytes]:
    acts = select(DeskAct.passage_id).where(DeskAct.staff_id == coder, DeskAct.survey_id == survey_id)
    return acts.where(DeskAct.kind.in_((LATER, LEFT)), in_force(DeskAct.about))


def next_uncoded(session: Session, survey_id: bytes, coder: bytes) -> Passage | None:
    """The next passage this coder has not coded, in the random order of the responses; then what was put off.

    It goes on from where they last did something, so that it does not look through all that is done.
    """
    waits = in_order(survey_id).where(~_mine(coder), Passage.id.not_in(_put_off(survey_id, coder)))
    last = last_place(session, survey_id, coder)
    from_here = tuple_(*ORDER) >= (last.response_id, last.question, last.start) if last else None
    for left in [waits.where(from_here), waits] if from_here is not None else [waits]:
        if found := session.scalars(left.order_by(*ORDER).limit(1)).first():
            return found
    return _put_off_longest(session, survey_id, coder)


def uncoded_by(survey_id: bytes, coder: bytes | None) -> Select[Passage]:
    """The passages that this coder has neither coded nor put off; that nobody has coded, for None."""
    if coder is None:
        return in_order(survey_id).where(~select(Coding.id).where(Coding.passage_id == Passage.id).exists())
    return of_survey(survey_id).where(~_mine(coder), Passage.id.not_in(_put_off(survey_id, coder)))


def uncoded_among(ids: Select[bytes] | CompoundSelect[bytes], survey_id: bytes, coder: bytes) -> Select[Passage]:
    """Those among a few passages that this coder has neither coded nor put off."""
    few = select(Passage).where(Passage.id.in_(ids), Passage.response_id.in_(responses_of(survey_id)))
    return few.where(~_mine(coder), Passage.id.not_in(_put_off(survey_id, coder)))


def done_with(survey_id: bytes, coder: bytes) -> CompoundSelect[bytes]:
    """The ids of all passages that are not in `uncoded_by`, also of other surveys, asked for with `HISTORY`."""
    elsewhere = select(Response.id).where(
        Response.survey_id.in_(select(PublishedSurvey.id).where(PublishedSurvey.id != survey_id))
    )
    return union(
        select(Passage.id).where(Passage.in_use.is_(False)),
        select(Passage.id).where(Passage.response_id.in_(elsewhere)),
        select(Passage.id).where(Passage.response_id.in_(being_audited())),
        select(Coding.passage_id).where(Coding.staff_id == coder, in_force(Coding.id)),
        _put_off(survey_id, coder),
    )


def _put_off_longest(session: Session, survey_id: bytes, coder: bytes) -> Passage | None:
    latest = func.max(DeskAct.done_at)
    acts = select(DeskAct.passage_id).where(DeskAct.staff_id == coder, DeskAct.survey_id == survey_id)
    acts = acts.where(DeskAct.kind == LATER, in_force(DeskAct.about)).group_by(DeskAct.passage_id)
    for passage_id in session.scalars(acts.order_by(latest)).all():
        waits = of_survey(survey_id).where(Passage.id == passage_id, ~_mine(coder))
        if found := session.scalars(waits).first():
            return found
    return None


def last_place(session: Session, survey_id: bytes, coder: bytes) -> Passage | None:
    """Where this coder last did something, also where that passage is in use no longer."""
    acts = select(DeskAct.passage_id).where(DeskAct.staff_id == coder, DeskAct.survey_id == survey_id)
    newest = session.scalars(acts.order_by(DeskAct.done_at.desc(), DeskAct.id).limit(1)).first()
    return session.get(Passage, newest, execution_options=HISTORY) if newest else None


def next_doubtful(
    session: Session, survey_id: bytes, coder: bytes, apart: Iterable[Select[bytes]] = ()
) -> Passage | None:
    """The passage this coder has not coded of which the machine is least sure; then what was put off.

    First come those it suggests nothing for. `apart`: statements for ids of passages that must not be shown here, such
    as those of an audit.
    """
    left = [is_of(survey_id), ~_mine(coder), Passage.id.not_in(_put_off(survey_id, coder))]
    left += [Passage.id.not_in(each) for each in apart]
    unsure = session.execute(least_sure(select(Passage).where(*left)).limit(1)).first()
    suggested = select(Suggestion.passage_id).where(Suggestion.passage_id == Passage.id)
    # asked first of each passage, for this is so of hardly any
    silent = session.scalars(select(Passage).where(~suggested.exists(), *left).order_by(Passage.id).limit(1)).first()
    if unsure and (silent is None or (not unsure.confidence and unsure.passage_id < silent.id)):
        return session.get(Passage, unsure.passage_id)
    return silent or _put_off_longest(session, survey_id, coder)


def least_sure(left: Select[Passage]) -> Select[bytes, float]:
    """The ids among these passages (a statement) that something is suggested for, the least sure first.

    Put so that databases walk along the index of how sure, and look at no more passages than they must.
    """
    there = left.where(Passage.id == Suggestion.passage_id).with_only_columns(Passage.id).correlate(Suggestion)
    found = select(Suggestion.passage_id, Suggestion.confidence).where(there.exists())
    return found.order_by(Suggestion.confidence, Suggestion.passage_id)
