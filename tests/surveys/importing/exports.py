"""Answers to the survey “paper” as four other programs export them, written as those programs write them."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import openpyxl

from surveys.definition.load import parse_survey
from surveys.definition.published import Open
from surveys.importing.brought import Brought
from surveys.importing.guessing import guess
from surveys.importing.plan import Plan
from surveys.importing.reading import read
from tests.factories import definition

#: What all four say, as it is kept.
ANSWERS: dict[str, Any] = {
    "asked": "yes",
    "where": ["gp", "police"],
    "when": "2020-05",
    "felt": "1",
    "believed": {"listened": "2", "believed": "4"},
    "visits": 2,
    "unit": "The desk",
    "order": ["kind", "fast"],
    "live": "ZZ99",
    "say": "He said; “no, never”.\nThen nothing.",
    "agree": "no",
    "audience": "survivor",
}


def as_csv(rows: Iterable[Sequence[Any]], separator: str = ",", encoding: str = "utf-8-sig") -> bytes:
    """A CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    """A workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def limesurvey() -> bytes:
    """Codes as headings, a column for each choice, line and rank; the last row was never sent."""
    heads = (
        "id submitdate lastpage startlanguage seed ipaddr audience asked where[gp] where[police] where[none] "
        "where[other] when felt believed[listened] believed[believed] visits unit order[1] order[2] live clause "
        "clause[comment] say agree groupTime12"
    ).split()
    row = (
        "1,2024-05-01 12:00:00,4,cy,12345,192.0.2.7,survivor,Y,Y,Y,N,,2020-05-01 00:00:00,1,2,4,2,The desk,kind,fast,"
        "ZZ99 9ZZ,,"
    ).split(",")
    sent = [*row, ANSWERS["say"], "N", "33.5"]
    return as_csv([heads, sent, ["2", "", "2", "en", "12346", *sent[5:]]])


def microsoft() -> bytes:
    """Titles as headings, several answers joined by semicolons, the lines of a grid by themselves."""
    heads = (
        "ID|Start time|Completion time|Email|Name|Which of these is closest to you?|Did you look for help?|"
        "Where did you look?|When was that?|How did that feel?|They listened|They believed me|How often did you go?|"
        "Which part of the police was it?|What matters most?|Where do you live?|What would you like to say?|"
        "May we quote some of your words?"
    ).split("|")
    when = datetime(2024, 5, 1, 12, 0, 1, tzinfo=UTC).replace(tzinfo=None)
    row = [
        *(1, when, when, "anonymous", "Alex Example", "A man who has been hurt", "Yes"),
        *("At a doctor's;With the police;", datetime(2020, 5, 1, tzinfo=UTC).replace(tzinfo=None), 1),
        *("A little", "Fully", 2, "The desk", "That it is kind;That it is quick;", "zz99", ANSWERS["say"], "No"),
    ]
    return as_xlsx([heads, row])


def google() -> bytes:
    """Titles as headings with lines of a grid in brackets, several answers joined by commas."""
    heads = (
        "Timestamp|Email Address|Which of these is closest to you?|Did you look for help?|Where did you look?|"
        "When was that?|How did that feel?|How far do you agree? [They listened]|"
        "How far do you agree? [They believed me]|How often did you go?|Which part of the police was it?|"
        "What matters most? [Rank 1]|What matters most? [Rank 2]|Where do you live?|What would you like to say?|"
        "May we quote some of your words?"
    ).split("|")
    row = [
        *("5/1/2024 12:00:01", "alex@example.org", "A man who has been hurt", "Yes"),
        *("At a doctor’s, With the police", "01/05/2020", "1", "A little", "Fully", "2", "The desk"),
        *("That it is kind", "That it is quick", "ZZ99", ANSWERS["say"], "No"),
    ]
    return as_csv([heads, row], encoding="utf-8")


def plain() -> bytes:
    """What somebody typed: names of questions as headings, semicolons as Excel writes them in Europe."""
    heads = "audience asked where when felt believed.listened believed.believed visits unit order live say agree"
    row = [
        *("Survivors", "YES", "gp | police", "May 2020", "1 - Very bad", "a little", "FULLY", "2", "The desk"),
        *("kind|fast", "ZZ99", ANSWERS["say"], "no"),
    ]
    return as_csv([heads.split(), row], ";", "cp1252")


def target(name: str = "paper") -> Open:
    """A survey as if it were published."""
    return Open(b"i" * 16, b"k" * 32, parse_survey(definition(name)), name, "version")


def brought(content: bytes, name: str = "answers.csv", survey: str = "paper") -> tuple[Open, Plan, Brought]:
    """A file that was read, and the first plan for it."""
    at, table = target(survey), read(name, content)
    return at, Plan(at.version, "2026-11-22", guess(at.survey, table)), table
