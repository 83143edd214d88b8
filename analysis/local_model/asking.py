"""One question to a language model over the protocol that many servers speak (`/chat/completions`), and its answer.

A server may be slow, busy, cut off, or say anything: what is worth another try is tried again after a wait, within a
deadline for the whole answer, and no more of it is read than an answer can need.
"""

import http.client
import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from analysis.local_model.prompting import messages, schema
from analysis.local_model.reaching import LookUp, NotReached, Pinned, Place
from analysis.local_model.reading_back import Junk, Labels, read_answer
from analysis.standard.edition import Edition

LARGEST = 256 * 1024  # bytes of one answer
SECONDS = 120.0  # for one whole answer
WAITS = (1.0, 2.0, 4.0)  # seconds between tries
LONGEST_WAIT = 30.0
LONGEST_ANSWER = 400  # tokens
TRY_AGAIN = (408, 409, 425, 429, 500, 502, 503, 504)
REFUSED_FORMAT = (400, 422, 501)


class Unanswered(NotReached):
    """This question got no answer after all tries; the next may."""


@dataclass(frozen=True)
class Connection:
    """How a model is reached. `allowed`: also outside the organisation's network, as an administrator has said."""

    place: Place
    model: str
    key_file: Path | None = None
    allowed: bool = False
    seconds: float = SECONDS
    waits: tuple[float, ...] = WAITS
    look_up: LookUp = socket.getaddrinfo
    sleep: Callable[[float], None] = time.sleep

    def key(self) -> str:
        """The key that the server asks for; empty where there is none. Raises `NotReached`."""
        if self.key_file is None:
            return ""
        try:
            key = self.key_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise NotReached(f"The file of HEARD_MODEL_KEY, {self.key_file}, cannot be read.") from None
        if not key.isprintable() or " " in key:
            raise NotReached("The file of HEARD_MODEL_KEY must hold the key and nothing else.")
        return key


@dataclass(frozen=True)
class Reply:
    """What came back: the words of the model, and the tokens that it counted (0 where it does not say)."""

    content: str
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True)
class Answered:
    """The labels of one passage (None: it needs a person), with what it cost."""

    labels: Labels | None
    tokens_in: int = 0
    tokens_out: int = 0


class Asker:
    """Asks one model about passages, for one edition. Safe to share among threads."""

    #: Ways to ask for JSON, strictest first; one that a server refuses is not tried again.
    FORMATS: ClassVar = ("json_schema", "json_object", "text")

    def __init__(self, connection: Connection, edition: Edition) -> None:
        self.connection = connection
        self.edition = edition
        self._format = 0

    def about(self, question: str, passage: str) -> Answered:
        """The labels of one passage. Junk is asked again once. Raises `NotReached` or `Unanswered`."""
        tokens_in = tokens_out = 0
        for again in (False, True):
            reply = self._reply(messages(self.edition, question, passage, again))
            tokens_in, tokens_out = tokens_in + reply.tokens_in, tokens_out + reply.tokens_out
            try:
                return Answered(read_answer(reply.content, passage, self.edition), tokens_in, tokens_out)
            except Junk:
                continue
        return Answered(None, tokens_in, tokens_out)

    def _reply(self, said: list[dict[str, str]]) -> Reply:
        """The reply to these messages, in the strictest format that the server takes."""
        while True:
            format_ = self._format
            status, body = self._patiently(self._request(said, format_))
            if status < 300:
                return read_reply(body)
            if status not in REFUSED_FORMAT or format_ + 1 == len(self.FORMATS):
                raise NotReached(_refused(self.connection.place, status))
            self._format = max(self._format, format_ + 1)

    def _request(self, said: list[dict[str, str]], format_: int) -> bytes:
        wanted: dict[str, Any] = {
            "model": self.connection.model,
            "messages": said,
            "temperature": 0,
            "seed": 0,
            "max_tokens": LONGEST_ANSWER,
            "stream": False,
        }
        name = self.FORMATS[format_]
        if name == "json_schema":
            described = {"name": "coding", "strict": True, "schema": schema(self.edition)}
            wanted["response_format"] = {"type": name, "json_schema": described}
        elif name == "json_object":
            wanted["response_format"] = {"type": name}
        return json.dumps(wanted).encode()

    def _patiently(self, request: bytes) -> tuple[int, bytes]:
        """Status and body, after as many tries as it is worth. Raises `Unanswered`, or `NotReached` at once."""
        status = 0
        for wait in (*self.connection.waits, None):
            try:
                status, after, body = _send(self.connection, request)
            except (OSError, http.client.HTTPException):
                after = None
            else:
                if status not in TRY_AGAIN:
                    return status, body
            if wait is not None:
                self.connection.sleep(min(max(wait, after or 0), LONGEST_WAIT))
        why = f"answers with an error ({status})" if status else "does not answer"
        raise Unanswered(f"The model at {self.connection.place.name} {why}. What it said before is kept.")


def _refused(place: Place, status: int) -> str:
    """A status that no waiting mends, in words."""
    if 300 <= status < 400:
        return f"{place.name} sends us elsewhere. Heard follows nobody there with people’s words: nothing was sent on."
    if status in (401, 403):
        return f"{place.name} refuses our key. Check the file of HEARD_MODEL_KEY."
    if status == 404:
        return f"{place.name} knows no such model or address. Check HEARD_MODEL_ADDRESS and HEARD_MODEL_NAME."
    return f"{place.name} refuses what Heard asks ({status}). Check that it speaks the OpenAI protocol."


def _send(connection: Connection, request: bytes) -> tuple[int, float | None, bytes]:
    """One request on a connection of its own: status, how long the server asks us to wait, body."""
    deadline = time.monotonic() + connection.seconds
    line = Pinned(connection.place, connection.allowed, connection.seconds, connection.look_up)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if key := connection.key():
        headers["Authorization"] = f"Bearer {key}"
    try:
        line.request("POST", f"{connection.place.path}/chat/completions", request, headers)
        wire = line.sock  # http.client lets go of it where the server means to close
        answer = line.getresponse()
        return answer.status, _asked_to_wait(answer), _body(wire, answer, deadline)
    finally:
        line.close()


def _asked_to_wait(answer: http.client.HTTPResponse) -> float | None:
    said = answer.getheader("Retry-After", "")
    return float(said) if said.isascii() and said.isdigit() and len(said) < 6 else None


def _body(wire: socket.socket, answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """The body, up to the largest; a server that trickles is left when the time for the whole answer is over."""
    body = b""
    while len(body) <= LARGEST:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        wire.settimeout(left)
        piece = answer.read1(65536)
        if not piece:
            break
        body += piece
    return body


def read_reply(body: bytes) -> Reply:
    """The words of the model in a body of the protocol, also where it streams unasked; empty for anything else."""
    if len(body) > LARGEST:
        return Reply("")
    text = body.decode("utf-8", errors="replace")
    if text.lstrip().startswith("data:"):
        return Reply("".join(_said_in(each, "delta") for each in _streamed(text)))
    whole = _object(text)
    usage = whole.get("usage")
    counts = usage if isinstance(usage, dict) else {}
    return Reply(_said_in(whole, "message"), _count(counts, "prompt_tokens"), _count(counts, "completion_tokens"))


def _streamed(text: str) -> list[dict[str, Any]]:
    return [_object(line.removeprefix("data:")) for line in text.splitlines() if line.startswith("data:")]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _said_in(whole: dict[str, Any], where: str) -> str:
    try:
        content = whole["choices"][0][where]["content"]
    except (KeyError, IndexError, TypeError):
        return ""
    return content if isinstance(content, str) else ""


def _count(counts: dict[str, Any], name: str) -> int:
    found = counts.get(name)
    return found if type(found) is int and 0 <= found < 10_000_000 else 0
