"""Who codes in a consultation, and what people are called."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from safekeeping.languages import gettext as _
from safekeeping.organisations import organisation_of
from safekeeping.staff import Staff, colleagues, visitor
from surveys.definition.published import PublishedSurvey


def coders_of(session: Session, row: PublishedSurvey) -> list[Staff]:
    """Everybody who may code this survey, by name."""
    home = organisation_of(session, row)
    everybody = colleagues(session, home.id) if home else []
    return [each for each in everybody if visitor(session, each).may("code", row.consultation_id)]


def names_of(session: Session, people: Iterable[bytes]) -> dict[bytes, str]:
    """Id -> name, also of who has left."""
    wanted = set(people)
    rows = session.scalars(select(Staff).where(Staff.id.in_(wanted))) if wanted else ()
    found = {each.id: each.name for each in rows}
    return {each: found.get(each, _("somebody")) for each in wanted}
