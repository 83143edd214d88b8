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
from surveys.writing import editing
from surveys.writing.asked_when import CannotAdd, added, named, put_together, said_in_words
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
@settings(max_examples=60, deadline=None)
def test_names_stay_unique_and_no_other_question_is_lost(steps: list[tuple[str, int, str]]) -> None:
    tables = small()
    for act, number, words in steps:
        before, kept = names(tables), copy.deepcopy(tables)
        after, said = acted(tables, act, number, words)
        assert tables == kept, "an act changed what it was given"
        assert len(set(names(after))) == len(names(after))
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
