"""A7: somebody tries codes. No guess hits, and no answer, whatever was typed, tells one code from another."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, event, func, select
from sqlalchemy.orm import Session

from safekeeping.codes import Effort, follow, new_code
from safekeeping.database import session_for
from safekeeping.jobs import Bench, Job
from safekeeping.vault import Vault, random_id
from surveys.definition.published import Open
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Intake, Receipt, Response
from surveys.intake.withdraw import forget_code, keep_receipt, wish, withdraw
from surveys.responding.gate import Gate
from tests.surveys.browsing import put_up

#: Argon2id at what it costs a test.
QUICK = Effort(memory=8, passes=1)
KINDS = ("right", "wrong", "replaced", "withdrawn", "of another survey")


class NoLimit(Gate):
    """A gate that lets everybody try: here the codes are attacked, not the gate."""

    def may_try_code(self, survey_id: bytes) -> bool:
        """Always."""
        return True


@dataclass
class Ground:
    """A survey with answers and codes, another one, and the doors to both."""

    app: Flask
    engine: Engine
    keys: Vault
    survey: Open
    other: Open

    def code(self, kind: str) -> str:
        """A code of that kind, fresh."""
        code, handle = new_code(), random_id()
        home = self.other if kind == "of another survey" else self.survey
        with session_for(self.engine) as session:
            submit(session, home, Submission({"audience": "survivor"}, handle=handle), random_id())
            found = follow(code, home.id, QUICK)
            if kind != "wrong":
                keep_receipt(session, home.id, handle, found)
            if kind == "replaced":
                forget_code(session, found.lookup)
            if kind == "withdrawn":
                wish(session, home.id, home.public_key, found)
        if kind == "withdrawn":
            self.work()
        return code

    def work(self) -> None:
        """The job runs."""
        withdraw(Bench(self.engine, self.keys, lambda done, total: None, {}), self.survey.id.hex())

    def type_in(self, code: str, go: str = "withdraw") -> Any:
        """Somebody without a cookie types it."""
        return self.app.test_client().post(f"/{self.survey.address}", data={"go": go, "code": code})


@pytest.fixture
def ground(app: Flask, engine: Engine, keys: Vault) -> Ground:
    app.extensions["code_effort"], app.extensions["gate"] = QUICK, NoLimit()
    return Ground(app, engine, keys, put_up(engine, keys), put_up(engine, keys, "second"))


@contextmanager
def statements(engines: list[Engine]) -> Iterator[list[str]]:
    """Every statement that runs meanwhile."""
    ran: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        ran.append(statement)

    for engine in set(engines):
        event.listen(engine, "before_cursor_execute", note)
    yield ran
    for engine in set(engines):
        event.remove(engine, "before_cursor_execute", note)


def test_every_code_is_answered_by_the_same_page_and_the_same_statements(ground: Ground) -> None:
    seen, ran, extensions = {}, {}, ground.app.extensions
    for kind in KINDS:
        code = ground.code(kind)
        with session_for(ground.engine) as session:  # a job that waits already is not asked for twice
            session.execute(delete(Job))
        with statements([extensions["engine"], extensions["drafts_engine"], extensions["vault"].store.engine]) as made:
            answer = ground.type_in(code)
        page = answer.data.split(b"<main")[1].split(b"</main")[0]
        seen[kind] = (answer.status_code, sorted(answer.headers), len(answer.data), page)
        ran[kind] = made
    assert seen["right"][0] == 200
    assert b"We will look for these answers" in seen["right"][3]
    assert all(each == seen["right"] for each in seen.values())
    assert ran["right"]
    assert all(each == ran["right"] for each in ran.values())


def guess(ground: Ground, count: int) -> None:
    """One in twenty is typed at the door, both ways; the others are put on the list as the page would."""
    for number in range(count):
        code = new_code()
        if number % 20 == 0:
            assert ground.type_in(code).status_code == 200
            assert ground.type_in(code, "come-back").status_code == 422
        else:
            with session_for(ground.engine) as session:
                found = follow(code, ground.survey.id, QUICK)
                wish(session, ground.survey.id, ground.survey.public_key, found)
                assert session.get(Receipt, found.lookup) is None
        if number % 1000 == 999:
            ground.work()


def counts(engine: Engine) -> list[int]:
    """How many answers and receipts there are."""
    with Session(engine.execution_options(reading=True)) as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in (Intake, Response, Receipt)]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
@pytest.mark.parametrize("size", [500, pytest.param(20_000, marks=pytest.mark.attack)])
def test_no_guess_hits(ground: Ground, size: int) -> None:
    kept = [ground.code("right") for _ in range(30)]
    before = counts(ground.engine)
    guess(ground, size)
    ground.work()
    assert counts(ground.engine) == before
    ground.type_in(kept[0])
    ground.work()
    assert counts(ground.engine) == [before[0] - 1, 0, 29], "the list is looked at"


def area(one: list[float], other: list[float]) -> float:
    """How well time tells two classes apart: 0.5 not at all, 0 or 1 wholly."""
    won = sum((a < b) + (a == b) / 2 for a in one for b in other)
    return won / (len(one) * len(other))


def timed(ground: Ground, each: int) -> dict[str, list[float]]:
    """Seconds for codes of every kind, in turn, so that a slow moment meets all kinds alike."""
    codes = {kind: [ground.code(kind) for _ in range(each)] for kind in KINDS[:4]}
    took: dict[str, list[float]] = {kind: [] for kind in codes}
    for number in range(each):
        for at in range(4):
            kind = KINDS[(number + at) % 4]
            began = time.perf_counter()
            assert ground.type_in(codes[kind][number]).status_code == 200
            took[kind].append(time.perf_counter() - began)
    return took


@pytest.mark.attack
def test_time_tells_nothing(ground: Ground) -> None:
    took = timed(ground, 500)
    areas = {kind: round(area(took["right"], took[kind]), 3) for kind in KINDS[1:4]}
    assert all(0.45 <= each <= 0.55 for each in areas.values()), areas


def test_the_measure_of_time_finds_a_difference() -> None:
    assert area([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]) == 1.0
    assert area([1.0, 2.0], [1.0, 2.0]) == 0.5
