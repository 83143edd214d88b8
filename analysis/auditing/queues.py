"""The queues of the ordinary desk: orders in which the passages come that somebody has not coded.

None of them holds a passage of an audit that is open. A queue is named by a word, and where it needs one by what stands
after a colon: `code:AE`, `words:` and the id of a search.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Select, String, cast, select
from sqlalchemy.orm import Session

from analysis.auditing.queue_order import Unsure, margin_of, most_to_learn
from analysis.auditing.queue_tables import CodingShare, WordSearch
from analysis.coding.code_passages import uncoded_by
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.marks import COLLEAGUE, SAFEGUARD, marked
from analysis.coding.tables import Passage, Suggestion

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
    unsure = select(Passage, Suggestion).join(Suggestion, Suggestion.passage_id == Passage.id)
    unsure = unsure.where(Passage.id.in_(uncoded_by(asked.survey_id, None).with_only_columns(Passage.id)))
    rows = asked.session.execute(unsure.order_by(Suggestion.confidence, Passage.id).limit(LOOKED_AT))
    return most_to_learn(
        Unsure(
            passage.id,
            passage.response_id,
            (passage.question, *suggestion.sections),
            margin_of(suggestion.probabilities, suggestion.confidence),
        )
        for passage, suggestion in rows
    )


def _assigned(asked: Asked) -> list[bytes]:
    mine = select(CodingShare.response_id).where(CodingShare.staff_id == asked.coder)
    return _ids(asked, asked.left().where(Passage.response_id.in_(mine)))


def _flagged(asked: Asked) -> list[bytes]:
    danger = select(PassageFlags.passage_id).where(PassageFlags.danger.is_(True))
    for_people = (
        marked(asked.survey_id, kind).order_by(None).with_only_columns(Passage.id) for kind in (COLLEAGUE, SAFEGUARD)
    )
    marks = (danger, *for_people)
    found = {passage for mark in marks for passage in _ids(asked, asked.left().where(Passage.id.in_(mark)))}
    return sorted(found)


def _code(asked: Asked) -> list[bytes]:
    """Those for which a section is suggested. Codes hold letters and digits only."""
    if not asked.rest.isalnum():
        return []
    holds = cast(Suggestion.sections, String).contains(f'"{asked.rest}"')
    suggested = select(Suggestion.passage_id).where(holds)
    return _ids(asked, asked.left().where(Passage.id.in_(suggested)))


def _words(asked: Asked) -> list[bytes]:
    """Those that a search found, as long as they are there."""
    search = search_called(asked.session, asked.survey_id, asked.rest)
    found = [bytes.fromhex(each) for each in search.passages] if search else []
    left = set(_ids(asked, asked.left()))
    return [passage for passage in found if passage in left]


def _ids(asked: Asked, wanted: Select[Passage]) -> list[bytes]:
    ordered = wanted.order_by(Passage.response_id, Passage.question, Passage.start)
    return list(asked.session.scalars(ordered.with_only_columns(Passage.id)))


QUEUES: dict[str, Callable[[Asked], Sequence[bytes]]] = {
    "learning": _learning,
    "assigned": _assigned,
    "flagged": _flagged,
    "code": _code,
    "words": _words,
}


def queue_of(session: Session, queue: str, survey_id: bytes, coder: bytes) -> Sequence[bytes] | None:
    """The passages of a queue in order; None where there is no queue of that name."""
    name, _colon, rest = queue.partition(":")
    find = QUEUES.get(name)
    return find(Asked(session, survey_id, coder, rest)) if find else None


def next_in(session: Session, queue: str, survey_id: bytes, coder: bytes) -> Passage | None:
    """The next passage of a queue; None at its end, or where there is no queue of that name."""
    found = next(islice(queue_of(session, queue, survey_id, coder) or (), 1), None)
    return session.get(Passage, found) if found else None


def search_called(session: Session, survey_id: bytes, name: str) -> WordSearch | None:
    """A search of this survey by its id in hex."""
    try:
        row = session.get(WordSearch, bytes.fromhex(name))
    except ValueError:
        return None
    return row if row and row.survey_id == survey_id else None
