"""What can be done to a survey that is being written: names stay unique, nothing else is lost, undo brings it back."""

import copy
import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from surveys.definition.clauses import Clause, Standard
from surveys.definition.path import Path
from surveys.definition.questions import OneChoice
from surveys.definition.wording import say
from surveys.writing import editing
from surveys.writing.asked_when import CannotAdd, added, named, put_together, said_in_words
from surveys.writing.audience_names import BadAudienceName, rename_audiences
from surveys.writing.calculating import (
    add_calculated,
    can_use,
    change_calculated,
    delete_calculated,
    fault_of,
    worked_out,
)
from surveys.writing.from_standard import audiences_offered, from_standard
from surveys.writing.plain_wording import short, with_texts
from surveys.writing.problems import problems
from surveys.writing.renaming import BadName, rename_question
from surveys.writing.templates_offered import EXAMPLE, STARTS, empty, fresh_address
from surveys.writing.written import as_survey, begin_writing, redo, tables_of, take_step, undo

Tables = dict[str, Any]


def example() -> Tables:
    return tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))


def small() -> Tables:
    """Two pages: a question that decides about the next, a grid, and a text that shows an answer."""
    return {
        **empty(),
        "title": "Small",
        "languages": ["cy"],
        "calculated": [{"name": "twice", "value": "${weeks} * 2"}],
        "quoting": {"question": "quote", "choice": "yes"},
        "page": [
            {
                "name": "one",
                "title": "One",
                "question": [
                    {"name": "asked", "kind": "yes-no", "wording": "Did you ask?"},
                    {"name": "weeks", "kind": "number", "wording": "How long?", "relevant": "${asked} = 'yes'"},
                ],
            },
            {
                "name": "two",
                "title": "Two",
                "relevant": "${weeks} > 3 or ${asked} = 'no'",
                "question": [
                    {
                        "name": "rate",
                        "kind": "scale-grid",
                        "wording": {"default": "After ${weeks} weeks?", "cy": "Ar ôl ${ weeks } wythnos?"},
                        "labels": ["Bad", "Fair", "Good"],
                        "rows": [{"name": "kind", "wording": "Kind"}],
                    },
                    {"name": "why", "kind": "long-text", "wording": "Why?", "relevant": "${rate.kind} = '1'"},
                    {"name": "quote", "kind": "yes-no", "wording": "May we quote?"},
                ],
            },
        ],
    }


def names(tables: Tables) -> list[str]:
    return [question["name"] for question in editing.questions(tables)]


# Any sequence of acts ------------------------------------------------------------------------------

Act = Callable[[Tables, int, str], editing.Edited]


def _some(tables: Tables, number: int) -> str:
    found = names(tables)
    return found[number % len(found)] if found else ""


def _page(tables: Tables, number: int) -> str:
    found = editing.pages(tables)
    return found[number % len(found)]["name"] if found else ""


ACTS: dict[str, Act] = {
    "add page": lambda tables, number, words: editing.add_page(tables, words),
    "page up": lambda tables, number, words: editing.move_page(tables, _page(tables, number), -1),
    "page down": lambda tables, number, words: editing.move_page(tables, _page(tables, number), 1),
    "change page": lambda tables, number, words: editing.change_page(tables, _page(tables, number), {"title": words}),
    "add": lambda tables, number, words: editing.add_question(
        tables, _page(tables, number), {"kind": "long-text", "wording": words}
    ),
    "change": lambda tables, number, words: editing.change_question(
        tables, _some(tables, number), {"kind": "yes-no", "wording": words}
    ),
    "up": lambda tables, number, words: editing.move_question(tables, _some(tables, number), -1),
    "down": lambda tables, number, words: editing.move_question(tables, _some(tables, number), 1),
    "elsewhere": lambda tables, number, words: editing.move_to_page(
        tables, _some(tables, number), _page(tables, number // 7)
    ),
    "duplicate": lambda tables, number, words: editing.duplicate_question(tables, _some(tables, number)),
    "rename": lambda tables, number, words: rename_question(tables, _some(tables, number), words),
    "delete": lambda tables, number, words: editing.delete_question(tables, _some(tables, number)),
    "calculate": lambda tables, number, words: add_calculated(tables, words, f"{number}"),
    "recalculate": lambda tables, number, words: change_calculated(tables, "twice", "twice", words),
    "value goes": lambda tables, number, words: delete_calculated(tables, "twice"),
}
KEEPS_ALL = set(ACTS) - {"delete", "rename"}
STEP = st.tuples(
    st.sampled_from(sorted(ACTS)), st.integers(0, 99), st.text(max_size=12) | st.sampled_from(["asked", "x_1"])
)


def acted(tables: Tables, act: str, number: int, words: str) -> editing.Edited:
    """What the act makes of it; the same where it cannot be done."""
    try:
        return ACTS[act](tables, number, words)
    except (editing.NotThere, BadName):
        return tables, "nothing"


@given(st.lists(STEP, max_size=12))
@settings(max_examples=60)
def test_names_stay_unique_and_no_other_question_is_lost(steps: list[tuple[str, int, str]]) -> None:
    tables = small()
    for act, number, words in steps:
        before, kept = names(tables), copy.deepcopy(tables)
        after, said = acted(tables, act, number, words)
        assert tables == kept, "an act changed what it was given"
        named_once = [*names(after), *(each["name"] for each in after.get("calculated", []))]
        assert len(set(named_once)) == len(named_once)
        assert len({page["name"] for page in editing.pages(after)}) == len(editing.pages(after))
        assert len(set(before) - set(names(after))) <= (0 if act in KEEPS_ALL else 1)
        untouched = {each["name"]: each for each in editing.questions(after)}
        same = sum(untouched.get(each["name"]) == each for each in editing.questions(tables))
        assert act == "rename" or same >= len(before) - 1
        assert said
        tables = after


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_undo_brings_back_the_exact_tables(session: Session) -> None:
    row = begin_writing(session, small(), "began")
    was = [json.dumps(small())]
    for act, number, words in [
        ("duplicate", 1, ""),
        ("delete", 0, ""),
        ("rename", 1, "x_1"),
        ("add page", 0, "Ünde ’"),
    ]:
        tables, said = acted(tables_of(session, row), act, number, words)
        take_step(session, row, tables, said)
        was.append(json.dumps(tables))
    for expected in reversed(was[:-1]):
        undo(session, row)
        assert json.dumps(tables_of(session, row)) == expected
    for expected in was[1:]:
        redo(session, row)
        assert json.dumps(tables_of(session, row)) == expected


# One act at a time ---------------------------------------------------------------------------------


def test_a_question_moves_beyond_the_end_of_its_page() -> None:
    tables, said = editing.move_question(small(), "weeks", 1)
    assert [each["name"] for each in editing.page_named(tables, "two")["question"]][:2] == ["weeks", "rate"]
    assert said == "moved “How long?” down"
    tables, _ = editing.move_question(tables, "weeks", -1)
    assert tables == small()
    assert editing.move_question(small(), "asked", -1)[0] == small()
    assert editing.move_question(small(), "quote", 1)[0] == small()


def test_a_page_is_deleted_with_its_questions() -> None:
    tables, said = editing.delete_page(small(), "one")
    assert names(tables) == ["rate", "why", "quote"]
    assert said == "deleted the page “One” and its 2 questions"


def test_a_copy_has_its_own_name_and_no_earlier_wave() -> None:
    before = small()
    editing.question_named(before, "why")["lineage"] = "why_2023"
    tables, said = editing.duplicate_question(before, "why")
    assert names(tables)[3:5] == ["why", "why_2"]
    assert "lineage" not in editing.question_named(tables, "why_2")
    assert said == "duplicated “Why?”"


def test_names_are_made_from_words_and_leave_room_beside_them() -> None:
    assert editing.fresh_name("What got in the way, if anything at all?", ()) == "what_got_in_the_way_if"
    assert editing.fresh_name("2026?", ()) == "q_2026"
    assert editing.fresh_name("Où", {"ou"}) == "ou_2"
    assert editing.fresh_name("why", {"why_other"}) == "why_2"
    assert editing.fresh_name("…", ()) == "q"


def test_parts_without_a_name_or_with_one_twice_get_one() -> None:
    page = {"title": "Hello", "question": [{"name": "a"}, {"name": "a"}, {"wording": "Well?"}, "no table"]}
    tables = editing.in_order({"page": [page, {"name": "hello"}, 3]})
    assert names(tables) == ["a", "a_2", "well"]
    assert [each["name"] for each in editing.pages(tables)] == ["hello", "hello_2"]


# Renaming ------------------------------------------------------------------------------------------


def test_everything_that_asks_for_a_question_follows_its_name() -> None:
    tables, _ = rename_question(small(), "weeks", "how_long")
    assert tables["calculated"][0]["value"] == "${how_long} * 2"
    assert editing.page_named(tables, "two")["relevant"] == "${how_long} > 3 or ${asked} = 'no'"
    wording = editing.question_named(tables, "rate")["wording"]
    assert wording == {"default": "After ${how_long} weeks?", "cy": "Ar ôl ${how_long} wythnos?"}
    tables, _ = rename_question(tables, "rate", "score")
    assert editing.question_named(tables, "why")["relevant"] == "${score.kind} = '1'"
    tables, said = rename_question(tables, "quote", "may_quote")
    assert tables["quoting"]["question"] == "may_quote"
    assert said == "gave “May we quote?” the name may_quote"


def test_a_condition_that_cannot_be_read_follows_too() -> None:
    tables = small()
    editing.page_named(tables, "two")["relevant"] = "${weeks} >> 3"
    assert editing.page_named(rename_question(tables, "weeks", "w")[0], "two")["relevant"] == "${w} >> 3"


@pytest.mark.parametrize("name", ["", "2nd", "with space", "asked", "audience", "twice", "x" * 41, "a\n"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    with pytest.raises(BadName):
        rename_question(small(), "weeks", name)


# Values that are worked out ------------------------------------------------------------------------


def with_values() -> Tables:
    """A value that another one stands on, in a condition and in words."""
    tables, _ = add_calculated(small(), "more", "${twice} + 1")
    tables["page"][1]["relevant"] = "${ twice } > 3"
    tables["page"][1]["question"][1]["hint"] = {"default": "After ${twice} days", "cy": "${twice}"}
    return tables


def test_a_calculated_value_is_said_in_words_and_where_it_is_used() -> None:
    twice, more = worked_out(with_values())
    assert (twice.name, twice.meaning) == ("twice", "the answer to “How long?” times 2")
    assert twice.used == "the value “more”, the page “Two”, “Why?”"
    assert more.used == ""
    tables, said = change_calculated(with_values(), "twice", "twice", "${weeks} >")
    assert (worked_out(tables)[0].meaning, said) == ("", "changed how “twice” is worked out")


def test_what_uses_a_calculated_value_follows_its_name() -> None:
    tables, said = change_calculated(with_values(), "twice", "double", "${weeks} * 2")
    assert said == "gave the value “twice” the name double"
    assert [each["name"] for each in tables["calculated"]] == ["double", "more"]
    assert tables["calculated"][1]["value"] == "${double} + 1"
    assert tables["page"][1]["relevant"] == "${double} > 3"
    assert editing.question_named(tables, "why")["hint"] == {"default": "After ${double} days", "cy": "${double}"}
    assert not as_survey(tables)[1]


@pytest.mark.parametrize("name", ["", "2nd", "weeks", "audience", "more", "weeks_other"])
def test_a_calculated_value_cannot_have_every_name(name: str) -> None:
    with pytest.raises(BadName):
        add_calculated(with_values(), name, "1")
    with pytest.raises(BadName):
        change_calculated(with_values(), "twice", name, "1")


def test_the_last_calculated_value_goes_without_a_trace() -> None:
    bare = small()
    kept = bare.pop("calculated")
    tables, _ = add_calculated(bare, "twice", kept[0]["value"])
    assert tables["calculated"] == kept
    assert delete_calculated(tables, "twice") == (bare, "deleted the value “twice”")
    assert "calculated" not in bare
    with pytest.raises(editing.NotThere):
        delete_calculated(bare, "twice")


@pytest.mark.parametrize(
    ("value", "says"), [("", "Nothing is written"), ("${weeks} *", "cannot be read"), ("1" * 2001, "longer than 2000")]
)
def test_a_value_that_cannot_be_worked_out_says_why(value: str, says: str) -> None:
    assert says in fault_of(value)
    assert not fault_of("${weeks} * 2")


def test_a_value_may_stand_on_answers_and_other_values() -> None:
    assert {"weeks", "rate.kind", "more", "audience"} <= set(can_use(with_values(), "twice"))
    assert "twice" not in can_use(with_values(), "twice")


def test_a_problem_of_a_calculated_value_says_which() -> None:
    tables, _ = change_calculated(small(), "twice", "twice", "${nobody} * 2")
    (problem,) = problems(tables, as_survey(tables)[1])
    assert (problem.field, problem.calculated) == ("value worked out “twice”", "twice")


# Audiences under other short names -----------------------------------------------------------------


def for_two() -> Tables:
    """Two audiences with words, answers, filters, conditions and a value of their own."""
    tables = small()
    tables["audience"] = [
        {"name": "survivor", "label": {"default": "I was hurt", "cy": "Fi"}, "plural": "Survivors"},
        {"name": "provider", "label": "I work there", "plural": "Providers"},
    ]
    tables["intro"] = ["Hello", {"default": "You", "provider": "Your team", "provider-cy": "Tîm", "cy": "Chi"}]
    tables["calculated"].append({"name": "mine", "value": "if('survivor' = ${audience}, 1, 2)"})
    who = {"name": "audience", "kind": "audience", "wording": "Who are you?", "required_because": "It decides."}
    where = {
        "name": "where",
        "kind": "one-choice",
        "wording": {"default": "Where?", "survivor": "Where was it?", "survivor-cy": "Ble?"},
        "relevant": "not(${audience} != 'survivor') or selected(${audience}, 'provider')",
        "choice_filter": "who = ${audience} or who = 'all'",
        "choices": [
            {"value": "home", "label": "Home", "properties": {"who": "survivor", "default": "provider"}},
            {"value": "work", "label": "Work", "properties": {"who": "provider"}, "audiences": ["provider"]},
            {"value": "else", "label": "Elsewhere", "properties": {"who": "all"}},
        ],
    }
    tables["page"][0]["question"][:0] = [who, where]
    tables["page"][0]["question"][2]["audiences"] = ["survivor", "provider"]
    tables["page"][1]["audiences"] = ["survivor"]
    return tables


def test_everything_that_names_an_audience_follows_its_short_name() -> None:
    tables, said = rename_audiences(for_two(), {"survivor": "person", "provider": "provider"})
    assert said == "gave Survivors the short name person"
    where = editing.question_named(tables, "where")
    assert where["wording"] == {"default": "Where?", "person": "Where was it?", "person-cy": "Ble?"}
    assert where["relevant"] == "not(${audience} != 'person') or selected(${audience}, 'provider')"
    assert [each["properties"]["who"] for each in where["choices"]] == ["person", "provider", "all"]
    assert where["choices"][0]["properties"]["default"] == "provider"
    assert editing.question_named(tables, "asked")["audiences"] == ["person", "provider"]
    assert tables["page"][1]["audiences"] == ["person"]
    assert tables["calculated"][1]["value"] == "if('person' = ${audience}, 1, 2)"
    assert tables["audience"][0]["label"] == {"default": "I was hurt", "cy": "Fi"}


def test_a_condition_that_cannot_be_read_follows_an_audience_too() -> None:
    tables = for_two()
    tables["page"][1]["relevant"] = "${audience} = 'survivor' and and ${x} = 'survivor'"
    followed, _ = rename_audiences(tables, {"survivor": "person"})
    assert followed["page"][1]["relevant"] == "${audience} = 'person' and and ${x} = 'survivor'"


SHORT = st.sampled_from(["survivor", "provider", "person", "a_1", "cy", "pt", "default", "", "Big", "x-y", "a\n"])


def renamed(tables: Tables, names: dict[str, str]) -> Tables | None:
    """The tables with audiences renamed; None where a name is refused."""
    try:
        return rename_audiences(tables, names)[0]
    except BadAudienceName:
        return None


@given(survivor=SHORT, provider=SHORT)
@settings(max_examples=60)
def test_renamed_audiences_are_asked_the_same_and_can_be_named_back(survivor: str, provider: str) -> None:
    before, names = for_two(), {"survivor": survivor, "provider": provider}
    after = renamed(before, names)
    assert before == for_two(), "renaming changed what it was given"
    fine = {survivor, provider} <= {"survivor", "provider", "person", "a_1"} and survivor != provider
    assert (after is not None) == fine
    if after is None:
        return
    assert rename_audiences(after, {new: was for was, new in names.items()})[0] == before
    for was, now in names.items():
        assert is_asked(after, now) == is_asked(before, was)


def is_asked(tables: Tables, who: str) -> list[Any]:
    """What somebody of this audience is asked, may choose and reads, and a value worked out from it."""
    survey, faults = as_survey(tables)
    assert survey is not None, faults
    path = Path(survey, {"asked": "yes", "weeks": 5, "audience": who})
    where = survey.question("where")
    assert isinstance(where, OneChoice)
    return [
        [question.name for page in path.pages for question in page.questions],
        [choice.value for choice in path.choices(where)],
        [say(survey.intro[1], who, "cy"), say(where.wording, who, "cy")],
        path.value("mine"),
    ]


def test_words_that_are_kept_for_a_name_are_not_overwritten() -> None:
    tables = for_two()
    tables["intro"][0] = {"default": "Hello", "person": "Left over"}
    with pytest.raises(BadAudienceName, match="Some words are kept"):
        rename_audiences(tables, {"survivor": "person"})


# Conditions ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "comparison", "value", "condition", "words"),
    [
        ("asked", "is", "Yes", "${asked} = 'yes'", "the answer to “Did you ask?” is “Yes”"),
        ("asked", "is-not", "no", "${asked} != 'no'", "the answer to “Did you ask?” is not “No”"),
        ("weeks", "more", "3", "${weeks} > 3", "the answer to “How long?” is more than 3"),
        ("weeks", "answered", "", "${weeks} != ''", "“How long?” was answered"),
        ("rate.kind", "more", "bad", "${rate.kind} = '2' or ${rate.kind} = '3'", None),
        ("audience", "is", "Survivors", "${audience} = 'survivor'", "the answer to “Who is answering” is “Survivors”"),
    ],
)
def test_a_condition_is_put_together(
    question: str, comparison: str, value: str, condition: str, words: str | None
) -> None:
    asked = named(small())
    assert put_together(question, comparison, value, asked) == condition
    assert words is None or said_in_words(condition, asked) == words


@pytest.mark.parametrize(
    ("question", "comparison", "value"),
    [
        ("", "is", "yes"),
        ("asked", "no way", "yes"),
        ("asked", "is", "Perhaps"),
        ("asked", "is", ""),
        ("asked", "more", "Yes"),
        ("rate.kind", "more", "Good"),
        ("weeks", "is", "three"),
        ("why", "more", "words"),
    ],
)
def test_what_cannot_be_put_together_says_why(question: str, comparison: str, value: str) -> None:
    with pytest.raises(CannotAdd):
        put_together(question, comparison, value, named(small()))


def test_conditions_are_joined_with_the_brackets_they_need() -> None:
    assert added("", "${a} = 1") == "${a} = 1"
    assert added("${a} = 1 or ${b} = 2", "${c} = 3") == "(${a} = 1 or ${b} = 2) and ${c} = 3"
    assert added("${a} >> 1", "${c} = 3", "or") == "${a} >> 1 or ${c} = 3"


def test_only_what_was_asked_before_is_offered() -> None:
    assert list(named(small(), before="weeks")) == ["audience", "asked"]
    assert list(named(small(), on_page="two")) == ["audience", "asked", "weeks"]


# Beginnings ----------------------------------------------------------------------------------------


def test_every_template_is_a_survey_without_faults() -> None:
    assert {name: as_survey(start.tables())[1] for name, start in STARTS.items()} == {name: [] for name in STARTS}


@pytest.mark.parametrize("asked", [1, 5])
def test_a_standard_becomes_pages_of_clauses(asked: int) -> None:
    clauses = (Clause("AE", "AE1", "Reach", "Men find it."), Clause("AE", "AE2", "Doors", "They stand open."))
    standard = Standard(
        "s", "A standard", {"LG": "Leading", "AE": "Access"}, (*clauses, Clause("LG", "LG1", "L", "L."))
    )
    tables = from_standard(standard, ["AE"], audiences_offered()[:asked])
    survey, faults = as_survey(tables)
    assert not faults
    assert survey is not None
    assert [page.name for page in survey.pages] == (["you"] if asked > 1 else []) + ["section_ae"]
    assert [question.name for question in survey.pages[-1].questions] == ["ae1", "ae2"]
    assert len(from_standard(standard, [], audiences_offered()[:1])["page"]) == 2


def test_an_address_is_made_free() -> None:
    assert fresh_address("views", ["views", "views-2"]) == "views-3"
    assert fresh_address("x" * 40, ["x" * 40]) == "x" * 36 + "-2"


# Words ---------------------------------------------------------------------------------------------


def test_translations_stay_when_words_change() -> None:
    assert with_texts({"default": "One", "cy": "Un", "provider": "P"}, {"default": "Two", "provider": ""}) == {
        "default": "Two",
        "cy": "Un",
    }
    assert with_texts({"default": "One", "cy": "Un"}, {"default": ""}) == {"default": "", "cy": "Un"}
    assert with_texts("One", {"default": ""}) is None
    assert short("a  b\n" + "c" * 80, 10) == "a b ccccc…"


def test_problems_are_said_in_the_words_of_the_forms() -> None:
    tables = small()
    editing.page_named(tables, "one")["question"].clear()
    editing.question_named(tables, "rate")["labels"] = []
    editing.question_named(tables, "why")["longest"] = "many"
    said = {(each.part, each.field, each.what) for each in problems(tables, as_survey(tables)[1])}
    assert ("One", "questions", "nothing is here yet; add one, or delete this part") in said
    assert ("Why?", "the most characters", "it must be a number in digits, such as 5; mend it") in said
    assert any(part.startswith("After") and what.startswith("the scale has no points") for part, _, what in said)


def test_deleting_what_others_ask_for_is_a_problem_of_theirs() -> None:
    tables, _ = editing.delete_question(small(), "asked")
    found = problems(tables, as_survey(tables)[1])
    assert ("How long?", "when it is asked") in {(each.part, each.field) for each in found}
    assert {each.question for each in found} >= {"weeks"}
