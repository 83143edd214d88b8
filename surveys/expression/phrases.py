"""The phrases that an expression is said in."""

from datetime import date

from babel.dates import format_date

from safekeeping.languages import gettext as _
from safekeeping.languages import language

OPPOSITE = {"and": "or", "or": "and", "=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
JOINED = {"+": _("plus"), "-": _("minus"), "*": _("times"), "div": _("divided by"), "mod": _("modulo")}

#: A comparison, of dates or of anything else.
COMPARED = {
    ("", "="): _("{0} is {1}"),
    ("", "!="): _("{0} is not {1}"),
    ("", "<"): _("{0} is less than {1}"),
    ("", "<="): _("{0} is {1} or less"),
    ("", ">"): _("{0} is more than {1}"),
    ("", ">="): _("{0} is {1} or more"),
    ("date", "="): _("{0} is {1}"),
    ("date", "!="): _("{0} is not {1}"),
    ("date", "<"): _("{0} is before {1}"),
    ("date", "<="): _("{0} is on or before {1}"),
    ("date", ">"): _("{0} is after {1}"),
    ("date", ">="): _("{0} is on or after {1}"),
}
#: The opposite of those that cannot be said by another sign alone, because a blank answer fulfils neither.
NOT_COMPARED = {
    ("", "<"): _("{0} is not less than {1}"),
    ("", "<="): _("{0} is not {1} or less"),
    ("", ">"): _("{0} is not more than {1}"),
    ("", ">="): _("{0} is not {1} or more"),
    ("date", "<"): _("{0} is not before {1}"),
    ("date", "<="): _("{0} is not on or before {1}"),
    ("date", ">"): _("{0} is not after {1}"),
    ("date", ">="): _("{0} is not on or after {1}"),
}

#: How many are chosen: where that is one, and where it is any other number.
COUNTED = {
    "=": (_("exactly {0} is chosen in {1}"), _("exactly {0} are chosen in {1}")),
    "!=": (_("more or fewer than {0} is chosen in {1}"), _("more or fewer than {0} are chosen in {1}")),
    "<": (_("fewer than {0} is chosen in {1}"), _("fewer than {0} are chosen in {1}")),
    "<=": (_("at most {0} is chosen in {1}"), _("at most {0} are chosen in {1}")),
    ">": (_("more than {0} is chosen in {1}"), _("more than {0} are chosen in {1}")),
    ">=": (_("at least {0} is chosen in {1}"), _("at least {0} are chosen in {1}")),
}

#: Function -> how it is said, and how its opposite is, if it is true or false. `{1}` of a value lists all it is given.
PHRASES = {
    "contains": (_("{0} contains {1}"), _("{0} does not contain {1}")),
    "starts-with": (_("{0} begins with {1}"), _("{0} does not begin with {1}")),
    "ends-with": (_("{0} ends with {1}"), _("{0} does not end with {1}")),
    "regex": (_("{0} has the form {1}"), _("{0} does not have the form {1}")),
    "today": (_("today{0}"), ""),
    "count-selected": (_("the number chosen in {0}"), ""),
    "string-length": (_("the number of characters in {0}"), ""),
    "coalesce": (_("the first answered of {1}"), ""),
    "concat": (_("{1} joined together"), ""),
    "number": ("{0}", ""),
    "string": ("{0}", ""),
    "date": ("{0}", ""),
    "int": (_("{0} without its fraction"), ""),
    "round": (_("{0} rounded"), ""),
    "abs": (_("{0} without its minus"), ""),
    "min": (_("the least of {1}"), ""),
    "max": (_("the most of {1}"), ""),
    "sum": (_("the sum of {1}"), ""),
    "count-non-empty": (_("how many are answered of {1}"), ""),
}

#: Length of an ISO text -> how a day that is written so is said.
AS_PRECISE = {4: "y", 7: "MMMM y"}


def day_in_words(text: str, day: date) -> str:
    """ISO text that is `day`, as precisely as it is written: “2020”, “May 2020” or “1 May 2020”."""
    return format_date(day, AS_PRECISE.get(len(text), "d MMMM y"), locale=language().replace("-", "_"))
