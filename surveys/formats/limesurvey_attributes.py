"""What LimeSurvey notes beside a question (attributes, validation) put into our question, or named as lost."""

import re

from safekeeping.languages import gettext as _
from surveys.expression.tree import Call, Itself, Literal, Reference
from surveys.expression.write import write
from surveys.formats.drafting import MISFIT, MUST, Table
from surveys.formats.foreign_logic import NotCarried
from surveys.formats.limesurvey_logic import LimeNames, relevance_of, whole_pattern
from surveys.formats.limesurvey_reading import Reading, place_of
from surveys.formats.limesurvey_rows import LimeQuestion

#: Attributes that change only how it looks there, or that are taken in elsewhere.
QUIET = re.compile(
    r".*(width|columns|css|class|size|rows|tip|theme|statistics|slider|repeat|header|label|align|position|category|"
    r"page_break|display|placeholder|keypad|printable|public|show|dropdown|scale_export|height|other_replace|"
    r"exclude_all|equation|numbers_only|reverse|answer_width|use_|em_|crop|keep_aspect|horizontal|vertical|"
    r"time_limit|prefix_hide|other_comment|samechoice|image|script|code_filter|other_numbers|hidden).*"
)
#: What is said of attributes that change what is asked.
SAID = {
    "random_order": ("the order is random", "the order of the file is kept"),
    "answer_order": ("the order is random or alphabetical", "the order of the file is kept"),
    "subquestion_order": ("the order is random or alphabetical", "the order of the file is kept"),
    "random_group": ("questions are mixed at random", "the order of the file is kept"),
    "array_filter_exclude": ("rows are left out by another answer", "all are shown"),
    "prefix": ("a text stands before the answer", "it is left out"),
    "time_limit": ("there is a limit of time", "there is none"),
    "equals_num_value": ("the sum must have a value", "any numbers are taken"),
    "em_validation_sq": ("each line is checked", "any answer is taken"),
    "min_num_value": ("the sum must not be too small", "any numbers are taken"),
    "max_num_value": ("the sum must not be too large", "any numbers are taken"),
}
_LIMITS = {
    "several-choices": {"min_answers": "at_least", "max_answers": "at_most"},
    "ranking": {"max_answers": "at_most"},
    "number": {"min_num_value_n": "least", "max_num_value_n": "most"},
    "short-text": {"maximum_chars": "longest"},
    "long-text": {"maximum_chars": "longest"},
    "date": {"date_min": "earliest", "date_max": "latest"},
}
_LENGTHS = {"short-text": (1, 500), "long-text": (100, 20_000)}
_OFF = ("", "0", "normal")


def put_in(reading: Reading, question: LimeQuestion, tables: list[Table]) -> None:
    """Limits, checks and filters of `question` into our tables of it."""
    used = set[str]()
    for table in tables:
        used |= _limits(reading, question, table)
        _required(reading, question, table)
        if table["kind"] == "number":
            used |= _unit(reading, question, table)
    if tables:
        used |= _check(reading, question, tables[0]) | _filter(reading, question, tables[0])
    _rest(reading, question, used)


def _required(reading: Reading, question: LimeQuestion, table: Table) -> None:
    mandatory = question.row.get("mandatory", "N")
    if mandatory == "Y" and table["kind"] != "information":
        table["required_because"] = MUST
    if mandatory == "S":
        reading.draft.lose(
            place_of(question), _("people are asked once more for a blank answer"), _("it may stay blank")
        )


def _limits(reading: Reading, question: LimeQuestion, table: Table) -> set[str]:
    limits = _LIMITS.get(table["kind"], {})
    for attribute, key in limits.items():
        text = question.attribute(attribute).strip()
        value = _fit(text, table, key) if text else None
        if value is not None:
            table[key] = value
        elif text not in _OFF:
            what = _("its limit “{attribute}” is “{words}”", attribute=attribute, words=text[:60])
            reading.draft.lose(place_of(question), what, _("there is no such limit"))
    if table["kind"] == "number" and table.get("most", 10**9) <= table.get("least", 0):
        del table["most"]
        reading.draft.lose(place_of(question), _("the most it takes is not above the least"), _("any number is taken"))
    if table["kind"] == "date":
        form = question.attribute("date_format").lower()
        table["precision"] = "day" if "d" in form or not form else "month" if "m" in form else "year"
    return {*limits, "date_format"}


def _fit(text: str, table: Table, key: str) -> int | float | str | None:
    """A limit as our key takes it; None for what it does not take."""
    if table["kind"] == "date":
        found = re.match(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text)
        return found[0] if found else "today" if text in ("now", "today") else None
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", text):
        return None
    number = float(text)
    if table["kind"] == "number":
        return number
    low, high = _LENGTHS.get(table["kind"], (1, len(table.get("choices", ()))))
    return int(number) if low <= number <= high else None


def _unit(reading: Reading, question: LimeQuestion, table: Table) -> set[str]:
    unit = reading.draft.wording(question.attributes.get("suffix", {}), place_of(question))
    if unit:
        table["unit"] = unit
    if question.attribute("num_value_int_only") != "1" and question.row.get("type") in ("N", "K"):
        table["decimals"] = True
    return {"suffix", "num_value_int_only"}


def _check(reading: Reading, question: LimeQuestion, table: Table) -> set[str]:
    place, pattern = place_of(question), question.row.get("preg", "").strip()
    text = question.attribute("em_validation_q").strip()
    message = reading.draft.wording(question.attributes.get("em_validation_q_tip", {}), place) or MISFIT
    if text:
        try:
            names = LimeNames(reading.known, question.code)
            table |= {"constraint": write(relevance_of(text, names)), "constraint_message": message}
        except NotCarried as fault:
            reading.draft.lose(
                place,
                _("its check “{words}” cannot be carried over: {fault}", words=text[:200], fault=fault),
                _("any answer is taken"),
            )
    elif pattern and table["kind"] in ("short-text", "long-text", "number"):
        tree = Call("regex", (Itself(), Literal(whole_pattern(pattern))))
        table |= {"constraint": write(tree), "constraint_message": message}
    return {"em_validation_q", "em_validation_q_tip"}


def _filter(reading: Reading, question: LimeQuestion, table: Table) -> set[str]:
    """Only the choices that were chosen in another question."""
    source = question.attribute("array_filter").strip()
    if not source:
        return set()
    known = reading.known.get(source)
    if known is None or "choices" not in table or not isinstance(known.tree, Reference):
        instead = _("all are shown")
        reading.draft.lose(
            place_of(question), _("only what was chosen in “{source}” is shown", source=source[:60]), instead
        )
        return {"array_filter"}
    table["choice_filter"] = f"selected(${{{known.tree.name}}}, name)"
    return {"array_filter"}


def _rest(reading: Reading, question: LimeQuestion, used: set[str]) -> None:
    for name in question.attributes:
        value = question.attribute(name).strip()
        if name in used or value in _OFF or value == "N":
            continue
        if name in SAID:
            reading.draft.lose(place_of(question), *SAID[name])
        elif not QUIET.fullmatch(name):
            what = _("its setting “{name}” has no equal here", name=name[:40])
            reading.draft.lose(place_of(question), what, _("it is left out"))
