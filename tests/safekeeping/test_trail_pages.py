"""The trail on a page and at the console: whose acts are shown, and that a break is found and said."""

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from app import heard
from safekeeping.database import session_for
from safekeeping.organisations import add_organisation
from safekeeping.settings import Settings
from safekeeping.staff import add_staff
from safekeeping.trail import Act, record
from safekeeping.vault import Vault
from tests.factories import NOW, let_in
from tests.surveys.managing.at_the_desk import hidden_fields

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def done(session: Session, keys: Vault, count: int = 1) -> None:
    """Somebody invited somebody, and a colleague of another organisation did too."""
    person = add_staff(session, "Ann", ("administrator",))
    other = add_staff(session, "Zoe", (), add_organisation(session, "Other House"))
    for _ in range(count):
        record(session, keys, Act("invited", person.id.hex(), person.id, person.organisation_id), NOW, roles="coder")
    record(session, keys, Act("exported", "secret-survey", other.id, other.organisation_id), NOW)
    session.commit()


def cut(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER trail_no_delete"))
        connection.execute(text("DELETE FROM trail WHERE number = 1"))


def test_one_s_own_organisation_is_shown_and_no_other(app: Flask, session: Session, keys: Vault) -> None:
    done(session, keys)
    page = let_in(app, session, "Ann").get("/desk/trail").text
    assert "invited Ann" in page
    assert "22 November 2026, 10:00" in page
    assert "secret-survey" not in page
    assert "Zoe" not in page


def test_older_acts_are_a_page_further(app: Flask, session: Session, keys: Vault) -> None:
    done(session, keys, 120)
    client = let_in(app, session, "Ann")
    assert 'href="?before=21"' in client.get("/desk/trail").text
    older = client.get("/desk/trail?before=21").text
    assert older.count("invited Ann") == 20
    assert "Older ones" not in older
    assert client.get("/desk/trail?before=many").status_code == 200


def test_a_break_is_said_on_the_page_and_at_the_console(
    app: Flask, session: Session, keys: Vault, engine: Engine, settings: Settings
) -> None:
    done(session, keys, 3)
    client = let_in(app, session, "Ann")
    token = hidden_fields(client.get("/desk/trail").text)
    assert "The trail holds" in client.post("/desk/trail", data=token).text
    fine = CliRunner().invoke(heard, ["trail", "verify"], obj=lambda: settings)
    assert (fine.exit_code, "The trail holds: 4 acts" in fine.stdout) == (0, True)
    cut(engine)
    assert "The trail does not hold" in client.post("/desk/trail", data=token).text
    broken = CliRunner().invoke(heard, ["trail", "verify"], obj=lambda: settings)
    assert (broken.exit_code, "Row 1: rows are missing here" in broken.stderr) == (1, True)


def test_an_organisation_is_added_with_its_first_administrator(app: Flask, settings: Settings, engine: Engine) -> None:
    words = ["organisation", "add", "Other House", "--administrator", "Zoe"]
    made = CliRunner().invoke(heard, words, obj=lambda: settings)
    assert made.exit_code == 0
    link = made.stdout.strip().removeprefix("http://127.0.0.1:8000")
    assert app.test_client().post(link).headers["Location"] == "/desk/set-up"
    for again, says in ((words, "already"), ([*words[:2], "Third House", *words[3:]], "called “Zoe” already")):
        refused = CliRunner().invoke(heard, again, obj=lambda: settings)
        assert (refused.exit_code, says in refused.stderr) == (1, True)
    with session_for(engine) as session:
        names = session.execute(text("SELECT name FROM organisation ORDER BY name")).scalars().all()
    assert "Other House" in names
    assert "Third House" not in names


def test_a_console_link_is_in_the_trail(app: Flask, session: Session, settings: Settings) -> None:
    made = CliRunner().invoke(heard, ["sign-in-link", "--name", "Ben", "--role", "coder"], obj=lambda: settings)
    assert (made.exit_code, "/desk/sign-in/" in made.stdout) == (0, True)
    page = let_in(app, session, "Ann").get("/desk/trail").text
    assert "made a link for Ben" in page
