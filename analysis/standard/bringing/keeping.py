"""Keep what was brought, once somebody has looked at it: all of it, or nothing.

Between looking and keeping nothing lies on the server. The page carries what would be kept, under a mark made with the
office's key, so that what is kept is what was looked at.
"""

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy.orm import Session

from analysis.code_books.drafts import begin_book, publish_draft
from analysis.code_books.here import free_name
from analysis.code_books.versions import row_of
from analysis.standard.bringing.own import book_of_standard
from analysis.standard.clauses import StandardText
from analysis.standard.held_editions import keep_edition, names_here, newest_edition, pin_edition
from analysis.standard.tables import StandardEdition
from safekeeping.languages import gettext as _
from safekeeping.staff import Visitor
from safekeeping.vault import Vault

#: Words that stand for something else in addresses and forms.
RESERVED = ("bring", "keep", "own")


class CannotKeep(ValueError):
    """What was looked at cannot be kept any more. The message is what the person reads."""


@dataclass(frozen=True)
class Waiting:
    """What would be kept: an edition; the fingerprint of the one it follows (empty: a standard of one's own); and
    whether a code book is made with it."""

    text: StandardText
    follows: str = ""
    with_book: bool = False

    def to_text(self) -> str:
        """As a form carries it: packed, since a form takes less than a file."""
        told = {"text": self.text.to_json(), "follows": self.follows, "book": self.with_book}
        written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return urlsafe_b64encode(zlib.compress(written.encode(), 9)).decode()


def mark_of(keys: Vault, organisation_id: bytes, carried: str) -> str:
    """The mark under which a page carries something, in hex."""
    return keys.office.mac(b"standard brought" + organisation_id + carried.encode()).hex()


def waiting_from(keys: Vault, organisation_id: bytes, carried: str, mark: str) -> Waiting:
    """What a page carried. Raises `CannotKeep` where it is not what was shown."""
    if not compare_digest(mark_of(keys, organisation_id, carried).encode(), mark.encode()):
        raise CannotKeep(_("What was sent is not what was shown. Bring the file once more."))
    told: dict[str, Any] = json.loads(zlib.decompress(urlsafe_b64decode(carried)))  # ours, by its mark: no bomb
    return Waiting(StandardText.from_json(told["text"]), told["follows"], told["book"])


def fresh_name(session: Session, organisation_id: bytes, title: str) -> str:
    """A short name that no standard and no code book here has."""
    taken = (*RESERVED, *names_here(session, organisation_id))
    name, number = free_name(session, title), 1
    while name in taken:
        number += 1
        name = free_name(session, f"{title[:30]} {number}")
    return name


def keep_brought(session: Session, person: Visitor, waiting: Waiting, now: datetime) -> StandardEdition:
    """Keep it as the next edition, or as a standard of its own. Raises `CannotKeep`."""
    text = waiting.text
    if waiting.follows:
        newest = newest_edition(session, person.organisation_id, text.name)
        if newest.text.sha256 != waiting.follows:
            raise CannotKeep(_("Somebody kept another edition in the meantime. Bring the file once more."))
        pin_edition(session, person.organisation_id, text.name)
    elif text.name in names_here(session, person.organisation_id) or row_of(session, text.name):
        raise CannotKeep(_("A standard of this name is here by now. Bring the file once more."))
    if waiting.with_book:
        draft = begin_book(session, book_of_standard(text, text.name), person.organisation_id, person.id)
        publish_draft(session, draft, draft.at, person.id, _("Made with the standard."), now)
    return keep_edition(session, person.organisation_id, text, person.id, _day(text.published))


def _day(published: str) -> date | None:
    try:
        return date.fromisoformat(published)
    except ValueError:
        return None
