"""Keeping answers as long as was promised, destroying them after, and going on where it was stopped."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage
from analysis.findings.tables import Findings
from analysis.made import MADE
from safekeeping import high_water
from safekeeping.database import make_engine
from safekeeping.keystore import Keystore
from safekeeping.organisations import first_organisation
from safekeeping.staff import add_staff
from safekeeping.trail import TrailRow
from safekeeping.vault import Destroyed, Vault, random_id, seal_entry
from surveys.definition.answered_at import find_open
from surveys.definition.load import BadSurvey, parse_survey
from surveys.definition.published import (
    CLOSED,
    OPEN,
    SHREDDED,
    SHREDDING,
    PublishedSurvey,
    publish,
    publish_again,
    versions,
)
from surveys.intake.mix import mix
from surveys.intake.read import kept_count, read_all
from surveys.intake.retention import keep_schedule, months_after, overdue, schedule
from surveys.intake.shred import left_over, shred_whole
from surveys.intake.tables import Receipt, Ticket, Withdrawal
from surveys.launching.publishing import close, correct, publish_written
from surveys.paper.forms import PaperEntry, PaperForm
from tests.factories import NOW, definition, opener_of, published_survey, submitted

NONE = timedelta()
LATER = NOW + timedelta(days=800)
Look = Callable[[Any], list[Any]]


def short(months: int, name: str = "tiny") -> str:
    return definition(name).replace("intro =", f"keep_months = {months}\nintro =", 1)


def filled(session: Session, keys: Vault, name: str = "tiny") -> PublishedSurvey:
    """A survey with mixed answers and waiting ones, and a row in every other table that is about its answers."""
    row = published_survey(session, keys, name)
    submitted(session, row, 12)
    mix(session, row.id, opener_of(keys, row))
    submitted(session, row, 2)
    for response in read_all(session, row.id, opener_of(keys, row)):
        session.add(Passage(response_id=response.id, question="say", start=0, end=1, may_quote=False))
    session.add(Findings(survey_id=row.id, sealed=seal_entry(b"{}", row.public_key, row.id, b"findings"), made_at=NOW))
    form = PaperForm(id=random_id(), survey_id=row.id, label="7", way="paper")
    session.add(form)
    session.flush()
    ann = add_staff(session, "Ann", ("author",))
    session.add(PaperEntry(form_id=form.id, number=1, staff_id=ann.id, done=True, sealed=b"x"))
    session.add(Receipt(lookup=random_id(), survey_id=row.id, sealed=b"x"))
    session.add(Withdrawal(id=random_id(), survey_id=row.id, sealed=b"x"))
    session.add(Ticket(fingerprint=random_id(), survey_id=row.id))
    session.commit()
    return row


def sizes(look: Look) -> dict[str, int]:
    """How many rows there are in every table that is about answers."""
    tables = ("intake", "response", "receipt", "withdrawal", "ticket", *(table.name for table in MADE))
    found = {table.name: table for table in PublishedSurvey.metadata.sorted_tables}
    return {name: look(select(func.count()).select_from(found[name]))[0] for name in tables}


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey that is over, and beside it another that is open."""
    row = filled(session, keys)
    filled(session, keys, "second")
    close(session, row, NOW)
    session.commit()
    return row


def kept_long(session: Session, at: datetime = LATER) -> None:
    """Clock and mark have both reached this moment."""
    high_water.raise_mark(session, at, timedelta(days=400))
    session.commit()


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 12, 31), 120, date(2036, 12, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_months_later(day: date, months: int, last: date) -> None:
    assert months_after(day, months) == last


def test_the_schedule_runs_from_the_day_it_closed(session: Session, row: PublishedSurvey) -> None:
    assert schedule(session, row).last_day == date(2028, 11, 22)
    other = session.scalars(select(PublishedSurvey).where(PublishedSurvey.state == OPEN)).one()
    assert (schedule(session, other).months, schedule(session, other).last_day) == (24, None)
    session.rollback()


def test_the_shortest_promise_of_all_versions_counts(session: Session, row: PublishedSurvey) -> None:
    publish_again(session, row, short(6), NOW)
    assert schedule(session, row).months == 6
    assert len(versions(session, row.id)) == 2
    session.rollback()


def test_nothing_is_deleted_before_clock_and_mark_agree(
    session: Session, engine: Engine, keys: Vault, row: PublishedSurvey, look: Look
) -> None:
    before = sizes(look)
    assert keep_schedule(engine, keys, MADE, NOW, NONE) == []
    assert keep_schedule(engine, keys, MADE, LATER, timedelta(days=14)) == []
    kept_long(session)
    assert keep_schedule(engine, keys, MADE, NOW + timedelta(days=1), NONE) == []
    assert sizes(look) == before
    assert keep_schedule(engine, keys, MADE, LATER, NONE) == ["tiny"]


def test_the_last_day_is_kept_to_its_end(session: Session, row: PublishedSurvey) -> None:
    kept_long(session)
    last = datetime(2028, 11, 22, 23, 59, tzinfo=NOW.tzinfo)
    assert overdue(session, last) == []
    assert overdue(session, last + timedelta(minutes=2)) == [row]
    session.rollback()


def test_all_of_one_survey_goes_and_nothing_of_another(
    session: Session, engine: Engine, keys: Vault, row: PublishedSurvey, look: Look
) -> None:
    before = sizes(look)
    kept_long(session)
    assert keep_schedule(engine, keys, MADE, LATER, NONE) == ["tiny"]
    assert {name: 2 * count for name, count in sizes(look).items()} == before | {"coding": 0, "suggestion": 0}
    (gone,) = look(select(PublishedSurvey).where(PublishedSurvey.id == row.id))
    assert gone.state == SHREDDED
    with pytest.raises(Destroyed):
        keys.opener(row.id)
    assert list(keys.store.response_ids(row.id)) == []
    (said,) = look(select(TrailRow))
    assert (said.verb, said.object, said.actor_id) == ("time over", "tiny", None)
    assert said.organisation_id == first_organisation(session).id
    (other,) = look(select(PublishedSurvey).where(PublishedSurvey.state == OPEN))
    assert kept_count(session, other.id) == 14
    assert len(list(read_all(session, other.id, keys.opener(other.id)))) == 12
    session.rollback()
    assert keep_schedule(engine, keys, MADE, LATER, NONE) == [], "once"


def test_a_survey_that_was_closed_before_anybody_counted_has_its_whole_time(
    session: Session, engine: Engine, keys: Vault, row: PublishedSurvey, look: Look
) -> None:
    row.closed_on = None
    session.commit()
    assert keep_schedule(engine, keys, MADE, LATER, NONE) == []
    assert look(select(PublishedSurvey.closed_on).where(PublishedSurvey.id == row.id)) == [LATER.date()]


class Killed(BaseException):
    """The process is gone."""


STEPS = ["forget_survey", "after the keys", "wipe_answers", "rewritten"]


def kill_at(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the process dies when it comes to that step."""

    def die(*given: object) -> None:
        raise Killed

    if step == "after the keys":
        forget = Keystore.forget_survey

        def forget_and_die(self: Keystore, survey_id: bytes) -> None:
            forget(self, survey_id)
            raise Killed

        monkeypatch.setattr(Keystore, "forget_survey", forget_and_die)
    elif step == "forget_survey":
        monkeypatch.setattr(Keystore, "forget_survey", die)
    else:
        monkeypatch.setattr(f"surveys.intake.shred.{step}", die)


@pytest.mark.parametrize("step", STEPS)
def test_what_was_stopped_is_finished_by_the_next_run(
    step: str, session: Session, engine: Engine, keys: Vault, row: PublishedSurvey, look: Look
) -> None:
    before = sizes(look)
    with pytest.MonkeyPatch.context() as monkeypatch:
        kill_at(step, monkeypatch)
        with pytest.raises(Killed):
            shred_whole(engine, keys, row.id, MADE)
    assert look(select(PublishedSurvey.state).where(PublishedSurvey.id == row.id)) == [SHREDDING]
    assert keep_schedule(engine, keys, MADE, NOW, NONE) == ["tiny"]
    assert {name: 2 * count for name, count in sizes(look).items()} == before | {"coding": 0, "suggestion": 0}
    with Session(engine) as after:
        assert not left_over(after, keys.store, row.id, MADE)
    assert look(select(TrailRow.verb)) == ["shredded"], "it was begun by hand, and its time is not over"


def test_what_somebody_was_sending_meanwhile_goes_too(
    session: Session, engine: Engine, keys: Vault, row: PublishedSurvey, look: Look
) -> None:
    shred_whole(engine, keys, row.id, MADE)
    submitted(session, row, 1)
    session.commit()
    assert keep_schedule(engine, keys, MADE, NOW, NONE) == ["tiny"]
    assert sizes(look)["intake"] == 2, "those of the other survey"


def test_a_shredded_survey_takes_no_answers(
    session: Session, engine: Engine, keys: Vault, row: PublishedSurvey, app: Flask
) -> None:
    shred_whole(engine, keys, row.id, MADE)
    assert find_open(session, "tiny") is None
    session.rollback()
    assert app.test_client().get("/tiny").status_code == 404


def test_a_fault_of_the_database_stops_no_worker(engine: Engine, keys: Vault, tmp_path: Path) -> None:
    empty = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert keep_schedule(empty, keys, MADE, NOW, NONE) == []
    empty.dispose()


# What was promised -----------------------------------------------------------------------------------


@pytest.mark.parametrize("months", [25, 120])
def test_a_correction_cannot_keep_answers_longer(
    months: int, session: Session, keys: Vault, row: PublishedSurvey
) -> None:
    longer = parse_survey(short(months))
    with pytest.raises(BadSurvey) as refused:
        publish_written(session, keys, correct(session, row), longer, NOW)
    (fault,) = refused.value.located
    assert fault.place == "keep_months"
    assert "people were told 24 months" in fault.what
    session.rollback()


def test_a_correction_can_keep_them_shorter_and_then_not_longer_again(
    session: Session, keys: Vault, row: PublishedSurvey
) -> None:
    publish_written(session, keys, correct(session, row), parse_survey(short(6)), NOW)
    assert schedule(session, row).months == 6
    with pytest.raises(BadSurvey, match="people were told 6 months"):
        publish_written(session, keys, correct(session, row), parse_survey(definition()), NOW)
    session.rollback()


def test_a_shredded_survey_is_not_corrected(
    session: Session, engine: Engine, keys: Vault, row: PublishedSurvey
) -> None:
    shred_whole(engine, keys, row.id, MADE)
    session.expire_all()
    with pytest.raises(BadSurvey, match="deleted for good"):
        publish_written(session, keys, correct(session, row), parse_survey(short(6)), NOW)
    session.rollback()


@pytest.mark.parametrize(("months", "said"), [("24", "24 months"), ("1", "1 month")])
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_people_are_told_before_they_begin(months: str, said: str, session: Session, keys: Vault, app: Flask) -> None:
    publish(session, keys, short(int(months)), NOW)
    session.commit()
    page = app.test_client().post("/tiny", data={"go": "intro"}).text
    assert f"We delete answers {said} after this survey closes." in page
    assert "thrown away after four hours" in page
    about = app.test_client().get("/about").text
    assert "The first page of each survey says when we delete answers." in about


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0", "at least 1"),
        ("121", "at most 120"),
        ("2.5", "a whole number"),
        ('"two"', "a whole number"),
        ("true", "a whole number"),
    ],
)
def test_months_that_cannot_be_are_refused(written: str, said: str) -> None:
    with pytest.raises(BadSurvey, match=f"keep_months: it must be {said}"):
        parse_survey(definition().replace("intro =", f"keep_months = {written}\nintro =", 1))


def test_the_states_fit_their_column() -> None:
    assert {len(state) <= 10 for state in (OPEN, CLOSED, SHREDDING, SHREDDED)} == {True}
