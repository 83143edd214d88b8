"""Too much, too many, broken: refused, or kept as it was sent; never a fault, and nothing of it in a file.

What it does to the memory of a real server: tests/browser/test_payloads.py.
"""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from typing import Any, NoReturn
from urllib.parse import quote_from_bytes

import pytest
from flask import Flask
from sqlalchemy import Engine

from safekeeping.vault import Vault
from tests.hostile.naughty import BIDI
from tests.hostile.wide import kept_of
from tests.surveys.browsing import Person, put_up

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
URLENCODED, BOUNDARY = "application/x-www-form-urlencoded", "----x"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
#: What may come of it: on to where the words are, or refused.
REFUSED = (400, 403, 404, 405, 408, 411, 413, 415)


@dataclass
class Sent:
    """A body, what is said about it, and the words in it (None: whatever comes of them)."""

    body: bytes
    kind: str = URLENCODED
    words: str | None = None
    environ: dict[str, Any] = field(default_factory=dict)


def urlencoded(fields: dict[str, str], raw: bytes = b"", say: str = "q-say") -> bytes:
    pairs = [f"{name}={quote_from_bytes(value.encode())}".encode() for name, value in fields.items()]
    return b"&".join([*pairs, say.encode() + b"=" + raw])


def part(name: str, value: bytes, more: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def multipart(fields: dict[str, str], *parts: bytes, end: bytes = b"--\r\n") -> bytes:
    return b"".join(
        [*(part(name, value.encode()) for name, value in fields.items()), *parts, b"--" + BOUNDARY.encode() + end]
    )


def sizes(form: dict[str, str]) -> Iterator[Sent]:
    """One text, from nothing to a megabyte, in letters of one to four bytes, in both ways of sending."""
    for letter, size in product("aéह💩%\n", (0, 1, 500, 5_000, 5_001, 20_000, 85_000, 262_144, 300_000, 1_000_000)):
        raw = (letter * size).encode()
        words = letter * size if len(raw) < 70_000 else None
        yield Sent(urlencoded(form, quote_from_bytes(raw).encode()), words=words)
        yield Sent(multipart(form, part("q-say", raw)), MULTIPART, words)


def counts(form: dict[str, str]) -> Iterator[Sent]:
    """Very many fields: of one name, of many names, of no name."""
    for many, name in product((2, 100, 499, 1_000, 10_000, 40_000), ("q-say", "q-{}", "q-say-{}", "page", "", "x{}")):
        names = [name.format(at) for at in range(many)]
        yield Sent(urlencoded(form, b"x") + b"".join(f"&{each}=x".encode() for each in names))
        yield Sent(multipart(form, *(part(each, b"x") for each in names)), MULTIPART)


def letters(form: dict[str, str]) -> Iterator[Sent]:
    """Texts that are odd all through: directions, NUL, halves of letters, marks upon marks, lines without words."""
    odd = [
        *BIDI,
        "\0",
        "\r",
        "\r\n",
        "\u0301",
        "\u200d",
        "\ufeff",
        "\uffff",
        "\U000e0041",
        "\x1b",
        "\u2028",
        "א",
        "👨\u200d",
    ]
    for sign, times in product(odd, (1, 50, 4_000)):
        words = f"a{sign * times}b"
        yield Sent(urlencoded(form, quote_from_bytes(words.encode()).encode()), words=words)


def charsets(form: dict[str, str]) -> Iterator[Sent]:
    """Bytes that are no UTF-8, and percent signs that stand for nothing."""
    halves = ["\ud800", "\udfff", "\ud83d", "\udca9x"]
    broken = [half.encode("utf-8", "surrogatepass") for half in halves]
    broken += [
        b"\xff",
        b"\xc0\x80",
        b"\xe2\x82",
        b"\xf8\x88\x80\x80\x80",
        b"\xf4\x90\x80\x80",
        b"\xfe\xff\x00a",
        b"\x80abc",
    ]
    broken += ["wörds".encode(charset) for charset in ("latin-1", "utf-16", "utf-32", "utf-7", "cp500")]
    for raw in broken:
        yield Sent(urlencoded(form, quote_from_bytes(raw).encode()))
        yield Sent(urlencoded(form, raw))
        for charset in ("utf-8", "utf-16", "utf-7", "latin-1", "idna", "hex", "none"):
            yield Sent(
                multipart(form, part("q-say", raw, f"\r\nContent-Type: text/plain; charset={charset}")), MULTIPART
            )
    for raw in (b"%", b"%%%", b"%zz", b"%u0041", b"%c3%28", b"%00", b"a%0", b"+%2b", b";q-say=b", b"=", b"==", b"&&"):
        yield Sent(urlencoded(form, raw))
    for charset in ("utf-16", "utf-7", "none", "'; --", "utf-8" * 1000):
        yield Sent(urlencoded(form, b"x"), f"{URLENCODED}; charset={charset}")


def broken_parts(form: dict[str, str]) -> Iterator[Sent]:
    """Bodies of several parts that do not end, do not begin, or are not what they say."""
    whole = multipart(form, part("q-say", b"words"))
    for at in range(0, len(whole), max(1, len(whole) // 30)):
        yield Sent(whole[:at], MULTIPART)
    kinds = ["", "x", "multipart/form-data", f"{MULTIPART}; boundary=y", "multipart/form-data; boundary=", "text/plain"]
    kinds += [
        "multipart/mixed; boundary=----x",
        "application/json",
        "application/xml",
        "multipart/form-data; boundary=" + "b" * 9000,
    ]
    yield from (Sent(whole, kind) for kind in kinds)
    yield Sent(multipart(form, part("q-say", b"words", "\r\nX: " + "h" * 100_000)), MULTIPART)
    yield Sent(multipart(form, part("q-say", b"words", "; name=page")), MULTIPART)
    yield Sent(multipart(form, part("q-say", b"w" * 200_000, '; filename="words.txt"')), MULTIPART)
    yield Sent(multipart(form, *[part("q-say", b"w" * 2_000, '; filename="w"')] * 100), MULTIPART)
    yield Sent(multipart(form, part("q-say", b"w", "\r\nContent-Transfer-Encoding: base64")), MULTIPART)
    yield Sent(multipart(form, end=b""), MULTIPART)


def lengths(form: dict[str, str]) -> Iterator[Sent]:
    """What is said of the length is not so, or nothing is said; what comes in pieces may never end."""
    body = urlencoded(form, b"words")
    for said in ("0", "1", "-1", "x", "99999999999999999999", str(len(body) + 100), str(200 * 1024), "1e3", ""):
        yield Sent(body, environ={"CONTENT_LENGTH": said})
    endless = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    for kind in (URLENCODED, MULTIPART, "text/plain", "application/json"):
        yield Sent(b"", kind, environ=endless | {"wsgi.input": Endless(b"q-say=words&")})
        yield Sent(b"", kind, environ=endless | {"wsgi.input": Endless(part("q-say", b"words"))})
    yield Sent(body, environ={"HTTP_CONTENT_ENCODING": "gzip", "HTTP_TRANSFER_ENCODING": "gzip, chunked"})


class Endless(BytesIO):
    """A body that goes on for as long as anybody reads, a part after another; who reads 64 MB has read too much."""

    def __init__(self, again: bytes) -> None:
        super().__init__()
        self.again, self.given = again, 0

    def read(self, size: int | None = -1) -> bytes:
        """More of the same."""
        wanted = 65_536 if size is None or size < 0 else size
        self.given += wanted
        assert self.given < 64 * 1024**2, "read without end"
        return (self.again * (wanted // len(self.again) + 1))[:wanted]

    def readinto(self, buffer: Any) -> int:
        """The same, into what is there."""
        buffer[:] = self.read(len(buffer))
        return len(buffer)


GROUPS: dict[str, Callable[[dict[str, str]], Iterator[Sent]]] = {
    "sizes": sizes, "counts": counts, "letters": letters, "charsets": charsets,
    "parts": broken_parts, "lengths": lengths,
}  # fmt: skip
ALL = [(group, at) for group, cases in GROUPS.items() for at, _case in enumerate(cases({}))]


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a temporary file, also one without a name, fails the test."""

    def refuse(*_some: Any, **_more: Any) -> NoReturn:
        raise AssertionError("a temporary file was opened")

    for name in ("TemporaryFile", "NamedTemporaryFile", "mkstemp", "mkdtemp"):
        monkeypatch.setattr(tempfile, name, refuse)


def outcomes(app: Flask, every: int) -> list[tuple[str, int, str]]:
    """(group, number, what is wrong) of each case that is not in order."""
    wrong = []
    for group, cases in GROUPS.items():
        person = Person(app.test_client()).start()
        form = {**person.form(), "go": "continue"}
        form.pop("q-say")
        for at, sent in enumerate(cases(form)):
            if at % every:
                continue
            if fault := came_of(person, sent):
                wrong.append((group, at, fault))
        plain = {"go": "continue", "page": "words", "token": form["token"], "q-say": "Plain words after all that"}
        person.post(plain)
        assert "Plain words after all that" in person.page, group
    return wrong


def came_of(person: Person, sent: Sent) -> str:
    """What is wrong with what came of it; nothing if it is in order. Goes back to the page with the words."""
    answer = person.client.post("/tiny", data=sent.body, content_type=sent.kind, environ_overrides=sent.environ)
    if answer.status_code in REFUSED:
        return "" if sent.words is None or answer.status_code == 413 else f"refused with {answer.status_code}"
    if answer.status_code not in (303, 422):
        return f"answered with {answer.status_code}"
    if "Check your answers" in person.look():
        person.press("change:words")
    shown = kept_of(str(person.form().get("q-say", "")))
    return "" if sent.words is None or shown == kept_of(sent.words) else "not kept as it was"


@pytest.mark.usefixtures("no_files")
def test_too_much_is_refused_or_kept(app: Flask, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys)
    assert outcomes(app, every=10) == []


@pytest.mark.slow
@pytest.mark.usefixtures("no_files")
def test_too_much_is_refused_or_kept_at_full_size(app: Flask, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys)
    assert len(ALL) >= 300
    assert outcomes(app, every=1) == []


@pytest.mark.usefixtures("no_files")
def test_a_file_would_be_noticed(store: str) -> None:
    with pytest.raises(AssertionError), tempfile.SpooledTemporaryFile(max_size=1) as spooled:
        spooled.write(b"long")
