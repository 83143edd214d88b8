"""Editions: the shipped one says what the coding frame says, and a bad file is refused with a remedy."""

from pathlib import Path

import pytest

from analysis.standard.edition import BadEdition, UnknownEdition, load_edition, shipped_editions

FRAME = Path(__file__).resolve().parents[3] / "docs/coding-frame.md"
SMALL = """
name = "small"
title = "Small"
publisher = "Us"
year = 2024
[[sections]]
code = "A"
title = "First"
definition = "One."
[[sections.themes]]
code = "A1"
title = "Only"
definition = "It."
"""


def written(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_shipped_edition_has_four_sections_in_the_standards_order() -> None:
    edition = load_edition("mdan")
    assert edition.section_codes == ("LG", "AE", "SD", "OE")
    assert [len(section.themes) for section in edition.sections] == [5, 5, 5, 5]


def test_it_has_the_sections_and_themes_of_the_coding_frame() -> None:
    frame = FRAME.read_text(encoding="utf-8")
    for section in load_edition("mdan").sections:
        assert f"## {section.code} · {section.title}" in frame
        assert all(f"- {theme.code} {theme.title}: " in frame for theme in section.themes)


def test_every_cue_is_written_once_in_a_theme() -> None:
    for section in load_edition("mdan").sections:
        for theme in section.themes:
            assert len(set(theme.cues)) == len(theme.cues) > 20


def test_a_theme_knows_its_section() -> None:
    edition = load_edition("mdan")
    assert edition.section_of_theme["AE3"] == "AE"
    assert edition.theme_codes[:2] == ("LG1", "LG2")
    assert edition.section("SD").title == "Service Delivery"


def test_sections_are_put_in_order_once_and_strangers_drop_out() -> None:
    assert load_edition("mdan").in_order(["OE", "XX", "LG", "OE"]) == ("LG", "OE")


def test_a_section_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load_edition("mdan").section("XX")


def test_another_standard_is_a_path(tmp_path: Path) -> None:
    edition = load_edition(written(tmp_path, SMALL))
    assert (edition.name, edition.year, edition.section_codes, edition.theme_codes) == ("small", 2024, ("A",), ("A1",))
    assert edition.sections[0].themes[0].cues == ()


@pytest.mark.parametrize("name", ["nosuch", "../mdan", "nosuch.toml", "", "MDAN"])
def test_an_unknown_name_lists_the_shipped_ones(name: str) -> None:
    with pytest.raises(UnknownEdition, match="Use one of: mdan") as refused:
        load_edition(name)
    assert isinstance(refused.value, ValueError)
    assert shipped_editions() == ("mdan", "msp", "respect")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "not a TOML file"),
        (SMALL.replace('publisher = "Us"', ""), "lacks 'publisher'"),
        (SMALL.replace('definition = "It."', ""), "lacks 'definition'"),
        ('name="a"\ntitle="b"\npublisher="c"\nsections=[]', "no sections"),
        ('name="a"\ntitle="b"\npublisher="c"\nsections=3', "shape of an edition"),
        (SMALL.replace('"A1"', '"A"'), "code A is used twice"),
        (SMALL.replace('"A1"', '"A+1"'), "only letters and digits"),
    ],
)
def test_a_bad_file_says_what_is_wrong_and_names_the_file(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadEdition, match=r"own\.toml") as refused:
        load_edition(written(tmp_path, text))
    assert said in str(refused.value)
    assert refused.value.__cause__ is not None


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(SMALL.replace("One.", "Caf\xe9").encode("cp1252"))
    with pytest.raises(BadEdition, match="UTF-8"):
        load_edition(str(path))


def test_the_hash_is_of_the_file(tmp_path: Path) -> None:
    one = load_edition(written(tmp_path, SMALL)).sha256
    other = load_edition(written(tmp_path, SMALL + "\n")).sha256
    assert one != other
