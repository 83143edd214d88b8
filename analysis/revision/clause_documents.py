"""Documents and links that speak to a clause: added, changed and removed. Nothing is fetched from where they lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.revision.tables import ClauseDocument, RevisionCycle
from safekeeping.clock import steady_now
from safekeeping.languages import gettext as _

LONGEST = {"title": 200, "address": 500, "note": 2000}


@dataclass(frozen=True)
class DocumentForm:
    """What somebody typed of a document, and what is wrong with it: field -> sentence."""

    title: str = ""
    address: str = ""
    note: str = ""
    wrong: Mapping[str, str] | None = None


def read_document(sent: Mapping[str, str]) -> DocumentForm:
    """What was sent, with what is wrong; nothing is lost of it.

    >>> dict(read_document({"title": "Act", "address": "https://example.org/act"}).wrong)
    {}
    """
    said = {name: sent.get(name, "").replace("\0", "").strip() for name in LONGEST}
    wrong = {
        name: _("This is longer than {most} characters. Shorten it.", most=most)
        for name, most in LONGEST.items()
        if len(said[name]) > most
    }
    if not said["title"]:
        wrong["title"] = _("Give the document a title, so that others know what it is.")
    if said["address"] and not is_safe_link(said["address"]):
        wrong.setdefault("address", _("A link must begin with https:// and name a site, without spaces or a password."))
    return DocumentForm(said["title"], said["address"], said["note"], wrong)


def is_safe_link(address: str) -> bool:
    """Whether this is a plain https address of a site.

    >>> [is_safe_link(each) for each in ("https://example.org/a", "http://example.org", "javascript:alert(1)")]
    [True, False, False]
    """
    if any(sign.isspace() or not sign.isprintable() or sign in '<>"\\' for sign in address):
        return False
    try:
        parts = urlsplit(address)
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and port_is_number


def add_document(
    session: Session, cycle: RevisionCycle, clause_id: str, form: DocumentForm, made_by: bytes | None
) -> ClauseDocument:
    """Add a document to a clause."""
    row = ClauseDocument(
        cycle_id=cycle.id,
        clause_id=clause_id,
        title=form.title,
        address=form.address,
        note=form.note,
        made_by=made_by,
        made_at=steady_now(),
    )
    session.add(row)
    session.flush()
    return row


def document_of(session: Session, cycle: RevisionCycle, clause_id: str, document_id: str) -> ClauseDocument:
    """A document of a clause by its id (hex). Raises `sqlalchemy.exc.NoResultFound`."""
    try:
        row = session.get(ClauseDocument, bytes.fromhex(document_id))
    except ValueError:
        row = None
    if row is None or (row.cycle_id, row.clause_id) != (cycle.id, clause_id):
        raise NoResultFound(document_id)
    return row


def change_document(row: ClauseDocument, form: DocumentForm) -> None:
    """Say something else of a document. A proposal that rests on it says that it changed."""
    row.title, row.address, row.note = form.title, form.address, form.note


def remove_document(session: Session, row: ClauseDocument) -> None:
    """Take a document away. A proposal that rests on it shows a gap."""
    session.delete(row)
    session.flush()
