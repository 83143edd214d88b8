"""The phrases that an expression is said in."""

from datetime import date

OPPOSITE = {"and": "or", "or": "and", "=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
JOINED = {"+": "plus", "-": "minus", "*": "times", "div": "divided by", "mod": "modulo"}

#: A comparison, of dates or of anything else. Each holds one “is ”, where “not” can follow.
COMPARED = {
    ("", "="): "{0} is {1}",
    ("", "!="): "{0} is not {1}",
    ("", "<"): "{0} is less than {1}",
    ("", "<="): "{0} is {1} or less",
    ("", ">"): "{0} is more than {1}",
    ("", ">="): "{0} is {1} or more",
    ("date", "="): "{0} is {1}",
    ("date", "!="): "{0} is not {1}",
    ("date", "<"): "{0} is before {1}",
    ("date", "<="): "{0} is on or before {1}",
    ("date", ">"): "{0} is after {1}",
    ("date", ">="): "{0} is on or after {1}",
}

#: How many are chosen.
COUNTED = {
    "=": "exactly {}",
    "!=": "more or fewer than {}",
    "<": "fewer than {}",
    "<=": "at most {}",
    ">": "more than {}",
    ">=": "at least {}",
}

#: Function -> how it is said, and how its opposite is, if it is true or false. `{1}` of a value lists all it is given.
PHRASES = {
    "contains": ("{0} contains {1}", "{0} does not contain {1}"),
    "starts-with": ("{0} begins with {1}", "{0} does not begin with {1}"),
    "ends-with": ("{0} ends with {1}", "{0} does not end with {1}"),
    "regex": ("{0} has the form {1}", "{0} does not have the form {1}"),
    "today": ("today{0}", ""),
    "count-selected": ("the number chosen in {0}", ""),
    "string-length": ("the number of characters in {0}", ""),
    "coalesce": ("the first answered of {1}", ""),
    "concat": ("{1} joined together", ""),
    "number": ("{0}", ""),
    "string": ("{0}", ""),
    "date": ("{0}", ""),
    "int": ("{0} without its fraction", ""),
    "round": ("{0} rounded", ""),
    "abs": ("{0} without its minus", ""),
    "min": ("the least of {1}", ""),
    "max": ("the most of {1}", ""),
    "sum": ("the sum of {1}", ""),
    "count-non-empty": ("how many are answered of {1}", ""),
}

MONTHS = "January February March April May June July August September October November December".split()


def day_in_words(text: str, day: date) -> str:
    """ISO text that is `day`, as precisely as it is written: “2020”, “May 2020” or “1 May 2020”."""
    month = f"{MONTHS[day.month - 1]} {day.year}"
    return {4: str(day.year), 7: month}.get(len(text), f"{day.day} {month}")
