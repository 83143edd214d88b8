"""Invitations: typed as people type, used once whoever is faster, and tied to nothing that was sent with them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from analysis import taking_in
from safekeeping.database import make_engine, session_for
from safekeeping.jobs import Bench
from safekeeping.settings import Settings
from safekeeping.signs import ALPHABET
from safekeeping.vault import Vault, form_token
from surveys.definition.published import CLOSED, PublishedSurvey
from surveys.intake import tickets
from surveys.intake.mix import BATCH, mix, rewritten
from surveys.intake.tables import Intake, Response, Ticket
from surveys.intake.tickets import Seat, fingerprint, make_tickets, new_ticket, signs_of
from tests.factories import opener_of, published_survey
from tests.surveys.browsing import Person, heading, intake_count, put_up
from tests.surveys.managing.at_the_desk import at_the_desk

ON_SQLITE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
SURVEY, OTHER = b"s" * 16, b"o" * 16

# Typing --------------------------------------------------------------------------------------------


def as_typed(ticket: str, habits: list[int]) -> str:
    """A ticket as somebody types it: small letters, O for 0, l or I for 1, spaces and dashes anywhere."""
    misread = {"0": "Oo0", "1": "Il1i"}
    typed = ""
    for sign, habit in zip(ticket.replace(" ", ""), habits, strict=True):
        offered = misread.get(sign, sign + sign.lower())
        typed += offered[habit % len(offered)] + ("", " ", "-", "–", "\u00a0")[habit % 5]
    return typed


@settings(max_examples=50)
@given(st.text(ALPHABET, min_size=16, max_size=16), st.lists(st.integers(0, 59), min_size=16, max_size=16))
def test_a_ticket_is_known_however_it_is_typed(ticket: str, habits: list[int]) -> None:
    assert signs_of(as_typed(ticket, habits)) == ticket
    assert fingerprint(as_typed(ticket, habits), SURVEY) == fingerprint(ticket, SURVEY)
    assert fingerprint(ticket, SURVEY) != fingerprint(ticket, OTHER)


@settings(max_examples=80)
@given(st.text(max_size=40))
def test_anything_can_be_typed(typed: str) -> None:
    signs = signs_of(typed)
    assert signs is None or (len(signs) == 16 and set(signs) <= set(ALPHABET))


@settings(max_examples=50)
@given(st.integers(0, 15), st.sampled_from(ALPHABET))
def test_one_other_sign_is_another_ticket(at: int, sign: str) -> None:
    ticket = "7QJM0X2K9VTA4RCD"
    other = ticket[:at] + sign + ticket[at + 1 :]
    assert (fingerprint(other, SURVEY) == fingerprint(ticket, SURVEY)) is (other == ticket)


def test_tickets_hold_eighty_bits_and_no_sign_that_is_misread() -> None:
    made = [new_ticket() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert {len(ticket) for ticket in made} == {19}
    assert set("".join(made)) == {*ALPHABET, " "}
    assert not set("OILU") & set("".join(made))


# At the door ---------------------------------------------------------------------------------------


@pytest.fixture
def cards(engine: Engine, keys: Vault) -> list[str]:
    """Twelve tickets of the tiny survey, which asks for them."""
    with session_for(engine) as session:
        row = published_survey(session, keys)
        row.by_ticket = True
        return make_tickets(session, row.id, 12)


@pytest.fixture
def drafts(settings: Settings) -> Iterator[Engine]:
    """Where unfinished answers and seats are."""
    engine = make_engine(settings.drafts)
    yield engine
    engine.dispose()


def arrive(app: Flask, ticket: str) -> tuple[Person, TestResponse]:
    """Somebody types this ticket and presses Start."""
    person = Person(app.test_client())
    person.look()
    person.press("intro")
    answer = person.post({**person.form(), "ticket": ticket, "go": "start"})
    return person, answer


def at_the_end(app: Flask, ticket: str, words: str = "Words of mine") -> Person:
    """Somebody who came in with this ticket and looks over their answers."""
    person, answer = arrive(app, ticket)
    assert answer.status_code == 303
    person.press("continue", audience="survivor")
    person.press("continue", say=words)
    return person


def send_at_once(app: Flask, ticket: str) -> None:
    """Somebody who presses every button before the page is there."""
    client = app.test_client()
    assert client.post("/tiny", data={"go": "start", "ticket": ticket}).status_code == 303
    cookie = client.get_cookie("s")
    assert cookie
    token = {"token": form_token(bytes.fromhex(cookie.value))}
    pages = ({"page": "you", "q-audience": "survivor"}, {"page": "words", "q-say": "Words of mine"})
    sent = [client.post("/tiny", data={**token, **page, "go": "continue"}) for page in pages]
    sent.append(client.post("/tiny", data={**token, "go": "send"}))
    assert [answer.status_code for answer in sent] == [303, 303, 303]


def test_a_ticket_lets_one_person_in_once(app: Flask, cards: list[str], engine: Engine) -> None:
    first, second = at_the_end(app, cards[0].lower()), at_the_end(app, cards[0].replace(" ", "-"))
    first.press("send")
    assert heading(first.page) == "Thank you. Your answers are kept."
    answer = second.press("send")
    assert answer.status_code == 422
    assert "Nothing was sent, and your answers are still here." in second.page
    assert "Words of mine" in second.page
    assert intake_count(engine) == 1
    second.post({**second.form(), "ticket": cards[1], "go": "send"})
    assert heading(second.page) == "Thank you. Your answers are kept."
    assert intake_count(engine) == 2
    _, again = arrive(app, cards[0])
    assert again.status_code == 422


@ON_SQLITE
@pytest.mark.parametrize("typed", ["", "7QJM 0X2K 9VTA 4RCD", "no", "<b>'\"&", "x" * 500])
def test_a_wrong_ticket_and_a_used_one_look_the_same(app: Flask, cards: list[str], typed: str) -> None:
    at_the_end(app, cards[0]).press("send")
    used, refused = arrive(app, cards[0])
    wrong, also_refused = arrive(app, typed)
    assert refused.status_code == also_refused.status_code == 422
    assert wrong.form()["ticket"] == typed[:200]
    assert wrong.client.get_cookie("s") is None
    blank = [_plain(person.page, person.form()["ticket"]) for person in (used, wrong)]
    assert blank[0] == blank[1]
    assert "This ticket does not work." in wrong.page


def _plain(page: str, typed: Any) -> str:
    return page.partition("<!--")[0].replace(f'value="{escape(typed)}"', "")


def test_two_browsers_with_one_ticket_at_the_same_moment(app: Flask, cards: list[str], engine: Engine) -> None:
    for card in cards[:4]:
        before, barrier = intake_count(engine), Barrier(2)
        people = [at_the_end(app, card) for _ in range(2)]

        def send(person: Person, barrier: Barrier = barrier) -> int:
            barrier.wait()
            return person.press("send").status_code

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(send, people)) == [303, 422]
        assert intake_count(engine) == before + 1
        refused = next(person for person in people if "Thank you" not in heading(person.page))
        assert "Words of mine" in refused.page


def test_two_who_type_their_tickets_before_sending_do_not_wait_for_each_other(
    app: Flask, cards: list[str], engine: Engine
) -> None:
    """Tickets were asked for while they answered: each types one on the last page, at the same moment."""
    barrier, people = Barrier(2), [at_the_end(app, cards[0]) for _ in range(2)]
    at_the_end(app, cards[0]).press("send")

    def send(person: Person, card: str) -> int:
        barrier.wait()
        return person.post({**person.form(), "ticket": card, "go": "send"}).status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(send, people, cards[1:3])) == [303, 303]
    assert intake_count(engine) == 3


def test_a_double_click_is_thanked_and_kept_once(app: Flask, cards: list[str], engine: Engine) -> None:
    person, barrier = at_the_end(app, cards[0]), Barrier(2)
    form, cookie = {**person.form(), "go": "send"}, person.client.get_cookie("s")
    assert cookie

    def send(_: int) -> int:
        client = app.test_client()
        client.set_cookie("s", cookie.value)
        barrier.wait()
        return client.post("/tiny", data=form).status_code

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(send, range(2))) == [303, 303]
    assert intake_count(engine) == 1


@ON_SQLITE
def test_without_its_draft_nobody_gets_round_the_ticket(app: Flask, cards: list[str], engine: Engine) -> None:
    """Words typed after four hours are kept; the ticket is asked for again before they are sent."""
    person = Person(app.test_client())
    person.client.set_cookie("s", "ab" * 32)
    person.post({"go": "continue", "page": "words", "q-say": "Late words"})
    person.press("continue", audience="survivor")
    assert person.form()["q-say"] == "Late words"
    person.press("continue")
    assert person.press("send").status_code == 422
    assert intake_count(engine) == 0
    person.post({**person.form(), "ticket": cards[3], "go": "send"})
    assert intake_count(engine) == 1


@ON_SQLITE
def test_an_open_survey_asks_for_no_ticket(app: Flask, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys)
    person = Person(app.test_client())
    person.look()
    person.press("intro")
    assert "ticket" not in person.page


# What is left behind -------------------------------------------------------------------------------


def taken_in(engine: Engine, keys: Vault, drafts: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the job does before it reads: mix, and use the tickets up."""

    def enough(*_: Any) -> None:
        raise StopIteration

    monkeypatch.setattr(taking_in, "line_for", enough)
    with session_for(engine) as session:
        survey_id = session.scalars(select(PublishedSurvey.id)).one().hex()
    bench = Bench(engine, keys, lambda done, total: None, {"drafts": drafts})
    with pytest.raises(StopIteration):
        taking_in.take_in(bench, survey_id)


def in_drafts(drafts: Engine, statement: Any) -> list[Any]:
    with Session(drafts.execution_options(reading=True)) as session:
        return list(session.scalars(statement))


def test_tickets_are_used_up_with_their_batch(
    app: Flask,
    cards: list[str],
    engine: Engine,
    keys: Vault,
    drafts: Engine,
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for card in cards[: BATCH - 1]:
        send_at_once(app, card)
    taken_in(engine, keys, drafts, monkeypatch)
    assert len(look(select(Ticket))) == 12  # nothing is used up before it is mixed
    at_the_end(app, cards[BATCH - 1]).press("send")
    late = at_the_end(app, cards[10])
    same = at_the_end(app, cards[11])
    same_again = at_the_end(app, cards[11])
    taken_in(engine, keys, drafts, monkeypatch)
    survey_id = look(select(PublishedSurvey.id))[0]
    assert set(look(select(Ticket.fingerprint))) == {fingerprint(card, survey_id) for card in cards[10:]}
    assert in_drafts(drafts, select(Seat)) == []
    assert [arrive(app, card)[1].status_code for card in cards[:10]] == [422] * 10
    assert late.press("send").status_code == 303
    assert same.press("send").status_code == 303
    with session_for(engine) as session:
        session.scalars(select(PublishedSurvey)).one().state = CLOSED
    taken_in(engine, keys, drafts, monkeypatch)
    assert look(select(Ticket)) == []
    with session_for(engine) as session:
        session.scalars(select(PublishedSurvey)).one().state = "open"
    assert same_again.press("send").status_code == 422  # begun while the ticket was good, sent when it was used up
    assert "Words of mine" in same_again.page


def test_stopped_between_the_batch_and_the_seats_nothing_is_let_in_twice(
    app: Flask, cards: list[str], engine: Engine, keys: Vault, drafts: Engine
) -> None:
    at_the_end(app, cards[0]).press("send")
    with session_for(engine) as session, session_for(drafts) as draft_session:
        survey_id = session.scalars(select(PublishedSurvey.id)).one()
        tickets.forget_spent(session, tickets.spent(session, draft_session, survey_id))
    assert arrive(app, cards[0])[1].status_code == 422
    with session_for(engine) as session, session_for(drafts) as draft_session:
        tickets.clear_seats(session, draft_session)
    assert arrive(app, cards[0])[1].status_code == 422
    assert in_drafts(drafts, select(func.count()).select_from(Seat)) == [0]


def correlation(one: list[int], other: list[int]) -> float:
    """Spearman's rho of two orders without ties."""
    count = len(one)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) / (count * (count**2 - 1))


def test_no_place_and_no_number_of_a_transaction_ties_a_seat_to_what_was_sent(
    app: Flask, engine: Engine, keys: Vault, drafts: Engine
) -> None:
    """Somebody with both databases, the key of the survey and every card knows only which batch a card is in."""
    with session_for(engine) as session:
        row = published_survey(session, keys)
        row.by_ticket, survey_id = True, row.id
        cards = make_tickets(session, row.id, 24)
    for card in cards:
        send_at_once(app, card)
    where = "ctid, xmin::text" if engine.dialect.name == "postgresql" else "1, 1"
    with drafts.connect() as connection:
        rows = list(connection.execute(text(f"SELECT fingerprint, {where} FROM seat")))
    came = {fingerprint(card, survey_id) or b"": number for number, card in enumerate(cards)}
    if engine.dialect.name == "postgresql":
        assert len({xmin for _, _, xmin in rows}) == 1
        rows.sort(key=lambda row: tuple(map(int, row[1].strip("()").split(","))))
        order = [came[row[0]] for row in rows]
    else:
        order = _order_in_file(Path(str(drafts.url.database)), came)
        journal = Path(f"{drafts.url.database}-wal")
        assert not journal.exists() or not any(each in journal.read_bytes() for each in came)
    assert abs(correlation(order, list(range(24)))) < 0.7  # by chance one in 10,000 is beyond


def _order_in_file(path: Path, came: dict[bytes, int]) -> list[int]:
    """In which order the seats lie in SQLite's file: its cells are laid down as they come."""
    content = path.read_bytes()
    assert all(content.count(each) == 1 for each in came), "what was deleted is overwritten"
    return [came[each] for each in sorted(came, key=content.index)]


@ON_SQLITE
def test_no_row_leads_from_a_ticket_to_a_response(
    app: Flask, cards: list[str], engine: Engine, keys: Vault, drafts: Engine, look: Look
) -> None:
    """No bytes of a ticket are in what was sent or in its row, sealed or opened, before mixing or after."""
    for card in cards[:BATCH]:
        send_at_once(app, card)
    survey_id = look(select(PublishedSurvey.id))[0]
    marks = [fingerprint(card, survey_id) or b"" for card in cards] + [card.encode() for card in cards]
    rows = [*look(select(Intake.id)), *look(select(Intake.sealed))]
    with session_for(engine) as session:
        row = session.scalars(select(PublishedSurvey)).one()
        opener = opener_of(keys, row)
        arrivals = [opener.intake(sealed) for sealed in session.scalars(select(Intake.sealed))]
        rows += [arrival.withdrawal for arrival in arrivals]
        rows += [opener.response(arrival.sealed) for arrival in arrivals]
        assert mix(session, row.id, opener) == BATCH
    rewritten(engine, keys.store.engine)
    rows += [*look(select(Response.id)), *look(select(Response.tag)), *look(select(Response.ciphertext))]
    assert not [mark for mark in marks if any(mark in row or mark.hex().encode() in row for row in rows)]
    assert {column.name for column in Seat.__table__.columns} == {"fingerprint"}
    assert not Seat.__table__.foreign_keys


# At the desk ---------------------------------------------------------------------------------------


def test_a_researcher_makes_cards_and_sees_them_once(
    app: Flask, session: Session, keys: Vault, look: Look, engine: Engine
) -> None:
    published_survey(session, keys)
    desk = at_the_desk(app, session)
    page = "/desk/collect/tiny/tickets"
    assert page in desk.look("/desk/collect")
    desk.press(page, do="on")
    assert "Only with a ticket" in desk.look(page)
    answer = desk.press(page, do="make", count="10")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    made = [part.partition("<")[0] for part in answer.text.split('<p class="signs" dir="ltr">')[1:]]
    assert len(made) == 10
    assert 'style="' not in answer.text
    assert answer.text.count("<use ") == 10
    survey_id = look(select(PublishedSurvey.id))[0]
    assert set(look(select(Ticket.fingerprint))) == {fingerprint(ticket, survey_id) for ticket in made}
    assert not [ticket for ticket in made if ticket in desk.look(page)]
    at_the_end(app, made[0]).press("send")
    assert intake_count(engine) == 1
    assert "10</span> tickets are good" in desk.look(page)  # that one was used shows when ten were
    desk.press(page, do="forget")
    assert arrive(app, made[1])[1].status_code == 422
    desk.press(page, do="off")
    assert "Open to anybody" in desk.look(page)


@ON_SQLITE
@pytest.mark.parametrize("count", ["", "9", "1001", "ten", "-5", "1e2", "٥٠", "9" * 400])
def test_a_number_that_cannot_be_made_comes_back_as_typed(
    app: Flask, session: Session, keys: Vault, count: str, look: Look
) -> None:
    published_survey(session, keys)
    desk = at_the_desk(app, session)
    answer = desk.press("/desk/collect/tiny/tickets", do="make", count=count)
    assert answer.status_code == 422
    assert f'value="{count}"' in answer.text
    assert "Give a whole number from 10 to 1000." in answer.text
    assert look(select(Ticket)) == []
    assert desk.press("/desk/collect/tiny/tickets", do="anything").status_code == 400
