"""Canaries: what people type is nowhere in clear, whether sent, half-way, mixed, read or in the middle of a fault."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from safekeeping.database import make_engine, session_for
from safekeeping.settings import Settings
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, publish
from surveys.definition.questions import LongText, ShortText
from surveys.example.load import SURVEY
from surveys.intake.mix import BATCH, mix
from surveys.intake.read import read_all
from surveys.responding.gate import Gate
from tests.factories import NOW, UNHURRIED, as_open, opener_of, submitted
from tests.safekeeping.listening import listen
from tests.surveys.browsing import Person

WRITERS = 6


@dataclass
class Traces:
    """What was typed, what went into cookies, and all that was left behind."""

    typed: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    left: dict[str, bytes] = field(default_factory=dict)

    def word(self) -> str:
        """The next canary. Each is long enough to be nowhere by chance."""
        self.typed.append(f"canary{len(self.typed):02}swallow")
        return self.typed[-1]


def walk(person: Person, traces: Traces, texts: set[str]) -> list[str]:
    """Answer every page, with a canary in every text question; the words that were typed."""
    before = len(traces.typed)
    person.start()
    while 'value="send"' not in person.page:
        asked = {name.removeprefix("q-") for name in person.form()} & texts
        person.press("continue", **{name: f"He said “{traces.word()}” & left." for name in sorted(asked)})
    cookie = person.client.get_cookie("s")
    assert cookie
    traces.secrets.append(cookie.value)
    return traces.typed[before:]


@contextmanager
def without_a_place_to_keep(engine: Engine) -> Iterator[None]:
    """A real fault at the moment of keeping."""
    for one, other in (("intake", "gone"), ("gone", "intake")):
        with engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE {one} RENAME TO {other}"))
        if one == "intake":
            yield


def faults(app: Flask, engine: Engine, person: Person, word: str) -> None:
    """A page that fails with the words in its exception, and a database that fails while they are sent."""
    with without_a_place_to_keep(engine):
        assert person.press("send").status_code == 503
    client = app.test_client()
    client.set_cookie("s", word)
    headers = {"User-Agent": word, "Referer": f"http://localhost/{word}", "X-Forwarded-For": word}
    assert client.post(f"/fault?{word}", data={"q-help": word}, headers=headers).status_code == 500


@pytest.fixture
def traces(app: Flask, engine: Engine, keys: Vault, settings: Settings, tmp_path: Path) -> Traces:
    """Six people write in every text question of the example; the last of them never sends."""

    @app.post("/fault")
    def fault() -> str:
        from flask import request

        raise RuntimeError(f"{request.full_path} {request.form}")

    with session_for(engine) as session:
        row = publish(session, keys, SURVEY.read_text(encoding="utf-8"), NOW)
        survey = as_open(row).survey
        submitted(session, row, BATCH - WRITERS + 1)
    texts = {question.name for question in survey.questions if isinstance(question, ShortText | LongText)}
    traces, log = Traces(), listen()
    app.extensions["gate"] = Gate(sizes=UNHURRIED)
    for number in range(WRITERS):
        person = Person(app.test_client(), survey.address)
        words = walk(person, traces, texts)
        faults(app, engine, person, words[0])
        if number < WRITERS - 1:
            person.press("send")
            traces.sent += words
    read_back(engine, keys, traces)
    traces.left = {"log": log.getvalue().encode()} | files(tmp_path) | dumped(settings)
    return traces


def read_back(engine: Engine, keys: Vault, traces: Traces) -> None:
    """Mix and read, as staff do. Here the words must be, or the rest of this file would prove nothing."""
    with session_for(engine) as session:
        row = session.scalars(select(PublishedSurvey)).one()
        assert mix(session, row.id, opener_of(keys, row)) == BATCH
    with Session(engine) as session:
        row = session.scalars(select(PublishedSurvey)).one()
        read = str([response.answers for response in read_all(session, row.id, opener_of(keys, row))])
    assert all(word in read for word in traces.sent)


def files(folder: Path) -> dict[str, bytes]:
    """Every file of the installation, while its databases are open: with -wal and -shm."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def dumped(settings: Settings) -> dict[str, bytes]:
    """Every column of every table of PostgreSQL."""
    if settings.database.startswith("sqlite"):
        return {}
    engine = make_engine(settings.database)
    ours = text("SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'keystore')")
    with engine.connect() as connection:
        names = connection.execute(ours).all()
        rows = {name: connection.execute(text(f'TABLE {schema}."{name}"')).all() for schema, name in names}
    engine.dispose()
    return {name: b"\n".join(_bytes(value) for row in found for value in row) for name, found in rows.items()}


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def disguises(word: str) -> list[bytes]:
    """A word as it is, in hex, in UTF-16, and in base64 at each of its three alignments."""
    plain = word.encode()
    base64s = [base64.b64encode(b"x" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)]
    return [plain, plain.hex().encode(), word.encode("utf-16-le"), *base64s]


def found(traces: Traces, needles: list[bytes]) -> list[tuple[str, bytes]]:
    return [(place, needle) for place, left in traces.left.items() for needle in needles if needle in left]


def test_nothing_that_was_typed_is_anywhere_in_clear(traces: Traces) -> None:
    assert len(traces.typed) >= 40
    assert len(traces.sent) < len(traces.typed)
    places = " ".join(traces.left)
    expected = ("heard.sqlite", "heard.sqlite-wal", "keystore.sqlite", "drafts.sqlite", "drafts.sqlite-wal", "log")
    assert all(name in places for name in expected) or all(
        name in traces.left for name in ("response", "response_key", "draft", "log")
    )
    assert b"Services for men" in b"".join(traces.left.values()), "the search sees what is not sealed"
    assert traces.left["log"].count(b"fault in a page: RuntimeError") == WRITERS
    assert traces.left["log"].count(b"could not keep") == WRITERS
    assert found(traces, [needle for word in traces.typed for needle in disguises(word)]) == []
    assert found(traces, [part for secret in traces.secrets for part in (secret.encode(), bytes.fromhex(secret))]) == []


@pytest.mark.attack
@pytest.mark.parametrize("run", range(8))
def test_nor_in_eight_installations(traces: Traces, run: int) -> None:
    """Together over three hundred words and ninety faults on each kind of database."""
    test_nothing_that_was_typed_is_anywhere_in_clear(traces)


def test_the_search_finds_a_word_in_any_disguise() -> None:
    for shift in range(3):
        for left in (b"-canary-", b"-canary-".hex().encode(), base64.b64encode(b"x" * shift + b"a canary in a text")):
            assert found(Traces(left={"here": left}), disguises("canary"))
