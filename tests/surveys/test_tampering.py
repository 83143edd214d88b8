"""What people type and what programs send: shown as it was written, or refused; never run, never kept by mistake."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app import ROOT, create_app
from safekeeping.settings import Settings, read_settings
from safekeeping.vault import Vault, form_token
from tests.surveys.browsing import FormReader, Person, heading, intake_answers, intake_count, put_up

LONG = "word " * 1100  # 5,500 characters; a long text takes 5,000


@pytest.fixture
def store(tmp_path: Path, migrated_sqlite: bytes) -> str:
    """What is read from a request does not depend on the database: one kind is enough."""
    path = tmp_path / "heard.sqlite"
    path.write_bytes(migrated_sqlite)
    return f"sqlite:///{path}"


# Text ----------------------------------------------------------------------------------------------


def test_too_long_a_text_keeps_every_word_and_says_by_how_much(writing: Person) -> None:
    assert writing.press("continue", say=LONG).status_code == 422
    assert "This is 500 characters too long. Shorten it to 5000 characters" in writing.page
    assert writing.form()["q-say"] == LONG


def test_what_was_typed_is_shown_and_never_run(writing: Person, engine: Engine, keys: Vault) -> None:
    typed = "</textarea><script>alert(1)</script>{{ 7 * 7 }} & “quoted” 'so'"
    writing.press("continue", say=typed)
    assert "<script>alert" not in writing.page
    writing.press("change:words")
    assert writing.form()["q-say"] == typed
    writing.press("continue")
    writing.press("send")
    assert intake_answers(engine, keys)[0]["say"] == typed


@pytest.mark.parametrize(
    "typed", ["\n\nfirst", "last\n\n", "a\r\nb\rc", "\ttab", "  space  ", "é\u202eש\N{PILE OF POO}"]
)
def test_lines_and_letters_come_back_as_they_were(writing: Person, typed: str) -> None:
    writing.press("continue", say=typed)
    writing.press("change:words")
    lines = typed.replace("\r\n", "\n").replace("\r", "\n")
    assert writing.form()["q-say"] == lines.replace("\n", "\r\n")


def test_pages_wear_a_neutral_title(checking: Person) -> None:
    title = re.search(r"<title>(.*?)</title>", checking.page)
    assert title
    assert title[1] == "Check your answers – Your views"
    assert "tiny survey" not in checking.page.lower()


# What a program might send -------------------------------------------------------------------------


@pytest.mark.parametrize("go", ["", "none", "start over", "Continue", "send:now:", "é", "\0", "__init__"])
def test_an_unknown_button_is_refused(checking: Person, engine: Engine, go: str) -> None:
    answer = checking.client.post("/tiny", data={**checking.form(), "go": go})
    assert answer.status_code == (303 if go == "send:now:" else 400)
    assert intake_count(engine) == (1 if go == "send:now:" else 0)


@pytest.mark.parametrize("token", [None, "", "é", "x" * 64, form_token(b"x" * 32)], ids=repr)
def test_a_forged_token_is_refused(checking: Person, engine: Engine, token: str | None) -> None:
    form = {"go": "send"} if token is None else {"go": "send", "token": token}
    assert checking.client.post("/tiny", data=form).status_code == 400
    assert intake_count(engine) == 0


def test_sending_before_the_check_page_is_refused(writing: Person, engine: Engine) -> None:
    assert writing.press("send").status_code == 400
    assert intake_count(engine) == 0


@pytest.mark.parametrize("page", ["none", "", "check your answers", "sent", "Words", "é"])
def test_a_page_that_is_not_there_is_refused(writing: Person, page: str) -> None:
    for go in ("continue", "back"):
        form = {**writing.form(), "page": page, "go": go}
        assert writing.client.post("/tiny", data=form).status_code == 400


def test_a_tampered_choice_is_refused_and_not_kept(person: Person) -> None:
    person.look()
    person.press("start")
    assert person.press("continue", audience="administrator").status_code == 422
    assert "administrator" not in person.page
    assert heading(person.look()) == "About you"


def test_too_large_a_request_is_refused(writing: Person) -> None:
    assert writing.client.post("/tiny", data={**writing.form(), "q-say": "w" * 300_000}).status_code == 413


def test_a_thousand_fields_are_refused(writing: Person) -> None:
    fields = {f"q-{number}": "x" for number in range(1000)}
    answer = writing.client.post("/tiny", data={**writing.form(), **fields}, content_type="multipart/form-data")
    assert answer.status_code == 413


def test_a_page_filled_to_the_brim_is_taken(client: FlaskClient, engine: Engine, keys: Vault) -> None:
    """Four bytes a letter, each sent as twelve, is the most that a text of its longest length can weigh."""
    put_up(engine, keys)
    person = Person(client).start()
    assert person.press("continue", say="\N{PILE OF POO}" * 5000).status_code == 303


def test_every_page_s_form_has_one_token_and_its_first_button_goes_on(checking: Person) -> None:
    checking.press("back")
    read = FormReader(checking.page)
    assert [name for name, _ in read.fields].count("token") == 1
    assert read.buttons[0] == "continue"


def test_over_https_the_cookie_is_bound_to_the_host(settings: Settings, keys: Vault, engine: Engine) -> None:
    environment = {"HEARD_INSTANCE": str(settings.instance), "HEARD_DATABASE": settings.database}
    app = create_app(read_settings(environment | {"HEARD_ADDRESS": "https://views.example.org"}, ROOT))
    put_up(engine, keys)
    (cookie,) = app.test_client().post("/tiny", data={"go": "start"}).headers.getlist("Set-Cookie")
    for name in ("engine", "drafts_engine"):
        app.extensions[name].dispose()
    assert re.fullmatch(r"__Host-s=[0-9a-f]{64}; Secure; HttpOnly; Path=/; SameSite=Strict", cookie)
