"""The path: for any definition and answers it is finite, pure, in order, and what a slow reading of the rules gives."""

import copy
from datetime import date

from hypothesis import given, settings

from surveys.definition.load import parse_survey
from surveys.definition.path import Path, audience_of
from surveys.definition.questions import OneChoice
from surveys.definition.survey import Survey
from surveys.definition.wording import say
from tests.factories import definition
from tests.surveys.random_surveys import Answered, Rules, answered, slow_path

Case = tuple[Survey, Rules, Answered]
many, few = settings(max_examples=120), settings(max_examples=20)


def pages_of(path: Path) -> dict[str, list[str]]:
    """Page name -> names of the questions asked there."""
    return {each.page.name: [question.name for question in each.questions] for each in path.pages}


@many
@given(answered())
def test_the_path_is_what_the_rules_say(case: Case) -> None:
    survey, rules, answers = case
    path, slow = Path(survey, answers), slow_path(rules, answers)
    assert pages_of(path) == slow.pages
    assert list(pages_of(path)) == list(slow.pages)
    assert path.answers == slow.kept


@few
@given(answered())
def test_the_path_is_pages_of_the_survey_in_their_order(case: Case) -> None:
    survey, _, answers = case
    at = [survey.pages.index(each.page) for each in Path(survey, answers).pages]
    assert at == sorted(set(at))
    assert at[0] == 0


@few
@given(answered())
def test_the_path_changes_nothing_and_is_always_the_same(case: Case) -> None:
    survey, _, answers = case
    before = copy.deepcopy(answers)
    first, again = Path(survey, answers), Path(survey, answers)
    assert list(reversed([first.value(name) for name in survey.sources])) == [
        again.value(name) for name in reversed(survey.sources)
    ]
    assert pages_of(first) == pages_of(again)
    assert first.to_keep() == again.to_keep()
    assert answers == before


@few
@given(answered())
def test_going_forward_walks_the_whole_path_and_ends(case: Case) -> None:
    survey, _, answers = case
    path = Path(survey, answers)
    walked = [survey.pages[0]]
    while following := path.after(walked[-1].name):
        walked.append(following)
    assert walked == [each.page for each in path.pages]


@few
@given(answered())
def test_going_back_is_going_forward_the_other_way(case: Case) -> None:
    survey, _, answers = case
    path = Path(survey, answers)
    for each in path.pages:
        following = path.after(each.page.name)
        assert following is None or path.before(following.name) == each.page
    assert path.before(survey.pages[0].name) is None


@few
@given(answered())
def test_a_page_off_the_path_has_no_neighbours(case: Case) -> None:
    survey, _, answers = case
    path = Path(survey, answers)
    for name in {page.name for page in survey.pages} - set(pages_of(path)) | {"no such page"}:
        assert path.after(name) is path.before(name) is None
        assert path.page(name) is None


@few
@given(answered())
def test_dropping_twice_drops_no_more(case: Case) -> None:
    survey, _, answers = case
    once = Path(survey, answers)
    twice = Path(survey, once.to_keep())
    assert twice.to_keep() == once.to_keep()
    assert pages_of(twice) == pages_of(once)


# One survey, by name -------------------------------------------------------------------------------

PER_AUDIENCE = parse_survey(definition("per-audience"))


def names(audience: str) -> list[str]:
    return list(pages_of(Path(PER_AUDIENCE, {"audience": audience})))


def test_a_page_of_another_audience_is_left_out() -> None:
    assert names("survivor") == ["you", "both", "story"]
    assert names("provider") == ["you", "both", "work"]


def test_before_the_audience_is_known_only_what_is_for_everybody_is_on_the_path() -> None:
    assert list(pages_of(Path(PER_AUDIENCE, {}))) == ["you", "both"]
    assert audience_of({}) is None


def test_a_choice_of_another_audience_is_not_offered() -> None:
    known = PER_AUDIENCE.question("known")
    assert isinstance(known, OneChoice)
    assert [choice.value for choice in Path(PER_AUDIENCE, {"audience": "survivor"}).choices(known)] == ["yes", "no"]
    assert [choice.value for choice in Path(PER_AUDIENCE, {"audience": "provider"}).choices(known)] == [
        "yes",
        "no",
        "told",
    ]


def test_a_choice_of_another_audience_does_not_stay() -> None:
    """Somebody chose it as a provider and then said that they are a survivor."""
    assert Path(PER_AUDIENCE, {"audience": "provider", "known": "told"}).answers["known"] == "told"
    assert "known" not in Path(PER_AUDIENCE, {"audience": "survivor", "known": "told"}).answers


def test_of_several_choices_those_of_everybody_stay() -> None:
    several = parse_survey(definition("per-audience").replace('kind = "one-choice"', 'kind = "several-choices"'))
    assert Path(several, {"audience": "survivor", "known": ["told", "yes"]}).answers["known"] == ["yes"]
    assert "known" not in Path(several, {"audience": "survivor", "known": ["told"]}).answers


def test_words_are_those_of_the_audience_or_everybody_s() -> None:
    help_question = PER_AUDIENCE.question("help")
    assert help_question
    assert say(help_question.wording, "survivor") == "What got in the way for you?"
    assert say(help_question.wording, "provider") == say(help_question.wording, None) == "What gets in the way?"


# Conditions, by name -------------------------------------------------------------------------------

CONDITIONS = parse_survey(definition("conditions"))


def kept(**answers: object) -> dict[str, object]:
    """What is kept of these answers by the survey of conditions."""
    return Path(CONDITIONS, {"audience": "survivor", **answers}, date(2026, 11, 22)).to_keep()


def test_what_hangs_on_an_answer_that_is_off_the_path_is_off_it_too() -> None:
    """Asked for help, by telephone, how long the wait was; then: did not ask for help after all."""
    chain = {"asked": "yes", "how": "phone", "wait": 12}
    assert kept(**chain).items() >= chain.items()
    assert not set(kept(**chain | {"asked": "no"})) & {"how", "wait"}


def test_a_calculation_is_kept_with_the_answers() -> None:
    assert kept(asked="yes", how="phone", wait=12)["waited_long"] is True
    assert kept(asked="yes", how="phone", wait=2)["waited_long"] is False
    assert kept(asked="yes", how="phone", wait=12, waited_long="forged")["waited_long"] is True


def test_what_other_is_stays_only_with_other() -> None:
    assert kept(asked="yes", how="other", how_other="by letter")["how_other"] == "by letter"
    assert "how_other" not in kept(asked="yes", how="phone", how_other="by letter")


def test_rather_not_say_is_no_number() -> None:
    path = Path(CONDITIONS, {"audience": "survivor", "asked": "yes", "how": "phone", "wait": "not_said"})
    assert path.value("wait") is None
    assert path.answers["wait"] == "not_said"


def test_with_one_audience_nobody_is_asked_who_they_are() -> None:
    alone = parse_survey(definition("one-audience"))
    assert Path(alone, {}).to_keep()["audience"] == "everyone"
    assert Path(alone, {"audience": "somebody"}).audience == "everyone"
