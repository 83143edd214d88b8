"""Access tokens: shown once, kept as a fingerprint, over on their day, and made by who manages people there."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from safekeeping import token_pages
from safekeeping.clock import steady_now
from safekeeping.high_water import Stopwatch
from safekeeping.organisations import Organisation, add_organisation, begin_consultation, first_organisation
from safekeeping.staff import HeldRole, add_staff, begin_session
from safekeeping.tokens import (
    LONGEST,
    LONGEST_NAME,
    MOST_LIVE,
    SCOPES,
    AccessToken,
    Bearer,
    Wish,
    bearer_of,
    is_token,
    live_tokens,
    make_token,
    new_token,
    sweep_tokens,
)
from safekeeping.trail import TrailRow
from safekeeping.vault import fingerprint, form_token
from surveys.managing.tidying import tidy
from tests.factories import let_in

Look = Callable[[Any], list[Any]]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def made(session: Session, home: Organisation, ends_on: date, of: bytes | None = None, name: str = "report") -> str:
    """A token for everything."""
    maker = add_staff(session, f"Maker of {home.name}", ["administrator"], home)
    return make_token(session, home, Wish(name, frozenset(SCOPES), of, ends_on), maker.id, NOW)


def test_a_token_can_be_told_from_chance() -> None:
    found = {new_token() for _ in range(50)}
    assert len(found) == 50
    assert all(re.fullmatch("heard_[0-9a-f]{72}", token) and is_token(token) for token in found)
    assert not is_token("heard_" + "0" * 72)


@given(st.text(max_size=100) | st.from_regex(r"heard_[0-9a-f]{72}\n?", fullmatch=True))
def test_nothing_else_is_a_token(text: str) -> None:
    assert not is_token(text)


def test_only_its_fingerprint_is_kept(session: Session) -> None:
    token = made(session, first_organisation(session), NOW.date())
    (row,) = session.scalars(select(AccessToken))
    kept = [getattr(row, column.key) for column in AccessToken.__table__.columns]
    assert row.fingerprint == fingerprint(token.encode())
    assert not [each for each in kept if token[10:60] in str(each)]


def test_it_works_through_its_last_day_by_the_clocks_of_its_organisation(session: Session) -> None:
    home = first_organisation(session)
    home.zone = "Pacific/Auckland"
    token = made(session, home, date(2026, 6, 10))
    last = datetime(2026, 6, 10, 11, 59, tzinfo=UTC)  # a minute before midnight there
    assert bearer_of(session, token, last) is not None
    assert bearer_of(session, token, last + timedelta(minutes=1)) is None
    assert live_tokens(session, home, last) != []
    assert live_tokens(session, home, last + timedelta(minutes=1)) == []


def test_an_end_further_off_than_any_can_be_is_over(session: Session) -> None:
    """The clock was set back after it was made."""
    token = made(session, first_organisation(session), NOW.date() + LONGEST)
    assert bearer_of(session, token, NOW) is not None
    assert bearer_of(session, token, NOW - timedelta(days=3)) is None


def test_it_covers_its_organisation_or_one_consultation(session: Session) -> None:
    home, other = first_organisation(session), add_organisation(session, "Other House")
    one, two = (begin_consultation(session, home.id, name).id for name in ("one", "two"))
    foreign = begin_consultation(session, other.id, "foreign").id

    def visible(token: str) -> set[bytes]:
        bearer = bearer_of(session, token, NOW)
        assert isinstance(bearer, Bearer)
        assert bearer.scopes == set(SCOPES)
        return set(bearer.visible)

    assert visible(made(session, home, NOW.date())) == {one, two}
    assert visible(made(session, home, NOW.date(), one)) == {one}
    assert visible(made(session, home, NOW.date(), foreign)) == set()
    assert visible(made(session, other, NOW.date())) == {foreign}


def test_what_is_over_is_swept(session: Session) -> None:
    home = first_organisation(session)
    for days in (-3, -2, 0, 5):
        made(session, home, NOW.date() + timedelta(days=days))
    sweep_tokens(session, NOW)
    left = session.scalars(select(AccessToken.ends_on).order_by(AccessToken.ends_on)).all()
    assert left == [NOW.date(), NOW.date() + timedelta(days=5)]


@ONE_STORE
def test_the_worker_sweeps_them(app: Flask, session: Session, look: Look) -> None:
    made(session, first_organisation(session), date(2020, 1, 1))
    session.commit()
    tidy(app, (), Stopwatch())
    assert look(select(AccessToken)) == []


# The page -------------------------------------------------------------------------------------------------------


class Boss:
    """Somebody who manages people: everywhere, or in one consultation."""

    def __init__(self, app: Flask, session: Session, of: bytes | None = None, home: Organisation | None = None) -> None:
        home = home or first_organisation(session)
        person = add_staff(session, f"Boss {of!r} {home.name}"[:80], (), home)
        person.roles.append(HeldRole(role="administrator", consultation_id=of))
        session.flush()
        secret = begin_session(session, person, steady_now())
        session.commit()
        self.client, self.token = app.test_client(), form_token(secret)
        self.client.set_cookie("d", secret.hex())

    def press(self, page: str = "/desk/tokens", **typed: Any) -> Any:
        """Send a form of that page."""
        return self.client.post(page, data={"token": self.token, **typed})

    def wish(self, **typed: Any) -> Any:
        """Make a token, rightly but for what is `typed`."""
        ends_on = (steady_now().date() + timedelta(days=30)).isoformat()
        rightly: dict[str, Any] = {"name": "Monthly report", "scope": ["findings"], "where": "", "ends_on": ends_on}
        return self.press("/desk/tokens", **(rightly | typed))


@ONE_STORE
def test_a_token_is_made_shown_once_and_ended(app: Flask, session: Session, look: Look) -> None:
    boss = Boss(app, session)
    page = boss.wish(scope=["findings", "progress"])
    found = re.findall(r"heard_[0-9a-f]{72}", page.text)
    assert (page.status_code, len(found), is_token(found[0])) == (200, 1, True)
    again = boss.client.get("/desk/tokens").text
    assert "heard_" not in again
    assert "Monthly report" in again
    (row,) = look(select(AccessToken))
    assert (row.scopes, row.consultation_id) == ("progress findings", None)
    ended = boss.press(f"/desk/tokens/{row.id.hex()}")
    assert (ended.status_code, look(select(AccessToken))) == (303, [])
    trail = [(each.verb, each.detail) for each in look(select(TrailRow))]
    assert [verb for verb, _ in trail] == ["token made", "token ended"]
    assert all(fingerprint(found[0].encode()).hex()[:16] in detail for _, detail in trail)
    assert not [detail for _, detail in trail if "Monthly" in detail or found[0][10:40] in detail]


@ONE_STORE
def test_what_is_wrong_is_said_where_it_is_and_what_was_typed_stays(app: Flask, session: Session, look: Look) -> None:
    boss, today = Boss(app, session), steady_now().date()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"name": " "}, token_pages.NO_NAME),
        ({"name": "x" * 81}, token_pages.NO_NAME),
        ({"scope": []}, token_pages.NO_SCOPE),
        ({"scope": ["findings", "words"]}, token_pages.NO_SCOPE),
        ({"where": "00" * 16}, token_pages.NO_PLACE),
        ({"ends_on": ""}, token_pages.NO_DATE),
        ({"ends_on": "31 March"}, token_pages.NO_DATE),
        ({"ends_on": (today - timedelta(days=2)).isoformat()}, token_pages.NO_DATE),
        ({"ends_on": (today + timedelta(days=368)).isoformat()}, token_pages.NO_DATE),
    ]
    for typed, said in wrong:
        answer = boss.wish(**typed)
        assert (answer.status_code, said.format(number=LONGEST_NAME) in answer.text) == (422, True), typed
    kept = boss.wish(ends_on="31 March").text
    assert 'value="Monthly report"' in kept
    assert 'value="31 March"' in kept
    assert re.search(r'value="findings" checked', kept)
    assert look(select(AccessToken)) == []


@ONE_STORE
def test_there_are_no_more_than_can_be_looked_after(app: Flask, session: Session, look: Look) -> None:
    home, today = first_organisation(session), steady_now().date()
    for number in range(MOST_LIVE):
        made(session, home, today + timedelta(days=9), name=f"n{number}")
    made(session, add_organisation(session, "Other House"), today)
    boss = Boss(app, session)
    answer = boss.wish()
    assert (answer.status_code, "There are 20 tokens already" in answer.text) == (422, True)
    one = next(row for row in look(select(AccessToken)) if row.name == "n3")
    boss.press(f"/desk/tokens/{one.id.hex()}")
    assert boss.wish().status_code == 200


@ONE_STORE
def test_who_manages_one_consultation_makes_tokens_for_that_one_only(app: Flask, session: Session, look: Look) -> None:
    home, other = first_organisation(session), add_organisation(session, "Other House")
    mine, beside = (begin_consultation(session, home.id, name).id for name in ("Mine", "Beside"))
    foreign = begin_consultation(session, other.id, "Foreign").id
    today = steady_now().date()
    for of, place in ((None, home), (beside, home), (foreign, other)):
        made(session, place, today, of, name="not theirs")
    boss = Boss(app, session, mine)
    for where in ("", beside.hex(), foreign.hex()):
        assert boss.wish(where=where).status_code == 422
    assert boss.wish(where=mine.hex()).status_code == 200
    page = boss.client.get("/desk/tokens").text
    assert "not theirs" not in page
    assert "Beside" not in page
    for row in look(select(AccessToken).where(AccessToken.name == "not theirs")):
        assert boss.press(f"/desk/tokens/{row.id.hex()}").status_code == 404
    assert len(look(select(AccessToken))) == 4


@ONE_STORE
def test_tokens_of_another_organisation_are_neither_seen_nor_ended(app: Flask, session: Session, look: Look) -> None:
    boss = Boss(app, session)
    made(session, add_organisation(session, "Other House"), steady_now().date(), name="not theirs")
    session.commit()
    assert "not theirs" not in boss.client.get("/desk/tokens").text
    (row,) = look(select(AccessToken))
    for what in (row.id.hex(), "none", "00" * 16, "ff"):
        assert boss.press(f"/desk/tokens/{what}").status_code == 404
    assert len(look(select(AccessToken))) == 1


@ONE_STORE
def test_nobody_else_makes_tokens(app: Flask, session: Session, look: Look) -> None:
    client = let_in(app, session, "Ann", ["author", "publisher", "coder", "analyst", "reviewer", "key-holder"])
    assert client.get("/desk/tokens").status_code == 403
    assert "/desk/tokens" not in client.get("/desk/people").text
    assert client.post("/desk/tokens").status_code == 403
    assert Boss(app, session).client.post("/desk/tokens", data={"name": "x"}).status_code == 400
    assert look(select(AccessToken)) == []
