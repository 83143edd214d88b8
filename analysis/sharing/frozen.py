"""What is in a frozen wave, read back: where it comes from, its questions as they were then, and its responses."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.findings.releases.rolls import Roll
from analysis.sharing.data_file import Mark, Origin
from analysis.sharing.describing import plan_of
from analysis.sharing.variables import Plan
from analysis.sharing.wave import AT_ONCE, Wave, WaveMember, fewer_said, member_count
from safekeeping.organisations import Consultation, Organisation
from safekeeping.vault import Office, Opener
from surveys.definition.published import PublishedSurvey, definition_of, versions
from surveys.definition.survey import AUDIENCE, Survey
from surveys.intake.read import ReadResponse, read_wanted
from surveys.intake.tables import Response


def surveys_of(session: Session, wave: Wave) -> list[Survey]:
    """The versions of the survey when the wave was frozen, the first one first: later corrections change nothing."""
    return [definition_of(each) for each in versions(session, wave.survey_id) if each.number <= wave.versions]


def full_plan(session: Session, wave: Wave) -> Plan:
    """All that could be in its files."""
    return plan_of(surveys_of(session, wave))


def chosen_plan(session: Session, wave: Wave) -> Plan:
    """What is in its files."""
    return full_plan(session, wave).chosen(frozenset({AUDIENCE, *wave.chosen}))


def origin_of(session: Session, wave: Wave) -> Origin:
    """Where its files come from, as they say it."""
    row = session.get_one(PublishedSurvey, wave.survey_id)
    survey = surveys_of(session, wave)[-1]
    consultation = session.get(Consultation, row.consultation_id)
    organisation = session.get_one(Organisation, consultation.organisation_id).name if consultation else ""
    return Origin(
        title=survey.title,
        address=row.address,
        organisation=organisation,
        wave=wave.number,
        wave_name=survey.wave or "",
        frozen_on=wave.frozen_on,
        versions=wave.versions,
        fingerprint=wave.fingerprint.hex(),
        fewer=fewer_said(wave, member_count(session, wave.id)),
        language=survey.language,
    )


def members(session: Session, wave: Wave) -> Roll:
    """Its responses, in the order of their ids."""
    of_it = select(WaveMember.response_id).where(WaveMember.wave_id == wave.id).order_by(WaveMember.response_id)
    found = bytearray()
    for some in session.scalars(of_it.execution_options(yield_per=AT_ONCE)).partitions():
        found += b"".join(some)
    return Roll(bytes(found))


def mark_of(office: Office, wave: Wave, ids: Roll) -> Mark:
    """What numbers and orders the rows of this wave's files.

    When somebody takes their answers back all numbers change, so that no number says whose row is missing.
    """
    start = office.mac(b"rows of a wave" + wave.id + ids.joined + repr(sorted(wave.chosen)).encode())
    return lambda message: office.mac(b"row of a wave" + start + message)


def read_wave(session: Session, wave: Wave, opener: Opener) -> Iterator[ReadResponse]:
    """Its responses, in the order of their ids."""
    mine = select(WaveMember.response_id).where(WaveMember.wave_id == wave.id)
    return read_wanted(session, select(Response).where(Response.id.in_(mine)), opener)


def read_these(session: Session, ids: list[bytes], opener: Opener) -> dict[bytes, ReadResponse]:
    """Some responses, by id; those taken back meanwhile are not there."""
    return {each.id: each for each in read_wanted(session, select(Response).where(Response.id.in_(ids)), opener)}
