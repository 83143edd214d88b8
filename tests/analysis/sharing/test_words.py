"""People's own words in a file: only what may be quoted, unless two people let all out; nothing about the writer."""

import csv
from datetime import date
from io import StringIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage, Suggestion
from analysis.sharing.data_file import DataFile
from analysis.sharing.frozen import mark_of, members
from analysis.sharing.own_words import HEADER, Words
from analysis.sharing.wave import Wave, freeze
from safekeeping.vault import Vault, random_id
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Response
from tests.analysis.sharing.exported import data_file, written
from tests.factories import as_open, opener_of, published_survey

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """Twelve who may be quoted, twelve who may not, and three who said why a clause should change."""
    row = published_survey(session, keys, "export")
    for number in range(24):
        given = {"audience": "survivor", "say": f"mine {number:02}. And more.", "weeks": 3}
        given |= {"clause": "change", "clause_why": f"why {number:02}"} if number < 3 else {}
        allowed = ["say", "clause_why"] if number < 12 else []
        submit(session, as_open(row), Submission(given, quotable=allowed), random_id())
    mix(session, row.id, opener_of(keys, row))
    return row


def words_of(session: Session, keys: Vault, row: PublishedSurvey, all_of_them: bool) -> list[tuple[str, ...]]:
    wave = freeze(session, row, keys.office.mac, date(2026, 11, 22))
    return list(the_words(session, keys, row, wave, all_of_them).rows())


def the_words(session: Session, keys: Vault, row: PublishedSurvey, wave: Wave, all_of_them: bool) -> Words:
    mark = mark_of(keys.office, wave, members(session, wave))
    return Words(session, wave, opener_of(keys, row), mark, all_of_them)


def test_only_what_may_be_quoted(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    header, *rows = words_of(session, keys, row, all_of_them=False)
    assert header == HEADER
    assert sorted(each[3] for each in rows if each[0] == "say") == [
        f"mine {number:02}. And more." for number in range(12)
    ]


def test_a_question_that_few_wrote_to_is_not_named(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    _header, *rows = words_of(session, keys, row, all_of_them=False)
    assert {each[0] for each in rows if each[3].startswith("why")} == {""}


def test_all_of_them_are_whole_answers(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    _header, *rows = words_of(session, keys, row, all_of_them=True)
    assert sum(each[0] == "say" for each in rows) == 24


def test_the_order_says_nothing_and_stays(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    wave = freeze(session, row, keys.office.mac, date(2026, 11, 22))
    first, again = (list(the_words(session, keys, row, wave, False).rows()) for _ in range(2))
    assert first == again
    assert [each[3] for each in first[1:]] != sorted(each[3] for each in first[1:])


def test_passages_carry_the_sections_they_speak_to(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    for response_id in session.scalars(select(Response.id)):
        for start, end, section in ((0, 8, "AE"), (9, 18, "SD")):
            passage = Passage(response_id=response_id, question="say", start=start, end=end, may_quote=True)
            session.add(passage)
            session.flush()
            more = {"probabilities": {}, "themes": [], "stance": "", "confidence": 0.5, "reasons": []}
            session.add(Suggestion(passage_id=passage.id, model="m", sections=[section], **more))
    session.flush()
    _header, *rows = words_of(session, keys, row, all_of_them=False)
    said = [each for each in rows if each[0] == "say"]
    assert {(sections, words.startswith("mine")) for _q, sections, _by, words in said} == {("AE", True), ("SD", False)}
    assert {by for _q, _s, by, _w in said} == {"machine"}
    assert len(said) == 24


def test_no_number_of_a_row_and_nothing_about_the_person_goes_along(
    session: Session, keys: Vault, row: PublishedSurvey
) -> None:
    data: DataFile = data_file(60)
    known = {cell for line in csv.reader(StringIO(written(data, "data.csv").decode())) for cell in line[:1]}
    for line in words_of(session, keys, row, all_of_them=True)[1:]:
        assert not known & set(line)
        assert "survivor" not in line
