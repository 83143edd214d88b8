"""Each of LimeSurvey's one-letter kinds of question as one of ours, or as several, or as a line saying it is lost."""

from collections.abc import Callable

from safekeeping.languages import gettext as _
from surveys.expression.tree import Call, Literal, Reference
from surveys.formats.drafting import Table
from surveys.formats.foreign_logic import Known
from surveys.formats.limesurvey_reading import Reading, base, labels_of, left_out, place_of
from surveys.formats.limesurvey_rows import LimeQuestion, Part
from surveys.formats.limesurvey_scales import array, cells, points, two_scales

# Choices -----------------------------------------------------------------------------------------------


def _one(more: Table, comment: bool = False) -> Callable[[Reading, LimeQuestion], list[Table]]:
    def make(reading: Reading, question: LimeQuestion) -> list[Table]:
        if not question.answers:
            return left_out(reading, question, "it has no answers to choose from")
        table = base(reading, question, "one-choice") | more
        _with_choices(reading, question, table, question.answers)
        return [table, *(_comment(reading, question) if comment else [])]

    return make


def _comment(reading: Reading, question: LimeQuestion) -> list[Table]:
    beside = base(reading, question, "long-text", "comment")
    reading.draft.lose(place_of(question), _("a comment stands beside the choice"), _("it is a question of its own"))
    reading.learn(question, "comment", Known(Reference(beside["name"])))
    return [beside]


def _with_choices(reading: Reading, question: LimeQuestion, table: Table, parts: list[Part]) -> None:
    place = place_of(question)
    other = question.row.get("other") == "Y" and table["kind"] != "ranking"
    table["choices"], values = reading.draft.choices(
        labels_of(reading, parts, place), place, ["other"] if other else []
    )
    if other:
        replaced = reading.draft.wording(question.attributes.get("other_replace_text", {}), place)
        table["other"] = replaced or "Something else"
        values["-oth-"] = "other"
        reading.learn(question, "other", Known(Reference(f"{table['name']}_other")))
    reading.learn(question, "", Known(Reference(table["name"]), table["kind"], values))
    if table["kind"] == "several-choices":
        for part in parts:
            ticked = Call("selected", (Reference(table["name"]), Literal(values[part.code])))
            reading.learn(question, part.code, Known(ticked, "ticked"))


def _several(reading: Reading, question: LimeQuestion) -> list[Table]:
    if not question.subs:
        return left_out(reading, question, "it has no answers to choose from")
    table = base(reading, question, "several-choices")
    _with_choices(reading, question, table, question.subs)
    if question.row.get("type") == "P":
        reading.draft.lose(
            place_of(question), _("a comment stands beside each choice"), _("only the choices are asked")
        )
    alone = set(question.attribute("exclude_all_others").split(";"))
    for part, choice in zip(question.subs, table["choices"], strict=True):
        choice |= {"exclusive": True} if part.code in alone else {}
    return [table]


def _ranking(reading: Reading, question: LimeQuestion) -> list[Table]:
    parts = question.answers or question.subs
    if len(parts) < 2:
        return left_out(reading, question, "there are not two things to rank")
    table = base(reading, question, "ranking")
    _with_choices(reading, question, table, parts)
    return [table]


def _fixed(kind: str, pairs: tuple[tuple[str, str], ...]) -> Callable[[Reading, LimeQuestion], list[Table]]:
    def make(reading: Reading, question: LimeQuestion) -> list[Table]:
        table = base(reading, question, kind)
        values = {"Y": "yes", "N": "no"}
        if kind == "one-choice":
            table["choices"] = [{"value": code, "label": label} for code, label in pairs]
            values = {code: code for code, _ in pairs}
        reading.learn(question, "", Known(Reference(table["name"]), kind, values))
        return [table]

    return make


# Texts, numbers and the rest ---------------------------------------------------------------------------


def _plain(kind: str) -> Callable[[Reading, LimeQuestion], list[Table]]:
    def make(reading: Reading, question: LimeQuestion) -> list[Table]:
        table = base(reading, question, kind)
        if kind == "information" and not question.texts:
            return left_out(reading, question, "there is nothing to read in it")
        reading.learn(question, "", Known(Reference(table["name"]), kind))
        return [table]

    return make


def _each(kind: str) -> Callable[[Reading, LimeQuestion], list[Table]]:
    def make(reading: Reading, question: LimeQuestion) -> list[Table]:
        reading.draft.lose(place_of(question), _("several lines are asked for"), _("each is a question of its own"))
        made = []
        for part in question.subs:
            table = base(reading, question, kind, part.code, part.texts)
            reading.learn(question, part.code, Known(Reference(table["name"]), kind))
            made.append(table)
        return made

    return make


def _equation(reading: Reading, question: LimeQuestion) -> list[Table]:
    place = place_of(question)
    name = reading.draft.name(question.code or "calculated", place)
    text = question.attribute("equation") or next(iter(question.texts.values()), "")
    reading.learn(question, "", Known(Reference(name)))
    reading.equations.append((name, text, place))
    return []


def _lost(what: str) -> Callable[[Reading, LimeQuestion], list[Table]]:
    return lambda reading, question: left_out(reading, question, what)


_FIVE = tuple((str(point), str(point)) for point in range(1, 6))
_TEN = tuple((str(point), str(point)) for point in range(1, 11))
_UNSURE = (("Y", "Yes"), ("U", "Uncertain"), ("N", "No"))
_MORE = (("I", "Increase"), ("S", "Same"), ("D", "Decrease"))

KINDS: dict[str, Callable[[Reading, LimeQuestion], list[Table]]] = {
    "L": _one({}),
    "!": _one({"shown_as": "list"}),
    "O": _one({}, comment=True),
    "M": _several,
    "P": _several,
    "5": points,
    "A": array(_FIVE),
    "B": array(_TEN),
    "C": array(_UNSURE),
    "E": array(_MORE),
    "F": array(),
    "H": array(),
    "1": two_scales,
    ":": cells("number"),
    ";": cells("short-text"),
    "S": _plain("short-text"),
    "T": _plain("long-text"),
    "U": _plain("long-text"),
    "N": _plain("number"),
    "K": _each("number"),
    "Q": _each("short-text"),
    "D": _plain("date"),
    "Y": _fixed("yes-no", ()),
    "G": _fixed("one-choice", (("F", "Female"), ("M", "Male"))),
    "R": _ranking,
    "X": _plain("information"),
    "*": _equation,
    "|": _lost("files are asked for, which could tell who sent them"),
    "I": _lost("people choose their language here; Heard offers that on every page"),
}
