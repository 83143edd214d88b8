"""The standards that come with Heard: what each holds is counted against the list it was asked for by."""

from pathlib import Path

import pytest

from analysis.code_books.as_editions import book_of, standard_of
from analysis.code_books.tree import wrong_with
from analysis.standard.browsing import counted, fitting, shown_ids, tags_of
from analysis.standard.clauses import REQUIREMENT, SECTION, STANDARD
from analysis.standard.edition import load_edition, shipped_editions
from analysis.standard.reading_across import ReadAcross, Row, known_mappings, mapping_of, wrong_with_mapping
from analysis.standard.shipped_texts import shipped_text, shipped_texts
from surveys.definition.load import survey_from
from surveys.writing.from_standard import audiences_offered, from_standard

RESPECT = shipped_text("respect")
#: The Safe Minimum Practice set as its publisher lists it: the first and the last number of each run.
SAFE_MINIMUM = """
A1.1 A3.1 A4.1 A4.3-A4.5 A5.1-A5.2 A6.2 A7.1 B1.1-B1.3 B2.1 B2.2 B2.4 B3.1-B3.9 B4.1-B4.6 B5.1-B5.2 B6.1 B7.1-B7.3
B7.6 B7.8 B8.1 B8.4 B9.1-B9.3 C1.1 C1.5 D1.1-D1.6 E1.1-E1.3 E1.7 F1.4-F1.6 F1.9
"""
SECTIONS = {
    "A": ("Management", 7),
    "B": ("Service structure", 9),
    "C": ("Diversity", 1),
    "D": ("Risk management", 1),
    "E": ("Children", 1),
    "F": ("Partnership", 1),
}
AIMS = {
    *("Safety of victims", "Assess and manage risk", "Coordinated community response", "Diversity"),
    *("Respectful relationships", "Accountability", "Social change", "Competence"),
}


def numbers_listed() -> list[str]:
    """Each number of the set, its runs counted out."""
    found = []
    for run in SAFE_MINIMUM.split():
        first, _dash, last = run.partition("-")
        stem, start = first.split(".")
        end = (last or first).split(".")[1]
        found += [f"{stem}.{number}" for number in range(int(start), int(end) + 1)]
    return found


def test_respect_has_the_sections_and_standards_of_its_second_edition() -> None:
    assert (RESPECT.edition, RESPECT.published, RESPECT.publisher, RESPECT.years) == (2, "2012", "Respect", 3)
    found = {each.number: (each.title, len(each.children)) for each in RESPECT.clauses}
    assert found == SECTIONS
    numbers = [placed.clause.number for placed in RESPECT.standards()]
    assert numbers == [f"{code}{place}" for code, (_title, many) in SECTIONS.items() for place in range(1, many + 1)]


def test_respect_has_eight_aims_and_two_stages() -> None:
    assert {each.title for each in RESPECT.aims} == AIMS
    assert [(each.title, each.years) for each in RESPECT.stages] == [
        ("Safe Minimum Practice", 1),
        ("Full accreditation", 3),
    ]
    aims = {each.code for each in RESPECT.aims}
    used = {aim for placed in RESPECT.walk() for aim in placed.clause.aims}
    assert used == aims


def test_safe_minimum_practice_is_the_set_that_is_listed() -> None:
    requirements = [placed for placed in RESPECT.walk() if placed.clause.level == REQUIREMENT]
    assert [placed.clause.number for placed in requirements] == numbers_listed()
    assert len(requirements) == 60
    assert all(tags_of(placed, "stages") == ("smp", "full") for placed in requirements)
    assert [placed.clause.number for placed in fitting(RESPECT, "smp")] == numbers_listed()
    assert len(fitting(RESPECT, "full")) == len(RESPECT.lowest()) == 61


def test_the_wording_of_requirements_is_left_to_its_holder() -> None:
    requirements = [placed.clause for placed in RESPECT.walk() if placed.clause.level == REQUIREMENT]
    assert not any(each.wording or each.purpose or each.evidence for each in requirements)
    assert [each.number for each in requirements if each.guidance] == ["C1.1"]
    assert "C1.2" in RESPECT.by_number()["C1.1"].clause.guidance


def test_every_standard_of_respect_says_what_it_is_for_and_which_aims_it_has() -> None:
    for placed in RESPECT.standards():
        assert placed.clause.purpose
        assert placed.clause.evidence
        assert placed.clause.aims


def test_the_two_standards_for_men_have_the_same_sections() -> None:
    mdan, msp = load_edition("mdan"), load_edition("msp")
    assert [(each.code, each.title) for each in msp.sections] == [(each.code, each.title) for each in mdan.sections]
    assert set(mdan.theme_codes) < set(msp.theme_codes)
    assert counted(shipped_text("msp")) == {SECTION: 4, STANDARD: 23, REQUIREMENT: 0}


@pytest.mark.parametrize("name", shipped_editions())
def test_each_is_a_code_book_that_nothing_is_wrong_with(name: str) -> None:
    edition = load_edition(name)
    assert wrong_with(book_of(edition)) == []
    for section in edition.sections:
        for theme in section.themes:
            assert len(set(theme.cues)) == len(theme.cues) >= 7, theme.code


@pytest.mark.parametrize("name", shipped_editions())
def test_a_survey_is_made_of_each_in_one_step(name: str) -> None:
    standard = standard_of(book_of(load_edition(name)))
    survey = survey_from(from_standard(standard, (), audiences_offered()))
    asked = [question.name for page in survey.pages for question in page.questions]
    assert len(asked) == len(standard.clauses) + 1


def test_what_is_shown_is_what_fits_and_what_it_lies_in() -> None:
    numbers = RESPECT.placed()
    shown = {numbers[id].clause.number for id in shown_ids(RESPECT, "smp", "diversity")}
    assert shown == {"B", "B5", "B5.1", "B5.2", "C", "C1", "C1.1", "C1.5"}
    assert shown_ids(RESPECT) == set(numbers)


@pytest.mark.parametrize("name", known_mappings())
def test_every_standard_is_mapped_to_a_section_that_is_there(name: str) -> None:
    mapping = mapping_of(name)
    assert mapping is not None
    assert wrong_with_mapping(mapping, shipped_text(mapping.of), shipped_text(mapping.to)) == []


def test_a_faulty_mapping_says_where() -> None:
    rows = (Row("A1", "XX", "Because"), Row("A1", "LG", " ", ("SD1",), ("LG1",)), Row("Z9", "LG", "Because"))
    wrong = wrong_with_mapping(ReadAcross("respect", "mdan", rows), RESPECT, shipped_text("mdan"))
    assert "A2: not mapped" in wrong
    told = ("Z9: no such standard", "A1: mapped twice", "A1: no section XX", "A1: SD1 is no theme of LG")
    assert set(told) | {"A1: no section LG1", "A1: no reason"} <= set(wrong)


def test_a_requirement_is_read_across_with_its_standard() -> None:
    mapping = mapping_of("respect")
    assert mapping is not None
    row = mapping.row_of(RESPECT.by_number()["A4.3"])
    assert row is not None
    assert (row.number, row.section) == ("A4", "LG")
    assert mapping.row_of(RESPECT.by_number()["A"]) is None
    assert mapping_of("mdan") is None


def test_no_number_is_shipped_twice() -> None:
    ids = [placed.clause.id for text in shipped_texts() for placed in text.walk()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", known_mappings())
def test_the_guide_argues_what_the_data_says(name: str) -> None:
    guide = (Path(__file__).resolve().parents[3] / "docs/standards.md").read_text(encoding="utf-8")
    mapping, titles = mapping_of(name), shipped_text(name).by_number()
    assert mapping is not None
    for row in mapping.rows:
        also = ", ".join(row.also) or "–"
        title = titles[row.number].clause.title
        assert f"| {row.number} {title} | {row.section} | {', '.join(row.themes)} | {also} | {row.why} |" in guide
