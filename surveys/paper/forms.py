"""Forms that staff type in: their tables, sealing what is typed, and what becomes of a form.

A form and its entries are gone as soon as its answers are sent, so that nothing leads from a response to a sheet of
paper or to a person. Until then what was typed is sealed to the survey, like every answer.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping import vault
from safekeeping.database import Base
from safekeeping.vault import Opener
from surveys.definition.path import Path
from surveys.definition.published import Open, PublishedSurvey
from surveys.definition.voice import Voice
from surveys.intake.submit import Submission, submit

#: How answers come in: on a sheet of paper, typed in twice, or over the telephone, typed in once and read back.
PAPER, PHONE = "paper", "phone"
#: The entries of a form: by one person, by another, and what was settled between the two.
FIRST, SECOND, SETTLED = 1, 2, 3
LONGEST_LABEL = 40


class PaperForm(Base):
    """One sheet or call, by the number that is written on it. Deleted with its entries once it is sent."""

    __tablename__ = "paper_form"
    __table_args__ = (UniqueConstraint("survey_id", "label"),)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"))
    label: Mapped[str] = mapped_column(String(LONGEST_LABEL))
    way: Mapped[str] = mapped_column(String(10))


class PaperEntry(Base):
    """One typing-in of a form: by whom, whether they have finished, and what they typed, sealed to the survey."""

    __tablename__ = "paper_entry"
    form_id: Mapped[bytes] = mapped_column(ForeignKey("paper_form.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    done: Mapped[bool]
    sealed: Mapped[bytes]


class LabelTaken(Exception):
    """There is a form of that number already."""


@dataclass(frozen=True)
class Entered:
    """What was typed so far, and by which version of the survey, in which language, on which day (ISO 8601)."""

    version: str
    language: str
    day: str
    answers: dict[str, Any] = field(default_factory=dict)

    def with_answers(self, answers: dict[str, Any]) -> "Entered":
        """The same entry with other answers."""
        return replace(self, answers=answers)

    def path(self, target: Open) -> Path:
        """The way of these answers through the survey."""
        return Path(target.survey, self.answers, date.fromisoformat(self.day))

    def voice(self, target: Open) -> Voice:
        """How that way reads."""
        return Voice(self.path(target), self.language)


def begin_form(session: Session, survey_id: bytes, label: str, way: str) -> PaperForm:
    """A new form of that number. Raises `LabelTaken`."""
    row = PaperForm(id=vault.random_id(), survey_id=survey_id, label=label, way=way)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise LabelTaken from None
    return row


def forms_of(session: Session, survey_id: bytes) -> list[PaperForm]:
    """The forms of a survey that are not sent yet, by their numbers."""
    return list(session.scalars(select(PaperForm).where(PaperForm.survey_id == survey_id).order_by(PaperForm.label)))


def form_by_id(session: Session, survey_id: bytes, form_id: str, lock: bool = False) -> PaperForm | None:
    """The form of that id (hex). With `lock`, of two who send it at once the second finds it gone."""
    try:
        key = bytes.fromhex(form_id)
    except ValueError:
        return None
    at_it = select(PaperForm).where(PaperForm.id == key, PaperForm.survey_id == survey_id)
    return session.scalar(at_it.with_for_update() if lock else at_it)


def entries_of(session: Session, form: PaperForm) -> dict[int, PaperEntry]:
    """The entries of a form by their number."""
    found = session.scalars(select(PaperEntry).where(PaperEntry.form_id == form.id))
    return {entry.number: entry for entry in found}


def begin_entry(session: Session, row: PublishedSurvey, key: tuple[PaperForm, int], who: bytes, at: Entered) -> None:
    """Begin an entry, in place of an unfinished one of that number."""
    form, number = key
    sealed = seal(row, form.id, number, at)
    session.merge(PaperEntry(form_id=form.id, number=number, staff_id=who, done=False, sealed=sealed))
    session.flush()


def save_entry(session: Session, row: PublishedSurvey, entry: PaperEntry, entered: Entered) -> None:
    """Keep what was typed, in place of what was there."""
    entry.sealed = seal(row, entry.form_id, entry.number, entered)
    session.flush()


def seal(row: PublishedSurvey, form_id: bytes, number: int, entered: Entered) -> bytes:
    """What was typed, so that only the survey's private half opens it, and as this entry of this form only."""
    plain = json.dumps(asdict(entered), ensure_ascii=False)
    return vault.seal_entry(plain.encode(), row.public_key, row.id, _place(form_id, number))


def open_entry(opener: Opener, entry: PaperEntry) -> Entered:
    """What was typed. Raises `CannotOpen`, also where the blob was that of another entry."""
    return Entered(**json.loads(opener.entry(entry.sealed, _place(entry.form_id, entry.number))))


def _place(form_id: bytes, number: int) -> bytes:
    return form_id + number.to_bytes(1, "big")


def throw_away(session: Session, forms: Iterable[PaperForm]) -> None:
    """Destroy forms with everything typed for them."""
    ids = [form.id for form in forms]
    session.execute(delete(PaperEntry).where(PaperEntry.form_id.in_(ids)))
    session.execute(delete(PaperForm).where(PaperForm.id.in_(ids)))
    session.flush()


def send(session: Session, target: Open, form: PaperForm, entered: Entered) -> None:
    """Submit the answers like everybody's, then forget form and entries, in one transaction."""
    sent = Submission(entered.answers, date.fromisoformat(entered.day), entered.language)
    submit(session, target, sent, nonce_of(form.id))
    throw_away(session, [form])


def nonce_of(form_id: bytes) -> bytes:
    """What makes a form land once (16 bytes). The id it follows from is deleted with the form."""
    return hashlib.sha256(b"paper form" + form_id).digest()[:16]
