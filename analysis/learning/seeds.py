"""Seed words: what a researcher types so that suggestions can begin for a standard without labelled examples."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.standard.edition import Edition
from safekeeping.database import Base
from safekeeping.languages import gettext as _
from safekeeping.organisations import OfConsultation

MOST, LONGEST = 100, 60  # phrases for one code; letters of one phrase

Seeds = Mapping[str, tuple[str, ...]]


class SeedWords(OfConsultation, Base):
    """The seeds of one consultation for one standard: code of a section or theme -> phrases. Staff typed them."""

    __tablename__ = "seed_words"
    __table_args__ = (Index("ix_seed_words_consultation_id", "consultation_id", "standard", unique=True),)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    consultation_id: Mapped[bytes] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    standard: Mapped[str] = mapped_column(String(40))
    phrases: Mapped[dict[str, Any]] = mapped_column(JSON)
    staff_id: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    kept_at: Mapped[datetime]


@dataclass(frozen=True)
class Typed:
    """What was typed, read: the seeds, and what is wrong by code (none: everything can be kept)."""

    seeds: Seeds
    faults: Mapping[str, str]


def seeds_of(session: Session, consultation_id: bytes | None, standard: str) -> Seeds:
    """The seeds of a consultation for a standard; none where nobody typed any."""
    row = row_of(session, consultation_id, standard)
    return {code: tuple(phrases) for code, phrases in row.phrases.items()} if row else {}


def row_of(session: Session, consultation_id: bytes | None, standard: str) -> SeedWords | None:
    """The row that holds them."""
    of_it = select(SeedWords).where(SeedWords.consultation_id == consultation_id, SeedWords.standard == standard)
    return session.scalars(of_it).one_or_none()


def read_typed(typed: Mapping[str, str], edition: Edition) -> Typed:
    """One box for each section and theme, one phrase a line. Boxes of other codes are not looked at."""
    seeds: dict[str, tuple[str, ...]] = {}
    faults = {}
    for code in (*edition.section_codes, *edition.theme_codes):
        phrases = tuple(dict.fromkeys(filter(None, map(_plain, typed.get(code, "").splitlines()))))
        if fault := _fault(phrases):
            faults[code] = fault
        if phrases:
            seeds[code] = phrases
    return Typed(seeds, faults)


def _plain(line: str) -> str:
    return " ".join(unicodedata.normalize("NFC", line).split())


def _fault(phrases: tuple[str, ...]) -> str:
    if len(phrases) > MOST:
        return _("There are {number} lines here. Keep the {most} that matter most.", number=len(phrases), most=MOST)
    for phrase in phrases:
        if len(phrase) > LONGEST:
            return _(
                "“{phrase} …” is longer than {number} letters. Shorten it to the words that matter.",
                phrase=phrase[:30],
                number=LONGEST,
            )
        if not re.search(r"\w", phrase):
            return _("“{phrase}” has no letters in it. Take the line out.", phrase=phrase)
    return ""
