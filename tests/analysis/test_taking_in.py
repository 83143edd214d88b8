"""From the intake to the findings: mixed, cut, suggested, counted, and safe to run again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

import analysis.taking_in
from analysis.coding.tables import Passage, ResponseLevels, Suggestion
from analysis.coding_answers import Coded, Line, code_batch
from analysis.findings.tables import Findings, Made, opened
from analysis.taking_in import take_in
from safekeeping.jobs import Bench, Job
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, publish_again
from surveys.intake.read import ReadResponse
from surveys.intake.tables import Intake, Response
from surveys.launching.publishing import close
from tests.analysis.leveled import keep_levels
from tests.factories import NOW, definition, published_survey, submitted

WORDS = "The poster in the surgery only showed women. I was put on a waiting list for seven months."
Look = Callable[[Any], list[Any]]


@pytest.fixture
def bench(engine: Engine, keys: Vault, model_folder: Path) -> Bench:
    """What a job works with, watched by nobody."""
    return Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})


@pytest.fixture
def survey_id(session: Session, keys: Vault) -> bytes:
    """A survey with twenty-four answers and, beside it, another one whose answers must not appear."""
    row, other = published_survey(session, keys), published_survey(session, keys, "second")
    submitted(session, row, 24, say=WORDS)
    submitted(session, other, 11)
    session.commit()
    return row.id


def made(look: Look, keys: Vault, survey_id: bytes) -> Made:
    (row,) = look(select(Findings).where(Findings.survey_id == survey_id))
    return opened(row, keys)


def test_everything_is_cut_suggested_and_counted(look: Look, keys: Vault, survey_id: bytes, bench: Bench) -> None:
    take_in(bench, survey_id.hex())
    assert [len(look(select(table.id))) for table in (Response, Passage)] == [24, 48]
    assert len(look(select(Suggestion))) == 48
    survivors = made(look, keys, survey_id).figures.groups[0]
    assert (survivors.name, survivors.responses, survivors.passages) == ("Survivors", 25, 50)


def test_running_again_changes_nothing(look: Look, keys: Vault, survey_id: bytes, bench: Bench) -> None:
    take_in(bench, survey_id.hex())
    before, passages = made(look, keys, survey_id), set(look(select(Passage.id)))
    take_in(bench, survey_id.hex())
    assert made(look, keys, survey_id) == before
    assert set(look(select(Passage.id))) == passages


def test_levels_are_kept_with_suggestions_and_made_anew_with_them(
    look: Look, session: Session, survey_id: bytes, bench: Bench
) -> None:
    take_in(bench, survey_id.hex())
    before = {row.response_id: vars(row).copy() for row in look(select(ResponseLevels))}
    keep_levels(session, survey_id)
    session.commit()
    made = {row.response_id: row for row in look(select(ResponseLevels))}
    assert made.keys() == before.keys()
    assert made
    for key, row in made.items():  # passages in any order
        assert (row.codes, row.together, sorted(row.passages)) == (
            before[key]["codes"], before[key]["together"], sorted(before[key]["passages"]),
        )  # fmt: skip
    session.execute(update(Suggestion).values(model="another"))
    session.execute(update(ResponseLevels).values(codes="", passages="", together=""))
    session.commit()
    take_in(bench, survey_id.hex())
    assert {row.response_id: (row.codes, row.passages) for row in look(select(ResponseLevels))} == {
        key: (row["codes"], row["passages"]) for key, row in before.items()
    }


def test_a_run_that_died_half_way_is_finished(look: Look, session: Session, survey_id: bytes, bench: Bench) -> None:
    take_in(bench, survey_id.hex())
    session.execute(delete(Suggestion).where(Suggestion.passage_id.in_(look(select(Passage.id))[:7])))
    session.commit()
    take_in(bench, survey_id.hex())
    assert len(look(select(Suggestion))) == 48


def test_another_model_replaces_the_suggestions(look: Look, session: Session, survey_id: bytes, bench: Bench) -> None:
    take_in(bench, survey_id.hex())
    session.execute(update(Suggestion).values(model="an earlier model"))
    session.commit()
    take_in(bench, survey_id.hex())
    assert "an earlier model" not in look(select(Suggestion.model))


def test_words_for_a_question_that_was_taken_away_are_still_evidence(
    look: Look, session: Session, survey_id: bytes, bench: Bench
) -> None:
    row = session.get_one(PublishedSurvey, survey_id)
    publish_again(session, row, definition().replace('name = "say"', 'name = "tell"'), NOW)
    session.commit()
    take_in(bench, survey_id.hex())
    assert set(look(select(Passage.question))) == {"say"}
    assert len(look(select(Suggestion))) == 48


def test_fewer_than_ten_wait(look: Look, session: Session, keys: Vault, bench: Bench) -> None:
    row: PublishedSurvey = published_survey(session, keys)
    submitted(session, row, 9, say=WORDS)
    session.commit()
    survey_id = row.id
    session.rollback()
    take_in(bench, survey_id.hex())
    assert look(select(Response)) == []
    assert made(look, keys, survey_id).figures.everyone.responses is None


def test_nobody_reads_while_a_batch_is_coded(
    monkeypatch: pytest.MonkeyPatch, look: Look, survey_id: bytes, bench: Bench
) -> None:
    if bench.engine.dialect.name != "sqlite":
        pytest.skip("other databases tidy up behind whoever reads")
    monkeypatch.setattr(analysis.taking_in, "BATCH", 5)
    busy, sizes = [], []

    def coded(line: Line, batch: list[ReadResponse]) -> Coded:
        with closing(sqlite3.connect(str(bench.engine.url.database), timeout=0)) as connection:
            busy.append(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
        sizes.append(len(batch))
        return code_batch(line, batch)

    monkeypatch.setattr(analysis.taking_in, "code_batch", coded)
    take_in(bench, survey_id.hex())
    assert (sizes, busy) == ([5, 5, 5, 5, 4], [0] * 5)
    assert len(look(select(Suggestion))) == 48


def test_findings_hold_no_words(look: Look, keys: Vault, survey_id: bytes, bench: Bench) -> None:
    take_in(bench, survey_id.hex())
    assert made(look, keys, survey_id).examples == ()


def test_offsets_name_the_words_of_the_answer(look: Look, survey_id: bytes, bench: Bench) -> None:
    take_in(bench, survey_id.hex())
    places = {(passage.start, passage.end) for passage in look(select(Passage))}
    assert {WORDS[start:end] for start, end in places} == set(WORDS.replace("women. ", "women.|").split("|"))


def test_the_findings_hold_no_readable_word(look: Look, survey_id: bytes, bench: Bench) -> None:
    take_in(bench, survey_id.hex())
    assert not [row for row in look(select(Findings)) if b"Survivors" in row.sealed]


def test_closing_asks_for_what_waits_to_be_mixed_however_few(
    look: Look, session: Session, survey_id: bytes, bench: Bench
) -> None:
    take_in(bench, survey_id.hex())
    row = session.get_one(PublishedSurvey, survey_id)
    submitted(session, row, 3, say=WORDS)
    session.commit()
    take_in(bench, survey_id.hex())
    assert len(look(select(Response.id))) == 24, "three wait for seven more"
    close(session, row, NOW)
    session.commit()
    assert ("take in", survey_id.hex()) in [(job.kind, job.argument) for job in look(select(Job))]
    take_in(bench, survey_id.hex())
    assert len(look(select(Response.id))) == 27
    assert len(look(select(Intake.id).where(Intake.survey_id == survey_id))) == 0
