"""Freezing answers: what may be frozen, what two frozen sets may differ by, and what withdrawing does to them."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from analysis.jobs import KINDS
from analysis.made import MADE
from analysis.sharing.frozen import members
from analysis.sharing.made_files import (
    LASTS,
    Export,
    MadePiece,
    forget_made,
    opened_file,
    owners_of_pieces,
    sweep_files,
)
from analysis.sharing.wave import CannotFreeze, Wave, WaveMember, bind, choose, fewer_said, freeze, waves_of
from analysis.withdrawing import withdraw
from safekeeping.codes import Effort, follow, new_code
from safekeeping.database import make_engine
from safekeeping.jobs import Bench
from safekeeping.settings import Settings
from safekeeping.staff import add_staff
from safekeeping.vault import CannotOpen, Vault, random_id, withdrawal_mark
from surveys.definition.published import CLOSED, SHREDDED, PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.shred import left_over, shred_whole
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Response
from surveys.intake.withdraw import keep_receipt, wish
from tests.analysis.sharing.exported import answers
from tests.factories import NOW, as_open, opener_of, published_survey

Look = Callable[[Any], list[Any]]
#: Where the kind of database makes no difference.
ON_ONE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
DAY = date(2026, 11, 22)
HANDLE = b"h" * 16


def answered(session: Session, keys: Vault, row: PublishedSurvey, count: int, seed: int = 1) -> None:
    """So many people answer, and their answers are mixed."""
    chance = random.Random(seed)
    for number in range(count):
        handle, allowed = (HANDLE, ["say"]) if number == 0 else (random_id(), [])
        given = Submission(answers(chance), quotable=allowed, handle=handle)
        submit(session, as_open(row), given, random_id())
    mix(session, row.id, opener_of(keys, row), closing=True)


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey with thirty answers, and another with as many as noise."""
    noise = published_survey(session, keys)
    chance = random.Random(9)
    for _ in range(12):
        submit(session, as_open(noise), Submission({"audience": "survivor", "say": "noise"}), random_id())
    mix(session, noise.id, opener_of(keys, noise), closing=True)
    row = published_survey(session, keys, "export")
    answered(session, keys, row, 30, chance.randint(1, 9))
    return row


def frozen(session: Session, keys: Vault, row: PublishedSurvey) -> Wave:
    return freeze(session, row, keys.office.mac, DAY)


def test_a_wave_holds_the_answers_of_its_survey_that_count(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    one = session.scalars(select(Response).where(Response.survey_id == row.id).limit(1)).one()
    one.set_aside = True
    wave = frozen(session, keys, row)
    mine = set(session.scalars(select(Response.id).where(Response.survey_id == row.id))) - {one.id}
    assert set(members(session, wave)) == mine
    assert (wave.number, wave.size, wave.versions, len(wave.fingerprint)) == (1, 29, 1, 32)


@ON_ONE
@pytest.mark.parametrize(("more", "refused"), [(0, "the same answers"), (1, "Fewer"), (9, "Fewer"), (10, ""), (25, "")])
def test_two_waves_never_differ_by_fewer_than_ten(
    session: Session, keys: Vault, row: PublishedSurvey, more: int, refused: str
) -> None:
    frozen(session, keys, row)
    answered(session, keys, row, more, 2)
    if refused:
        with pytest.raises(CannotFreeze, match=refused):
            frozen(session, keys, row)
    else:
        assert frozen(session, keys, row).number == 2


@ON_ONE
def test_small_steps_do_not_add_up_to_a_difference(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    """What is taken out counts like what is added, and every earlier wave counts, not only the last one."""
    frozen(session, keys, row)
    answered(session, keys, row, 10, 2)
    second = frozen(session, keys, row)
    for response in session.scalars(select(Response).where(Response.id.in_(members(session, second))).limit(3)):
        response.set_aside = True
    answered(session, keys, row, 12, 3)
    with pytest.raises(CannotFreeze, match="Fewer than ten answers have changed"):
        frozen(session, keys, row)


@ON_ONE
@pytest.mark.parametrize(("count", "state"), [(9, "open"), (9, CLOSED), (0, "open"), (30, SHREDDED)])
def test_what_cannot_be_frozen(session: Session, keys: Vault, count: int, state: str) -> None:
    row = published_survey(session, keys, "export")
    answered(session, keys, row, count)
    row.state = state
    with pytest.raises(CannotFreeze):
        frozen(session, keys, row)


@ON_ONE
def test_a_closed_survey_is_frozen_when_all_is_taken_in(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    row.state = CLOSED
    submit(session, as_open(row), Submission({"audience": "survivor"}), random_id())
    with pytest.raises(CannotFreeze, match="still being taken in"):
        frozen(session, keys, row)
    mix(session, row.id, opener_of(keys, row), closing=True)
    assert frozen(session, keys, row).size == 31


@ON_ONE
def test_the_first_file_binds_every_wave(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    first = frozen(session, keys, row)
    choose(first, ["living"])
    answered(session, keys, row, 10, 2)
    second = frozen(session, keys, row)
    assert second.chosen == []
    bind(waves_of(session, row.id), first)
    assert (second.chosen, second.bound) == (["living"], True)
    with pytest.raises(ValueError, match="stays as it is"):
        choose(second, [])
    answered(session, keys, row, 10, 3)
    third = frozen(session, keys, row)
    assert (third.chosen, third.bound) == (["living"], True)


@pytest.mark.parametrize(("left", "said"), [(30, ""), (29, "fewer than ten people"), (21, "fewer than ten people")])
def test_how_many_took_their_answers_back_is_not_counted(left: int, said: str) -> None:
    assert fewer_said(Wave(size=30), left) == said
    assert fewer_said(Wave(size=30), 18) == "about 10 people"


@pytest.fixture
def drafts(engine: Engine, settings: Settings) -> Iterator[Engine]:
    """The store where files go."""
    found = make_engine(settings.drafts)
    yield found
    found.dispose()


def bench(engine: Engine, keys: Vault, drafts: Engine) -> Bench:
    return Bench(engine, keys, lambda done, total: None, {"drafts": drafts})


def pieces(drafts: Engine) -> list[MadePiece]:
    """Every piece there is."""
    with Session(drafts.execution_options(reading=True)) as session:
        return list(session.scalars(select(MadePiece)))


def made(session: Session, engine: Engine, keys: Vault, wave: Wave, drafts: Engine, **more: Any) -> Export:
    """A file, asked for and made. Commits."""
    person = add_staff(session, "An analyst", ["analyst"])
    export = Export(wave_id=wave.id, forms=["csv", "jsonl"], asked_by=person.id, asked_at=NOW, **more)
    session.add(export)
    session.commit()
    KINDS["export"](bench(engine, keys, drafts), export.id.hex())
    session.refresh(export)
    session.commit()
    return export


def test_the_same_wave_gives_the_same_bytes(
    session: Session, keys: Vault, engine: Engine, row: PublishedSurvey, drafts: Engine
) -> None:
    wave = frozen(session, keys, row)
    both = [made(session, engine, keys, wave, drafts, words="quotable") for _ in range(2)]
    first, second = (b"".join(opened_file(drafts, each, keys.office)) for each in both)
    assert first == second
    assert len(first) == both[0].length
    assert first[:2] == b"PK"
    lying = [each.sealed for each in pieces(drafts)]
    assert len({each.name for each in pieces(drafts)}) == 2
    assert not [each for each in lying if b"data.csv" in each or each[:2] == b"PK"]


def test_who_takes_their_answers_back_is_in_no_wave_and_no_file(
    session: Session, keys: Vault, engine: Engine, row: PublishedSurvey, look: Look, drafts: Engine
) -> None:
    wave = frozen(session, keys, row)
    export = made(session, engine, keys, wave, drafts)
    (mine,) = keys.store.marked(row.id, [withdrawal_mark(HANDLE)])
    found = follow(new_code(), row.id, Effort(8, 1))
    keep_receipt(session, row.id, HANDLE, found)
    wish(session, row.id, row.public_key, found)
    session.commit()
    wave_id, survey_id, export_id = wave.id, row.id.hex(), export.id
    withdraw(bench(engine, keys, drafts), survey_id)
    left = look(select(WaveMember.response_id).where(WaveMember.wave_id == wave_id))
    assert len(left) == 29
    assert mine not in left
    assert look(select(Export.id)) == []
    assert owners_of_pieces(drafts) == {export_id}
    assert sweep_files(session, NOW) == set()


@ON_ONE
def test_files_stay_where_nobody_took_anything_back(
    session: Session, keys: Vault, engine: Engine, row: PublishedSurvey, look: Look, drafts: Engine
) -> None:
    """A code that leads nowhere must not take files away: that would tell that somebody typed one."""
    export = made(session, engine, keys, frozen(session, keys, row), drafts)
    wish(session, row.id, row.public_key, follow(new_code(), row.id, Effort(8, 1)))
    session.commit()
    export_id, survey_id = export.id, row.id.hex()
    withdraw(bench(engine, keys, drafts), survey_id)
    assert look(select(Export.id)) == [export_id]


def test_shredding_takes_waves_and_files_along(
    session: Session, keys: Vault, engine: Engine, row: PublishedSurvey, look: Look, drafts: Engine
) -> None:
    made(session, engine, keys, frozen(session, keys, row), drafts)
    survey_id = row.id
    session.close()
    shred_whole(engine, keys, survey_id, MADE)
    assert [look(select(func.count()).select_from(table)) for table in (Wave, WaveMember, Export)] == [[0], [0], [0]]
    with Session(engine) as again:
        assert not left_over(again, keys.store, survey_id, MADE)


@ON_ONE
def test_a_file_is_gone_after_a_day(
    session: Session, keys: Vault, engine: Engine, row: PublishedSurvey, drafts: Engine
) -> None:
    export = made(session, engine, keys, frozen(session, keys, row), drafts)
    assert sweep_files(session, NOW + LASTS) == owners_of_pieces(drafts) == {export.id}
    assert sweep_files(session, NOW + LASTS * 1.01) == set()
    session.commit()
    forget_made(drafts, export.id)
    assert not pieces(drafts)


@ON_ONE
@pytest.mark.parametrize("harm", ["cut", "flip", "gone"])
def test_a_damaged_file_is_not_given_out(
    session: Session, keys: Vault, engine: Engine, row: PublishedSurvey, drafts: Engine, harm: str
) -> None:
    export = made(session, engine, keys, frozen(session, keys, row), drafts)
    with Session(drafts) as there, there.begin():
        newest = there.scalars(select(MadePiece).order_by(MadePiece.number.desc())).first()
        assert newest
        sealed = newest.sealed
        flipped = sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:]
        harms = {"cut": sealed[:-5], "flip": flipped, "gone": b""}
        if not harms[harm]:
            there.delete(newest)
        else:
            newest.sealed = harms[harm]
    with pytest.raises(CannotOpen):
        b"".join(opened_file(drafts, export, keys.office))


@ON_ONE
def test_everything_people_wrote_waits_for_a_second_person(
    session: Session, keys: Vault, engine: Engine, row: PublishedSurvey, drafts: Engine
) -> None:
    export = made(session, engine, keys, frozen(session, keys, row), drafts, words="all")
    assert export.sealed_key is None
    assert not pieces(drafts)
