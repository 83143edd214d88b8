"""Work under way: what is listed and for whom, what a button does, and what nobody can stop."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from analysis.jobs import KINDS
from analysis.taking_in import PART_JOB
from analysis.work_said import KINDS_SAID, NEVER_STOPPED
from safekeeping.jobs import STOPPED, Job, enqueue
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from tests.factories import let_in, published_survey

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
#: Kinds that their own pages tell of: they are about a file or a question, not about a survey.
TOLD_ELSEWHERE = {"check import", "import", "read", PART_JOB}


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey."""
    found = published_survey(session, keys)
    session.commit()
    return found


def asked(session: Session, row: PublishedSurvey, kind: str, **values: Any) -> Job:
    job = enqueue(session, kind, row.id.hex())
    for name, value in values.items():
        setattr(job, name, value)
    session.commit()
    return job


def text_of(client: FlaskClient) -> str:
    return client.get("/desk/work").get_data(as_text=True)


def press(client: FlaskClient, job: Job, act: str) -> int:
    """Send the form of a button; the status of what comes back."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', text_of(client))
    assert found
    return client.post(f"/desk/work/{job.id.hex()}/{act}", data={"token": found[1]}).status_code


def test_every_kind_is_said(session: Session) -> None:
    assert set(KINDS) - TOLD_ELSEWHERE == set(KINDS_SAID)
    assert set(NEVER_STOPPED) < set(KINDS_SAID)


def test_the_page_says_what_is_under_way(app: Flask, session: Session, row: PublishedSurvey) -> None:
    client = let_in(app, session)
    assert "Nothing is under way" in text_of(client)
    asked(session, row, "estimate", state="running", done=1200, total=5000)
    asked(session, row, "draw charts")
    asked(session, row, "report", state="failed", fault="LookupError")
    page = text_of(client)
    for words in ("1,200 of 5,000", "Working out shares", "Drawing charts", "It waits for a worker", "LookupError"):
        assert words in page
    assert (page.count(">Stop<"), page.count(">Try again<")) == (2, 1)
    assert "cannot be stopped" not in page


def test_a_button_stops_and_another_tries_again(app: Flask, session: Session, row: PublishedSurvey, look: Look) -> None:
    client = let_in(app, session)
    job = asked(session, row, "estimate")
    assert press(client, job, "stop") == 303
    assert look(select(Job.fault)) == [STOPPED]
    assert "Somebody stopped it" in text_of(client)
    assert press(client, job, "again") == 303
    assert look(select(Job.state)) == ["queued"]
    verbs = look(select(TrailRow.verb).order_by(TrailRow.number))
    assert verbs[-2:] == ["stopped work", "work again"]
    assert "estimate" in look(select(TrailRow.detail))[-1]


def test_taking_in_is_never_stopped_and_the_page_says_why(
    app: Flask, session: Session, row: PublishedSurvey, look: Look
) -> None:
    client = let_in(app, session)
    job = asked(session, row, "take in")
    page = text_of(client)
    assert "Taking in cannot be stopped" in page
    assert ">Stop<" not in page
    assert "Asked for at" not in page, "somebody's answer set it off"
    assert press(client, job, "stop") == 403
    assert look(select(Job.state)) == ["queued"]


def test_nobody_is_told_that_somebody_withdraws(app: Flask, session: Session, row: PublishedSurvey) -> None:
    client = let_in(app, session)
    asked(session, row, "withdraw", state="running")
    assert "Nothing is under way" in text_of(client)
    session.execute(update(Job).values(state="failed", fault="LookupError"))
    session.commit()
    page = text_of(client)
    assert "Taking out what was withdrawn" in page
    assert ">Try again<" in page
    assert "Asked for at" not in page


def test_who_may_not_do_the_work_may_not_stop_it(
    app: Flask, session: Session, row: PublishedSurvey, look: Look
) -> None:
    job = asked(session, row, "estimate")
    client = let_in(app, session, "Coder", ["coder"])
    page = text_of(client)
    assert "Working out shares" in page
    assert ">Stop<" not in page
    assert press(client, job, "stop") == 403
    assert look(select(Job.state)) == ["queued"]


def test_who_only_assesses_a_service_sees_nothing(app: Flask, session: Session, row: PublishedSurvey) -> None:
    asked(session, row, "estimate")
    assert "Nothing is under way" in text_of(let_in(app, session, "Provider", ["provider"]))


def test_a_button_for_what_is_done_meanwhile_does_nothing(
    app: Flask, session: Session, row: PublishedSurvey, look: Look
) -> None:
    client = let_in(app, session)
    job = asked(session, row, "estimate", state="done")
    assert press(client, job, "stop") == 303
    assert look(select(Job.state)) == ["done"]
    waits = asked(session, row, "estimate")
    assert press(client, waits, "burn") == 403


def test_the_parts_of_a_job_are_one_line(app: Flask, session: Session, row: PublishedSurvey) -> None:
    whole = asked(session, row, "take in", state="parted", total=10_000)
    for number in range(2):
        asked_part = enqueue(session, PART_JOB, f"{row.id.hex()} {number}")
        asked_part.part_of = whole.id
    session.commit()
    assert text_of(let_in(app, session)).count("<h2>") == 1
