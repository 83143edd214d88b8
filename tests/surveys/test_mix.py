"""Mixing: nothing under ten, everything once, and no order, id or byte that leads from a response to its arrival."""

import json
from collections.abc import Callable
from itertools import pairwise
from threading import Thread

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from safekeeping import vault
from safekeeping.database import session_for
from safekeeping.keystore import KeyToKeep
from safekeeping.vault import CannotOpen, Vault, random_id
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import BATCH, may_be_enough, mix, mix_all, waiting
from surveys.intake.read import kept_count, read_all
from surveys.intake.tables import Intake, Response
from tests.factories import opener_of, published_survey, submitted

Mix = Callable[[], int]


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey, beside another one with submissions of its own that must stay where they are."""
    submitted(session, published_survey(session, keys, "second"), BATCH, say="noise")
    return published_survey(session, keys)


@pytest.fixture
def mixed(session: Session, keys: Vault, row: PublishedSurvey) -> Mix:
    """Mix what waits for that survey."""
    return lambda: mix(session, row.id, opener_of(keys, row))


def numbered(session: Session, row: PublishedSurvey, count: int) -> None:
    """Submissions that say in which order they came, put straight into the intake."""
    for number in range(count):
        words = json.dumps({"answers": {"say": f"number {number}"}}).encode()
        sealed = vault.seal_response(words, row.public_key, row.id)
        arrival = vault.Arrival(sealed, vault.withdrawal_mark(vault.random_id()), False)
        blob = vault.seal_for_mixing(arrival, row.public_key, row.id)
        session.add(Intake(id=vault.random_id(), survey_id=row.id, sealed=blob))
        session.flush()


def rank_correlation(order: list[int]) -> float:
    """Spearman's rho between place and number, for numbers 0 … n-1 without ties."""
    n = len(order)
    return 1 - 6 * sum((place - number) ** 2 for place, number in enumerate(order)) / (n * (n * n - 1))


def test_nothing_is_mixed_under_ten(session: Session, row: PublishedSurvey, mixed: Mix) -> None:
    submitted(session, row, BATCH - 1)
    assert mixed() == 0
    assert (BATCH, waiting(session, row.id)) == (10, 9)
    assert session.scalars(select(Response.id)).all() == []


def test_ten_are_mixed(session: Session, row: PublishedSurvey, mixed: Mix) -> None:
    submitted(session, row, BATCH)
    assert mixed() == BATCH
    assert waiting(session, row.id) == 0
    assert kept_count(session, row.id) == BATCH
    assert mixed() == 0


def test_what_comes_later_waits_for_ten_more(session: Session, row: PublishedSurvey, mixed: Mix) -> None:
    submitted(session, row, BATCH)
    mixed()
    submitted(session, row, BATCH - 1)
    assert mixed() == 0
    assert kept_count(session, row.id) == 2 * BATCH - 1


def test_another_survey_s_submissions_stay(session: Session, row: PublishedSurvey, mixed: Mix) -> None:
    submitted(session, row, BATCH)
    mixed()
    assert set(session.scalars(select(Response.survey_id))) == {row.id}
    assert session.scalar(select(func.count()).select_from(Intake).where(Intake.survey_id != row.id)) == BATCH


def test_every_answer_is_there_once(session: Session, row: PublishedSurvey, mixed: Mix, keys: Vault) -> None:
    numbered(session, row, 23)
    mixed()
    said = [found.answers["say"] for found in read_all(session, row.id, opener_of(keys, row))]
    assert sorted(said) == sorted(f"number {number}" for number in range(23))


def test_every_id_is_new(session: Session, row: PublishedSurvey, mixed: Mix, keys: Vault) -> None:
    submitted(session, row, 20)
    before = set(session.scalars(select(Intake.id)))
    mixed()
    after = list(session.scalars(select(Response.id)))
    assert len(set(after)) == 20
    assert not before & set(after)
    assert set(keys.store.response_ids(row.id)) == set(after)


def test_no_order_says_anything_of_the_order_of_arrival(
    session: Session, row: PublishedSurvey, mixed: Mix, keys: Vault
) -> None:
    numbered(session, row, 400)
    mixed()
    found = {one.id: int(one.answers["say"].split()[1]) for one in read_all(session, row.id, opener_of(keys, row))}
    for order in orders(session):
        assert abs(rank_correlation([found[response_id] for response_id in order])) < 0.2


def orders(session: Session) -> list[list[bytes]]:
    """The ids of the responses as a plain look gives them, by id, and as they lie on PostgreSQL's disk."""
    on_disk = ["ctid"] if session.get_bind().dialect.name == "postgresql" else []
    by = (text(column) for column in ("1 + 1", "id", *on_disk))
    return [list(session.scalars(select(Response.id).order_by(order))) for order in by]


def test_no_piece_of_an_arrival_is_found_in_a_response(
    session: Session, row: PublishedSurvey, mixed: Mix, keys: Vault
) -> None:
    submitted(session, row, BATCH, say="words")
    arrived = b"|".join(session.scalars(select(Intake.sealed).where(Intake.survey_id == row.id)))
    mixed()
    wrapped = keys.store.wrapped(list(session.scalars(select(Response.id))))
    assert len(wrapped) == BATCH
    for response in session.scalars(select(Response)):
        pieces = (response.tag, response.ciphertext, wrapped[response.id])
        assert not [part for piece in pieces for part in _parts(piece) if part in arrived]


def _parts(piece: bytes) -> list[bytes]:
    """Every stretch of 16 bytes at steps of 16."""
    return [piece[at : at + 16] for at in range(0, len(piece) - 15, 16)]


def test_a_failure_half_way_moves_nothing(session: Session, row: PublishedSurvey, mixed: Mix) -> None:
    submitted(session, row, BATCH)
    session.commit()
    session.scalars(select(Intake).where(Intake.survey_id == row.id)).first().sealed = b"altered"  # type: ignore[union-attr]
    with pytest.raises(CannotOpen):
        mixed()
    session.rollback()
    assert waiting(session, row.id) == BATCH
    assert session.scalars(select(Response.id)).all() == []


def test_two_who_mix_at_once_move_everything_once(engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        row = published_survey(session, keys)
        submitted(session, row, BATCH)
        survey_id, opener = row.id, opener_of(keys, row)
    moved: list[int] = []

    def again() -> None:
        with session_for(engine) as session:
            moved.append(mix(session, survey_id, opener))

    with session_for(engine) as first:
        moved.append(mix(first, survey_id, opener))
        second = Thread(target=again)
        second.start()
        second.join(timeout=0.3)
    second.join()
    assert moved == [BATCH, 0]
    with Session(engine) as session:
        assert kept_count(session, survey_id) == BATCH


def kept_by(engine: Engine, keys: Vault, count: int) -> PublishedSurvey:
    """A survey to which so many have sent."""
    with session_for(engine) as session:
        row = published_survey(session, keys)
        submitted(session, row, count)
        session.flush()
        session.expunge(row)
        return row


@pytest.mark.parametrize("count", [9, 10, 39, 40, 57])
def test_many_are_mixed_in_chunks_and_the_last_is_not_a_small_one(
    engine: Engine, keys: Vault, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr("surveys.intake.mix.CHUNK", 20)
    row, left = kept_by(engine, keys, count), [count]
    moved = mix_all(engine, row.id, opener_of(keys, row), also=lambda session: left.append(waiting(session, row.id)))
    assert moved == (count if count >= BATCH else 0)
    sizes = [before - after for before, after in pairwise([*left[1:], 0])] if moved else []
    assert all(20 <= size < 40 for size in sizes) or len(sizes) == 1
    assert len(set(keys.store.response_ids(row.id))) == moved
    with Session(engine) as session:
        assert kept_count(session, row.id) == count


def test_mixing_that_is_stopped_between_chunks_goes_on(
    engine: Engine, keys: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveys.intake.mix.CHUNK", 20)
    row, chunks = kept_by(engine, keys, 60), iter([True, False])
    opener = opener_of(keys, row)

    def dies(session: Session) -> None:
        if not next(chunks):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        mix_all(engine, row.id, opener, also=dies)
    with Session(engine.execution_options(reading=True)) as session:
        assert (waiting(session, row.id), kept_count(session, row.id)) == (40, 60)
    assert mix_all(engine, row.id, opener) == 40
    assert len(set(keys.store.response_ids(row.id))) == 60


def test_keys_left_over_by_a_stopped_mixing_are_destroyed(engine: Engine, keys: Vault) -> None:
    row = kept_by(engine, keys, BATCH)
    keys.store.put_responses(row.id, [KeyToKeep(random_id(), b"w", b"m" * 32) for _ in range(3)])
    mix_all(engine, row.id, opener_of(keys, row))
    assert len(set(keys.store.response_ids(row.id))) == BATCH


def test_of_many_that_wait_few_submissions_count_them(
    session: Session, row: PublishedSurvey, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(session, row, BATCH)
    assert all(may_be_enough(session, row.id) for _ in range(20)), "the tenth always sees it"
    submitted(session, row, 3 * BATCH)
    seen = sum(may_be_enough(session, row.id) for _ in range(2000))
    assert 350 < seen < 650, "one of four; chance is within 7.7 standard deviations"
    monkeypatch.setattr("surveys.intake.mix.LOOK", 40)
    assert 10 < sum(may_be_enough(session, row.id) for _ in range(2000)) < 120


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_what_arrives_while_mixing_waits(engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        row = published_survey(session, keys)
        submitted(session, row, BATCH)
        survey_id, opener = row.id, opener_of(keys, row)
    with session_for(engine) as mixing:
        mix(mixing, survey_id, opener)
        with session_for(engine) as arriving:
            submitted(arriving, arriving.get_one(PublishedSurvey, survey_id))
    with Session(engine) as session:
        assert (waiting(session, survey_id), kept_count(session, survey_id)) == (1, BATCH + 1)


@pytest.mark.attack
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_more_than_a_statement_can_name_are_mixed(session: Session, row: PublishedSurvey, mixed: Mix) -> None:
    """A statement takes 65,535 values; a survey may have waited for longer."""
    submitted(session, row)
    blob = session.scalars(select(Intake.sealed).where(Intake.survey_id == row.id)).one()
    many = [{"id": random_id(), "survey_id": row.id, "sealed": blob} for _ in range(66_000)]
    session.execute(insert(Intake), many)
    assert mixed() == len(many) + 1
