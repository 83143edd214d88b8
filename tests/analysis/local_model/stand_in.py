"""A small server that speaks the protocol of language models, and misbehaves when told to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from analysis.local_model.asking import Connection
from analysis.local_model.reaching import place_of

GOOD = {"sections": ["AE"], "themes": ["AE1"], "stance": "problem", "words": []}


def said(content: str) -> bytes:
    """A whole answer of the protocol with these words of the model."""
    whole = {"choices": [{"message": {"content": content}}], "usage": {"prompt_tokens": 900, "completion_tokens": 40}}
    return json.dumps(whole).encode()


class StandIn(ThreadingHTTPServer):
    """Answers each request by the next of `scripted`, then by the last one again. Keeps what it was asked."""

    daemon_threads = True

    def __init__(self, scripted: list[Callable[["Handler"], None]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scripted, self.asked = scripted, []  # type: ignore[var-annotated]
        self.lock, self.at_once, self.most_at_once = threading.Lock(), 0, 0

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left in the middle is what some of these tests are about."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: StandIn
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Keep the request, then do as the script says."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            number = len(self.server.asked)
            self.server.asked.append({"path": self.path, "headers": dict(self.headers), "body": body})
            self.server.at_once += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.at_once)
            script = self.server.scripted[min(number, len(self.server.scripted) - 1)]
        self.body = body
        try:
            script(self)
        finally:
            with self.server.lock:
                self.server.at_once -= 1

    def passage(self) -> str:
        """The passage that is asked about."""
        return str(json.loads(self.body["messages"][1]["content"])["passage"])

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """A whole answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


Script = Callable[[Handler], None]


def content(words: str) -> Script:
    """The model says this."""
    return lambda handler: handler.send(200, said(words))


def labels(**changed: Any) -> Script:
    """The model gives these labels, which are right unless changed."""
    return content(json.dumps(GOOD | changed))


def status(number: int, **headers: str) -> Script:
    """An answer with that status."""
    return lambda handler: handler.send(number, b'{"error": {"message": "no"}}', **headers)


def slow(handler: Handler) -> None:
    """A byte at a time, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def cut_off(handler: Handler) -> None:
    """Half an answer, then nothing."""
    body = said(json.dumps(GOOD))
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:40])
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    """Closes without a word."""
    handler.close_connection = True
    handler.connection.close()


def huge(handler: Handler) -> None:
    """An answer without an end."""
    handler.send_response(200)
    handler.send_header("Connection", "close")
    handler.end_headers()
    for _ in range(400):
        handler.wfile.write(b"x" * 65536)


def streams(handler: Handler) -> None:
    """In pieces, although nobody asked for that."""
    words = json.dumps(GOOD)
    pieces = [words[:20], words[20:45], words[45:]]
    lines = [f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}\n\n" for piece in pieces]
    handler.send(200, ("".join(lines) + "data: [DONE]\n\n").encode(), Content_Type="text/event-stream")


@contextmanager
def stand_in(*scripted: Script) -> Iterator[StandIn]:
    """The server, while the block lasts."""
    server = StandIn(list(scripted))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def connection_to(server: StandIn, **more: Any) -> Connection:
    """How Heard reaches it: in a hurry."""
    place = place_of(f"http://127.0.0.1:{server.server_address[1]}/v1")
    hurried = Connection(place, "stand-in", seconds=5.0, waits=(0.0, 0.0), sleep=lambda seconds: None)
    return replace(hurried, **more)
