"""Access tokens: what an organisation's own programs show to read what may be shown. A token never opens the desk.

A token is `heard_`, 32 random bytes in hex and a checksum (CRC-32), so that programs that look for secrets in code can
tell one from chance. It is shown once; the server keeps its SHA-256. It belongs to the organisation, not to its maker.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.cookies import new_secret
from safekeeping.database import Base
from safekeeping.languages import gettext as _
from safekeeping.organisations import Organisation, consultations_of
from safekeeping.vault import fingerprint, random_id

PREFIX = "heard_"
WRITTEN = re.compile(rf"{PREFIX}([0-9a-f]{{64}})([0-9a-f]{{8}})", re.ASCII)
LONGEST = timedelta(days=366)
MOST_LIVE = 20
LONGEST_NAME = 80

#: What a token can be made for, and how the page says it.
SCOPES = {
    "surveys": _("which surveys there are, and whether they take answers"),
    "progress": _("how many have answered, rounded to five, and nothing under ten"),
    "findings": _("figures, as the report shows them; never what people wrote"),
    "definition": _("what was asked, version by version"),
}


class AccessToken(Base):
    """One token, for one consultation, or for all of its organisation where that is None.

    `scopes` are keys of `SCOPES` with a space between. It works through the whole of `ends_on`, by the organisation's
    clocks.
    """

    __tablename__ = "access_token"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(unique=True)
    organisation_id: Mapped[bytes] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    consultation_id: Mapped[bytes | None] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    scopes: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    ends_on: Mapped[date]


@dataclass(frozen=True)
class Wish:
    """What somebody wants a token for."""

    name: str
    scopes: frozenset[str]
    consultation_id: bytes | None
    ends_on: date


@dataclass(frozen=True)
class Bearer:
    """Who holds a token, as far as the server knows: what they may ask for, and of which consultations."""

    token_id: bytes
    scopes: frozenset[str]
    visible: frozenset[bytes]


def new_token() -> str:
    """A fresh token, as it is shown once."""
    secret = new_secret().hex()
    return f"{PREFIX}{secret}{_check(secret)}"


def _check(secret: str) -> str:
    return f"{zlib.crc32(secret.encode()):08x}"


def is_token(text: str) -> bool:
    """Whether a text has the shape of a token, and its checksum fits."""
    found = WRITTEN.fullmatch(text)
    return found is not None and _check(found[1]) == found[2]


def make_token(session: Session, organisation: Organisation, wish: Wish, made_by: bytes, now: datetime) -> str:
    """Keep a fresh token and return it: nobody can read it again."""
    text = new_token()
    row = AccessToken(
        id=random_id(),
        fingerprint=fingerprint(text.encode()),
        organisation_id=organisation.id,
        consultation_id=wish.consultation_id,
        name=wish.name,
        scopes=" ".join(scope for scope in SCOPES if scope in wish.scopes),
        made_by=made_by,
        made_at=now,
        ends_on=wish.ends_on,
    )
    session.add(row)
    session.flush()
    return text


def bearer_of(session: Session, text: str, now: datetime) -> Bearer | None:
    """Who holds this token; None alike where it is wrong, over or was ended.

    It is looked up by its fingerprint, so that how long that takes tells nothing about any other.
    """
    if not is_token(text):
        return None
    row = session.scalars(select(AccessToken).where(AccessToken.fingerprint == fingerprint(text.encode()))).first()
    if row is None:
        return None
    organisation = session.get_one(Organisation, row.organisation_id)
    if not _works(row, organisation, now):
        return None
    theirs = {each.id for each in consultations_of(session, organisation.id)}
    visible = theirs if row.consultation_id is None else theirs & {row.consultation_id}
    return Bearer(row.id, frozenset(row.scopes.split()), frozenset(visible))


def _works(row: AccessToken, organisation: Organisation, now: datetime) -> bool:
    """An end further off than any can be was written before the clock was set back, and is over."""
    today = organisation.local(now).date()
    return today <= row.ends_on <= today + LONGEST + timedelta(days=1)


def live_tokens(session: Session, organisation: Organisation, now: datetime) -> list[AccessToken]:
    """The tokens of an organisation that work, by name."""
    theirs = select(AccessToken).where(AccessToken.organisation_id == organisation.id)
    rows: Iterable[AccessToken] = session.scalars(theirs.order_by(AccessToken.name, AccessToken.id))
    return [row for row in rows if _works(row, organisation, now)]


def sweep_tokens(session: Session, now: datetime) -> None:
    """Delete tokens that are over everywhere on earth."""
    session.execute(delete(AccessToken).where(AccessToken.ends_on < (now - timedelta(days=1)).date()))
