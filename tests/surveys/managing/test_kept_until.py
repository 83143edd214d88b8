"""What staff read of how long answers are kept: on the page of the survey, before publishing, and on the first page."""

import tomllib
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.made import MADE
from safekeeping import high_water
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from surveys.intake.retention import months_after
from surveys.intake.shred import shred_whole
from surveys.launching.publishing import correct
from surveys.writing.written import take_step
from tests.factories import definition, published_survey
from tests.surveys.managing.at_the_desk import Desk, at_the_desk

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
VERSIONS = "/desk/collect/tiny/versions"


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A published survey."""
    return published_survey(session, keys)


@pytest.fixture
def desk(app: Flask, session: Session, row: PublishedSurvey) -> Desk:
    """A researcher at the desk."""
    return at_the_desk(app, session)


def test_the_page_of_a_survey_says_when_answers_are_deleted(desk: Desk) -> None:
    assert "Answers will be deleted for good 24 months after the survey closes." in desk.look(VERSIONS)
    desk.press(VERSIONS, do="close")
    last = months_after(datetime.now(UTC).date(), 24)
    said = f"Answers are deleted for good after <b>{last.day} {last:%B %Y}</b>, 24 months after the survey closed."
    assert said in desk.look(VERSIONS)
    desk.press(VERSIONS, do="open")
    assert "Answers will be deleted for good 24 months" in desk.look(VERSIONS)


def test_the_page_of_a_shredded_survey_offers_nothing_and_does_nothing(
    desk: Desk, session: Session, engine: Engine, keys: Vault, row: PublishedSurvey
) -> None:
    session.rollback()
    shred_whole(engine, keys, row.id, MADE)
    page = desk.look(VERSIONS)
    assert "were deleted for good" in page
    assert 'name="do"' not in page
    token = desk.look(f"/desk/write/{desk.written}/settings").split('name="token" value="')[1].split('"')[0]
    for do in ("open", "close", "correct"):
        answer = desk.client.post(VERSIONS, data={"token": token, "do": do})
        assert (answer.status_code, answer.headers["Location"]) == (303, VERSIONS)
    assert "were deleted for good" in desk.look("/desk/collect")
    for page in ("/desk/", "/desk/code/tiny", "/desk/find/tiny", "/desk/collect/tiny/enter"):
        assert desk.client.get(page).status_code < 500


def test_before_publishing_a_longer_time_is_something_to_mend(
    desk: Desk, session: Session, row: PublishedSurvey
) -> None:
    written = correct(session, row)
    take_step(session, written, {**written_tables(), "keep_months": 36}, "longer")
    session.commit()
    page = desk.look(f"/desk/write/{written.id.hex()}/launch")
    assert "How long answers are kept" in page
    assert "People were told 24 months, so it can be made shorter and not longer" in page


def written_tables() -> dict[str, object]:
    """What the published survey says."""
    return tomllib.loads(definition())


def test_staff_are_told_where_the_clock_may_be_wrong(desk: Desk, session: Session) -> None:
    assert "clock" not in desk.look("/desk/")
    now = datetime.now(UTC)
    for by, said in ((-3, "has counted only as far as"), (2000, "already. The clock may be wrong")):
        high_water.raise_mark(session, now + timedelta(days=by), timedelta(days=1000))
        session.commit()
        page = desk.look("/desk/")
        assert said in page
        assert "only once both of these days are past it" in page
