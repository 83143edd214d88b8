"""How each function of the table works: any values in, a value out, never an error. Empty is None."""

import math
import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_FLOOR, Decimal, localcontext

from surveys.expression import pattern
from surveys.expression.value import (
    EPOCH,
    LONGEST_TEXT,
    Value,
    as_date,
    as_list,
    as_number,
    as_text,
    days_later,
    finite,
)

MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def selected(chosen: Value, value: Value) -> bool:
    """Whether the value is among those chosen."""
    return as_text(value).strip() in as_list(chosen)


def selected_at(chosen: Value, place: Value) -> Value:
    """The value chosen at a place, from 0; empty beyond the last."""
    values, at = as_list(chosen), as_number(place)
    return values[int(at)] if at is not None and 0 <= at < len(values) else None


def coalesce(*values: Value) -> Value:
    """The first that is not empty."""
    return next((value for value in values if value is not None), None)


def concat(*values: Value) -> Value:
    """The texts one after the other."""
    return "".join(map(as_text, values))[:LONGEST_TEXT] or None


def starts_with(text: Value, part: Value) -> bool:
    """Whether the text begins with the part."""
    return as_text(text).startswith(as_text(part))


def ends_with(text: Value, part: Value) -> bool:
    """Whether the text ends with the part."""
    return as_text(text).endswith(as_text(part))


def substr(text: Value, start: Value, *end: Value) -> Value:
    """From `start` up to before `end`, from 0; below 0 they count from the end. Empty if either is no number."""
    places = [as_number(place) for place in (start, *end)]
    whole = [int(place) for place in places if place is not None]
    if len(whole) < len(places):
        return None
    return as_text(text)[whole[0] : whole[1] if end else None] or None


def before(text: Value, part: Value) -> Value:
    """What comes before the first `part`; empty if it is not there."""
    found, part_found, _ = as_text(text).partition(as_text(part) or "\0")
    return found or None if part_found else None


def after(text: Value, part: Value) -> Value:
    """What comes after the first `part`; empty if it is not there."""
    whole, sought = as_text(text), as_text(part)
    return (whole.partition(sought)[2] if sought else whole) or None


def normal(text: Value) -> Value:
    """Without blanks around it, and one blank where there were several."""
    return " ".join(as_text(text).split()) or None


def matches(text: Value, written: Value) -> bool:
    """Whether the whole text has the form of the pattern."""
    return pattern.matches(as_text(text), as_text(written))


def numbers(values: Iterable[Value]) -> list[float]:
    """Those that are numbers; the empty and other words are left out."""
    return [number for number in map(as_number, values) if number is not None]


def whole(value: Value) -> Value:
    """The number without its fraction."""
    number = as_number(value)
    return None if number is None else float(math.trunc(number))


def absolute(value: Value) -> Value:
    """The number without its minus."""
    number = as_number(value)
    return None if number is None else abs(number)


def rounded(value: Value, places: Value = 0.0) -> Value:
    """Rounded to so many places (at most 15 either way), a half upwards as in XPath."""
    number, digits = as_number(value), as_number(places)
    if number is None or digits is None:
        return None
    with localcontext() as context:
        context.prec = 400  # as many digits as the largest float has before its point, and some after
        step = Decimal(10) ** -int(max(-15.0, min(15.0, digits)))
        count = (Decimal(repr(number)) / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR)
        return finite(float(count * step))


def count(*values: Value) -> Value:
    """How many are not empty."""
    return float(sum(value is not None for value in values))


def power(base: Value, exponent: Value) -> Value:
    """The power; empty where it has no real or finite value."""
    number, times = as_number(base), as_number(exponent)
    try:
        return None if number is None or times is None else finite(math.pow(number, times))
    except (ValueError, OverflowError):
        return None


def as_day(value: Value) -> Value:
    """A date from ISO text, or from the days since 1970."""
    if isinstance(value, float):
        return days_later(EPOCH, value)
    return as_date(value)


def format_date(value: Value, form: Value) -> Value:
    """The day in writing, with the codes of ODK (%Y %y %m %n %b %d %e %a; hours and less are 0); others stay."""
    day = as_date(value)
    if day is None:
        return None
    return re.sub(r"%(.)", lambda found: _codes(day).get(found[1], found[0]), as_text(form)) or None


def _codes(day: date) -> dict[str, str]:
    month = MONTHS[day.month - 1]
    return {
        "Y": f"{day.year:04}",
        "y": f"{day.year % 100:02}",
        "m": f"{day.month:02}",
        "n": str(day.month),
        "b": month[:3],
        "d": f"{day.day:02}",
        "e": str(day.day),
        "a": DAYS[day.weekday()][:3],
        "H": "00",
        "h": "0",
        "M": "00",
        "S": "00",
        "3": "000",
        "%": "%",
    }
