"""What a proposal would change of a clause, field by field, as tracked changes. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analysis.revision.proposal_rules import FIELDS, NUMBER, wording_of
from analysis.revision.tables import ADD, CHANGE, REMOVE
from analysis.revision.word_changes import ADDED, REMOVED, SAME, Part, changes
from analysis.standard.clauses import Clause
from safekeeping.languages import gettext as _


@dataclass(frozen=True)
class FieldChange:
    """One field: what it is called, and its text with what changes."""

    name: str
    called: str
    parts: tuple[Part, ...]


def called(name: str) -> str:
    """What a field is called."""
    return _("Number") if name == NUMBER else _(FIELDS[name])


def field_changes(kind: str, clause: Clause | None, fields: Mapping[str, str]) -> list[FieldChange]:
    """What becomes of each field that says something. `fields` are those a proposal or a decision words."""
    now = wording_of(clause) if clause else {}
    if kind == CHANGE:
        return list(between(now, {**now, **fields}))
    if kind == ADD:
        return list(between({}, fields))
    became = REMOVED if kind == REMOVE else SAME
    return [FieldChange(name, called(name), (Part(became, text),)) for name, text in now.items() if text]


def between(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[FieldChange]:
    """Each field that says something else in the new texts than in the old ones; one not there says nothing."""
    for name in (NUMBER, *FIELDS):
        before, after = old.get(name, ""), new.get(name, "")
        if before != after:
            parts = (
                changes(before, after) if before and after else (Part(ADDED if after else REMOVED, after or before),)
            )
            yield FieldChange(name, called(name), parts)
