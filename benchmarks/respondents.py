"""People who answer a survey over real HTTP, as many at once as one says: a closed-loop client.

A respondent is a generator: it gives a request, is given the reply, and ends when the page of thanks has come. Forms
are filled in from the page as a browser would find it, so nothing here knows any survey. A connection takes whoever
waits longest, one request at a time; with more respondents than connections, people take their time between pages and
the server has no less to do.
"""

import asyncio
import gzip
import html
import random
import re
import time
from collections import defaultdict, deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count, islice
from urllib.parse import quote_plus, urlsplit

from benchmarks.many_answers import mixed_answers

#: What a browser asks for beside a page, found in its head.
BESIDE = re.compile(rb'(?:<link rel="(?:icon|stylesheet)" href|<script src)="(/[^"]+)"')
FIELD = re.compile(r"<(?:input|textarea|select|option)\b[^>]*>")
PART = re.compile(r'([a-z-]+)="([^"]*)"')
TOKEN = re.compile(rb'name="token"[^>]*value="([0-9a-f]+)"')
ASKS = re.compile(rb'name="page" value="([^"]+)"')
CHOICES = ("radio", "checkbox")
TEXTS = 500


class Refused(Exception):
    """The server answered otherwise than it does to people."""


@dataclass(frozen=True)
class Request:
    """One request: what kind of page it is for, and the form that is sent, if one is."""

    kind: str
    path: str
    cookie: str = ""
    form: tuple[tuple[str, str], ...] | None = None

    def written(self, host: str) -> bytes:
        """As it goes over the wire."""
        head = f"Host: {host}\r\nAccept-Encoding: gzip, br\r\n" + (f"Cookie: {self.cookie}\r\n" if self.cookie else "")
        if self.form is None:
            return f"GET {self.path} HTTP/1.1\r\n{head}\r\n".encode()
        body = "&".join(f"{quote_plus(name)}={_typed(value)}" for name, value in self.form)
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return f"POST {self.path} HTTP/1.1\r\n{head}\r\n{body}".encode()


def _typed(value: str) -> str:
    """As a form sends it. Only the first word is new each time (`texts_of`), so that our work is little beside the
    server's."""
    first, space, rest = value.partition(" ")
    return f"{quote_plus(first)}{'+' if space else ''}{_quoted(rest)}"


@lru_cache(maxsize=4096)
def _quoted(text: str) -> str:
    return quote_plus(text)


@dataclass(frozen=True)
class Reply:
    """One reply: `body` as it was before it was compressed, `on_the_wire` in bytes with the head."""

    status: int
    body: bytes
    cookie: str
    on_the_wire: int


Respondent = Generator[Request, Reply, None]


def _expect(reply: Reply, *statuses: int) -> Reply:
    if reply.status not in statuses:
        raise Refused(f"status {reply.status}")
    return reply


def _fields(page: bytes) -> list[dict[str, str]]:
    """The fields of a page in their order; a choice in a list goes by the name of its list."""
    found, name = [], ""
    for tag in FIELD.findall(page.decode()):
        parts = {key: html.unescape(value) for key, value in PART.findall(tag)} | {"tag": tag[1:4]}
        name = parts.get("name", name)
        found.append(parts | {"name": name})
    return found


#: Page as it is asked -> its fields: they are looked for once, as a browser would not send others the next time.
_known: dict[bytes, list[dict[str, str]]] = {}


def filled_in(page: bytes, texts: Iterator[str], draw: random.Random) -> tuple[tuple[str, str], ...]:
    """A form filled in by somebody who answers everything they see."""
    name = ASKS.search(page)
    at = name.group(1) if name else b""
    groups: dict[str, list[str]] = defaultdict(list)
    sent: list[tuple[str, str]] = []
    for each in _known.get(at) or _known.setdefault(at, _fields(page)):
        kind = each.get("type", "text" if each["tag"] in ("inp", "tex") else "option")
        if each["name"] in ("token", "more") or not each["name"]:
            continue
        if kind in (*CHOICES, "option"):
            groups[each["name"]].append(each.get("value", ""))
        elif kind == "hidden":
            sent.append((each["name"], each.get("value", "")))
        else:
            words = next(texts) if each["tag"] == "tex" else next(texts)[:60]
            sent.append((each["name"], str(draw.randint(1, 50)) if "inputmode" in each else words))
    token = TOKEN.search(page)
    sent += [(name, draw.choice([value for value in values if value])) for name, values in groups.items()]
    return (*sent, ("token", token.group(1).decode() if token else ""), ("go", "continue"))


def texts_of(seed: int) -> Generator[str, None, None]:
    """What people write, never the same twice: one of `TEXTS` after a number."""
    texts = [" ".join(passages)[:900] for passages in islice(mixed_answers(seed), TEXTS)]
    for number in count(1):
        yield f"{number} {texts[number % TEXTS]}"


def respondent(survey: str, texts: Generator[str, None, None], draw: random.Random, beside: bool) -> Respondent:
    """From the address of a survey to its page of thanks; with `beside` what a browser fetches with each page, too."""

    def looked_at(kind: str, reply: Reply) -> Generator[Request, Reply, Reply]:
        for path in BESIDE.findall(reply.body) if beside else ():
            _expect((yield Request("beside", path.decode())), 200)
        return reply

    page = yield from looked_at("first", _expect((yield Request("first", survey)), 200))
    reply = _expect((yield Request("intro", survey, form=(("in", "en"), ("go", "intro")))), 200)
    yield from looked_at("intro", reply)
    begun = _expect((yield Request("start", survey, form=(("in", "en"), ("go", "start")))), 303)
    cookie = begun.cookie
    page = yield from looked_at("page", _expect((yield Request("page", survey, cookie)), 200))
    while ASKS.search(page.body):
        _expect((yield Request("answer", survey, cookie, filled_in(page.body, texts, draw))), 303)
        page = yield from looked_at("page", _expect((yield Request("page", survey, cookie)), 200))
    token = TOKEN.search(page.body)
    if b'value="send"' not in page.body or token is None:
        raise Refused("no page to check the answers")
    form = (("token", token.group(1).decode()), ("go", "send"))
    _expect((yield Request("submit", survey, cookie, form)), 303)
    page = yield from looked_at("thanks", _expect((yield Request("thanks", survey, cookie)), 200))
    if b'value="send"' in page.body or ASKS.search(page.body):
        raise Refused("not the page of thanks")


@dataclass
class Measured:
    """What was measured: milliseconds and bytes by kind of page, completed responses, and what went wrong."""

    seconds: float = 0.0
    completed: int = 0
    requests: int = 0
    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wire: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    def percentile(self, share: float, *kinds: str) -> float:
        """Milliseconds below which that share of the requests of these kinds (or of all) took."""
        asked = (found for kind, found in self.milliseconds.items() if not kinds or kind in kinds)
        times = sorted(each for found in asked for each in found)
        return times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")


class Connection:
    """One connection that is kept open, and opened again where the server has closed it."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: Request) -> Reply:
        """Send a request and read its reply."""
        if self._writer is None or self._reader is None or self._reader.at_eof():
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        self._writer.write(request.written(f"{self._host}:{self._port}"))
        return await self._reply(self._reader)

    async def _reply(self, reader: asyncio.StreamReader) -> Reply:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        named = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        body = await reader.readexactly(int(named.get("content-length", "0")))
        size = len(head) + len(body)
        if named.get("content-encoding") == "gzip":
            body = _unpacked(body)
        cookie = named.get("set-cookie", "").partition(";")[0]
        if named.get("connection") == "close":
            self.close()
        return Reply(int(lines[0].split()[1]), body, cookie, size)

    def close(self) -> None:
        """Let go of it."""
        if self._writer is not None:
            self._writer.close()
        self._writer = None


def _unpacked(body: bytes) -> bytes:
    return gzip.decompress(body)


class Crowd:
    """Respondents that take turns on so many connections until the time is over."""

    def __init__(self, address: str, survey: str, people: int, seed: int = 0, beside: bool = False) -> None:
        self._address, self._survey, self._beside = address, survey, beside
        self._draw, self._texts = random.Random(seed), texts_of(seed)
        self._next_turn = self._between = 0.0
        self._waiting = deque(self._next() for _ in range(people))
        self.measured = Measured()

    def _next(self) -> tuple[Respondent, Request]:
        person = respondent(self._survey, self._texts, self._draw, self._beside)
        return person, next(person)

    async def load(self, at_once: int, seconds: float, a_second: float = 0) -> Measured:
        """Answer for so many seconds with so many requests under way; at most so many `a_second`, if that is given."""
        begun = self._next_turn = time.perf_counter()
        self._between = 1 / a_second if a_second else 0.0
        await asyncio.gather(*(self._serve(begun + seconds) for _ in range(at_once)))
        self.measured.seconds += time.perf_counter() - begun
        return self.measured

    async def _turn(self) -> None:
        now = time.perf_counter()
        self._next_turn = max(self._next_turn + self._between, now - 1)  # what was late is not all made up for at once
        if self._next_turn > now:
            await asyncio.sleep(self._next_turn - now)

    async def _serve(self, until: float) -> None:
        connection = Connection(self._address)
        while time.perf_counter() < until:
            if self._between:
                await self._turn()
            person, request = self._waiting.popleft()
            self._waiting.append(await self._step(connection, person, request))
        connection.close()

    async def _step(self, connection: Connection, person: Respondent, request: Request) -> tuple[Respondent, Request]:
        begun = time.perf_counter()
        try:
            reply = await connection.ask(request)
            self.measured.milliseconds[request.kind].append((time.perf_counter() - begun) * 1000)
            self.measured.wire[request.kind].append(reply.on_the_wire)
            self.measured.requests += 1
            return person, person.send(reply)
        except StopIteration:
            self.measured.completed += 1
        except (Refused, OSError, asyncio.IncompleteReadError) as fault:
            self.measured.errors.append(f"{request.kind}: {fault!r}")
            connection.close()
        return self._next()
