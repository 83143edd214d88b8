"""The queues of the ordinary desk: orders in which the passages come that somebody has not coded.

None of them holds a passage of an audit that is open. A queue is named by a word, and where it needs one by what stands
after a colon: `code:AE`, `words:` and the id of a search.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from analysis.auditing.queue_order import Unsure, margin_of, most_to_learn
from analysis.auditing.queue_tables import CodingShare, WordSearch
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.marks import COLLEAGUE, SAFEGUARD, marked
from analysis.coding.next_passage import done_with, least_sure, uncoded_among, uncoded_by
from analysis.coding.tables import HISTORY, Passage, Suggestion
from safekeeping.database import in_parts
from surveys.intake.tables import Response

#: The least sure that the order is worked out for; the rest come once these are coded.
LOOKED_AT = 2_000


@dataclass(frozen=True)
class Asked:
    """Whose queue of which survey is asked for, and what stands after the colon of its name."""

    session: Session
    survey_id: bytes
    coder: bytes
    rest: str = ""

    def left(self) -> Select[Passage]:
        """The passages that this person has not coded."""
        return uncoded_by(self.survey_id, self.coder)


def _learning(asked: Asked) -> list[bytes]:
    """Those nobody has coded, from which suggestions would learn most."""
    unsure = least_sure(uncoded_by(asked.survey_id, None)).limit(LOOKED_AT).subquery()
    wanted = (
        select(Passage.id, Passage.response_id, Passage.question)
        .add_columns(Suggestion.sections, Suggestion.probabilities, Suggestion.confidence)
        .join(unsure, unsure.c.passage_id == Passage.id)
        .join(Suggestion, Suggestion.passage_id == unsure.c.passage_id)
    )
    return most_to_learn(
        Unsure(id, response_id, (question, *sections), margin_of(chances, sure))
        for id, response_id, question, sections, chances, sure in asked.session.execute(wanted)
    )


def _assigned(asked: Asked) -> Select[bytes]:
    mine = select(CodingShare.response_id).where(CodingShare.staff_id == asked.coder)
    return _ids(asked.left().where(Passage.response_id.in_(mine)))


def _flagged(asked: Asked) -> Select[bytes]:
    danger = select(PassageFlags.passage_id).where(PassageFlags.danger.is_(True))
    for_people = (
        marked(asked.survey_id, kind).order_by(None).with_only_columns(Passage.id) for kind in (COLLEAGUE, SAFEGUARD)
    )
    found = uncoded_among(danger.union(*for_people), asked.survey_id, asked.coder)
    return found.order_by(Passage.id).with_only_columns(Passage.id)


def _code(asked: Asked) -> Select[bytes] | Sequence[bytes]:
    """Those for which a section is suggested. Codes hold letters and digits only."""
    if not asked.rest.isalnum():
        return ()
    holds = cast(Suggestion.sections, String).contains(f'"{asked.rest}"')
    suggested = select(Suggestion.passage_id).where(holds)
    return _ids(asked.left().where(Passage.id.in_(suggested)))


def _words(asked: Asked) -> list[bytes]:
    """Those that a search found, as long as they are there."""
    search = search_called(asked.session, asked.survey_id, asked.rest)
    found = [bytes.fromhex(each) for each in search.passages] if search else []
    left = {
        passage
        for some in in_parts(found)
        for passage in asked.session.scalars(_ids(asked.left().where(Passage.id.in_(some))))
    }
    return [passage for passage in found if passage in left]


def _ids(wanted: Select[Passage]) -> Select[bytes]:
    ordered = wanted.order_by(Passage.response_id, Passage.question, Passage.start)
    return ordered.with_only_columns(Passage.id)


#: A queue may hold nearly all passages there are, so it is a statement where it can be one.
QUEUES: dict[str, Callable[[Asked], Select[bytes] | Sequence[bytes]]] = {
    "learning": _learning,
    "assigned": _assigned,
    "flagged": _flagged,
    "code": _code,
    "words": _words,
}


def _found(session: Session, queue: str, survey_id: bytes, coder: bytes) -> Select[bytes] | Sequence[bytes] | None:
    name, _colon, rest = queue.partition(":")
    find = QUEUES.get(name)
    return find(Asked(session, survey_id, coder, rest)) if find else None


def queue_of(session: Session, queue: str, survey_id: bytes, coder: bytes) -> Sequence[bytes] | None:
    """The passages of a queue in order; None where there is no queue of that name."""
    found = _found(session, queue, survey_id, coder)
    return session.scalars(found).all() if isinstance(found, Select) else found


def queue_length(session: Session, queue: str, survey_id: bytes, coder: bytes) -> int:
    """How many passages are in a queue; 0 where there is no queue of that name."""
    found = _found(session, queue, survey_id, coder)
    if isinstance(found, Select):
        return session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    return len(found or ())


def lengths_by_code(session: Session, survey_id: bytes, coder: bytes, codes: Sequence[str]) -> dict[str, int]:
    """How many passages are in the queue of each of these sections, counted at once."""
    found = [(json.loads(kept), count) for kept, count in _sections_left(session, survey_id, coder).items()]
    return {code: sum(count for sections, count in found if code in sections) for code in codes}


def _sections_left(session: Session, survey_id: bytes, coder: bytes) -> Counter[str]:
    """Sets of sections as they are kept -> for how many passages they are suggested that this person has not coded.

    Where most responses are of this survey, all suggestions there are, less those of all other passages: to look up
    what is suggested for each passage takes several times as long.
    """
    counts = select(cast(Suggestion.sections, String).label("sections"), func.count().label("count"))
    if not _has_most(session, survey_id):
        left = uncoded_by(survey_id, coder).with_only_columns(Passage.id)
        return _counted(session, counts.where(Suggestion.passage_id.in_(left)))
    others = done_with(survey_id, coder).subquery().select()
    return _counted(session, counts) - _counted(session, counts.where(Suggestion.passage_id.in_(others)), HISTORY)


def _counted(
    session: Session, counts: Select[str, int], options: Mapping[str, Any] = MappingProxyType({})
) -> Counter[str]:
    rows = session.execute(counts.group_by(cast(Suggestion.sections, String)), execution_options=options)
    return Counter(dict(rows.all()))


def _has_most(session: Session, survey_id: bytes) -> bool:
    """Whether more than half of all responses are of this survey."""
    every = select(func.count(Response.id))
    mine = session.scalar(every.where(Response.survey_id == survey_id)) or 0
    return mine * 2 > (session.scalar(every) or 0)


def next_in(session: Session, queue: str, survey_id: bytes, coder: bytes) -> Passage | None:
    """The next passage of a queue; None at its end, or where there is no queue of that name."""
    found = _found(session, queue, survey_id, coder)
    first = session.scalars(found.limit(1)).first() if isinstance(found, Select) else next(iter(found or ()), None)
    return session.get(Passage, first) if first else None


def search_called(session: Session, survey_id: bytes, name: str) -> WordSearch | None:
    """A search of this survey by its id in hex."""
    try:
        row = session.get(WordSearch, bytes.fromhex(name))
    except ValueError:
        return None
    return row if row and row.survey_id == survey_id else None
