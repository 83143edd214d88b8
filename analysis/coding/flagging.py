"""Look for danger and for identifiers in the passages of answers that are taken in, and keep where they stand."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.danger import Danger, danger_in
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.identifier import Identifier
from analysis.coding.identifiers import find_identifiers
from analysis.coding.tables import Passage
from safekeeping.database import in_parts, put

# What decides what is flagged: when one of these changes, passages are looked at anew.
_MADE_BY = (
    "danger.py",
    "danger_signs.py",
    "figures_of_speech.py",
    "identifier.py",
    "identifier_addresses.py",
    "identifier_names.py",
    "identifier_numbers.py",
    "identifiers.py",
    "known_words.py",
    "training/danger-weights.json",
    "training/given-names.txt",
)
#: One answer: which response, under which name.
Place = tuple[bytes, str]


@lru_cache
def rules_identity() -> str:
    """SHA-256 over the rules, as they are on disk."""
    folder = Path(__file__).parent
    return hashlib.sha256(
        b"".join(hashlib.sha256((folder / name).read_bytes()).digest() for name in _MADE_BY)
    ).hexdigest()


def flag(
    session: Session, answers: Mapping[Place, str], passages: Mapping[Place, Sequence[Passage]]
) -> dict[bytes, PassageFlags]:
    """Flag the passages of these answers where the rules in use have not done so yet. The flags of all, by passage."""
    there = flags_there(session, answers, passages)
    flags = {key: row for key, row in there.items() if row.rules == rules_identity()}
    for row in new_flags(answers, passages, there):
        flags[row.passage_id] = put(session, row, there=row.passage_id in there)
    session.flush()
    return flags


def flags_there(
    session: Session, answers: Mapping[Place, str], passages: Mapping[Place, Sequence[Passage]]
) -> dict[bytes, PassageFlags]:
    """The flags that the passages of these answers have, by whichever rules."""
    every = [passage.id for place in answers for passage in passages[place]]
    parts = (select(PassageFlags).where(PassageFlags.passage_id.in_(some)) for some in in_parts(every))
    return {row.passage_id: row for rows in parts for row in session.scalars(rows)}


def new_flags(
    answers: Mapping[Place, str], passages: Mapping[Place, Sequence[Passage]], there: Mapping[bytes, PassageFlags]
) -> list[PassageFlags]:
    """Flags for the passages of those answers of which one or more have none by the rules in use."""
    rules = rules_identity()
    flagged = {key for key, row in there.items() if row.rules == rules}
    return [
        row
        for place, words in answers.items()
        if any(passage.id not in flagged for passage in passages[place])
        for row in _flags_of(words, passages[place])
    ]


def _flags_of(words: str, passages: Sequence[Passage]) -> list[PassageFlags]:
    found = find_identifiers(words)
    danger = danger_in(words, [(passage.start, passage.end) for passage in passages])
    return [_row(passage, at, found, danger) for at, passage in enumerate(passages)]


def _row(passage: Passage, at: int, found: Sequence[Identifier], danger: Danger) -> PassageFlags:
    shown = danger.shown and at in danger.passages
    inside = [(*_within(passage, each.start, each.end), each.kind) for each in found]
    signs = [_within(passage, start, end) for start, end in danger.spans] if shown else []
    return PassageFlags(
        passage_id=passage.id,
        rules=rules_identity(),
        identifiers=[[start, end, kind] for start, end, kind in inside if start < end],
        danger=shown,
        chance=round(danger.chance, 3) if shown else 0.0,
        signs=[[start, end] for start, end in signs if start < end],
    )


def _within(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The part of a stretch of the answer that lies in the passage, counted from its beginning; empty if none does."""
    return max(start, passage.start) - passage.start, min(end, passage.end) - passage.start
