"""The evidence that a proposal rests on: as it was pinned, and what has become of it since.

The words of a quote are read from the ledger of released quotes each time; nothing of them is kept with the pin.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.findings.first_table import NAME
from analysis.findings.shown import ALL
from analysis.revision.clause_evidence import found_again, pieces_for
from analysis.revision.piece_words import KINDS_CALLED, NUMBERS, brief, is_withheld, piece_said
from analysis.revision.pieces import FIGURE, KINDS, QUOTE, Piece
from analysis.revision.tables import PinnedEvidence, RevisionCycle
from analysis.standard.clauses import PlacedClause
from safekeeping.languages import gettext as _
from safekeeping.organisations import EVERYWHERE
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.definition.wording import say

#: As it was; something of it is different; it may not be seen any more; not for whoever looks.
AS_WAS, CHANGED, GAP, NOT_YOURS = STATES = ("as it was", "changed", "gap", "not yours")


@dataclass(frozen=True)
class PinnedNow:
    """A pin as it may be seen now. `said` is the piece in words, `since` what has become of it (empty: as it was);
    `words` those of a quote with what stands under them; `address` that of a document."""

    row: PinnedEvidence
    state: str
    kind: str
    said: str
    since: str = ""
    words: tuple[str, ...] = ()
    address: str = ""


def offered(session: Session, keys: Vault, cycle: RevisionCycle, clause: PlacedClause) -> list[Piece]:
    """The pieces that a proposal for a clause can rest on: nothing that is withheld, and everybody's share once."""
    found = pieces_for(session, keys, cycle, clause)
    return [each for each in found if not is_withheld(each.kind, each.shown) and not _is_again(each)]


def _is_again(piece: Piece) -> bool:
    """Whether it is the share of everybody, which stands in each table, and by audience first."""
    return piece.kind == FIGURE and piece.refers.get("group") == ALL and piece.refers.get("table") != NAME


def question_of(session: Session, refers: Mapping[str, Any]) -> str:
    """The wording of the question by whose answers a figure is broken down; empty for one by audience."""
    name = str(refers.get("table", NAME))
    row = session.get(PublishedSurvey, bytes.fromhex(refers["survey"])) if name != NAME else None
    question = definition_of(row).question(name) if row else None
    return say(question.wording, None) if question else ""


def pinned_now(
    session: Session, keys: Vault, cycle: RevisionCycle, pins: Iterable[PinnedEvidence], pieces: Iterable[Piece]
) -> list[PinnedNow]:
    """Each pin as it may be seen now. `pieces` are those of its clause; others are looked up where one is missing."""
    found = {each.key: each for each in pieces}
    rows = sorted(pins, key=lambda row: _order(row, list(found)))
    hidden = _not_visible(session, rows)
    shown = []
    for row in rows:
        if row.id in hidden:
            shown.append(_hidden(row))
        else:
            piece = found.get(_key(row)) or found_again(session, keys, cycle, row)
            shown.append(_now(row, piece, question_of(session, row.refers)))
    return shown


def _order(row: PinnedEvidence, keys: list[str]) -> tuple[int, int]:
    """Pins stand as their pieces are offered, kind by kind; those that are there no more come last of their kind."""
    return KINDS.index(row.kind), keys.index(_key(row)) if _key(row) in keys else len(keys)


def _key(row: PinnedEvidence) -> str:
    return Piece(row.kind, row.refers, {}).key


def _not_visible(session: Session, rows: Iterable[PinnedEvidence]) -> set[bytes]:
    """The pins of surveys that are there, but in consultations in which whoever looks has no role."""
    surveys = {row.id: bytes.fromhex(row.refers["survey"]) for row in rows if "survey" in row.refers}
    asked = select(PublishedSurvey.id).where(PublishedSurvey.id.in_(surveys.values()))
    theirs = set(session.scalars(asked))
    there = set(session.scalars(asked.execution_options(**EVERYWHERE)))
    return {row for row, survey in surveys.items() if survey in there - theirs}


def _hidden(row: PinnedEvidence) -> PinnedNow:
    said = _("From a consultation in which you have no role")
    return PinnedNow(row, NOT_YOURS, _(KINDS_CALLED[row.kind]), said)


def _now(row: PinnedEvidence, piece: Piece | None, question: str) -> PinnedNow:
    called = _(KINDS_CALLED[row.kind])
    if piece is None or is_withheld(row.kind, piece.shown):
        return PinnedNow(row, GAP, called, "", _gap(row, piece))
    said = piece_said(row.kind, row.refers, piece.shown, question)
    address = str(piece.shown.get("address", ""))
    address = address if address.startswith("https://") else ""
    if row.sha256 == piece.sha256 or not _differs(row, piece):
        return PinnedNow(row, AS_WAS, called, said, "", piece.words, address)
    if row.kind == QUOTE:
        since = _("What may stand under this quote is different from when it was pinned.")
    else:
        then, now = brief(row.kind, row.shown), brief(row.kind, piece.shown)
        since = _("It was {then} when it was pinned; it is {now} now.", then=then, now=now)
    return PinnedNow(row, CHANGED, called, said, since, piece.words, address)


def _differs(row: PinnedEvidence, piece: Piece) -> bool:
    """Whether it shows something else; a figure whose title is said in another language is the same figure."""
    names = NUMBERS.get(row.kind)
    return names is None or any(row.shown.get(name) != piece.shown.get(name) for name in names)


def _gap(row: PinnedEvidence, piece: Piece | None) -> str:
    if row.kind == QUOTE:
        return _("This quote was taken back, so its words are gone: a gap in the evidence.")
    if piece is not None:
        return _("This figure is withheld now: a gap in the evidence.")
    return _("This is not there any more: a gap in the evidence.")
