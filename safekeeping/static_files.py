"""The files that pages name, read once and held ready, also compressed; and the scripts that stand in pages themselves.

Nothing of ours stays on a device, so every page fetches its files anew: a respondent's page fetches its stylesheet.
Only files are compressed. Pages are filled up instead, so that their length tells little (see `headers`).
"""

import gzip
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, request
from markupsafe import Markup

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "static"
#: What stands in respondents' pages. The policy of every page names what they hash to, and lets no other run.
IN_PAGES = ("leave.js", "answer.js")


@dataclass(frozen=True)
class Held:
    """One file: what it holds, the same compressed, and its kind."""

    content: bytes
    compressed: bytes
    kind: str


@cache
def files() -> dict[str, Held]:
    """File name -> what is held of it."""
    return {path.name: _held(path) for path in sorted(FOLDER.iterdir()) if path.is_file()}


def _held(path: Path) -> Held:
    content = path.read_bytes()
    return Held(content, gzip.compress(content, 9, mtime=0), guess_type(path.name)[0] or "application/octet-stream")


@cache
def in_page(name: str) -> Markup:
    """A script as it stands in a page: without comments and indents, which every page would carry."""
    lines = [line.strip() for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]
    return Markup("\n".join(line for line in lines if line and not line.startswith("//")))  # noqa: S704 (our own file)


def hashes() -> str:
    """The scripts that stand in pages, as a policy names them (Content Security Policy Level 3, 2.3.1)."""
    digests = (sha256(in_page(name).encode()).digest() for name in IN_PAGES)
    return " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)


def _send(filename: str) -> Response:
    held = files().get(filename) or abort(404)
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = Response(held.compressed if takes_gzip else held.content, mimetype=held.kind)
    response.headers["Vary"] = "Accept-Encoding"
    if takes_gzip:
        response.headers["Content-Encoding"] = "gzip"
    return response


def init_app(app: Flask) -> None:
    """Serve the files under /static/, and let every page hold its scripts."""
    app.add_url_rule("/static/<path:filename>", "static", _send)
    app.add_template_global(in_page)
