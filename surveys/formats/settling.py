"""Tables from another program made to load: what cannot be used is taken out, and each time a line says so."""

from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.load import BadSurvey, Fault, survey_from
from surveys.formats.losses import BadFile, Imported, Loss
from surveys.formats.piping import mend_piping

Table = dict[str, Any]

#: What may be taken out of a question or page by itself, as the places of faults name it.
_FIELDS = ("relevant", "constraint_message", "constraint", "choice_filter")
_INSTEAD = {
    "relevant": "it is shown to everybody",
    "constraint": "any answer is taken",
    "constraint_message": "any answer is taken",
    "choice_filter": "all choices are offered",
}

#: What faults say of questions that nobody sees. Shown to everybody they could show what was meant to be hidden.
NEVER = ("is always false", "nobody can reach it")


def settled(file: str, tables: Table, losses: list[Loss]) -> Imported:
    """The tables as they load, with what had to go. Raises `BadFile` where nothing is left to take out."""
    while True:
        mend_piping(tables, losses)
        try:
            survey_from(tables, file)
        except BadSurvey as bad:
            mended = [_mend(tables, fault, losses) for fault in _first_of_each(bad.located)]
            if not any(mended):
                raise BadFile(bad.faults) from None
        else:
            return Imported(tables, tuple(losses))


def _first_of_each(faults: list[Fault]) -> list[Fault]:
    """The first fault of each part: taking that out may be all that its other faults needed."""
    first: dict[tuple[str, str, str], Fault] = {}
    for fault in faults:
        first.setdefault((fault.page, fault.question, "" if fault.page else fault.place), fault)
    return [*first.values()]


def _mend(tables: Table, fault: Fault, losses: list[Loss]) -> bool:
    """Take out what is at fault; False where it is gone already or nothing can be."""
    if fault.place.startswith("calculated"):
        return _mend_calculated(tables, fault, losses)
    page = next((each for each in tables["page"] if each["name"] == fault.page), None)
    pages = [page] if page else tables["page"]
    found = [each for one in pages for each in one["question"] if each.get("name") == fault.question]
    if fault.question and not found:
        return False
    part = found[0] if found else page
    if part is None:
        return False
    if any(sign in fault.what for sign in NEVER) and found:
        return _drop(tables, part, fault, losses)
    return _mend_field(part, fault, losses) or (bool(found) and _drop(tables, part, fault, losses))


def _mend_field(part: Table, fault: Fault, losses: list[Loss]) -> bool:
    named = [field for field in _FIELDS if field in fault.place]
    field = named[0] if named else "relevant"
    if field not in part:
        return False
    text = part.pop(field)
    if field.startswith("constraint"):
        part.pop("constraint", None)
        part.pop("constraint_message", None)
    losses.append(
        Loss(
            fault.place, _("“{words}” cannot be used ({short})", words=text, short=_short(fault.what)), _INSTEAD[field]
        )
    )
    return True


def _drop(tables: Table, question: Table, fault: Fault, losses: list[Loss]) -> bool:
    for page in tables["page"]:
        page["question"] = [each for each in page["question"] if each is not question]
    tables["page"] = [page for page in tables["page"] if page["question"]]
    losses.append(
        Loss(fault.place, _("it cannot be used ({short})", short=_short(fault.what)), _("the question is left out"))
    )
    return True


def _mend_calculated(tables: Table, fault: Fault, losses: list[Loss]) -> bool:
    kept = [each for each in tables.get("calculated", []) if f"“{each['name']}”" not in fault.place]
    if len(kept) == len(tables.get("calculated", [])):
        return False
    tables["calculated"] = kept
    losses.append(
        Loss(fault.place, _("it cannot be worked out ({short})", short=_short(fault.what)), _("it is left out"))
    )
    return True


def _short(what: str) -> str:
    """What is wrong, without the remedy for a definition that the author did not write."""
    return what.partition(";")[0]
