"""What waits between the steps of an import: sealed to its survey, destroyed after a day, and with the answers."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.made import MADE
from safekeeping.database import session_for
from safekeeping.permissions import ROLES
from safekeeping.staff import add_staff
from safekeeping.vault import CannotOpen, Vault
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.importing.guessing import guess
from surveys.importing.plan import Plan
from surveys.importing.reading import read
from surveys.importing.taking import seal_all, take
from surveys.importing.waiting import (
    TakenImport,
    WaitingImport,
    begin,
    fingerprint,
    open_plan,
    open_table,
    sweep_imports,
    taken_before,
    waiting_of,
)
from surveys.intake.shred import shred_whole
from tests.factories import NOW, published_survey
from tests.surveys.importing.exports import as_csv

CONTENT = as_csv([["audience", "say"], *(["survivor", f"Words {number}"] for number in range(15))])


def begun(session: Session, keys: Vault, row: PublishedSurvey) -> WaitingImport:
    """A file that somebody brought, with its first plan."""
    table = read("x.csv", CONTENT)
    plan = Plan(row.definition_hash, "2026-11-22", guess(definition_of(row), table))
    who = add_staff(session, "Ann", ROLES)
    return begin(session, row, who.id, (table, plan, fingerprint(keys, row.id, CONTENT)), NOW)


def test_what_waits_opens_in_its_own_place_only(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys, "paper")
    waiting = begun(session, keys, row)
    opener = keys.opener(row.id)
    assert open_table(opener, waiting) == read("x.csv", CONTENT)
    assert b"Words" not in waiting.sealed
    waiting.plan, waiting.sealed = waiting.sealed, waiting.plan
    with pytest.raises(CannotOpen):
        open_plan(opener, waiting)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("later", "left"), [(0, 1), (20, 1), (26, 0), (-26, 0)])
def test_a_file_nobody_goes_on_with_is_destroyed_after_a_day(
    session: Session, keys: Vault, later: int, left: int
) -> None:
    row = published_survey(session, keys, "paper")
    waiting = begun(session, keys, row)
    sweep_imports(session, NOW + timedelta(hours=later))
    assert len(waiting_of(session, row.id, waiting.staff_id)) == left


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_fingerprint_is_of_one_survey_and_under_a_key(session: Session, keys: Vault) -> None:
    row, other = published_survey(session, keys, "paper"), published_survey(session, keys, "other")
    marks = {fingerprint(keys, row.id, CONTENT), fingerprint(keys, other.id, CONTENT), fingerprint(keys, row.id, b"")}
    assert len(marks) == 3
    assert fingerprint(keys, row.id, CONTENT) in marks
    assert not taken_before(session, row.id, fingerprint(keys, row.id, CONTENT))


def test_files_go_with_the_answers_of_their_survey(engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        row = published_survey(session, keys, "paper")
        survey_id, mark = row.id, fingerprint(keys, row.id, CONTENT)
        begun(session, keys, row)
        done = begun(session, keys, row)
        assert take(session, keys, row, done, seal_all(session, keys, row, done)) == 15
        assert taken_before(session, survey_id, mark)
    shred_whole(engine, keys, survey_id, MADE)
    with session_for(engine) as session:
        assert session.scalars(select(WaitingImport)).all() == []
        assert session.scalars(select(TakenImport)).all() == []
