"""Paper and telephone over HTTP: printing, entering twice, comparing, sending; a call, and stopping it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from safekeeping.database import session_for
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.definition.load import parse_survey
from surveys.definition.published import CLOSED, PublishedSurvey
from surveys.definition.tables import as_tables
from surveys.paper import forms as paper_forms
from surveys.paper.forms import PAPER, Entered, PaperEntry, PaperForm
from surveys.writing.written import begin_writing
from tests.factories import definition
from tests.surveys.browsing import intake_answers, put_up
from tests.surveys.managing.typist import ANSWERED, Typist, typist

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]


@pytest.fixture
def ann(app: Flask, engine: Engine, keys: Vault) -> Typist:
    """Somebody who has the sheets of a survey with every kind of question."""
    put_up(engine, keys, "paper")
    return typist(app, engine)


@pytest.fixture
def ben(app: Flask, engine: Engine, ann: Typist) -> Typist:
    """Her colleague."""
    return typist(app, engine, "Ben")


def done(engine: Engine, *entries: dict[str, Any], label: str = "17") -> str:
    """The address of a form of which Ann and then Ben have finished these entries."""
    with session_for(engine) as session:
        row = session.scalars(select(PublishedSurvey)).one()
        form = paper_forms.begin_form(session, row.id, label, PAPER)
        for number, (name, answers) in enumerate(zip(("Ann", "Ben"), entries, strict=False), 1):
            typed = Entered(row.definition_hash, "en", "2026-11-22", {"audience": "survivor", **answers})
            paper_forms.begin_entry(session, row, (form, number), add_staff(session, name, ()).id, typed)
            paper_forms.entries_of(session, form)[number].done = True
        return f"/desk/enter/paper/{form.id.hex()}"


def sent(engine: Engine, keys: Vault) -> list[dict[str, Any]]:
    return intake_answers(engine, keys, "paper")


# On paper ------------------------------------------------------------------------------------------


def test_a_published_survey_is_printed_as_asked(ann: Typist) -> None:
    everybody = ann.go("/desk/collect/paper/paper")
    assert "If you ticked “No”, please go to question 6." in everybody
    assert '<html lang="en" dir="ltr">' in everybody
    large = ann.go("/desk/collect/paper/paper?audience=provider&language=cy&large=1")
    assert '<html lang="cy" dir="ltr" class="large">' in large
    assert "Eich barn" in large
    assert "The police" not in large
    assert '<nav class="screen" lang="en" dir="ltr" aria-label="This paper">' in large


def test_what_is_not_offered_is_not_printed(ann: Typist) -> None:
    everybody = ann.go("/desk/collect/paper/paper")
    for asked in ("audience=nobody", "language=xx", "large=yes", "audience=%3Cscript%3E"):
        assert ann.go(f"/desk/collect/paper/paper?{asked}") == everybody


def test_nothing_of_the_staff_title_is_on_the_sheet(ann: Typist) -> None:
    assert "Everything on paper" not in ann.go("/desk/collect/paper/paper")


def test_a_survey_that_is_written_is_printed_once_it_has_no_faults(ann: Typist, engine: Engine) -> None:
    tables = as_tables(parse_survey(definition("paper")))
    with session_for(engine) as session:
        good = begin_writing(session, tables, "began").id.hex()
        bad = begin_writing(session, {**tables, "page": []}, "began").id.hex()
    assert "Did you look for help?" in ann.go(f"/desk/write/{good}/paper")
    assert "cannot be printed yet" in ann.go(f"/desk/write/{bad}/paper")
    assert ann.status == 422


# Twice ---------------------------------------------------------------------------------------------


def test_two_entries_that_agree_are_sent_and_forgotten(
    ann: Typist, ben: Typist, engine: Engine, keys: Vault, look: Look
) -> None:
    at = ann.start().enter(*ANSWERED).press("finish").at
    assert "Two people find more slips" in ann.page
    ben.go(at)
    ben.press("begin").enter(*ANSWERED[:-1], {"say": "He would  not listen "}).press("finish")
    assert "both entries are the same" in ben.heading()
    assert "Sent." in ben.press("send").page
    (answers,) = sent(engine, keys)
    assert (answers["audience"], answers["when"], answers["say"]) == ("survivor", "2020-05", "He would not listen")
    assert answers["believed"] == {"listened": "2"}
    assert look(select(PaperForm)) == look(select(PaperEntry)) == []


def test_all_that_agree_are_sent_at_once(ann: Typist, engine: Engine, keys: Vault, look: Look) -> None:
    done(engine, {"say": "A"}, {"say": "A"})
    done(engine, {"say": "A"}, {"say": "B"}, label="18")
    done(engine, {"say": "A"}, label="19")
    page = ann.go("/desk/enter/paper")
    for words in ("entered twice, the same", "entered twice, differing", "entered once"):
        assert f"<td>{words}</td>" in page
    ann.post({"go": "send all"})
    assert [answers["say"] for answers in sent(engine, keys)] == ["A"]
    assert sorted(look(select(PaperForm.label))) == ["18", "19"]


def test_the_first_entry_is_not_shown_to_the_second(ben: Typist, engine: Engine) -> None:
    at = done(engine, {"asked": "no", "say": "He would not listen"})
    shown = ben.go(at) + ben.press("begin").page + ben.press("continue", audience="survivor").page
    assert "What would you like to say?" in shown
    assert "He would not listen" not in shown + ben.press("continue").page
    for page in (f"{at}/1/views", f"{at}/1"):
        assert "He would not listen" not in ben.go(page)
        assert ben.at == at


def test_the_same_person_may_enter_twice_after_being_told(ann: Typist, engine: Engine) -> None:
    ann.go(done(engine, {}))
    assert "Nobody else can enter forms here" in ann.page
    assert "About you" in ann.press("begin").heading()


def test_only_what_differs_is_settled(ben: Typist, engine: Engine, keys: Vault) -> None:
    ben.go(done(engine, {"asked": "no", "say": "listen"}, {"asked": "no", "say": "lessen"}))
    assert "one answer differs" in ben.heading()
    assert "Did you look for help?" not in ben.page
    assert ben.post({"go": "send"}).status == 422
    assert sent(engine, keys) == []
    ben.post({"go": "send", "pick-say": "first"})
    assert [answers["say"] for answers in sent(engine, keys)] == ["listen"]


SETTLED = {
    "first": ("A", ["fast"], None),
    "second": ("B", ["near"], "keep"),
    "blank": (None, None, None),
    "other": ("C", ["fast", "kind"], "remove"),
}


@pytest.mark.parametrize("pick", SETTLED)
def test_a_difference_is_settled_by_the_sheet(ben: Typist, engine: Engine, keys: Vault, pick: str) -> None:
    ben.go(done(engine, {"say": "A", "order": ["fast"]}, {"say": "B", "order": ["near"], "clause": "keep"}))
    picks = {f"pick-{name}": pick for name in ("order", "say", "clause")}
    ben.post({"go": "send", **picks, "q-say": "C", "q-order": "fast kind", "q-clause": "remove"})
    (answers,) = sent(engine, keys)
    assert tuple(answers.get(name) for name in ("say", "order", "clause")) == SETTLED[pick]


def test_a_third_answer_that_cannot_be_taken_comes_back(ben: Typist, engine: Engine) -> None:
    ben.go(done(engine, {"say": "A"}, {"say": "B"}))
    long = "x" * 2001
    ben.post({"go": "send", "pick-say": "other", "q-say": long})
    assert ben.status == 422
    assert long in ben.page
    assert "1 character too long" in ben.page


def test_buttons_inside_a_third_answer_keep_what_was_chosen(ben: Typist, engine: Engine) -> None:
    ben.go(done(engine, {"say": "A"}, {"say": "B", "order": ["near"]}))
    ben.post({"go": "rank:order:next:kind", "pick-say": "second", "q-order": "fast", "q-say": "half a word"})
    assert 'value="fast kind"' in ben.page
    assert "half a word" in ben.page
    assert 'value="second" checked' in ben.page
    assert ben.post({"go": "rank:nothing:next:kind"}).status == 400


def test_a_settled_answer_that_opens_questions_is_entered_on(ben: Typist, engine: Engine, keys: Vault) -> None:
    ben.go(done(engine, {"asked": "no", "say": "A"}, {"say": "A"}))
    ben.post({"go": "send", "pick-asked": "other", "q-asked": "yes"})
    assert "settled" in ben.page
    ben.press("continue", where=["police"]).press("continue", visits="1")
    assert "Before it is sent" in ben.heading()
    ben.press("finish")
    (answers,) = sent(engine, keys)
    assert (answers["asked"], answers["where"], answers["visits"], answers["say"]) == ("yes", ["police"], 1, "A")


def test_what_cannot_be_read_is_left_blank(ann: Typist, engine: Engine, keys: Vault) -> None:
    ann.start().press("continue", asked="perhaps")
    assert ann.status == 422
    ann.press("blank").press("continue", say="x" * 2001)
    assert ann.status == 422
    assert "Left blank" in ann.press("blank").page


def test_fields_read_as_the_sheet_does_and_the_rest_in_the_language_of_the_desk(ann: Typist, engine: Engine) -> None:
    at = ann.start().at
    with session_for(engine) as session:
        entry = session.scalars(select(PaperEntry)).one()
        form, row = session.scalars(select(PaperForm)).one(), session.scalars(select(PublishedSurvey)).one()
        paper_forms.begin_entry(
            session, row, (form, 1), entry.staff_id, Entered(row.definition_hash, "cy", "2026-11-22", {})
        )
    ann.go(at)
    ann.press("continue")
    assert ann.status == 422
    for said in ("Un peth i’w wirio", "Dewiswch ateb.", "first entry", ">Continue and leave these blank<"):
        assert said in ann.page, said


def test_a_question_that_an_answer_opens_is_asked_at_once(ann: Typist) -> None:
    ann.start().press("continue", audience="survivor", asked="yes")
    assert "opens another question" in ann.page
    assert "Where did you look?" in ann.page


def test_an_answer_is_changed_from_the_look_over(ann: Typist) -> None:
    at = ann.start().enter({"audience": "provider"}, {"say": "He would not listen"}).at
    ann.go(f"{at}/views?check=1")
    assert ann.press("continue", say="He did listen").at == at
    assert "He did listen" in ann.page


def test_back_keeps_what_was_typed(ann: Typist) -> None:
    ann.start().press("continue", audience="provider").press("back", say="half")
    assert "About you" in ann.heading()
    assert "half" in ann.press("continue").page


def test_an_entry_is_gone_on_with_later(ann: Typist, ben: Typist) -> None:
    ann.start().press("continue", audience="survivor", asked="no")
    at = ann.at.partition("/1/")[0]
    assert f"{at}/1/views" in ann.go(at)
    assert "Somebody else has begun" in ben.go(at)
    ben.press("begin")
    assert 'value="survivor" checked' not in ben.page
    assert "Somebody else has begun" in ann.go(at)


def test_a_number_that_cannot_be_taken_comes_back(ann: Typist) -> None:
    ann.start("17")
    for label, words in (("", "Write the number"), ("x" * 41, "too long"), (" 17 ", "already")):
        ann.start(label)
        assert ann.status == 422
        assert words in ann.page
        assert f'value="{label}"' in ann.page


def test_a_form_that_is_gone_leads_to_the_list(ann: Typist, ben: Typist, engine: Engine) -> None:
    at = done(engine, {})
    ann.go(at)
    ann.post({"go": "throw"})
    assert "Thrown away." in ann.page
    assert "not here any more" in ben.go(at)
    assert "not here any more" in ben.go(f"{at}/compare")


def test_after_the_end_sheets_are_entered_and_calls_are_not(ann: Typist, engine: Engine) -> None:
    with session_for(engine) as session:
        session.scalars(select(PublishedSurvey)).one().state = CLOSED
    assert ann.start(way="phone").status == 422
    assert "About you" in ann.start().heading()


# On the telephone ----------------------------------------------------------------------------------


def test_a_call_begins_safely_is_read_back_and_sent(ann: Typist, engine: Engine, keys: Vault, look: Look) -> None:
    ann.start(way="phone")
    assert "safe time to talk" in ann.page
    ann.press("begin")
    assert "Do not read “I do not know”" in ann.page
    assert "Any help counts" in ann.page
    ann.enter(*ANSWERED)
    assert "Read it back" in ann.heading()
    assert "Nothing of the call" in ann.press("finish").page
    assert [answers["say"] for answers in sent(engine, keys)] == ["He would not listen"]
    assert look(select(PaperForm)) == []


def test_a_call_is_stopped_on_any_page(ann: Typist, engine: Engine, keys: Vault, look: Look) -> None:
    for pages in (0, 3):
        ann.start(way="phone").press("begin")
        for typed in ANSWERED[:pages]:
            ann.press("continue", **typed)
        ann.press("stop")
        assert "Thrown away." in ann.page
        assert look(select(PaperForm)) == look(select(PaperEntry)) == sent(engine, keys) == []


# Who may -------------------------------------------------------------------------------------------


def test_only_those_who_may_enter_see_forms(app: Flask, engine: Engine, ann: Typist) -> None:
    at = ann.start().at
    other = typist(app, engine, "Somebody", ("coder", "analyst", "reviewer", "administrator"))
    for page in (
        "/desk/enter",
        "/desk/enter/paper",
        at,
        f"{at.partition('/1/')[0]}/compare",
        "/desk/collect/paper/paper",
    ):
        other.go(page)
        assert other.status == 403


def test_a_button_that_is_not_there(ann: Typist) -> None:
    ann.start()
    for go in ("", "begin", "anything", "stop", "rank:say:up:x", "clear:nothing"):
        ann.go(ann.at)
        assert ann.press(go).status == 400
    ann.go("/desk/enter/paper")
    assert ann.post({"way": "pigeon", "label": "1"}).status == 400
