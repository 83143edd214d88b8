"""Tall charts on paper: every word of them is there once, in one half or the other, and nothing is cut through."""

import io
import re
from xml.etree import ElementTree

from PIL import Image

from analysis.findings.charts.drawing import drawn
from analysis.findings.charts.profile import profile
from analysis.findings.charts.shares import of_sections
from analysis.reporting.folding import fold_of, folded_png, folded_svg
from tests.analysis.findings.charted import table_of

TALL, SHORT = drawn(of_sections(table_of())), drawn(profile(table_of()))
SVG = "{http://www.w3.org/2000/svg}"


def test_a_tall_chart_is_cut_between_its_lines() -> None:
    fold = fold_of(TALL.svg)
    assert fold
    assert abs(fold.at - fold.height / 2) < fold.height / 4
    lines = [float(y) for y in re.findall(r'<text[^>]* y="([\d.]+)"', TALL.svg)]
    assert all(y <= fold.at or y - 11 >= fold.at for y in lines)


def test_both_halves_hold_the_whole_drawing_and_show_their_part_of_it() -> None:
    fold, root = fold_of(TALL.svg), ElementTree.fromstring(folded_svg(TALL.svg))  # noqa: S314 (our own picture)
    assert fold
    halves = root.findall(f"{SVG}svg")
    tops = [tuple(map(float, each.attrib["viewBox"].split())) for each in halves]
    assert tops == [(0, 0, fold.width, fold.at), (0, fold.at, fold.width, fold.height - fold.at)]
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    assert height < 1.9 * width


def test_a_picture_is_folded_at_the_same_place() -> None:
    with Image.open(io.BytesIO(TALL.png)) as whole, Image.open(io.BytesIO(folded_png(TALL.png, TALL.svg))) as folded:
        assert folded.width > 2 * whole.width
        assert folded.height < 0.75 * whole.height
        left = folded.crop((0, 0, whole.width, 40)).tobytes()
        assert left == whole.convert("RGB").crop((0, 0, whole.width, 40)).tobytes()


def test_a_short_chart_stays_as_it_is() -> None:
    assert folded_svg(SHORT.svg) == SHORT.svg
    assert folded_png(SHORT.png, SHORT.svg) == SHORT.png
