"""Headers: every answer carries them whatever its status, and a form from another site is refused."""

import gzip
import re
from base64 import b64encode
from hashlib import sha256

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from werkzeug.wrappers import Response

from app import ROOT, create_app
from safekeeping.headers import FILLER, HEADERS, STEP, STRICT_TRANSPORT
from safekeeping.settings import Settings, read_settings
from safekeeping.static_files import files, hashes
from safekeeping.typed import LARGEST_REQUEST
from safekeeping.vault import Vault

#: Said once more, so that a header that is taken away or weakened fails here.
EXPECTED = {
    "Content-Security-Policy": f"default-src 'none'; script-src 'self' {hashes()}; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, noarchive",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
}
NEVER = ("Server", "ETag", "Last-Modified", "Date", "Expires", "X-Powered-By", "Strict-Transport-Security")

ANSWERS = [
    ("GET", "/", 200),
    ("HEAD", "/", 200),
    ("OPTIONS", "/", 200),
    ("GET", "/safety", 200),
    ("GET", "/help", 200),
    ("GET", "/static/heard.css", 200),
    ("GET", "/static/leave.js", 200),
    ("GET", "/static/icon.svg", 200),
    ("GET", "/favicon.ico", 302),
    ("GET", "/x", 303),
    ("POST", "/desk/sign-out", 303),
    ("GET", "/desk", 308),
    ("GET", "/desk/", 401),
    ("POST", "/desk/sign-in/wrong", 403),
    ("GET", "/no-such-page", 404),
    ("GET", "/static/no-such-file", 404),
    ("GET", "/static/../app.py", 404),
    ("GET", "/desk/no-such-page", 404),
    ("GET", "/%00", 404),
    ("POST", "/desk/sign-in/%00", 404),
    ("POST", "/x", 404),
    ("DELETE", "/", 405),
    ("POST", "/static/heard.css", 405),
]


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: bytes) -> str:
    """Headers do not depend on the database: one kind is enough."""
    path = tmp_path_factory.mktemp("headers") / "heard.sqlite"
    path.write_bytes(migrated_sqlite)
    return f"sqlite:///{path}"


def wrong_headers(answer: Response) -> dict[str, str | None]:
    """What should be there and is not, and what is there and should not be."""
    said = answer.headers
    wrong = {name: said.get(name) for name, value in EXPECTED.items() if said.getlist(name) != [value]}
    return wrong | {name: said[name] for name in NEVER if name in said}


def test_the_expected_headers_are_all_there_are() -> None:
    assert set(HEADERS) == set(EXPECTED) | {"Permissions-Policy"}


@pytest.mark.parametrize(("method", "address", "status"), ANSWERS)
def test_every_header_is_on_every_answer(client: FlaskClient, method: str, address: str, status: int) -> None:
    answer = client.open(address, method=method)
    assert (answer.status_code, wrong_headers(answer)) == (status, {})
    answer.close()


def test_a_request_that_is_too_large_carries_them(client: FlaskClient) -> None:
    answer = client.post("/x1", data={"words": "w" * LARGEST_REQUEST})
    assert answer.status_code in (404, 413)
    assert wrong_headers(answer) == {}


def test_a_page_that_cannot_be_read_carries_them(client: FlaskClient) -> None:
    answer = client.post("/desk/sign-out", data=b"x" * 10, headers={"Host": "[", "Origin": "null"})
    assert (answer.status_code, wrong_headers(answer)) in ((400, {}), (403, {}))


def test_a_fault_carries_them_and_says_nothing(app: Flask) -> None:
    @app.get("/fault")
    def fault() -> str:
        raise RuntimeError("canary-in-a-fault")

    answer = app.test_client().get("/fault")
    assert (answer.status_code, wrong_headers(answer)) == (500, {})
    assert "canary" not in answer.text


def test_a_page_may_set_a_stricter_policy_but_not_a_cache(app: Flask) -> None:
    @app.get("/picture")
    def picture() -> tuple[str, dict[str, str]]:
        return "", {"Content-Security-Policy": "default-src 'none'", "Cache-Control": "public", "ETag": "1"}

    answer = app.test_client().get("/picture")
    assert wrong_headers(answer) == {"Content-Security-Policy": "default-src 'none'"}


@pytest.mark.parametrize("asked", ["If-None-Match", "If-Modified-Since", "Range"])
def test_a_file_that_was_here_before_carries_them(client: FlaskClient, asked: str) -> None:
    value = {"If-None-Match": "*", "If-Modified-Since": "Tue, 01 Jan 2047 00:00:00 GMT", "Range": "bytes=0-9"}[asked]
    with client.get("/static/heard.css", headers={asked: value}) as answer:
        assert wrong_headers(answer) == {}


@pytest.mark.parametrize("feature", ["camera", "microphone", "geolocation", "display-capture"])
def test_a_device_s_senses_are_off(client: FlaskClient, feature: str) -> None:
    assert f"{feature}=()" in client.get("/").headers["Permissions-Policy"]


# Who asks, and how long the answer is ---------------------------------------------------------------

TELLING = {
    "User-Agent": "canary",
    "Referer": "http://localhost/canary",
    "Via": "1.1 canary",
    "Forwarded": "for=canary",
    "X-Forwarded-For": "canary",
    "X-Forwarded-Host": "canary",
    "X-Real-IP": "canary",
    "CF-Connecting-IP": "canary",
    "True-Client-IP": "canary",
    "Sec-CH-UA-Platform": "canary",
    "DNT": "canary",
    "X-Of-Tomorrow": "canary",
}


def reaching(app: Flask, path: str) -> dict[str, object]:
    """What of such a request reaches the pages."""
    reached: dict[str, object] = {}
    app.before_request(lambda: reached.update(request.environ))
    who = {"REMOTE_ADDR": "canary", "REMOTE_PORT": "canary"}
    app.test_client().get(path, headers=TELLING, environ_base=who).close()
    return {name: value for name, value in reached.items() if "canary" in str(value)}


@pytest.mark.parametrize("path", ["/", "/safety", "/x", "/tiny", "/static/heard.css", "/deskless", "/favicon.ico"])
def test_nothing_that_tells_who_asks_reaches_a_respondent_s_page(app: Flask, path: str) -> None:
    assert reaching(app, path) == {}


def test_staff_pages_know_who_asks(app: Flask) -> None:
    assert {"REMOTE_ADDR", "HTTP_USER_AGENT"} <= set(reaching(app, "/desk/"))


PAGES = [("GET", "/"), ("GET", "/safety"), ("GET", "/about"), ("GET", "/none"), ("DELETE", "/"), ("POST", "/x/y")]


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_respondents_pages_are_filled_up_to_whole_steps(client: FlaskClient, method: str, path: str) -> None:
    first, second = (client.open(path, method=method).data for _ in range(2))
    assert len(first) == len(second)
    assert len(first) % STEP == 0
    assert first != second  # what fills them is random
    filler = first.rpartition(b"<!-- ")[2].removesuffix(b" -->")
    assert set(filler) <= set(FILLER)


def test_what_fills_a_page_can_be_of_any_length(app: Flask) -> None:
    app.add_url_rule("/long/<int:length>", view_func=lambda length: "w" * length)
    client = app.test_client()
    for length in range(STEP - 12, STEP + 3):
        page = client.get(f"/long/{length}").data
        assert (len(page) % STEP, len(page) - length < STEP + 9) == (0, True)


def test_staff_pages_and_files_are_as_long_as_they_are(client: FlaskClient) -> None:
    for path in ("/desk/", "/static/heard.css", "/static/leave.js"):
        with client.get(path) as answer:
            assert b"<!-- " not in answer.data


# Other sites ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense", ""])
def test_a_form_that_the_browser_says_is_from_another_site_is_refused(client: FlaskClient, site: str) -> None:
    answer = client.post("/desk/sign-out", headers={"Sec-Fetch-Site": site})
    assert (answer.status_code, wrong_headers(answer)) == (403, {})


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost:81", "http://localhost.evil.example", "https://localhost", "null", ""],
)
def test_a_form_of_another_origin_is_refused(client: FlaskClient, origin: str) -> None:
    assert client.post("/desk/sign-out", headers={"Origin": origin}).status_code == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_every_method_that_writes_is_checked(client: FlaskClient, method: str) -> None:
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}
    assert client.open("/views", method=method, headers=headers).status_code in (403, 405)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_our_own_forms_are_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post("/desk/sign-out", headers=headers).status_code == 303


def test_looking_from_another_site_is_allowed(client: FlaskClient) -> None:
    answer = client.get("/safety", headers={"Origin": "https://example.org", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


# Over HTTPS ----------------------------------------------------------------------------------------


@pytest.fixture
def public_client(settings: Settings, keys: Vault) -> FlaskClient:
    """A browser that reaches us at https://views.example.org; encryption ends before our server."""
    environment = {
        "HEARD_INSTANCE": str(settings.instance),
        "HEARD_DATABASE": settings.database,
        "HEARD_ADDRESS": "https://Views.example.org/",
    }
    app = create_app(read_settings(environment, ROOT))
    for name in ("engine", "drafts_engine"):
        app.extensions[name].dispose()
    client = app.test_client()
    client.environ_base["HTTP_HOST"] = "views.example.org"
    return client


def test_over_https_browsers_are_told_to_stay_there(public_client: FlaskClient) -> None:
    for address in ("/safety", "/static/heard.css", "/no-such-page/at-all"):
        with public_client.get(address) as answer:
            assert answer.headers["Strict-Transport-Security"] == STRICT_TRANSPORT


def test_our_own_forms_are_taken_where_another_server_ends_the_encryption(public_client: FlaskClient) -> None:
    headers = {"Origin": "https://views.example.org", "Sec-Fetch-Site": "same-origin"}
    assert public_client.post("/desk/sign-out", headers=headers).status_code == 303


def test_over_https_another_origin_is_refused(public_client: FlaskClient) -> None:
    assert public_client.post("/desk/sign-out", headers={"Origin": "https://example.org"}).status_code == 403


def test_the_scripts_in_pages_are_those_that_the_policy_lets_run(client: FlaskClient) -> None:
    page = client.get("/safety")
    scripts = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    assert scripts
    for script in scripts:
        digest = b64encode(sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", sorted(files()))
def test_files_are_sent_compressed_to_those_who_can_read_it(client: FlaskClient, name: str) -> None:
    plain = client.get(f"/static/{name}")
    packed = client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
