"""The ledger of released quotes: where each was shown, by whom, since when, and what must be made again without it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.quoting.standing import Standing
from analysis.quoting.tables import QuoteLedger, QuoteRelease
from safekeeping.jobs import now
from safekeeping.languages import gettext as _

RELEASE, USE, END = "released", "used", "ended"
ACTS = {
    RELEASE: _("Released"),
    USE: _("Used in a report"),
    END: _("Shown no more"),
}


@dataclass(frozen=True)
class Line:
    """One row of the ledger, and whether a report that holds the quote has to be made again."""

    row: QuoteLedger
    outdated: bool


def hash_of(text: str) -> str:
    """SHA-256 of a released text, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def note_release(session: Session, survey_id: bytes, release: QuoteRelease, text: str, by: bytes, at: datetime) -> None:
    """Add that a quote may be shown, approved by this person."""
    session.add(
        QuoteLedger(
            survey_id=survey_id,
            release_id=release.id,
            act=RELEASE,
            section=release.section,
            text_hash=hash_of(text),
            staff_id=by,
            noted_at=at,
        )
    )
    session.flush()


class NotApproved(ValueError):
    """A text is to be used that is not the one which two people released."""


def note_use(session: Session, survey_id: bytes, used: Mapping[str, str], place: str, by: bytes, at: datetime) -> None:
    """Add that these quotes (`released.Quote.id` -> its text as it is used) stand in a report called `place`.

    Raises `KeyError` for one that was never released, and `NotApproved` for other words than were.
    """
    rows = select(QuoteLedger).where(QuoteLedger.survey_id == survey_id, QuoteLedger.act == RELEASE)
    known = {row.release_id.hex(): row for row in session.scalars(rows)}
    for each, text in used.items():
        row = known[each]
        if hash_of(text) != row.text_hash:
            raise NotApproved("these words are not the ones that were released")
        session.add(
            QuoteLedger(
                survey_id=survey_id,
                release_id=row.release_id,
                act=USE,
                place=place[:200],
                section=row.section,
                text_hash=row.text_hash,
                staff_id=by,
                noted_at=at,
            )
        )
    session.flush()


def _add_end(session: Session, row: QuoteLedger) -> None:
    """By the day and without a reason: whoever withdraws is not to be told by the minute."""
    ended = QuoteLedger(
        survey_id=row.survey_id,
        release_id=row.release_id,
        act=END,
        section=row.section,
        text_hash=row.text_hash,
        staff_id=None,
        noted_at=now().replace(hour=0, minute=0, second=0, microsecond=0),
    )
    session.add(ended)


def end_release(session: Session, standing: Standing) -> None:
    """Show the quote no more from here on; nothing where it was not released."""
    if standing.release is None:
        return
    session.delete(standing.release)
    session.flush()
    end_missing(session, standing.quote.survey_id)


def end_missing(session: Session, survey_id: bytes) -> int:
    """Add to the ledger what is released no more, such as quotes of a response that was withdrawn. How many."""
    there = select(QuoteRelease.id)
    rows = select(QuoteLedger).where(QuoteLedger.survey_id == survey_id, QuoteLedger.act == RELEASE)
    ended = select(QuoteLedger.release_id).where(QuoteLedger.survey_id == survey_id, QuoteLedger.act == END)
    gone = list(session.scalars(rows.where(QuoteLedger.release_id.not_in(there), QuoteLedger.release_id.not_in(ended))))
    for row in gone:
        _add_end(session, row)
    session.flush()
    return len(gone)


def lines(session: Session, survey_id: bytes) -> list[Line]:
    """The ledger, the newest first."""
    rows = select(QuoteLedger).where(QuoteLedger.survey_id == survey_id)
    found = list(session.scalars(rows.order_by(QuoteLedger.noted_at.desc(), QuoteLedger.id)))
    ended = {row.release_id for row in found if row.act == END}
    return [Line(row, row.act == USE and row.release_id in ended) for row in found]


def to_make_again(session: Session, survey_id: bytes) -> list[str]:
    """The reports that hold a quote which is shown no more, by what they are called."""
    return sorted({line.row.place for line in lines(session, survey_id) if line.outdated})
