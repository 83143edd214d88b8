"""How far those who code blind agree: a point and its interval for each section, beside two lines. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.findings.charts.chart import Plan
from analysis.findings.charts.look import INK, LEADING, LINE, SMALL, SOFT, WORDS, colour_of
from analysis.findings.charts.share_rows import empty, signed
from analysis.findings.charts.sheet import DIAMOND, DOT, END, MIDDLE, Line, Mark, Sheet, wrapped
from analysis.findings.charts.sheet import Words as Said
from safekeeping.languages import gettext as _

#: Lines that Krippendorff draws: below the first nothing may be concluded, above the second it is reliable.
TENTATIVE, FIRM = 0.667, 0.8
LEAST = -0.2  # the scale begins here where something lies below 0; what lies below this is drawn here
LEFT, RIGHT, NUMBER_ENDS = 134.0, 292.0, 330.0
ROW_GAP = 14.0
TITLE = _("How far the coders agree on each section")
UNDEFINED = _("undefined")


@dataclass(frozen=True)
class Agreed:
    """Alpha of a section, or of all together (`together`), with its 95 % interval; None is undefined."""

    name: str
    alpha: float | None
    low: float | None
    high: float | None
    together: bool = False


def agreement(rows: Sequence[Agreed], source: str = "") -> Plan:
    """The picture of these, from above. It says in words what each alpha allows to be concluded."""
    sheet, title = Sheet(), _(TITLE)
    sheet.reading_line(
        _("Krippendorff’s alpha with 95 % intervals: 1 is the same throughout, 0 is chance. Lines at 0.667 and 0.80.")
    )
    header = (_("Section"), _("Krippendorff’s alpha"), _("From"), _("To"), _("What it allows"))
    if not rows:
        nothing = _("Nothing was coded by two people yet.")
        empty(sheet, nothing)
        return Plan("agreement", title, (nothing,), header, (), sheet)
    _draw(sheet, rows)
    signed(sheet, source)
    cells = tuple(
        (each.name, _number(each.alpha), _end(each.low), _end(each.high), allows(each.alpha)) for each in rows
    )
    return Plan("agreement", title, tuple(_said(rows)), header, cells, sheet)


def allows(alpha: float | None) -> str:
    """What an alpha allows to be concluded."""
    if alpha is None:
        return _("nothing: too little was coded twice, or all was given the same")
    if alpha >= FIRM:
        return _("firm conclusions")
    return _("tentative conclusions") if alpha >= TENTATIVE else _("no conclusion by itself")


def _said(rows: Sequence[Agreed]) -> list[str]:
    found = [
        _("{what}: {figure}, {allows}.", what=each.name, figure=_figure(each), allows=allows(each.alpha))
        for each in rows
    ]
    known = [each for each in rows if each.alpha is not None and not each.together]
    if len(known) > 1:
        most, least = max(known, key=_alpha), min(known, key=_alpha)
        words = _("The coders agree most on {most} ({high}) and least on {least} ({low}).")
        said = words.format(most=most.name, high=_number(most.alpha), least=least.name, low=_number(least.alpha))
        found.insert(0, said)
    return found


def _alpha(each: Agreed) -> float:
    return each.alpha or 0


def _figure(each: Agreed) -> str:
    if each.alpha is None or each.low is None or each.high is None:
        return _number(each.alpha)
    return _("{number} ({low} to {high})", number=_number(each.alpha), low=_end(each.low), high=_end(each.high))


def _number(value: float | None) -> str:
    return _(UNDEFINED) if value is None else f"{value:.2f}"


def _end(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def across(alpha: float, least: float = 0) -> float:
    """Where an alpha lies on a scale that begins at `least`."""
    return LEFT + (RIGHT - LEFT) * (max(alpha, least) - least) / (1 - least)


def _draw(sheet: Sheet, rows: Sequence[Agreed]) -> None:
    lowest = min((end for each in rows for end in (each.alpha, each.low) if end is not None), default=0)
    least = LEAST if lowest < 0 else 0
    middle = sheet.down(SMALL * LEADING + 2) + SMALL * LEADING / 2
    for value, words in ((0, "0"), (TENTATIVE, ".667"), (FIRM, ".80"), (1, "1")):
        anchor = END if value == TENTATIVE else MIDDLE
        sheet.add(Said(across(value, least) + (4 if value == TENTATIVE else 0), middle, words, 11, SOFT, anchor))
    names = [wrapped(each.name, WORDS, LEFT - 12, 4) for each in rows]
    heights = [len(lines) * WORDS * LEADING + ROW_GAP for lines in names]
    top = sheet.down(sum(heights))
    for value in (0, TENTATIVE, FIRM, 1):
        is_bound = value in (TENTATIVE, FIRM)
        ends = across(value, least), top, across(value, least), sheet.height
        sheet.add(Line(*ends, SOFT if is_bound else LINE, 1, dashed=is_bound))
    sections = 0
    for each, lines, height in zip(rows, names, heights, strict=True):
        colour = INK if each.together else colour_of(sections)
        sections += not each.together
        sheet.stacked(lines, Said(0, top + height / 2, "", bold=each.together))
        _row(sheet, each, (top + height / 2, least), colour)
        top += height


def _row(sheet: Sheet, each: Agreed, place: tuple[float, float], colour: str) -> None:
    middle, least = place
    if each.alpha is None:
        sheet.add(Said(LEFT + 8, middle, _(UNDEFINED), 13, SOFT, italic=True))
        return
    if each.low is not None and each.high is not None:
        sheet.add(Line(across(each.low, least), middle, across(each.high, least), middle, colour, 3))
        sheet.add(
            *(
                Line(across(end, least), middle - 4, across(end, least), middle + 4, colour, 1.5)
                for end in (each.low, each.high)
            )
        )
        sheet.add(Said(NUMBER_ENDS + 6, middle, f"{each.low:.2f}–{each.high:.2f}", 11, SOFT))
    sheet.add(Mark(across(each.alpha, least), middle, DIAMOND if each.together else DOT, colour))
    sheet.add(Said(NUMBER_ENDS, middle, f"{each.alpha:.2f}", 13, anchor=END, bold=each.together))
