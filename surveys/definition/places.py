"""Where a wording stands, as people would say it: “Question 2: hint”, and not the keys of a file."""

from dataclasses import dataclass

from safekeeping.languages import gettext as _

#: Key of a wording -> what it is called after the part that it belongs to; empty where it is the part itself.
CALLED = {
    "public_title": _("The title people see"),
    "intro": _("First words, paragraph"),
    "title": _("Page title"),
    "content_note": _("Note on what is on the page"),
    "wording": "",
    "label": "",
    "hint": _("hint"),
    "constraint_message": _("what to write instead"),
    "required_because": _("why it must be answered"),
    "asked_because": _("why we ask"),
    "labels": _("point"),
    "ends": _("end of the scale"),
    "apart": _("“I do not know”"),
    "unit": _("unit"),
    "yes": _("yes"),
    "no": _("no"),
    "other": _("choice to write in"),
    "text": _("text of the clause"),
}


@dataclass(frozen=True)
class At:
    """How far a place is known: the names in the file, and what people call the part and the page it is on."""

    before: str = ""
    page: str = ""
    question: str = ""
    said: str = ""
    on: str = ""


def called(part: str, field: str, number: int = 0) -> str:
    """What the wording of a part is called, with its number where there are several."""
    own = CALLED.get(field, field.replace("_", " "))
    said = (_(own) if own else "") + (f" {number}" if number else "")
    return ": ".join(filter(None, (part, said)))


def in_a_sentence(name: str) -> str:
    """A name as it stands within a sentence; “NHS staff” keeps its capitals."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def outside(said: str, on: str) -> str:
    """What people call a place of `texts.Place` that is outside the questions; `on` names its page, if it has one."""
    before, _comma, field = said.rpartition(", ")
    if on:
        return f"{on} · {called('', field)}"
    if before == "intro":
        first_words = CALLED["intro"]
        return said.replace("intro, paragraph", _(first_words))
    return before.replace("audience", _("Who is answering:")) or called("", field)
