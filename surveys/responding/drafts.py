"""Unfinished answers: sealed under a key that only the browser's cookie holds, gone after four hours or on leaving."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping import vault
from safekeeping.database import UNORDERED, Throwaway

LASTS = timedelta(hours=4)
CHECK, SENT = "check your answers", "sent"  # with spaces, so that no page can have these names


class DraftRow(Throwaway):
    """One sealed draft. `ends_hour` is whole hours since 1970, so that it tells little of when it began."""

    __tablename__ = "draft"
    __table_args__ = UNORDERED
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    ends_hour: Mapped[int]


@dataclass(frozen=True)
class Draft:
    """Where a person is in a survey: the page, what they answered, which questions they have been through.

    `typed` holds, page by page, what stands in fields and is no answer yet. `opened` are the questions that are new on
    the page because of what was answered on it. `version` and `language` are those it was begun with or changed to.
    """

    survey: str
    nonce: str
    at: str
    answers: dict[str, Any] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    changing: bool = False
    version: str = ""
    language: str = ""
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    opened: tuple[str, ...] = ()

    def moved(self, at: str, **changes: Any) -> "Draft":
        """The same draft at another place, where nothing is new unless said."""
        return replace(self, at=at, **{"opened": (), **changes})

    def holding(self, page: str, typed: dict[str, list[str]] | None) -> "Draft":
        """The same draft, with what was typed on a page and is no answer yet; None forgets it."""
        others = {name: fields for name, fields in self.typed.items() if name != page}
        return replace(self, typed=others if typed is None else {**others, page: typed})


def begin(survey_id: bytes, first_page: str, version: str = "", language: str = "") -> Draft:
    """A new draft at the first page, of this version of the survey and in this language."""
    nonce = vault.random_id().hex()
    return Draft(survey=survey_id.hex(), nonce=nonce, at=first_page, version=version, language=language)


def load(session: Session, secret: bytes, survey_id: bytes, now: datetime) -> Draft | None:
    """The draft of this browser session for this survey, or None if there is none or its time is over."""
    row = session.get(DraftRow, vault.fingerprint(secret))
    if row is None or row.ends_hour <= _hour(now):
        return None
    found = json.loads(vault.open_draft(secret, row.sealed))
    draft = Draft(**found | {name: tuple(found.get(name, ())) for name in ("seen", "opened")})
    return draft if draft.survey == survey_id.hex() else None


def save(session: Session, secret: bytes, draft: Draft, now: datetime) -> None:
    """Keep the draft, in place of what was there."""
    sealed = vault.seal_draft(secret, json.dumps(asdict(draft)).encode())
    ends = _hour(now + LASTS) + 1
    session.merge(DraftRow(fingerprint=vault.fingerprint(secret), sealed=sealed, ends_hour=ends))
    session.flush()


def drop(session: Session, secret: bytes) -> None:
    """Destroy the draft of this browser session."""
    session.execute(delete(DraftRow).where(DraftRow.fingerprint == vault.fingerprint(secret)))


def sweep(session: Session, now: datetime) -> None:
    """Destroy every draft whose time is over."""
    session.execute(delete(DraftRow).where(DraftRow.ends_hour <= _hour(now)))


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // 3600)
