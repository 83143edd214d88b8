"""Tall charts, folded for paper and slides: cut before a heading near their middle, the halves beside one another.

A chart of many groups is as narrow as a phone and three times as tall as it is wide. On a sheet of paper its words
would be too small to read, or it would run over the edge. Pure.
"""

import io
import re
from dataclasses import dataclass

#: Above so many times its width a chart is folded; between its halves lies such a part of its width.
TALL, GAP = 1.25, 0.06
#: From the line of a heading up to where the part above it ends, in units of the drawing.
ABOVE = 21.0
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_HEADING = re.compile(r'<text font-weight="700" font-size="15px"[^>]* y="([\d.]+)"')
_INSIDE = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@dataclass(frozen=True)
class Fold:
    """Where a drawing of `width` and `height` is cut, from its top."""

    width: float
    height: float
    at: float


def fold_of(svg: str) -> Fold | None:
    """Where a chart is best folded; None for one that is not tall, or has no headings to cut at."""
    size = _SIZE.search(svg)
    if size is None:
        return None
    width, height = map(float, size.groups())
    tops = [float(y) - ABOVE for y in _HEADING.findall(svg)][1:]
    if height <= TALL * width or not tops:
        return None
    return Fold(width, height, min(tops, key=lambda top: abs(top - height / 2)))


def folded_svg(svg: str) -> str:
    """The drawing with its halves side by side; as it is where it cannot be folded."""
    fold, inside = fold_of(svg), _INSIDE.search(svg)
    if fold is None or inside is None:
        return svg
    wide, high = fold.width * (2 + GAP), max(fold.at, fold.height - fold.at)
    left = _part(inside[1], 0, fold.width, 0, fold.at)
    right = _part(inside[1], fold.width * (1 + GAP), fold.width, fold.at, fold.height - fold.at)
    font = "font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif\""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {wide} {high}" {font}>{left}{right}</svg>'
    )


def _part(inside: str, x: float, width: float, top: float, height: float) -> str:
    place = f'x="{x}" y="0" width="{width}" height="{height}" viewBox="0 {top} {width} {height}"'
    return f'<svg {place} overflow="hidden">{inside}</svg>'


def folded_png(png: bytes, svg: str) -> bytes:
    """The picture with its halves side by side; `svg` is the same drawing, and says where to cut."""
    from PIL import Image

    fold = fold_of(svg)
    if fold is None:
        return png
    with Image.open(io.BytesIO(png)) as whole:
        at = round(whole.height * fold.at / fold.height)
        gap = round(whole.width * GAP)
        sheet = Image.new("RGB", (2 * whole.width + gap, max(at, whole.height - at)), "white")
        sheet.paste(whole.crop((0, 0, whole.width, at)), (0, 0))
        sheet.paste(whole.crop((0, at, whole.width, whole.height)), (whole.width + gap, 0))
        written = io.BytesIO()
        sheet.save(written, "PNG", optimize=True, dpi=whole.info.get("dpi", (144, 144)))
    return written.getvalue()
