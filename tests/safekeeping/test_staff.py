"""Staff: one-time links, and sessions that end by themselves."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.permissions import ROLES
from safekeeping.staff import (
    IDLE,
    LINK_LASTS,
    LONGEST,
    SignInLink,
    Staff,
    StaffSession,
    add_staff,
    make_link,
    sign_out,
    signed_in,
    spend_link,
    visitor,
)

NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


@pytest.fixture
def ann(session: Session) -> Staff:
    """A person, beside another one with a link and a session of their own."""
    noise = add_staff(session, "Noise", ROLES)
    assert spend_link(session, make_link(session, noise, NOW), NOW)
    make_link(session, noise, NOW)
    return add_staff(session, "Ann", ("coder", "analyst"))


def enter(session: Session, person: Staff) -> bytes:
    secret = spend_link(session, make_link(session, person, NOW), NOW)
    assert secret is not None
    session.flush()
    return secret


def whose(session: Session, secret: bytes, now: datetime) -> Staff | None:
    found = signed_in(session, secret, now)
    return found.staff if found else None


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_person_may_what_any_of_their_roles_permits(session: Session, ann: Staff) -> None:
    assert [visitor(session, ann).may(action) for action in ("code", "find", "revise", "collect")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_person_without_roles_may_nothing(session: Session) -> None:
    assert not visitor(session, add_staff(session, "Nobody", ())).may("see home")


def test_adding_a_person_again_changes_nothing(session: Session, ann: Staff) -> None:
    assert add_staff(session, "Ann", ROLES) is ann
    session.refresh(ann)
    assert {role.role for role in ann.roles} == {"coder", "analyst"}


def test_a_link_signs_its_own_person_in(session: Session, ann: Staff) -> None:
    assert whose(session, enter(session, ann), NOW) is ann


def test_a_link_works_once(session: Session, ann: Staff) -> None:
    link = make_link(session, ann, NOW)
    assert spend_link(session, link, NOW)
    session.flush()
    assert spend_link(session, link, NOW) is None


@pytest.mark.parametrize(("after", "works"), [(LINK_LASTS, True), (LINK_LASTS + MOMENT, False)])
def test_a_link_lasts_twelve_hours(session: Session, ann: Staff, after: timedelta, works: bool) -> None:
    link = make_link(session, ann, NOW)
    assert (spend_link(session, link, NOW + after) is not None) is works
    assert timedelta(hours=12) == LINK_LASTS


def test_a_new_link_stops_the_person_s_earlier_one_only(session: Session, ann: Staff) -> None:
    earlier, links = make_link(session, ann, NOW), count(session, SignInLink)
    later = make_link(session, ann, NOW)
    assert count(session, SignInLink) == links
    assert spend_link(session, earlier, NOW) is None
    assert spend_link(session, later, NOW)


@pytest.mark.parametrize("wrong", [b"", b"x" * 32, b"x" * 31])
def test_a_wrong_link_opens_nothing(session: Session, ann: Staff, wrong: bytes) -> None:
    make_link(session, ann, NOW)
    assert spend_link(session, wrong, NOW) is None


def test_neither_links_nor_cookies_can_be_read_from_the_database(session: Session, ann: Staff) -> None:
    link, secret = make_link(session, ann, NOW), enter(session, ann)
    kept = [*session.scalars(select(SignInLink.fingerprint)), *session.scalars(select(StaffSession.fingerprint))]
    assert not {link, secret} & set(kept)


@pytest.mark.parametrize(("after", "there"), [(IDLE, True), (IDLE + MOMENT, False)])
def test_a_session_ends_after_half_an_hour_of_silence(
    session: Session, ann: Staff, after: timedelta, there: bool
) -> None:
    assert (whose(session, enter(session, ann), NOW + after) is ann) is there
    assert timedelta(minutes=30) == IDLE


def test_a_session_lasts_eight_hours_however_busy(session: Session, ann: Staff) -> None:
    secret, step = enter(session, ann), timedelta(minutes=20)
    for visit in range(1, 25):
        assert whose(session, secret, NOW + visit * step) is ann
        session.flush()
    assert timedelta(hours=8) == 24 * step == LONGEST
    assert whose(session, secret, NOW + LONGEST + MOMENT) is None


def test_being_seen_is_written_once_a_minute(session: Session, ann: Staff) -> None:
    secret = enter(session, ann)
    signed_in(session, secret, NOW + timedelta(seconds=59))
    assert not session.dirty
    signed_in(session, secret, NOW + timedelta(seconds=61))
    assert session.dirty


def test_signing_out_ends_this_session_only(session: Session, ann: Staff) -> None:
    here, there = enter(session, ann), enter(session, ann)
    sign_out(session, here)
    assert whose(session, here, NOW) is None
    assert whose(session, there, NOW) is ann


def test_two_who_use_one_link_at_once_are_one(engine: Engine) -> None:
    with session_for(engine) as session:
        link = make_link(session, add_staff(session, "Ann", ROLES), NOW)
    entered: list[bytes | None] = []
    together = Barrier(2)

    def use() -> None:
        together.wait()
        with session_for(engine) as session:
            entered.append(spend_link(session, link, NOW))
            session.flush()

    threads = [Thread(target=use), Thread(target=use)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([secret for secret in entered if secret]) == 1


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_a_link_that_somebody_is_using_waits_and_then_fails(engine: Engine) -> None:
    with session_for(engine) as session:
        link = make_link(session, add_staff(session, "Ann", ROLES), NOW)
    entered: list[bytes | None] = []

    def use() -> None:
        with session_for(engine) as session:
            entered.append(spend_link(session, link, NOW))

    with session_for(engine) as first:
        assert spend_link(first, link, NOW)
        first.flush()
        second = Thread(target=use)
        second.start()
        second.join(timeout=0.3)
    second.join()
    assert entered == [None]
