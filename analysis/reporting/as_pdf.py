"""A report as a PDF for everybody: tagged (PDF/UA-1), with title, language, bookmarks, alternative texts and its fonts.

Set by Typst, which reaches for nothing outside itself. The words come in as data, so none of them can be mark-up.
"""

import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from analysis.reporting.clean_text import clean, each_text, sayable
from analysis.reporting.document import Report, as_plain
from analysis.reporting.folding import folded_svg
from safekeeping.languages import spoken

LOOK = Path(__file__).resolve().parents[2] / "templates" / "reports" / "report.typ"
_FONT_OF_SVG = re.compile('font-family: [^;"]*')


def write_pdf(report: Report) -> bytes:
    """The file as bytes: the same report gives the same ones."""
    typst = import_module("typst")
    made: bytes = typst.compile(
        LOOK.read_bytes(),
        font_paths=[str(_fonts())],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"report": json.dumps(told(report), ensure_ascii=False)},
    )
    return made


def told(report: Report) -> dict[str, Any]:
    """The report as the template reads it: only letters that its font has, charts in its font."""
    plain: dict[str, Any] = each_text(
        {
            "title": report.title,
            "subtitle": report.subtitle,
            "organisation": report.organisation,
            "about": as_plain(report.about),
            "parts": [_without_png(part) for part in as_plain(report.parts)],
            "words": dict(report.words),
        },
        lambda text: sayable(clean(text), _letters()),
    )
    day = report.day
    beside = {"language": report.language, "rtl": spoken(report.language).direction == "rtl"}
    return plain | beside | {"day": [day.year, day.month, day.day], "manifest": report.manifest}


def _without_png(part: dict[str, Any]) -> dict[str, Any]:
    for block in part["blocks"]:
        if block["kind"] == "picture":
            chart = block["chart"]
            svg = _FONT_OF_SVG.sub("font-family: 'DejaVu Sans'", folded_svg(chart["svg"]))
            block["chart"] = {"svg": svg, "title": chart["title"], "alternative": chart["alternative"]}
    return part


def _fonts() -> Path:
    """The folder of the fonts that come with matplotlib."""
    return Path(import_module("matplotlib").get_data_path()) / "fonts" / "ttf"


@cache
def _letters() -> frozenset[int]:
    """The code points that both faces of the font in use have."""
    fonts = import_module("fontTools.ttLib")
    faces = [fonts.TTFont(_fonts() / name).getBestCmap() for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")]
    return frozenset(faces[0]).intersection(*faces[1:])
