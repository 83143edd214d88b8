"""`heard survey shred`: asks twice, destroys once, says what is left; and can be run again after it was stopped."""

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from analysis.made import MADE
from safekeeping.opening import Opened
from safekeeping.trail import TrailRow
from safekeeping.vault import Destroyed, Vault
from surveys.definition.published import OPEN, SHREDDED, SHREDDING, PublishedSurvey
from surveys.intake.tables import Intake
from surveys.managing.shredding import shred_command
from tests.factories import published_survey, submitted


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey with answers, and another one beside it."""
    row, other = published_survey(session, keys), published_survey(session, keys, "second")
    submitted(session, row, 3)
    submitted(session, other, 2)
    session.commit()
    return row


def run(engine: Engine, keys: Vault, *words: str, typed: str = "") -> Result:
    command = shred_command(lambda: Opened(engine, keys), MADE)
    return CliRunner().invoke(command, words, input=typed, catch_exceptions=False)


def state(engine: Engine, row: PublishedSurvey) -> tuple[str, int]:
    with Session(engine.execution_options(reading=True)) as session:
        found = session.get_one(PublishedSurvey, row.id)
        count = session.scalar(select(func.count()).select_from(Intake)) or 0
        return found.state, count


def test_it_asks_for_the_address_again(engine: Engine, keys: Vault, row: PublishedSurvey) -> None:
    done = run(engine, keys, "tiny", typed="tiny\n")
    assert done.exit_code == 0
    assert "at tiny: 3 answers." in done.output
    assert "Nobody can bring them back." in done.output
    assert "Gone: the keys, the answers" in done.output
    assert "Backups of the key store can still open those until" in done.output
    assert state(engine, row) == (SHREDDED, 2)
    with pytest.raises(Destroyed):
        keys.opener(row.id)
    with Session(engine.execution_options(reading=True)) as session:
        assert [(said.verb, said.object) for said in session.scalars(select(TrailRow))] == [("shredded", "tiny")]


def test_it_can_be_told_at_once(engine: Engine, keys: Vault, row: PublishedSurvey) -> None:
    done = run(engine, keys, "tiny", "--yes-shred", "tiny")
    assert (done.exit_code, state(engine, row)) == (0, (SHREDDED, 2))


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        (("tinny",), "tinny\n", "There is no published survey at “tinny”"),
        (("tiny",), "second\n", "That is not the address"),
        (("tiny",), "\n", "That is not the address"),
        (("tiny",), "yes\n", "That is not the address"),
        (("tiny", "--yes-shred", "tin"), "", "That is not the address"),
    ],
)
def test_anything_else_changes_nothing(
    words: tuple[str, ...], typed: str, said: str, engine: Engine, keys: Vault, row: PublishedSurvey
) -> None:
    done = run(engine, keys, *words, typed=typed)
    assert done.exit_code == 2
    assert said in done.output
    assert "Nothing was changed." in done.output
    assert state(engine, row) == (OPEN, 5)


def test_a_second_time_there_is_nothing_to_do(engine: Engine, keys: Vault, row: PublishedSurvey) -> None:
    run(engine, keys, "tiny", "--yes-shred", "tiny")
    done = run(engine, keys, "tiny", "--yes-shred", "tiny")
    assert done.exit_code == 2
    assert "destroyed already" in done.output


def test_stopped_half_way_it_is_run_again(
    engine: Engine, keys: Vault, row: PublishedSurvey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("surveys.intake.shred.wipe_answers", die)
        assert run(engine, keys, "tiny", "--yes-shred", "tiny").exit_code != 0
    assert state(engine, row) == (SHREDDING, 5)
    assert run(engine, keys, "tiny", "--yes-shred", "tiny").exit_code == 0
    assert state(engine, row) == (SHREDDED, 2)
