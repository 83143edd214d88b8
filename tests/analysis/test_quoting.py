"""Nobody is quoted who did not allow it: what can be proposed, and what the database takes into a table of quotes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage
from analysis.findings.tables import Findings, opened
from analysis.quoting.candidates import Sought, candidates
from analysis.taking_in import take_in
from safekeeping.jobs import Bench
from safekeeping.vault import Vault, random_id
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Response
from tests.factories import as_open, opener_of, published_survey

ALLOWED = "I was put on a waiting list for seven months and nobody rang me in all that time."
REFUSED = "The poster in the surgery only showed women, so I thought that it was not for me."
Look = Callable[[Any], list[Any]]


@pytest.fixture
def bench(engine: Engine, keys: Vault, model_folder: Path) -> Bench:
    """What a job works with, watched by nobody."""
    return Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})


def asked_of_each(session: Session, row: PublishedSurvey) -> None:
    """One person allows one of two answers; eleven allow none, in both places."""
    submit(session, as_open(row), _sent(ALLOWED, REFUSED, ticked=("helped",)), random_id())
    for _ in range(11):
        submit(session, as_open(row), _sent(REFUSED, REFUSED), random_id())


def asked_once(session: Session, row: PublishedSurvey) -> None:
    """One person says yes; eleven say no or nothing."""
    submit(session, as_open(row), _sent(ALLOWED, "", may="yes"), random_id())
    for may in ["no"] * 6 + [None] * 5:
        submit(session, as_open(row), _sent(REFUSED, REFUSED, may=may, ticked=("helped", "more")), random_id())


def _sent(helped: str, more: str, may: str | None = None, ticked: tuple[str, ...] = ()) -> Submission:
    said = {"audience": "survivor", "helped": helped, "more": more, "may": may}
    return Submission({name: answer for name, answer in said.items() if answer}, quotable=ticked)


WAYS = {"quoting/each": asked_of_each, "quoting/once": asked_once}


def can_be_quoted(session: Session, keys: Vault, row: PublishedSurvey) -> list[str]:
    """What a coder is offered; and findings hold no words of anybody."""
    found = session.get_one(Findings, row.id)
    assert opened(found, keys).examples == ()
    offered = [each.found.text for each in candidates(session, opener_of(keys, row), Sought()).cards]
    session.commit()
    return offered


@pytest.mark.parametrize("name", WAYS)
def test_only_what_was_allowed_is_shown(name: str, session: Session, look: Look, keys: Vault, bench: Bench) -> None:
    row = published_survey(session, keys, name)
    WAYS[name](session, row)
    session.commit()
    take_in(bench, row.id.hex())
    allowed = look(select(Passage).where(Passage.may_quote))
    assert [ALLOWED[each.start : each.end] for each in allowed] == [ALLOWED]
    assert can_be_quoted(session, keys, row) == [ALLOWED]
    take_in(bench, row.id.hex())
    assert can_be_quoted(session, keys, row) == [ALLOWED], "nor when it is made anew"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_neither_the_database_nor_the_answer_alone_is_enough(session: Session, keys: Vault, bench: Bench) -> None:
    """Somebody who can write to the database makes no quotable word; nor does taking the permission there away fail."""
    row = published_survey(session, keys, "quoting/each")
    asked_of_each(session, row)
    session.commit()
    take_in(bench, row.id.hex())
    for value, shown in ((True, [ALLOWED]), (False, [])):
        session.execute(update(Passage).values(may_quote=value))
        session.commit()
        take_in(bench, row.id.hex())
        assert can_be_quoted(session, keys, row) == shown


QUOTES = (
    "CREATE TABLE quote_tried (passage_id {bytes} NOT NULL, may_quote BOOLEAN NOT NULL CHECK (may_quote), "
    "FOREIGN KEY (passage_id, may_quote) REFERENCES passage (id, may_quote))"
)


def test_a_table_of_quotes_cannot_hold_what_may_not_be_quoted(session: Session, keys: Vault) -> None:
    """As the table of quotes will be made: a key to (id, may_quote), and a check that it may."""
    row = published_survey(session, keys, "quoting/each")
    asked_of_each(session, row)
    mix(session, row.id, opener_of(keys, row))
    response = session.scalars(select(Response.id)).first()
    passages = [Passage(response_id=response, question="helped", start=n, end=9, may_quote=n == 0) for n in (0, 1)]
    session.add_all(passages)
    session.flush()
    (may, may_not), connection = passages, session.connection()
    kind = "BYTEA" if connection.dialect.name == "postgresql" else "BLOB"
    connection.exec_driver_sql(QUOTES.format(bytes=kind))
    put = text("INSERT INTO quote_tried VALUES (:id, :may)")
    connection.execute(put, {"id": may.id, "may": True})
    for passage, says in ((may_not, True), (may_not, False), (may, False)):
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(put, {"id": passage.id, "may": says})
    with pytest.raises(IntegrityError), connection.begin_nested():
        connection.execute(update(Passage).where(Passage.id == may.id).values(may_quote=False))
    session.rollback()
