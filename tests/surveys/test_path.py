"""The path: for any definition and answers it is finite, pure, in order, and what a slow reading of the rules gives."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.load import parse_survey
from surveys.definition.path import audience_of, choices_for, next_page, on_path, path, previous_page, questions_on
from surveys.definition.survey import Information, OneChoice, Survey
from surveys.definition.wording import say
from tests.factories import definition

AUDIENCES = ("one", "two", "three")
limits = st.lists(st.sampled_from(AUDIENCES), unique=True, max_size=3)
few = settings(max_examples=40)
KINDS = ("short-text", "long-text", "information")


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """A survey of up to six pages after the first, whose pages and questions are for some or for everybody."""
    first = {"name": "audience", "kind": "audience", "wording": "Who?"}
    pages = [{"name": "first", "title": "First", "question": [first]}]
    for at in range(draw(st.integers(0, 6))):
        questions = [
            {"name": f"q{at}_{number}", "kind": draw(st.sampled_from(KINDS)), "wording": "Q", "audiences": draw(limits)}
            for number in range(draw(st.integers(1, 4)))
        ]
        pages.append({"name": f"p{at}", "title": "P", "audiences": draw(limits), "question": questions})
    named = [{"name": name, "label": name, "plural": name} for name in AUDIENCES]
    whole = {"title": "T", "public_title": "T", "address": "any", "intro": ["I"], "audience": named, "page": pages}
    return Survey.model_validate(whole)


@st.composite
def answered(draw: st.DrawFn) -> tuple[Survey, dict[str, Any]]:
    """A survey and answers: to some of its questions, whether asked or not, and to some that it does not have."""
    survey = draw(surveys())
    names = [question.name for question in survey.questions if question.name != "audience"] + ["stray", "other"]
    answers = draw(st.dictionaries(st.sampled_from(names), st.text(max_size=3)))
    audience = draw(st.sampled_from([*AUDIENCES, None, "unknown"]))
    return survey, answers if audience is None else {"audience": audience, **answers}


def slow_path(survey: Survey, audience: str | None) -> dict[str, list[str]]:
    """Page name -> names of the questions asked there, by the rules read one by one."""
    walked: dict[str, list[str]] = {}
    for page in survey.pages:
        if len(page.audiences) > 0 and audience not in page.audiences:
            continue
        asked = []
        for question in page.questions:
            everybody = len(question.audiences) == 0
            if everybody or any(name == audience for name in question.audiences):
                asked.append(question.name)
        if asked:
            walked[page.name] = asked
    return walked


@few
@given(answered())
def test_the_path_is_what_the_rules_say(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    found = {page.name: [question.name for question in questions_on(page, answers)] for page in path(survey, answers)}
    assert found == slow_path(survey, answers.get("audience"))
    assert list(found) == list(slow_path(survey, answers.get("audience")))


@few
@given(answered())
def test_the_path_is_pages_of_the_survey_in_their_order(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    at = [survey.pages.index(page) for page in path(survey, answers)]
    assert at == sorted(set(at))
    assert at[0] == 0


@few
@given(answered())
def test_the_path_changes_nothing_and_is_always_the_same(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    before = copy.deepcopy(answers)
    assert path(survey, answers) == path(survey, answers)
    assert on_path(survey, answers) == on_path(survey, answers)
    assert answers == before


@few
@given(answered())
def test_going_forward_walks_the_whole_path_and_ends(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    walked = [survey.pages[0]]
    while following := next_page(survey, answers, walked[-1].name):
        walked.append(following)
    assert walked == path(survey, answers)


@few
@given(answered())
def test_going_back_is_going_forward_the_other_way(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    for page in path(survey, answers):
        following = next_page(survey, answers, page.name)
        assert following is None or previous_page(survey, answers, following.name) == page
    assert previous_page(survey, answers, survey.pages[0].name) is None


@few
@given(answered())
def test_a_page_off_the_path_has_no_neighbours(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    on = {page.name for page in path(survey, answers)}
    for name in {page.name for page in survey.pages} - on | {"no such page"}:
        assert next_page(survey, answers, name) is previous_page(survey, answers, name) is None


@few
@given(answered())
def test_only_answers_to_questions_that_were_asked_stay(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    asked = [name for names in slow_path(survey, answers.get("audience")).values() for name in names]
    silent = {question.name for question in survey.questions if isinstance(question, Information)}
    assert on_path(survey, answers) == {name: answers[name] for name in asked if name in answers and name not in silent}


@few
@given(answered())
def test_no_answer_of_another_audience_stays(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    for name in on_path(survey, answers):
        question = survey.question(name)
        assert question
        assert not question.audiences or answers.get("audience") in question.audiences


@few
@given(answered())
def test_dropping_twice_drops_no_more(case: tuple[Survey, dict[str, Any]]) -> None:
    survey, answers = case
    once = on_path(survey, answers)
    assert on_path(survey, once) == once
    assert path(survey, once) == path(survey, answers)


# One survey, by name -------------------------------------------------------------------------------

PER_AUDIENCE = parse_survey(definition("per-audience"))


def names(audience: str) -> list[str]:
    return [page.name for page in path(PER_AUDIENCE, {"audience": audience})]


def test_a_page_of_another_audience_is_left_out() -> None:
    assert names("survivor") == ["you", "both", "story"]
    assert names("provider") == ["you", "both", "work"]


def test_before_the_audience_is_known_only_what_is_for_everybody_is_on_the_path() -> None:
    assert [page.name for page in path(PER_AUDIENCE, {})] == ["you", "both"]
    assert audience_of({}) is None


def test_a_choice_of_another_audience_is_not_offered() -> None:
    known = PER_AUDIENCE.question("known")
    assert isinstance(known, OneChoice)
    assert [choice.value for choice in choices_for(known.choices, {"audience": "survivor"})] == ["yes", "no"]
    assert [choice.value for choice in choices_for(known.choices, {"audience": "provider"})] == ["yes", "no", "told"]


def test_a_choice_of_another_audience_does_not_stay() -> None:
    """Somebody chose it as a provider and then said that they are a survivor."""
    assert on_path(PER_AUDIENCE, {"audience": "provider", "known": "told"})["known"] == "told"
    assert "known" not in on_path(PER_AUDIENCE, {"audience": "survivor", "known": "told"})


def test_of_several_choices_those_of_everybody_stay() -> None:
    several = parse_survey(definition("per-audience").replace('kind = "one-choice"', 'kind = "several-choices"'))
    assert on_path(several, {"audience": "survivor", "known": ["told", "yes"]})["known"] == ["yes"]
    assert "known" not in on_path(several, {"audience": "survivor", "known": ["told"]})


def test_words_are_those_of_the_audience_or_everybody_s() -> None:
    help_question = PER_AUDIENCE.question("help")
    assert help_question
    assert say(help_question.wording, "survivor") == "What got in the way for you?"
    assert say(help_question.wording, "provider") == say(help_question.wording, None) == "What gets in the way?"
