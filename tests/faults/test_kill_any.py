"""Two web hosts and two workers on one PostgreSQL, any killed at any time: what was acknowledged is kept once."""

from pathlib import Path

import pytest

from benchmarks.hosts import configuration
from benchmarks.kill_any import run
from benchmarks.persistent import Person, Told
from benchmarks.respondents import Reply

PAGE = (
    b'<input type="hidden" name="page" value="words"><textarea name="q-say"></textarea><input name="token" value="ab">'
)
CHECK = b'<input name="token" value="ab"><button name="go" value="send">'
START = b'<button name="go" value="intro">'


def page(body: bytes, status: int = 200, cookie: str = "") -> Reply:
    return Reply(status, body, cookie, 0)


@pytest.mark.slow
def test_whatever_is_killed_what_was_acknowledged_is_kept_once(capsys: pytest.CaptureFixture[str]) -> None:
    is_well = run(minutes=1.25, seed=5, people=5, crashes=1)
    assert is_well, capsys.readouterr().out


def test_the_recipe_for_nginx_can_be_tried_here(tmp_path: Path) -> None:
    text = configuration(tmp_path, 8101, 8102, 8103)
    assert text.count("127.0.0.1:8101") == text.count("127.0.0.1:8102") == text.count("listen 127.0.0.1:8103;") == 1
    assert "ssl" not in text


def test_who_is_told_nothing_presses_again_and_counts_once() -> None:
    told = Told()
    person = Person("/tiny", told, seed=1)
    steps = person.respondent()
    assert next(steps).kind == "look"
    assert steps.send(page(START)).kind == "start"
    assert steps.send(page(b"", 303, "s=1")).kind == "look"
    answer = steps.send(page(PAGE))
    assert person.marker in dict(answer.form or ())["q-say"]
    assert steps.send(page(b"", 303)).kind == "look"
    request = steps.send(page(CHECK))
    while request.kind == "send":
        request = steps.send(page(b"", 502))
    assert (told.pressed, told.acknowledged) == ({person.marker}, set())
    assert steps.send(page(CHECK)).kind == "send"
    with pytest.raises(StopIteration):
        steps.send(page(b"", 303))
    assert told.acknowledged == told.begun == {person.marker}


def test_who_pressed_send_and_finds_everything_gone_writes_something_else() -> None:
    told = Told()
    person = Person("/tiny", told, seed=2)
    steps = person.respondent()
    next(steps)
    assert steps.send(page(CHECK, cookie="s=1")).kind == "send"
    first = person.marker
    assert steps.send(page(PAGE)).kind == "answer"
    assert person.marker != first
    assert (told.pressed, told.begun) == ({first}, {first, person.marker})
