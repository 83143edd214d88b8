"""The versions of a code book that count, wherever they are kept: shipped with Heard, or published here.

A shipped standard is its own version 1. That is written to the database when something first pins it; until then it is
worked out, so that reading writes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.code_books.as_editions import book_of, edition_of
from analysis.code_books.lineage import SAME, Version, first_version, version_from
from analysis.code_books.tables import CodeBook, CodeBookVersion
from analysis.code_books.tree import Book
from analysis.standard import edition as shipping
from analysis.standard.edition import Edition, UnknownEdition, load_edition, shipped_editions
from safekeeping.clock import steady_now


@dataclass(frozen=True)
class BookVersion:
    """One version: its content, who published it and when (None: it came with Heard), and what they noted."""

    version: Version
    staff_id: bytes | None = None
    published_at: datetime | None = None
    note: str = ""

    @property
    def number(self) -> int:
        """1 for the first."""
        return self.version.number

    @property
    def book(self) -> Book:
        """What it says."""
        return self.version.book

    @property
    def sha256(self) -> str:
        """What a coding pins."""
        return self.version.sha256

    @cached_property
    def edition(self) -> Edition:
        """The same as suggestions, findings and surveys use it; a shipped one is the very same as ever."""
        return _edition(shipping.SHIPPED, self.version.text)


@lru_cache(maxsize=64)
def _edition(folder: Path, content: str) -> Edition:
    """Kept, since every page of the coding room asks for it: to work it out takes 30 ms."""
    version = _read(content)
    shipped = _shipped_in(folder, version.book.name) if version.book.name in shipped_editions() else None
    if shipped and _alike(version.book, shipped.book):
        return load_edition(version.book.name)
    return edition_of(version.book, version.sha256)


_read = lru_cache(maxsize=64)(version_from)


def _shipped(name: str) -> Version | None:
    return _shipped_in(shipping.SHIPPED, name) if name in shipped_editions() else None


@lru_cache(maxsize=16)
def _shipped_in(folder: Path, name: str) -> Version:
    return first_version(book_of(load_edition(name)))


def _alike(one: Book, other: Book) -> bool:
    return replace(one, gone=()) == replace(other, gone=())


def is_shipped(name: str) -> bool:
    """Whether a standard of this name comes with Heard."""
    return name in shipped_editions()


def versions_of(session: Session, name: str) -> list[BookVersion]:
    """Every version of the book of that name, the first one first; none where there is no such book."""
    of_it = select(CodeBookVersion).join(CodeBook).where(CodeBook.name == name).order_by(CodeBookVersion.number)
    found = [_kept(row) for row in session.scalars(of_it)]
    newer = _from_heard(name, found)
    return [*found, *([newer] if newer else [])]


def _kept(row: CodeBookVersion) -> BookVersion:
    return BookVersion(_read(row.content), row.staff_id, row.published_at, row.note)


def _from_heard(name: str, found: Sequence[BookVersion]) -> BookVersion | None:
    """What Heard ships, where nothing is kept yet, or where what is kept came with an earlier Heard and differs."""
    shipped = _shipped(name)
    if shipped is None or not found:
        return BookVersion(shipped) if shipped else None
    last = found[-1]
    if last.staff_id or _alike(last.book, shipped.book):
        return None
    before, now = set(last.book.placed()), set(shipped.book.placed())
    came = {id: {id: SAME} if id in before else {} for id in shipped.came}
    gone = tuple(sorted((before | {*last.book.gone}) - now))
    return BookVersion(Version(last.number + 1, replace(shipped.book, gone=gone), came))


def book_for(session: Session, name: str) -> BookVersion:
    """The newest version of the book of a standard. Raises `UnknownEdition`."""
    of_it = select(CodeBookVersion).join(CodeBook).where(CodeBook.name == name)
    row = session.scalars(of_it.order_by(CodeBookVersion.number.desc()).limit(1)).first()
    kept = [_kept(row)] if row else []
    found = _from_heard(name, kept) or (kept[0] if kept else None)
    if found is None:
        raise UnknownEdition(f"There is no standard called “{name}” here.")
    return found


def edition_named(session: Session, name: str) -> Edition:
    """The standard of that name as its newest version has it. Raises `UnknownEdition`."""
    return book_for(session, name).edition


def pin(session: Session, name: str) -> BookVersion:
    """The newest version, kept from now on: what is decided by it can name its fingerprint. Raises `UnknownEdition`."""
    found = book_for(session, name)
    if found.published_at is not None:
        return found
    row = row_of(session, name)
    if row is None:
        row = CodeBook(name=name, organisation_id=None, made_at=steady_now())
        session.add(row)
        session.flush()
    keep_version(session, row, BookVersion(found.version, None, steady_now()))
    return found


def keep_version(session: Session, row: CodeBook, made: BookVersion) -> CodeBookVersion:
    """Write a version down, for good."""
    kept = CodeBookVersion(
        book_id=row.id,
        number=made.number,
        content=made.version.text,
        sha256=made.sha256,
        staff_id=made.staff_id,
        published_at=made.published_at,
        note=made.note,
    )
    session.add(kept)
    session.flush()
    return kept


def pinned(session: Session, sha256: str) -> BookVersion | None:
    """The version of that fingerprint, if it was ever kept here."""
    row = session.scalars(select(CodeBookVersion).where(CodeBookVersion.sha256 == sha256)).one_or_none()
    return _kept(row) if row else None


def row_of(session: Session, name: str) -> CodeBook | None:
    """The row of a book, locked where the request may write; None where nothing of it is kept."""
    return session.scalars(select(CodeBook).where(CodeBook.name == name).with_for_update()).one_or_none()


def books_of(session: Session, organisation_id: bytes) -> list[BookVersion]:
    """The newest version of each standard that an organisation can use: the shipped ones first, then its own."""
    own = select(CodeBook.name).join(CodeBookVersion).where(CodeBook.organisation_id == organisation_id)
    names = session.scalars(own.distinct().order_by(CodeBook.name))
    return [book_for(session, name) for name in dict.fromkeys((*shipped_editions(), *names))]
