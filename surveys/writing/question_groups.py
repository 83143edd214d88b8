"""How the form of a question is laid out: what everybody fills in, and groups that open where they are needed."""

from dataclasses import dataclass

from safekeeping.languages import gettext as _
from surveys.writing.editing import Tables
from surveys.writing.question_fields import FIELDS, Field, fields_of


@dataclass(frozen=True)
class Group:
    """Fields under a heading. The first group stands open and has no heading."""

    title: str
    fields: tuple[Field, ...]
    opened: bool = False


#: Title -> the fields under it, in order; what is in no group stands in front.
GROUPED = {
    _("In place of points with a label each: only the two ends"): ("points", "ends"),
    _("When it is asked"): ("relevant",),
    _("May it be skipped, and is it personal?"): ("required_because", "personal", "asked_because"),
    _("Check the answer"): ("constraint", "constraint_message"),
    _("Offer only some of the answers"): ("choice_filter",),
    _("For interviewers"): ("interviewer_note",),
}


def groups(kind: str, question: Tables) -> list[Group]:
    """The groups of a question's form; one in which something is written is open."""
    names = fields_of(kind)
    apart = {name for grouped in GROUPED.values() for name in grouped}
    found = [Group("", tuple(FIELDS[name] for name in names if name not in apart))]
    for title, grouped in GROUPED.items():
        here = tuple(FIELDS[name] for name in grouped if name in names)
        if here:
            found.append(Group(title, here, any(question.get(field.name) for field in here)))
    return found
