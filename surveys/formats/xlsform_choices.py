"""Questions of an XLSForm that are answered by choosing."""

from collections.abc import Callable
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.parts import DEFAULT
from surveys.definition.questions import APART, NOT_SAID, OTHER
from surveys.formats.xlsform_names import Reading
from surveys.formats.xlsform_sheets import Node
from surveys.formats.xlsform_types import appearances, type_of, written_other

#: The filter by which choices are for some audiences.
FOR_AUDIENCES = "selected(audiences, 'all') or selected(audiences, ${audience})"
#: How yes and no are called where nothing else is said.
USUAL = {"yes-no": ("Yes", "No"), "consent": ("Yes, I agree", "No")}
#: What stands apart from a scale where nothing else is said.
DO_NOT_KNOW = "I do not know"
#: The longest answer that a short text can have here.
LONGEST_SHORT = 500

Table = dict[str, Any]
#: The column in which Heard notes a kind that XLSForm does not have.
KIND_COLUMN = "heard_kind"
SHOWN_LIST = ("minimal", "autocomplete", "search", "compact")


def _as_written(why: str) -> Callable[[Reading, Node, Node], Table]:
    def make(reading: Reading, node: Node, group: Node) -> Table:
        reading.lose(reading.place(node), why, _("it is asked as a short text"))
        return {"kind": "short-text", "longest": LONGEST_SHORT}

    return make


WRITTEN_TIME = _as_written("it asks for a time of day")
_WRITTEN_CHOICE = _as_written("its choices come from a file or from earlier answers")


def choosing(reading: Reading, node: Node, group: Node) -> Table:
    """One of several, several, or an order."""
    listed = reading.list_of(node)
    if reading.name(node) == "audience":
        return {"kind": "audience"}
    if not listed.nodes or (type_of(node) == "rank" and len(listed.nodes) < 2):
        return _WRITTEN_CHOICE(reading, node, group)
    choices = _choices(reading, node, group)
    table: Table = {"choices": choices} | _filtered(reading, node)
    _for_audiences(table)
    other = written_other(node, group)
    if other is not None:
        table["other"] = _other_label(reading, node)
    if is_personal(node):
        table["choices"] = [choice for choice in choices if choice["value"] != NOT_SAID]
    if type_of(node) in ("select one", "select one external"):
        return _one(reading, node, table)
    return table | {"kind": "ranking" if type_of(node) == "rank" else "several-choices"}


def is_personal(node: Node) -> bool:
    """Whether Heard noted that people may say they would rather not say."""
    return "personal" in str(node.get(KIND_COLUMN) or "").split()


def _for_audiences(table: Table) -> None:
    """Choices that Heard noted are for some audiences."""
    said = str(table.get("choice_filter", ""))
    rest = said.removeprefix(f"({FOR_AUDIENCES}) and ")
    if FOR_AUDIENCES not in said or (rest == said and said != FOR_AUDIENCES):
        return
    table.pop("choice_filter")
    table |= {"choice_filter": rest.removeprefix("(").removesuffix(")")} if rest != said else {}
    for choice in table["choices"]:
        names = choice.get("properties", {}).pop("audiences", "all").split()
        choice |= {"audiences": names} if names != ["all"] else {}
        if not choice.get("properties", True):
            choice.pop("properties")


def _choices(reading: Reading, node: Node, group: Node) -> list[Table]:
    listed, place = reading.list_of(node), f"sheet choices, list {node.get('itemset') or node.get('query')}"
    kept = []
    for choice in listed.nodes:
        raw = str(choice.get("name"))
        if raw == OTHER and written_other(node, group) is not None:
            continue
        label = reading.words(choice.get("label"), place, raw)
        if not choice.get("label"):
            reading.lose(place, _("the choice “{raw}” has no label", raw=raw[:60]), _("its name stands there"))
        if choice.get("media"):
            reading.lose(place, _("the choice “{raw}” shows a file", raw=raw[:60]), _("only its words are shown"))
        kept.append({"value": listed.values[raw], "label": label} | _properties(choice))
    return kept


def _properties(choice: Node) -> Table:
    own = {key: value for key, value in choice.items() if key not in ("name", "label", "media", "list_name")}
    kept = {str(key): str(value) for key, value in own.items() if isinstance(value, str | int | float)}
    return {"properties": kept} if kept else {}


def _filtered(reading: Reading, node: Node) -> Table:
    if not node.get("choice_filter"):
        return {}
    kept = reading.expression(node["choice_filter"], reading.place(node), "all choices are offered")
    return {"choice_filter": kept} if kept else {}


def _other_label(reading: Reading, node: Node) -> Any:
    own = next((each for each in reading.list_of(node).nodes if each.get("name") == OTHER), {})
    return reading.words(own.get("label"), reading.place(node), "Other")


def _one(reading: Reading, node: Node, table: Table) -> Table:
    values = [choice["value"] for choice in table["choices"]]
    plain = not table.keys() & {"choice_filter", "other"} and not any("properties" in each for each in table["choices"])
    own_kind = str(node.get(KIND_COLUMN) or "").split()
    if plain and values == ["yes", "no"] and "one-choice" not in own_kind:
        yes, no = (choice["label"] for choice in table.pop("choices"))
        kind = "consent" if "consent" in own_kind else "yes-no"
        own = {} if (yes, no) == USUAL[kind] else {"yes": yes, "no": no}
        return table | own | {"kind": kind}
    if plain and "likert" in appearances(node):
        scale = _scale(table["choices"])
        if scale:
            table.pop("choices")
            return table | scale
        reading.lose(
            reading.place(node), _("it looks like a scale, and its values are not 1, 2, 3 …"), _("buttons are shown")
        )
    shown = {"shown_as": "list"} if any(word in SHOWN_LIST for word in appearances(node)) else {}
    return table | shown | {"kind": "one-choice"}


def _scale(choices: list[Table]) -> Table | None:
    """A scale of choices whose values are 1, 2, 3 …, with a last one that stands apart."""
    apart = choices[-1]["label"] if choices[-1]["value"] == APART else None
    points = choices[:-1] if apart else choices
    if not 2 <= len(points) <= 11 or [each["value"] for each in points] != [str(n + 1) for n in range(len(points))]:
        return None
    return {"kind": "scale"} | points_of([each["label"] for each in points]) | apart_of(apart)


def apart_of(label: Any) -> Table:
    """What stands apart from a scale."""
    usual = label if isinstance(label, str) else (label or {}).get(DEFAULT)
    return {} if usual == DO_NOT_KNOW else {"apart": label} if label else {"apart_offered": False}


def points_of(labels: list[Any]) -> Table:
    """The points of a scale: their labels, or what stands at its ends where the rest are numbers."""
    texts = [label if isinstance(label, dict) else {DEFAULT: label} for label in labels]
    ends = {1: texts[0], len(texts): texts[-1]}
    between = all(set(text.values()) == {str(at)} for at, text in enumerate(texts, 1) if at not in ends)
    if not between or any(not text.startswith(f"{at} – ") for at, each in ends.items() for text in each.values()):
        return {"labels": labels}
    said = [{key: text.partition(" – ")[2] for key, text in each.items()} for each in ends.values()]
    return {"points": len(labels), "ends": [each if len(each) > 1 else each[DEFAULT] for each in said]}
