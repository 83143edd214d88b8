"""What is wrong with a survey that is being written, in the words of its pages and not of its file."""

import re
from dataclasses import dataclass

from safekeeping.languages import gettext as _
from surveys.definition.load import Fault
from surveys.definition.parts import DEFAULT
from surveys.definition.retelling import retold
from surveys.writing.editing import NotThere, Tables, calculated_named, called, page_named, question_named
from surveys.writing.faults_said import FAULTS
from surveys.writing.kinds import KINDS_OFFERED

#: Key of the file -> what the forms call it.
FIELDS = {
    "address": _("address"),
    "apart": _("the way to say “I do not know”"),
    "asked_because": _("why it is asked"),
    "at_least": _("the fewest to choose"),
    "at_most": _("the most to choose"),
    "audiences": _("who it is for"),
    "calculated": _("value worked out"),
    "choice_filter": _("which answers are offered"),
    "choices": _("answers"),
    "choice": _("answer"),
    "clause": _("clause"),
    "constraint": _("what an answer must fulfil"),
    "constraint_message": _("what people read if an answer does not fulfil it"),
    "content_note": _("note on what is on the page"),
    "earliest": _("the earliest date"),
    "ends": _("the two ends"),
    "hint": _("hint"),
    "interviewer_note": _("note for interviewers"),
    "intro": _("first words"),
    "keep_months": _("how long answers are kept"),
    "label": _("what people read"),
    "labels": _("points of the scale"),
    "languages": _("languages"),
    "latest": _("the latest date"),
    "least": _("the least"),
    "longest": _("the most characters"),
    "most": _("the most"),
    "plural": _("what staff pages call them"),
    "points": _("how many points"),
    "public_title": _("title that people see"),
    "question": _("questions"),
    "quote_each": _("permission to quote"),
    "quoting": _("permission to quote"),
    "relevant": _("when it is asked"),
    "required_because": _("why it must be answered"),
    "rows": _("lines"),
    "title": _("title"),
    "value": _("what is stored"),
}

#: How a fault begins in the words of a file -> what a person does about it here.
PLAINLY = (
    (r"it needs at least 1; add more", _("nothing is here yet; add one, or delete this part")),
    (r"it needs “labels”", _("the scale has no points yet; write a label for each, or their number and the two ends")),
    (r"its constraint has no", _("say what people should write instead; it stands below the limit")),
    (r"it must be a whole number", _("it must be a whole number in digits, such as 24; mend it")),
    (r"Input should be a valid (integer|number)", _("it must be a number in digits, such as 5; mend it")),
    (
        r"it must hold one question of kind “audience”",
        _("several audiences are asked, so the first page must ask who is answering; add that question to it"),
    ),
    (
        r"everybody must see it",
        _("everybody must see this page and the question who is answering; ask them of everybody"),
    ),
    (r"it must name a question with one", _("choose a question with one answer, and the answer that allows quoting")),
    (r"people are asked already", _("choose one way of asking")),
    (r"“points” is missing", _("say how many points there are")),
    (r"“(choices|rows)” is missing", _("nothing is here yet; add what people can choose or answer")),
)
#: Steps of a place that say nothing to people: Pydantic also names the kind it tried.
UNSAID = {DEFAULT, *KINDS_OFFERED}
_QUOTED = re.compile(r"“[^”]*”|(,) ")


@dataclass(frozen=True)
class Problem:
    """What is wrong, where: `part` is the wording of the question or the title of the page; their names make links."""

    part: str
    field: str
    what: str
    page: str = ""
    question: str = ""
    calculated: str = ""


def problems(tables: Tables, faults: list[Fault]) -> list[Problem]:
    """Each fault as a problem, without those that are the same."""
    found = [_problem(tables, fault) for fault in faults]
    return list(dict.fromkeys(found))


def _problem(tables: Tables, fault: Fault) -> Problem:
    plainly = (_(plain) for start, plain in PLAINLY if re.match(start, fault.what))
    what = next(plainly, None) or retold(fault.what, FAULTS)
    page, question = _known(tables, fault)
    return Problem(_part(tables, page, question), _field(fault.place), what, page, question, _value(tables, fault))


def _value(tables: Tables, fault: Fault) -> str:
    """The name of the calculated value, where it is about one."""
    place = re.match("calculated “([^”]*)”", fault.place)
    try:
        return str(calculated_named(tables, place[1])["name"]) if place else ""
    except NotThere:
        return ""


def _known(tables: Tables, fault: Fault) -> tuple[str, str]:
    """The names of page and question, where there are such."""
    known = []
    for find, name in ((page_named, fault.page), (question_named, fault.question)):
        try:
            known.append(find(tables, name)["name"])
        except NotThere:
            known.append("")
    return known[0], known[1]


def _part(tables: Tables, page: str, question: str) -> str:
    if question:
        return called(question_named(tables, question))
    return called(page_named(tables, page)) if page else _("The survey")


def _field(place: str) -> str:
    """What is left of a place when page and question are named, in the words of the forms."""
    steps = _QUOTED.sub(lambda found: "\n" if found[1] else found[0], place).split("\n")
    kept = [step for step in steps if not re.match(r"(page|question) (“|\d)", step) and step not in UNSAID]
    return ", ".join(_step(step) for step in kept)


def _step(step: str) -> str:
    word, blank, rest = step.partition(" ")
    return (_(FIELDS[word]) if word in FIELDS else word) + blank + rest
