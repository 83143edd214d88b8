"""The trail: who of the staff did what and when, in rows that are only ever added, each chained to the one before.

A row's mark is an HMAC-SHA256 over its content and the mark before it, under a key that no database holds; the
databases refuse to change or delete rows; how far the trail has come is also noted in the key store and, once a day, in
a file. So a row that was changed, taken out, put in, moved or cut off the end is found by `verify`.
It never holds words anybody wrote, and nothing a respondent did.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path

from sqlalchemy import String, Text, event, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base
from safekeeping.keystore import Keystore
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault

MARK_BYTES = 32
FIRST = bytes(MARK_BYTES)
HEADS = "trail-heads.txt"

#: What can be done, as the page says it after the person's name. The object stands after it where there is one.
SAID = {
    "signed in": _("signed in"),
    "signed out": _("signed out"),
    "set up": _("set up an account"),
    "new password": _("changed their password"),
    "new codes": _("made new recovery codes"),
    "console link": _("made a link for"),
    "invited": _("invited"),
    "gave role": _("gave a role to"),
    "took role": _("took a role from"),
    "let go": _("ended the account of"),
    "asked reset": _("asked to let somebody set up their account again:"),
    "agreed reset": _("agreed to let somebody set up their account again:"),
    "opened words": _("opened what people wrote in"),
    "asked to look over": _("asked a second person to look over"),
    "sent back": _("sent back to its author"),
    "published": _("published"),
    "published alone": _("published, with nobody else to look it over,"),
    "corrected": _("published a correction of"),
    "closed": _("closed"),
    "opened": _("opened again"),
    "paused": _("paused"),
    "archived": _("archived"),
    "shredded": _("deleted all answers of"),
    "time over": _("deleted, as their time was over, all answers of"),
    "let in": _("let in answers that were set aside in"),
    "looked for danger": _("looked at an answer that may speak of danger in"),
    "marked danger": _("marked an answer for whoever looks after safety, in"),
    "tickets": _("made tickets for"),
    "froze": _("froze the answers of"),
    "exported": _("exported"),
    "asked for words": _("asked for everything people wrote in"),
    "let words out": _("let everything people wrote leave this server, in"),
    "imported": _("brought earlier answers into"),
    "brought codings": _("brought codings made elsewhere into"),
    "token made": _("made an access token"),
    "token ended": _("ended an access token"),
    "restored": _("brought everything back from the backup"),
    "moved": _("moved everything to the database"),
    "stopped work": _("stopped long work on"),
    "work again": _("had long work tried again on"),
    "settings": _("changed the settings of"),
    "allowed model": _("allowed in writing that people’s words are sent to the language model at"),
    "ended model": _("ended the leave to send people’s words to the language model at"),
    "model used": _("let a language model suggest in"),
    "model unused": _("stopped the language model in"),
    "seeds": _("changed the seed words of"),
    "code book begun": _("began the code book"),
    "code book changed": _("changed the draft of the code book"),
    "code book published": _("published a version of the code book"),
    "code book dropped": _("gave up the draft of the code book"),
    "standard brought": _("brought wording for the standard"),
    "asked for audit": _("asked for an audit sample of"),
    "drew audit": _("had an audit sample drawn of"),
    "ended audit": _("ended the audit of"),
    "asked for bridge": _("asked for a bridge to another version of the code book, of"),
    "asked to compare": _("had shares worked out to compare an earlier consultation with"),
    "seats": _("gave out or took back blind coding in"),
    "shares": _("shared out the coding of"),
    "settled": _("decided on passages of the audit of"),
    "proposed quote": _("proposed a quote from"),
    "changed quote": _("changed a quote from"),
    "looked at quote": _("looked as the second person at a quote from"),
    "took back quote": _("took back a released quote from"),
    "named theme": _("named a candidate theme in"),
    "asked for report": _("had a report made of"),
    "fetched report": _("fetched a report of"),
    "published edition": _("published the edition"),
    "told the public": _("told the public what was done, at"),
    "took back account": _("took back what the public was told, at"),
    "fetched account": _("fetched a file of what the public was told, at"),
    "made pack": _("had an evidence pack made for"),
    "deleted report": _("deleted a report of"),
    "assessment begun": _("began a self-assessment on the standard"),
    "assessment finished": _("finished a self-assessment on the standard"),
    "assessment given up": _("gave up a self-assessment on the standard"),
    "assessment fetched": _("took out a file of a self-assessment on the standard"),
    "clause documents": _("changed the documents that speak to a clause of"),
    "proposed": _("made a proposal for"),
    "reworded": _("worded a proposal anew for"),
    "withdrew": _("withdrew a proposal for"),
    "pinned evidence": _("let a proposal rest on evidence, for"),
    "let go of evidence": _("took evidence off a proposal for"),
    "commented": _("commented on a proposal for"),
    "declared interest": _("declared a conflict of interest in a proposal for"),
    "voted": _("voted on a proposal for"),
    "decided": _("recorded a decision on a proposal for"),
    "drafted second": _("drafted a second consultation on"),
    "began cycle": _("began the revision of"),
    "plan changed": _("changed the plan to revise"),
    "cycle surveys": _("chose the surveys that give evidence to revise"),
    "calendar key": _("made a new address for the calendar of the revision of"),
    "review called": _("noted what may call for an earlier review of"),
    "review answered": _("answered what called for an earlier review of"),
    "ended cycle": _("ended the revision of"),
    "resumed cycle": _("took up again the revision of"),
}


class TrailRow(Base):
    """One act. `detail` is JSON of short codes, never words; `actor_id` is None for the server's own console."""

    __tablename__ = "trail"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    organisation_id: Mapped[bytes | None]
    actor_id: Mapped[bytes | None]
    verb: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(Text)
    previous: Mapped[bytes]
    mark: Mapped[bytes]


@dataclass(frozen=True)
class Act:
    """What was done: a verb of `SAID`, to what, by whom (None: at the server's console), for which organisation."""

    verb: str
    object: str = ""
    actor_id: bytes | None = None
    organisation_id: bytes | None = None


@dataclass(frozen=True)
class Break:
    """Where the trail does not hold, and why."""

    number: int
    why: str


def record(session: Session, keys: Vault, act: Act, now: datetime, **detail: str | int) -> TrailRow:
    """Add an act in the transaction that did it. Unknown verbs are a fault of the code (`KeyError`)."""
    SAID[act.verb]
    if session.get_bind().dialect.name == "postgresql":  # one at a time, or two would follow the same row
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('heard trail'))"))
    last = head(session)
    row = TrailRow(
        number=last.number + 1 if last else 1,
        at=now,
        organisation_id=act.organisation_id,
        actor_id=act.actor_id,
        verb=act.verb,
        object=act.object[:200],
        detail=json.dumps(detail, sort_keys=True, ensure_ascii=False),
        previous=last.mark if last else FIRST,
        mark=b"",
    )
    row.mark = keys.office.mac(_content(row))
    session.add(row)
    session.flush()
    number, mark = row.number, row.mark
    event.listen(session, "after_commit", lambda _session: keys.store.note_head(number, mark), once=True)
    return row


def _content(row: TrailRow) -> bytes:
    """What the mark stands for: every column, each with its length, so that none can slide into the next."""
    at = row.at.astimezone(UTC).isoformat().encode()
    parts = (
        str(row.number).encode(),
        at,
        row.organisation_id or b"",
        row.actor_id or b"",
        row.verb.encode(),
        row.object.encode(),
        row.detail.encode(),
        row.previous,
    )
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def head(session: Session) -> TrailRow | None:
    """The newest row."""
    return session.scalars(select(TrailRow).order_by(TrailRow.number.desc()).limit(1)).first()


def verify(session: Session, keys: Vault, heads: Path | None = None) -> list[Break]:
    """Every place where the trail does not hold; none is how it should be. `heads` is the file of daily heads."""
    marks: dict[int, bytes] = {}
    broken = list(_broken_links(session, keys, marks))
    for number, mark, where in _noted(keys.store, heads):
        if number not in marks:
            broken.append(Break(number, _("it was there when it was noted in {where}, and is gone", where=where)))
        elif not compare_digest(marks[number], mark):
            broken.append(Break(number, _("it is another one than was noted in {where}", where=where)))
    return broken


def _broken_links(session: Session, keys: Vault, marks: dict[int, bytes]) -> Iterator[Break]:
    previous, expected = FIRST, 1
    for row in session.scalars(select(TrailRow).order_by(TrailRow.number).execution_options(yield_per=500)):
        marks[row.number] = row.mark
        if row.number != expected:
            yield Break(expected, _("rows are missing here") if row.number > expected else _("a row too many"))
        elif row.previous != previous:
            yield Break(row.number, _("it does not follow the row before it"))
        if not compare_digest(row.mark, keys.office.mac(_content(row))):
            yield Break(row.number, _("it was changed after it was written"))
        previous, expected = row.mark, row.number + 1


def _noted(store: Keystore, heads: Path | None) -> Iterator[tuple[int, bytes, str]]:
    noted = store.head()
    if noted:
        yield (*noted, _("the key store"))
    if heads is None or not heads.exists():
        return
    for line in heads.read_text(encoding="ascii", errors="replace").splitlines():
        day, number, mark = (*line.split(), "", "", "")[:3]
        if number.isdigit():
            yield int(number), _bytes_of(mark), _("the file of daily heads on {day}", day=day)


def _bytes_of(text_: str) -> bytes:
    try:
        return bytes.fromhex(text_)
    except ValueError:
        return b""


def note_day(session: Session, heads: Path, now: datetime) -> bool:
    """Write today's head to the file of heads, once a day. True if it was written now."""
    newest, today = head(session), f"{now:%Y-%m-%d}"
    written = heads.read_text(encoding="ascii", errors="replace") if heads.exists() else ""
    if newest is None or f"{today} " in written:
        return False
    with heads.open("a", encoding="ascii") as file:
        file.write(f"{today} {newest.number} {newest.mark.hex()}\n")
    return True


def rows_for(session: Session, organisation_id: bytes, before: int | None, count: int) -> list[TrailRow]:
    """The newest rows of an organisation and of the console, those under number `before` where it is given."""
    of_it = (TrailRow.organisation_id == organisation_id) | TrailRow.organisation_id.is_(None)
    wanted = select(TrailRow).where(of_it).order_by(TrailRow.number.desc()).limit(count)
    return list(session.scalars(wanted.where(TrailRow.number < before) if before else wanted))
