"""Files that were made for somebody: sealed in pieces under a key of their own, and gone after a day.

The key is sealed to the desk and lies in the database. Whoever takes the row away takes the file, wherever a copy is.
The pieces lie in the throwaway store, so that a server on any host gives out what a worker on another one made; they
are in no backup. They are written and read a few at a time, so that nobody waits for a whole file.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import JSON, BigInteger, Engine, ForeignKey, String, delete, func, insert, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from analysis.sharing.wave import Wave, WaveMember
from safekeeping.database import UNORDERED, Base, Throwaway, session_for
from safekeeping.vault import KEY_BYTES, CannotOpen, Office, fingerprint, open_kept, random_id, seal_kept

#: How long a file can be fetched, and how long a wish for people's words waits for its second person.
LASTS, WAITS = timedelta(days=1), timedelta(days=7)
CHUNK = 256 * 1024
#: Pieces that are written or deleted in one transaction, which others may have to wait for; and read in one.
AT_ONCE, READ_AT_ONCE = 4, 16
#: Which of people's own words go along: none, those that may be quoted, or all of them.
NO_WORDS, QUOTABLE, ALL_WORDS = "", "quotable", "all"


class KeptFile(Protocol):
    """A row that a sealed file belongs to: `sealed_key` opens it once it is made."""

    id: bytes
    sealed_key: bytes | None
    length: int


class Export(Base):
    """One file that somebody asked for: of which wave, in which forms, with which words, and who agreed to that.

    `sealed_key` opens the file once it is made; `length` is in bytes, `members` how many responses it was made from.
    """

    __tablename__ = "export"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    wave_id: Mapped[bytes] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"))
    forms: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(10), default=NO_WORDS)
    asked_by: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    agreed_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    sealed_key: Mapped[bytes | None]
    length: Mapped[int] = mapped_column(BigInteger, default=0)
    members: Mapped[int] = mapped_column(default=0)

    @property
    def waits(self) -> bool:
        """Whether a second person must agree first."""
        return self.words == ALL_WORDS and self.agreed_by is None


class MadePiece(Throwaway):
    """One sealed piece of a file. `name` is the fingerprint of the file's key, so that two workers that make the same
    never write to each other's; `owner` is the id of what was asked for, be it one file or several."""

    __tablename__ = "made_piece"
    __table_args__ = UNORDERED
    name: Mapped[bytes] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[bytes] = mapped_column(index=True)
    sealed: Mapped[bytes]


class Lost(Exception):
    """Pieces of a file were swept away while it was made; it is made again."""


def _place(file_id: bytes, number: int, last: bool) -> bytes:
    return b"export" + file_id + number.to_bytes(8, "big") + bytes([last])


class _Sealing:
    """Takes bytes as they come and keeps them sealed, piece by piece; what is cut off or moved will not open."""

    def __init__(self, drafts: Engine, file_id: bytes, owner: bytes, key: bytes) -> None:
        self._drafts, self._id, self._owner, self._key = drafts, file_id, owner, key
        self.name = fingerprint(key)
        self._waiting, self._sealed, self.pieces, self.length = bytearray(), list[dict[str, Any]](), 0, 0

    def write(self, piece: bytes) -> int:
        """Seal as much as is whole."""
        self._waiting += piece
        self.length += len(piece)
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(piece)

    def flush(self) -> None:
        """Nothing: what is not whole waits."""

    def end(self) -> None:
        """Seal the rest. Raises `Lost` where earlier pieces are not there any more."""
        self._put(bytes(self._waiting), last=True)
        self._keep()
        with session_for(self._drafts.execution_options(reading=True)) as session:
            there = session.scalar(select(func.count(MadePiece.number)).where(MadePiece.name == self.name))
        if there != self.pieces:
            raise Lost

    def _put(self, piece: bytes, last: bool) -> None:
        sealed = seal_kept(self._key, piece, _place(self._id, self.pieces, last))
        self._sealed.append({"name": self.name, "number": self.pieces, "owner": self._owner, "sealed": sealed})
        self.pieces += 1
        if len(self._sealed) >= AT_ONCE:
            self._keep()

    def _keep(self) -> None:
        if self._sealed:
            with session_for(self._drafts) as session:
                session.execute(insert(MadePiece), self._sealed)
        self._sealed.clear()


@contextmanager
def sealed_file(drafts: Engine, file: KeptFile, owner: bytes, office: Office) -> Iterator[_Sealing]:
    """Something to write a file to; it is there when the block ends well, and its row can open it."""
    key = secrets.token_bytes(KEY_BYTES)
    sealing = _Sealing(drafts, file.id, owner, key)
    try:
        yield sealing
        sealing.end()
    except BaseException:
        forget_pieces(drafts, MadePiece.name == sealing.name)
        raise
    file.sealed_key = office.seal(key, b"export key" + file.id)
    file.length = sealing.length


def opened_file(drafts: Engine, file: KeptFile, office: Office) -> Iterator[bytes]:
    """A file, piece by piece. Raises `CannotOpen` where it is not there whole; the first piece is read at once, so
    that this is known before anything is sent."""
    if file.sealed_key is None:
        raise CannotOpen("there is no such file")
    pieces = _pieces(drafts, file.id, office.open(file.sealed_key, b"export key" + file.id))
    first = next(pieces)

    def all_of_it() -> Iterator[bytes]:
        yield first
        yield from pieces

    return all_of_it()


def _pieces(drafts: Engine, file_id: bytes, key: bytes) -> Iterator[bytes]:
    number, waiting = 0, _some(drafts, key, 0)
    if not waiting:
        raise CannotOpen("there is no such file")
    while waiting:
        after = _some(drafts, key, number + len(waiting))
        for at, sealed in enumerate(waiting, 1):
            yield open_kept(key, sealed, _place(file_id, number, last=at == len(waiting) and not after))
            number += 1
        waiting = after


def _some(drafts: Engine, key: bytes, first: int) -> list[bytes]:
    """The next pieces, read in a moment: a transaction that lasted as long as somebody's download would keep the
    database from tidying itself up."""
    wanted = select(MadePiece.sealed).where(MadePiece.name == fingerprint(key), MadePiece.number >= first)
    with session_for(drafts.execution_options(reading=True)) as session:
        return list(session.scalars(wanted.order_by(MadePiece.number).limit(READ_AT_ONCE)))


def forget_pieces(drafts: Engine, which: ColumnElement[bool]) -> None:
    """Delete pieces, a few at a time, so that nobody who answers waits long."""
    place = tuple_(MadePiece.name, MadePiece.number)
    while True:
        with session_for(drafts) as session:
            found = session.execute(select(MadePiece.name, MadePiece.number).where(which).limit(AT_ONCE)).all()
            session.execute(delete(MadePiece).where(place.in_([tuple(each) for each in found])))
        if len(found) < AT_ONCE:
            return


def forget_made(drafts: Engine, owner: bytes) -> None:
    """Delete every piece of what was asked for, such as a worker that was killed left behind."""
    forget_pieces(drafts, MadePiece.owner == owner)


def owners_of_pieces(drafts: Engine) -> set[bytes]:
    """The ids of what there are pieces of. To be asked for before what is there: a row comes before its pieces."""
    with session_for(drafts.execution_options(reading=True)) as session:
        return set(session.scalars(select(MadePiece.owner).distinct()))


def exports_of(session: Session, survey_id: bytes) -> list[tuple[Export, Wave]]:
    """The files asked for of a survey and their waves, the newest first."""
    of_it = select(Export, Wave).join(Wave, Export.wave_id == Wave.id).where(Wave.survey_id == survey_id)
    return [(export, wave) for export, wave in session.execute(of_it.order_by(Export.asked_at.desc(), Export.id))]


def export_of(session: Session, survey_id: bytes, export_id: bytes) -> tuple[Export, Wave]:
    """One of them. Raises `sqlalchemy.exc.NoResultFound`."""
    of_it = select(Export, Wave).join(Wave, Export.wave_id == Wave.id)
    found = session.execute(of_it.where(Wave.survey_id == survey_id, Export.id == export_id)).one()
    return found[0], found[1]


def sweep_files(session: Session, now: datetime) -> set[bytes]:
    """Take away what was asked for more than a day ago. The ids of what is left."""
    session.execute(delete(Export).where(Export.asked_at < now - LASTS, Export.sealed_key.is_not(None)))
    session.execute(delete(Export).where(Export.asked_at < now - WAITS))
    session.flush()
    return set(session.scalars(select(Export.id)))


def forget_outdated(session: Session) -> int:
    """Take away the files that were made from answers that somebody has taken back since. How many."""
    left = select(func.count()).select_from(WaveMember).where(WaveMember.wave_id == Export.wave_id).scalar_subquery()
    old = select(Export.id).where(Export.sealed_key.is_not(None), Export.members != left)
    ids = list(session.scalars(old))
    session.execute(delete(Export).where(Export.id.in_(ids)))
    return len(ids)
