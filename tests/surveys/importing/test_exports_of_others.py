"""The same answers in the shapes of four programs come out as the same answers; nothing about the person does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from surveys.importing.answering import NOT_ASKED
from surveys.importing.brought import GOOGLE, LIMESURVEY, MICROSOFT, PLAIN
from surveys.importing.checking import NEVER_SENT, Found, report, try_out
from surveys.importing.dating import date_boxes, day_first
from surveys.importing.personal import about_the_person
from surveys.importing.pieces import pieces
from surveys.importing.plan import Plan, Reader, unmatched
from surveys.importing.reading import read
from tests.surveys.importing.exports import ANSWERS, as_csv, as_xlsx, brought, google, limesurvey, microsoft, plain

SHAPES: dict[str, tuple[Callable[[], bytes], str]] = {
    LIMESURVEY: (limesurvey, "results.csv"),
    MICROSOFT: (microsoft, "form.xlsx"),
    GOOGLE: (google, "form.csv"),
    PLAIN: (plain, "typed.csv"),
}


def tried(content: bytes, survey: str = "paper", **changes: Any) -> tuple[Found, list[dict[str, Any]]]:
    """What comes of a file, with the plan as guessed or changed."""
    at, plan, table = brought(content, survey=survey)
    found, ready = try_out(at.survey, replace(plan, **changes), table)
    return found, [dict(sent.answers) for sent in ready]


def whys(found: Found) -> list[tuple[int, str, str]]:
    return [(line.row, line.column, line.why) for line in found.lines]


@pytest.mark.parametrize("shape", SHAPES)
def test_an_export_comes_in_as_it_was_answered(shape: str) -> None:
    make, name = SHAPES[shape]
    at, plan, table = brought(make(), name)
    assert table.shape == shape
    found, ready = try_out(at.survey, plan, table)
    assert [dict(sent.answers) for sent in ready] == [ANSWERS]
    assert [line for line in found.lines if line.why != NEVER_SENT] == []
    assert unmatched(Reader(at.survey, plan), table) == []


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_about_the_person_is_even_read(shape: str) -> None:
    make, name = SHAPES[shape]
    packed = repr(brought(make(), name)[2].rows)
    for personal in ("2024", "12:00", "example.org", "Alex", "192.0.2.7", "12345", "33.5"):
        assert personal not in packed


def test_limesurvey_says_what_was_sent_and_in_which_language() -> None:
    at, plan, table = brought(limesurvey())
    assert (table.unfinished, [row.number for row in table.rows]) == ([3], [2])
    found, ready = try_out(at.survey, plan, table)
    assert (found.total, found.rows, ready[0].language) == (2, 1, "cy")
    assert whys(found) == [(3, "", NEVER_SENT)]


@pytest.mark.parametrize(
    ("column", "cells", "left_out"),
    [
        ("Email", [], True),
        ("E-Mail address", [], True),
        ("IP Address", [], True),
        ("Start time", [], True),
        ("Your name", [], True),
        ("Group time: You", ["12"], True),
        ("Points - Where?", ["1"], True),
        ("What is best?", ["a@example.org", "b@example.org", ""], True),
        ("Answered", ["2024-05-01 12:00", "2024-05-02 13:00:01"], True),
        ("From", ["192.0.2.1", "192.0.2.2"], True),
        ("Ring us", ["01632 960 001", "+44 1632 960002"], True),
        ("What helped your name?", ["Alex did"], False),
        ("When was that?", ["2024-05-01", "2023-01-01"], False),
        ("How often?", ["1", "2", "3"], False),
        ("Say", ["Write to a@example.org", "no", "nothing"], False),
    ],
)
def test_columns_about_the_person_are_known(column: str, cells: list[str], left_out: bool) -> None:
    assert bool(about_the_person(column, cells)) is left_out


def test_a_cell_that_cannot_be_taken_is_named_and_the_row_comes_in() -> None:
    heads = ["audience", "asked", "where", "when", "visits", "live", "say"]
    row = ["survivor", "yes", "police; the moon; gp; none", "the 3rd", "lots", "somewhere", "x" * 2001]
    found, ready = tried(as_csv([heads, row, ["survivor", "perhaps", "", "", "", "", "fine"]]))
    assert ready == [{"asked": "yes", "audience": "survivor"}, {"say": "fine", "audience": "survivor"}]
    lost = {(2, "where"), (2, "when"), (2, "visits"), (2, "live"), (2, "say"), (3, "asked")}
    assert {(line.row, line.column) for line in found.lost} == lost


def test_limits_of_the_survey_hold() -> None:
    found, ready = tried(
        as_csv([["audience", "asked", "where", "visits"], ["survivor", "yes", "gp;police;none", "100"]])
    )
    assert ready == [{"asked": "yes", "audience": "survivor"}]
    assert [line.column for line in found.lost] == ["where", "visits"]
    assert "cannot be chosen together" in found.lost[0].why
    assert found.lost[1].why == "Write a number from 0 to 99"


def test_what_is_not_reached_is_left_out_and_said() -> None:
    heads = ["audience", "asked", "where", "visits", "say"]
    found, ready = tried(as_csv([heads, ["provider", "no", "police", "3", "words"]]))
    assert ready == [{"asked": "no", "say": "words", "audience": "provider"}]
    assert sorted(whys(found)) == [(2, "visits", NOT_ASKED), (2, "where", NOT_ASKED)]


def test_a_row_needs_somebody_who_answered() -> None:
    rows = [["audience", "say"], ["", "nobody knows"], ["Martians", "we do"], ["provider", "here"], ["survivor", ""]]
    found, ready = tried(as_csv(rows))
    assert [sent["say"] for sent in ready] == ["here"]
    assert [line.row for line in found.refused] == [2, 3, 5]
    found, ready = tried(as_csv(rows), audience="survivor")
    assert [(sent["audience"], sent["say"]) for sent in ready] == [("survivor", "nobody knows"), ("provider", "here")]


def test_required_questions_do_not_stop_a_row_and_are_counted() -> None:
    found, ready = tried(as_csv([["audience", "asked", "helped"], ["survivor", "2", "1"]]), survey="limits")
    assert ready == [{"asked": 2, "helped": 1, "audience": "survivor"}]
    assert found.blank == {"why": 1}


def test_limits_that_hang_on_other_answers_hold() -> None:
    found, ready = tried(as_csv([["audience", "helped", "asked"], ["survivor", "3", "2"]]), survey="limits")
    assert ready == [{"asked": 2, "audience": "survivor"}]
    assert whys(found) == [
        (2, "helped", "You were helped at most as often as you asked (2 times). Check both numbers"),
    ]


def test_values_are_mapped_left_out_or_written_out() -> None:
    rows = [
        ["audience", "turned", "means"],
        ["survivor", "A neighbour", "By chat, on foot"],
        ["survivor", "FRIEND", "phone"],
    ]
    at, plan, table = brought(as_csv(rows), survey="other")
    strange = [(slot.key, text, times) for slot, text, times in unmatched(Reader(at.survey, plan), table)]
    assert strange == [("turned", "A neighbour", 1), ("means", "on foot", 1)]
    _found, ready = tried(as_csv(rows), survey="other")
    assert (ready[0]["turned"], ready[0]["turned_other"]) == ("other", "A neighbour")
    assert (ready[0]["means"], ready[0]["means_other"]) == (["chat", "other"], "on foot")
    mapped = {"turned": {"a neighbour": "friend"}, "means": {"on foot": ""}}
    found, ready = tried(as_csv(rows), survey="other", values=mapped)
    assert ready[0]["turned"] == "friend"
    assert "means" not in ready[0]  # one way alone is fewer than the question takes
    assert {line.column for line in found.lost} == {"means"}


def test_accents_case_and_quotation_marks_do_not_matter() -> None:
    rows = [["audience", "asked", "where"], ["SURVIVOR", "Yés", "AT A DOCTOR'S"]]
    _found, ready = tried(as_csv(rows))
    assert ready == [{"asked": "yes", "where": ["gp"], "audience": "survivor"}]


def test_quotes_are_allowed_only_by_a_column() -> None:
    rows = [["audience", "What helped?", "say"], ["survivor", "Being heard", ""]]
    found, _ready = tried(as_csv(rows), survey="quoting/once")
    assert (found.rows, found.quoted) == (1, 0)
    with_consent = [["audience", "helped", "may"], ["survivor", "Being heard", "yes"], ["survivor", "Tea", "no"]]
    found, _ready = tried(as_csv(with_consent), survey="quoting/once")
    assert (found.rows, found.quoted) == (2, 1)
    found, _ready = tried(as_csv([["audience", "helped"], ["survivor", "Tea"]]), survey="quoting/each")
    assert found.quoted == 0


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("a;b;", ["a", "b"]),
        ("Yes, often, b", ["Yes, often", "b"]),
        ("b, something of my own, with a comma", ["b", "something of my own, with a comma"]),
        ("one sentence, then another", ["one sentence, then another"]),
        ("x;y", ["x", "y"]),
        ("a\nb", ["a", "b"]),
    ],
)
def test_several_answers_in_a_cell_are_told_apart(cell: str, found: list[str]) -> None:
    assert pieces(cell, {"a", "b", "yes often"}) == found


@pytest.mark.parametrize(
    ("text", "first", "boxes"),
    [
        ("2020-05-01 00:00:00", True, ("1", "5", "2020")),
        ("03/04/2020", True, ("3", "4", "2020")),
        ("03/04/2020", False, ("4", "3", "2020")),
        ("3 May 2020", True, ("3", "May", "2020")),
        ("May 2020", True, ("", "May", "2020")),
        ("2020", True, ("", "", "2020")),
        ("some day in spring", True, ("", "", "some day in spring")),
    ],
)
def test_dates_are_told_apart(text: str, first: bool, boxes: tuple[str, ...]) -> None:
    found = date_boxes(text, first)
    assert tuple(found.get(name, "").lstrip("0") for name in ("day", "month", "year")) == boxes


def test_the_month_comes_first_only_where_it_must() -> None:
    assert day_first(["03/04/2020", ""])
    assert day_first(["03/04/2020", "13/04/2020"])
    assert not day_first(["03/04/2020", "04/13/2020"])


def test_columns_of_one_name_are_told_apart() -> None:
    assert read("x.csv", as_csv([["Why?", "Why?", "", "Why?"], ["1", "2", "3", "4"]])).columns == [
        "Why?",
        "Why? (2)",
        "column 3",
        "Why? (3)",
    ]


def test_the_list_of_losses_runs_nothing() -> None:
    rows = [["audience", "=1+1", "asked"], ["=cmd|' /C calc'!A0", "x", "x"], ["survivor", "x", "@SUM(1)"]]
    at, plan, table = brought(as_csv(rows))
    plan = replace(plan, columns={**plan.columns, 1: "visits"})
    found, _ready = try_out(at.survey, plan, table)
    lines = report(found, table).decode("utf-8-sig").splitlines()
    assert len(lines) >= 3
    for line in lines[1:]:
        cells = [cell.strip('"') for cell in line.split(",")]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))], line


def test_plans_and_tables_survive_being_packed() -> None:
    _at, plan, table = brought(as_xlsx([["audience", "say"], ["survivor", "été ☂"]]), "x.xlsx")
    assert Plan.from_bytes(plan.to_bytes()) == plan
    assert type(table).from_bytes(table.to_bytes()) == table
