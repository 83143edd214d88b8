"""What a report says: written from the figures, in words its readers know, and nothing that is withheld."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from analysis.findings.shown import ALL, MACHINE, SECTION, Figure, ShownTable
from analysis.reporting.clean_text import clean, sayable
from analysis.reporting.composing import PARTS, PARTS_SAID, compose
from analysis.reporting.document import Block, Bullets, Heading, Note, Paragraph, Report, Table, as_plain
from analysis.reporting.facts import Facts
from safekeeping.languages import speaking
from surveys.definition.reading_age import reading_age
from tests.analysis.reporting.samples import facts, table


def texts(block: Block) -> list[str]:
    """The sentences of a block."""
    found: list[str] = []
    if isinstance(block, Paragraph | Note):
        found.append(block.text)
    if isinstance(block, Bullets):
        found.extend(block.items)
    return found


def part(report: Report, key: str) -> list[str]:
    return [text for each in report.parts if each.key == key for block in each.blocks for text in texts(block)]


def of_machine() -> Facts:
    """The same with nothing audited."""
    given = table()
    raw = {
        place: each if each.percent is None else Figure(each.percent, None, None, MACHINE)
        for place, each in given.figures.items()
    }
    made = facts()
    machine = ShownTable(given.name, given.title, given.codes, given.groups, raw)
    return replace(made, tables=(machine,), methods=replace(made.methods, audit=None))


@pytest.mark.parametrize("given", [facts(), of_machine()], ids=["corrected", "machine"])
def test_the_summary_can_be_read_at_eleven_and_the_easy_part_at_nine(given: Facts) -> None:
    report = compose(given, list(PARTS))
    titles = [each.title for each in given.main.codes] + [given.standard.title, given.survey.title]

    def age(key: str) -> float:
        said = " ".join(part(report, key))
        for title in titles:  # the standard's own words are not ours to choose
            said = said.replace(title, "this")
        found = reading_age(said)
        assert found is not None
        return found

    assert age("summary") <= 11
    assert age("easy") <= 9
    assert max(len(each.split()) for each in part(report, "easy")) <= 14


def test_shares_are_those_of_the_figures() -> None:
    given = facts()
    report = compose(given, ["summary", "findings"])
    for section in given.sections:
        percent = given.overall(section.code).percent
        said = f"{section.title}: {percent} in every 100."
        assert (said in part(report, "summary")) == (percent is not None)


def test_what_is_not_checked_is_called_so_everywhere() -> None:
    report = compose(of_machine(), list(PARTS))
    assert "No one has checked its work yet." in " ".join(part(report, "summary"))
    assert "No difference is tested." in " ".join(part(report, "differences"))
    assert "No audit sample was drawn." in " ".join(part(report, "methods"))
    shares = [block for block in report.blocks() if isinstance(block, Table) and "Share" in block.header]
    assert shares
    assert not [block for block in shares if "Range" in block.header]


def test_what_is_withheld_stays_so_in_every_word() -> None:
    given = facts()
    whole = json.dumps(as_plain(compose(given, list(PARTS)).parts), ensure_ascii=False)
    assert "None" not in whole
    hidden = [place for place, each in given.main.figures.items() if each.percent is None]
    assert len(hidden) > 20
    report = compose(given, ["withheld"])
    assert "Somebody else" in json.dumps(as_plain(report.parts), ensure_ascii=False)


def test_only_the_parts_that_were_chosen_and_always_the_manifest() -> None:
    assert PARTS.keys() == PARTS_SAID.keys()
    assert [each.key for each in compose(facts(), ["methods", "summary"]).parts] == ["summary", "methods", "manifest"]
    with pytest.raises(KeyError):
        compose(facts(), ["summary", "nothing"])


def test_the_methods_name_design_agreement_estimator_and_versions() -> None:
    report = compose(facts(), ["methods"])
    said = " ".join(part(report, "methods"))
    for fact in ("stratified", "0.74 (95 % interval 0.69 to 0.79)", "Wilson", "at least 15", "cdcdcdcdcdcd", "mdan"):
        assert fact in said
    manifest = json.dumps(as_plain(report.parts[-1]))
    assert "ab" * 32 in manifest
    assert "0.1.0" in manifest


def test_a_report_in_another_language_says_which() -> None:
    with speaking("cy"):
        report = compose(facts(), list(PARTS))
    assert report.language == "cy"
    headings = [each.text for each in report.blocks() if isinstance(each, Heading) and each.colour]
    assert set(headings) == {each.title for each in table().at(SECTION)}


def test_one_slide_for_each_section_and_at_most_three_sentences() -> None:
    slides = compose(facts(), ["summary"]).slides
    assert [each.title for each in slides[1:-1]] == [each.title for each in table().at(SECTION)]
    assert all(0 < len(each.sentences) <= 3 for each in slides)


def test_the_last_group_is_everybody() -> None:
    assert table().groups[-1].code == ALL


@given(st.text())
def test_a_clean_text_can_be_written_as_xml(text: str) -> None:
    element = etree.Element("a")
    element.text = clean(text)
    assert etree.fromstring(etree.tostring(element, encoding="utf-8")).text == (element.text or None)


@given(st.text())
def test_a_sayable_text_has_only_letters_that_the_font_has(text: str) -> None:
    letters = frozenset(range(0x20, 0x17F)) | {ord("□"), ord("\n")}
    assert all(ord(each) in letters or each in "\n\t" for each in sayable(text, letters))


def test_an_emoji_is_named() -> None:
    assert sayable("well \N{THUMBS UP SIGN}\N{VARIATION SELECTOR-16}", range(128)) == "well [thumbs up sign]"
