"""What every answer of the server carries, and what of a request reaches the pages at all."""

import random
import secrets
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request

from safekeeping.static_files import hashes

#: The icon of respondents' pages stands in them: browsers ask for one with every page that names none.
POLICY = (
    f"default-src 'none'; script-src 'self' {hashes()}; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)

#: For an SVG picture shown through <img>: it may style itself and do nothing else.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    # `no-referrer` would make browsers send Origin: null with our own forms, which looks like another site.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains; preload"
#: A file's own caching would keep a trace on the device, and a time would say when it was changed.
DROPPED = frozenset({"cache-control", "last-modified", "date", "expires", "content-disposition-date"})
DROPPED_FOR_PEOPLE = DROPPED | {"etag"}
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
STAFF_DOOR = "/desk"
#: Where an organisation's own programs read.
PROGRAMS_DOOR = "/api/"

#: What browsers say that the respondents' pages need. Nothing else reaches them: no address, no kind of browser.
HEARD = (
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_COOKIE",
    "HTTP_HOST",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_ORIGIN",
    "HTTP_RANGE",
    "HTTP_SEC_FETCH_SITE",
    "HTTP_TRANSFER_ENCODING",
)
#: What programs say to read: a token and never a cookie, so that no browser can be made to ask for anybody.
HEARD_OF_PROGRAMS = frozenset({*HEARD, "HTTP_ACCEPT", "HTTP_AUTHORIZATION"} - {"HTTP_COOKIE"})
_WHO = ("HTTP_", "REMOTE_")

#: Respondents' pages are as long as many others, so that their length on the wire tells little of which they are.
STEP = 4096
#: What fills them up: no letter, no digit, so that nothing in it can be read as a word.
FILLER = b"#$*+,./:;=?@^_|~"
#: Drawn once: what fills a page begins anywhere in it, and two pages alike by chance are no worse for it.
_FILLING = secrets.token_bytes(2 * STEP).translate(bytes(FILLER[byte % len(FILLER)] for byte in range(256)))
_OPENS, _CLOSES = b"<!-- ", b" -->"

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class NobodyKnown:
    """Takes out of a request what could tell who sent it, before anything can look at it or log it.

    Staff pages are left as they are: they answer to people who have signed in.
    """

    def __init__(self, wsgi: Wsgi) -> None:
        self.wsgi = wsgi

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass on the request with what is `HEARD`, and nothing else about the sender."""
        path = environ.get("PATH_INFO", "")
        if not is_staff(path):
            heard = HEARD_OF_PROGRAMS if is_for_programs(path) else HEARD
            environ = {name: value for name, value in environ.items() if name in heard or not name.startswith(_WHO)}
        return self.wsgi(environ, start_response)


class Headed:
    """Gives every answer its headers, last of all: whatever made it, they are there, and once."""

    def __init__(self, wsgi: Wsgi, over_https: bool) -> None:
        self.wsgi = wsgi
        also = {"Strict-Transport-Security": STRICT_TRANSPORT} if over_https else {}
        self._fixed = tuple((HEADERS | also).items())

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as the application does, under our headers."""
        dropped = DROPPED if is_for_programs(environ.get("PATH_INFO", "")) else DROPPED_FOR_PEOPLE

        def start(status: str, given: list[tuple[str, str]], *fault: Any) -> Any:
            stay, added = _beside(tuple([name for name, _value in given]), dropped, self._fixed)
            return start_response(status, [*(given[place] for place in stay), *added], *fault)

        return self.wsgi(environ, start)


@lru_cache
def _beside(
    names: tuple[str, ...], dropped: frozenset[str], fixed: tuple[tuple[str, str], ...]
) -> tuple[list[int], list[tuple[str, str]]]:
    """Which of the headers of these names stay, by their places, and which of the fixed ones come to them."""
    own = [name.lower() for name in names]
    stay = [place for place, name in enumerate(own) if name not in dropped]
    return stay, [(name, value) for name, value in fixed if name.lower() not in own or name.lower() in dropped]


def is_staff(path: str) -> bool:
    """Whether an address is behind the staff door."""
    return f"{path}/".startswith(f"{STAFF_DOOR}/")


def is_for_programs(path: str) -> bool:
    """Whether an address is behind the programs' door."""
    return path.startswith(PROGRAMS_DOOR)


def _fill_up(response: Response) -> Response:
    """A respondent's page, filled up to a whole number of steps."""
    if is_staff(request.path) or response.mimetype != "text/html" or response.is_streamed:
        return response
    page = response.get_data()
    missing = -(len(page) + len(_OPENS) + len(_CLOSES)) % STEP
    begins = random.randrange(STEP)  # noqa: S311  # it need not be secret, only not compressible
    response.set_data(page + _OPENS + _FILLING[begins : begins + missing] + _CLOSES)
    return response


def _refuse_other_sites() -> None:
    """A form sent from another site's page is refused; browsers say so in either of these headers."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and origin not in (request.host_url.rstrip("/"), _public_origin()):
        abort(403)


def _refuse_nul() -> None:
    """No address of ours holds one, and PostgreSQL takes none in a text."""
    if "\0" in request.path:
        abort(404)


def _public_origin() -> str:
    """Our origin as browsers see it: another server may end the encryption and pass on plain requests."""
    parts = urlsplit(current_app.extensions["settings"].public_address)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def init_app(app: Flask, over_https: bool) -> None:
    """Add the headers to every answer and the origin check to every request; say nothing of who asks."""
    app.wsgi_app = Headed(NobodyKnown(app.wsgi_app), over_https)  # type: ignore[method-assign]
    app.after_request(_fill_up)
    app.before_request(_refuse_other_sites)
    app.before_request(_refuse_nul)
