"""The code book that a page is about, for whoever is at the desk: nobody sees another organisation's."""

import re
import unicodedata

from flask import abort, g
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.code_books.drafts import OpenDraft, draft_of
from analysis.code_books.tables import CodeBook, CodeBookDraft
from analysis.code_books.versions import BookVersion, is_shipped, versions_of
from safekeeping.database import kept
from safekeeping.organisations import Organisation
from surveys.definition.published import GONE, PublishedSurvey, definition_of, published

_LONGEST_NAME = 36


def is_theirs(name: str) -> bool:
    """Whether the book of that name is one the visitor's organisation may see."""
    row = kept().scalars(select(CodeBook).where(CodeBook.name == name)).one_or_none()
    if row is None or row.organisation_id is None:
        return is_shipped(name)
    return bool(row.organisation_id == g.person.organisation_id)


def versions_here(name: str) -> list[BookVersion]:
    """Its versions, the first one first; 404 where there is none to be seen."""
    found = versions_of(kept(), name) if is_theirs(name) else []
    return found or abort(404)


def version_here(name: str, number: int) -> BookVersion:
    """One of them; 404 where it is not there."""
    found = {each.number: each for each in versions_here(name)}
    return found[number] if number in found else abort(404)


def draft_here(name: str) -> OpenDraft:
    """The draft of its next version; 404 where there is none."""
    found = draft_of(kept(), name) if is_theirs(name) else None
    return found or abort(404)


def drafts_here() -> dict[str, str]:
    """Name -> title of each book that has a draft."""
    rows = kept().scalars(select(CodeBook.name).join(CodeBookDraft).order_by(CodeBook.name))
    drafts = (draft_of(kept(), name) for name in rows if is_theirs(name))
    return {draft.book.name: draft.book.title for draft in drafts if draft}


def may_be_changed(session: Session, name: str) -> bool:
    """A shipped standard is changed only where one organisation is here: it is every organisation's."""
    return not is_shipped(name) or session.scalar(select(func.count()).select_from(Organisation)) == 1


def coded_by(name: str) -> list[PublishedSurvey]:
    """The surveys coded by this book in which the visitor may code."""
    found = (row for row in published(kept()) if row.state not in GONE)
    return [row for row in found if definition_of(row).standard == name and g.person.may("code", row.consultation_id)]


def free_name(session: Session, title: str) -> str:
    """A name for a new book, made of its title, that no other book here has."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = re.sub("[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST_NAME].strip("_")
    stem = stem if stem[:1].isalpha() else f"standard_{stem}".strip("_")[:_LONGEST_NAME]
    taken = {*session.scalars(select(CodeBook.name))}
    number, name = 1, stem
    while name in taken or is_shipped(name):
        number += 1
        name = f"{stem}_{number}"
    return name
