"""Logs: event names and the hour. No word, address or value that anybody typed is ever in a line."""

import logging
import re
import sys
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server

from safekeeping.logs import EVENTS, EventFormatter, init_app
from tests.safekeeping.listening import listen

CANARY = "canary-7f3a"


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[StringIO]:
    """What is logged; anything on standard error beside it fails the test."""
    init_app(Flask("tiny"))
    yield listen()
    assert capsys.readouterr().err == ""


def line(message: object, *args: object, **more: object) -> str:
    record = logging.LogRecord("some.room", logging.ERROR, __file__, 1, "", None, None)
    record.msg, record.args = message, args
    record.__dict__.update(more)
    return EventFormatter().format(record)


def fault(message: str) -> Any:
    try:
        raise ValueError(message, {"typed": message})
    except ValueError:
        return sys.exc_info()


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_an_event_is_written_with_its_hour_only(event: str) -> None:
    assert re.fullmatch(rf"\d{{4}}-\d\d-\d\d \d\d:00 error {event}", line(event))


def test_the_hour_is_utc_and_minutes_are_lost() -> None:
    assert line("started", created=1774787345.678).startswith("2026-03-29 12:00 ")


@pytest.mark.parametrize(
    "message", [CANARY, f"started {CANARY}", "%s", ValueError(CANARY), {"typed": CANARY}, [CANARY], None]
)
def test_what_is_no_event_is_written_as_the_name_of_its_logger(message: object) -> None:
    assert line(message, CANARY).endswith(":00 error (some.room)")


def test_an_exception_is_its_kind_and_place() -> None:
    said = line("fault in a page", exc_info=fault(CANARY))
    assert re.search(r" error fault in a page: ValueError at test_logs\.py:\d+$", said)


@given(st.text(min_size=3).map(lambda text: CANARY + text), st.sampled_from(["msg", "args", "exc", "extra"]))
def test_no_typed_word_reaches_a_line(typed: str, way: str) -> None:
    said = {
        "msg": lambda: line(typed),
        "args": lambda: line("started", typed, {typed: typed}),
        "exc": lambda: line("started", exc_info=fault(typed)),
        "extra": lambda: line("started", stack_info=typed, exc_text=typed, request=typed),
    }[way]()
    assert CANARY not in said
    assert "\n" not in said


def test_a_deep_exception_is_named_by_its_six_innermost_places() -> None:
    def down(steps: int) -> None:
        if not steps:
            raise LookupError(CANARY)
        down(steps - 1)

    with pytest.raises(LookupError) as found:
        down(20)
    said = line("started", exc_info=(LookupError, found.value, found.tb))
    assert said.count("test_logs.py:") == 6


def test_an_exception_from_nowhere_is_no_fault() -> None:
    assert line("started", exc_info=(None, None, None)).endswith("started")
    assert line("started", exc_info=(ValueError, ValueError(CANARY), None)).endswith("started: ValueError at ")


@pytest.mark.parametrize("name", ["heard", "heard.jobs", "werkzeug", "sqlalchemy.engine", "anything"])
def test_every_logger_of_the_process_writes_through_it(written: StringIO, name: str) -> None:
    logging.getLogger(name).error("%s", CANARY, extra={"words": CANARY})
    assert f"({name})" in written.getvalue()
    assert CANARY not in written.getvalue()


def test_a_message_that_is_no_text_makes_no_fault_of_the_logging_itself(written: StringIO) -> None:
    logging.getLogger("heard").error({"typed": CANARY})
    assert CANARY not in written.getvalue()
    assert written.getvalue().count("\n") == 1


def test_a_line_that_cannot_be_written_is_not_explained_by_its_words(written: StringIO) -> None:
    written.close()
    logging.getLogger("heard").error("%s", CANARY, exc_info=fault(CANARY))


def test_requests_are_not_logged(written: StringIO) -> None:
    with make_server("127.0.0.1", 0, Flask("tiny")) as server:
        server.log("info", "GET /views %s", CANARY)
    assert written.getvalue() == ""


def test_a_fault_in_a_page_writes_nothing_of_its_request(app: Flask) -> None:
    @app.post("/fault/<word>")
    def fault_page(word: str) -> str:
        raise RuntimeError(f"{CANARY} {word}")

    client, written = app.test_client(), listen()
    client.set_cookie("s", CANARY)
    headers = {"User-Agent": CANARY, "X-Forwarded-For": CANARY, "Referer": f"http://localhost/{CANARY}"}
    client.post(f"/fault/{CANARY}?{CANARY}={CANARY}", data={"q-help": CANARY}, headers=headers)
    said = written.getvalue()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:00 error fault in a page: RuntimeError at \S+:\d+( < \S+:\d+)*\n", said)
    assert CANARY not in said
