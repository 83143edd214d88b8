"""Patterns for `regex()`, kept from taking all time or memory: who writes a survey also writes its patterns."""

import re
from functools import lru_cache

import regex  # type: ignore[import-untyped]

LONGEST = 500  # characters
LARGEST = 20_000  # parts, when each repetition is written out: the library does write them out
PATIENCE = 0.05  # seconds that one text may be held against one pattern

_PART = re.compile(
    r"""(?P<repeat>\{(?P<least>[0-9]*)(?:,(?P<most>[0-9]*))?\})
    |(?P<atom>\\[pPN]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\])
    |(?P<open>\()
    |(?P<close>\))
    |.""",
    re.VERBOSE | re.DOTALL,
)
#: Signs inside a pattern that would hide from `_size` what a repetition repeats.
_HIDING = re.compile(r"\(\?(?:#|[a-zA-Z0-9]*[xV])")


def wrong_with(written: str) -> str | None:
    """What is wrong with a pattern, with its remedy; None if it can be used."""
    if len(written) > LONGEST:
        return f"the pattern is {len(written)} characters long; shorten it to {LONGEST}"
    if _HIDING.search(written):
        return "the pattern holds a comment, or switches to x or V; take that out"
    if _size(written) > LARGEST:
        return "the pattern repeats too much; use smaller numbers in { }"
    try:
        regex.compile(written)
    except (regex.error, ValueError, OverflowError, RecursionError) as fault:
        return f"the pattern cannot be read ({fault}); mend it"
    return None


def matches(text: str, written: str) -> bool:
    """Whether the whole text has the form of the pattern; no if it is wrong, or takes too long to find out."""
    compiled = _compiled(written)
    try:
        return compiled is not None and bool(compiled.fullmatch(text, timeout=PATIENCE))
    except (TimeoutError, MemoryError):
        return False


@lru_cache(maxsize=256)
def _compiled(written: str) -> "regex.Pattern[str] | None":
    return regex.compile(written) if wrong_with(written) is None else None


def _size(written: str) -> int:
    """How many parts the pattern has with each repetition written out."""
    sizes, last = [0], 0  # of each open bracket so far, and of the part that a repetition would repeat
    for part in _PART.finditer(written):
        if part["open"]:
            sizes.append(0)
            continue
        if part["repeat"]:
            sizes[-1] += last * (_times(part) - 1)
            last *= _times(part)
            continue
        last = max(1, sizes.pop()) if part["close"] and len(sizes) > 1 else 1
        sizes[-1] += last
    return sum(sizes)


def _times(part: "re.Match[str]") -> int:
    return max(1, int(part["least"] or 1), int(part["most"] or 1))
