"""Answering in a job, for what a page cannot answer within a second; and counting the analysts' figures."""

from collections.abc import Sequence
from datetime import UTC, datetime
from time import monotonic

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.code_books.versions import edition_named
from analysis.reading.answering import Answer, Reading, answer, needs_a_job
from analysis.reading.asked import Asked
from analysis.reading.figures_kept import count_figures, is_due, keep_figures
from analysis.reading.selecting import Tick, Wave, response_count
from analysis.reading.tables import SavedQuery, asked_of, keep_found
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.vault import Destroyed, Vault
from surveys.definition.published import GONE, TRIAL, PublishedSurvey, definition_of, texts_asked

AT_ONCE = 0.8  # seconds that a page may take


class TakesLong(Exception):
    """It takes longer than a page may."""


def waves_beside(session: Session, row: PublishedSurvey) -> list[PublishedSurvey]:
    """The waves of a consultation whose answers are still there, this one first, then by address."""
    beside = select(PublishedSurvey).where(
        PublishedSurvey.consultation_id == row.consultation_id,
        PublishedSurvey.state.not_in((TRIAL, *GONE)),
    )
    every = session.scalars(beside.order_by(PublishedSurvey.address)).all()
    return sorted(every, key=lambda each: each.id != row.id)


def chosen_waves(session: Session, row: PublishedSurvey, asked: Asked) -> list[PublishedSurvey]:
    """The waves that a question is about: those it names, or the survey it was asked at."""
    named = asked.waves or (row.address,)
    return [each for each in waves_beside(session, row) if each.address in named]


def as_wave(session: Session, row: PublishedSurvey, keys: Vault) -> Wave:
    """A survey, opened to be read. Raises `safekeeping.vault.Destroyed`."""
    return Wave(row.address, keys.opener(row.id), definition_of(row).standard, frozenset(texts_asked(session, row.id)))


def answer_for(session: Session, row: PublishedSurvey, asked: Asked, keys: Vault, tick: Tick) -> Answer:
    """Work out an answer. Raises `analysis.reading.text_query.BadText`, or what `tick` raises."""
    waves = [as_wave(session, each, keys) for each in chosen_waves(session, row, asked)]
    return answer(Reading(session, waves, asked, edition_named(session, definition_of(row).standard), tick))


def answer_at_once(session: Session, row: PublishedSurvey, asked: Asked, keys: Vault) -> Answer | None:
    """The answer if it takes less than a second; None where a job must work it out."""
    if needs_a_job(asked):
        return None
    ends = monotonic() + AT_ONCE

    def hurry(done: int) -> None:
        if monotonic() > ends:
            raise TakesLong

    try:
        return answer_for(session, row, asked, keys, hurry)
    except TakesLong:
        return None


def read(bench: Bench, query_id: str) -> None:
    """The job: answer the question of this id (hex). One that was forgotten meanwhile is nothing to do."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        query = session.get(SavedQuery, bytes.fromhex(query_id))
        row = session.get(PublishedSurvey, query.survey_id) if query else None
        if query is None or row is None or row.state in GONE:
            return
        asked = asked_of(query, bench.vault)
        surveys = chosen_waves(session, row, asked)
        try:
            found = answer_for(session, row, asked, bench.vault, _told(bench, session, surveys))
        except Destroyed:
            return
        session.expunge_all()
    with session_for(bench.engine) as session:
        query = session.get(SavedQuery, bytes.fromhex(query_id))
        if query is not None:
            keep_found(query, surveys, found)


def _told(bench: Bench, session: Session, surveys: Sequence[PublishedSurvey]) -> Tick:
    """Adds up what is done, and tells how far the job is at most twice a second."""
    total, done, told = sum(response_count(session, each.id) for each in surveys), 0, 0.0

    def tick(more: int) -> None:
        nonlocal done, told
        done += more
        if monotonic() - told > 0.5:
            told = monotonic()
            bench.progress(done, total)

    return tick


def count_words(bench: Bench, survey_id: str) -> None:
    """The job: count words and codes for who may not read them, in the survey of this id (hex), where that is due."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(PublishedSurvey, bytes.fromhex(survey_id))
        if row is None or row.state in GONE:
            return
        count = response_count(session, row.id)
        if not is_due(session, bench.vault, row, count):
            return
        survey = definition_of(row)
        wave = as_wave(session, row, bench.vault)
        told = _told(bench, session, [row])
        figures = count_figures(
            session, wave, edition_named(session, survey.standard), list(survey.audience_names()), told
        )
        session.expunge_all()
    with session_for(bench.engine) as session:
        keep_figures(session, row, figures, count, datetime.now(UTC))
