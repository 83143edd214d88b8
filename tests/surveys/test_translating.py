"""Translations: each text beside its own, what is missing, and what its source has outgrown."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.load import load_survey, parse_survey, survey_from
from surveys.definition.parts import DEFAULT
from surveys.definition.tables import as_tables
from surveys.definition.texts import texts_of
from surveys.definition.translating import (
    DONE,
    DRIFTED,
    MISSING,
    Line,
    add_language,
    confirm,
    counted,
    lines_of,
    remove_language,
    translate,
)
from surveys.definition.wording import say
from surveys.example.load import SURVEY
from tests.factories import definition

Tables = dict[str, Any]


@pytest.fixture
def tables() -> Tables:
    """The tiny survey, with Welsh to be filled in."""
    tables = as_tables(parse_survey(definition()))
    add_language(tables, "cy")
    return tables


def line(tables: Tables, place: str, audience: str = "") -> Line:
    return next(each for each in lines_of(tables, "cy") if (each.place, each.audience) == (place, audience))


SAY = "question “say”, wording"


def test_every_text_of_a_survey_is_there() -> None:
    for survey in (load_survey(SURVEY), parse_survey(definition("conditions")), parse_survey(definition("scale-grid"))):
        lines = {(each.place, each.audience or DEFAULT): each.source for each in lines_of(as_tables(survey), "cy")}
        texts = {
            (place.said, key): text
            for place, wording in texts_of(survey)
            for key, text in wording.items()
            if "interviewer_note" not in place.said and key.rpartition("-")[2] not in survey.languages
        }
        assert lines == texts


def test_each_audience_has_its_own(tables: Tables) -> None:
    assert (line(tables, SAY).source, line(tables, SAY).state) == ("What would you like to say?", MISSING)
    translate(tables, "cy", {line(tables, SAY, "provider").key: "Beth mae eich gwasanaeth yn ei weld?"})
    assert (line(tables, SAY).state, line(tables, SAY, "provider").state) == (MISSING, DONE)
    question = survey_from(tables).question("say")
    assert question is not None
    assert say(question.wording, "provider", "cy") == "Beth mae eich gwasanaeth yn ei weld?"
    assert say(question.wording, "survivor", "cy") == "What would you like to say?"


def test_a_source_that_changes_leaves_its_translation_behind(tables: Tables) -> None:
    translate(tables, "cy", {line(tables, SAY).key: "Beth hoffech chi ei ddweud?", _intro(tables): "Dau gwestiwn."})
    wording = tables["page"][1]["question"][0]["wording"]
    wording["default"] = "What should we know?"
    assert line(tables, SAY).state == DRIFTED
    assert counted(lines_of(tables, "cy"))[DRIFTED] == 1
    assert confirm(tables, "cy", [line(tables, SAY).key]) == 1
    assert line(tables, SAY).state == DONE


def _intro(tables: Tables) -> str:
    return line(tables, "intro, paragraph 1").key


def test_the_only_translation_drifts_too(tables: Tables) -> None:
    translate(tables, "cy", {line(tables, SAY).key: "Beth hoffech chi ei ddweud?"})
    tables["page"][1]["question"][0]["wording"]["default"] = "What should we know?"
    assert line(tables, SAY).state == DRIFTED


def test_saving_one_text_does_not_stand_by_another(tables: Tables) -> None:
    translate(tables, "cy", {line(tables, SAY).key: "Beth hoffech chi ei ddweud?"})
    tables["page"][1]["question"][0]["wording"]["default"] = "What should we know?"
    translate(tables, "cy", {line(tables, SAY).key: "Beth hoffech chi ei ddweud?", _intro(tables): "Dau gwestiwn."})
    assert line(tables, SAY).state == DRIFTED


def test_what_came_from_outside_is_taken_as_it_is() -> None:
    text = definition().replace('intro = ["Two questions."]', 'intro = [{ default = "Two questions.", cy = "Dau." }]')
    tables = as_tables(parse_survey(text.replace('address = "tiny"', 'address = "tiny"\nlanguages = ["cy"]')))
    assert line(tables, "intro, paragraph 1").state == DONE
    translate(tables, "cy", {line(tables, SAY).key: "Beth hoffech chi ei ddweud?"})
    assert line(tables, "intro, paragraph 1").state == DONE


def test_an_empty_translation_is_taken_out(tables: Tables) -> None:
    before = copy.deepcopy(tables)
    translate(tables, "cy", {_intro(tables): "Dau gwestiwn."})
    assert translate(tables, "cy", {_intro(tables): "  "}) == 1
    assert tables["intro"] == before["intro"]
    assert translate(tables, "cy", {_intro(tables): ""}) == 0


def test_languages_come_and_go(tables: Tables) -> None:
    before = copy.deepcopy(tables)
    assert not add_language(tables, "cy")
    assert not add_language(tables, "en")
    add_language(tables, "ar")
    translate(tables, "ar", {line(tables, SAY).key: "ماذا تريد أن تقول؟"})
    translate(tables, "cy", {line(tables, SAY, "provider").key: "Beth?"})
    survey_from(tables)
    remove_language(tables, "ar")
    assert (tables["languages"], lines_of(tables, "ar")[0].state) == (["cy"], MISSING)
    remove_language(tables, "cy")
    assert tables["page"] == before["page"]
    assert tables["translated"] == []


def test_a_survey_with_faults_can_be_translated() -> None:
    broken: Tables = {"title": "x", "page": [{"question": [{"wording": "What?"}, "no question"]}, 7], "intro": "?"}
    (only,) = lines_of(broken, "cy")
    assert only.source == "What?"
    assert translate(broken, "cy", {only.key: "Beth?", "unknown": "x"}) == 1
    assert broken["page"][0]["question"][0]["wording"] == {DEFAULT: "What?", "cy": "Beth?"}


@settings(max_examples=30)
@given(st.data())
def test_whatever_is_translated_the_survey_stays_sound_and_nothing_else_changes(data: st.DataObject) -> None:
    survey = parse_survey(definition("conditions"))
    tables = as_tables(survey)
    add_language(tables, "cy")
    keys = [each.key for each in lines_of(tables, "cy")]
    said = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20).filter(lambda text: "${" not in text)
    texts = data.draw(st.dictionaries(st.sampled_from(keys), said))
    changed = translate(tables, "cy", texts)
    assert changed == sum(bool(text.strip()) for text in texts.values())
    assert counted(lines_of(tables, "cy")) == {DONE: changed, MISSING: len(keys) - changed, DRIFTED: 0}
    after = survey_from(tables)
    assert [place for place, _ in texts_of(after)] == [place for place, _ in texts_of(survey)]
    remove_language(tables, "cy")
    assert survey_from(tables) == survey
