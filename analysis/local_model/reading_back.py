"""What a language model answered, checked. Only labels of the edition come back; everything else is junk."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.coding.suggestion import STANCES, apart
from analysis.local_model.prompting import MOST_WORDS
from analysis.standard.edition import Edition

LONGEST_CONTENT = 20_000  # code points; an answer is about two hundred


class Junk(ValueError):
    """It cannot be used. The message says why and quotes nothing."""


@dataclass(frozen=True)
class Labels:
    """What a model says of one passage: codes in the Standards' order, a stance, and offsets. No words."""

    sections: tuple[str, ...]
    themes: tuple[str, ...]
    stance: str
    spans: tuple[tuple[int, int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is remembered."""
        spans = [list(span) for span in self.spans]
        return {"sections": list(self.sections), "themes": list(self.themes), "stance": self.stance, "spans": spans}


def read_answer(content: str, passage: str, edition: Edition) -> Labels:
    """The labels in what a model wrote about a passage. Raises `Junk`."""
    if len(content) > LONGEST_CONTENT:
        raise Junk("it is far too long")
    found = list(_objects(content))
    read = {checked_labels(each, len(passage), edition, passage) for each in found if "sections" in each}
    if not read:
        raise Junk("there is no JSON object with sections in it")
    if len(read) > 1:  # such as one that the passage dictated, and its own
        raise Junk("it gives more than one answer")
    return read.pop()


def _objects(content: str) -> Iterator[dict[str, Any]]:
    """Every JSON object in it, also between words or after an explanation."""
    decoder, at = json.JSONDecoder(), 0
    while (at := content.find("{", at)) >= 0:
        try:
            found, end = decoder.raw_decode(content, at)
        except (ValueError, RecursionError):
            at += 1
        else:
            yield found
            at = end


def checked_labels(found: Mapping[str, Any], length: int, edition: Edition, passage: str = "") -> Labels:
    """Labels that hold for this edition and a passage of `length` code points. Raises `Junk`."""
    sections = _codes(found.get("sections"), edition.section_codes, "a section")
    themes = _codes(found.get("themes", []), edition.theme_codes, "a theme")
    if any(edition.section_of_theme[theme] not in sections for theme in themes):
        raise Junk("a theme stands without its section")
    stance = found.get("stance")
    if not isinstance(stance, str) or stance not in STANCES:
        raise Junk("its stance is none of ours")
    spans = _located(found.get("words"), passage) if passage else _spans(found.get("spans"), length)
    return Labels(sections, themes, stance, spans)


def _codes(found: object, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise Junk(f"{what} is not in a list of codes")
    if not set(found) <= set(known):
        raise Junk(f"{what} is not of this standard")
    return tuple(code for code in known if code in found)


def _located(words: object, passage: str) -> tuple[tuple[int, int], ...]:
    """Where the named words stand in the passage. What does not stand there is no reason, and is left out."""
    pieces = [each for each in words if isinstance(each, str) and each.strip()] if isinstance(words, list) else []
    found = ((passage.find(piece), len(piece)) for piece in pieces[:MOST_WORDS])
    return apart((start, start + length) for start, length in found if start >= 0)


def _spans(found: object, length: int) -> tuple[tuple[int, int], ...]:
    if not isinstance(found, list):
        raise Junk("its offsets are not in a list")
    whole = [tuple(span) for span in found if isinstance(span, list) and len(span) == 2]
    if len(whole) != len(found) or not all(type(end) is int for span in whole for end in span):
        raise Junk("an offset is not a whole number")
    if not all(0 <= start < end <= length for start, end in whole):
        raise Junk("an offset lies outside the passage")
    return apart((start, end) for start, end in whole)
