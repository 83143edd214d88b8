"""SQL, headers, log lines and paths in everything that a request is made of: none of it has an effect."""

import logging
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from safekeeping.database import Base
from safekeeping.vault import Vault
from tests.hostile.naughty import INJECTIONS
from tests.safekeeping.listening import listen
from tests.surveys.browsing import Person, put_up
from tests.surveys.managing.at_the_desk import Desk, at_the_desk, hidden_fields

#: A line of our log, and nothing else.
LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:00 (info|warning|error) [^\x00-\x1f\x7f-\x9f]+")
#: Headers that say who asks, what they read, where they come from.
HEADERS = (
    *("ACCEPT", "ACCEPT_LANGUAGE", "COOKIE", "FORWARDED", "HOST", "IF_NONE_MATCH", "RANGE", "REFERER", "USER_AGENT"),
    *(
        "X_FORWARDED_FOR",
        "X_FORWARDED_HOST",
        "X_FORWARDED_PROTO",
        "X_HTTP_METHOD_OVERRIDE",
        "X_ORIGINAL_URL",
        "X_REAL_IP",
    ),
)
#: Where answers of ours may lead, as they are written.
LEADS = re.compile(r"http://localhost/.*|(/|/tiny|/static/icon\.svg|https://example\.org/weather|/desk/.*)(#[\w-]+)?")
Asked = Callable[[str], TestResponse]


def everything(engine: Engine) -> dict[str, object]:
    """Every table there is, and every row of those that are kept. When staff were here, and the trail that
    says so, are not looked at."""
    names = (
        "SELECT name FROM sqlite_master ORDER BY name"
        if engine.dialect.name == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'keystore') ORDER BY tablename"
    )
    with Session(engine.execution_options(reading=True)) as session:
        rows = {
            name: sorted(map(repr, session.execute(table.select())))
            for name, table in Base.metadata.tables.items()
            if name not in ("staff_session", "trail")
        }
        return {"tables": session.scalars(text(names)).all(), **rows}


def at_the_door(app: Flask, person: Person) -> Iterator[Asked]:
    """One request for each part of a request that respondents' pages may read."""
    client, form = person.client, person.form()

    def with_fields(**fields: str) -> Asked:
        return lambda word: client.post(
            "/tiny", data={**form, "go": "back", **{k: v or word for k, v in fields.items()}}
        )

    def pressed(go: str) -> Asked:
        return lambda word: client.post("/tiny", data={**form, "code": word, "go": f"{go}:{word}"})

    def with_header(name: str) -> Asked:
        return lambda word: app.test_client().get("/tiny", environ_overrides={f"HTTP_{name}": word})

    def below(path: str) -> Asked:
        return lambda word: client.get(path + quote(word, safe=""))

    def raw(path: str) -> Asked:
        return lambda word: client.get("/", environ_overrides={"PATH_INFO": path + _as_wsgi(word)})

    yield with_fields(**{"go": "continue", "q-say": ""})
    yield from (with_fields(**{name: ""}) for name in ("go", "page", "token", "in", "quote", "ticket", "code", "more"))
    yield from map(pressed, ("change", "clear", "rank", "language", "save", "withdraw", "come-back"))
    yield lambda word: client.post("/tiny", data={**form, "go": "back", word: word})
    yield lambda word: client.get("/tiny", query_string={"in": word, word: word})
    yield lambda word: client.get("/tiny", environ_overrides={f"HTTP_{name}": word for name in HEADERS[:2]})
    yield from map(with_header, HEADERS)
    yield lambda word: client.post("/tiny", data=form, environ_overrides={"HTTP_ORIGIN": word, "CONTENT_TYPE": word})
    for path in ("/", "/static/", "/tiny/", "/x/"):
        yield from (below(path), raw(path))


def _as_wsgi(word: str) -> str:
    return word.encode().decode("latin-1")


def at_the_other_door(desk: Desk) -> Iterator[Asked]:
    """Addresses of staff pages, by somebody who is signed in and by somebody who is not."""
    outside = desk.client.application.test_client()
    token = hidden_fields(desk.look("/desk/write/new"))["token"]
    rooms = ("sign-in", "code", "find", "collect", "enter", "write", "code/tiny", "enter/tiny", "write/new", "revise")

    def below(client: FlaskClient, room: str) -> Asked:
        return lambda word: client.get(f"/desk/{room}/{quote(word, safe='')}")

    def signing_in(client: FlaskClient) -> Asked:
        return lambda word: client.post(f"/desk/sign-in/{quote(word, safe='')}", data={"token": token, word: word})

    for client in (desk.client, outside):
        yield from (below(client, room) for room in rooms)
        yield signing_in(client)
    yield lambda word: desk.client.get("/desk/enter/tiny", query_string={"said": word, word: word})
    yield lambda word: desk.client.post("/desk/write/new/template", data={"token": token, "start": word})


def is_whole(answer: TestResponse) -> bool:
    """Whether the answer has the headers that we set, as we set them, and leads nowhere else."""
    names = {name.lower() for name, _value in answer.headers}
    values = "".join(value for _name, value in answer.headers)
    leads = answer.headers.get("Location")
    cookies = [
        cookie for cookie in answer.headers.getlist("Set-Cookie") if not re.match(r"[sd]=([0-9a-f]{64})?;", cookie)
    ]
    return (
        not names & {"x-forged", "refresh"}
        and not re.search(r"[\r\n]|forged", values)
        and not cookies
        and (leads is None or LEADS.fullmatch(leads) is not None)
    )


def nothing_happens(app: Flask, engine: Engine, keys: Vault, session: Session, every: int) -> None:
    """Ask with each word in one of so many places: no fault, nothing kept, no header and no line but ours."""

    @app.post("/fault")
    def fault() -> str:
        word = request.args["word"]
        app.logger.error(word)
        logging.getLogger("heard").warning("%s", word)
        raise RuntimeError(word)

    put_up(engine, keys)
    desk, person = at_the_desk(app, session, "one-choice"), Person(app.test_client()).start()
    written, before = listen(), everything(engine)
    broken = []
    for at, ask in enumerate((*at_the_door(app, person), *at_the_other_door(desk))):
        answers = [(word, ask(word)) for word in INJECTIONS[at % every :: every]]
        broken += [(word, answer.status_code, answer.headers) for word, answer in answers if answer.status_code >= 500]
        broken += [(word, answer.status_code, answer.headers) for word, answer in answers if not is_whole(answer)]
    assert broken == []
    assert everything(engine) == before
    assert written.getvalue() == ""
    only_our_lines(app.test_client(), written.getvalue, INJECTIONS[::every])


def only_our_lines(client: FlaskClient, written: Callable[[], str], words: list[str]) -> None:
    """Where there is a fault, three lines are written, and nothing of the word is in them."""
    for word in words:
        assert client.post("/fault", query_string={"word": f"{word}x"}).status_code == 500
    lines = written().split("\n")[:-1]
    assert lines
    assert [line for line in lines if not LINE.fullmatch(line) or "forged" in line] == []
    assert {line.partition(" at ")[0][17:] for line in lines} == {
        "error (heard)",
        "warning (heard)",
        "error fault in a page: RuntimeError",
    }


def test_an_injection_has_no_effect(app: Flask, engine: Engine, keys: Vault, session: Session) -> None:
    nothing_happens(app, engine, keys, session, every=40)


@pytest.mark.attack
def test_no_injection_has_an_effect_at_full_size(app: Flask, engine: Engine, keys: Vault, session: Session) -> None:
    assert len(INJECTIONS) >= 300
    nothing_happens(app, engine, keys, session, every=1)
