"""A survey that is being written: every step is kept, can be undone and done again, and nobody's step is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from surveys.writing import written
from surveys.writing.written import STEPS_KEPT, ChangedMeanwhile


def test_steps_are_undone_and_done_again(session: Session) -> None:
    row = written.begin_writing(session, {"title": "One"}, "began")
    written.take_step(session, row, {"title": "Two"}, "called it Two")
    assert written.tables_of(session, row) == {"title": "Two"}
    assert written.undo(session, row) == "called it Two"
    assert written.tables_of(session, row) == {"title": "One"}
    assert (written.can_undo(session, row), written.can_redo(session, row)) == ("", "called it Two")
    assert written.redo(session, row) == "called it Two"
    assert written.tables_of(session, row) == {"title": "Two"}


def test_a_step_after_undoing_takes_the_place_of_what_was_undone(session: Session) -> None:
    row = written.begin_writing(session, {}, "began")
    written.take_step(session, row, {"a": 1}, "first")
    written.undo(session, row)
    written.take_step(session, row, {"b": 2}, "second")
    assert written.redo(session, row) == ""
    assert written.tables_of(session, row) == {"b": 2}


def test_nothing_is_undone_before_the_beginning(session: Session) -> None:
    row = written.begin_writing(session, {"a": 1}, "began")
    assert written.undo(session, row) == written.redo(session, row) == ""
    assert written.tables_of(session, row) == {"a": 1}


def test_of_two_who_write_at_once_the_second_is_told(session: Session) -> None:
    row = written.begin_writing(session, {}, "began")
    seen = row.at
    written.take_step(session, row, {"a": 1}, "hers", seen)
    with pytest.raises(ChangedMeanwhile):
        written.take_step(session, row, {"b": 1}, "his", seen)
    assert written.tables_of(session, row) == {"a": 1}


def test_old_steps_are_forgotten(session: Session) -> None:
    row = written.begin_writing(session, {}, "began")
    for number in range(STEPS_KEPT + 5):
        written.take_step(session, row, {"n": number}, f"step {number}")
    undone = 0
    while written.undo(session, row):
        undone += 1
    assert undone == STEPS_KEPT - 1


def test_what_is_not_written_any_more_leaves_nothing(session: Session) -> None:
    other = written.begin_writing(session, {"other": 1}, "another")
    row = written.begin_writing(session, {}, "began")
    written.take_step(session, row, {"a": 1}, "first")
    written.stop_writing(session, row)
    assert written.being_written(session) == [other]
    assert written.tables_of(session, other) == {"other": 1}
    with pytest.raises(NoResultFound):
        written.written_by_id(session, row.id.hex())


@pytest.mark.parametrize("asked", ["", "zz", "00" * 16])
def test_an_unknown_id_is_not_found(session: Session, asked: str) -> None:
    with pytest.raises(NoResultFound):
        written.written_by_id(session, asked)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_any_mix_of_steps_and_undoing_is_what_a_list_would_do(engine: Engine) -> None:
    @settings(max_examples=15)
    @given(st.lists(st.sampled_from(["step", "undo", "redo"]), max_size=15))
    def check(acts: list[str]) -> None:
        history, at = [0], 0
        with Session(engine) as session:
            row = written.begin_writing(session, {"n": 0}, "0")
            for number, act in enumerate(acts, 1):
                if act == "step":
                    written.take_step(session, row, {"n": number}, str(number))
                    history, at = [*history[: at + 1], number], at + 1
                else:
                    move = {"undo": written.undo, "redo": written.redo}[act]
                    move(session, row)
                    at = max(0, min(len(history) - 1, at + (1 if act == "redo" else -1)))
                assert written.tables_of(session, row) == {"n": history[at]}

    check()


def test_tables_become_a_survey_or_the_faults_are_said() -> None:
    survey, faults = written.as_survey({"title": "T"})
    assert survey is None
    assert "public_title" in [fault.place for fault in faults]
