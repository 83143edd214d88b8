"""Publishing what was written, closing and opening it, and correcting what is published."""

from datetime import datetime

from sqlalchemy.orm import Session

from safekeeping import high_water
from safekeeping.jobs import enqueue
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault
from surveys.definition.bank import Version
from surveys.definition.load import BadSurvey, Fault
from surveys.definition.published import (
    CLOSED,
    GONE,
    OPEN,
    PAUSED,
    TRIAL,
    PublishedSurvey,
    definition_of,
    is_taken,
    publish,
    publish_again,
    published,
    versions,
)
from surveys.definition.survey import Survey
from surveys.definition.tables import as_tables, to_toml
from surveys.intake.retention import schedule
from surveys.launching.trials import end_trial
from surveys.writing.written import WrittenSurvey, begin_writing, being_written, stop_writing


class NothingChanged(Exception):
    """The correction is the same as what is published."""


def corrected(session: Session, row: WrittenSurvey) -> PublishedSurvey | None:
    """The published survey that this one corrects, if it corrects one."""
    return session.get(PublishedSurvey, row.survey_id) if row.survey_id else None


def publish_written(
    session: Session, keys: Vault, row: WrittenSurvey, survey: Survey, now: datetime
) -> PublishedSurvey:
    """Freeze what was written: a new survey, or the next version of the one it corrects. Test answers are wiped.

    Writing ends with it; a correction begins from the published version. Raises `BadSurvey` where the address is
    another survey's or would change, and `NothingChanged`.
    """
    live = corrected(session, row)
    _check_against(session, survey, live)
    if live and definition_of(live) == survey:
        raise NothingChanged
    end_trial(session, keys, row)
    if live:
        publish_again(session, live, to_toml(survey), now)
    else:
        live = publish(session, keys, to_toml(survey), now, consultation_id=row.consultation_id)
    stop_writing(session, row)
    return live


def _check_against(session: Session, survey: Survey, live: PublishedSurvey | None) -> None:
    """Raises `BadSurvey` where the survey does not fit what is published."""
    _check_address(session, survey, live)
    if live and live.state in GONE:
        what = _(
            "the answers to this survey were deleted for good, and it takes no others; publish it at a new address"
        )
        raise BadSurvey([f"address: {what}."], [Fault("address", what)])
    if live and survey.keep_months > (months := schedule(session, live).months):
        what = _(
            "people were told {months} months, so it can be made shorter and not longer; write {months} or less",
            months=months,
        )
        raise BadSurvey([f"keep_months: {what}."], [Fault("keep_months", what)])


def _check_address(session: Session, survey: Survey, live: PublishedSurvey | None) -> None:
    if live:
        if survey.address != live.address:
            what = _("a published survey keeps its address; set it back to “{address}”", address=live.address)
            raise BadSurvey([f"address: {what}."], [Fault("address", what)])
    elif is_taken(session, survey.address):
        what = _("another survey is at “{address}”; choose another address", address=survey.address)
        raise BadSurvey([f"address: {what}."], [Fault("address", what)])


def fault_against(session: Session, row: WrittenSurvey, survey: Survey) -> Fault | None:
    """What is wrong with its address, or with what was promised in the version it corrects, if something is."""
    try:
        _check_against(session, survey, corrected(session, row))
    except BadSurvey as bad:
        return bad.located[0]
    return None


def correct(session: Session, live: PublishedSurvey) -> WrittenSurvey:
    """Begin to write from the newest version, or go on with the correction that was begun."""
    begun = next((row for row in being_written(session) if row.survey_id == live.id), None)
    return begun or begin_writing(
        session, as_tables(definition_of(live)), _("Began to correct it"), live.id, live.consultation_id
    )


def close(session: Session, live: PublishedSurvey, now: datetime) -> None:
    """Take no more answers, and mix what waits, however few they are.

    From today on the time runs for which they are kept; again only if it was open again.

    A survey whose answers are destroyed stays as it is, here and in `open_again`.
    """
    if live.state in (OPEN, PAUSED):
        live.state, live.closed_on = CLOSED, high_water.latest(session, now).date()
        enqueue(session, "take in", live.id.hex())


def open_again(live: PublishedSurvey) -> None:
    """Take answers again; nobody counts the time until it is closed."""
    if live.state in (CLOSED, PAUSED):
        live.state, live.closed_on, live.closes_on = OPEN, None, None


def all_versions(session: Session) -> list[Version]:
    """Every version of every published survey; no trials."""
    return [version for live in published(session) if live.state != TRIAL for version in versions_of(session, live)]


def versions_of(session: Session, live: PublishedSurvey) -> list[Version]:
    """Every version of one survey, the first one first."""
    return [
        Version(live.address, row.number, row.published_at, definition_of(row), row.definition_hash)
        for row in versions(session, live.id)
    ]
