"""The survey that takes answers at an address, found at each page with as little asked of the database as can be."""

from sqlalchemy import Engine, bindparam, or_, select
from sqlalchemy.orm import Session

from safekeeping.at_once import AtOnce
from surveys.definition.published import MOST_PARSED, OPEN, TRIAL, Open, PublishedSurvey, as_open, in_its_days
from surveys.definition.survey import Survey

#: Survey and hash of one of its versions -> its definition, read once per version and process.
_VERSIONS: dict[tuple[bytes, str], Survey] = {}

_STANDING = AtOnce(
    select(
        PublishedSurvey.id,
        PublishedSurvey.public_key,
        PublishedSurvey.definition_hash,
        PublishedSurvey.state,
        PublishedSurvey.by_ticket,
        or_(PublishedSurvey.opens_on.is_not(None), PublishedSurvey.closes_on.is_not(None)),
    ).where(
        PublishedSurvey.address == bindparam("address"),
        or_(PublishedSurvey.state == bindparam("open"), PublishedSurvey.state == bindparam("trial")),
    )
)


def find_open(session: Session, address: str, version: str = "") -> Open | None:
    """The survey at this address, if one takes answers there; in the version of that hash, if there is such a one."""
    at_it = select(PublishedSurvey).where(PublishedSurvey.address == address)
    row = session.scalar(at_it.where(PublishedSurvey.state.in_((OPEN, TRIAL))))
    return as_open(session, row, version) if row and in_its_days(session, row) else None


def open_at(engine: Engine, address: str, version: str = "") -> Open | None:
    """What `find_open` finds. Of one with days, and of a version that no page has met yet, all is read."""
    row = _STANDING.row(engine, address=address, open=OPEN, trial=TRIAL)
    if row is None:
        return None
    survey_id, public_key, newest, state, by_ticket, has_days = row
    known = _VERSIONS.get((survey_id, version or newest))
    if known is None or has_days:
        return _read(engine, address, version)
    is_trial = state == TRIAL
    return Open(survey_id, public_key, known, address, version or newest, is_trial, bool(by_ticket) and not is_trial)


def _read(engine: Engine, address: str, version: str) -> Open | None:
    with Session(engine.execution_options(reading=True)) as session:
        found = find_open(session, address, version)
    if found:
        _remember(found.id, found.version, found.survey)
    return found


def _remember(survey_id: bytes, version: str, survey: Survey) -> None:
    if len(_VERSIONS) >= MOST_PARSED:
        _VERSIONS.clear()
    _VERSIONS[(survey_id, version)] = survey
