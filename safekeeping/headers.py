"""What every answer of the server carries, and which requests are refused before any page sees them."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
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
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    # A file's own caching would keep a trace on the device.
    response.headers["Cache-Control"] = "no-store"
    for name in ("ETag", "Last-Modified", "Date", "Expires", "Content-Disposition-Date"):
        response.headers.pop(name, None)
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
    """Add the headers to every answer and the origin check to every request."""
    app.before_request(_refuse_other_sites)
    app.before_request(_refuse_nul)
    app.after_request(_add_headers)
    if over_https:

        @app.after_request
        def _stay_encrypted(response: Response) -> Response:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
            return response
