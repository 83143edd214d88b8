"""From writing to answering: the checklist, a trial that leaves nothing behind, publishing, correcting, the bank."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from safekeeping.database import Base
from safekeeping.keystore import KeyTable
from safekeeping.rewriting import scrub
from safekeeping.vault import Vault, random_id
from surveys.definition.published import PublishedSurvey, SurveyVersion, as_open, definition_of
from surveys.intake.mix import mix
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Intake, Response
from surveys.launching.publishing import all_versions
from surveys.launching.trial_answers import trial_answers
from surveys.launching.trials import end_trial, start_trial
from surveys.writing.written import WrittenSurvey, as_survey, tables_of, take_step
from tests.factories import NOW, opener_of, published_survey
from tests.surveys.browsing import Person, intake_answers
from tests.surveys.managing.at_the_desk import Desk, at_the_desk

Look = Callable[[Any], list[Any]]
ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
LAUNCH, TRY = "launch", "try"


@pytest.fixture
def desk(app: Flask, session: Session) -> Desk:
    return at_the_desk(app, session)


def edit(session: Session, what: Callable[[dict[str, Any]], None]) -> None:
    """Somebody changes what is written."""
    row = session.scalars(select(WrittenSurvey)).one()
    tables = tables_of(session, row)
    what(tables)
    take_step(session, row, tables, "changed it")
    session.commit()


def reword(tables: dict[str, Any]) -> None:
    tables["page"][1]["question"][0]["wording"] = "Did you look for help?"


# Looking it over, and publishing -------------------------------------------------------------------


@ON_SQLITE
def test_the_checklist_leads_to_the_places(desk: Desk) -> None:
    page = desk.look(LAUNCH)
    assert "No question speaks to" in page
    assert "Somebody can reach every question." in page
    assert "Must be mended" not in page


def test_publishing_freezes_what_was_written(desk: Desk, session: Session, look: Look) -> None:
    answer = desk.press(LAUNCH)
    assert answer.headers["Location"] == "/desk/collect/conditions/versions?done=published"
    (live,) = look(select(PublishedSurvey))
    assert (live.state, live.address) == ("open", "conditions")
    assert f"<code>{live.definition_hash[:8]}</code>" in desk.look(answer.headers["Location"])
    assert look(select(WrittenSurvey)) == []


@ON_SQLITE
def test_faults_block_publishing(desk: Desk, session: Session, look: Look) -> None:
    edit(session, lambda tables: tables["page"][1]["question"][0].update(relevant="${nothing} = 1"))
    page = desk.look(LAUNCH)
    assert "Must be mended" in page
    assert ">Publish</button>" not in page
    answer = desk.press(LAUNCH, seen="2")
    assert answer.status_code == 422
    assert "Nothing was published" in answer.text
    assert look(select(PublishedSurvey)) == []


@ON_SQLITE
def test_an_address_that_is_taken_blocks_publishing(desk: Desk, session: Session, keys: Vault) -> None:
    published_survey(session, keys, "conditions")
    session.commit()
    page = desk.look(LAUNCH)
    assert "Another survey is at “conditions”; choose another address." in page
    assert desk.press(LAUNCH, seen="1").status_code == 422


@ON_SQLITE
def test_what_changed_since_it_was_looked_over_is_not_published(desk: Desk, session: Session, look: Look) -> None:
    edit(session, reword)
    answer = desk.press(LAUNCH, seen="1")
    assert answer.status_code == 422
    assert "changed after you opened this page" in answer.text
    assert look(select(PublishedSurvey)) == []


# Trying it -----------------------------------------------------------------------------------------


def tried(session: Session, keys: Vault, row: WrittenSurvey, count: int = 1) -> PublishedSurvey:
    """A trial that was answered."""
    survey, _ = as_survey(tables_of(session, row))
    assert survey
    trial = start_trial(session, keys, row, survey, NOW)
    for _ in range(count):
        submit(session, as_open(session, trial), Submission({"audience": "survivor", "asked": "yes"}), random_id())
    return trial


@ON_SQLITE
def test_a_trial_is_answered_at_its_own_address_and_looked_at(desk: Desk, app: Flask, look: Look) -> None:
    assert "Start a trial" in desk.look(TRY)
    assert "The trial runs" in desk.press(TRY, do="start").text
    (trial,) = look(select(PublishedSurvey))
    assert (trial.state, trial.address[:4], len(trial.address)) == ("trial", "try-", 14)
    person = Person(app.test_client(), trial.address).start()
    person.press("continue", asked="no")
    person.press("send")
    page = desk.look(TRY)
    assert '<span class="big">1</span>' in page
    assert "<td>Someone this happened to</td>" in page
    assert "<td>No</td>" in page


@ON_SQLITE
def test_starting_again_wipes_what_was_tried_before(desk: Desk, session: Session, look: Look) -> None:
    desk.press(TRY, do="start")
    (first,) = look(select(PublishedSurvey.address))
    edit(session, reword)
    assert "The survey was changed since." in desk.look(TRY)
    desk.press(TRY, do="start")
    (second,) = look(select(PublishedSurvey))
    assert second.address != first
    assert "Did you look for help?" in second.definition


@ON_SQLITE
def test_a_survey_with_faults_is_not_tried(desk: Desk, session: Session, look: Look) -> None:
    edit(session, lambda tables: tables.pop("intro"))
    assert desk.press(TRY, do="start").status_code == 422
    assert look(select(PublishedSurvey)) == []


@ON_SQLITE
def test_answers_of_a_real_survey_are_never_opened_before_they_are_mixed(session: Session, keys: Vault) -> None:
    live = published_survey(session, keys)
    with pytest.raises(ValueError, match="only the answers of a trial"):
        trial_answers(session, keys, live)


def everything(session: Session) -> Iterator[tuple[str, object]]:
    """Every value in every table."""
    tables = [*Base.metadata.sorted_tables]
    if session.get_bind().dialect.name == "postgresql":  # where the key store is a schema of the same database
        tables += KeyTable.metadata.sorted_tables
    for table in tables:
        for row in session.execute(select(table)):
            yield from ((table.name, value) for value in row)


WAYS: dict[str, Callable[[Desk], object]] = {
    "ended": lambda desk: desk.press(TRY, do="end"),
    "published": lambda desk: desk.press(LAUNCH),
}


@pytest.mark.parametrize("way", WAYS)
def test_test_answers_are_wiped(
    way: str, desk: Desk, session: Session, engine: Engine, keys: Vault, look: Look, tmp_path: Path
) -> None:
    row = session.scalars(select(WrittenSurvey)).one()
    trial = tried(session, keys, row, count=12)
    assert mix(session, trial.id, opener_of(keys, trial)) == 12
    submit(session, as_open(session, trial), Submission({"audience": "survivor"}), random_id())
    other = published_survey(session, keys)
    submit(session, as_open(session, other), Submission({"audience": "survivor"}), random_id())
    session.commit()
    mine = Response.survey_id == trial.id
    needles = [trial.id, trial.address.encode(), trial.public_key, keys.store.survey(trial.id) or b""]
    needles += look(select(Intake.id).where(Intake.survey_id == trial.id))
    needles += [sealed[:64] for sealed in look(select(Intake.sealed).where(Intake.survey_id == trial.id))]
    needles += look(select(Response.id).where(mine)) + look(select(Response.ciphertext).where(mine))
    needles += keys.store.wrapped(look(select(Response.id).where(mine))).values()
    assert len(needles) == 4 + 2 + 3 * 12
    assert _left(tmp_path, session, needles) == set(needles), "the search finds them while they are there"
    session.rollback()
    assert WAYS[way](desk) is not None
    assert _left(tmp_path, session, needles) == set()
    assert look(select(Intake.survey_id)) == [other.id], "answers of others stay"


def _left(folder: Path, session: Session, needles: list[bytes]) -> set[bytes]:
    """Which of these are anywhere: in a value of any table, or in the raw files of SQLite, journal and all."""
    session.expire_all()
    values = [value if isinstance(value, bytes) else str(value).encode() for _, value in everything(session)]
    session.rollback()
    files = [path.read_bytes() for path in folder.glob("*.sqlite*")]
    return {needle for needle in needles if any(needle in place for place in (*values, *files))}


@ON_SQLITE
def test_ending_twice_does_nothing_more(session: Session, keys: Vault, desk: Desk, engine: Engine) -> None:
    row = session.scalars(select(WrittenSurvey)).one()
    tried(session, keys, row)
    assert end_trial(session, keys, row)
    assert not end_trial(session, keys, row)
    session.commit()
    assert scrub(engine)


@ON_SQLITE
def test_the_journal_is_folded_in_only_when_nobody_reads(session: Session, engine: Engine, keys: Vault) -> None:
    session.execute(text("SELECT count(*) FROM survey"))
    session.rollback()
    with engine.connect().execution_options(reading=True) as reading, pytest.MonkeyPatch.context() as patch:
        patch.setattr("safekeeping.rewriting.PATIENCE", 1)
        reading.execute(text("SELECT count(*) FROM survey")).all()
        published_survey(session, keys)
        session.commit()
        assert not scrub(engine)
    assert scrub(engine)


# After publishing ----------------------------------------------------------------------------------


@pytest.fixture
def live(desk: Desk) -> Desk:
    """The same desk; what was written is published."""
    assert desk.press(LAUNCH).status_code == 303
    return desk


VERSIONS = "/desk/collect/conditions/versions"


def correcting(live: Desk) -> Desk:
    """The desk, at a correction of what is published."""
    answer = live.press(VERSIONS, do="correct")
    return Desk(live.client, answer.headers["Location"].rsplit("/", 1)[1])


@ON_SQLITE
def test_it_is_closed_and_opened_again(live: Desk, app: Flask) -> None:
    assert "It is closed." in live.look(live.press(VERSIONS, do="close").headers["Location"])
    assert app.test_client().get("/conditions").status_code == 404
    live.press(VERSIONS, do="open")
    assert app.test_client().get("/conditions").status_code == 200


@ON_SQLITE
def test_a_correction_shows_what_it_changes_and_makes_the_next_version(live: Desk, session: Session) -> None:
    desk = correcting(live)
    assert correcting(live).written == desk.written, "the correction that was begun is gone on with"
    edit(session, reword)
    page = desk.look(LAUNCH)
    assert "<del>Did you ask for help?</del>" in page
    assert "<ins>Did you look for help?</ins>" in page
    assert "For 1 question, answers before and after" in page
    assert desk.press(LAUNCH).status_code == 303
    history = desk.look(VERSIONS)
    assert "Version 2, the newest" in history
    assert "<ins>Did you look for help?</ins>" in history
    session.rollback()
    found = session.scalars(select(SurveyVersion).order_by(SurveyVersion.number)).all()
    assert [definition_of(each).questions[1].wording["default"] for each in found] == [
        "Did you ask for help?",
        "Did you look for help?",
    ]


@ON_SQLITE
def test_a_correction_that_changes_nothing_or_the_address_is_not_published(live: Desk, session: Session) -> None:
    desk = correcting(live)
    answer = desk.press(LAUNCH)
    assert answer.status_code == 422
    assert "nothing to publish" in answer.text
    edit(session, lambda tables: tables.update(address="elsewhere"))
    page = desk.look(LAUNCH)
    assert "A published survey keeps its address; set it back to “conditions”." in page
    assert desk.press(LAUNCH, seen="2").status_code == 422


@ON_SQLITE
def test_whoever_began_ends_with_the_version_they_began_with(
    live: Desk, session: Session, app: Flask, engine: Engine, keys: Vault
) -> None:
    early = Person(app.test_client(), "conditions").start()
    assert "Did you ask for help?" in early.page
    desk = correcting(live)
    edit(session, reword)
    desk.press(LAUNCH)
    late = Person(app.test_client(), "conditions").start()
    assert "Did you look for help?" in late.page
    assert "Did you ask for help?" in early.look()
    for person in (early, late):
        person.press("continue", asked="no")
        person.press("send")
    assert [answers["asked"] for answers in intake_answers(engine, keys, "conditions")] == ["no", "no"]


# The bank ------------------------------------------------------------------------------------------


@ON_SQLITE
def test_a_question_of_the_bank_is_asked_again(desk: Desk, session: Session, keys: Vault) -> None:
    published_survey(session, keys, "tiny")
    session.commit()
    assert "What would you like to say?" in desk.look("bank")
    assert "No question holds all of these words" in desk.look("bank?search=weather")
    answer = desk.press("bank", lineage="say", page="asking")
    assert "was added to the page “Asking”" in answer.text
    row = session.scalars(select(WrittenSurvey)).one()
    added = tables_of(session, row)["page"][1]["question"][-1]
    assert (added["name"], added["lineage"]) == ("say", "say")
    session.rollback()
    assert desk.press("bank", lineage="say", page="nowhere").status_code == 422
    assert desk.press("bank", lineage="say", page="asking", seen="1").status_code == 422


@ON_SQLITE
def test_the_bank_can_be_read_by_itself(live: Desk, session: Session) -> None:
    assert len(all_versions(session)) == 1
    session.rollback()
    page = live.look("/desk/collect/bank?search=telephone")
    assert "How did you ask?" in page
    assert "Did you ask for help?" not in page


@ON_SQLITE
def test_only_those_who_write_may_publish(app: Flask, session: Session) -> None:
    coder = at_the_desk(app, session, roles=("coder",))
    for page in (LAUNCH, TRY, "bank", "words", "preview", "frame"):
        assert coder.client.get(coder.at(page)).status_code == 403
