"""What there is to tick and write on paper, by the kind of the question."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.questions import OTHER
from surveys.paper.routing import PaperVoice

#: How many letters of the labels of a table stand beside each other, in ordinary and in large print.
TABLE_WIDTH, LARGE_TABLE_WIDTH = 62, 34
#: Numbers of up to so many digits have a box for each; longer ones a line.
MOST_DIGITS = 4
#: The most lines to write on; whoever needs more goes on with another sheet.
MOST_LINES, MOST_LINES_LARGE = 10, 6


@dataclass(frozen=True)
class Shape:
    """What there is to fill in: `kind` names the macro that draws it.

    `boxes` are labels beside boxes, `rows` the lines of a table, `parts` names over so many boxes for digits, `lines`
    how many to write on, `write` what stands beside them, `text` what is to be read first.
    """

    kind: str
    how: str = ""
    boxes: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    parts: tuple[tuple[str, int], ...] = ()
    lines: int = 0
    write: str = ""
    text: str = ""


def _boxes(voice: PaperVoice, question: Any, large: bool) -> Shape:
    labels = tuple(label for _value, label in voice.choices(question))
    other = dict(voice.choices(question)).get(OTHER, "") if getattr(question, "other", None) else ""
    return Shape("boxes", _("Tick one box."), labels, write=f"{other}:" if other else "", lines=2 if other else 0)


def _several(voice: PaperVoice, question: Any, large: bool) -> Shape:
    how = _("Tick up to {most} boxes.", most=question.at_most) if question.at_most else _("Tick all that fit.")
    return replace(_boxes(voice, question, large), how=how)


def _clause(voice: PaperVoice, question: Any, large: bool) -> Shape:
    why = _("If you like, say why, or what it should say instead:")
    return replace(_boxes(voice, question, large), text=voice.say(question.text), write=why, lines=5)


def _ranking(voice: PaperVoice, question: Any, large: bool) -> Shape:
    labels = tuple(label for _value, label in voice.choices(question))
    most = question.at_most or len(question.choices)
    how = _("Write 1 in the box beside what matters most to you, then 2, and so on, up to {most}.", most=most)
    return Shape("boxes", how, labels)


def _scale(voice: PaperVoice, question: Any, large: bool) -> Shape:
    shape = _grid(voice, question, large)
    return shape if shape.kind == "table" else replace(shape, kind="boxes")


def _grid(voice: PaperVoice, question: Any, large: bool) -> Shape:
    """A table, where its labels fit beside each other; else each row with its boxes below each other."""
    labels = tuple(label for _value, label in voice.choices(question))
    rows = tuple(voice.say(row.wording) for row in getattr(question, "rows", ()))
    width = sum(max(len(word) for word in label.split()) + 2 for label in labels)
    fits = width + (18 if rows else 0) <= (LARGE_TABLE_WIDTH if large else TABLE_WIDTH)
    how = _("Tick one box in each row.") if rows else _("Tick one box.")
    return Shape("table" if fits else "stacked", how, labels, rows)


def _number(voice: PaperVoice, question: Any, large: bool) -> Shape:
    unit = voice.say(question.unit) if question.unit else ""
    whole = not question.decimals and question.least >= 0 and question.most < 10**MOST_DIGITS
    parts = (("", len(str(int(question.most)))),) if whole else ()
    return Shape("digits" if whole else "amount", parts=parts, write=unit)


def _date(voice: PaperVoice, question: Any, large: bool) -> Shape:
    parts = ((_("Day"), 2), (_("Month"), 2), (_("Year"), 4))
    return Shape("digits", parts=parts[("day", "month", "year").index(question.precision) :])


def _text(voice: PaperVoice, question: Any, large: bool) -> Shape:
    return Shape("lines", lines=lines_for(question.longest, large))


def lines_for(longest: int, large: bool = False) -> int:
    """How many lines there are to write on for an answer of up to so many characters: no more than fit on a page
    together with their question."""
    most = MOST_LINES_LARGE if large else MOST_LINES
    return max(1, min(most, round(longest / 400) if longest > 500 else -(-longest // 120)))


def _postcode(voice: PaperVoice, question: Any, large: bool) -> Shape:
    return Shape("digits", _("Only the first half, such as ZZ99."), parts=(("", 4),))


def _also(shape: Callable[[PaperVoice, Any, bool], Shape]) -> Callable[[PaperVoice, Any, bool], Shape]:
    """What is written, with a box beside it where a person may say that they would rather not."""

    def shaped(voice: PaperVoice, question: Any, large: bool) -> Shape:
        boxes = (_("I would rather not say"),) if question.personal else ()
        return replace(shape(voice, question, large), boxes=boxes)

    return shaped


SHAPES: dict[str, Callable[[PaperVoice, Any, bool], Shape]] = {
    "audience": _boxes,
    "one-choice": _boxes,
    "several-choices": _several,
    "scale": _scale,
    "scale-grid": _grid,
    "ranking": _ranking,
    "number": _also(_number),
    "date": _also(_date),
    "short-text": _also(_text),
    "long-text": _also(_text),
    "yes-no": _boxes,
    "postcode-area": _also(_postcode),
    "consent": _boxes,
    "information": lambda voice, question, large: Shape("note"),
    "clause-view": _clause,
}
