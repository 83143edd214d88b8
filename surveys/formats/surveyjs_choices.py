"""Questions of SurveyJS with choices, and what every question has."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.questions import NOT_SAID, OTHER
from surveys.expression.tree import Call, Reference
from surveys.formats.drafting import Table
from surveys.formats.foreign_logic import Known
from surveys.formats.surveyjs_reading import Reading, said, whole

#: Settings that every question may have and that are carried over, or change only how it looks.
EVERYWHERE = frozenset(
    "type name title description visibleIf enableIf isRequired requiredErrorText validators choicesVisibleIf "
    "titleLocation descriptionLocation width minWidth maxWidth startWithNewLine indent colCount showNumber "
    "questionErrorLocation errorLocation hideNumber size rows cols autoGrow acceptCarriageReturn placeholder "
    "placeHolder optionsCaption swapOrder renderAs searchEnabled allowClear displayMode rateDisplayMode".split()
)


@dataclass(frozen=True)
class Made:
    """A question of ours, the settings it took in beside `EVERYWHERE`, and whether the checks of answers are its."""

    table: Table
    uses: frozenset[str] = frozenset()
    checks: bool = True


def base(reading: Reading, element: Table, place: str, kind: str) -> Table:
    """Name, kind, wording and hint; and what the name of SurveyJS is from now on."""
    raw = str(element.get("name") or "")
    name = reading.draft.name(raw or "question", place)
    wording = reading.draft.wording(said(element.get("title")), place, raw.strip() or "Question")
    table = {"name": name, "kind": kind, "wording": wording}
    hint = reading.draft.wording(said(element.get("description")), place)
    reading.known[raw] = Known(Reference(name), kind)
    return table | ({"hint": hint} if hint else {})


def choices_of(reading: Reading, element: Table, place: str, name: str) -> tuple[list[Table], dict[str, str]]:
    """The choices, with “none” where it is offered, and the values they are kept under."""
    found = [each if isinstance(each, dict) else {"value": each} for each in _some_list(element.get("choices"))]
    pairs = []
    for each in found:
        raw = written(each.get("value", each.get("text", "")))
        texts = said(each.get("text")) or {"": raw}
        pairs.append((raw, reading.draft.wording(texts, place, raw or "…")))
    none = element.get("showNoneItem", element.get("hasNone"))
    if none:
        pairs.append(("none", reading.draft.wording(said(element.get("noneText")), place, "None of these")))
    if element.get("showDontKnowItem"):
        pairs.append(("dontknow", reading.draft.wording(said(element.get("dontKnowText")), place, "I do not know")))
    tables, values = reading.draft.choices(pairs, place, _reserved(element))
    apart = (values.get("none") if none else "", values.get("dontknow"))
    for table in tables:
        table |= {"exclusive": True} if table["value"] in apart else {}
    for each in found:
        if each.get("isExclusive") is True:
            alone = values[written(each.get("value", each.get("text", "")))]
            next(one for one in tables if one["value"] == alone)["exclusive"] = True
    conditions = [
        (values[written(each.get("value", each.get("text", "")))], str(each[key]))
        for each in found
        for key in ("visibleIf", "enableIf")
        if each.get(key)
    ]
    if conditions:
        reading.conditional[name] = conditions
    return tables, values


def _reserved(element: Table) -> set[str]:
    """Values that have a meaning of their own here."""
    refuse = {NOT_SAID} if element.get("showRefuseItem") else set()
    return refuse | ({OTHER} if element.get("showOtherItem", element.get("hasOther")) else set())


def _some_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def written(value: Any) -> str:
    """A value of SurveyJS as a text; empty for what is none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, int | str) else ""


_USED = frozenset(
    (
        "choices hasOther showOtherItem otherText hasNone showNoneItem noneText choicesFromQuestion "
        "choicesFromQuestionMode maxSelectedChoices minSelectedChoices choicesByUrl otherPlaceholder otherErrorText "
        "showRefuseItem refuseText showDontKnowItem dontKnowText selectToRankEnabled"
    ).split()
)


def choosing(kind: str, more: Table) -> Callable[[Reading, Table, str], list[Made]]:
    """How a question with choices is made, as `kind`, with `more` of ours."""

    def make(reading: Reading, element: Table, place: str) -> list[Made]:
        raw = str(element.get("name") or "")
        table = base(reading, element, place, kind) | more
        listed_choices, values = choices_of(reading, element, place, table["name"])
        source = element.get("choicesFromQuestion")
        if source:
            mode = str(element.get("choicesFromQuestionMode") or "all")
            reading.copied[table["name"]] = (str(source), mode)
        elif not listed_choices:
            reading.draft.lose(place, _("its choices come from elsewhere"), _("it asks for a line of text"))
            reading.known[raw] = Known(Reference(table["name"]))
            return [Made({**_base_only(table), "kind": "short-text"}, _USED)]
        table["choices"] = listed_choices
        if element.get("showRefuseItem"):
            table["personal"], values["refused"] = True, NOT_SAID
        _other(reading, element, table, place)
        _how_many(element, table, len(listed_choices), reading, place)
        reading.known[raw] = Known(
            Reference(table["name"]), kind, values | ({"other": "other"} if table.get("other") else {})
        )
        if kind != "one-choice":
            reading.known[f"{raw}.length"] = Known(Call("count-selected", (Reference(table["name"]),)), "number")
        return [Made(table, _USED)]

    return make


def _base_only(table: Table) -> Table:
    """What every kind of question has."""
    return {key: value for key, value in table.items() if key in ("name", "wording", "hint")}


def _other(reading: Reading, element: Table, table: Table, place: str) -> None:
    if not element.get("showOtherItem", element.get("hasOther")):
        return
    if table["kind"] == "ranking":
        reading.draft.lose(place, _("something else can be written and ranked"), _("only the choices can be ranked"))
        return
    table["other"] = reading.draft.wording(said(element.get("otherText")), place, "Something else")
    reading.known[f"{element.get('name')}-Comment"] = Known(Reference(f"{table['name']}_other"))


def _how_many(element: Table, table: Table, count: int, reading: Reading, place: str) -> None:
    if table["kind"] == "several-choices":
        table |= {"at_most": whole(element.get("maxSelectedChoices"), 1, count)}
        table |= {"at_least": whole(element.get("minSelectedChoices"), 1, count)}
    if table["kind"] == "ranking":
        table |= {"at_most": whole(element.get("maxSelectedChoices"), 1, count)}
        if count < 2 and table["name"] not in reading.copied:
            reading.draft.lose(place, _("there is only one thing to rank"), _("it is asked as a choice"))
            table["kind"] = "one-choice"
    for key in [key for key, value in table.items() if value is None]:
        del table[key]


def pictures(reading: Reading, element: Table, place: str) -> list[Made]:
    """Choices that are shown as pictures."""
    reading.draft.lose(place, _("pictures are chosen from"), _("their labels are chosen from"))
    kind = "several-choices" if element.get("multiSelect") else "one-choice"
    return [Made(each.table, each.uses | {"multiSelect"}) for each in choosing(kind, {})(reading, element, place)]
