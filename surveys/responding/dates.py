"""A date in separate boxes: day, month as a number or a word, year. Kept as ISO 8601 writes it."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_month_names
from wtforms import Field
from wtforms.validators import ValidationError

from safekeeping.languages import gettext as _
from safekeeping.languages import language
from surveys.definition.questions import Date
from surveys.definition.voice import PATTERNS

#: The boxes of each precision, in the order shown.
BOXES = {"day": ("day", "month", "year"), "month": ("month", "year"), "year": ("year",)}


class DateBoxes(Field):
    """The boxes of one date. `boxes`: what stands in each; `data`: the date, or None while it is none."""

    def __init__(self, label: str, question: Date, today: date, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.question, self.today = question, today
        self.boxes: dict[str, str] = {}
        self.faulty: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """From `NAME-day` and so on, or from an earlier answer."""
        self.process_errors, self.raw_data = [], []
        names = BOXES[self.question.precision]
        earlier = dict(zip(("year", "month", "day"), str(data or "").split("-"), strict=False))
        self.boxes = {name: earlier.get(name, "").lstrip("0") for name in names}
        if formdata is not None:
            self.boxes = {name: "".join(formdata.getlist(f"{self.name}-{name}")[:1]).strip() for name in names}
        self.data = self._date() if all(self.boxes.values()) and not self._fault() else None

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in any box."""
        return not any(self.boxes.values())

    def pre_validate(self, form: Any) -> None:
        """Refuse a date with a part missing or wrong, and one out of range."""
        fault = "" if self.is_blank else self._missing() or self._fault() or self._beyond()
        if fault:
            raise ValidationError(fault)

    def _missing(self) -> str:
        self.faulty = tuple(name for name, text in self.boxes.items() if not text)
        return MISSING[self.faulty]() if self.faulty else ""

    def _fault(self) -> str:
        """Which box cannot be read, and what to write there."""
        for name, text in self.boxes.items():
            if _number(name, text) is None:
                self.faulty = (name,)
                return WRONG[name]()
        numbers = self._numbers()
        if numbers.get("day", 1) > monthrange(numbers["year"], numbers.get("month", 1))[1]:
            self.faulty = ("day",)
            return _("There is no such day in this month. Check the day and the month")
        return ""

    def _beyond(self) -> str:
        self.faulty = tuple(self.boxes)
        earliest, latest = (self._end(end) for end in (self.question.earliest, self.question.latest))
        if earliest and _before(str(self.data), earliest):
            return _("Write a date that is not before {earliest}", earliest=in_words(earliest))
        if latest and _before(latest, str(self.data)):
            return _("Write a date that is not after {latest}", latest=in_words(latest))
        self.faulty = ()
        return ""

    def _end(self, end: str | None) -> str | None:
        return self.today.isoformat() if end == "today" else end

    def _numbers(self) -> dict[str, int]:
        return {name: _number(name, text) or 0 for name, text in self.boxes.items()}

    def _date(self) -> str:
        numbers = self._numbers()
        widths = [f"{numbers[name]:0{width}}" for name, width in WIDTHS.items() if name in numbers]
        return "-".join(widths)


WIDTHS = {"year": 4, "month": 2, "day": 2}
#: What each part must lie between.
RANGES = {"day": (1, 31), "month": (1, 12), "year": (1000, 9999)}

MISSING: dict[tuple[str, ...], Callable[[], str]] = {
    ("day",): lambda: _("The day is missing. Write it as a number, such as 14"),
    ("month",): lambda: _("The month is missing. Write it as a number or a word, such as 3 or March"),
    ("year",): lambda: _("The year is missing. Write it with four digits, such as 1985"),
    ("day", "month"): lambda: _("The day and the month are missing. Write them too, or leave the whole date blank"),
    ("day", "year"): lambda: _("The day and the year are missing. Write them too, or leave the whole date blank"),
    ("month", "year"): lambda: _("The month and the year are missing. Write them too, or leave the whole date blank"),
}
WRONG: dict[str, Callable[[], str]] = {
    "day": lambda: _("Write the day as a number from 1 to 31"),
    "month": lambda: _("Write the month as a number or a word, such as 3 or March"),
    "year": lambda: _("Write the year with four digits, such as 1985"),
}


def _number(box: str, text: str) -> int | None:
    """What was written in a box as a number in its range, or None."""
    if box == "month" and text.casefold().strip(".") in _months(language()):
        return _months(language())[text.casefold().strip(".")]
    least, most = RANGES[box]
    if not text.isdecimal() or len(text) > 4 or not least <= int(text) <= most:
        return None
    return int(text)


@lru_cache
def _months(tag: str) -> dict[str, int]:
    """Names of the months, whole and short, in this language and in English."""
    found: dict[str, int] = {}
    for locale in (Locale("en"), locale_of(tag)):
        for names in (get_month_names("wide", locale=locale), get_month_names("abbreviated", locale=locale)):
            found |= {str(name).casefold().strip("."): number for number, name in names.items()}
    return found | {"sept": 9}


def locale_of(tag: str) -> Locale:
    """How a language writes dates; as English where that is not known."""
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def in_words(day: str) -> str:
    """A date, month or year in the language spoken now."""
    first = date.fromisoformat((day + "-01-01")[:10])
    return str(format_date(first, PATTERNS[len(day)], locale=locale_of(language())))


def _before(one: str, other: str) -> bool:
    """Whether one date lies before another, as far as both say."""
    known = min(len(one), len(other))
    return one[:known] < other[:known]
