"""The published, frozen definition of a survey, its versions and its keys."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, ForeignKey, String, Text, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.at_once import AtOnce
from safekeeping.clock import steady_now
from safekeeping.database import Base
from safekeeping.master_keys import NoKeys
from safekeeping.organisations import (
    EVERYWHERE,
    NOT_NAMED,
    Consultation,
    OfConsultation,
    Organisation,
    begin_consultation,
    first_organisation,
    organisation_of,
)
from safekeeping.vault import CannotOpen, Destroyed, Vault, random_id
from surveys.definition.load import parse_survey
from surveys.definition.questions import AnyQuestion, free_texts
from surveys.definition.survey import Survey

#: What a survey can be: it takes answers, it takes none any more, or it takes answers that will be thrown away.
OPEN, CLOSED, TRIAL = "open", "closed", "trial"
#: Its answers are being destroyed, or are: whichever, nobody can read them and it takes no others.
SHREDDING, SHREDDED = "shredding", "shredded"
#: It takes no answers for now; its work is done and it is put away.
PAUSED, ARCHIVED = "paused", "archived"
#: It takes no answers any more, and the time runs for which they are kept.
ENDED = frozenset({CLOSED, ARCHIVED})
GONE = frozenset({SHREDDING, SHREDDED})


class PublishedSurvey(OfConsultation, Base):
    """One published survey: its newest version as text, its hash, and the public half of its keys.

    The private half is in the key store. `by_ticket` lets in only who has an invitation; from `closed_on` on, the time
    runs for which answers are kept. It takes answers from `opens_on` to `closes_on`, both in it.
    """

    __tablename__ = "survey"
    id: Mapped[bytes] = mapped_column(primary_key=True)
    address: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    definition: Mapped[str] = mapped_column(Text)
    definition_hash: Mapped[str] = mapped_column(String(64))
    public_key: Mapped[bytes]
    by_ticket: Mapped[bool] = mapped_column(default=False)
    closed_on: Mapped[date | None]
    opens_on: Mapped[date | None]
    closes_on: Mapped[date | None]


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
    by_ticket: bool = False


#: Hash of a definition -> the survey, parsed once per version and process.
_PARSED: dict[str, Survey] = {}
MOST_PARSED = 64


def _parsed(definition_hash: str, definition: str) -> Survey:
    found = _PARSED.get(definition_hash)
    if found is None:
        found = parse_survey(definition, "the published survey")
        if len(_PARSED) >= MOST_PARSED:
            _PARSED.clear()
        _PARSED[definition_hash] = found
    return found


def definition_of(row: PublishedSurvey | SurveyVersion) -> Survey:
    """The parsed definition; parsed once per version and process."""
    return _parsed(row.definition_hash, row.definition)


def _hash(definition: str) -> str:
    return hashlib.sha256(definition.encode()).hexdigest()


def publish(
    session: Session,
    keys: Vault,
    definition: str,
    now: datetime,
    trial_at: str = "",
    consultation_id: bytes | None = None,
) -> PublishedSurvey:
    """Freeze a definition (TOML text) under new keys, or as a trial at the address `trial_at`. Raises `BadSurvey`.

    Without a consultation, one of its own begins with it, in the first organisation.
    """
    survey = parse_survey(definition)
    survey_id = random_id()
    if consultation_id is None:
        consultation_id = begin_consultation(session, first_organisation(session).id, survey.title).id
    row = PublishedSurvey(
        id=survey_id,
        consultation_id=consultation_id,
        address=trial_at or survey.address,
        state=TRIAL if trial_at else OPEN,
        definition=definition,
        definition_hash=_hash(definition),
        public_key=keys.new_survey_keys(survey_id),
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


def in_its_days(session: Session, row: PublishedSurvey) -> bool:
    """Whether today is one of the days on which it takes answers."""
    if row.opens_on is None and row.closes_on is None:
        return True
    today = local_day(session, row, steady_now())
    return (row.opens_on or today) <= today <= (row.closes_on or today)


def local_day(session: Session, row: PublishedSurvey, now: datetime) -> date:
    """The day it is by the clocks of the survey's organisation."""
    organisation = organisation_of(session, row)
    return (organisation.local(now) if organisation else now).date()


def rests(session: Session, address: str) -> str:
    """Why a survey that takes no answers will take some later: “paused” or “early”; empty where it will not."""
    row = session.scalar(select(PublishedSurvey).where(PublishedSurvey.address == address))
    if row is None or row.state not in (OPEN, PAUSED):
        return ""
    if row.state == PAUSED:
        return PAUSED
    early = row.opens_on is not None and local_day(session, row, steady_now()) < row.opens_on
    return "early" if early else ""


def find_closed_too(session: Session, address: str) -> Open | None:
    """The survey at this address, open or closed: as long as its answers are there, they can be taken back."""
    at_it = select(PublishedSurvey).where(PublishedSurvey.address == address, PublishedSurvey.state.not_in(GONE))
    row = session.scalar(at_it)
    return as_open(session, row) if row else None


def as_open(session: Session, row: PublishedSurvey, version: str = "") -> Open:
    """What is needed to answer a survey, in the version of that hash or else the newest."""
    begun: PublishedSurvey | SurveyVersion | None = None
    if version and version != row.definition_hash:
        begun = session.scalar(
            select(SurveyVersion).where(SurveyVersion.survey_id == row.id, SurveyVersion.definition_hash == version)
        )
    of = begun or row
    is_trial = row.state == TRIAL
    door = (is_trial, row.by_ticket and not is_trial)
    return Open(row.id, row.public_key, definition_of(of), row.address, of.definition_hash, *door)


_ASKS = AtOnce(
    select(Organisation.name)
    .join(Consultation, Consultation.organisation_id == Organisation.id)
    .join(PublishedSurvey, PublishedSurvey.consultation_id == Consultation.id)
    .where(PublishedSurvey.id == bindparam("survey_id"), Organisation.name != NOT_NAMED)
)


def asked_by(engine: Engine, survey_id: bytes) -> str:
    """The name of the organisation that asks; empty where nobody has given it one yet."""
    found = _ASKS.row(engine, survey_id=survey_id)
    return str(found[0]) if found else ""


def published(session: Session) -> list[PublishedSurvey]:
    """Every published survey, open or closed, by address."""
    chosen = select(PublishedSurvey).where(PublishedSurvey.state != TRIAL)
    return list(session.scalars(chosen.order_by(PublishedSurvey.address)))


def is_taken(session: Session, address: str) -> bool:
    """Whether a survey is at this address, of whichever organisation."""
    at_it = select(PublishedSurvey.id).where(PublishedSurvey.address == address)
    return session.scalar(at_it.execution_options(**EVERYWHERE)) is not None


def addresses(session: Session) -> list[str]:
    """Every address where a survey is, of whichever organisation."""
    return list(session.scalars(select(PublishedSurvey.address).execution_options(**EVERYWHERE)))


def consultation_at(session: Session, address: str) -> bytes | None:
    """The consultation of the survey at this address."""
    return session.scalar(select(PublishedSurvey.consultation_id).where(PublishedSurvey.address == address))


def forget_survey(session: Session, survey_id: bytes) -> None:
    """Delete a survey with its versions. Its answers and keys must be gone before."""
    session.execute(delete(SurveyVersion).where(SurveyVersion.survey_id == survey_id))
    session.execute(delete(PublishedSurvey).where(PublishedSurvey.id == survey_id))


def check_keys(session: Session, keys: Vault) -> None:
    """Raise `NoKeys` where the keys cannot read what is there, before anything is sealed under them."""
    for row in published(session):
        try:
            if row.state not in GONE:
                keys.opener(row.id)
        except Destroyed:
            raise NoKeys(
                "The key store lacks keys of surveys in the database. Put it back from backup. If the database "
                f"is older than a `heard survey shred {row.address}`, run that again."
            ) from None
        except CannotOpen:
            raise NoKeys("The master key does not fit the answers in the database. Put the right one back.") from None
