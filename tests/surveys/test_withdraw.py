"""Withdrawing: whatever state a response is in, it goes whole, alone, and for good."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from safekeeping.codes import Effort, follow, new_code
from safekeeping.database import Base
from safekeeping.jobs import Bench, Job
from safekeeping.keystore import Keystore, KeyTable
from safekeeping.vault import Vault, random_id, seal_entry, withdrawal_mark
from surveys.definition.published import PublishedSurvey
from surveys.intake import withdraw as withdrawing
from surveys.intake.mix import BATCH, mix
from surveys.intake.read import read_all
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Intake, Receipt, Response, Withdrawal
from surveys.intake.withdraw import PLACE, forget_code, keep_receipt, wish, withdraw
from tests.factories import as_open, opener_of, published_survey, submitted

Look = Callable[[Any], list[Any]]
QUICK = Effort(memory=8, passes=1)
HANDLE = b"h" * 16


@dataclass
class Sent:
    """One response among others, and its code."""

    row: PublishedSurvey
    session: Session
    keys: Vault
    bench: Bench
    code: str

    def mix(self) -> None:
        """Mix what waits."""
        mix(self.session, self.row.id, opener_of(self.keys, self.row))
        self.session.commit()

    def wish(self, code: str = "") -> None:
        """Somebody types a code; theirs, unless said otherwise."""
        found = follow(code or self.code, self.row.id, QUICK)
        wish(self.session, self.row.id, self.row.public_key, found)
        self.session.commit()

    def work(self) -> None:
        """The job runs."""
        withdraw(self.bench, self.row.id.hex())

    def words(self) -> list[str]:
        """What everybody wrote, mixed or waiting."""
        opener = opener_of(self.keys, self.row)
        waiting = self.session.scalars(select(Intake.sealed).where(Intake.survey_id == self.row.id)).all()
        read = [each.answers["say"] for each in read_all(self.session, self.row.id, opener)]
        found = [str(opener.response(opener.intake(blob).sealed)) for blob in waiting]
        self.session.rollback()
        return sorted(["mine" if "mine" in each else "noise" for each in (*read, *found)])


@pytest.fixture
def sent(session: Session, keys: Vault, engine: Engine) -> Iterator[Sent]:
    """Mine, among nine others of the survey and ten of another one."""
    other, row = published_survey(session, keys, "second"), published_survey(session, keys)
    submitted(session, other, BATCH, say="noise")
    submitted(session, row, BATCH - 1, say="noise")
    submit(session, as_open(row), Submission({"audience": "survivor", "say": "mine"}, handle=HANDLE), random_id())
    code = new_code()
    keep_receipt(session, row.id, HANDLE, follow(code, row.id, QUICK))
    session.commit()
    yield Sent(row, session, keys, Bench(engine, keys, lambda done, total: None, {}), code)
    session.rollback()


NOISE = ["noise"] * (BATCH - 1)


@pytest.mark.parametrize("mixed", [False, True], ids=["waiting", "mixed"])
def test_one_goes_and_the_others_stay(sent: Sent, look: Look, mixed: bool) -> None:
    if mixed:
        sent.mix()
    assert sent.words() == ["mine", *NOISE]
    others = set(look(select(Intake.id).where(Intake.survey_id != sent.row.id)))
    sent.wish()
    sent.work()
    assert sent.words() == NOISE
    assert set(look(select(Intake.id).where(Intake.survey_id != sent.row.id))) == others
    assert len(list(sent.keys.store.response_ids(sent.row.id))) == (BATCH - 1 if mixed else 0)
    assert look(select(Withdrawal.id)) == look(select(Receipt.lookup)) == []


def test_wished_for_before_and_fulfilled_after_mixing(sent: Sent) -> None:
    sent.wish()
    sent.mix()
    sent.work()
    assert sent.words() == NOISE


def test_a_code_that_was_asked_for_after_mixing(sent: Sent) -> None:
    sent.mix()
    code = new_code()
    keep_receipt(sent.session, sent.row.id, HANDLE, follow(code, sent.row.id, QUICK))
    sent.wish(code)
    sent.work()
    assert sent.words() == NOISE


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_twice_is_once(sent: Sent, look: Look) -> None:
    sent.mix()
    for _ in range(2):
        sent.wish()
        sent.wish()
        sent.work()
        sent.work()
    assert sent.words() == NOISE
    assert look(select(Withdrawal.id)) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_codes_that_lead_nowhere_take_nothing(sent: Sent, look: Look) -> None:
    other = look(select(PublishedSurvey).where(PublishedSurvey.id != sent.row.id))[0]
    elsewhere, replaced = new_code(), new_code()
    keep_receipt(sent.session, other.id, HANDLE, follow(elsewhere, sent.row.id, QUICK))
    found = follow(replaced, sent.row.id, QUICK)
    keep_receipt(sent.session, sent.row.id, HANDLE, found)
    forget_code(sent.session, found.lookup)
    for code in (new_code(), elsewhere, replaced):
        sent.wish(code)
    for broken in (b"", b"short", follow(sent.code, sent.row.id, QUICK).lookup + b"k" * 32):
        sealed = seal_entry(broken, sent.row.public_key, sent.row.id, PLACE)
        sent.session.add(Withdrawal(id=random_id(), survey_id=sent.row.id, sealed=sealed))
    sent.session.add(Withdrawal(id=random_id(), survey_id=sent.row.id, sealed=b"no seal"))
    sent.session.commit()
    sent.work()
    assert sent.words() == ["mine", *NOISE]
    assert look(select(Withdrawal.id)) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_damaged_neighbour_does_not_stand_in_the_way(sent: Sent) -> None:
    sent.session.add(Intake(id=random_id(), survey_id=sent.row.id, sealed=b"damaged"))
    sent.wish()
    sent.work()
    damaged = sent.session.scalars(select(Intake).where(Intake.sealed == b"damaged")).one()
    sent.session.delete(damaged)
    sent.session.commit()
    assert sent.words() == NOISE


class Killed(BaseException):
    """Stands for a process that ends at this point."""


def killed_at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """End at one of the moments between the two stores."""
    forget = Keystore.forget_responses

    def before(store: Keystore, ids: Any) -> None:
        raise Killed

    def after(store: Keystore, ids: Any) -> None:
        forget(store, ids)
        raise Killed

    def done(*anything: Any) -> None:
        raise Killed

    if moment == "all done, the disk not wiped":
        monkeypatch.setattr(withdrawing, "wipe", done)
    else:
        monkeypatch.setattr(Keystore, "forget_responses", before if moment == "rows gone, keys there" else after)


MOMENTS = ["rows gone, keys there", "rows and keys gone, the list there", "all done, the disk not wiped"]


@pytest.mark.parametrize("mixed", [False, True], ids=["waiting", "mixed"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_between_the_stores_it_is_finished_next_time(
    sent: Sent, look: Look, monkeypatch: pytest.MonkeyPatch, moment: str, mixed: bool
) -> None:
    if mixed:
        sent.mix()
    sent.wish()
    with monkeypatch.context() as patch:
        killed_at(patch, moment)
        with pytest.raises(Killed):
            sent.work()
    sent.work()
    assert sent.words() == NOISE
    assert len(list(sent.keys.store.response_ids(sent.row.id))) == len(look(select(Response.id)))
    assert look(select(Withdrawal.id)) == look(select(Receipt.lookup)) == []


def test_keys_left_over_from_a_mixing_that_was_killed_are_destroyed_too(sent: Sent) -> None:
    mix(sent.session, sent.row.id, opener_of(sent.keys, sent.row))
    sent.session.rollback()
    assert sent.keys.store.marked(sent.row.id, [withdrawal_mark(HANDLE)])
    sent.wish()
    sent.work()
    assert not sent.keys.store.marked(sent.row.id, [withdrawal_mark(HANDLE)])
    assert sent.words() == NOISE


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_while_others_are_mixing_it_waits_for_them(sent: Sent, engine: Engine) -> None:
    """The job meets the lock, and finds the response where mixing has put it."""
    sent.wish()
    mix(sent.session, sent.row.id, opener_of(sent.keys, sent.row))
    met: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def commit_the_mixing(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        if "FOR UPDATE" in statement and "intake" in statement and not met:
            met.append(statement)
            sent.session.commit()

    sent.work()
    assert met
    assert sent.words() == NOISE


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_after_the_keys_of_the_survey_the_list_goes_too(sent: Sent, look: Look) -> None:
    sent.wish()
    sent.keys.store.forget_survey(sent.row.id)
    sent.work()
    assert look(select(Withdrawal.id)) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_many_wishes_are_one_job_which_tells_the_hour_only(sent: Sent, look: Look) -> None:
    for _ in range(3):
        sent.wish(new_code())
    jobs = look(select(Job).where(Job.kind == "withdraw"))
    assert [(job.argument, job.made_at.minute, job.made_at.second) for job in jobs] == [(sent.row.id.hex(), 0, 0)]


@pytest.mark.parametrize("mixed", [False, True], ids=["waiting", "mixed"])
def test_nothing_of_it_is_left_in_any_table_or_file(
    sent: Sent, look: Look, tmp_path: Path, engine: Engine, mixed: bool
) -> None:
    if mixed:
        sent.mix()
    mine = _pieces(sent, look)
    assert _left(engine, tmp_path, mine) == mine, "the search finds them while they are there"
    sent.wish()
    sent.work()
    assert _left(engine, tmp_path, mine) == []


def _pieces(sent: Sent, look: Look) -> list[bytes]:
    """What is stored of mine: ids, seals, its key and its mark, its receipt."""
    opener = opener_of(sent.keys, sent.row)
    mark = withdrawal_mark(HANDLE)
    receipt = look(select(Receipt))[0]
    found = [receipt.lookup, receipt.sealed]
    for row in look(select(Intake).where(Intake.survey_id == sent.row.id)):
        if opener.intake(row.sealed).withdrawal == mark:
            found += [row.id, row.sealed]
    for response_id in sent.keys.store.marked(sent.row.id, [mark]):
        row = look(select(Response).where(Response.id == response_id))[0]
        found += [mark, response_id, row.tag, row.ciphertext, sent.keys.store.wrapped([response_id])[response_id]]
    return found


def _left(engine: Engine, folder: Path, pieces: list[bytes]) -> list[bytes]:
    """Which of these, or any stretch of them, are in any table, or in the raw files of SQLite, journals and all."""
    places = [path.read_bytes() for path in folder.glob("*.sqlite*")]
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            for metadata in (Base.metadata, KeyTable.metadata):
                for table in metadata.sorted_tables:
                    rows = connection.execute(select(table)).all()
                    places += [value for row in rows for value in row if isinstance(value, bytes)]
    return [piece for piece in pieces if any(part in place for place in places for part in _stretches(piece))]


def _stretches(piece: bytes) -> list[bytes]:
    """Twelve bytes every three hundred: a long value lies in several pages of a file."""
    return [piece[at : at + 12] for at in range(2, len(piece) - 12, 300)]
