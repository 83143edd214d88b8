"""Dates as people and programs write them, told apart into day, month and year."""

import re


def day_first(cells: list[str]) -> bool:
    """Whether dates like 03/04/2024 in a column begin with the day: unless only the month can stand there."""
    pairs = [found for cell in cells if (found := SLASHED.match(cell.strip()))]
    return any(int(pair[1]) > 12 for pair in pairs) or not any(int(pair[2]) > 12 for pair in pairs)


#: A date with the year last.
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[ T].*)?")


def date_boxes(text: str, first_is_day: bool) -> dict[str, str]:
    """What stands in the boxes of a date; all of it in the first where it cannot be told apart."""
    iso, slashed = _ISO.fullmatch(text), SLASHED.match(text)
    if iso:
        return {"year": iso[1], "month": iso[2] or "", "day": iso[3] or ""}
    if slashed:
        day, month = (slashed[1], slashed[2]) if first_is_day else (slashed[2], slashed[1])
        return {"day": day, "month": month, "year": slashed[3]}
    words = text.replace(",", " ").split()
    order = {3: ("day", "month", "year"), 2: ("month", "year"), 1: ("year",)}.get(len(words), ())
    return dict(zip(order, words, strict=True)) if order else {"year": text}
