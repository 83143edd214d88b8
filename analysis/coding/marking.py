"""Words with marks in them, as a page shows them: a text parted at the edges of stretches. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A piece of a text, and why it is marked; empty where it is not."""

    text: str
    why: str = ""


def marked(text: str, stretches: Iterable[tuple[int, int, str]]) -> list[Part]:
    """The text from start to end. Stretches are offsets into it (start, end, why), in order, none over another.

    >>> [(part.text, part.why) for part in marked("ask Ann now", [(4, 7, "a name")])]
    [('ask ', ''), ('Ann', 'a name'), (' now', '')]
    """
    parts, at = [], 0
    for start, end, why in stretches:
        parts += [Part(text[at:start]), Part(text[start:end], why)]
        at = end
    return [part for part in (*parts, Part(text[at:])) if part.text]
