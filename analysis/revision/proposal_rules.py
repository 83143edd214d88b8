"""What may be proposed for a clause and how it is said: the fields of a wording, kinds, outcomes, votes. Pure."""

import re
from collections.abc import Iterable, Mapping

from analysis.revision.tables import (
    ABSTAINS,
    ADD,
    ADOPTED,
    AGAINST,
    AMENDED,
    CHANGE,
    FOR,
    KEEP,
    NOT_ADOPTED,
    REMOVE,
)
from analysis.standard.clauses import Clause, PlacedClause, StandardText
from safekeeping.languages import gettext as _

#: The parts of a clause that are worded, and what each is called.
FIELDS = {
    "title": _("Title"),
    "wording": _("Wording"),
    "purpose": _("Purpose"),
    "evidence": _("Evidence sought"),
    "guidance": _("Guidance"),
}
NUMBER = "number"
LONGEST = {NUMBER: 20, "title": 200}
LONGEST_TEXT = 8000

KINDS_SAID = {ADD: _("add"), CHANGE: _("change"), REMOVE: _("remove"), KEEP: _("keep")}
OUTCOMES_SAID = {
    ADOPTED: _("adopted"),
    AMENDED: _("adopted with changes"),
    NOT_ADOPTED: _("not adopted"),
}
VOTES_SAID = {FOR: _("for"), AGAINST: _("against"), ABSTAINS: _("abstains")}
BY_VOTE, BY_CONSENSUS = WAYS = ("vote", "consensus")
WAYS_SAID = {BY_VOTE: _("by vote"), BY_CONSENSUS: _("by consensus")}


class NotPossible(ValueError):
    """Something that cannot be done, as the person reads it; `field` is where in the form."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


def plain(text: str) -> str:
    """A typed text without space around it, and with line feeds alone at the ends of its lines."""
    return re.sub(r"[ \t]+\n", "\n", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def wording_of(clause: Clause) -> dict[str, str]:
    """What a clause says now, field by field."""
    return {name: getattr(clause, name) for name in FIELDS}


def changed_fields(clause: Clause, typed: Mapping[str, str]) -> dict[str, str]:
    """The fields of a clause that are to say something else than they do."""
    now = wording_of(clause)
    return {name: plain(typed[name]) for name in FIELDS if name in typed and plain(typed[name]) != plain(now[name])}


def check_lengths(fields: Mapping[str, str]) -> None:
    """Raise `NotPossible` where a field is longer than it may be."""
    for name, text in fields.items():
        longest = LONGEST.get(name, LONGEST_TEXT)
        if len(text) > longest:
            said = _(
                "This has {length} characters; {longest} is the most. Shorten it.", length=len(text), longest=longest
            )
            raise NotPossible(name, said)


def check_changed(kind: str, fields: Mapping[str, str]) -> None:
    """Raise `NotPossible` where what is typed does not go with what is proposed for a clause that is there."""
    if kind == CHANGE and not fields:
        said = _("The clause would say what it says now. Change its words, or choose to keep it as it is.")
        raise NotPossible("kind", said)
    if kind != CHANGE and fields:
        said = _("You changed its words, but chose not to change it. Choose “change”, or put the words back.")
        raise NotPossible("kind", said)
    if kind == CHANGE and not fields.get("title", "-"):
        raise NotPossible("title", _("A clause needs a title. Type one."))


def check_added(fields: Mapping[str, str], text: StandardText) -> None:
    """Raise `NotPossible` where a clause to be added has no title, or no number of its own."""
    number = fields.get(NUMBER, "")
    if not number:
        raise NotPossible(NUMBER, _("Say which number it is to have."))
    if number in text.by_number():
        raise NotPossible(NUMBER, _("{number} is there already. Choose a number that no clause has.", number=number))
    if not fields.get("title"):
        raise NotPossible("title", _("A clause needs a title. Type one."))


def clause_said(placed: PlacedClause | None, fields: Mapping[str, str]) -> str:
    """Number and title of what a proposal is about; of a clause to be added, those that it is to have."""
    if placed is None:
        return f"{fields.get(NUMBER, '')} {fields.get('title', '')}".strip()
    return f"{placed.clause.number} {placed.clause.title}"


def names_in(typed: str) -> tuple[str, ...]:
    """Names as they were typed: one a line, or with commas between them."""
    return tuple(dict.fromkeys(" ".join(each.split())[:200] for each in re.split(r"[\n,;]", typed) if each.strip()))


def same_name(one: str, others: Iterable[str]) -> bool:
    """Whether a name is among others, however it is spaced or capitalised."""
    return " ".join(one.split()).casefold() in {" ".join(each.split()).casefold() for each in others}
