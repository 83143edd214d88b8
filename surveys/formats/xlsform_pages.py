"""The groups of an XLSForm as pages; groups within groups give their conditions to their questions."""

from collections.abc import Iterator
from typing import Any

from safekeeping.languages import gettext as _
from surveys.formats.xlsform_grids import grid_of
from surveys.formats.xlsform_logic import ALWAYS, joined
from surveys.formats.xlsform_names import Reading
from surveys.formats.xlsform_naming import grid_fault
from surveys.formats.xlsform_questions import NEVER, calculated_of, question_of
from surveys.formats.xlsform_sheets import Node
from surveys.formats.xlsform_types import (
    GROUPS,
    NOT_TAKEN,
    appearances,
    is_table_list,
    label_of,
    rows_of,
    type_of,
    written_beside,
)

Table = dict[str, Any]


def read_pages(reading: Reading) -> None:
    """Fill the draft with pages. A top-level group is a page; a question outside groups is one with its notes."""
    intro: list[Node] = []
    notes: list[Node] = []
    for node in reading.form.root.get("children") or ():
        kind = type_of(node)
        if kind == "note" and not _bind(node, "relevant") and not reading.draft.pages and not notes:
            intro.append(node)
        elif kind == "note":
            notes.append(node)
        elif kind in GROUPS and not _is_empty(node):
            _end_notes(reading, notes)
            _read_group(reading, node)
        elif not _taken_silently(reading, node):
            _read_alone(reading, [*notes, node])
            notes = []
    if not reading.draft.pages:
        intro, notes = [], [*intro, *notes]
    _end_notes(reading, notes)
    reading.draft.intro += [_intro(reading, node) for node in intro]


def _end_notes(reading: Reading, notes: list[Node]) -> None:
    if notes:
        _read_alone(reading, [*notes])
        notes.clear()


def _intro(reading: Reading, node: Node) -> Any:
    place = reading.place(node)
    if node.get("media") or node.get("hint"):
        reading.lose(place, _("the note has a hint or a file"), _("only its words are shown"))
    return reading.words(node.get("label") or node.get("hint"), place, str(node.get("name")))


def _bind(node: Node, field: str) -> str:
    return str((node.get("bind") or {}).get(field) or "")


def _is_empty(node: Node) -> bool:
    return node.get("name") == "meta" and all(type_of(child) != "audit" for child in node.get("children") or ())


def _taken_silently(reading: Reading, node: Node) -> bool:
    """Whether it asks nothing: calculations are kept, the rest is named."""
    return not list(_calculations(reading, node))


def _calculations(reading: Reading, node: Node) -> Iterator[Node]:
    """Nothing where the node asks nobody anything; it is kept or named here."""
    kind = type_of(node)
    why = NOT_TAKEN.get(kind)
    if why:
        reading.lose(reading.place(node), _("“{kind}” is not taken: {why}", kind=kind, why=why), _("it is left out"))
    elif kind in ("calculate", "hidden") or _is_worked_out(node):
        found = calculated_of(reading, node)
        reading.draft.calculated += [found] if found else []
        if _bind(node, "relevant"):
            reading.lose(
                reading.place(node), _("it is worked out only under a condition"), _("it is always worked out")
            )
    elif kind not in ("today", *GROUPS):
        yield node


def _is_worked_out(node: Node) -> bool:
    """Whether a question is never asked: it has a calculation and no words."""
    return bool(_bind(node, "calculate")) and not node.get("label") and not node.get("hint")


def _read_alone(reading: Reading, nodes: list[Node]) -> None:
    last = nodes[-1]
    asked = list(_asked(reading, nodes, reading.form.root, []))
    if asked:
        title = asked[-1]["wording"]
        reading.draft.page(title, asked, str(last.get("name", "")))


def _read_group(reading: Reading, group: Node) -> None:
    place = reading.place(group)
    title = None if _is_grid(reading, group) else reading.words(label_of(group), place)
    relevant, shown = _relevance(reading, group, f"page {group.get('name')}")
    if not shown:
        return
    _name_the_group(reading, group)
    if _is_grid(reading, group):
        grid = grid_of(reading, group, None)
        reading.draft.page(grid["wording"], [grid], str(group.get("name", "")), relevant)
        return
    asked = list(_asked(reading, group.get("children") or [], group, []))
    if title is None and asked:
        number = len(reading.draft.pages) + 1
        reading.lose(place, _("the group has no label"), _("its page is called “Page {number}”", number=number))
    reading.draft.page(title, asked, str(group.get("name", "")), relevant)
    if not asked:
        reading.lose(place, _("nothing is left to ask in this group"), _("there is no page for it"))


def _is_grid(reading: Reading, group: Node) -> bool:
    if not is_table_list(group):
        return False
    fault = grid_fault(reading, group)
    if fault:
        reading.lose(
            reading.place(group), _("it is no table here: {fault}", fault=fault), _("each question is asked by itself")
        )
    return fault is None


def _relevance(reading: Reading, node: Node, place: str) -> tuple[str, bool]:
    """Its condition, and whether anybody ever sees it."""
    said = _bind(node, "relevant").strip()
    if said.lower() in NEVER:
        reading.lose(reading.place(node), _("nobody would ever see it"), _("it is left out"))
        return "", False
    if not said or said.lower() in ALWAYS:
        return "", True
    return reading.expression(said, reading.place(node), "it is shown to everybody") or "", True


def _asked(reading: Reading, nodes: list[Node], group: Node, conditions: list[str]) -> Iterator[Table]:
    """The questions in these nodes, those of groups among them too."""
    for node in nodes:
        if is_table_list(group) and not any(node is row for row in rows_of(group)):
            continue
        if type_of(node) in GROUPS:
            yield from _asked_within(reading, node, conditions)
        elif written_beside(node, group) is None:
            yield from _asked_itself(reading, node, group, conditions)


def _asked_itself(reading: Reading, node: Node, group: Node, conditions: list[str]) -> Iterator[Table]:
    for asked in _calculations(reading, node):
        relevant, shown = _relevance(reading, asked, "")
        if shown:
            table = question_of(reading, asked, group, joined([*conditions, relevant]))
            if table is not None:
                yield table


def _asked_within(reading: Reading, group: Node, conditions: list[str]) -> Iterator[Table]:
    relevant, shown = _relevance(reading, group, "")
    if not shown:
        return
    inner = [*conditions, relevant]
    _name_the_group(reading, group)
    if _is_grid(reading, group):
        yield grid_of(reading, group, joined(inner))
        return
    reading.lose(
        reading.place(group), _("a group stands within a group"), _("its questions stand on the page by themselves")
    )
    asked = list(_asked(reading, group.get("children") or [], group, inner))
    label = reading.words(label_of(group), reading.place(group))
    if label and asked:
        yield _heading(reading, group, label, joined(inner))
    yield from asked


def _heading(reading: Reading, group: Node, label: Any, relevant: str) -> Table:
    name = reading.draft.name(f"{str(group.get('name', 'group'))[:25]}_title", reading.place(group))
    found: Table = {"name": name, "kind": "information", "wording": label}
    return found | ({"relevant": relevant} if relevant else {})


def _name_the_group(reading: Reading, group: Node) -> None:
    place = reading.place(group)
    if type_of(group) in ("repeat", "loop"):
        reading.lose(place, _("its questions are asked several times (repeat)"), _("they are asked once"))
    if group.get("media"):
        reading.lose(place, _("the group shows a file"), _("only its words are shown"))
    odd = [word for word in appearances(group) if word not in ("field-list", "table-list", "w1", "w2", "w4")]
    if odd:
        reading.lose(place, _("its appearance is “{value}”", value=" ".join(odd)[:60]), _("it is a page"))
    if group.get("hint") or group.get("guidance_hint"):
        reading.lose(place, _("the group has a hint"), _("the hint is left out"))
