"""Permission to quote: only words, only where allowed, and kept through every walk until they are sent."""

import json
from datetime import date
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from safekeeping.vault import Vault, random_id
from surveys.definition.load import BadSurvey, parse_survey
from surveys.definition.path import Path
from surveys.definition.quotable import in_own_words, quotable
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Intake
from tests.factories import as_open, definition, opener_of, published_survey
from tests.surveys.browsing import Person, put_up

EACH, ONCE = "quoting/each", "quoting/once"
SAID = {"audience": "survivor", "helped": "A friend.", "where": "other", "where_other": "The park", "more": "No"}
TICKS = "You may quote these words"
on_one_database = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def allowed(name: str, answers: dict[str, Any], ticked: tuple[str, ...] = ()) -> list[str]:
    return quotable(Path(parse_survey(definition(name)), answers, date(2026, 11, 22)), ticked)


def test_words_are_what_people_wrote_on_their_path() -> None:
    path = Path(parse_survey(definition(EACH)), SAID)
    assert in_own_words(path) == ["helped", "where_other", "more"]


@pytest.mark.parametrize(
    ("answers", "ticked", "may"),
    [
        ({}, (), []),
        ({}, ("helped", "more"), ["helped", "more"]),
        ({}, ("where", "audience", "nothing", "helped"), ["helped"]),
        ({"helped": "   "}, ("helped",), []),
        ({"where": "friends"}, ("where_other",), []),
        ({"audience": "provider"}, ("helped", "more"), ["helped"]),
    ],
)
def test_asked_of_each_only_the_ticked_words_may_be_quoted(
    answers: dict[str, Any], ticked: tuple[str, ...], may: list[str]
) -> None:
    assert allowed(EACH, SAID | answers, ticked) == may


@pytest.mark.parametrize(("answer", "count"), [("yes", 3), ("no", 0), (None, 0), ("YES", 0)])
def test_asked_once_a_yes_is_for_all_words_and_ticks_are_for_none(answer: str | None, count: int) -> None:
    said = SAID | ({"may": answer} if answer else {})
    assert len(allowed(ONCE, said, ("helped",))) == count


def test_where_nobody_is_asked_nothing_may_be_quoted() -> None:
    assert allowed("tiny", {"audience": "survivor", "say": "Words"}, ("say",)) == []


def test_a_survey_asks_in_one_way() -> None:
    both = definition(ONCE).replace("keep_months", "quote_each = true\nkeep_months")
    with pytest.raises(BadSurvey, match="asked already"):
        parse_survey(both)


# What is sealed ------------------------------------------------------------------------------------


def test_it_is_sealed_with_the_answers_as_it_was_asked(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys, EACH)
    for ticked in [("helped",), (), ("more", "where", "unknown")] + [()] * 9:
        submit(session, as_open(row), Submission(SAID, quotable=ticked), random_id())
    mix(session, row.id, opener_of(keys, row))
    read = sorted(sorted(each.quotable) for each in read_all(session, row.id, opener_of(keys, row)))
    assert read == [[]] * 10 + [["helped"], ["more"]]


def sent(engine: Engine, keys: Vault, survey_id: bytes) -> list[str]:
    """What the one submission there is allows; it is then gone."""
    with Session(engine) as session, session.begin():
        (row,) = session.scalars(select(Intake))
        opener = keys.opener(survey_id)
        found: list[str] = json.loads(opener.response(opener.intake(row.sealed).sealed))["quotable"]
        session.delete(row)
        return found


def started(app: Flask) -> Person:
    """Somebody who has come to the page where answers are checked."""
    person = Person(app.test_client(), "each").start()
    person.press("continue", helped="A friend & my GP.", where="other", where_other="The park")
    person.press("continue", more="No more")
    return person


def go(person: Person, button: str, ticks: set[str]) -> None:
    """Press a button of the page with just these boxes ticked."""
    person.post({**person.form(), "quote": sorted(ticks), "go": button})


@on_one_database
def test_no_box_is_ticked_beforehand_and_none_stands_where_there_are_no_words(
    app: Flask, engine: Engine, keys: Vault
) -> None:
    survey = put_up(engine, keys, EACH)
    person = Person(app.test_client(), "each").start()
    person.press("continue", helped="", where="friends")
    person.press("continue", more="Yes, one thing")
    assert person.page.count(TICKS) == 1
    assert 'name="quote" value="more"' in person.page
    assert " checked>" not in person.page
    person.press("send")
    assert sent(engine, keys, survey.id) == []


@on_one_database
def test_a_survey_that_does_not_ask_of_each_shows_no_box(app: Flask, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys)
    person = Person(app.test_client()).start()
    person.press("continue", say="Words")
    while "Check your answers</h1>" not in person.page:
        person.press("continue")
    assert TICKS not in person.page
    assert "tick the box" not in person.page


@on_one_database
def test_what_a_form_of_elsewhere_ticks_is_not_kept(app: Flask, engine: Engine, keys: Vault) -> None:
    survey = put_up(engine, keys, EACH)
    person = started(app)
    strangers = ["where", "who", "constructor", "__proto__"]
    person.post({**person.form(), "quote": strangers, "quote-asked": strangers, "go": "send"})
    assert sent(engine, keys, survey.id) == []


NAMES = ["helped", "where_other", "more"]
STEPS = st.tuples(
    st.sampled_from(["change:words", "change:last", "change:who", "back", "language:cy", "language:en", "reload"]),
    st.sets(st.sampled_from(NAMES)),
)


@on_one_database
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=st.lists(STEPS, max_size=4), at_the_end=st.sets(st.sampled_from(NAMES)))
def test_what_is_ticked_survives_every_walk(
    app: Flask, engine: Engine, keys: Vault, steps: list[tuple[str, set[str]]], at_the_end: set[str]
) -> None:
    """Change, Back, another language: what was ticked when leaving the page is ticked on coming back to it."""
    with Session(engine) as session:
        known = session.connection().exec_driver_sql("SELECT count(*) FROM survey").scalar()
    survey_id = put_up(engine, keys, EACH).id if not known else _only_survey(engine)
    person = started(app)
    ticked: set[str] = set()
    for button, ticks in steps:
        if button == "reload":
            person.look()
        else:
            go(person, button, ticks)
            ticked = ticks
        for _ in range(6):
            if 'name="quote-asked"' in person.page:
                break
            person.press("continue")
        assert {name for name in NAMES if f'value="{name}" checked' in person.page} == ticked
    go(person, "send", at_the_end)
    assert set(sent(engine, keys, survey_id)) == at_the_end


def _only_survey(engine: Engine) -> bytes:
    with Session(engine) as session:
        found: bytes = session.connection().exec_driver_sql("SELECT id FROM survey").scalar_one()
        return found
