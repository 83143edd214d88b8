"""The chart: the same numbers as the table, readable without colour, fonts or sight, and always the same bytes."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analysis.findings.charts.first_shares import BAR_LEFT, BAR_RIGHT, shares_chart
from analysis.findings.charts.look import COLOURS
from analysis.findings.first_figures import figures_from
from analysis.findings.report import Figures, Tally, chart_said, describe
from analysis.standard.edition import load_edition
from safekeeping.languages import speaking

SVG = "{http://www.w3.org/2000/svg}"


def figures_of(first: str = "Survivors", second: str = "Providers") -> Figures:
    """100 of the first group and 40 of the second; half of each speak to AE, one to SD."""
    tally = Tally()
    for number in range(140):
        tally.add("a" if number < 100 else "b", 1, ["AE"] if number % 2 else ["SD"] if number == 0 else [])
    return figures_from(tally, load_edition("mdan"), {"a": first, "b": second})


FIGURES = figures_of()
CHART = shares_chart(FIGURES)


def parsed(chart: str) -> ElementTree.Element:
    return ElementTree.fromstring(chart)  # noqa: S314 (our own picture)


def words_in(chart: str) -> list[str]:
    return ["".join(text.itertext()).strip() for text in parsed(chart).iter(f"{SVG}text")]


def test_the_chart_says_what_the_figures_say_in_their_order() -> None:
    expected = []
    for place, section in enumerate(FIGURES.sections):
        expected.append(section.title)
        for row in FIGURES.rows:
            expected += [row.name, row.shares[place].words]
    assert words_in(CHART) == expected


def test_withheld_is_a_word_and_has_no_bar() -> None:
    nothing = shares_chart(figures_from(Tally(), load_edition("mdan"), {"a": "Survivors"}))
    assert words_in(nothing).count("withheld") == 4
    assert len(re.findall("<path", nothing)) == 1 + 4  # the sheet, and a mark before each section


def test_bars_are_as_long_as_their_share() -> None:
    edges = {float(edge) for edge in re.findall(r"Q ([\d.]+) ", CHART)}
    middle = (BAR_LEFT + BAR_RIGHT) / 2
    assert any(abs(edge - middle) < 0.01 for edge in edges)


def test_each_section_has_its_colour_in_order() -> None:
    used = [colour for colour in re.findall(r"fill: (#\w{6})", CHART) if colour in COLOURS]
    assert list(dict.fromkeys(used)) == list(COLOURS)


def test_the_chart_carries_its_own_text_alternative() -> None:
    svg = parsed(CHART)
    assert svg.get("role") == "img"
    found = {element.get("id"): element.text for element in svg if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert svg.get("aria-labelledby") == " ".join(str(name) for name in found)
    assert found["shares-words"] == describe(FIGURES)


def test_the_chart_can_stand_inside_a_page() -> None:
    assert CHART.startswith("<svg ")
    assert "<style" not in CHART
    assert "<metadata" not in CHART
    assert "DejaVu" not in CHART
    assert "system-ui" in CHART
    assert not re.search(r'href="(?!#)', CHART)


def test_the_same_figures_give_the_same_bytes() -> None:
    assert shares_chart(figures_of()) == CHART


def test_charts_drawn_at_once_are_the_same() -> None:
    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(shares_chart, [FIGURES] * 8)) == {CHART}


def test_another_process_with_its_own_settings_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("svg.fonttype: path\nfont.size: 30\n")
    paths = [str(Path(__file__).parents[3]), str(Path(__file__).parent)]
    code = f"import sys; sys.path[:0] = {paths!r}; import test_charts; sys.stdout.write(test_charts.CHART)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == CHART


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("$a$ & <b>", "$a$ & <b>"),
        ("男性 👨‍👧", "男性 👨‍👧"),
        ("\x00\x0bbell", "bell"),
        ("x" * 90, "x" * 20),
        ("", "withheld"),  # nothing is drawn for the name, and its share comes next
    ],
)
def test_any_name_can_be_drawn(name: str, drawn: str) -> None:
    assert words_in(shares_chart(figures_of(first=name)))[1] == drawn


def test_a_long_name_takes_two_lines_and_then_stops() -> None:
    words = words_in(shares_chart(figures_of(first="Male Survivors' Fellowship of the North and the Isles")))
    assert words[1:3] == ["Male Survivors'", "Fellowship of the …"]


def test_a_chart_that_was_drawn_in_english_says_its_words_in_the_language_of_its_reader() -> None:
    figures = figures_of("Men & boys", "Withheld")
    drawn = shares_chart(figures)
    assert chart_said(drawn, figures) == drawn
    with speaking("cy"):
        said = chart_said(drawn, figures)
        alternative = describe(figures)
    assert "Gyda’i gilydd" in words_in(said)
    assert "wedi’i ddal yn ôl" in words_in(said)
    assert {"Together", "withheld"} & set(words_in(said)) == set()
    assert {"Men & boys", "Withheld"} <= set(words_in(said))
    assert parsed(said).findtext(f"{SVG}title") == "Cyfran o’r ymatebion sy’n siarad at bob adran"
    assert parsed(said).findtext(f"{SVG}desc") == alternative
    assert alternative.startswith("Cyfran o’r ymatebion")
