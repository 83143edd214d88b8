"""Texts that any file can hold: without letters that XML refuses; those that a font lacks said in words. Pure."""

import re
import unicodedata
from collections.abc import Callable, Container
from typing import Any

_REFUSED = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """A text without control characters and what else XML 1.0 refuses."""
    return _REFUSED.sub("", text)


def each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Plain lists and tables with every text in them changed; the keys of tables stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [each_text(each, change) for each in value]
    if isinstance(value, dict):
        return {key: each_text(each, change) for key, each in value.items()}
    return value


def sayable(text: str, letters: Container[int]) -> str:
    """A text of which every letter is among `letters` (code points): an emoji is named, another is a white box.

    Letters that only join or turn others (U+200D, variation selectors, directions) go where they are not known.
    """
    return "".join(each if ord(each) in letters or each in "\n\t" else _instead(each) for each in text)


def _instead(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind in ("Cf", "Mn", "Me", "Cc", "Co", "Cn"):
        return ""
    if kind == "Sk":
        return ""
    if kind == "So":
        return f"[{unicodedata.name(letter, 'sign').lower()}]"
    return "□"
