"""Two hosts behind one proxy: applications of their own, folders of their own, one database. Whoever begins at one may
go on at the other, and what is limited is limited for both together."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select

from analysis.api.rate import Rate
from analysis.sharing.made_files import (
    AT_ONCE,
    CHUNK,
    Export,
    MadePiece,
    forget_made,
    opened_file,
    owners_of_pieces,
    sealed_file,
)
from app import create_app
from safekeeping.allowances import Allowance
from safekeeping.codes import Effort
from safekeeping.database import session_for
from safekeeping.settings import Settings
from safekeeping.vault import Vault, random_id
from surveys.intake.tickets import make_tickets
from surveys.responding.buckets import Size
from surveys.responding.gate import USUAL, Gate, Sent
from tests.factories import published_survey
from tests.hostile.test_used_tickets import at_the_end
from tests.surveys.browsing import Person, heading, intake_answers, intake_count, put_up
from tests.surveys.test_receipts import asked, sent, taken_back, work

pytestmark = pytest.mark.parametrize("store", ["postgresql"], indirect=True)
TEN = Size(10, 0)
FEW = replace(USUAL, answers=TEN, starts=TEN, tries=TEN)
Look = Callable[[Any], list[Any]]


@pytest.fixture
def hosts(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[tuple[Flask, Flask]]:
    """Two of them; they share the database and the master key, and nothing else."""
    other = create_app(replace(settings, instance=tmp_path / "elsewhere"))
    for each in (app, other):
        each.extensions["code_effort"] = Effort(memory=8, passes=1)
        each.extensions["gate"] = Gate(sizes=FEW, allowances=each.extensions["allowances"])
    yield app, other
    for engine in (other.extensions["engine"], other.extensions["drafts_engine"]):
        engine.dispose()
    other.extensions["vault"].store.engine.dispose()


def at(app: Flask, person: Person) -> Person:
    """The same browser, led to another host."""
    cookie = person.client.get_cookie("s")
    assert cookie
    client = app.test_client()
    client.set_cookie("s", cookie.value)
    return Person(client, person.address, person.page)


def test_a_draft_that_was_begun_at_one_goes_on_at_the_other(
    hosts: tuple[Flask, Flask], engine: Engine, keys: Vault
) -> None:
    one, other = hosts
    put_up(engine, keys)
    person = at(other, Person(one.test_client()).start())
    person.press("continue", say="Begun at one, ended at the other")
    at(one, person).press("send")
    assert heading(at(other, person).look()).startswith("Thank you")
    assert [each["say"] for each in intake_answers(engine, keys)] == ["Begun at one, ended at the other"]


def test_a_code_that_one_gave_is_taken_by_the_other(hosts: tuple[Flask, Flask], engine: Engine, keys: Vault) -> None:
    one, other = hosts
    put_up(engine, keys)
    sent(Person(other.test_client()), "noise")
    code = asked(sent(Person(one.test_client()), "mine"))
    assert heading(taken_back(other, code).page) == "We will look for these answers"
    work(engine, keys)
    assert ["noise" in str(answers) for answers in intake_answers(engine, keys)] == [True]


def test_the_same_answers_sent_again_to_the_other_are_kept_once(
    hosts: tuple[Flask, Flask], engine: Engine, keys: Vault
) -> None:
    """As a browser does that heard nothing from the first. Each host judges it; what was kept first is what counts."""
    one, other = hosts
    put_up(engine, keys)
    person = Person(one.test_client()).start()
    person.press("continue", say="Sent twice")
    for each in (other, one):
        at(each, person).press("send")
    assert intake_count(engine) == 1


def people(count: int) -> Iterator[Sent]:
    """So many who answer at their ease, none like another."""
    for _ in range(count):
        yield Sent(b"s" * 16, random_id(), {"say": random_id().hex()}, 1_000_000, 1_000_900, caught=False)


def test_answers_starts_and_tries_are_limited_for_both_together(hosts: tuple[Flask, Flask]) -> None:
    gates = [each.extensions["gate"] for each in hosts]
    assert sum(not gates[number % 2].sets_aside(each) for number, each in enumerate(people(40))) == 10
    assert sum(gates[number % 2].may_start(b"s" * 16, 1_000_000.0) for number in range(40)) == 10
    with ThreadPoolExecutor(8) as threads:
        tried = threads.map(lambda number: gates[number % 2].may_try_code(b"s" * 16), range(40))
        assert sum(tried) == 10


def test_questions_of_a_token_are_limited_for_both_together(hosts: tuple[Flask, Flask]) -> None:
    rates = [Rate(TEN, allowances=each.extensions["allowances"]) for each in hosts]
    calendars = [Rate(TEN, allowances=each.extensions["allowances"], kind=b"calendar") for each in hosts]
    for both in (rates, calendars):
        assert sum(both[number % 2].allows(b"t" * 16) for number in range(40)) == 10
    assert rates[0].allows(b"u" * 16)


def test_at_the_door_the_limits_are_the_same(hosts: tuple[Flask, Flask], engine: Engine, keys: Vault) -> None:
    put_up(engine, keys)
    people = [Person(hosts[number % 2].test_client()) for number in range(14)]
    for person in people:
        person.look()
    assert [person.press("start").status_code for person in people] == [303] * 10 + [503] * 4


def test_a_sentence_is_said_as_often_at_both_as_at_one(hosts: tuple[Flask, Flask]) -> None:
    """Nothing of what people write is shared. Each of two hosts lets through half as many of the same."""
    words = "Believe men the first time that they ask for help."
    gates = [Gate(sizes=USUAL, allowances=each.extensions["allowances"]) for each in hosts]
    for each in hosts:
        each.extensions["allowances"].processes()
    for each in hosts:
        each.extensions["allowances"]._believed = None  # a minute has passed
    said = [replace(each, answers={"say": words, "place": str(number)}) for number, each in enumerate(people(60))]
    through = sum(not gates[number % 2].sets_aside(each) for number, each in enumerate(said))
    assert through == 20


def test_a_file_that_a_worker_on_one_made_is_given_out_by_the_other(hosts: tuple[Flask, Flask], look: Look) -> None:
    one, other = (each.extensions["drafts_engine"] for each in hosts)
    export, office = Export(id=random_id()), hosts[0].extensions["vault"].office
    content = random.Random(3).randbytes(CHUNK * (AT_ONCE + 1) + 77)
    with sealed_file(one, export, export.id, office) as out:
        for first in range(0, len(content), 100_000):
            out.write(content[first : first + 100_000])
    assert b"".join(opened_file(other, export, hosts[1].extensions["vault"].office)) == content
    assert export.length == len(content)
    assert owners_of_pieces(other) == {export.id}
    forget_made(other, export.id)
    assert look(select(func.count()).select_from(MadePiece)) == [0]


def test_what_was_half_made_is_taken_away(hosts: tuple[Flask, Flask], look: Look) -> None:
    drafts, export = hosts[0].extensions["drafts_engine"], Export(id=random_id())
    office = hosts[0].extensions["vault"].office

    def stopped() -> None:
        with sealed_file(drafts, export, export.id, office) as out:
            out.write(bytes(CHUNK * AT_ONCE * 2))
            assert look(select(func.count()).select_from(MadePiece)) == [AT_ONCE]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert look(select(func.count()).select_from(MadePiece)) == [0]
    assert export.sealed_key is None


@pytest.mark.parametrize("races", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_a_ticket_is_used_once_where_two_hosts_are_raced(
    hosts: tuple[Flask, Flask], engine: Engine, keys: Vault, races: int
) -> None:
    with session_for(engine) as session:
        row = published_survey(session, keys)
        row.by_ticket = True
        cards = make_tickets(session, row.id, races)
    for each in hosts:
        each.extensions["gate"] = Gate(sizes=replace(USUAL, answers=Size(1e6, 1e6)))
    for ticket in cards:
        before, barrier = intake_count(engine), Barrier(2)
        both = [at_the_end(each, ticket) for each in hosts]

        def send(person: Person, barrier: Barrier = barrier) -> int:
            barrier.wait()
            return person.press("send").status_code

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(send, both)) == [303, 422]
        assert intake_count(engine) == before + 1


def test_counted_rows_name_nobody(hosts: tuple[Flask, Flask], engine: Engine, keys: Vault, look: Look) -> None:
    """A survey's or a token's id, what is counted, and the hour."""
    survey = put_up(engine, keys)
    for each in hosts:
        sent(Person(each.test_client()), "mine")
    named = {bytes(each.name) for each in look(select(Allowance))}
    counted = {each for each in named if not each.startswith(b"process")}
    kinds = (b"answers ", b"starts ", b"tries ")
    assert counted <= {kind + which for kind in kinds for which in (survey.id, b"")}
    assert len(named - counted) <= 2
