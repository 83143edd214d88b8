"""Each kind of question as rows of an XLSForm."""

from collections.abc import Callable
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.questions import (
    APART,
    NOT_SAID,
    OTHER,
    VERDICTS,
    AnyQuestion,
    Choice,
    ClauseView,
    Date,
    LongText,
    Number,
    OneChoice,
    Ranking,
    ScaleGrid,
    SeveralChoices,
    ShortText,
    WithChoices,
)
from surveys.expression.tree import Call, Itself, Literal, Negative, Operation, Tree
from surveys.formats.drafting import MISFIT
from surveys.formats.xlsform_choices import FOR_AUDIENCES, KIND_COLUMN
from surveys.formats.xlsform_questions import FURTHEST, LONGEST_LONG
from surveys.formats.xlsform_sheet_rows import Row, Sheets, both, cells_of

SELECTS = {"several-choices": "select_multiple", "ranking": "rank"}
PRECISION = {"month": "month-year", "year": "year", "day": ""}
#: What each verdict on a clause is called on its page.
VERDICT_WORDS = ("Keep it as it is", "Change it", "Remove it", "I am not sure")
CAN_BE_PERSONAL = ("one-choice", "several-choices", "ranking", "yes-no", "consent", "scale")


def rows_of_question(sheets: Sheets, question: AnyQuestion) -> list[Row]:
    """The rows of a question; its choices are added to their sheet."""
    place = f"question “{question.name}”"
    _name_losses(sheets, question, place)
    make = MAKERS[question.kind]
    row = {"type": "", "name": sheets.named(question.name)} | sheets.words("label", question.wording, place)
    row |= sheets.words("hint", question.hint, place) | sheets.words("guidance_hint", question.interviewer_note, place)
    relevant = sheets.expression(question.relevant.text) if question.relevant else ""
    row |= cells_of(relevant=both(sheets.for_audiences(question.audiences), relevant))
    if question.required_because and question.kind != "information":
        row |= {"required": "yes"} | sheets.words("required_message", question.required_because, place)
    row |= _constraint(sheets, question, place) | _own_kind(question)
    return make(sheets, question, row, place)


def _own_kind(question: AnyQuestion) -> Row:
    """What Heard needs to know to read the question as it was."""
    listed = isinstance(question, OneChoice) and [choice.value for choice in question.choices] == ["yes", "no"]
    kind = question.kind if listed or question.kind in ("yes-no", "consent", "postcode-area") else ""
    return cells_of(**{KIND_COLUMN: " ".join(each for each in (kind, "personal" if question.personal else "") if each)})


def _name_losses(sheets: Sheets, question: AnyQuestion, place: str) -> None:
    for field, what in (("asked_because", "it says why it is asked"), ("lineage", "it is tied to earlier waves")):
        if getattr(question, field):
            sheets.lose(place, what, _("this is left out"))
    if question.speaks_to:
        sheets.lose(place, _("it speaks to clauses of the standard"), _("this is left out"))
    if question.personal and question.kind not in CAN_BE_PERSONAL:
        sheets.lose(place, _("people can answer “I would rather not say”"), _("it can be left blank"))


def _constraint(sheets: Sheets, question: AnyQuestion, place: str) -> Row:
    """Its limits and its own condition together, as XLSForm has one place for both."""
    limits = " and ".join(sheets.tree(tree) for tree in _limits(question))
    own = sheets.expression(question.constraint.text) if question.constraint else ""
    if not limits and not own:
        return {}
    message = sheets.words("constraint_message", question.constraint_message, place)
    said = both(limits, own) if own else limits
    return {"constraint": said} | (message or sheets.own_words("constraint_message", MISFIT))


def _limits(question: AnyQuestion) -> list[Tree]:
    found: list[tuple[str, Tree, Tree]] = []
    length, chosen = Call("string-length", (Itself(),)), Call("count-selected", (Itself(),))
    if isinstance(question, Number):
        found = [(">=", Itself(), _number(question.least)), ("<=", Itself(), _number(question.most))]
        found = [each for each in found if each[2] not in (_number(FURTHEST), _number(-FURTHEST))]
    if isinstance(question, ShortText) or (isinstance(question, LongText) and question.longest != LONGEST_LONG):
        found = [("<=", length, _number(question.longest))]
    if isinstance(question, Date):
        ends = ((">=", question.earliest), ("<=", question.latest))
        found = [(operator, Itself(), _day(end)) for operator, end in ends if end]
    if isinstance(question, SeveralChoices):
        counts = ((">=", question.at_least), ("<=", question.at_most))
        found = [(operator, chosen, _number(count)) for operator, count in counts if count]
    return [Operation(*each) for each in found] + _alone(question)


def _alone(question: AnyQuestion) -> list[Tree]:
    """Choices that stand alone."""
    choices = question.choices if isinstance(question, SeveralChoices) else ()
    many = Operation(">", Call("count-selected", (Itself(),)), Literal(1.0))
    alone = [Call("selected", (Itself(), Literal(choice.value))) for choice in choices if choice.exclusive]
    return [Call("not", (Operation("and", each, many),)) for each in alone]


def _number(value: float) -> Tree:
    return Literal(float(value)) if value >= 0 else Negative(Literal(float(-value)))


def _day(value: str) -> Tree:
    if value == "today":
        return Call("today", ())
    return Call("date", (Literal((value + "-01-01")[:10]),))


def _listed(sheets: Sheets, question: WithChoices, row: Row, place: str) -> list[Row]:
    sheets.list_choices(question.name, question.choices, place)
    other = getattr(question, "other", None)
    if question.personal:
        sheets.add_not_said(question.name)
    row |= {"type": f"{SELECTS.get(question.kind, 'select_one')} {question.name}"}
    row |= _filter(sheets, question, place)
    if isinstance(question, OneChoice) and question.shown_as == "list":
        row |= {"appearance": "minimal"}
    if isinstance(question, Ranking) and question.at_most:
        sheets.lose(
            place, _("at most {at_most} choices are put in order", at_most=question.at_most), _("all of them are")
        )
    if not other:
        return [row]
    sheets.add_choice(question.name, OTHER, sheets.words("label", other, place) | _for_all(question.choices))
    written = {"type": "text", "name": f"{row['name']}_other", "relevant": f"selected(../{row['name']}, 'other')"}
    return [row, written | sheets.words("label", other, place)]


def _for_all(choices: tuple[Choice, ...]) -> Row:
    return {"audiences": "all"} if any(choice.audiences for choice in choices) else {}


def _filter(sheets: Sheets, question: WithChoices, place: str) -> Row:
    own = question.choice_filter.text if question.choice_filter else ""
    if own and not sheets.fits(own):
        sheets.lose(
            place, _("“{own}” asks for a column that choices cannot have", own=own[:200]), _("all choices are offered")
        )
        own = ""
    own = sheets.expression(own) if own else ""
    also = getattr(question, "other", None) or question.personal
    if own and also:
        own = f"({own}) or name = '{OTHER}' or name = '{NOT_SAID}'"
    mine = FOR_AUDIENCES if _for_all(question.choices) else ""
    return cells_of(choice_filter=both(mine, own))


def _yes_no(sheets: Sheets, question: Any, row: Row, place: str) -> list[Row]:
    usual = {"yes": "Yes" if question.kind == "yes-no" else "Yes, I agree", "no": "No"}
    for value, words in usual.items():
        own = sheets.words("label", getattr(question, value), place)
        sheets.add_choice(question.name, value, own or sheets.own_words("label", words))
    if question.personal:
        sheets.add_not_said(question.name)
    return [row | {"type": f"select_one {question.name}"}]


def _points(sheets: Sheets, question: Any, place: str) -> None:
    labels = [sheets.words("label", label, place) for label in question.labels] or _between_ends(sheets, question)
    for value, label in zip(question.point_values, labels, strict=True):
        sheets.add_choice(question.name, value, label)
    if question.apart_offered:
        apart = sheets.words("label", question.apart, place) or sheets.own_words("label", "I do not know")
        sheets.add_choice(question.name, APART, apart)


def _between_ends(sheets: Sheets, question: Any) -> list[Row]:
    first, *between, last = question.point_values
    low, high = (sheets.words("label", end) for end in question.ends)
    middle = [sheets.cells("label", dict.fromkeys(sheets.survey.all_languages, value)) for value in between]
    return [
        {column: f"{first} – {text}" for column, text in low.items()},
        *middle,
        {column: f"{last} – {text}" for column, text in high.items()},
    ]


def _scale(sheets: Sheets, question: Any, row: Row, place: str) -> list[Row]:
    _points(sheets, question, place)
    if question.personal:
        sheets.add_not_said(question.name)
    return [row | {"type": f"select_one {question.name}", "appearance": "likert"}]


def _grid(sheets: Sheets, question: ScaleGrid, row: Row, place: str) -> list[Row]:
    _points(sheets, question, place)
    left = {key: row.pop(key) for key in [*row] if key.split("::")[0] in ("hint", "guidance_hint")}
    if left:
        sheets.lose(place, _("a table has a hint or a note"), _("this is left out"))
    asked = {key: row.pop(key) for key in [*row] if key.split("::")[0] in ("required", "required_message")}
    begin = row | {"type": "begin_group", "appearance": "table-list"}
    lines = [
        {"type": f"select_one {question.name}", "name": sheets.names.get(f"{question.name}.{each.name}", each.name)}
        | sheets.words("label", each.wording, place)
        | asked
        for each in question.rows
    ]
    return [begin, *lines, {"type": "end_group"}]


def _clause(sheets: Sheets, question: ClauseView, row: Row, place: str) -> list[Row]:
    sheets.lose(
        place,
        _("it asks about clause {clause}", clause=question.clause),
        _("a choice and a text are asked, with the clause as hint"),
    )
    for value, words in zip(VERDICTS, VERDICT_WORDS, strict=True):
        sheets.add_choice(question.name, value, sheets.own_words("label", words))
    row = {key: text for key, text in row.items() if not key.startswith("hint")}
    row |= {"type": f"select_one {question.name}"} | sheets.words("hint", question.text, place)
    why = {"type": "text", "name": f"{row['name']}_why", "appearance": "multiline"}
    return [row, why | cells_of(relevant=row.get("relevant")) | sheets.own_words("label", "Why do you say so?")]


def _number_row(sheets: Sheets, question: Number, row: Row, place: str) -> list[Row]:
    if question.unit:
        sheets.lose(place, _("its answer has a unit"), _("the unit stands behind its words"))
        unit = sheets.words("label", question.unit, place)
        row |= {key: f"{row[key]} ({text})" for key, text in unit.items() if key in row}
    return [row | {"type": "decimal" if question.decimals else "integer"}]


def _postcode(sheets: Sheets, question: AnyQuestion, row: Row, place: str) -> list[Row]:
    sheets.lose(place, _("only the first half of a postcode is kept"), _("other programs keep all that is written"))
    return [row | {"type": "text"}]


def _plain(kind: str, appearance: str = "") -> Callable[[Sheets, Any, Row, str], list[Row]]:
    def make(sheets: Sheets, question: Any, row: Row, place: str) -> list[Row]:
        looks = appearance or PRECISION.get(getattr(question, "precision", ""), "")
        return [row | {"type": kind} | cells_of(appearance=looks)]

    return make


def _audience(sheets: Sheets, question: Any, row: Row, place: str) -> list[Row]:
    for audience in sheets.survey.audiences:
        sheets.add_choice(question.name, audience.name, sheets.words("label", audience.label, place))
        if audience.plural != audience.label[next(iter(audience.label))]:
            sheets.lose(
                _("audience “{name}”", name=audience.name),
                _("staff call it “{plural}”", plural=audience.plural),
                _("this is left out"),
            )
    return [row | {"type": f"select_one {question.name}"}]


MAKERS: dict[str, Callable[[Sheets, Any, Row, str], list[Row]]] = {
    "audience": _audience,
    "one-choice": _listed,
    "several-choices": _listed,
    "ranking": _listed,
    "scale": _scale,
    "scale-grid": _grid,
    "number": _number_row,
    "date": _plain("date"),
    "short-text": _plain("text"),
    "long-text": _plain("text", "multiline"),
    "yes-no": _yes_no,
    "consent": _yes_no,
    "postcode-area": _postcode,
    "information": _plain("note"),
    "clause-view": _clause,
}
