"""Charts as they are drawn: SVG that is valid, says what it shows and turns dark, PNG, and nothing besides."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from analysis.findings.charts.chart import Chart
from analysis.findings.charts.drawing import NEAR, drawn
from analysis.findings.charts.look import DARK
from analysis.findings.charts.shares import of_sections
from analysis.findings.charts.sheet import Box, Mark, cleaned
from tests.analysis.findings.charted import codes_of, drawn_words, plans, table_of

SVG = "{http://www.w3.org/2000/svg}"
ODD = "👨‍👧 مجموعة $a$ & <b>]]>\x00"
TABLE = table_of(codes_of(2, 2), ("Survivors", ODD, "Commissioners"), withheld=[(0, 1)])
PLANS = plans(TABLE)
KINDS = [name for name in PLANS if "themes" not in name]
CHARTS: dict[str, Chart] = {}


def chart(name: str) -> Chart:
    """Each is drawn once for all tests."""
    if name not in CHARTS:
        CHARTS[name] = drawn(PLANS[name])
    return CHARTS[name]


@pytest.mark.parametrize("name", KINDS)
def test_the_picture_is_valid_and_says_what_it_shows(name: str) -> None:
    svg = ElementTree.fromstring(chart(name).svg)  # noqa: S314 (our own picture)
    assert svg.get("role") == "img"
    found = {each.get("id"): each.text for each in svg if each.tag in (f"{SVG}title", f"{SVG}desc")}
    assert svg.get("aria-labelledby") == " ".join(str(each) for each in found)
    assert list(found.values()) == [cleaned(PLANS[name].title), cleaned(PLANS[name].words)]
    written = ["".join(each.itertext()) for each in svg.iter(f"{SVG}text")]
    assert sorted(written) == sorted(drawn_words(PLANS[name]))
    ids = [each.get("id") for each in svg.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert all(str(each).startswith(name) for each in ids)


@pytest.mark.parametrize("name", KINDS)
def test_the_picture_brings_nothing_from_elsewhere_and_styles_nothing_but_itself(name: str) -> None:
    svg = chart(name).svg
    assert svg.startswith("<svg ")
    assert not re.search(r'href="(?!#)|<script|<metadata|DejaVu|[^-]style="', svg)
    (style,) = re.findall("<style>(.*?)</style>", svg)
    assert style.startswith("@media screen and (prefers-color-scheme:dark){.chart ")
    assert all(rule.startswith(".chart [") for rule in re.findall(r"(?:\{|\})([^{}@]+)\{", style))
    used = set(re.findall(r'(?:fill|stroke)="(#\w{6})"', svg))
    assert used <= set(DARK)
    assert all(f'="{colour}"]' in style for colour in used)


def colour(named: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(named[1:]))


def apart(one: Any, other: Any) -> int:
    return max(abs(int(a) - int(b)) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("name", KINDS)
def test_the_png_is_twice_as_fine_and_carries_its_title_alone(name: str) -> None:
    with Image.open(io.BytesIO(chart(name).png)) as picture:
        picture.load()
        assert picture.info.keys() <= {"Title", "dpi"}
        assert picture.info["Title"] == cleaned(PLANS[name].title)
        assert picture.width == pytest.approx(2 * 1.3 * 420, abs=2)
        found = {colour for _count, colour in picture.convert("RGB").getcolors(1 << 16) or []}
        used = {colour(each.colour) for each in PLANS[name].sheet.drawn if isinstance(each, Box | Mark)}
        assert all(min(map(partial(apart, each), found)) <= NEAR for each in used)  # of no other section or shade
        ink, paper = (int(end) for end in picture.convert("L").getextrema())  # type: ignore[arg-type]
    assert ink < 0x40  # printed in black and white, ink is dark and paper is white
    assert paper >= 254


def test_the_same_plan_gives_the_same_bytes_also_at_once() -> None:
    with ThreadPoolExecutor(2) as threads:
        made = set(map(str, threads.map(drawn, [PLANS["audience-profile"]] * 3)))
    assert made == {str(chart("audience-profile"))}


def test_nothing_tells_two_charts_apart_that_differ_in_what_is_withheld_alone() -> None:
    """The figure that is withheld is not in the table, so nothing of it can be in a byte; why it is, is not either."""
    place = ("S0", "g1")
    other = replace(TABLE, figures={**TABLE.figures, place: replace(TABLE.of(*place), why="another reason")})
    one, two = (drawn(of_sections(table)) for table in (TABLE, other))
    assert (one.svg, one.png, one.csv) == (two.svg, two.png, two.csv)


def test_a_chart_survives_being_kept() -> None:
    charts = [chart("audience-profile"), chart("agreement")]
    assert [Chart.from_json(chart.to_json()) for chart in charts] == charts
