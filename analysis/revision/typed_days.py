"""Days and whole numbers as they are typed into a form."""

import re
from datetime import date

FIRST_YEAR, LAST_YEAR = 1970, 2100
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_ENGLISH = re.compile(r"(\d{1,2})[/. ](\d{1,2})[/. ](\d{4})", re.ASCII)


class NoDay(ValueError):
    """What was typed is no day that a plan could hold."""


def read_day(typed: str) -> date | None:
    """A day as a browser sends it (2027-03-01) or as people write it (1/3/2027); None for nothing. Raises `NoDay`."""
    typed = typed.strip()
    if not typed:
        return None
    iso, english = _ISO.fullmatch(typed), _ENGLISH.fullmatch(typed)
    parts = iso.groups() if iso else english.groups()[::-1] if english else None
    if parts is None or not FIRST_YEAR <= int(parts[0]) <= LAST_YEAR:
        raise NoDay(typed)
    try:
        return date(*map(int, parts))
    except ValueError:
        raise NoDay(typed) from None


def read_number(typed: str, least: int, most: int) -> int | None:
    """A whole number within these, both in it; None for anything else."""
    typed = typed.strip()
    fits = typed.isascii() and typed.isdigit() and len(typed) <= len(str(most))
    return int(typed) if fits and least <= int(typed) <= most else None
