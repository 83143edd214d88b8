"""Payloads in a real browser, and too much for a real server: nothing runs, nothing is asked for, memory stays small.

What each payload does to a page is compared in tests/hostile/test_scripts_in_answers.py.
"""

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import tomli_w
from playwright.sync_api import Page, Route

from safekeeping.database import session_for
from surveys.definition.published import forget_survey, publish
from tests.browser.conftest import Running
from tests.factories import NOW
from tests.hostile.naughty import PAYLOADS, WORDS
from tests.hostile.wide import NAMES, kept_of, tables

pytestmark = [pytest.mark.browser]
OpenPage = Callable[..., Page]
MEGABYTE = 1024**2
#: Elements of the page, and which attributes each has: what a payload would add to.
MADE_OF = "[...document.querySelectorAll('*')].map(each => each.tagName + ' ' + each.getAttributeNames().join(' '))"


@pytest.fixture(scope="module")
def wide(heard: Running) -> Iterator[str]:
    """A survey whose own texts are payloads too, at the running server."""
    engine, vault = heard.stores()
    title = "</title><script>window.ran=1</script>"
    with session_for(engine) as session:
        row = publish(session, vault, tomli_w.dumps(tables(title=title, public_title=title, intro=[title])), NOW)
        survey_id = row.id
    yield "/wide"
    with session_for(engine) as session:
        forget_survey(session, survey_id)
    engine.dispose()
    vault.store.engine.dispose()


def listen(page: Page) -> list[str]:
    """What the browser complains of from here on: scripts and styles that the policy refused, faults in scripts.

    That our own scripts are kept out is no complaint.
    """
    heard: list[str] = []
    kept_out = "net::ERR_FAILED"
    page.on("console", lambda said: None if kept_out in said.text else heard.append(f"{said.type}: {said.text}"))
    page.on("pageerror", lambda fault: heard.append(str(fault)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    return heard


def begin(page: Page) -> None:
    page.click("button[value=intro]")
    page.click("button[value=start]")


def fill_in(page: Page, words: list[str]) -> None:
    """All fields at once, as a person with much patience would."""
    fields = {f"q-{name}": words[at % len(words)] for at, name in enumerate(NAMES)}
    page.evaluate(
        "fields => Object.entries(fields).forEach(([name, text]) => document.getElementsByName(name)[0].value = text)",
        fields,
    )
    page.click(".row button[value=continue]")


def test_no_payload_runs_or_asks_for_anything(open_page: OpenPage, wide: str) -> None:
    """Sixty payloads at a time, on the page where they are checked and in their fields again; a third of all."""
    page = open_page(wide, ours=False)  # ours count letters and open fields: that changes what a page is made of
    heard = listen(page)
    begin(page)
    fill_in(page, ["word"])
    checked = page.evaluate(MADE_OF)
    page.click("button[value='change:words']")
    written = page.evaluate(MADE_OF)
    for start in (0, 60, 120, 180, 240, 300, 360):
        fill_in(page, PAYLOADS[start : start + 60])
        assert page.evaluate(MADE_OF) == checked
        page.click("button[value='change:words']")
        assert page.evaluate(MADE_OF) == written
    assert page.evaluate("window.ran") is None
    assert heard == []


def test_words_in_a_browser_come_back_as_they_were_typed(open_page: OpenPage, wide: str) -> None:
    page = open_page(wide, ours=False)
    begin(page)
    words = [word for word in WORDS[::9] if len(word) < 200 and kept_of(word) == word and "\n" not in word]
    fill_in(page, words)
    shown = page.locator("dd .written").all_text_contents()
    assert [word for word in words if not any(word in line for line in shown)] == []


def test_the_browser_would_tell_of_a_script(open_page: OpenPage, wide: str) -> None:
    """The policy stops a script that got into a page, and the listening hears of it."""
    page = open_page(wide)
    heard = listen(page)

    def let_through(asked: Route) -> None:
        answer = asked.fetch()
        asked.fulfill(response=answer, body=f"{answer.text()}<script>window.ran=1</script>")

    page.route("**/wide", let_through)
    page.reload()
    assert page.evaluate("window.ran") is None
    assert heard


# Too much --------------------------------------------------------------------------------------------


def most_memory(heard: Running) -> int:
    """Bytes: the most that any process of the server has ever held; its worker, which loads the model, aside."""
    ours = f"HEARD_INSTANCE={heard.folder}\0".encode()
    found = [
        int(peak) * 1024
        for process in Path("/proc").iterdir()
        if process.name.isdigit()
        for peak in _peak(process, ours)
    ]
    assert found
    return max(found)


def _peak(process: Path, ours: bytes) -> list[str]:
    try:
        if ours not in (process / "environ").read_bytes() + b"\0" or b"work" in (
            process / "cmdline"
        ).read_bytes().split(b"\0"):
            return []
        status = (process / "status").read_text()
    except OSError:
        return []
    return [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]


def too_much(kind: str, body: bytes) -> Iterator[bytes]:
    """Requests in pieces, as a program sends them."""
    head = f"POST /views HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n".encode()
    yield head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    yield head + b"Content-Length: 99999999999\r\n\r\n" + body
    yield head + f"Content-Length: {len(body) * 2}\r\n\r\n".encode() + body
    yield head + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 64
    yield head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + body
    yield head + b"X: " + b"h" * MEGABYTE + b"\r\n\r\n"


def answered(address: str, request: bytes) -> bytes:
    """The first line of the answer; nothing where there is none, because the request is not whole."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port), timeout=2) as line:
        try:
            line.sendall(request)
            return line.recv(65536).partition(b"\r\n")[0]
        except OSError:
            return b""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_too_much_is_refused_and_the_server_stays_small(heard: Running) -> None:
    form, several = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
    file = (
        b'--x\r\nContent-Disposition: form-data; name="q-help"; filename="a"\r\n\r\n'
        + b"w" * MEGABYTE
        + b"\r\n--x--\r\n"
    )
    fields = b"&".join(b"q-%d=x" % at for at in range(10_000))
    parts = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\nx\r\n' * 10_000 + b"--x--\r\n"
    bodies = [
        (form, b"q-help=" + b"w" * MEGABYTE),
        (form, fields),
        (several, file),
        (several, parts),
        (form, b"%" * MEGABYTE),
    ]
    requests = [request for kind, body in bodies for request in too_much(kind, body)]
    with ThreadPoolExecutor(8) as together:
        lines = list(together.map(lambda request: answered(heard.address, request), requests))
    assert sum(b" 413 " in line for line in lines) >= 5
    assert {line for line in lines if line and line.split()[1][:1] != b"4"} <= {b"HTTP/1.1 303 See Other"}
    assert most_memory(heard) < 256 * MEGABYTE
    assert b"200" in answered(heard.address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
