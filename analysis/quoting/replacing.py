"""What a quote leaves out of a passage, and what stands there instead, span by span. Pure.

Offsets are code points of the passage as it was written, end exclusive. Replacements stand in square brackets, so that
whoever reads a quote sees that something was changed (UK Data Service, "Anonymising qualitative data").
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.coding.identifier import KINDS
from analysis.coding.marking import Part, marked
from safekeeping.languages import gettext as _

#: What is done with a span: its generic word, other words, an ellipsis, or nothing, for a reason.
GENERIC, WORDS, CUT, LEAVE = ACTIONS = ("generic", "words", "cut", "leave")
ELLIPSIS = "[…]"
#: Kind -> what stands instead. The language is that of the quotes, whatever the desk speaks.
INSTEAD = {
    "email": "[e-mail address]",
    "url": "[web address]",
    "handle": "[user name]",
    "nhs": "[NHS number]",
    "ni": "[National Insurance number]",
    "bank": "[bank details]",
    "document": "[document number]",
    "phone": "[telephone number]",
    "birth": "[date of birth]",
    "address": "[address]",
    "postcode": "[postcode]",
    "vehicle": "[number plate]",
    "case": "[case number]",
    "place": "[place]",
    "name": "[name]",
    "town": "[town]",
    "date": "[date]",
    "age": "[age]",
    "added": "[detail]",
}
#: What a span may be, as the page says it.
CALLED = {
    **KINDS,
    "town": _("a town or a region"),
    "date": _("a date"),
    "age": _("an age"),
    "added": _("added by you"),
}
LONGEST_WORDS = 200
_BRACKETED = re.compile(r"\[[^\[\]]*\]")


class BadEdit(ValueError):
    """A span cannot be treated so; the message is for whoever edits."""


@dataclass(frozen=True, order=True)
class Edit:
    """What is done with one span. `words`: what stands instead, or why it is left."""

    start: int
    end: int
    kind: str
    action: str = GENERIC
    words: str = ""

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.start}-{self.end}"

    @property
    def instead(self) -> str | None:
        """What stands in its place; None where it is left as it is."""
        return {GENERIC: INSTEAD[self.kind], WORDS: _in_brackets(self.words), CUT: ELLIPSIS}.get(self.action)


def _in_brackets(words: str) -> str:
    bare = words.strip().strip("[]").strip()
    return f"[{bare}]" if bare else ""


def checked(text: str, edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits in order. Raises `BadEdit` where two overlap, one is outside, words are missing or too long, or
    nothing is left of the passage."""
    ordered = tuple(sorted(edits))
    at = 0
    for each in ordered:
        if not at <= each.start < each.end <= len(text):
            raise BadEdit(_("“{words}” is replaced already.", words=text[each.start : each.end]))
        _check_words(text, each)
        at = each.end
    if not re.search(r"\w", _BRACKETED.sub("", applied(text, ordered))):
        raise BadEdit(_("Nothing is left of the passage."))
    return ordered


def _check_words(text: str, edit: Edit) -> None:
    found = text[edit.start : edit.end]
    if len(edit.words) > LONGEST_WORDS:
        raise BadEdit(_("Shorten what you typed for “{words}” to {number} letters.", words=found, number=LONGEST_WORDS))
    if edit.action == WORDS and not edit.instead:
        raise BadEdit(_("Type what should stand instead of “{words}”.", words=found))
    if edit.action == LEAVE and not edit.words.strip():
        raise BadEdit(_("Say why “{words}” may stay.", words=found))


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The passage as it would be released. `edits` in order, none over another.

    >>> applied("Ask Denise now", [Edit(4, 10, "name")])
    'Ask [name] now'
    """
    return re.sub(r"[ \t]{2,}", " ", "".join(part.text for part in released_parts(text, edits))).strip()


def released_parts(text: str, edits: Sequence[Edit]) -> list[Part]:
    """The same in pieces; what stands instead of something is marked by the kind of it."""
    parts, at = [], 0
    for each in edits:
        there = each.instead
        changed = Part(text[each.start : each.end]) if there is None else Part(there, each.kind)
        parts += [Part(text[at : each.start]), changed]
        at = each.end
    return [part for part in (*parts, Part(text[at:])) if part.text]


def written_parts(text: str, edits: Sequence[Edit]) -> list[Part]:
    """The passage as it was written, with what is replaced marked by what it may be."""
    return marked(text, [(each.start, each.end, _(CALLED[each.kind])) for each in edits])


def with_proposals(edits: Sequence[Edit], proposals: Iterable[Edit]) -> tuple[Edit, ...]:
    """What was decided, and what was found besides: a proposal that touches a decision is left out."""
    new = [each for each in proposals if not any(each.start < other.end and other.start < each.end for other in edits)]
    return tuple(sorted((*edits, *new)))


def places_of(text: str, typed: str) -> list[tuple[int, int]]:
    """Where the typed words stand in the passage, in capitals or not, however they are spaced; whole words only."""
    words = [re.escape(word) for word in typed.split()]
    if not words:
        return []
    first, last = typed.split()[0][0], typed.split()[-1][-1]
    opens = r"(?<!\w)" if first.isalnum() else ""
    closes = r"(?!\w)" if last.isalnum() else ""
    pattern = re.compile(opens + r"\s+".join(words) + closes, re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]
