"""Accounts through a browser: setting up, signing in, showing once more who one is, resting, and letting in again."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from safekeeping import people_pages
from safekeeping.accounts import TRIES, KnownBrowser, RecoveryCode
from safekeeping.clock import steady_now
from safekeeping.database import session_for
from safekeeping.organisations import Organisation, add_organisation, begin_consultation, first_organisation
from safekeeping.staff import HeldRole, Staff, StaffSession, add_staff, make_link
from safekeeping.trail import TrailRow
from tests.safekeeping.signing_in import PASSWORD, Account, account, digits, secret_on
from tests.surveys.managing.at_the_desk import hidden_fields

Look = Callable[[Any], list[Any]]


@pytest.fixture
def ann(app: Flask, session: Session) -> Account:
    return account(app, session)


def verbs(look: Look) -> list[str]:
    return [row.verb for row in look(select(TrailRow).order_by(TrailRow.number))]


# Setting up ----------------------------------------------------------------------------------------


def link(app: Flask, session: Session, name: str = "Ben", roles: tuple[str, ...] = ("coder",)) -> str:
    code = make_link(session, add_staff(session, name, roles), steady_now()).hex()
    session.commit()
    return f"/desk/sign-in/{code}"


def test_a_link_leads_to_setting_up_and_nowhere_else(app: Flask, session: Session) -> None:
    client = app.test_client()
    assert client.post(link(app, session)).headers["Location"] == "/desk/set-up"
    assert client.get("/desk/").headers["Location"] == "/desk/set-up"
    assert client.get("/desk/people").headers["Location"] == "/desk/set-up"
    assert client.get("/desk/set-up").status_code == 200


def test_an_account_is_set_up_and_opens_the_desk(app: Flask, session: Session, look: Look) -> None:
    client = app.test_client()
    client.post(link(app, session))
    page = client.get("/desk/set-up").text
    secret = secret_on(page)
    typed = {**hidden_fields(page), "password": PASSWORD, "again": PASSWORD, "code": digits(secret, steady_now())}
    done = client.post("/desk/set-up", data=typed)
    codes = re.findall(r"<code>([0-9a-z-]{19})</code>", done.text)
    assert (done.status_code, len(codes)) == (200, 10)
    assert client.get("/desk/").status_code == 200
    (person,) = look(select(Staff).where(Staff.name == "Ben"))
    assert person.is_set_up
    assert PASSWORD not in person.password
    assert secret not in (person.second_factor or b"")
    assert verbs(look) == ["set up"]
    again = Account(app, "Ben", secret, codes)
    assert again.sign_in(code=codes[0]).status_code == 303


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"password": "short"}, "at least 12"),
        ({"again": "something else"}, "not the same"),
        ({"code": "000000"}, "not the six digits"),
    ],
)
def test_a_fault_in_setting_up_is_said_and_nothing_is_set_up(
    app: Flask, session: Session, look: Look, typed: dict[str, str], says: str
) -> None:
    client = app.test_client()
    client.post(link(app, session))
    page = client.get("/desk/set-up").text
    right = {"password": PASSWORD, "again": PASSWORD, "code": digits(secret_on(page), steady_now())}
    answer = client.post("/desk/set-up", data={**hidden_fields(page), **right, **typed})
    assert (answer.status_code, says in answer.text) == (422, True)
    assert not look(select(Staff).where(Staff.name == "Ben"))[0].is_set_up
    assert secret_on(answer.text) == secret_on(page)


def test_whoever_tries_heard_out_may_look_without_an_account_until_somebody_has_one(
    app: Flask, session: Session
) -> None:
    first_organisation(session).trying_out = True
    client = app.test_client()
    assert client.post(link(app, session)).headers["Location"] == "/desk/"
    assert client.get("/desk/code").status_code == 200
    page = client.get("/desk/set-up").text
    typed = {"password": PASSWORD, "again": PASSWORD, "code": digits(secret_on(page), steady_now())}
    assert client.post("/desk/set-up", data={**hidden_fields(page), **typed}).status_code == 200
    session.expire_all()
    assert not first_organisation(session).trying_out
    assert app.test_client().post(link(app, session, "Cat")).headers["Location"] == "/desk/set-up"


# Signing in ----------------------------------------------------------------------------------------


def test_name_password_and_digits_let_in(ann: Account, look: Look) -> None:
    answer = ann.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    assert ann.client.get("/desk/").status_code == 200
    cookies = answer.headers.getlist("Set-Cookie")
    assert all("HttpOnly" in cookie and "SameSite=Strict" in cookie for cookie in cookies)
    assert verbs(look) == ["signed in"]


def test_the_name_may_be_typed_in_any_case(ann: Account) -> None:
    assert ann.sign_in(name="  aNN ").status_code == 303


@pytest.mark.parametrize(
    "typed", [{"name": "Nobody"}, {"password": "wrong"}, {"code": "000000"}, {"code": "abcd-efgh"}, {"name": ""}]
)
def test_what_is_wrong_is_not_told(ann: Account, typed: dict[str, Any], look: Look) -> None:
    answer = ann.sign_in(**typed)
    assert (answer.status_code, "That did not match" in answer.text) == (403, True)
    assert PASSWORD not in answer.text
    assert look(select(StaffSession)) == []


def test_digits_are_good_once(ann: Account) -> None:
    code = ann.code()
    assert ann.sign_in(code=code).status_code == 303
    assert ann.sign_in(app_client(ann), code=code).status_code == 403


def app_client(of: Account) -> Any:
    return of.app.test_client()


def test_a_recovery_code_stands_in_once(ann: Account, look: Look) -> None:
    assert ann.sign_in(code=ann.codes[3].upper()).status_code == 303
    assert ann.sign_in(app_client(ann), code=ann.codes[3]).status_code == 403
    assert len(look(select(RecoveryCode))) == 9


def test_after_signing_in_one_goes_on_where_one_was(ann: Account) -> None:
    page = ann.client.get("/desk/find")
    assert (page.status_code, "on=/desk/find" in page.text) == (401, True)
    assert ann.sign_in(on="/desk/find").headers["Location"] == "/desk/find"


@pytest.mark.parametrize(
    "on", ["https://example.org/", "//example.org", "/views", "/\\example.org", "javascript:x", "/desk/\\x"]
)
def test_nobody_is_led_elsewhere(ann: Account, on: str) -> None:
    assert ann.sign_in(on=on).headers["Location"] == "/desk/"


def test_strangers_who_guess_keep_strangers_out_and_not_a_known_browser(ann: Account, engine: Engine) -> None:
    assert ann.sign_in().status_code == 303
    ann.press("/desk/account", "/desk/sign-out")
    stranger = app_client(ann)
    for _ in range(TRIES):
        assert ann.sign_in(stranger, password="guess").status_code == 403
    resting = ann.sign_in(stranger)
    assert (resting.status_code, "tried too often" in resting.text) == (429, True)
    with session_for(engine) as session:  # the digits of this minute are used up by now
        session.execute(update(Staff).values(last_step=0))
    ann.last = 0
    assert ann.sign_in().status_code == 303
    with session_for(engine) as session:
        session.execute(update(Staff).values(tried_at=steady_now() - timedelta(minutes=16), last_step=0))
    ann.last = 0
    assert ann.sign_in(stranger).status_code == 303


def test_a_known_browser_that_guesses_is_a_stranger_in_the_end(ann: Account, look: Look) -> None:
    ann.sign_in()
    for _ in range(2 * TRIES):
        last = ann.sign_in(password="guess")
    assert last.status_code == 403
    assert ann.sign_in(password="guess").status_code == 429
    assert look(select(KnownBrowser))[0].tries == TRIES


def test_a_browser_known_for_one_person_is_a_stranger_to_another(app: Flask, session: Session, ann: Account) -> None:
    ben = account(app, session, "Ben")
    ann.sign_in()
    for _ in range(TRIES):
        ben.sign_in(ann.client, password="guess")
    assert ben.sign_in(ann.client, password="guess").status_code == 429


def test_who_left_is_not_let_in(ann: Account, engine: Engine) -> None:
    ann.sign_in()
    with session_for(engine) as session:
        session.execute(update(Staff).values(gone=True))
    assert ann.client.get("/desk/").status_code == 401
    assert ann.sign_in(code="1").status_code == 403


# Once more -----------------------------------------------------------------------------------------


def later(engine: Engine) -> None:
    with session_for(engine) as session:
        session.execute(update(StaffSession).values(confirmed_at=steady_now() - timedelta(hours=1)))
        session.execute(update(Staff).values(last_step=0))


def test_some_acts_ask_who_it_is_once_more_and_lose_nothing(ann: Account, engine: Engine, look: Look) -> None:
    ann.sign_in()
    page = ann.client.get("/desk/people").text
    later(engine)
    ann.last = 0
    sent = {**hidden_fields(page), "name": "Dan <b>", "role": ["coder", "analyst"]}
    asked = ann.client.post("/desk/people", data=sent)
    assert (asked.status_code, "Is it you?" in asked.text) == (403, True)
    assert look(select(Staff).where(Staff.name == "Dan <b>")) == []
    fields = re.findall(r'name="field" value="([^"]*)"><input type="hidden" name="value" value="([^"]*)"', asked.text)
    assert ("name", "Dan &lt;b&gt;") in fields
    carried = {
        "field": [name for name, _ in fields],
        "value": [value.replace("&lt;", "<").replace("&gt;", ">") for _, value in fields],
    }
    shown = {**hidden_fields(asked.text), "on": "/desk/people", "method": "POST", **carried, "password": PASSWORD}
    wrong = ann.client.post("/desk/confirm", data={**shown, "code": "000000"})
    assert (wrong.status_code, "Nothing was opened or changed" in wrong.text) == (403, True)
    go_on = ann.client.post("/desk/confirm", data={**shown, "code": ann.code()})
    assert (go_on.status_code, 'action="/desk/people"' in go_on.text) == (200, True)
    assert ann.client.post("/desk/people", data=sent).status_code == 200
    (dan,) = look(select(Staff).where(Staff.name == "Dan <b>"))
    assert {held.role for held in dan.roles} == {"coder", "analyst"}


def test_a_page_that_asks_once_more_opens_after_it(ann: Account, engine: Engine) -> None:
    ann.sign_in()
    later(engine)
    ann.last = 0
    asked = ann.client.get("/desk/people")
    assert asked.status_code == 403
    shown = {**hidden_fields(asked.text), "password": PASSWORD, "code": ann.code()}
    assert ann.client.post("/desk/confirm", data=shown).headers["Location"] == "/desk/people"
    assert ann.client.get("/desk/people").status_code == 200


# People --------------------------------------------------------------------------------------------


def test_somebody_is_invited_and_comes_in(ann: Account, app: Flask, look: Look) -> None:
    ann.sign_in()
    page = ann.press("/desk/people", name="Ben", role=["author", "publisher"])
    invited = re.search(r"http://127.0.0.1:8000(/desk/sign-in/\w+)", page.text)
    assert invited
    client = app.test_client()
    assert client.post(invited[1]).headers["Location"] == "/desk/set-up"
    assert client.post(invited[1]).status_code == 403
    assert verbs(look) == ["signed in", "invited"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [({"name": ""}, "Give the name"), ({"name": "ann"}, "already"), ({"name": "Ben", "role": []}, "at least one role")],
)
def test_an_invitation_with_a_fault_invites_nobody(ann: Account, look: Look, typed: dict[str, Any], says: str) -> None:
    ann.sign_in()
    answer = ann.press("/desk/people", **{"role": ["coder"], **typed})
    assert (answer.status_code, says in answer.text) == (422, True)
    assert len(look(select(Staff))) == 1


def test_roles_are_given_and_taken_also_for_one_consultation(
    ann: Account, app: Flask, session: Session, look: Look
) -> None:
    ben = account(app, session, "Ben", ("coder",))
    matter = first_matter(session)
    ann.sign_in()
    who = look(select(Staff).where(Staff.name == "Ben"))[0]
    page = f"/desk/people/{who.id.hex()}"
    sent = ann.press(page, do="roles", role=["analyst", f"author@{matter.hex()}"])
    assert sent.status_code == 303
    held = look(select(HeldRole).where(HeldRole.staff_id == who.id))
    assert {(row.consultation_id, row.role) for row in held} == {(None, "analyst"), (matter, "author")}
    ben.sign_in()
    assert ben.client.get("/desk/code").status_code == 403
    assert verbs(look)[1:-1] == ["took role", "gave role", "gave role"]


def test_nobody_manages_people_in_one_consultation_only(ann: Account, session: Session, look: Look) -> None:
    matter = first_matter(session)
    ann.sign_in()
    who = look(select(Staff))[0].id.hex()
    sent = ann.press(f"/desk/people/{who}", do="roles", role=["administrator", f"administrator@{matter.hex()}"])
    assert sent.status_code == 400
    assert {row.consultation_id for row in look(select(HeldRole))} == {None}


def first_matter(session: Session) -> bytes:
    made = begin_consultation(session, first_organisation(session).id, "One").id
    session.commit()
    return made


def test_somebody_must_be_left_who_manages_people(ann: Account, look: Look) -> None:
    ann.sign_in()
    page = f"/desk/people/{look(select(Staff))[0].id.hex()}"
    for sent in ({"do": "roles", "role": ["coder"]}, {"do": "gone"}):
        answer = ann.press(page, **sent)
        assert (answer.status_code, people_pages.LAST_ONE in answer.text) == (422, True)
    assert look(select(Staff))[0].is_set_up


def test_two_colleagues_let_somebody_in_again(ann: Account, app: Flask, session: Session, look: Look) -> None:
    ben, cat = account(app, session, "Ben", ("key-holder",)), account(app, session, "Cat", ("coder",))
    for each in (ann, ben, cat):
        each.sign_in()
    lost = look(select(Staff).where(Staff.name == "Cat"))[0]
    page = f"/desk/people/{lost.id.hex()}"
    assert ann.press(page, f"{page}/reset").status_code == 303
    alone = ann.press(page, f"{page}/reset")
    assert (alone.status_code, people_pages.TWO_PEOPLE in alone.text) == (422, True)
    agreed = ben.press(page, f"{page}/reset")
    made = re.search(r"http://127.0.0.1:8000(/desk/sign-in/\w+)", agreed.text)
    assert made
    assert cat.client.get("/desk/").status_code == 200
    assert app.test_client().post(made[1]).headers["Location"] == "/desk/set-up"
    assert [verb for verb in verbs(look) if "reset" in verb] == ["asked reset", "agreed reset"]


def test_nobody_asks_for_themselves(ann: Account, look: Look) -> None:
    ann.sign_in()
    page = f"/desk/people/{look(select(Staff))[0].id.hex()}"
    assert ann.press(page, f"{page}/reset").status_code == 422


def test_people_of_another_organisation_are_not_there(ann: Account, app: Flask, session: Session, look: Look) -> None:
    other = add_organisation(session, "Other House")
    stranger = account(app, session, "Zoe", ("administrator",), other)
    ann.sign_in()
    (zoe,) = look(select(Staff).where(Staff.name == "Zoe"))
    page = f"/desk/people/{zoe.id.hex()}"
    assert "Zoe" not in ann.client.get("/desk/people").text
    assert ann.client.get(page).status_code == 404
    hidden = hidden_fields(ann.client.get("/desk/people").text)
    assert ann.client.post(page, data={**hidden, "do": "gone"}).status_code == 404
    assert stranger.sign_in().status_code == 303


# One's own account ---------------------------------------------------------------------------------


def test_a_new_password_ends_every_other_session(ann: Account, look: Look) -> None:
    ann.sign_in()
    old = app_client(ann)
    ann.sign_in(old, code=ann.codes[0])
    new = "six green boats at sea"
    sent = {"do": "password", "password": PASSWORD, "code": ann.codes[1], "new": new, "again": new}
    assert "is changed" in ann.press("/desk/account", **sent).text
    assert (ann.client.get("/desk/").status_code, old.get("/desk/").status_code) == (200, 401)
    assert ann.sign_in(app_client(ann), code=ann.codes[2]).status_code == 403
    assert ann.sign_in(app_client(ann), code=ann.codes[2], password=new).status_code == 303


@pytest.mark.parametrize("do", ["password", "codes", "telephone"])
def test_without_the_password_nothing_of_an_account_changes(ann: Account, do: str) -> None:
    ann.sign_in()
    answer = ann.press("/desk/account", do=do, password="guess", code=ann.codes[0], new="x" * 20, again="x" * 20)
    assert (answer.status_code, "Nothing was changed" in answer.text) == (403, True)


def test_whoever_sits_at_an_open_desk_cannot_guess_for_ever(ann: Account) -> None:
    ann.sign_in()
    ann.client.delete_cookie("k")
    guess = {"do": "codes", "password": "guess", "code": "000000"}
    assert [ann.press("/desk/account", **guess).status_code for _ in range(TRIES)] == [403] * TRIES
    assert ann.press("/desk/account", **guess).status_code == 429


def test_a_new_telephone_begins_with_setting_up(ann: Account) -> None:
    ann.sign_in()
    sent = ann.press("/desk/account", do="telephone", password=PASSWORD, code=ann.codes[0])
    assert sent.headers["Location"] == "/desk/set-up"
    assert ann.client.get("/desk/people").headers["Location"] == "/desk/set-up"


def test_new_recovery_codes_make_the_old_ones_worthless(ann: Account) -> None:
    ann.sign_in()
    page = ann.press("/desk/account", do="codes", password=PASSWORD, code=ann.codes[0]).text
    fresh = re.findall(r"<code>([0-9a-z-]{19})</code>", page)
    assert len(fresh) == 10
    assert ann.sign_in(app_client(ann), code=ann.codes[5]).status_code == 403
    assert ann.sign_in(app_client(ann), code=fresh[5]).status_code == 303


# The organisation ----------------------------------------------------------------------------------


def test_an_organisation_is_named_and_keeps_its_own_clocks(ann: Account, look: Look) -> None:
    ann.sign_in()
    sent = ann.press("/desk/organisation", name="  Example   House ", zone="Europe/Dublin")
    assert sent.status_code == 303
    assert [(row.name, row.zone) for row in look(select(Organisation))] == [("Example House", "Europe/Dublin")]
    assert "Example House" in ann.client.get("/desk/people").text


@pytest.mark.parametrize(
    "typed", [{"name": ""}, {"name": "x" * 121}, {"name": "other house"}, {"zone": "Europe/Nowhere"}]
)
def test_settings_with_a_fault_come_back_as_typed(
    ann: Account, session: Session, look: Look, typed: dict[str, str]
) -> None:
    add_organisation(session, "Other House")
    session.commit()
    ann.sign_in()
    before = {row.name for row in look(select(Organisation))}
    answer = ann.press("/desk/organisation", **{"name": "Example House", "zone": "Europe/London", **typed})
    assert (answer.status_code, "Nothing was changed" in answer.text) == (422, True)
    assert {row.name for row in look(select(Organisation))} == before
