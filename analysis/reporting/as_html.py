"""A report as one HTML file: no script, nothing to fetch, dark and light, and handsome on paper."""

import base64
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.reporting.clean_text import clean, each_text
from analysis.reporting.document import Report, as_plain
from safekeeping.languages import spoken

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_NAMED = re.compile(r'\b(id="|aria-labelledby="|href="#|url\(#)([^")]+)')


def write_html(report: Report) -> bytes:
    """The file as bytes of UTF-8. The charts' SVG is trusted as it is; everything else is escaped."""
    page = (
        _environment()
        .get_template("reports/report.html")
        .render(
            report=report,
            parts=list(_parts(report)),
            words=report.words,
            title=clean(report.title),
            direction=spoken(report.language).direction,
        )
    )
    return page.encode()


def _parts(report: Report) -> Iterator[dict[str, Any]]:
    """The parts with their places in the table of contents and their numbers of tables and figures."""
    numbers = {"table": 0, "picture": 0, "heading": 0}
    for part in report.parts:
        told = each_text(as_plain(part), clean)
        for block, plain in zip(part.blocks, told["blocks"], strict=True):
            kind = plain["kind"]
            if kind in numbers:
                numbers[kind] += 1
                plain["number"] = numbers[kind]
            if kind == "picture":
                plain["svg"] = Markup(_own_names(block.chart.svg, numbers[kind]))  # type: ignore[union-attr]  # noqa: S704
                plain["csv"] = _as_link(plain["chart"]["csv"])
        told["named"] = [each for each in told["blocks"] if each["kind"] == "heading" and each["level"] == 2]
        yield told


def _own_names(svg: str, number: int) -> str:
    """Two pictures on a page must not name a part alike."""

    def renamed(found: re.Match[str]) -> str:
        return found[1] + " ".join(f"f{number}-{each}" for each in found[2].split())

    return _NAMED.sub(renamed, svg)


def _as_link(text: str) -> str:
    return "data:text/csv;charset=utf-8;base64," + base64.b64encode(text.encode()).decode()


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
