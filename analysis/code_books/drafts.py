"""The draft of a code book: begun from a version or as a new book, changed act by act, undone, published, dropped.

A draft is kept as what it starts from and the acts since; the same acts on the same start give the same draft.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.code_books.acts import Act, CannotAct, Draft, begun, begun_new, done, next_version
from analysis.code_books.lineage import Version, version_from
from analysis.code_books.tables import LONGEST_NOTE, CodeBook, CodeBookDraft, CodeBookVersion
from analysis.code_books.tree import Book, Wrong, canonical, plain_text
from analysis.code_books.versions import BookVersion, keep_version, pin, row_of
from safekeeping.clock import steady_now
from safekeeping.languages import gettext as _

#: Acts in one draft; a draft is made again from all of them.
MOST_ACTS = 300


class DraftChanged(Exception):
    """Somebody changed the draft after the page was opened, or it is gone."""


@dataclass(frozen=True)
class OpenDraft:
    """A draft as it stands: its rows, the version it starts from (number 0: a new book), and what it has become."""

    row: CodeBookDraft
    of: CodeBook
    start: Version
    draft: Draft

    @property
    def book(self) -> Book:
        """What it says now."""
        return self.draft.book

    @property
    def at(self) -> int:
        """How many acts it holds: what a form carries, so that of two who save at once one is told."""
        return len(self.row.acts)

    @property
    def next(self) -> Version:
        """The version that it would be."""
        return next_version(self.draft, self.start.number + 1)


@lru_cache(maxsize=32)
def _state(start: str, acts: tuple[str, ...]) -> Draft:
    if acts:
        return done(_state(start, acts[:-1]), [json.loads(acts[-1])])
    version = version_from(start)
    return begun(version) if version.number else begun_new(version.book)


def draft_of(session: Session, name: str) -> OpenDraft | None:
    """The draft of the book of that name, locked where the request may write; None where there is none."""
    found = select(CodeBookDraft, CodeBook).join(CodeBook).where(CodeBook.name == name).with_for_update()
    both = session.execute(found).one_or_none()
    if both is None:
        return None
    row, of = both
    return OpenDraft(row, of, version_from(row.start), _state(row.start, tuple(map(canonical, row.acts))))


def begin_draft(session: Session, name: str, staff_id: bytes) -> OpenDraft:
    """The draft of the next version; the one there is, where it was begun. Raises `UnknownEdition`."""
    there = draft_of(session, name)
    if there:
        return there
    version = pin(session, name).version
    of = row_of(session, name)
    assert of is not None  # noqa: S101 (it was just pinned)
    return _begin(session, of, version, (), staff_id)


def begin_book(
    session: Session, book: Book, organisation_id: bytes, staff_id: bytes, report: Sequence[str] = ()
) -> OpenDraft:
    """A new book as a draft; nobody can use it before it is published. Its name must be free."""
    of = CodeBook(name=book.name, organisation_id=organisation_id, made_at=steady_now())
    session.add(of)
    session.flush()
    return _begin(session, of, Version(0, book, {}), report, staff_id)


def _begin(session: Session, of: CodeBook, start: Version, report: Sequence[str], staff_id: bytes) -> OpenDraft:
    now = steady_now()
    row = CodeBookDraft(book_id=of.id, start=start.text, acts=[], report=list(report), staff_id=staff_id, kept_at=now)
    session.add(row)
    session.flush()
    return OpenDraft(row, of, start, _state(row.start, ()))


def act_on(session: Session, here: OpenDraft, acts: Sequence[Act], seen: int, staff_id: bytes) -> Draft:
    """Do these acts and keep them. Raises `CannotAct`, or `DraftChanged` where the page showed `seen` acts."""
    if seen != here.at:
        raise DraftChanged
    if here.at + len(acts) > MOST_ACTS:
        what = _("This draft holds {most} changes. Publish it, then go on in the next one.", most=MOST_ACTS)
        raise CannotAct([Wrong("", "", what)])
    draft = done(here.draft, acts)
    _keep_acts(session, here.row, [*here.row.acts, *map(dict, acts)], staff_id)
    return draft


def undo(session: Session, here: OpenDraft, seen: int, staff_id: bytes) -> None:
    """Take the last act back. Raises `DraftChanged`."""
    if seen != here.at or not here.at:
        raise DraftChanged
    _keep_acts(session, here.row, here.row.acts[:-1], staff_id)


def _keep_acts(session: Session, row: CodeBookDraft, acts: list[Act], staff_id: bytes) -> None:
    row.acts, row.staff_id, row.kept_at = acts, staff_id, steady_now()
    session.flush()


def why_not(here: OpenDraft) -> str:
    """Why the draft cannot be published as it is; empty where it can."""
    if not here.book.codes:
        return _("There is no section yet. Add one first.")
    if here.start.number and here.book == here.start.book:
        return _("Nothing is different from version {number}.", number=here.start.number)
    return ""


def publish_draft(
    session: Session, here: OpenDraft, seen: int, staff_id: bytes, note: str, now: datetime
) -> BookVersion:
    """Make the draft the next version. Raises `CannotAct`, or `DraftChanged`."""
    if seen != here.at:
        raise DraftChanged
    if trouble := why_not(here):
        raise CannotAct([Wrong("", "", trouble)])
    made = BookVersion(here.next, staff_id, now, plain_text(note)[:LONGEST_NOTE])
    keep_version(session, here.of, made)
    session.delete(here.row)
    session.flush()
    return made


def drop_draft(session: Session, here: OpenDraft) -> None:
    """Forget a draft; a book that has no version yet goes with it."""
    session.delete(here.row)
    session.flush()
    if not session.scalars(select(CodeBookVersion.id).where(CodeBookVersion.book_id == here.of.id).limit(1)).first():
        session.execute(delete(CodeBook).where(CodeBook.id == here.of.id))
