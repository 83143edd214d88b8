"""Signing in at the staff door, through a browser: who is refused, with which status, and when it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from safekeeping import guard, sign_in
from safekeeping.cookies import new_secret
from safekeeping.database import CommittingFlask, session_for
from safekeeping.guard import may, staff_blueprint
from safekeeping.organisations import first_organisation
from safekeeping.permissions import ROLES
from safekeeping.staff import SignInLink, StaffSession, add_staff, make_link
from safekeeping.vault import form_token


def link_for(engine: Engine, name: str = "Ann", roles: tuple[str, ...] = ROLES) -> str:
    """The address of a fresh link."""
    with session_for(engine) as session:
        first_organisation(session).trying_out = True
        return f"/desk/sign-in/{make_link(session, add_staff(session, name, roles), datetime.now(UTC)).hex()}"


def secret_in(client: FlaskClient) -> bytes:
    cookie = client.get_cookie("d")
    return bytes.fromhex(cookie.value) if cookie else b""


def entered(client: FlaskClient, engine: Engine, *roles: str) -> str:
    """Sign in with these roles; the form token of the session."""
    assert client.post(link_for(engine, "Ann", roles or ROLES)).status_code == 303
    return form_token(secret_in(client))


def sessions(engine: Engine) -> int:
    with session_for(engine) as session:
        return session.scalar(select(func.count()).select_from(StaffSession)) or 0


def earlier(engine: Engine, **columns: timedelta) -> None:
    """Move the one session's clock back."""
    with session_for(engine) as session:
        values = {name: datetime.now(UTC) - by for name, by in columns.items()}
        session.execute(update(StaffSession).values(values))


def test_a_link_shows_one_button_and_is_not_spent_by_looking(client: FlaskClient, engine: Engine) -> None:
    link = link_for(engine)
    for _ in range(3):
        assert client.get(link).text.count("<button>") == 1
        assert client.head(link).status_code == 200
    assert client.get_cookie("d") is None
    assert client.post(link).status_code == 303


def test_a_link_leads_to_the_desk(client: FlaskClient, engine: Engine) -> None:
    answer = client.post(link_for(engine), follow_redirects=True)
    assert (answer.status_code, answer.request.path) == (200, "/desk/")


def test_a_link_works_once(app: Flask, engine: Engine) -> None:
    link = link_for(engine)
    assert app.test_client().post(link).status_code == 303
    second = app.test_client()
    assert second.post(link).status_code == 403
    assert second.get_cookie("d") is None
    assert sessions(engine) == 1


def test_a_link_expires_after_twelve_hours(client: FlaskClient, engine: Engine) -> None:
    link = link_for(engine)
    with session_for(engine) as session:
        session.execute(update(SignInLink).values(ends_at=datetime.now(UTC) - timedelta(seconds=1)))
    answer = client.post(link)
    assert answer.status_code == 403
    assert "used or is too old" in answer.text


@pytest.mark.parametrize("code", ["x", "00", "é", "0" * 64, "0" * 5000])
def test_a_wrong_link_is_refused(client: FlaskClient, engine: Engine, code: str) -> None:
    link_for(engine)
    assert client.post(f"/desk/sign-in/{code}").status_code == 403
    assert sessions(engine) == 0


def test_the_session_cookie_is_strict_and_unreadable(client: FlaskClient, engine: Engine) -> None:
    (cookie,) = client.post(link_for(engine)).headers.getlist("Set-Cookie")
    assert cookie.startswith("d=")
    assert cookie.endswith("; HttpOnly; Path=/; SameSite=Strict")


def test_without_a_cookie_a_staff_page_says_401(client: FlaskClient) -> None:
    answer = client.get("/desk/")
    assert answer.status_code == 401
    assert "You are not signed in" in answer.text


@pytest.mark.parametrize("value", ["", "x", "00" * 32])
def test_a_wrong_cookie_says_401(client: FlaskClient, engine: Engine, value: str) -> None:
    entered(client, engine)
    client.set_cookie("d", value)
    assert client.get("/desk/").status_code == 401


def test_a_respondent_s_cookie_is_no_staff_cookie(client: FlaskClient, engine: Engine) -> None:
    entered(client, engine)
    client.set_cookie("s", secret_in(client).hex())
    client.delete_cookie("d")
    assert client.get("/desk/").status_code == 401


@pytest.mark.parametrize(("role", "status"), [("author", 200), ("coder", 403), ("administrator", 403)])
def test_another_role_is_refused(client: FlaskClient, engine: Engine, role: str, status: int) -> None:
    entered(client, engine, role)
    assert client.get("/desk/collect").status_code == status


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 401)])
def test_a_session_ends_after_half_an_hour_of_silence(
    client: FlaskClient, engine: Engine, minutes: int, status: int
) -> None:
    entered(client, engine)
    earlier(engine, seen_at=timedelta(minutes=minutes))
    assert client.get("/desk/").status_code == status


@pytest.mark.parametrize(("minutes", "status"), [(8 * 60 - 1, 200), (8 * 60 + 1, 401)])
def test_a_session_ends_after_eight_hours(client: FlaskClient, engine: Engine, minutes: int, status: int) -> None:
    entered(client, engine)
    earlier(engine, started_at=timedelta(minutes=minutes))
    assert client.get("/desk/").status_code == status


def test_a_visit_begins_the_half_hour_anew(client: FlaskClient, engine: Engine) -> None:
    entered(client, engine)
    for _ in range(2):
        earlier(engine, seen_at=timedelta(minutes=29))
        assert client.get("/desk/").status_code == 200
    with session_for(engine) as session:
        assert session.scalars(select(StaffSession.seen_at)).one() > datetime.now(UTC) - timedelta(minutes=1)


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, engine: Engine) -> None:
    token, secret = entered(client, engine), secret_in(client)
    assert client.post("/desk/sign-out", data={"token": token}).status_code == 303
    assert client.get_cookie("d") is None
    assert sessions(engine) == 0
    client.set_cookie("d", secret.hex())
    assert client.get("/desk/").status_code == 401


def test_signing_out_with_a_forged_token_ends_nobody_s_session(client: FlaskClient, engine: Engine) -> None:
    entered(client, engine)
    assert client.post("/desk/sign-out", data={"token": form_token(new_secret())}).status_code == 303
    assert sessions(engine) == 1


def test_signing_out_without_a_session_is_harmless(client: FlaskClient) -> None:
    assert client.post("/desk/sign-out").status_code == 303


# The guard, with a page of our own -----------------------------------------------------------------


@pytest.fixture
def guarded(app: Flask, engine: Engine) -> FlaskClient:
    """A signed-in coder's browser at an application with one page to write on and one that asks for nothing."""
    bp = staff_blueprint("tiny", __name__)

    @bp.post("/tiny")
    @may("code")
    def tiny() -> str:
        return "written"

    @bp.get("/forgotten")
    def forgotten() -> str:
        return "shown"

    small = CommittingFlask("tiny", template_folder=f"{app.root_path}/templates")
    small.extensions |= app.extensions
    guard.init_app(small)
    small.register_blueprint(sign_in.bp)
    small.register_blueprint(bp)
    client = small.test_client()
    entered(client, engine, "coder")
    return client


def test_a_form_with_its_token_is_taken(guarded: FlaskClient) -> None:
    assert guarded.post("/desk/tiny", data={"token": form_token(secret_in(guarded))}).text == "written"


@pytest.mark.parametrize("token", [None, "", "é", form_token(b"x" * 32)], ids=["none", "empty", "accent", "forged"])
def test_a_form_with_a_forged_token_says_400(guarded: FlaskClient, token: str | None) -> None:
    assert guarded.post("/desk/tiny", data={"token": token} if token is not None else {}).status_code == 400


def test_a_page_that_names_no_action_is_refused_to_everybody(guarded: FlaskClient) -> None:
    assert guarded.get("/desk/forgotten").status_code == 403
