"""The public door through a browser without JavaScript: every step of answering, and every way it can go wrong."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from safekeeping.cookies import new_secret
from safekeeping.database import make_engine, session_for
from safekeeping.organisations import add_organisation, first_organisation
from safekeeping.settings import Settings
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from surveys.responding import drafts, pages
from surveys.responding.allowing import with_ticks
from surveys.responding.drafts import DraftRow
from surveys.responding.kinds import html_id
from tests.surveys.browsing import FormReader, Person, heading, intake_answers, intake_count, put_up

LONG = "word " * 1100  # 5,500 characters; a long text takes 5,000


def in_drafts(app: Flask, statement: Any) -> Any:
    """Run one statement where drafts wait."""
    with session_for(app.extensions["drafts_engine"]) as session:
        found = session.execute(statement)
        return found.all() if statement.is_select else None


def expire(app: Flask) -> None:
    in_drafts(app, update(DraftRow).values(ends_hour=0))


# The whole way -------------------------------------------------------------------------------------


def test_the_whole_way(person: Person, engine: Engine, keys: Vault) -> None:
    seen = [heading(person.look())]
    for go, typed in [
        ("start", {}),
        ("continue", {"audience": "survivor"}),
        ("continue", {"say": "First"}),
        ("change:words", {}),
        ("continue", {"say": "Second"}),
        ("send", {}),
    ]:
        person.press(go, **typed)
        seen.append(heading(person.page))
    assert seen == [
        "Your views",
        "About you",
        "Your words",
        "Check your answers",
        "Your words",
        "Check your answers",
        "Thank you. Your answers are kept.",
    ]
    assert intake_answers(engine, keys) == [{"audience": "survivor", "say": "Second"}]


def test_every_step_is_a_redirect_to_the_one_address(person: Person) -> None:
    person.look()
    for go, typed in [("start", {}), ("continue", {"audience": "survivor"}), ("continue", {"say": "x"}), ("send", {})]:
        answer = person.press(go, **typed)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/tiny")


def test_a_blank_answer_is_allowed(writing: Person, engine: Engine, keys: Vault) -> None:
    writing.press("continue")
    assert "Left blank" in writing.page
    writing.press("send")
    assert intake_answers(engine, keys) == [{"audience": "survivor"}]


def test_why_an_answer_is_required_is_said(person: Person) -> None:
    person.look()
    person.press("start")
    assert person.press("continue").status_code == 422
    assert "Choose an answer. It decides which questions you see" in person.page
    assert f'<a href="#{html_id("q-audience")}-0">' in person.page


def test_the_front_page_lists_what_takes_answers(client: FlaskClient, engine: Engine, keys: Vault) -> None:
    assert "There is nothing to answer here" in client.get("/").text
    put_up(engine, keys)
    put_up(engine, keys, "second")
    assert re.findall(r'class="button" href="(.*?)"', client.get("/").text) == ["/second", "/tiny"]


@pytest.mark.parametrize("address", ["/safety", "/about"])
def test_what_is_kept_and_what_cannot_be_kept_safe_is_said(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert 'href="/x"' in answer.text


@pytest.mark.parametrize("address", ["/none", "/Tiny", "/tiny/", "/tiny%20", "/%00", "/%ff", "/" + "t" * 3000])
def test_where_no_survey_is_there_is_no_page(person: Person, address: str) -> None:
    assert person.client.get(address).status_code == 404
    assert person.client.post(address, data={"go": "start"}).status_code in (404, 405)


# Back, forward, again ------------------------------------------------------------------------------


def test_back_keeps_what_was_typed(writing: Person) -> None:
    writing.press("back", say="Half a sentence")
    assert heading(writing.page) == "About you"
    writing.press("continue")
    assert writing.form()["q-say"] == "Half a sentence"


def test_back_keeps_words_that_are_too_many(writing: Person) -> None:
    writing.press("back", say=LONG)
    writing.press("continue")
    assert writing.form()["q-say"] == LONG
    assert writing.press("continue").status_code == 422


def test_back_while_changing_does_not_slip_too_many_words_in(checking: Person, engine: Engine, keys: Vault) -> None:
    checking.press("change:words")
    checking.press("back", say=LONG)
    checking.press("continue")
    assert heading(checking.page) == "Your words"
    assert checking.form()["q-say"] == LONG


def test_back_from_the_check_page_leads_to_the_last_page(checking: Person) -> None:
    checking.press("back")
    assert heading(checking.page) == "Your words"
    assert checking.form()["q-say"] == "Some words of mine"


def test_back_on_the_first_page_stays(person: Person) -> None:
    person.look()
    person.press("start")
    person.press("back", audience="provider")
    assert heading(person.page) == "About you"
    assert person.form()["q-audience"] == "provider"


def test_back_drops_what_cannot_be_taken_without_complaint(person: Person) -> None:
    person.look()
    person.press("start")
    assert person.press("back", audience="king").status_code == 303
    assert "q-audience" not in person.form()


def test_a_page_from_the_browser_s_history_is_understood(checking: Person, engine: Engine, keys: Vault) -> None:
    """The browser's own Back shows the first page once more; the person continues from there."""
    token = checking.form()["token"]
    checking.post({"go": "continue", "page": "you", "token": token, "q-audience": "provider"})
    assert heading(checking.page) == "Your words"
    assert checking.form()["q-say"] == "Some words of mine"
    checking.press("continue")
    checking.press("send")
    assert intake_answers(engine, keys) == [{"audience": "provider", "say": "Some words of mine"}]


def test_continuing_twice_is_continuing_once(writing: Person) -> None:
    writing.press("continue", say="Words")
    twice = dict(writing.sent)
    assert writing.post(twice).status_code == 303
    assert heading(writing.page) == "Check your answers"


def test_sending_twice_keeps_one(checking: Person, engine: Engine) -> None:
    checking.press("send")
    for _ in range(2):
        assert checking.post(dict(checking.sent)).status_code == 303
        assert heading(checking.page) == "Thank you. Your answers are kept."
    assert intake_count(engine) == 1


def test_the_thanks_can_be_reloaded(checking: Person, engine: Engine) -> None:
    checking.press("send")
    assert [heading(checking.look()) for _ in range(2)] == ["Thank you. Your answers are kept."] * 2
    assert intake_count(engine) == 1


def test_the_thanks_name_whose_consultation_it_is(checking: Person, session: Session) -> None:
    first_organisation(session).name = "Example Standards"
    add_organisation(session, "Another one")
    session.commit()
    checking.press("send")
    assert "After that Example Standards will read what people wrote" in checking.page


@pytest.mark.parametrize("go", ["continue", "back", "change:you", "send"])
def test_after_sending_an_old_page_leads_to_the_thanks_and_not_to_a_second_one(
    checking: Person, engine: Engine, go: str
) -> None:
    """Words typed on an old page would be thanked for and not kept: this draft's nonce is spent."""
    old = checking.form()
    checking.press("send")
    checking.post({**old, "go": go, "page": "words", "q-say": "More words"})
    assert heading(checking.page) == "Thank you. Your answers are kept."
    assert intake_count(engine) == 1


def test_after_sending_the_draft_holds_no_answer(checking: Person, app: Flask, engine: Engine) -> None:
    checking.press("send")
    cookie = checking.client.get_cookie("s")
    assert cookie
    with session_for(app.extensions["drafts_engine"]) as session, Session(engine) as kept:
        survey_id = kept.scalars(select(PublishedSurvey.id)).one()
        draft = drafts.load(session, bytes.fromhex(cookie.value), survey_id, datetime.now(UTC))
    assert draft
    assert (draft.at, draft.answers, draft.seen) == (drafts.SENT, {}, ())


def test_starting_again_after_sending_is_a_new_answer(checking: Person, engine: Engine) -> None:
    checking.press("send")
    checking.post({"go": "start"})
    assert heading(checking.page) == "About you"
    checking.press("continue", audience="provider")
    checking.press("continue")
    checking.press("send")
    assert intake_count(engine) == 2


def test_starting_where_a_draft_waits_goes_on(checking: Person) -> None:
    before = checking.client.get_cookie("s")
    checking.post({"go": "start"})
    assert heading(checking.page) == "Check your answers"
    assert checking.client.get_cookie("s") == before


# Changing ------------------------------------------------------------------------------------------


@pytest.fixture
def other_audience(client: FlaskClient, engine: Engine, keys: Vault) -> Person:
    """A survivor who checks their answers to the survey whose pages depend on the audience."""
    put_up(engine, keys, "per-audience")
    person = Person(client, "per-audience").start()
    person.press("continue", help="My words", weeks="7", known="yes")
    person.press("continue", after="Afterwards")
    return person


def test_each_audience_has_its_own_words(client: FlaskClient, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "per-audience")
    survivor, provider = (
        Person(client, "per-audience").start(),
        Person(client.application.test_client(), "per-audience"),
    )
    provider.start("provider")
    assert (heading(survivor.page), heading(provider.page)) == ("Your story", "Your work")
    assert "What got in the way for you?" in survivor.page
    assert "For you alone." in survivor.page
    assert "What gets in the way?" in provider.page
    assert ("q-weeks" in survivor.page, "q-weeks" in provider.page) == (True, False)
    assert ("We tell them" in survivor.page, "We tell them" in provider.page) == (False, True)
    assert "Page 2 of 3" in survivor.page


def test_changing_the_audience_leads_through_the_pages_not_seen_yet(other_audience: Person) -> None:
    other_audience.press("change:you")
    other_audience.press("continue", audience="provider")
    assert heading(other_audience.page) == "Your service"
    other_audience.press("continue")
    assert heading(other_audience.page) == "Check your answers"


def test_what_another_audience_was_asked_is_neither_shown_nor_sent(
    other_audience: Person, engine: Engine, keys: Vault
) -> None:
    other_audience.press("change:you")
    other_audience.press("continue", audience="provider")
    other_audience.press("continue", counted="By hand")
    assert "Afterwards" not in other_audience.page
    other_audience.press("send")
    assert intake_answers(engine, keys, "per-audience") == [
        {"audience": "provider", "help": "My words", "known": "yes", "counted": "By hand"}
    ]


def test_changing_the_mind_back_finds_the_words_again(other_audience: Person) -> None:
    for audience in ("provider", "survivor"):
        other_audience.press("change:you")
        other_audience.press("continue", audience=audience)
        if audience == "provider":
            other_audience.press("continue")
    assert "Afterwards" in other_audience.page


def test_changing_a_page_that_is_not_on_the_path_is_refused(other_audience: Person) -> None:
    for where in ("work", "none", ""):
        token = other_audience.form()["token"]
        assert (
            other_audience.client.post("/per-audience", data={"go": f"change:{where}", "token": token}).status_code
            == 400
        )


# The cookie and the draft --------------------------------------------------------------------------


def test_there_is_no_cookie_before_start(person: Person) -> None:
    for address in ("/", "/tiny", "/safety", "/about", "/static/heard.css"):
        with person.client.get(address) as answer:
            assert "Set-Cookie" not in answer.headers
    assert person.client.get_cookie("s") is None


def test_start_sets_exactly_one_cookie(person: Person) -> None:
    (cookie,) = person.client.post("/tiny", data={"go": "start"}).headers.getlist("Set-Cookie")
    assert re.fullmatch(r"s=[0-9a-f]{64}; HttpOnly; Path=/; SameSite=Strict", cookie)


def test_no_later_page_sets_another(person: Person) -> None:
    person.look()
    person.press("start")
    answers = [
        person.press(go, **typed)
        for go, typed in [("continue", {"audience": "survivor"}), ("continue", {}), ("send", {})]
    ]
    assert not [answer for answer in answers if "Set-Cookie" in answer.headers]


def test_start_never_takes_a_secret_that_somebody_else_chose(person: Person) -> None:
    """Otherwise whoever planted the cookie could read the draft."""
    planted = new_secret().hex()
    person.client.set_cookie("s", planted)
    person.client.post("/tiny", data={"go": "start"})
    cookie = person.client.get_cookie("s")
    assert cookie
    assert cookie.value != planted


def test_looking_changes_nothing(writing: Person, app: Flask, engine: Engine) -> None:
    before = in_drafts(app, select(DraftRow.sealed, DraftRow.ends_hour))
    for address in ("/", "/tiny", "/safety", "/about", "/tiny?go=send", "/tiny?go=back"):
        writing.client.get(address)
        writing.client.head(address)
    assert in_drafts(app, select(DraftRow.sealed, DraftRow.ends_hour)) == before
    assert intake_count(engine) == 0


def test_leaving_drops_the_draft_and_the_cookie(writing: Person, app: Flask) -> None:
    noise = Person(app.test_client()).start()
    answer = writing.client.get("/x")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://example.org/weather")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert writing.client.get_cookie("s") is None
    assert len(in_drafts(app, select(DraftRow.fingerprint))) == 1
    assert heading(noise.look()) == "Your words"


def test_leaving_works_before_start_and_twice(person: Person) -> None:
    assert [person.client.get("/x").status_code for _ in range(2)] == [303, 303]


def test_after_leaving_back_shows_no_answer(checking: Person) -> None:
    checking.client.get("/x")
    assert heading(checking.look()) == "Your views"
    assert "Some words of mine" not in checking.page


def test_two_people_do_not_see_each_other(writing: Person, app: Flask) -> None:
    other = Person(app.test_client()).start("provider")
    writing.press("continue", say="Mine")
    other.press("continue", say="Yours")
    assert ("Mine" in other.page, "Yours" in writing.page) == (False, False)


def test_another_s_token_is_refused(writing: Person, app: Flask) -> None:
    other = Person(app.test_client()).start()
    stolen = {**writing.form(), "token": other.form()["token"], "go": "continue"}
    assert writing.client.post("/tiny", data=stolen).status_code == 400


def test_two_surveys_side_by_side_do_not_mix(writing: Person, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "second")
    other = Person(writing.client, "second")
    assert heading(other.look()) == "Your views"
    other.start("provider").press("continue", say="For the second")
    other.press("send")
    assert intake_answers(engine, keys, "second") == [{"audience": "provider", "say": "For the second"}]
    assert intake_answers(engine, keys, "tiny") == []


def test_a_page_of_the_first_survey_still_carries_its_words(writing: Person, engine: Engine, keys: Vault) -> None:
    put_up(engine, keys, "second")
    Person(writing.client, "second").start()
    writing.press("continue", say="Typed in the first tab")
    writing.press("continue", audience="survivor")
    assert writing.form()["q-say"] == "Typed in the first tab"


# Four hours later ----------------------------------------------------------------------------------


def test_who_sends_when_the_draft_is_gone_is_told_no_more_than_is_known(writing: Person, app: Flask) -> None:
    """A crash of the database may have taken the draft right after the answers were kept."""
    writing.press("continue", say="Perhaps they have it")
    expire(app)
    assert writing.press("send").status_code == 200
    assert "If you pressed the button once, nothing has been sent." in writing.page
    assert "your answers may have reached us" in writing.page


def test_an_expired_draft_carries_the_typed_words(writing: Person, app: Flask, engine: Engine, keys: Vault) -> None:
    expire(app)
    assert writing.press("continue", say="Words that took four hours").status_code == 200
    assert "we have to start again. Nothing has been sent." in writing.page
    assert heading(writing.page) == "About you"
    writing.press("continue", audience="survivor")
    assert writing.form()["q-say"] == "Words that took four hours"
    writing.press("continue")
    writing.press("send")
    assert intake_answers(engine, keys) == [{"audience": "survivor", "say": "Words that took four hours"}]


def test_an_expired_draft_carries_words_that_are_too_many(writing: Person, app: Flask) -> None:
    expire(app)
    writing.press("continue", say=LONG)
    writing.press("continue", audience="survivor")
    assert writing.form()["q-say"] == LONG


def test_an_expired_draft_carries_words_that_one_audience_was_asked_for(other_audience: Person, app: Flask) -> None:
    other_audience.press("change:story")
    expire(app)
    other_audience.press("continue", after="What happened then")
    other_audience.press("continue", audience="survivor")
    other_audience.press("continue")
    assert other_audience.form()["q-after"] == "What happened then"


def test_an_expired_first_page_keeps_its_choice(person: Person, app: Flask) -> None:
    person.look()
    person.press("start")
    expire(app)
    person.press("continue", audience="provider")
    assert person.form()["q-audience"] == "provider"


@pytest.mark.parametrize("typed", [{"page": "none"}, {}, {"page": "you", "q-audience": "king"}])
def test_without_a_draft_nothing_unknown_is_carried(person: Person, app: Flask, typed: dict[str, str]) -> None:
    person.look()
    person.press("start")
    expire(app)
    person.post({"go": "continue", "token": "x", **typed})
    assert heading(person.page) == "About you"
    assert "q-audience" not in person.form()


def test_after_leaving_a_form_that_is_sent_again_shows_nothing(writing: Person) -> None:
    writing.press("back", say="sentinelword")
    writing.client.get("/x")
    assert writing.post(writing.sent).status_code == 303
    assert heading(writing.page) == "Your views"
    writing.press("start")
    writing.press("continue", audience="survivor")
    assert heading(writing.page) == "Your words"
    assert "sentinelword" not in writing.page


def test_how_to_leave_is_said_before_anything_of_the_survey(person: Person) -> None:
    assert "Before anything else: how to leave this site fast." in person.look()
    assert "tiny" not in person.page.replace('href="/tiny', "")
    assert FormReader(person.page).buttons == ["intro"]
    answer = person.press("intro")
    assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
    assert FormReader(person.page).buttons == ["start", "come-back", "take-back"]
    person.press("start")
    assert person.press("intro").status_code == 303
    assert heading(person.page) == "About you"


def test_a_draft_that_somebody_altered_is_no_draft(writing: Person, app: Flask) -> None:
    in_drafts(app, update(DraftRow).values(sealed=b"altered"))
    assert heading(writing.look()) == "Your views"
    assert writing.post({"go": "start"}).status_code == 303
    assert heading(writing.page) == "About you"


def test_starting_destroys_what_others_left_behind(writing: Person, app: Flask) -> None:
    expire(app)
    del app.extensions["swept"]  # it was done in this hour
    Person(app.test_client()).start()
    assert len(in_drafts(app, select(DraftRow.fingerprint))) == 1


def test_a_draft_ends_four_to_five_hours_after_the_last_page(writing: Person, app: Flask) -> None:
    ((ends,),) = in_drafts(app, select(DraftRow.ends_hour))
    hours_left = ends - datetime.now(UTC).timestamp() / 3600
    assert timedelta(hours=4) <= timedelta(hours=hours_left) <= timedelta(hours=5)


def test_drafts_are_kept_apart_from_answers_on_sqlite(settings: Settings) -> None:
    engine = make_engine(settings.drafts)
    apart = settings.drafts != settings.database
    assert apart is (engine.dialect.name == "sqlite")
    engine.dispose()


def test_pressing_twice_at_once_loses_no_word(writing: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first press is carried out while the second one is being read."""
    form, client = writing.form(), writing.client
    pressed: list[int] = []
    real = with_ticks

    def meanwhile(*given: Any) -> Any:
        if not pressed:
            pressed.append(1)
            assert (
                client.post("/tiny", data={**form, "q-say": "of the first press", "go": "continue"}).status_code == 303
            )
        return real(*given)

    monkeypatch.setattr(pages, "with_ticks", meanwhile)
    assert writing.press("continue", say="of the second press").status_code == 303
    assert heading(writing.page) == "Check your answers"
    assert "of the second press" in writing.page


def test_who_left_while_a_page_was_sent_has_left(writing: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    real = with_ticks
    other = writing.client.application.test_client()
    name = writing.client.application.extensions["respondent_cookie"]
    cookie = writing.client.get_cookie(name)
    assert cookie
    other.set_cookie(name, cookie.value)

    def meanwhile(*given: Any) -> Any:
        other.get("/x")
        return real(*given)

    monkeypatch.setattr(pages, "with_ticks", meanwhile)
    writing.press("continue", say="canary")
    assert "Check your answers" not in writing.page
