"""The published, frozen definition of a survey, its versions and its keys."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import ForeignKey, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base
from safekeeping.vault import Vault, random_id
from surveys.definition.load import parse_survey
from surveys.definition.questions import AnyQuestion, free_texts
from surveys.definition.survey import Survey

#: What a survey can be: it takes answers, it takes none any more, or it takes answers that will be thrown away.
OPEN, CLOSED, TRIAL = "open", "closed", "trial"


class PublishedSurvey(Base):
    """One published survey: its newest version as text, its hash, and the key pair its answers are sealed to."""

    __tablename__ = "survey"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    definition: Mapped[str] = mapped_column(Text)
    definition_hash: Mapped[str] = mapped_column(String(64))
    public_key: Mapped[bytes]
    wrapped_private_key: Mapped[bytes]


class SurveyVersion(Base):
    """One version, frozen: `number` counts from 1. Who began with it ends with it."""

    __tablename__ = "survey_version"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    definition: Mapped[str] = mapped_column(Text)
    definition_hash: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime]


@dataclass(frozen=True)
class Open:
    """A survey that takes answers: its parsed definition and what is needed to seal to it."""

    id: bytes
    public_key: bytes
    survey: Survey
    address: str
    version: str
    trial: bool = False


@lru_cache(maxsize=64)
def _parsed(definition_hash: str, definition: str) -> Survey:
    return parse_survey(definition, "the published survey")


def definition_of(row: PublishedSurvey | SurveyVersion) -> Survey:
    """The parsed definition; parsed once per version and process."""
    return _parsed(row.definition_hash, row.definition)


def _hash(definition: str) -> str:
    return hashlib.sha256(definition.encode()).hexdigest()


def publish(session: Session, keys: Vault, definition: str, now: datetime, trial_at: str = "") -> PublishedSurvey:
    """Freeze a definition (TOML text) under new keys, or as a trial at the address `trial_at`. Raises `BadSurvey`."""
    survey = parse_survey(definition)
    survey_id = random_id()
    pair = keys.new_survey_keys(survey_id)
    row = PublishedSurvey(
        id=survey_id,
        address=trial_at or survey.address,
        state=TRIAL if trial_at else OPEN,
        definition=definition,
        definition_hash=_hash(definition),
        public_key=pair.public,
        wrapped_private_key=pair.wrapped_private,
    )
    session.add(row)
    session.flush()
    _add_version(session, row, now)
    return row


def publish_again(session: Session, row: PublishedSurvey, definition: str, now: datetime) -> SurveyVersion:
    """Freeze a corrected definition as the next version of a survey, under the same keys. Raises `BadSurvey`."""
    parse_survey(definition)
    row.definition, row.definition_hash = definition, _hash(definition)
    return _add_version(session, row, now)


def _add_version(session: Session, row: PublishedSurvey, now: datetime) -> SurveyVersion:
    so_far = session.scalar(select(func.max(SurveyVersion.number)).where(SurveyVersion.survey_id == row.id)) or 0
    version = SurveyVersion(
        survey_id=row.id,
        number=so_far + 1,
        definition=row.definition,
        definition_hash=row.definition_hash,
        published_at=now,
    )
    session.add(version)
    session.flush()
    return version


def versions(session: Session, survey_id: bytes) -> list[SurveyVersion]:
    """Every version of a survey, the first one first."""
    of_it = select(SurveyVersion).where(SurveyVersion.survey_id == survey_id)
    return list(session.scalars(of_it.order_by(SurveyVersion.number)))


def texts_asked(session: Session, survey_id: bytes) -> dict[str, AnyQuestion]:
    """Name of an answer in people's own words -> its question, over all versions, in its newest wording.

    A correction may take a question away; what was answered to it before stays evidence.
    """
    asked: dict[str, AnyQuestion] = {}
    for version in versions(session, survey_id):
        for question in definition_of(version).questions:
            asked |= dict.fromkeys(free_texts(question), question)
    return asked


def published_at(session: Session, address: str) -> PublishedSurvey:
    """The survey published at this address, no trial. Raises `sqlalchemy.exc.NoResultFound`."""
    at_it = select(PublishedSurvey).where(PublishedSurvey.address == address, PublishedSurvey.state != TRIAL)
    return session.scalars(at_it).one()


def find_open(session: Session, address: str, version: str = "") -> Open | None:
    """The survey at this address, if one takes answers there; in the version of that hash, if there is such a one."""
    row = session.scalar(
        select(PublishedSurvey).where(PublishedSurvey.address == address, PublishedSurvey.state != CLOSED)
    )
    return as_open(session, row, version) if row else None


def as_open(session: Session, row: PublishedSurvey, version: str = "") -> Open:
    """What is needed to answer a survey, in the version of that hash or else the newest."""
    begun: PublishedSurvey | SurveyVersion | None = None
    if version and version != row.definition_hash:
        begun = session.scalar(
            select(SurveyVersion).where(SurveyVersion.survey_id == row.id, SurveyVersion.definition_hash == version)
        )
    of = begun or row
    return Open(row.id, row.public_key, definition_of(of), row.address, of.definition_hash, row.state == TRIAL)


def published(session: Session) -> list[PublishedSurvey]:
    """Every published survey, open or closed, by address."""
    chosen = select(PublishedSurvey).where(PublishedSurvey.state != TRIAL)
    return list(session.scalars(chosen.order_by(PublishedSurvey.address)))


def forget_survey(session: Session, survey_id: bytes) -> None:
    """Delete a survey with its keys and versions. Its answers must be gone before."""
    session.execute(delete(SurveyVersion).where(SurveyVersion.survey_id == survey_id))
    session.execute(delete(PublishedSurvey).where(PublishedSurvey.id == survey_id))
