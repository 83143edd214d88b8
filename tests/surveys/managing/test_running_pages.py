"""A published survey on its way: paused, archived, by its days, with numbers hoped for; and what each door shows."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select, update
from sqlalchemy.orm import Session

from safekeeping.database import Base, session_for
from safekeeping.organisations import Organisation
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, local_day, published_at
from surveys.intake.progress import EVERYBODY, OTHERS, keep_progress, set_targets, stands
from surveys.intake.retention import schedule
from surveys.launching.running import close_what_is_over, set_days
from tests.factories import let_in, published_survey, submitted
from tests.surveys.managing.at_the_desk import Desk

Look = Callable[[Any], list[Any]]
VERSIONS, PLAN = "/desk/collect/tiny/versions", "/desk/collect/tiny/plan"
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def desk(app: Flask, session: Session, keys: Vault) -> Desk:
    published_survey(session, keys)
    session.commit()
    return Desk(let_in(app, session), "")


def change(engine: Engine, **values: Any) -> None:
    with session_for(engine) as session:
        session.execute(update(PublishedSurvey).values(values))


def test_a_paused_survey_takes_nothing_and_goes_on(desk: Desk, app: Flask, look: Look) -> None:
    person = app.test_client()
    assert person.get("/tiny").status_code == 200
    assert desk.press(VERSIONS, do="pause").status_code == 303
    assert "It is paused" in desk.look(f"{VERSIONS}?done=pause")
    resting = person.get("/tiny")
    assert (resting.status_code, "This survey is resting" in resting.text) == (404, True)
    assert "tiny" not in person.get("/").text
    desk.press(VERSIONS, do="open")
    assert person.get("/tiny").status_code == 200
    assert [row.verb for row in look(select(TrailRow).order_by(TrailRow.number))] == ["paused", "opened"]


def test_the_archive_keeps_the_day_answers_are_deleted(desk: Desk, session: Session) -> None:
    desk.press(VERSIONS, do="close")
    before = schedule(session, published_at(session, "tiny")).last_day
    session.rollback()
    desk.press(VERSIONS, do="archive")
    session.expire_all()
    row = published_at(session, "tiny")
    assert (row.state, schedule(session, row).last_day) == ("archived", before)
    session.rollback()
    assert "Take it out of the archive" in desk.look(VERSIONS)
    desk.press(VERSIONS, do="take out")
    assert "Open it again" in desk.look(VERSIONS)


@pytest.mark.parametrize("do", ["pause", "archive", "take out"])
def test_an_act_that_is_not_offered_does_nothing(desk: Desk, do: str, look: Look) -> None:
    desk.press(VERSIONS, do="close")
    if do == "archive":
        desk.press(VERSIONS, do="open")
    state = look(select(PublishedSurvey.state))
    desk.press(VERSIONS, do=do)
    assert look(select(PublishedSurvey.state)) == state


def test_days_are_kept_and_obeyed(desk: Desk, app: Flask, engine: Engine, look: Look) -> None:
    day = datetime.now(UTC).date() + timedelta(days=3)
    typed = {"opens-day": str(day.day), "opens-month": str(day.month), "opens-year": str(day.year)}
    assert desk.press(VERSIONS, PLAN, do="days", **typed).status_code == 303
    assert look(select(PublishedSurvey.opens_on)) == [day]
    early = app.test_client().get("/tiny")
    assert (early.status_code, "has not started yet" in early.text) == (404, True)
    assert "Not open yet" in desk.look(VERSIONS)
    change(engine, opens_on=None, closes_on=datetime.now(UTC).date() - timedelta(days=2))
    over = app.test_client().get("/tiny")
    assert (over.status_code, "has closed" in over.text) == (404, True)


@pytest.mark.parametrize(
    "typed",
    [
        {"opens-day": "31", "opens-month": "2", "opens-year": "2027"},
        {"opens-day": "x", "opens-month": "", "opens-year": ""},
        {"closes-day": "1", "closes-month": "1", "closes-year": "99999999999"},
        {
            "opens-day": "2",
            "opens-month": "1",
            "opens-year": "2027",
            "closes-day": "1",
            "closes-month": "1",
            "closes-year": "2027",
        },
    ],
)
def test_a_day_that_is_none_comes_back_as_typed(desk: Desk, look: Look, typed: dict[str, str]) -> None:
    answer = desk.press(VERSIONS, PLAN, do="days", **typed)
    assert (answer.status_code, "Nothing was changed" in answer.text) == (422, True)
    assert all(f'value="{text}"' in answer.text for text in typed.values() if text)
    assert look(select(PublishedSurvey.opens_on)) == [None]


def test_a_survey_closes_after_its_last_day_by_the_clocks_of_its_organisation(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    session.query(Organisation).one().zone = "Pacific/Auckland"
    set_days(row, None, date(2027, 3, 1))
    assert local_day(session, row, NOW) == date(2027, 3, 2)
    assert close_what_is_over(session, NOW - timedelta(hours=2)) == []
    assert close_what_is_over(session, NOW) == ["tiny"]
    assert (row.state, close_what_is_over(session, NOW)) == ("closed", [])


def test_numbers_hoped_for_are_kept_and_shown(desk: Desk, session: Session) -> None:
    row = published_at(session, "tiny")
    keep_progress(session, row.id, {"survivor": 23, "provider": 9})
    session.commit()
    assert desk.press(VERSIONS, PLAN, do="targets", **{"target-survivor": "50", "target-": "80"}).status_code == 303
    page = desk.look(VERSIONS)
    assert "About 25 have answered, of 50 hoped for" in page
    shown = desk.look("/desk/collect/tiny/progress")
    assert "on the standard “National Quality Service Standards”" in shown
    assert "About 25 have answered" in shown
    assert "23 have" not in shown
    assert "About 25" in desk.look("/desk/collect")


@pytest.mark.parametrize("number", ["0", "-1", "many", "1" * 30, "１２"])
def test_what_is_no_number_comes_back_as_typed(desk: Desk, number: str) -> None:
    answer = desk.press(VERSIONS, PLAN, do="targets", **{"target-survivor": number})
    assert (answer.status_code, f'value="{number}"' in answer.text) == (422, True)


@given(st.dictionaries(st.sampled_from(["a", "b", "c", OTHERS]), st.integers(0, 60), min_size=1))
def test_nothing_is_kept_of_a_few(counts: dict[str, int]) -> None:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=[Base.metadata.tables[name] for name in ("survey", "target", "progress")])
    with Session(engine) as session:
        keep_progress(session, b"s", counts)
        shown = {stand.audience: stand.came for stand in stands(session, b"s", {"a": "A", "b": "B", "c": "C"})}
    engine.dispose()
    big = {name: count for name, count in counts.items() if count >= 10}
    assert all((came is None) == (name not in big) for name, came in shown.items() if name != EVERYBODY)
    assert all(came is None or (came >= 10 and came % 5 == 0) for came in shown.values())
    assert (shown[EVERYBODY] or 0) == (sum(big.values()) + 2) // 5 * 5 if big else shown[EVERYBODY] is None


def test_a_number_taken_away_is_gone(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    set_targets(session, row.id, {"survivor": 5})
    set_targets(session, row.id, {"survivor": None, "": 9})
    assert [stand.wanted for stand in stands(session, row.id, {"survivor": "Survivors"})] == [9, None]


def test_what_waits_is_said_to_whom_it_concerns(app: Flask, session: Session, keys: Vault, engine: Engine) -> None:
    row = published_survey(session, keys)
    submitted(session, row, 3, say="words")
    session.commit()
    change(engine, closes_on=datetime.now(UTC).date() + timedelta(days=2))
    home = let_in(app, session).get("/desk/").text
    assert "closes in 2 days" in home
    assert "closes in 2 days" not in let_in(app, session, "Cod", ("coder",)).get("/desk/").text
