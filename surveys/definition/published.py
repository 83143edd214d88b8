"""The published, frozen definition of a survey and its keys."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base
from safekeeping.vault import Vault, random_id
from surveys.definition.load import parse_survey
from surveys.definition.survey import Survey


class PublishedSurvey(Base):
    """One published survey: the definition as text, its hash, and the key pair its answers are sealed to."""

    __tablename__ = "survey"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(40), unique=True)
    definition: Mapped[str] = mapped_column(Text)
    definition_hash: Mapped[str] = mapped_column(String(64))
    public_key: Mapped[bytes]
    wrapped_private_key: Mapped[bytes]


@dataclass(frozen=True)
class Open:
    """A survey that takes answers: its parsed definition and what is needed to seal to it."""

    id: bytes
    public_key: bytes
    survey: Survey


@lru_cache(maxsize=64)
def _parsed(definition_hash: str, definition: str) -> Survey:
    return parse_survey(definition, "the published survey")


def definition_of(row: PublishedSurvey) -> Survey:
    """The parsed definition; parsed once per version and process."""
    return _parsed(row.definition_hash, row.definition)


def publish(session: Session, keys: Vault, definition: str) -> PublishedSurvey:
    """Freeze a definition (TOML text) under new keys. Raises `BadSurvey`."""
    survey = parse_survey(definition)
    survey_id = random_id()
    pair = keys.new_survey_keys(survey_id)
    row = PublishedSurvey(
        id=survey_id,
        address=survey.address,
        definition=definition,
        definition_hash=hashlib.sha256(definition.encode()).hexdigest(),
        public_key=pair.public,
        wrapped_private_key=pair.wrapped_private,
    )
    session.add(row)
    session.flush()
    return row


def published_at(session: Session, address: str) -> PublishedSurvey:
    """The survey published at this address. Raises `sqlalchemy.exc.NoResultFound`."""
    return session.scalars(select(PublishedSurvey).where(PublishedSurvey.address == address)).one()


def find_open(session: Session, address: str) -> Open | None:
    """The survey at this address, if one takes answers there."""
    row = session.scalar(select(PublishedSurvey).where(PublishedSurvey.address == address))
    return Open(row.id, row.public_key, definition_of(row)) if row else None


def published(session: Session) -> list[PublishedSurvey]:
    """Every published survey, by address."""
    return list(session.scalars(select(PublishedSurvey).order_by(PublishedSurvey.address)))
