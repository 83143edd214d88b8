"""A sheet drawn by matplotlib: SVG whose words stay words, and PNG. The same sheet gives the same bytes.

Colours of an SVG are attributes, which every program reads; where the screen is dark, a style inside turns them by
`look.DARK`. So it can stand in a page, be a file, and be printed.
"""

import io
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon, Rectangle
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.findings.charts import sheet as laid
from analysis.findings.charts.chart import Chart, Plan
from analysis.findings.charts.look import DARK, ENLARGED, FONTS, INK, ON_STRONG, PAPER, SHADES, SOFT, TRACK
from analysis.findings.charts.sheet import Box, Line, Mark, Sheet, Words, cleaned

NOTHING = dict.fromkeys(("Date", "Creator", "Format", "Type"))
MARGIN = 10
DOTS = 2  # of a PNG, for each of the picture as it is shown on a desk
BETWEEN, NEAR = 6, 7  # in a PNG: steps from a colour to its ground, and levels that colours are apart

_MATPLOTLIBS_FONTS = re.compile('font-family: [^;"]*')
# It says how lines end, for every element of the page that the picture stands in; no line here needs it.
_STYLE_FOR_ALL = re.compile("<style.*?</style>", re.DOTALL)
_STYLE, _NUMBERED = re.compile(' style="([^"]*)"'), re.compile(r' id="[a-z]\w*_\d+"')
_CLIPPED = re.compile(r' clip-path="[^"]*"| <defs>\s*<clipPath.*?</clipPath>\s*</defs>\n', re.DOTALL)
_UNTURNED = re.compile(r' transform="rotate\(-0 [^"]*"')
_ONE_AT_A_TIME = Lock()


@contextmanager
def settled() -> Iterator[None]:
    """Matplotlib's own settings, not this machine's; it keeps them globally, so one drawing at a time."""
    with _ONE_AT_A_TIME, mpl.rc_context(), warnings.catch_warnings():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "heard", "svg.fonttype": "none", "font.size": 14, "hatch.linewidth": 1.4})
        # The reader's own fonts draw the words, so a letter that matplotlib's font lacks is no matter.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


def as_svg(figure: Figure) -> str:
    """A figure of matplotlib's in fonts that its reader has, without a prologue or a style for the whole page."""
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata=NOTHING)
    drawn = written.getvalue()
    return in_readers_fonts(drawn[drawn.index("<svg") :])


def in_readers_fonts(drawn: str) -> str:
    """What matplotlib drew, in fonts that its reader has, and without a style for the whole page."""
    return _MATPLOTLIBS_FONTS.sub(f"font-family: {FONTS}", _STYLE_FOR_ALL.sub("", drawn))


def with_words(drawn: str, name: str, title: str, words: str) -> str:
    """The picture with a title and its text alternative inside; `name` keeps their ids apart in a page of many."""
    opening, rest = drawn.split(">", 1)
    said = f'<title id="{name}-title">{escape(title)}</title>\n <desc id="{name}-words">{escape(words)}</desc>'
    return f'{opening} role="img" aria-labelledby="{name}-title {name}-words">\n {said}{rest}'


def drawn(plan: Plan) -> Chart:
    """The chart that was planned."""
    with settled():
        figure = _figure(plan.sheet)
        svg, png = _as_svg(figure, plan), _as_png(figure, plan.sheet, cleaned(plan.title))
    return Chart(plan.name, plan.title, plan.said, plan.header, plan.rows, svg, png)


def svg_of(plan: Plan) -> str:
    """The picture of a chart as SVG alone."""
    with settled():
        return _as_svg(_figure(plan.sheet), plan)


def _as_svg(figure: Figure, plan: Plan) -> str:
    return with_words(_turning_dark(as_svg(figure), plan), plan.name, cleaned(plan.title), cleaned(plan.words))


def _as_png(figure: Figure, sheet: Sheet, title: str) -> bytes:
    """A PNG of few colours, which is a third of the size and looks the same; its title is all that is in it besides."""
    pixels, written, told = io.BytesIO(), io.BytesIO(), PngInfo()
    figure.savefig(pixels, format="png", dpi=72 * ENLARGED * DOTS, pil_kwargs={"compress_level": 0})
    told.add_itxt("Title", title)
    dots = round(72 * ENLARGED * DOTS)
    with Image.open(pixels) as picture:
        few = picture.convert("RGB").quantize(palette=_palette(sheet), dither=Image.Dither.NONE)
        few.save(written, "png", pnginfo=told, dpi=(dots, dots))
    return written.getvalue()


def _palette(sheet: Sheet) -> Image.Image:
    """Every colour of a sheet as it is, and what lies between it and its ground at the edges of marks and letters."""
    used = dict.fromkeys(thing.colour for thing in sheet.drawn)
    grounds = {
        PAPER: used,
        **dict.fromkeys((TRACK, *SHADES[:-2]), (INK, SOFT)),
        **dict.fromkeys(SHADES[-2:], (ON_STRONG,)),
    }
    every = [_mixed(colour, colour, 0) for colour in (PAPER, *used)]
    for ground, over in grounds.items():
        for colour in over if ground in used or ground == PAPER else ():
            every += [_mixed(colour, ground, step / BETWEEN) for step in range(1, BETWEEN)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([level for colour in _apart(every)[:256] for level in colour])
    return palette


def _apart(colours: Iterable[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """The colours without those too near to an earlier one: a colour is looked up roughly, and these would be mixed."""
    found: list[tuple[int, ...]] = []
    for each in colours:
        if all(max(abs(one - two) for one, two in zip(each, other, strict=True)) > NEAR for other in found):
            found.append(each)
    return found


def _mixed(colour: str, ground: str, share: float) -> tuple[int, ...]:
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(ground[1:]), strict=True)
    return tuple(round(one + (other - one) * share) for one, other in pairs)


def _figure(sheet: Sheet) -> Figure:
    width, height = sheet.width + 2 * MARGIN, sheet.height + 2 * MARGIN
    figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-MARGIN, width - MARGIN), ylim=(height - MARGIN, -MARGIN))
    axes.set_axis_off()
    for order, thing in enumerate(sheet.drawn):
        _DRAW[type(thing)](axes, thing, order)
    return figure


def _box(axes: Axes, box: Box, order: int) -> None:
    looks: dict[str, dict[str, Any]] = {
        laid.SOLID: {"facecolor": box.colour, "edgecolor": "none"},
        laid.HATCHED: {"facecolor": PAPER, "edgecolor": box.colour, "hatch": "/////", "linewidth": 1.4},
        laid.OPEN: {"facecolor": PAPER, "edgecolor": box.colour, "linewidth": 1.4},
    }
    axes.add_artist(Rectangle((box.x, box.y), box.width, box.height, clip_on=False, zorder=order, **looks[box.filling]))


def _line(axes: Axes, line: Line, order: int) -> None:
    style = {"linestyle": (0, (2, 2)) if line.dashed else "-", "solid_capstyle": "butt"}
    across, down = [line.x, line.to_x], [line.y, line.to_y]
    axes.add_artist(
        Line2D(across, down, color=line.colour, linewidth=line.width, clip_on=False, zorder=order, **style)  # type: ignore[arg-type]
    )


def _mark(axes: Axes, mark: Mark, order: int) -> None:
    middle, size = (mark.x, mark.y), mark.size
    if mark.shape in (laid.DOT, laid.RING):
        fill, edge = (mark.colour, PAPER) if mark.shape == laid.DOT else (PAPER, mark.colour)
        patch: Any = Circle(middle, size, facecolor=fill, edgecolor=edge, linewidth=1.5 if fill != PAPER else 2)
    else:
        patch = Polygon(_corners(mark), facecolor=mark.colour, edgecolor=PAPER, linewidth=1.2)
    patch.set(clip_on=False, zorder=order)
    axes.add_artist(patch)


def _corners(mark: Mark) -> list[tuple[float, float]]:
    size, thin = mark.size * 1.15, mark.size * 0.4
    cross = [(thin, -size), (thin, -thin), (size, -thin), (size, thin), (thin, thin), (thin, size)]
    shapes: dict[str, list[tuple[float, float]]] = {
        laid.DIAMOND: [(0, -size), (size, 0), (0, size), (-size, 0)],
        laid.SQUARE: [(-size, -size), (size, -size), (size, size), (-size, size)],
        laid.CROSS: [*cross, *((-x, -y) for x, y in cross)],
    }
    return [(mark.x + x, mark.y + y) for x, y in shapes[mark.shape]]


def _words(axes: Axes, words: Words, order: int) -> None:
    sides = {laid.START: "left", laid.MIDDLE: "center", laid.END: "right"}
    look: dict[str, Any] = {"weight": "bold"} if words.bold else {}
    look |= {"style": "italic"} if words.italic else {}
    look |= {"rotation": 90, "va": "bottom", "ha": "center"} if words.turned else {"va": "center_baseline"}
    # Without parse_math, a name with two dollar signs would be read as a formula.
    axes.text(
        words.x,
        words.y,
        words.words,
        parse_math=False,
        size=words.size,
        color=words.colour,
        zorder=order,
        **{"ha": sides[words.anchor], **look},
    )


_DRAW: dict[type, Callable[[Axes, Any, int], None]] = {Box: _box, Line: _line, Mark: _mark, Words: _words}


def _turning_dark(drawn: str, plan: Plan) -> str:
    """The picture with colours as attributes, a size, and a style that turns them on a dark screen."""
    drawn = _STYLE.sub(lambda style: _attributes(style[1]), _CLIPPED.sub("", _NUMBERED.sub("", drawn)))
    drawn = _UNTURNED.sub("", drawn.replace(f' font-family="{FONTS}"', "")).replace("<defs>\n  \n </defs>", "")
    drawn = re.sub(r'\b(id="|url\(#)h(\w+)', rf"\g<1>{plan.name}-\g<2>", drawn)
    rest = drawn.split(">", 1)[1]
    width, height = plan.sheet.width + 2 * MARGIN, plan.sheet.height + 2 * MARGIN
    size = f'width="{width * ENLARGED:g}" height="{height * ENLARGED:g}" viewBox="0 0 {width:g} {height:g}"'
    links = ' xmlns:xlink="http://www.w3.org/1999/xlink"' if "xlink:" in rest else ""
    opening = f'<svg xmlns="http://www.w3.org/2000/svg"{links} class="chart" {size} font-family="{FONTS}">'
    return f"{opening}\n <style>{_dark_style(rest)}</style>{rest}"


def _attributes(style: str) -> str:
    pairs = (each.split(":", 1) for each in style.split(";") if ":" in each)
    return "".join(f' {name.strip()}="{value.strip()}"' for name, value in pairs)


def _dark_style(drawn: str) -> str:
    turned = [
        f'.chart [{what}="{light}"]{{{what}:{dark}}}'
        for light, dark in DARK.items()
        for what in ("fill", "stroke")
        if f'{what}="{light}"' in drawn
    ]
    return f"@media screen and (prefers-color-scheme:dark){{{''.join(turned)}}}"
