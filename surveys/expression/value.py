"""What an expression is worth, and how one kind of value is read as another. Nothing here raises."""

import math
import re
from datetime import date, datetime, timedelta
from decimal import Decimal

#: None is empty: an unanswered question, or a sum that has no answer. Never an empty text or tuple, nor NaN.
Value = str | float | bool | date | tuple[str, ...] | None

#: A longer text is cut, so that calculations fed by calculations cannot grow without end.
LONGEST_TEXT = 50_000

EPOCH = date(1970, 1, 1)
_NUMBER = re.compile(r"\s*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def taken_in(raw: object) -> Value:
    """An answer as a `Value`; what cannot be one (a dict, NaN) counts as empty."""
    if isinstance(raw, str):
        return raw[:LONGEST_TEXT] or None
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return finite(raw)
    if isinstance(raw, date):
        return raw.date() if isinstance(raw, datetime) else raw
    return tuple(map(str, raw)) or None if isinstance(raw, list | tuple) else None


def finite(number: float) -> float | None:
    """The number as a float; None for NaN, infinity and whole numbers beyond all floats."""
    try:
        number = float(number)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def truth(value: Value) -> bool:
    """As XPath: empty and 0 are false; every text is true, even 'false'."""
    return bool(value)


def as_text(value: Value) -> str:
    """The value in writing: numbers without a needless point, dates as ISO, several choices with blanks between."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return str(int(value)) if value == int(value) else format(Decimal(repr(value)), "f")
    return value.isoformat() if isinstance(value, date) else " ".join(value)


def as_number(value: Value) -> float | None:
    """The value as a number; full dates and months count the days since 1970, other words are empty."""
    if isinstance(value, bool | float | int):
        return float(value)
    if value is None:
        return None
    if not isinstance(value, date):
        text = as_text(value)
        if _NUMBER.fullmatch(text):
            return finite(float(text))
    day = as_date(value)
    return None if day is None else float((day - EPOCH).days)


def is_number(value: str | float) -> bool:
    """Whether it is a number or the writing of one."""
    return not isinstance(value, str) or _NUMBER.fullmatch(value) is not None


def as_date(value: Value) -> date | None:
    """A date, or ISO text `YYYY`, `YYYY-MM` or `YYYY-MM-DD` as its first day; anything else is None."""
    if isinstance(value, date):
        return value
    written = _DATE.fullmatch(value) if isinstance(value, str) else None
    if written is None:
        return None
    year, month, day = (int(part or 1) for part in written.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def as_list(value: Value) -> tuple[str, ...]:
    """The values chosen; a text is split at its blanks."""
    return value if isinstance(value, tuple) else tuple(as_text(value).split())


def days_later(day: date, days: float) -> date | None:
    """`day` moved by whole `days` (parts of a day do not count); None beyond the calendar."""
    try:
        return day + timedelta(days=math.floor(days))
    except OverflowError:
        return None
