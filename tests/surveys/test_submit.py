"""Submitting: kept once, only what was asked, and nothing of it can be read without the survey's key."""

import json
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.jobs import Job
from safekeeping.vault import Vault, random_id
from surveys.definition.answered_at import find_open
from surveys.definition.published import Open, published
from surveys.intake.mix import BATCH
from surveys.intake.submit import Submission, submit, submit_at_once
from surveys.intake.tables import Intake, SpentNonce
from tests.factories import as_open, published_survey, submitted
from tests.surveys.browsing import intake_answers, put_up

NONCE = b"n" * 16
ANSWERS = {"audience": "survivor", "help": "canary words", "weeks": 12, "known": "yes"}


@pytest.fixture
def target(engine: Engine, keys: Vault) -> Open:
    """A survey that takes answers, beside another one."""
    put_up(engine, keys, "tiny")
    return put_up(engine, keys, "per-audience")


def send(engine: Engine, target: Open, answers: dict[str, Any], nonce: bytes) -> bool:
    with session_for(engine) as session:
        return submit(session, target, Submission(answers), nonce)


def count(engine: Engine, table: type) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_answers_are_kept(engine: Engine, keys: Vault, target: Open) -> None:
    assert send(engine, target, ANSWERS, NONCE)
    assert intake_answers(engine, keys, "per-audience") == [ANSWERS]
    assert intake_answers(engine, keys, "tiny") == []


def test_a_nonce_is_kept_once(engine: Engine, keys: Vault, target: Open) -> None:
    assert send(engine, target, ANSWERS, NONCE)
    assert not send(engine, target, {**ANSWERS, "help": "again"}, NONCE)
    assert send(engine, target, ANSWERS, random_id())
    assert intake_answers(engine, keys, "per-audience") == [ANSWERS, ANSWERS]


def test_twice_in_one_request_is_kept_once(engine: Engine, target: Open) -> None:
    with session_for(engine) as session:
        assert [submit(session, target, Submission(ANSWERS), NONCE) for _ in range(3)] == [True, False, False]
    assert (count(engine, Intake), count(engine, SpentNonce)) == (1, 1)


def test_at_the_same_moment_is_kept_once_and_both_are_told_so(engine: Engine, target: Open) -> None:
    told: list[bool] = []
    with session_for(engine) as first:
        told.append(submit(first, target, Submission(ANSWERS), NONCE))
        second = Thread(target=lambda: told.append(send(engine, target, ANSWERS, NONCE)))
        second.start()
        second.join(timeout=0.3)
    second.join()
    assert told == [True, False]
    assert count(engine, Intake) == 1


def test_what_is_not_committed_is_not_kept(engine: Engine, target: Open) -> None:
    with Session(engine) as session:
        assert submit(session, target, Submission(ANSWERS), NONCE)
        session.rollback()
    assert (count(engine, Intake), count(engine, SpentNonce), count(engine, Job)) == (0, 0, 0)
    assert send(engine, target, ANSWERS, NONCE)


def test_at_once_is_kept_once_too(engine: Engine, keys: Vault, target: Open) -> None:
    assert [submit_at_once(engine, target, Submission(ANSWERS), NONCE) for _ in range(3)] == [True, False, False]
    assert not send(engine, target, ANSWERS, NONCE)
    assert submit_at_once(engine, target, Submission(ANSWERS), random_id())
    assert intake_answers(engine, keys, "per-audience") == [ANSWERS, ANSWERS]
    assert count(engine, SpentNonce) == 2


def test_many_at_once_with_one_nonce_are_kept_once(engine: Engine, target: Open) -> None:
    told: list[bool] = []

    def press() -> None:
        told.append(submit_at_once(engine, target, Submission(ANSWERS), NONCE))

    threads = [Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 7 + [True]
    assert (count(engine, Intake), count(engine, SpentNonce)) == (1, 1)


def test_mixing_is_asked_for_by_one_that_is_kept_at_once(engine: Engine, keys: Vault, target: Open) -> None:
    for _ in range(BATCH - 1):
        submit_at_once(engine, target, Submission(ANSWERS), random_id())
    assert count(engine, Job) == 0
    submit_at_once(engine, target, Submission(ANSWERS), random_id())
    assert count(engine, Job) == 1


def test_what_is_kept_is_thanked_for_also_where_no_mixing_can_be_asked_for(
    engine: Engine, target: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: object) -> bool:
        raise OperationalError("SELECT", None, Exception("away"))

    monkeypatch.setattr("surveys.intake.submit.may_be_enough_now", away)
    assert submit_at_once(engine, target, Submission(ANSWERS), NONCE)
    assert count(engine, Intake) == 1


def test_answers_off_the_path_are_dropped(engine: Engine, keys: Vault, target: Open) -> None:
    stray = {"counted": "we count", "stray": "x", "__class__": "y", "story": "z"}
    send(engine, target, ANSWERS | stray, NONCE)
    assert intake_answers(engine, keys, "per-audience") == [ANSWERS]


def test_changing_the_audience_drops_what_the_other_was_asked(engine: Engine, keys: Vault, target: Open) -> None:
    send(engine, target, {**ANSWERS, "audience": "provider", "after": "canary"}, NONCE)
    assert intake_answers(engine, keys, "per-audience") == [
        {"audience": "provider", "help": "canary words", "known": "yes"}
    ]


def test_nothing_can_be_read_in_the_row(engine: Engine, target: Open) -> None:
    send(engine, target, ANSWERS, NONCE)
    with Session(engine) as session:
        row = session.scalars(select(Intake)).one()
    readable = [json.dumps(part)[1:-1].encode() for pair in ANSWERS.items() for part in pair if isinstance(part, str)]
    assert not [word for word in readable if word in row.sealed + row.id]
    assert NONCE not in row.sealed + row.id


def test_blank_and_full_look_alike(engine: Engine, target: Open) -> None:
    send(engine, target, {}, random_id())
    send(engine, target, {**ANSWERS, "help": "w" * 3000}, random_id())
    with Session(engine) as session:
        assert len({len(sealed) for sealed in session.scalars(select(Intake.sealed))}) == 1


def test_any_letter_of_any_script_is_kept(engine: Engine, keys: Vault, target: Open) -> None:
    words = "“Né\u202e” \u0000 𝄞 اللّٰه \N{ZERO WIDTH JOINER} \ue000 \r\n\t"
    send(engine, target, {"audience": "survivor", "help": words}, NONCE)
    assert intake_answers(engine, keys, "per-audience")[0]["help"] == words


def test_mixing_is_asked_for_as_soon_as_enough_wait(session: Session, keys: Vault) -> None:
    row, noise = published_survey(session, keys), published_survey(session, keys, "second")
    submitted(session, noise, BATCH - 1)
    submitted(session, row, BATCH - 1)
    assert session.scalars(select(Job)).all() == []
    submitted(session, row, 3)
    assert [(job.kind, job.argument) for job in session.scalars(select(Job))] == [("take in", row.id.hex())]


def test_a_survey_is_found_by_its_address_alone(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    published_survey(session, keys, "second")
    assert find_open(session, "tiny") == as_open(row)
    assert [found.address for found in published(session)] == ["second", "tiny"]
    for address in ("", "Tiny", "tiny ", "tin_", "%", "no"):
        assert find_open(session, address) is None


def test_two_surveys_have_two_keys(session: Session, keys: Vault) -> None:
    one, other = published_survey(session, keys), published_survey(session, keys, "second")
    assert one.public_key != other.public_key
    assert one.definition_hash != other.definition_hash
