"""The survey that takes answers at an address, found at each page with as little asked of the database as can be."""

from datetime import date
from typing import Protocol

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from surveys.definition.published import MOST_PARSED, OPEN, TRIAL, Open, PublishedSurvey, as_open, in_its_days
from surveys.definition.survey import Survey


class _Standing(Protocol):
    """How a survey stands: all of its row that can change while people answer."""

    id: bytes
    public_key: bytes
    definition_hash: str
    state: str
    by_ticket: bool
    opens_on: date | None
    closes_on: date | None


#: Survey and hash of one of its versions -> its definition, where a page has met it.
_VERSIONS: dict[tuple[bytes, str], Survey] = {}

#: The definition itself is read once per version and process.
_STANDING = select(
    PublishedSurvey.id,
    PublishedSurvey.public_key,
    PublishedSurvey.definition_hash,
    PublishedSurvey.state,
    PublishedSurvey.by_ticket,
    PublishedSurvey.opens_on,
    PublishedSurvey.closes_on,
).where(
    PublishedSurvey.address == bindparam("address"), (PublishedSurvey.state == OPEN) | (PublishedSurvey.state == TRIAL)
)


def find_open(session: Session, address: str, version: str = "") -> Open | None:
    """The survey at this address, if one takes answers there; in the version of that hash, if there is such a one."""
    return open_at(session.connection(), address, version)


def open_at(connection: Connection, address: str, version: str = "") -> Open | None:
    """What `find_open` finds, with as little asked of the database as can be."""
    row = connection.execute(_STANDING, {"address": address}).first()
    if row is None or not ((row.opens_on is None and row.closes_on is None) or _is_in_its_days(connection, row.id)):
        return None
    known = _VERSIONS.get((row.id, version or row.definition_hash))
    return _open_known(row, known, address, version) if known else _open_unknown(connection, row.id, version)


def _open_known(row: _Standing, survey: Survey, address: str, version: str) -> Open:
    is_trial = row.state == TRIAL
    door = (is_trial, row.by_ticket and not is_trial)
    return Open(row.id, row.public_key, survey, address, version or row.definition_hash, *door)


def _open_unknown(connection: Connection, survey_id: bytes, version: str) -> Open:
    """From all that is kept of it, and remembered for the next page."""
    with Session(connection) as session:
        found = as_open(session, session.get_one(PublishedSurvey, survey_id), version)
    if len(_VERSIONS) >= MOST_PARSED:
        _VERSIONS.clear()
    _VERSIONS[(survey_id, found.version)] = found.survey
    return found


def _is_in_its_days(connection: Connection, survey_id: bytes) -> bool:
    with Session(connection) as session:
        return in_its_days(session, session.get_one(PublishedSurvey, survey_id))
