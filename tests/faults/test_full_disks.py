"""The disk is full where keys or log lines go: nothing that was sent is lost, and whoever sends does not notice."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.logs import EventFormatter
from safekeeping.vault import Vault
from surveys.intake.mix import mix, waiting
from surveys.intake.read import read_all
from surveys.intake.tables import Response
from tests.factories import opener_of, published_survey, submitted
from tests.surveys.browsing import Person, intake_answers, put_up

PEOPLE = 300
FULL = Path("/dev/full")

ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


class Unbuffered(io.StringIO):
    """Each line goes to the file at once."""

    def __init__(self, file: io.FileIO) -> None:
        super().__init__()
        self.file = file

    def write(self, line: str) -> int:
        return self.file.write(line.encode())


@contextmanager
def full(engine: Engine) -> Iterator[None]:
    """The file may not grow by a single page."""
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def settle(connection: Any, entry: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    engine.dispose()
    event.listen(engine, "connect", settle)
    try:
        yield
    finally:
        event.remove(engine, "connect", settle)
        engine.dispose()


@ON_SQLITE
def test_where_no_key_can_be_kept_nothing_is_mixed_and_nothing_is_lost(engine: Engine, keys: Vault) -> None:
    with session_for(engine) as session:
        row = published_survey(session, keys)
        submitted(session, row, PEOPLE, say="words")
        survey_id, opener = row.id, opener_of(keys, row)
    with full(keys.store.engine), pytest.raises(OperationalError, match="full"), session_for(engine) as session:
        mix(session, survey_id, opener)
    with Session(engine.execution_options(reading=True)) as session:
        assert waiting(session, survey_id) == PEOPLE
        assert session.scalars(select(Response.id)).all() == []
    assert list(keys.store.response_ids(survey_id)) == [], "no key is kept by halves"
    with session_for(engine) as session:
        assert mix(session, survey_id, opener) == PEOPLE
    with Session(engine.execution_options(reading=True)) as session:
        assert len(list(read_all(session, survey_id, opener))) == PEOPLE


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("fault", [False, True], ids=["sent", "could not keep"])
@ON_SQLITE
def test_where_no_line_can_be_logged_people_are_answered(
    app: Flask, engine: Engine, keys: Vault, fault: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    put_up(engine, keys)
    person = Person(app.test_client()).start()
    person.press("continue", say="words for nobody else")
    intake_answers(engine, keys)
    engine.dispose()
    with FULL.open("wb", buffering=0) as file:
        handler = logging.StreamHandler(Unbuffered(file))
        handler.setFormatter(EventFormatter())
        logging.getLogger().addHandler(handler)
        try:
            if fault:
                with full(app.extensions["engine"]):
                    assert person.press("send").status_code == 503
                assert "words for nobody else" in person.page
            assert person.post(dict(person.sent) if fault else {**person.form(), "go": "send"}).status_code == 303
        finally:
            logging.getLogger().removeHandler(handler)
    assert intake_answers(engine, keys) == [{"audience": "survivor", "say": "words for nobody else"}]
    said = capfd.readouterr()
    assert "words for nobody else" not in said.out + said.err
