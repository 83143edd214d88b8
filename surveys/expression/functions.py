"""The table of functions. Each is pure, takes any value without raising, and is told the day if it needs it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from surveys.expression import applied as do
from surveys.expression.value import Value, as_date, as_list, as_number, as_text, finite, truth

Kind = Literal["text", "number", "date", "choices", "boolean", "any"]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the kinds it takes and gives, and `apply`, which works it out from as many values."""

    name: str
    meaning: str
    takes: tuple[Kind, ...]
    gives: Kind
    apply: Callable[..., Value]
    least: int  # values it must be given
    repeats: bool = False  # its last kind may be given any number of times
    needs_today: bool = False  # `apply` takes the day and nothing else

    def accepts(self, count: int) -> bool:
        """Whether it can be given `count` values."""
        return self.least <= count and (self.repeats or count <= len(self.takes))

    def kind(self, place: int) -> Kind:
        """The kind of the value at `place`, from 0."""
        return self.takes[min(place, len(self.takes) - 1)]

    @property
    def arity(self) -> str:
        """How many values it takes, in words."""
        if self.repeats:
            return f"{self.least} or more values"
        if self.least < len(self.takes):
            return f"{self.least} to {len(self.takes)} values"
        return "nothing" if not self.takes else "1 value" if self.least == 1 else f"{self.least} values"


def _function(name: str, takes: str, gives: Kind, apply: Callable[..., Value], meaning: str) -> Function:
    """A row of the table: in `takes`, `?` marks what may be left out and `*` what may be repeated."""
    words = takes.split()
    kinds: tuple[Kind, ...] = tuple(_KINDS[word.rstrip("?*")] for word in words)
    least = sum(not word.endswith("?") for word in words)
    return Function(name, meaning, kinds, gives, apply, least, takes.endswith("*"), name == "today")


_KINDS: dict[str, Kind] = {
    "text": "text",
    "number": "number",
    "date": "date",
    "choices": "choices",
    "boolean": "boolean",
    "any": "any",
}

_ROWS = (
    _function("selected", "choices text", "boolean", do.selected, "the value is among those chosen"),
    _function("selected-at", "choices number", "text", do.selected_at, "the value chosen at a place, from 0"),
    _function("count-selected", "choices", "number", lambda of: float(len(as_list(of))), "how many are chosen"),
    _function("if", "boolean any any", "any", lambda test, yes, no: yes if truth(test) else no, "one of two values"),
    _function("coalesce", "any any*", "any", do.coalesce, "the first value that is not empty"),
    _function("not", "boolean", "boolean", lambda value: not truth(value), "the opposite"),
    _function("true", "", "boolean", lambda: True, "yes"),
    _function("false", "", "boolean", lambda: False, "no"),
    _function("string-length", "text", "number", lambda of: float(len(as_text(of))), "how many characters it has"),
    _function("concat", "text*", "text", do.concat, "the texts one after the other"),
    _function("contains", "text text", "boolean", lambda of, part: as_text(part) in as_text(of), "part is in it"),
    _function("starts-with", "text text", "boolean", do.starts_with, "it begins with the part"),
    _function("ends-with", "text text", "boolean", do.ends_with, "it ends with the part"),
    _function("substr", "text number number?", "text", do.substr, "from a place, from 0, up to before another"),
    _function("substring-before", "text text", "text", do.before, "what comes before the part"),
    _function("substring-after", "text text", "text", do.after, "what comes after the part"),
    _function("normalize-space", "text", "text", do.normal, "without blanks around it and doubled ones within"),
    _function("lower-case", "text", "text", lambda of: as_text(of).lower() or None, "in small letters"),
    _function("upper-case", "text", "text", lambda of: as_text(of).upper() or None, "in capitals"),
    _function("regex", "text text", "boolean", do.matches, "the whole text has the form of the pattern"),
    _function("number", "any", "number", as_number, "as a number; a date counts days since 1970"),
    _function("string", "any", "text", lambda of: as_text(of) or None, "as a text"),
    _function("boolean", "any", "boolean", truth, "false if it is empty or 0"),
    _function("int", "number", "number", do.whole, "without its fraction"),
    _function("round", "number number?", "number", do.rounded, "rounded, halves upwards, to so many places"),
    _function("abs", "number", "number", do.absolute, "without its minus"),
    _function("min", "number*", "number", lambda *of: min(do.numbers(of), default=None), "the least of those given"),
    _function("max", "number*", "number", lambda *of: max(do.numbers(of), default=None), "the most of those given"),
    _function("sum", "number*", "number", lambda *of: finite(sum(do.numbers(of))), "all together, without the empty"),
    _function("count-non-empty", "any*", "number", do.count, "how many are answered"),
    _function("pow", "number number", "number", do.power, "the first as many times itself as the second says"),
    _function("today", "", "date", lambda today: today, "the day of answering"),
    _function("date", "any", "date", do.as_day, "as a date; a number counts days since 1970"),
    _function("format-date", "date text", "text", do.format_date, "in writing, as in '%d/%m/%Y'"),
    _function("decimal-date-time", "date", "number", lambda of: as_number(as_date(of)), "days since 1970"),
)

FUNCTIONS: dict[str, Function] = {row.name: row for row in _ROWS}

_CHANCE = "it gives another result each time, so what a person saw could not be told afterwards; take it out"
_CLOCK = "it reads the clock, and only the day is known; use today()"
_REPEAT = "it is for repeated groups, which are not used; name the question: ${name}"
_PATH = "it leads along an XPath path; name the question: ${name}"
_OUTSIDE = "it reads a file beside the survey; write its values as choices"
_PLACES = "it is for maps, and places are not asked; take it out"
_PHONE = "it asks about the device, which is not looked at; take it out"

#: Functions of XForms and XPath that are left out, and why.
NOT_OURS: dict[str, str] = {
    **dict.fromkeys(("random", "uuid", "randomize"), _CHANCE),
    **dict.fromkeys(("now", "decimal-time", "format-date-time", "date-time"), _CLOCK),
    **dict.fromkeys(("position", "indexed-repeat", "count", "last", "id", "name", "local-name"), _REPEAT),
    **dict.fromkeys(("instance", "current", "jr:itext", "text", "node"), _PATH),
    **dict.fromkeys(("pulldata", "pull-data", "search", "lookup"), _OUTSIDE),
    **dict.fromkeys(("area", "distance", "geofence", "intersects"), _PLACES),
    **dict.fromkeys(("property", "version", "digest", "base64-encode", "base64-decode"), _PHONE),
    "once": "a calculation is worked out anew each time; use coalesce() or leave it out",
    "jr:choice-name": "values are compared, not labels; write ${name} where its label is wanted",
    "join": "it joins repeated answers; use concat()",
    "string-join": "it joins repeated answers; use concat()",
    "substring": "it counts places differently from the other functions; use substr(), which counts from 0",
    "translate": "use lower-case(), upper-case() or regex()",
    "floor": "use int()",
    "ceiling": "use int(), and add 1",
    "checklist": "use sum() of conditions",
    "weighted-checklist": "use sum() of conditions times their weights",
    "boolean-from-string": "compare the text: ${name} = 'true'",
    "sqrt": "use pow(…, 0.5)",
    **dict.fromkeys(("exp", "exp10", "log", "log10", "sin", "cos", "tan", "pi"), "take it out"),
}
