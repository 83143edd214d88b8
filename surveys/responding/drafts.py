"""Unfinished answers: sealed under a key that only the browser's cookie holds, gone after four hours or on leaving."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import Engine, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping import vault
from safekeeping.at_once import AtOnce
from safekeeping.clock import STEP
from safekeeping.database import UNORDERED, Throwaway

LASTS = timedelta(hours=4)
#: How long a copy to come back to is kept, where somebody asks for one.
SAVED_FOR = timedelta(days=7)
CHECK, SENT = "check your answers", "sent"  # with spaces, so that no page can have these names


class Row(Throwaway):
    """One sealed draft. `ends_hour` is whole hours since 1970, so that it tells little of when it began."""

    __abstract__ = True
    __table_args__ = UNORDERED
    lasts: ClassVar[timedelta]
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    ends_hour: Mapped[int]

    @classmethod
    def last_hour(cls, now: datetime) -> int:
        """When what is kept now ends."""
        return _hour(now + cls.lasts) + 1


class DraftRow(Row):
    """The draft of a browser session, whose cookie holds its secret."""

    __tablename__ = "draft"
    lasts = LASTS


class SavedRow(Row):
    """A copy to come back to. Its secret follows from a code."""

    __tablename__ = "saved_draft"
    lasts = SAVED_FOR


TABLES: tuple[type[Row], ...] = (DraftRow, SavedRow)


@dataclass  # not frozen, and never changed: each page makes several, and a frozen one takes five times as long to make
class Draft:
    """Where a person is in a survey: the page, what they answered, which questions they have been through.

    `typed` holds, page by page, what stands in fields and is no answer yet. `opened` are the questions that are new
    on the page because of what was answered on it; `faulty` says that what was typed there could not be taken.
    `version` and `language` are those it was begun with or changed to. `began` is in seconds since 1970. `handle` is
    what the response can be withdrawn by, and `receipt` the name of what a code for that was kept under; `saved` is
    the secret of a copy to come back to, and `elsewhere`, in such a copy, the fingerprint of the browser session that
    goes on from it; `ticket` the fingerprint of the invitation. `quotable` are the answers whose words may be quoted.
    `caught` says that a field was filled in that nobody sees. All of it is sealed, but `lay`: the row as it lay when it
    was read, which is never kept.
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
    faulty: bool = False
    quotable: tuple[str, ...] = ()
    began: int = 0
    handle: str = ""
    receipt: str = ""
    saved: str = ""
    elsewhere: str = ""
    ticket: str = ""
    caught: bool = False
    lay: bytes = field(default=b"", compare=False, repr=False)

    def moved(self, at: str, **changes: Any) -> "Draft":
        """The same draft at another place, where nothing is new unless said."""
        return Draft(**{**vars(self), "opened": (), "faulty": False, **changes, "at": at})

    def holding(self, page: str, typed: dict[str, list[str]] | None) -> "Draft":
        """The same draft, with what was typed on a page and is no answer yet; None forgets it."""
        if typed is None and page not in self.typed:
            return self
        others = {name: fields for name, fields in self.typed.items() if name != page}
        return replace(self, typed=others if typed is None else {**others, page: typed})


def begin(survey_id: bytes, first_page: str, now: datetime, version: str = "", language: str = "") -> Draft:
    """A new draft at the first page, of this version of the survey and in this language."""
    return Draft(
        survey=survey_id.hex(),
        nonce=vault.random_id().hex(),
        at=first_page,
        version=version,
        language=language,
        began=int(now.timestamp()),
        handle=vault.random_id().hex(),
    )


class Changed(Exception):
    """The draft is not as it was when it was read: the same person did something else at the same moment."""


def load(session: Session, secret: bytes, survey_id: bytes, now: datetime, table: type[Row] = DraftRow) -> Draft | None:
    """The draft with this secret for this survey, or None if there is none or its time is over."""
    row = session.execute(_LOOK[table], {"named": vault.fingerprint(secret)}).first()
    return _opened(tuple(row) if row else None, secret, survey_id, now, table)


def look(engine: Engine, secret: bytes, survey_id: bytes, now: datetime) -> Draft | None:
    """The draft of a browser session, as `load` finds it, in no transaction: nobody waits for who looks."""
    row = _LOOK_AT_ONCE.row(engine, named=vault.fingerprint(secret))
    return _opened(row, secret, survey_id, now, DraftRow)


def _opened(
    row: tuple[Any, ...] | None, secret: bytes, survey_id: bytes, now: datetime, table: type[Row]
) -> Draft | None:
    sealed, ends_hour = row or (b"", 0)
    if not _hour(now) < ends_hour <= table.last_hour(now + STEP):
        return None
    found = json.loads(vault.open_draft(secret, sealed))
    lists = {name: tuple(found.get(name, ())) for name in ("seen", "opened", "quotable")}
    draft = Draft(**found | lists, lay=sealed if table is DraftRow else b"")
    return draft if draft.survey == survey_id.hex() else None


def save(session: Session, secret: bytes, draft: Draft, now: datetime, table: type[Row] = DraftRow) -> None:
    """Keep the draft, in place of the one it was made from. Raises `Changed` where that is not there any more."""
    kept, connection = _kept(secret, draft, now, table), session.connection()
    if draft.lay and table is DraftRow:
        if not connection.execute(_REPLACE, kept | {"lay": draft.lay}).rowcount:
            raise Changed
    elif not connection.execute(_CHANGE[table], kept).rowcount:
        connection.execute(_ADD[table], kept)


def save_at_once(engine: Engine, secret: bytes, draft: Draft, now: datetime) -> None:
    """Keep the draft of a browser session as `save` does, where this is all that there is to keep; it is kept then."""
    kept = _kept(secret, draft, now, DraftRow)
    if draft.lay:
        if not _REPLACE_AT_ONCE.changes(engine, **kept, lay=draft.lay):
            raise Changed
    else:
        _PUT_AT_ONCE.changes(engine, **kept)


def _kept(secret: bytes, draft: Draft, now: datetime, table: type[Row]) -> dict[str, Any]:
    return {"named": vault.fingerprint(secret), "sealing": _sealed(secret, draft), "until": table.last_hour(now)}


def change(session: Session, secret: bytes, draft: Draft, table: type[Row]) -> None:
    """Keep another draft in place of the one that is there, until the same hour."""
    session.get_one(table, vault.fingerprint(secret)).sealed = _sealed(secret, draft)
    session.flush()


_NAMED: Any = bindparam("named")
_ROW: dict[str, Any] = {"sealed": bindparam("sealing"), "ends_hour": bindparam("until")}
_LOOK = {table: select(table.sealed, table.ends_hour).where(table.fingerprint == _NAMED) for table in TABLES}
_CHANGE = {table: update(table).where(table.fingerprint == _NAMED).values(_ROW) for table in TABLES}
_REPLACE = _CHANGE[DraftRow].where(DraftRow.sealed == bindparam("lay"))
_ADD = {table: insert(table).values(fingerprint=_NAMED, **_ROW) for table in TABLES}
_LOOK_AT_ONCE, _REPLACE_AT_ONCE = AtOnce(_LOOK[DraftRow]), AtOnce(_REPLACE)
_NEW = {"fingerprint": _NAMED, **_ROW}
_PUT_AT_ONCE = AtOnce(
    {
        "sqlite": sqlite.insert(DraftRow).values(_NEW).on_conflict_do_update(index_elements=["fingerprint"], set_=_ROW),
        "postgresql": postgresql.insert(DraftRow)
        .values(_NEW)
        .on_conflict_do_update(index_elements=["fingerprint"], set_=_ROW),
    }
)


def _sealed(secret: bytes, draft: Draft) -> bytes:
    words = {name: value for name, value in vars(draft).items() if value and name != "lay"}  # the rest are defaults
    return vault.seal_draft(secret, json.dumps(words).encode())


def drop(session: Session, secret: bytes, table: type[Row] = DraftRow) -> None:
    """Destroy the draft with this secret."""
    drop_named(session, vault.fingerprint(secret), table)


def drop_named(session: Session, fingerprint: bytes, table: type[Row] = DraftRow) -> None:
    """Destroy the draft whose secret has this fingerprint."""
    session.execute(delete(table).where(table.fingerprint == fingerprint))


def sweep(session: Session, now: datetime) -> None:
    """Destroy every draft whose time is over, or ends later than it can: since then the clock was set back."""
    for table in TABLES:
        over = (table.ends_hour <= _hour(now)) | (table.ends_hour > table.last_hour(now + STEP))
        session.execute(delete(table).where(over))


def _hour(moment: datetime) -> int:
    return int(moment.timestamp() // 3600)
