"""People who answer a survey although servers die under them: they look where they are and press again.

Each thing that somebody sends has a marker, one word that is in each of its free texts and in nothing else, so that it
can be counted afterwards. It counts as acknowledged from the moment on at which the server answers the last button by
leading to the page of thanks. Whoever pressed that button, was told nothing and then finds that everything begins anew
cannot know; what they write from then on has another marker.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.respondents import ASKS, TOKEN, Connection, Reply, Request, Respondent, filled_in, texts_of

#: No answer at all, and what a server or what stands before it says where it cannot do what was asked.
NO_ANSWER = 0
TROUBLE = (NO_ANSWER, 500, 502, 503, 504)
#: Seconds that somebody waits for a page, thinks on one, and waits before they press again.
PATIENCE, THINKS, AGAIN = 30.0, (0.6, 2.4), (0.2, 1.5)
SEND = b'value="send"'
SIGNS = "abcdefghijklmnoprstuvwxyz"
MARK = "qq"


@dataclass
class Told:
    """What people were told. `acknowledged` and `pressed` are markers; `seen` the errors that somebody met, by what
    they were doing; `anew` how often somebody in the middle had to begin again; `outages` in seconds."""

    begun: set[str] = field(default_factory=set)
    pressed: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)
    anew: int = 0
    requests: int = 0
    longest_outage: float = 0.0
    well_at: float = field(default_factory=time.monotonic)

    def note(self, request: Request, reply: Reply) -> None:
        """Count one reply."""
        self.requests += 1
        if reply.status in TROUBLE:
            self.seen[f"{request.kind} {reply.status or 'no answer'}"] += 1
            return
        moment = time.monotonic()
        if moment - self.well_at > 10:
            print(f"        nobody got a page for {moment - self.well_at:.1f} s", flush=True)
        self.longest_outage = max(self.longest_outage, moment - self.well_at)
        self.well_at = moment


class Person:
    """Somebody who sends one response after the other."""

    def __init__(self, survey: str, told: Told, seed: int) -> None:
        self._survey, self._told = survey, told
        self.draw = random.Random(seed)
        self._words = texts_of(seed)
        self.marker = ""

    def texts(self) -> Iterator[str]:
        """What they write, with their marker."""
        while True:
            yield f"{self.marker} {next(self._words)}"

    def _new_marker(self) -> None:
        self.marker = MARK + "".join(self.draw.choices(SIGNS, k=14))
        self._told.begun.add(self.marker)

    def respondent(self) -> Respondent:
        """From the address of the survey until they were told that what they sent is kept."""
        self._new_marker()
        cookie, texts = "", self.texts()
        look = request = Request("look", self._survey)
        while True:
            reply = yield request
            if reply.status in TROUBLE:  # some press again, some load the page anew
                request = self.draw.choice((request, look))
                continue
            cookie = reply.cookie or cookie
            look = Request("look", self._survey, cookie)
            if request.kind == "send" and reply.status == 303:
                self._told.acknowledged.add(self.marker)
                return
            request = look if reply.status == 303 else self._next_press(reply.body, cookie, texts)

    def _next_press(self, page: bytes, cookie: str, texts: Iterator[str]) -> Request:
        """The button that somebody presses on this page. One who asked for it to be sent is not where questions are
        asked, unless what they had answered is gone."""
        token = TOKEN.search(page)
        if SEND in page and token is not None:
            self._told.pressed.add(self.marker)
            return Request("send", self._survey, cookie, (("token", token.group(1).decode()), ("go", "send")))
        if self.marker in self._told.pressed:
            self._new_marker()
        if ASKS.search(page):
            return Request("answer", self._survey, cookie, filled_in(page, texts, self.draw))
        self._told.anew += bool(cookie)
        return Request("start", self._survey, "", (("in", "en"), ("go", "start")))


async def answer_until(person: Person, told: Told, hosts: list[str], until: float) -> None:
    """One person, one response after the other, at whichever host; each request on a connection of its own."""
    while time.monotonic() < until:
        steps = person.respondent()
        reply: Reply | None = None
        while time.monotonic() < until:
            try:
                request = steps.send(reply)  # type: ignore[arg-type]  # None begins it
            except StopIteration:
                break
            await asyncio.sleep(_pause(person, request, reply))
            reply = await asked(person.draw.choice(hosts), request)
            told.note(request, reply)


def _pause(person: Person, request: Request, reply: Reply | None) -> float:
    if reply is not None and reply.status in TROUBLE:
        return person.draw.uniform(*AGAIN)
    return person.draw.uniform(*THINKS) if request.kind == "answer" else 0.0


async def asked(host: str, request: Request) -> Reply:
    """The reply of this host, or that there was none."""
    connection = Connection(host)
    try:
        return await asyncio.wait_for(connection.ask(request), PATIENCE)
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return Reply(NO_ANSWER, b"", "", 0)
    finally:
        connection.close()
