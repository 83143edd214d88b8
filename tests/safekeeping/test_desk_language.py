"""The desk speaks the language somebody chose, kept with the account; before that, what address or browser says."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app import ROOT
from safekeeping.organisations import Organisation
from safekeeping.staff import Staff
from safekeeping.trail import Act, record
from safekeeping.vault import form_token
from tests.factories import let_in
from tests.safekeeping.test_sign_in import link_for, secret_in

WELSH = {"Accept-Language": "cy-GB,cy;q=0.9,en;q=0.8"}
IN_WELSH, IN_ENGLISH = '<html lang="cy">', '<html lang="en">'


def chosen(client: FlaskClient, tag: str, on: str = "/desk/account") -> str:
    """Press the switch; where it leads."""
    token = form_token(secret_in(client))
    answer = client.post("/desk/language", query_string={"on": on}, data={"token": token, "language": tag})
    assert answer.status_code == 303
    return answer.location


def test_who_chose_a_language_reads_it_from_then_on_whatever_their_browser_asks_for(
    app: Flask, session: Session
) -> None:
    client = let_in(app, session)
    page = client.get("/desk/account").text
    assert IN_ENGLISH in page
    assert '<button class="link" name="language" value="cy" lang="cy">Cymraeg</button>' in page
    assert chosen(client, "cy", "/desk/people?x=1") == "/desk/people?x=1"
    again = client.get("/desk/account", headers={"Accept-Language": "en"}).text
    assert IN_WELSH in again
    assert "Allgofnodi" in again
    assert 'value="en" lang="en">English</button>' in again
    assert IN_WELSH in client.get("/desk/there-is-no-such-page").text
    chosen(client, "en")
    assert IN_ENGLISH in client.get("/desk/account", headers=WELSH).text


def test_who_has_not_chosen_reads_what_their_browser_asks_for(app: Flask, session: Session) -> None:
    assert IN_WELSH in let_in(app, session).get("/desk/account", headers=WELSH).text


def test_a_language_is_kept_with_one_account_and_no_other(app: Flask, session: Session) -> None:
    chosen(let_in(app, session, "Ann"), "cy")
    assert IN_ENGLISH in let_in(app, session, "Ben").get("/desk/account").text


@pytest.mark.parametrize("tag", ["ar", "xx", "", "../cy"])
def test_the_desk_speaks_no_language_it_has_no_words_for(app: Flask, session: Session, tag: str) -> None:
    client = let_in(app, session)
    token = form_token(secret_in(client))
    assert client.post("/desk/language", data={"token": token, "language": tag}).status_code == 400
    assert IN_ENGLISH in client.get("/desk/account", headers={"Accept-Language": tag}).text


def test_nobody_else_changes_it_and_it_leads_nowhere_else(app: Flask, session: Session) -> None:
    client = let_in(app, session)
    assert client.post("/desk/language", data={"token": "00", "language": "cy"}).status_code == 400
    assert app.test_client().post("/desk/language", data={"language": "cy"}).status_code == 401
    assert chosen(client, "cy", "https://example.org/desk/") == "/desk/"


@pytest.mark.parametrize("path", ["/desk/", "/desk/sign-in", "/desk/sign-in/0a0b", "/desk/collect"])
def test_before_signing_in_the_address_or_the_browser_says(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert IN_ENGLISH in page
    assert 'desk=cy" lang="cy" hreflang="cy">Cymraeg</a>' in page
    assert IN_WELSH in client.get(path, headers=WELSH).text
    assert IN_WELSH in client.get(path, query_string={"desk": "cy"}, headers={"Accept-Language": "en"}).text


def test_what_was_chosen_before_signing_in_is_kept_with_the_account(client: FlaskClient, engine: Engine) -> None:
    link = link_for(engine)
    assert IN_WELSH in client.get(f"{link}?desk=cy").text
    client.post(f"{link}?desk=cy")
    with Session(engine) as session:
        assert session.scalars(select(Staff.language)).all() == ["cy"]
    assert IN_WELSH in client.get("/desk/account").text


def test_the_choice_is_carried_to_the_form_to_sign_in_with(client: FlaskClient) -> None:
    assert 'href="/desk/sign-in?on=/desk/account&amp;desk=cy"' in client.get("/desk/account?desk=cy").text
    assert 'action="/desk/sign-in?desk=cy"' in client.get("/desk/sign-in?desk=cy").text


def test_after_a_form_was_refused_the_switch_leads_to_a_page_that_can_be_looked_at(
    app: Flask, session: Session
) -> None:
    client = let_in(app, session)
    token = form_token(secret_in(client))
    refused = client.post("/desk/people", data={"token": token, "name": ""})
    assert 'action="/desk/language?on=%2Fdesk%2Fpeople"' in refused.text


def simple_pages(app: Flask) -> list[str]:
    """Every staff page whose address is fixed."""
    rules = (rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments)
    return sorted(rule.rule for rule in rules if rule.rule.startswith("/desk/"))


def test_every_page_with_a_fixed_address_is_there_in_welsh(app: Flask, session: Session) -> None:
    client = let_in(app, session)
    chosen(client, "cy")
    answers = {path: client.get(path, follow_redirects=True) for path in simple_pages(app)}
    assert len(answers) > 12
    assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200} == {}
    assert [path for path, answer in answers.items() if IN_WELSH not in answer.text] == []


def test_one_trail_is_read_in_either_language(app: Flask, session: Session) -> None:
    client = let_in(app, session)
    token = form_token(secret_in(client))
    client.post("/desk/people", data={"token": token, "name": "Ben Example", "role": "coder"})
    assert "<td>invited Ben Example</td>" in client.get("/desk/trail").text
    chosen(client, "cy")
    assert "<td>wedi gwahodd Ben Example</td>" in client.get("/desk/trail").text
    assert "Mae’r trywydd yn dal" in client.post("/desk/trail", data={"token": token}).text


def test_days_are_written_as_people_write_them(app: Flask, session: Session) -> None:
    client = let_in(app, session)
    session.get_one(Organisation, session.scalars(select(Staff.organisation_id)).one()).zone = "Pacific/Kiritimati"
    act = Act("signed in", "", None, None)
    record(session, app.extensions["vault"], act, datetime(2026, 12, 31, 11, 5, tzinfo=UTC))
    session.commit()
    assert "<td>1 January 2027, 01:05</td>" in client.get("/desk/trail").text
    chosen(client, "cy")
    assert "<td>1 Ionawr 2027, 01:05</td>" in client.get("/desk/trail").text


def test_respondents_are_not_asked_for_the_language_of_the_desk(client: FlaskClient) -> None:
    assert '<html lang="en"' in client.get("/help?desk=cy", follow_redirects=True).text


def test_an_address_that_only_begins_like_the_desk_speaks_as_the_browser_asks(client: FlaskClient) -> None:
    assert '<html lang="cy" dir="ltr"' in client.get("/deskchair", headers=WELSH).text


LOADED_LATE = ("surveys.formats.convert", "surveys.importing.reading", "surveys.importing.drafting_questions")


def said_when_loaded_in(tag: str) -> str:
    """The words that stand in modules which a page loads when it first needs them, if that page speaks `tag`."""
    code = (
        "import sys, importlib, app; from safekeeping.languages import speak_at_the_desk\n"
        f"before = set(sys.modules); speak_at_the_desk({tag!r})\n"
        f"for name in {LOADED_LATE!r}: importlib.import_module(name)\n"
        "new = sorted(name for name in set(sys.modules) - before if name.startswith(('surveys', 'analysis')))\n"
        "for name in new:\n"
        "    words = {k: v for k, v in vars(sys.modules[name]).items() if isinstance(v, (str, tuple, list, dict))}\n"
        "    print(name, sorted((k, repr(v)) for k, v in words.items() if not k.startswith('__')))"
    )
    told = {**os.environ, "PYTHONHASHSEED": "0"}
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=told, capture_output=True, text=True, check=True)
    return re.sub("0x[0-9a-f]+", "", said.stdout)


def test_what_is_loaded_for_a_welsh_page_keeps_its_words_in_english() -> None:
    """A word that is translated where a module is made would stay Welsh for everybody until the next start."""
    english = said_when_loaded_in("en")
    assert all(name in english for name in LOADED_LATE)
    assert said_when_loaded_in("cy") == english
