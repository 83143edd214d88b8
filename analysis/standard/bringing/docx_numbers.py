"""The numbers that Word puts before paragraphs by itself: no text has them, only rules for them (ECMA-376, 17.9).

Worked out as Word does: each list counts by level, a level starts again where one above it went on. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.sharing.workbook_file import column_name

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
#: Levels that a list can have.
LEVELS = 9


@dataclass(frozen=True)
class Level:
    """One level of a list: where it starts, how it counts, and what stands around its number (“%1.%2.”)."""

    start: int = 1
    form: str = "decimal"
    text: str = ""


@dataclass
class Numbering:
    """The lists of a document, and how far each has counted. Ask `label` for each paragraph in order, once."""

    lists: Mapping[str, str] = field(default_factory=dict)
    levels: Mapping[tuple[str, int], Level] = field(default_factory=dict)
    counted: dict[str, list[int | None]] = field(default_factory=dict)

    def label(self, list_id: str, level: int) -> str:
        """The label of the next paragraph of that list on that level, such as “A4.3”; empty for a bullet."""
        kind = self.lists.get(list_id)
        rule = self.levels.get((kind or "", level))
        if kind is None or rule is None or not 0 <= level < LEVELS:
            return ""
        counts = self.counted.setdefault(kind, [None] * LEVELS)
        before = counts[level]
        counts[level] = rule.start if before is None else before + 1
        counts[level + 1 :] = [None] * (LEVELS - level - 1)
        return "" if rule.form in ("bullet", "none") else self._written(kind, rule, counts)

    def _written(self, kind: str, rule: Level, counts: list[int | None]) -> str:
        label = rule.text
        for place in range(LEVELS):
            own = self.levels.get((kind, place), Level())
            now = counts[place]
            label = label.replace(f"%{place + 1}", _FORMS.get(own.form, str)(own.start if now is None else now))
        return label


def numbering_in(root: Any) -> Numbering:
    """From the root of numbering.xml; None: the document has no lists."""
    if root is None:
        return Numbering()
    levels = {
        (kind.get(f"{W}abstractNumId", ""), _whole(level.get(f"{W}ilvl"))): _level(level)
        for kind in root.findall(f"{W}abstractNum")
        for level in kind.findall(f"{W}lvl")
    }
    lists = {each.get(f"{W}numId", ""): _value(each, "abstractNumId") for each in root.findall(f"{W}num")}
    return Numbering(lists, levels)


def _level(level: Any) -> Level:
    return Level(_whole(_value(level, "start"), 1), _value(level, "numFmt") or "decimal", _value(level, "lvlText"))


def _value(part: Any, name: str) -> str:
    found = part.find(f"{W}{name}")
    return "" if found is None else str(found.get(f"{W}val", ""))


def _whole(text: str | None, otherwise: int = 0) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _roman(number: int) -> str:
    """
    >>> _roman(4), _roman(29)
    ('IV', 'XXIX')
    """
    signs = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    written, number = "", number % 400
    for value, sign in signs:
        written += sign * (number // value)
        number %= value
    return written


def _letter(number: int) -> str:
    return column_name(max(number, 1) - 1)


_FORMS: Mapping[str, Callable[[int], str]] = {
    "upperLetter": _letter,
    "lowerLetter": lambda number: _letter(number).lower(),
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "decimalZero": lambda number: f"{number:02}",
}
