"""Threads take turns, and nobody waits long for one; who has more than their share of the work lets connections go."""

import threading
import time
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekeeping.turns import LOOK_AFTER, PATIENCE, Answered, InTurn, Share

HEADERS = [("Content-Length", "5")]


class Page:
    """An application whose page takes so many seconds, and which notes how many are at it at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.at_once, self.most = seconds, 0, 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        time.sleep(self.seconds)
        self.at_once -= 1
        if environ.get("breaks"):
            raise RuntimeError
        start_response("200 OK", HEADERS)
        return [b"whole"]


def ask(application: InTurn, told: list[list[tuple[str, str]]], **environ: Any) -> None:
    assert [*application(environ, lambda _status, headers: told.append(headers))] == [b"whole"]


def asked_at_once(application: InTurn, people: int) -> list[list[tuple[str, str]]]:
    told: list[list[tuple[str, str]]] = []
    threads = [threading.Thread(target=ask, args=(application, told)) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def alone() -> Share:
    return Share(Answered(1), 0)


def test_one_answers_at_a_time() -> None:
    page = Page(PATIENCE / 20)
    assert len(asked_at_once(InTurn(page, alone()), 8)) == 8
    assert page.most == 1


def test_an_answer_that_takes_long_holds_up_nobody() -> None:
    page = Page(20 * PATIENCE)
    begun = time.monotonic()
    assert len(asked_at_once(InTurn(page, alone()), 2)) == 2
    assert page.most == 2
    assert time.monotonic() - begun < 39 * PATIENCE  # one after the other would take forty


def test_a_turn_ends_also_where_the_page_breaks() -> None:
    page, told = Page(0), list[list[tuple[str, str]]]()
    application = InTurn(page, alone())
    with pytest.raises(RuntimeError):
        ask(application, told, breaks=True)
    begun = time.monotonic()
    for _ in range(5):
        ask(application, told)
    assert time.monotonic() - begun < 5 * PATIENCE


@given(st.lists(st.integers(0, 200), min_size=1, max_size=6))
def test_the_process_that_answers_most_has_too_much_unless_all_do_alike(counts: list[int]) -> None:
    answered = Answered(len(counts))
    shares = [Share(answered, me) for me in range(len(counts))]
    for share, count in zip(shares, counts, strict=True):
        for _ in range(count):
            share.count()
    even = sum(counts) / len(counts)
    expected = [sum(counts) >= LOOK_AFTER and 5 * count > 6 * even for count in counts]
    assert [share.is_too_much() for share in shares] == expected
    assert not any(share.is_too_much() for share in shares) or sum(counts) < LOOK_AFTER, "it begins to count anew"


def test_a_process_alone_ends_no_connection() -> None:
    told = asked_at_once(InTurn(Page(0.001), alone()), 2 * LOOK_AFTER)
    assert told == [HEADERS] * (2 * LOOK_AFTER)


def test_one_that_others_help_ends_connections_while_somebody_waits() -> None:
    answered = Answered(2)
    busy, idle = InTurn(Page(0.001), Share(answered, 0)), InTurn(Page(0), Share(answered, 1))
    told = asked_at_once(busy, 2 * LOOK_AFTER)
    ended = [headers for headers in told if ("Connection", "close") in headers]
    assert 1 <= len(ended) <= 2
    assert asked_at_once(idle, 1) == [HEADERS]


def test_nobody_waits_nothing_ends() -> None:
    busy, told = InTurn(Page(0), Share(Answered(2), 0)), list[list[tuple[str, str]]]()
    for _ in range(3 * LOOK_AFTER):
        ask(busy, told)
    assert told == [HEADERS] * (3 * LOOK_AFTER)
