"""Whether answers open that were brought back from a backup: some of each survey, or all."""

from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from safekeeping.sealed_stream import BadBackup
from safekeeping.vault import CannotOpen, Destroyed, Opener, SealedResponse, Vault
from surveys.definition.published import PublishedSurvey
from surveys.intake.tables import Response

#: Of each survey, unless said otherwise. Ids are random, so the first of them are a random sample.
SOME, AT_ONCE = 50, 200


@dataclass
class Opened:
    """How many responses there are, were tried, opened, and have no key (withdrawn or shredded)."""

    there: int = 0
    tried: int = 0
    opened: int = 0
    keyless: int = 0


def open_responses(engine: Engine, keys: Vault, most: int | None = SOME) -> Opened:
    """Open up to `most` responses of each survey; all if None."""
    found = Opened()
    with Session(engine.execution_options(reading=True)) as session:
        found.there = session.scalar(select(func.count()).select_from(Response)) or 0
        for survey_id in session.scalars(select(PublishedSurvey.id)).all():
            _of_survey(session, keys, survey_id, most, found)
    return found


def _of_survey(session: Session, keys: Vault, survey_id: bytes, most: int | None, found: Opened) -> None:
    wanted = select(Response).where(Response.survey_id == survey_id).order_by(Response.id).limit(most)
    try:
        opener = keys.opener(survey_id)
    except Destroyed:
        of_it = select(func.count()).select_from(wanted.subquery())
        found.keyless += session.scalar(of_it) or 0
        return
    with session.scalars(wanted.execution_options(yield_per=AT_ONCE)) as responses:
        for some in responses.partitions():
            wrapped = keys.store.wrapped([each.id for each in some])
            found.keyless += len(some) - len(wrapped)
            for each in some:
                if each.id in wrapped:
                    found.tried += 1
                    found.opened += _opens(opener, SealedResponse(each.tag, each.ciphertext, wrapped[each.id]))


def _opens(opener: Opener, sealed: SealedResponse) -> bool:
    try:
        opener.response(sealed)
    except CannotOpen:
        return False
    return True


def open_some(engine: Engine, keys: Vault) -> str:
    """A line that says how many opened. Raises `BadBackup` where one with a key does not."""
    found = open_responses(engine, keys)
    if found.opened < found.tried:
        raise BadBackup(f"{found.tried - found.opened} of {found.tried} answers that were tried do not open.")
    closed = f"; {found.keyless:,} have no key, as where somebody withdrew" if found.keyless else ""
    return f"Answers: {found.there:,}. Tried to open {found.tried:,}; {found.opened:,} opened{closed}."
