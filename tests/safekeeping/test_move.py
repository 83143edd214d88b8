"""`heard move`: everything is on the other side, once, as it was; and nothing comes into the old one any more."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app import create_app, heard
from safekeeping.backing_up import NoBackup, kept_tables, key_tables, row_count
from safekeeping.closing import Mark, MarkTable, close, in_use, marked, marked_at, open_again
from safekeeping.codes import Effort
from safekeeping.database import Throwaway, make_engine, session_for
from safekeeping.jobs import Job
from safekeeping.keystore import SurveyKey, make_key_engine
from safekeeping.move_route import Route, begin, goal_of, route
from safekeeping.moving import bring_over
from safekeeping.opening import open_installation, open_to_respond
from safekeeping.settings import BadSetting, Settings
from safekeeping.table_stream import AT_ONCE, Tallies, source_of, tally_of
from safekeeping.trail import verify
from safekeeping.vault import Vault
from surveys.intake.tables import Intake, Response, SpentNonce
from tests import postgres
from tests.backed_up import EVERYTHING, fill, opened, words_in
from tests.factories import NOW
from tests.surveys.browsing import Person, intake_answers, put_up
from tests.surveys.test_receipts import asked, sent, taken_back, work

ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def other_kind(settings: Settings, folder: Path, server: str) -> Settings:
    """An installation after a move to the other kind of database, which is there and empty."""
    if settings.database.startswith("sqlite"):
        return goal_of(settings, postgres.fresh_database(server), None)
    return goal_of(settings, f"sqlite:///{folder}/moved.sqlite", f"sqlite:///{folder}/moved-keys.sqlite")


@pytest.fixture
def goal(settings: Settings, tmp_path: Path, postgres_server: str) -> Iterator[Settings]:
    """The other kind than the installation is on."""
    goal = other_kind(settings, tmp_path, postgres_server)
    yield goal
    if goal.database.startswith("postgresql"):
        postgres.drop_database(goal.database)
    else:
        reopen(settings)


def reopen(settings: Settings) -> None:
    """The PostgreSQL of other tests takes something again."""
    with ways(settings, settings) as way:
        for leg in way.legs:
            with leg.old.begin() as connection:
                open_again(connection, leg.tables(leg.old))
                MarkTable.metadata.drop_all(connection)


ways = route


@pytest.fixture
def survey_id(settings: Settings, engine: Engine, keys: Vault) -> bytes:
    """A filled installation, with enough rows for more than one batch; the id of its survey."""
    survey = fill(engine, keys)
    with session_for(engine) as session:
        session.add_all(SpentNonce(nonce=os.urandom(16)) for _ in range(AT_ONCE + 50))
    let_go(engine, keys)
    return survey


def let_go(engine: Engine, keys: Vault) -> None:
    """Nobody has the installation open."""
    engine.dispose()
    keys.store.engine.dispose()


def moved_to(settings: Settings, goal: Settings, *more: str) -> Result:
    """What the command says."""
    words = ("move", "--to", goal.database, "--keystore", goal.keystore, *more)
    done = CliRunner().invoke(heard, words, obj=lambda: settings)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def undone(settings: Settings) -> Result:
    """What the command says that opens the old side again."""
    return CliRunner().invoke(heard, ["move", "--undo"], obj=lambda: settings)


def tallies(settings: Settings) -> Tallies:
    """What every table adds up to, unfinished answers too."""
    stores = (
        (make_engine(settings.database), kept_tables),
        (make_key_engine(settings.keystore), lambda engine: key_tables()),
        (make_engine(settings.drafts), lambda engine: list(Throwaway.metadata.sorted_tables)),
    )
    found: Tallies = {}
    for engine, tables in stores:
        with engine.execution_options(reading=True).connect() as connection:
            found |= {table.name: tally_of(source_of(connection, table)) for table in tables(engine)}
        engine.dispose()
    return found


def test_all_of_it_is_on_the_other_side(survey_id: bytes, settings: Settings, goal: Settings) -> None:
    rows = row_count(settings)
    done = moved_to(settings, goal)
    assert done.exit_code == 0, done.output
    assert f"{rows + 1:,} rows are there, each the same" in done.output, "one is new: the act on the trail"
    assert "The trail holds." in done.output
    assert "HEARD_DATABASE=" in done.output
    assert "heard keys rotate" in done.output
    assert tallies(settings) == tallies(goal)
    with opened(goal) as (engine, keys):
        assert words_in(engine, keys, survey_id) == EVERYTHING
        with Session(engine.execution_options(reading=True)) as session:
            assert verify(session, keys) == []
        assert marked(engine) is None


def test_the_rows_of_answers_tell_no_order(survey_id: bytes, settings: Settings, goal: Settings) -> None:
    if goal.database.startswith("sqlite"):
        pytest.skip("tables of SQLite have no row number")
    assert moved_to(settings, goal).exit_code == 0
    engine = make_engine(goal.database)
    with engine.connect() as connection:
        lying = connection.execute(text("SELECT nonce, xmin::text FROM spent_nonce ORDER BY ctid")).all()
    engine.dispose()
    assert len(lying) > AT_ONCE
    assert [bytes(nonce) for nonce, _ in lying] == sorted(bytes(nonce) for nonce, _ in lying)
    assert len({xmin for _, xmin in lying}) == 1


def test_the_old_side_takes_nothing_and_says_where_to_go(
    survey_id: bytes, settings: Settings, goal: Settings, engine: Engine, keys: Vault
) -> None:
    assert moved_to(settings, goal).exit_code == 0
    before = tallies(settings)
    for statement in ("DELETE FROM receipt", "INSERT INTO spent_nonce VALUES (:key)", "UPDATE job SET done = 3"):
        with pytest.raises(SQLAlchemyError) as fault, session_for(engine) as session:
            session.execute(text(statement), {"key": bytes(16)} if ":key" in statement else {})
        assert "this installation of Heard was moved" in str(fault.value)
        assert not isinstance(fault.value, IntegrityError), "pages read that as sent before"
    with pytest.raises(SQLAlchemyError):
        keys.store.forget_survey(survey_id)
    for start in (open_installation, open_to_respond):
        with pytest.raises(BadSetting, match=r"It was moved to .*\. Set HEARD_DATABASE"):
            start(settings)
    with pytest.raises(NoBackup, match="It was moved to"):
        row_count(settings)
    assert tallies(settings) == before


def test_a_server_that_still_runs_thanks_nobody(
    settings: Settings, goal: Settings, engine: Engine, keys: Vault, app: Flask
) -> None:
    put_up(engine, keys)
    person = Person(app.test_client()).start()
    person.press("continue", say="mine")
    while 'value="send"' not in person.page:
        person.press("continue")
    with ways(settings, goal) as way:
        for leg in way.legs:
            with leg.old.begin() as connection:
                close(connection, leg.tables(leg.old))
    assert person.press("send").status_code == 503
    assert "Thank you" not in person.page
    with ways(settings, goal) as way:
        for leg in way.legs:
            with leg.old.begin() as connection:
                open_again(connection, leg.tables(leg.old))
    assert intake_answers(engine, keys) == []


def test_a_code_from_before_withdraws_and_who_was_half_way_goes_on(
    settings: Settings, goal: Settings, engine: Engine, keys: Vault, app: Flask
) -> None:
    app.extensions["code_effort"] = Effort(memory=8, passes=1)
    put_up(engine, keys)
    sent(Person(app.test_client()), "noise")
    code = asked(sent(Person(app.test_client()), "mine"))
    halfway = Person(app.test_client()).start()
    halfway.press("continue", say="half")
    for name in ("engine", "drafts_engine"):
        app.extensions[name].dispose()
    app.extensions["vault"].store.engine.dispose()
    let_go(engine, keys)
    done = moved_to(settings, goal)
    assert done.exit_code == 0, done.output
    after = create_app(goal)
    after.extensions["code_effort"] = Effort(memory=8, passes=1)
    new, new_keys = after.extensions["engine"], after.extensions["vault"]
    taken_back(after, code)
    work(new, new_keys)
    assert ["noise" in str(answers) for answers in intake_answers(new, new_keys)] == [True]
    cookie = halfway.client.get_cookie("s")
    assert cookie
    going_on = Person(after.test_client(), page=halfway.page)
    going_on.client.set_cookie("s", cookie.value)
    while 'value="send"' not in going_on.page:
        going_on.press("continue")
    going_on.press("send")
    assert len(intake_answers(new, new_keys)) == 2
    for each in (new, after.extensions["drafts_engine"], new_keys.store.engine):
        each.dispose()


# What is refused -------------------------------------------------------------------------------------


def test_a_database_that_somebody_has_open_is_not_moved(
    survey_id: bytes, settings: Settings, goal: Settings, engine: Engine
) -> None:
    with engine.execution_options(reading=True).connect() as connection:
        connection.execute(select(func.count()).select_from(Intake))
        done = moved_to(settings, goal)
    assert (done.exit_code, "stop every server and worker" in done.output) == (2, True), done.output
    assert marked(engine) is None
    assert moved_to(settings, goal).exit_code == 2, "its pool still has it open"
    engine.dispose()
    assert not in_use(engine)


def test_a_goal_with_something_in_it_is_left_alone(survey_id: bytes, settings: Settings, goal: Settings) -> None:
    there = make_engine(goal.database)
    with there.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (it INTEGER)"))
    there.dispose()
    done = moved_to(settings, goal)
    assert (done.exit_code, "is not empty" in done.output) == (2, True), done.output
    assert marked_at(settings.database) is None
    assert "secret" not in done.output


def test_another_goal_half_way_is_refused(survey_id: bytes, settings: Settings, goal: Settings, tmp_path: Path) -> None:
    with ways(settings, goal) as way:
        begin(way, NOW)
    elsewhere = replace(goal, database=f"sqlite:///{tmp_path}/third.sqlite")
    done = moved_to(settings, elsewhere)
    assert (done.exit_code, "It is on the way to" in done.output) == (2, True), done.output


def test_a_half_filled_side_is_not_started(survey_id: bytes, settings: Settings, goal: Settings) -> None:
    with ways(settings, goal) as way:
        begin(way, NOW)
    for start in (open_installation, open_to_respond):
        with pytest.raises(BadSetting, match="It is being moved into and is not whole yet"):
            start(goal)
    with pytest.raises(BadSetting, match="Run heard move again to go on"):
        open_installation(settings)


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("move",), "Say where to"),
        (("move", "--to", "mysql://x/y"), "is not supported"),
        (("move", "--to", "postgresql+psycopg://heard:secret@127.0.0.1:1/heard"), "A database cannot be used"),
        (("move", "--undo"), "was not moved"),
    ],
)
def test_what_cannot_be_is_one_sentence(survey_id: bytes, settings: Settings, words: list[str], said: str) -> None:
    done = CliRunner().invoke(heard, words, obj=lambda: settings)
    assert (done.exit_code, said in done.output, "secret" in done.output) == (2, True, False), done.output
    open_installation(settings).close()


# Comparing -------------------------------------------------------------------------------------------


def brought(way: Route) -> None:
    """Both sides as they are just before they are compared."""
    begin(way, NOW)
    bring_over(way, lambda rows: None)


PLANTED = (
    "UPDATE response SET tag = (SELECT nonce FROM spent_nonce LIMIT 1) "
    "WHERE id = (SELECT id FROM response ORDER BY id DESC LIMIT 1)",
    "DELETE FROM spent_nonce WHERE nonce = (SELECT nonce FROM spent_nonce ORDER BY nonce LIMIT 1)",
    "UPDATE job SET total = total + 1",
)


@pytest.mark.parametrize(
    "planted",
    [PLANTED[0], *(pytest.param(each, marks=pytest.mark.slow) for each in (*PLANTED[1:], "keys"))],
    ids=["changed", "gone", "number", "key"],
)
def test_what_is_not_the_same_is_found(survey_id: bytes, settings: Settings, goal: Settings, planted: str) -> None:
    with ways(settings, goal) as way:
        brought(way)
        leg = way.leg("keys" if planted == "keys" else "kept")
        with leg.new.begin() as connection:
            if planted == "keys":
                connection.execute(SurveyKey.__table__.update().values(wrapped_private=b"another"))  # type: ignore[attr-defined]
            else:
                assert connection.execute(text(planted)).rowcount
    done = moved_to(settings, goal)
    assert (done.exit_code, "is not the same on both sides" in done.output) == (2, True), done.output
    with pytest.raises(BadSetting, match="not whole yet"):
        open_installation(goal)
    assert undone(settings).exit_code == 0
    open_installation(settings).close()


# Stopped, and taken back -----------------------------------------------------------------------------


def test_moving_twice_changes_nothing(survey_id: bytes, settings: Settings, goal: Settings) -> None:
    assert moved_to(settings, goal).exit_code == 0
    before = tallies(goal)
    done = moved_to(settings, goal)
    assert (done.exit_code, "It was moved before" in done.output) == (0, True), done.output
    assert tallies(goal) == before


def test_the_old_side_can_be_opened_again(
    survey_id: bytes, settings: Settings, goal: Settings, engine: Engine, keys: Vault
) -> None:
    before = tallies(settings)
    assert moved_to(settings, goal).exit_code == 0
    done = undone(settings)
    assert (done.exit_code, "is open again" in done.output) == (0, True), done.output
    after = tallies(settings)
    assert {name for name in before if before[name] != after[name]} == {"trail", "trail_head"}
    open_installation(settings).close()
    with session_for(engine) as session:
        session.execute(Job.__table__.delete())  # type: ignore[attr-defined]
    keys.store.forget_survey(survey_id)


def test_the_keys_can_stay_where_they_are(survey_id: bytes, settings: Settings, goal: Settings) -> None:
    stays = replace(goal, keystore=settings.keystore)
    done = moved_to(settings, stays)
    assert done.exit_code == 0, done.output
    with opened(stays) as (engine, keys):
        assert words_in(engine, keys, survey_id) == EVERYTHING
        keys.store.forget_survey(survey_id)  # the key store is not closed
        with Session(engine.execution_options(reading=True)) as session:
            assert session.scalar(select(func.count()).select_from(Response))
            assert not session.get_bind().dialect.has_table(session.connection(), Mark.__tablename__)
