"""The editor over HTTP, as a browser without scripts uses it."""

import io
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from safekeeping.vault import Vault
from surveys.definition.bank import NOT_BANKED
from surveys.definition.published import definition_of
from surveys.writing.editing import page_named, pages, question_named, questions
from surveys.writing.kinds import KINDS_OFFERED
from surveys.writing.templates_offered import STARTS
from surveys.writing.written import WrittenStep, WrittenSurvey, as_survey, tables_of, take_step, written_by_id
from tests.factories import definition, published_survey
from tests.surveys.managing.at_the_desk import Desk, at_the_desk
from tests.surveys.managing.forms import Forms

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]


class Writer:
    """Somebody who writes a survey: opens a form, fills it in, presses a button."""

    def __init__(self, desk: Desk, session: Session) -> None:
        self.desk, self.session = desk, session

    def begin(self, way: str, **fields: str) -> "Writer":
        """Begin a survey; it is the one that is written from here on."""
        sent = self.desk.press("/desk/write/new", f"/desk/write/new/{way}", **fields)
        assert sent.status_code == 303, sent.text
        self.desk.written = sent.headers["Location"].rsplit("/", 1)[1]
        return self

    def form(self, page: str, to: str = "") -> tuple[str, Any]:
        """Where the form of a page goes, and what it would send."""
        address = self.desk.at(page)
        goes, fields = Forms(self.desk.look(address)).to(to)
        return goes or address, fields

    def send(self, at: str, do: str = "save", to: str = "", **fields: Any) -> TestResponse:
        """Open a form, fill some of it in, press a button. `__` in a name is `-`, and `_at_` is `@`."""
        goes, typed = self.form(at, to)
        for name, value in fields.items():
            typed.setlist(name.replace("__", "-").replace("_at_", "@"), value if isinstance(value, list) else [value])
        return self.desk.client.post(goes, data={**typed.to_dict(flat=False), "do": do})

    @property
    def outline(self) -> str:
        """The outline as it stands."""
        return self.desk.look(f"/desk/write/{self.desk.written}")

    def press(self, part: str, do: str) -> TestResponse:
        """Press a button of the outline beside a page or a question."""
        return self.send(f"/desk/write/{self.desk.written}", do, to=f"/{part}/do" if part else f"/{do}")

    @property
    def tables(self) -> dict[str, Any]:
        """The tables as they stand."""
        self.session.expire_all()
        every = self.session.scalars(select(WrittenSurvey)).all()
        tables = tables_of(self.session, next(row for row in every if row.id.hex() == self.desk.written))
        self.session.rollback()
        return tables


@pytest.fixture
def writer(app: Flask, session: Session) -> Writer:
    return Writer(at_the_desk(app, session), session)


@pytest.fixture
def nothing(writer: Writer) -> Writer:
    return writer.begin("empty")


@pytest.fixture
def template(writer: Writer) -> Writer:
    return writer.begin("template", start="consultation")


# Beginning -----------------------------------------------------------------------------------------


def test_a_survey_begins_with_a_template(writer: Writer) -> None:
    for start in STARTS:
        assert not as_survey(writer.begin("template", start=start).tables)[1]
        assert "Nothing is wrong" in writer.outline


def test_a_survey_begins_with_a_standard(writer: Writer) -> None:
    writer.begin("standard", standard="mdan", section="AE", audience="provider")
    assert [page["name"] for page in writer.tables["page"]] == ["section_ae"]
    assert "Keep" not in writer.outline
    assert "AE1" in writer.desk.look("question/ae1")


@pytest.mark.parametrize(("name", "sections"), [("msp", 4), ("respect", 6)])
def test_a_survey_begins_with_each_standard_that_comes_with_heard(writer: Writer, name: str, sections: int) -> None:
    writer.begin("standard", standard=name, audience="survivor")
    assert len(writer.tables["page"]) == sections
    assert "Nothing is wrong" in writer.outline


def test_a_new_wave_keeps_names_and_gets_an_address(writer: Writer, session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    session.commit()
    writer.begin("earlier", survey="tiny")
    assert writer.tables["address"] == "tiny-2"
    assert [each["name"] for each in questions(writer.tables)] == [
        each.name
        for each in as_survey(writer.tables | {"address": row.address})[0].questions  # type: ignore[union-attr]
    ]


#: Ways to begin that no page offers, and what they are answered with.
NO_WAYS: list[tuple[str, dict[str, str], int]] = [
    ("no-way", {}, 404),
    ("template", {"start": "x"}, 400),
    ("standard", {"standard": "x"}, 400),
    ("standard", {"standard": "mdan", "audience": "martians"}, 400),
    ("earlier", {"survey": "x"}, 404),
]


def test_a_beginning_that_no_page_offers_is_refused(writer: Writer) -> None:
    for way, fields, status in NO_WAYS:
        sent = writer.desk.press("/desk/write/new", f"/desk/write/new/{way}", **fields)
        assert sent.status_code == status, (way, fields)


def upload(writer: Writer, name: str, content: str = "") -> TestResponse:
    file = (io.BytesIO(content.encode()), name)
    return writer.desk.press("/desk/write/new", "/desk/write/new/file", file=file)


def test_what_a_file_loses_is_listed_before_going_on(writer: Writer, session: Session) -> None:
    page = upload(writer, "our questions.txt", "What helped?\n\nDid it help?\n- Yes\n- No\n")
    assert page.status_code == 200
    assert "could not be carried over from our questions.txt" in page.text
    assert "it does not say how it is answered. <" in page.text
    going_on = re.search(r'/desk/write/([0-9a-f]{32})"', page.text)
    assert going_on
    writer.desk.written = going_on[1]
    assert [each["wording"] for each in questions(writer.tables)] == ["What helped?", "Did it help?"]


def test_a_survey_of_our_own_comes_in_whole(writer: Writer) -> None:
    sent = upload(writer, "tiny.toml", definition("tiny"))
    assert sent.status_code == 303
    writer.desk.written = sent.headers["Location"].rsplit("/", 1)[1]
    assert writer.tables == tomllib.loads(definition("tiny"))


def test_a_file_that_cannot_be_read_says_why(writer: Writer, look: Look) -> None:
    before = len(look(select(WrittenSurvey)))
    for name, content, said in (
        ("form.toml", "title =", "form.toml: this is not valid TOML"),
        ("form.exe", "x", "Use one ending in .toml, .xlsx"),
        ("../../etc/passwd", "x", "passwd"),
        ("", "", "No file was chosen"),
    ):
        answer = upload(writer, name, content)
        assert (answer.status_code, said in answer.text) == (422, True), name
    assert len(look(select(WrittenSurvey))) == before


# The outline ---------------------------------------------------------------------------------------


def test_parts_are_moved_copied_deleted_and_brought_back(template: Writer) -> None:
    was = template.tables
    assert template.press("question/barriers", "up").headers["Location"].endswith("#q-barriers")
    assert template.press("question/barriers", "duplicate").headers["Location"].endswith("#q-barriers_2")
    assert template.press("question/barriers", "delete").headers["Location"].endswith("#steps")
    assert "Undo: deleted “What got in the way?”" in template.outline
    template.press("page/finding", "down")
    template.press("page/finding", "delete")
    for _ in range(5):
        template.press("", "undo")
    assert template.tables == was
    assert "Do again: moved “What got in the way?” up" in template.outline
    template.press("", "redo")
    assert template.tables != was


def test_the_outline_tells_minutes_reading_age_and_problems(template: Writer) -> None:
    assert "Survivors: 10 to 15 minutes" in template.outline
    assert "reading age" in template.outline
    template.press("question/may_quote", "delete")
    page = template.outline
    assert "One thing to mend" in page
    assert f'/desk/write/{template.desk.written}/settings">The survey, permission to quote' in page


def test_a_page_is_added_at_the_end(nothing: Writer) -> None:
    sent = nothing.send(f"/desk/write/{nothing.desk.written}", to="/page", title="Who you are")
    assert sent.headers["Location"].endswith("#p-who_you_are")
    assert "There is no question on this page yet" in nothing.outline


def test_who_is_too_late_is_told_and_nothing_is_done(template: Writer) -> None:
    goes, fields = template.form(f"/desk/write/{template.desk.written}", "/question/barriers/do")
    template.press("question/help", "delete")
    was = template.tables
    late = template.desk.client.post(goes, data={**fields, "do": "delete"})
    assert late.status_code == 409
    assert "Somebody else changed this survey" in late.text
    assert template.tables == was


#: What no page sends, and what it is answered with.
REFUSED: list[tuple[str, dict[str, str], int]] = [
    ("question/barriers/do", {"do": "explode"}, 400),
    ("question/barriers/do", {"do": "up", "step": "-1"}, 400),
    ("question/nobody/do", {"do": "up"}, 404),
    ("page/finding/do", {"do": "sideways"}, 400),
    ("page/nowhere/do", {"do": "up"}, 404),
    ("question/barriers", {"do": "explode"}, 400),
    ("question/barriers", {"do": "remove-choices-99"}, 400),
    ("question/barriers", {"do": "add-rows"}, 400),
    ("question/barriers", {"do": "save", "audiences": "martians"}, 400),
    ("question/barriers", {"do": "save", "speaks_to": "XX"}, 400),
    ("question/barriers", {"do": "save", "choices-count": "9999"}, 400),
    ("question/barriers", {"do": "save", "page": "nowhere"}, 400),
    ("question/nobody", {"do": "save"}, 404),
    ("page/finding/add/no-kind", {}, 404),
    ("question/barriers", {"do": "save", "lineage": "nobody"}, 400),
    ("calculated/nobody/do", {"do": "delete"}, 404),
    ("calculated/nobody/do", {"do": "up"}, 400),
    ("settings", {"do": "explode"}, 400),
    ("settings", {"do": "up-intro-9", "intro-count": "1"}, 400),
    ("settings", {"do": "up-audience-0", "audience-count": "x"}, 400),
    ("settings", {"language": "xx"}, 400),
    ("settings", {"language": "en", "standard": "mdan", "audience-count": "-3"}, 400),
    ("page/finding", {"audiences": "martians"}, 400),
]


def test_what_no_page_sends_is_refused(template: Writer) -> None:
    was = template.tables
    _, fields = template.form("question/barriers")
    for address, data, status in REFUSED:
        sent = {"token": fields["token"], "step": fields["step"], **data}
        answer = template.desk.client.post(template.desk.at(address), data=sent)
        assert answer.status_code == status, (address, data)
    assert template.tables == was


def test_a_survey_can_be_given_up(nothing: Writer, look: Look) -> None:
    assert nothing.send("forget", to="").status_code == 200
    assert nothing.desk.client.get(f"/desk/write/{nothing.desk.written}").status_code == 404
    assert [row for row in look(select(WrittenStep)) if row.written_id.hex() == nothing.desk.written] == []


def test_collect_lists_what_is_being_written(nothing: Writer) -> None:
    page = nothing.desk.look("/desk/collect")
    assert f'/desk/write/{nothing.desk.written}">A survey without a title' in page
    assert "Write a new survey" in page


# Questions -----------------------------------------------------------------------------------------


def test_a_form_that_is_sent_as_it_came_changes_nothing(template: Writer) -> None:
    was = template.tables
    for question in questions(was):
        assert template.send(f"question/{question['name']}").status_code == 303
    for page in pages(was):
        template.send(f"page/{page['name']}")
    template.send("settings")
    assert template.tables == was
    assert "Undo" not in template.outline


def test_every_kind_can_be_added_and_opened(nothing: Writer) -> None:
    offered = nothing.desk.look("page/page_1/add")
    for kind in KINDS_OFFERED:
        assert f"/add/{kind}" in offered
        fields = {"wording": f"What {kind}?", "choices__0__label": "A", "choices__1__label": "B"}
        name = nothing.send(f"page/page_1/add/{kind}", **fields).headers["Location"].partition("#q-")[2]
        kept = question_named(nothing.tables, name)
        assert (kept["kind"], kept["wording"]) == (kind, f"What {kind}?")
        assert f"What {kind}?" in nothing.desk.look(f"question/{name}")
        if "choices" in KINDS_OFFERED[kind].fields:
            assert [choice["value"] for choice in kept["choices"]] == ["a", "b"]


def test_a_question_of_no_known_kind_is_left_as_it_is(nothing: Writer, session: Session) -> None:
    tables = nothing.tables
    tables["page"][0]["question"] = [{"name": "odd", "kind": "riddle", "wording": "What am I?"}]
    take_step(session, written_by_id(session, nothing.desk.written), tables, "came from elsewhere")
    session.commit()
    assert "“riddle” is not a kind of question" in nothing.outline
    page = nothing.desk.client.get(nothing.desk.at("question/odd"))
    assert (page.status_code, "cannot be edited here" in page.text) == (422, True)
    nothing.press("question/odd", "delete")
    assert questions(nothing.tables) == []


def test_who_is_answering_is_offered_once(nothing: Writer) -> None:
    assert "/add/audience" in nothing.desk.look("page/page_1/add")
    nothing.begin("template", start="consultation")
    assert "/add/audience" not in nothing.desk.look("page/you/add")


def test_rows_are_added_moved_and_removed_and_nothing_typed_is_lost(nothing: Writer) -> None:
    address, typed = nothing.form("page/page_1/add/one-choice")
    for name, value in (("wording", "Typed words"), ("choices-0-label", "First"), ("choices-1-label", "Second")):
        typed[name] = value

    def pressed(do: str) -> tuple[Any, Forms]:
        page = nothing.desk.client.post(address, data={**typed.to_dict(flat=False), "do": do})
        assert page.status_code == 200
        forms = Forms(page.text)
        return forms.to("")[1], forms

    typed, forms = pressed("down-choices-0")
    assert [typed[f"choices-{at}-label"] for at in range(3)] == ["Second", "First", ""]
    assert forms.focused == "choices-1-label"
    typed["paste-choices-lines"] = "Third\r\n\r\n Fourth "
    typed, forms = pressed("paste-choices")
    assert [typed[f"choices-{at}-label"] for at in range(4)] == ["Second", "First", "Third", "Fourth"]
    assert forms.focused == "choices-2-label"
    typed, forms = pressed("remove-choices-0")
    typed, forms = pressed("add-choices")
    assert (typed["choices-count"], forms.focused) == ("4", "choices-3-label")
    assert typed["wording"] == "Typed words"
    nothing.desk.client.post(address, data={**typed.to_dict(flat=False), "do": "save"})
    kept = questions(nothing.tables)[0]
    assert [choice["label"] for choice in kept["choices"]] == ["First", "Third", "Fourth"]


def test_translations_follow_their_rows(template: Writer) -> None:
    was = question_named(template.tables, "barriers")["choices"]
    assert template.send("question/barriers", do="up-choices-1").status_code == 200
    goes, typed = template.form("question/barriers")
    page = template.desk.client.post(goes, data={**typed.to_dict(flat=False), "do": "up-choices-1"})
    moved = Forms(page.text).to("")[1]
    template.desk.client.post(goes, data={**moved.to_dict(flat=False), "do": "save"})
    assert question_named(template.tables, "barriers")["choices"] == [was[1], was[0], *was[2:]]


def test_faulty_words_are_kept_and_listed(template: Writer) -> None:
    sent = template.send("question/weeks", wording="", relevant="${nobody} >> 3", most="lots", name="weeks")
    assert sent.status_code == 303
    kept = question_named(template.tables, "weeks")
    assert (kept["relevant"], kept["most"]) == ("${nobody} >> 3", "lots")
    page = template.outline
    assert "it must be a number in digits" in page
    assert "Its condition cannot be read yet" in page
    assert "to mend before this can be asked" in template.desk.look("question/weeks")


def test_variants_and_what_is_ticked_are_kept(template: Writer) -> None:
    template.send(
        "question/counted",
        wording_at_provider="Do you count men?",
        audiences=["provider"],
        speaks_to=["OE", "LG"],
        personal="yes",
        asked_because="To see.",
        choices__0__exclusive="yes",
        choices__0__properties="size = small; region=north",
    )
    kept = question_named(template.tables, "counted")
    assert kept["wording"]["provider"] == "Do you count men?"
    assert (kept["audiences"], kept["speaks_to"], kept["personal"]) == (["provider"], ["OE", "LG"], True)
    assert kept["choices"][0]["properties"] == {"size": "small", "region": "north"}
    assert kept["choices"][0]["exclusive"] is True
    template.send("question/counted", personal=[], audiences=[], wording_at_provider="")
    kept = question_named(template.tables, "counted")
    assert not {"personal", "audiences"} & set(kept)
    assert "provider" not in kept["wording"]


def test_a_question_is_renamed_and_moved_to_another_page(template: Writer) -> None:
    template.send("page/support", relevant="${known} = 'no'")
    sent = template.send("question/known", name="knew", page="you")
    assert sent.headers["Location"].endswith("#q-knew")
    assert page_named(template.tables, "support")["relevant"] == "${knew} = 'no'"
    assert page_named(template.tables, "you")["question"][-1]["name"] == "knew"
    refused = template.send("question/knew", name="barriers", hint="Typed just now")
    assert refused.status_code == 422
    assert "Something else in this survey is called barriers" in refused.text
    assert "Typed just now" in refused.text


def test_a_condition_is_put_together_without_scripts(template: Writer) -> None:
    missing = template.send("question/barriers", "add-condition", when__question="known", when__comparison="is")
    assert missing.status_code == 422
    assert '<option value="later">Yes, but only later</option>' in missing.text
    page = template.send("question/barriers", "add-condition", when__question="known", when__value="No")
    assert Forms(page.text).to("")[1]["relevant"] == "${known} = 'no'"
    assert "it is asked if the answer to “Did you know there was somewhere you could turn to?” is “No”" in page.text
    page = template.send(
        "page/support", "add-condition", when__question="weeks", when__comparison="more", when__value="2"
    )
    assert Forms(page.text).to("")[1]["relevant"] == "${weeks} > 2"
    assert template.send("page/support", "add-condition").status_code == 422


def test_two_who_write_at_once_lose_nothing(template: Writer) -> None:
    goes, typed = template.form("question/keep")
    typed["wording"] = "My words"
    template.send("question/else", wording="Their words")
    late = template.desk.client.post(goes, data={**typed.to_dict(flat=False), "do": "save"})
    assert late.status_code == 409
    assert "What you typed is still here" in late.text
    again = Forms(late.text).to("")[1]
    assert again["wording"] == "My words"
    assert template.desk.client.post(goes, data={**again.to_dict(flat=False), "do": "save"}).status_code == 303
    said = {each["name"]: each["wording"] for each in questions(template.tables)}
    assert "My words" in str(said["keep"])
    assert "Their words" in str(said["else"])


def test_what_was_typed_for_a_deleted_question_is_not_lost(template: Writer) -> None:
    goes, typed = template.form("question/keep")
    template.press("question/keep", "delete")
    late = template.desk.client.post(goes, data={**typed.to_dict(flat=False), "wording": "Kept words", "do": "save"})
    assert late.status_code == 409
    again = Forms(late.text).to("")[1]
    template.desk.client.post(goes, data={**again.to_dict(flat=False), "do": "save"})
    assert question_named(template.tables, "keep")["wording"] == "Kept words"


# The survey ----------------------------------------------------------------------------------------


def test_a_second_audience_brings_the_question_who_is_answering(nothing: Writer) -> None:
    nothing.send("page/page_1/add/long-text", wording="How was it?")
    fields = {"title": "Ours", "audience__1__label": "Someone who works there", "audience__1__plural": "Providers"}
    assert nothing.send("settings", **fields).status_code == 303
    survey, faults = as_survey(nothing.tables)
    assert not faults
    assert survey is not None
    assert survey.questions[0].kind == "audience"
    assert [audience.name for audience in survey.audiences] == ["survivor", "providers"]
    nothing.send("settings", audience__0__remove="yes", intro__0="", intro__2="Another paragraph", wave="2026")
    assert [each["name"] for each in nothing.tables["audience"]] == ["providers"]
    assert nothing.tables["intro"][-1] == "Another paragraph"


def test_the_permission_to_quote_is_chosen_from_what_is_asked(template: Writer) -> None:
    _, fields = template.form("settings")
    assert fields["quoting"] == "may_quote=yes"
    template.send("settings", quoting="known=no")
    assert template.tables["quoting"] == {"question": "known", "choice": "no"}
    template.send("settings", quoting="each")
    assert template.tables["quote_each"] is True
    assert "quoting" not in template.tables
    assert template.form("settings")[1]["quoting"] == "each"
    template.send("settings", quoting="")
    assert not {"quoting", "quote_each"} & set(template.tables)


def test_how_long_answers_are_kept_is_a_number_of_months(template: Writer) -> None:
    assert template.form("settings")[1]["keep_months"] == "24"
    template.send("settings", keep_months="24")
    assert "keep_months" not in template.tables
    template.send("settings", keep_months="12")
    assert template.tables["keep_months"] == 12
    for typed, said in (("0", "at least 1"), ("two years", "a whole number in digits"), ("2.5", "a whole number")):
        template.send("settings", keep_months=typed)
        page = template.desk.look("settings")
        assert f"How long answers are kept: it must be {said}" in page
        assert f'value="{typed}"' in page


def test_the_settings_come_back_as_typed_when_somebody_was_faster(template: Writer) -> None:
    goes, typed = template.form("settings")
    template.press("question/keep", "delete")
    late = template.desk.client.post(goes, data={**typed.to_dict(flat=False), "title": "My title"})
    assert late.status_code == 409
    assert Forms(late.text).to("")[1]["title"] == "My title"
    page = template.form("page/finding")
    template.press("question/else", "delete")
    late = template.desk.client.post(page[0], data={**page[1].to_dict(flat=False), "title": "My page"})
    assert (late.status_code, Forms(late.text).to("")[1]["title"]) == (409, "My page")


# Values that are worked out, audiences, first words, earlier waves ---------------------------------


def test_a_value_is_worked_out_renamed_and_deleted(template: Writer) -> None:
    was = template.tables
    assert "Nothing yet. A value can be counted" in template.outline
    sent = template.send("calculated", name="ways", value="count-selected(${barriers})")
    assert sent.headers["Location"].endswith("#c-ways")
    template.send("page/finding", relevant="${ways} > 1")
    assert "Used in: the page" in template.outline
    sent = template.send("calculated/ways", name="how_many")
    assert sent.headers["Location"].endswith("#c-how_many")
    assert page_named(template.tables, "finding")["relevant"] == "${how_many} > 1"
    assert "Undo: gave the value “ways” the name how_many" in template.outline
    template.press("calculated/how_many", "delete")
    assert f"/desk/write/{template.desk.written}/page/finding" in template.outline
    assert "calculated" not in template.tables
    assert template.desk.client.get(template.desk.at("calculated/how_many")).status_code == 404
    for _ in range(4):
        template.press("", "undo")
    assert template.tables == was


def test_a_value_that_cannot_be_comes_back_as_typed(template: Writer) -> None:
    was = template.tables
    bad = template.send("calculated", name="barriers", value="${barriers} +")
    assert (bad.status_code, "Two things to check" in bad.text) == (422, True)
    assert 'id="name-fault"' in bad.text
    assert 'id="value-fault"' in bad.text
    assert Forms(bad.text).to("")[1]["value"] == "${barriers} +"
    assert template.tables == was
    template.send("calculated", name="ways", value="${nobody} * 2")
    assert '/calculated/ways">The survey, value worked out “ways”' in template.outline
    shown = template.desk.look("calculated/ways")
    assert "there is no question “nobody”" in shown
    assert 'id="value-fault"' in shown


def test_what_was_typed_for_a_value_is_not_lost_when_somebody_was_faster(template: Writer) -> None:
    template.send("calculated", name="ways", value="count-selected(${barriers})")
    goes, typed = template.form("calculated/ways")
    template.press("calculated/ways", "delete")
    late = template.desk.client.post(goes, data={**typed.to_dict(flat=False), "value": "${ways} + 1"})
    assert (late.status_code, Forms(late.text).to("")[1]["value"]) == (409, "${ways} + 1")
    again = template.desk.client.post(goes, data=Forms(late.text).to("")[1])
    assert again.status_code == 303
    assert template.tables["calculated"] == [{"name": "ways", "value": "${ways} + 1"}]


def two_audiences(writer: Writer) -> None:
    fields = {"audience__1__label": "Someone who works there", "audience__1__plural": "Providers"}
    assert writer.send("settings", title="Ours", **fields).status_code == 303


def test_audiences_change_places_and_short_names(nothing: Writer) -> None:
    nothing.send("page/page_1/add/long-text", wording="How was it?")
    two_audiences(nothing)
    nothing.send("question/how_was_it", audiences="providers", wording_at_providers="How was work?")
    moved = nothing.send("settings", "down-audience-0", title="Typed")
    assert Forms(moved.text).focused == "audience-1-label"
    _, typed = Forms(moved.text).to("")
    assert [typed[f"audience-{at}-was"] for at in (0, 1)] == ["providers", "survivor"]
    assert (typed["title"], nothing.tables["title"]) == ("Typed", "Ours")
    goes = nothing.desk.at("settings")
    taken = nothing.desk.client.post(goes, data={**typed, "audience-0-name": "survivor", "do": "save"})
    assert taken.status_code == 422
    assert 'href="#audience-0-name"' in taken.text
    assert 'id="audience-0-name-fault"' in taken.text
    _, typed = Forms(taken.text).to("")
    assert typed["audience-0-name"] == "survivor"
    saved = nothing.desk.client.post(goes, data={**typed, "audience-0-name": "staff", "do": "save"})
    assert saved.status_code == 303
    assert [each["name"] for each in nothing.tables["audience"]] == ["staff", "survivor"]
    asked = question_named(nothing.tables, "how_was_it")
    assert (asked["audiences"], asked["wording"]) == (["staff"], {"default": "How was it?", "staff": "How was work?"})


def test_undo_says_which_audience_got_another_short_name(nothing: Writer) -> None:
    two_audiences(nothing)
    was = nothing.tables
    nothing.send("settings", audience__1__name="staff")
    assert "Undo: gave Providers the short name staff" in nothing.outline
    nothing.press("", "undo")
    assert nothing.tables == was


def test_paragraphs_move_and_go_with_their_translations(nothing: Writer, session: Session) -> None:
    tables = nothing.tables | {"languages": ["cy"], "intro": ["One", {"default": "Two", "cy": "Dau"}, "Three"]}
    row = written_by_id(session, nothing.desk.written)
    take_step(session, row, tables, "began")
    session.commit()
    moved = nothing.send("settings", "up-intro-1", intro__0="First")
    shown = Forms(moved.text)
    assert shown.focused == "intro-0"
    goes, typed = nothing.desk.at("settings"), shown.to("")[1]
    gone = Forms(nothing.desk.client.post(goes, data={**typed, "do": "remove-intro-2"}).text).to("")[1]
    assert nothing.desk.client.post(goes, data={**gone, "do": "save"}).status_code == 303
    assert nothing.tables["intro"] == [{"default": "Two", "cy": "Dau"}, "First"]
    nothing.send("settings", "save")
    removed = nothing.send("settings", "remove-intro-0")
    nothing.desk.client.post(goes, data={**Forms(removed.text).to("")[1], "do": "save"})
    assert nothing.tables["intro"] == ["First"]


def test_a_question_says_which_one_of_an_earlier_wave_it_is(nothing: Writer, session: Session, keys: Vault) -> None:
    nothing.send("page/page_1/add/long-text", wording="How was it?")
    assert "Same question as in an earlier wave" not in nothing.desk.look("question/how_was_it")
    survey = definition_of(published_survey(session, keys))
    session.commit()
    earlier = next(each.name for each in survey.questions if each.kind not in NOT_BANKED)
    assert nothing.send("question/how_was_it", lineage=earlier).status_code == 303
    assert question_named(nothing.tables, "how_was_it")["lineage"] == earlier
    assert nothing.form("question/how_was_it")[1]["lineage"] == earlier
    nothing.send("question/how_was_it", lineage="")
    assert "lineage" not in question_named(nothing.tables, "how_was_it")
