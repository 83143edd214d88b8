"""The kinds of thing that stand in an XLSForm, as pyxform's JSON names them."""

from collections.abc import Iterator
from typing import Any

from surveys.formats.xlsform_sheets import Node

GROUPS = ("group", "repeat", "loop")
CHOOSING = ("select one", "select all that apply", "select one external", "rank")
NO_DEVICE = "it is data about a person’s device or place"
NO_FILES = "pictures, sound, files, codes and places are not asked for"
_DEVICE = (
    "start end audit deviceid imei subscriberid simserial phonenumber username email start-geopoint background-audio "
    "background-geopoint"
).split()
_SPACED = {"start time": "start", "end time": "end", "device id": "deviceid", "subscriber id": "subscriberid"}
_SPACED |= {"sim id": "simserial", "phone number": "phonenumber", "int": "integer", "string": "text"}
_SPACED |= {"select1": "select one", "select": "select all that apply", "location": "geopoint", "gps": "geopoint"}
_SPACED |= {"date time": "datetime", "picture": "photo", "image": "photo", "select one using": "select one"}
_SPACED |= {"select multiple using": "select all that apply", "select multiple from": "select all that apply"}
_FILES = "photo audio video file barcode geopoint geoshape geotrace osm".split()
#: Type -> why nothing of it is taken.
NOT_TAKEN = dict.fromkeys(_DEVICE, NO_DEVICE) | dict.fromkeys(_FILES, NO_FILES)
NOT_TAKEN |= {"xml-external": "it reads a file beside the form", "csv-external": "it reads a file beside the form"}
NOT_TAKEN |= {"entity": "entities are kept by other programs", "action": "actions of a device are not run"}


def type_of(node: Node) -> str:
    """The type of a node under one name where XLSForm has several."""
    said = str(node.get("type", "")).strip().lower().removeprefix("uri:")
    for start in ("q ", "add ", "get "):
        said = said.removeprefix(start)
    said = said.removesuffix(" prompt").removesuffix(" prompt using")
    return _SPACED.get(said, said)


def appearances(node: Node) -> list[str]:
    """The words of its appearance."""
    return str((node.get("control") or {}).get("appearance", "")).split()


def nodes_of(node: Node) -> Iterator[Node]:
    """The nodes in it, in order."""
    for child in node.get("children") or ():
        yield child
        yield from nodes_of(child)


def is_table_list(group: Node) -> bool:
    """Whether pyxform spread a table-list out in it."""
    return any(_is_head(child) for child in children(group))


def _is_head(node: Node) -> bool:
    """Whether it is the line of labels that pyxform puts on top of a table."""
    made = str(node.get("name", "")).startswith("reserved_name_for_field_list_labels_")
    return made and "label" in appearances(node) and not node.get("label")


def rows_of(group: Node) -> list[Node]:
    """The questions of a table-list, without what pyxform put on top of it; all of another group."""
    if not is_table_list(group):
        return children(group)
    return [child for child in children(group) if not _is_head(child) and not _is_title(child)]


def _is_title(node: Node) -> bool:
    return type_of(node) == "note" and str(node.get("name", "")).startswith("generated_table_list_label_")


def label_of(group: Node) -> Any:
    """Its label, also where pyxform moved it into a table."""
    made = (child.get("label") for child in children(group) if _is_title(child)) if is_table_list(group) else iter(())
    return group.get("label") or next(made, None)


def children(node: Node) -> list[Node]:
    """The nodes directly in it."""
    return list(node.get("children") or ())


def written_beside(node: Node, group: Node) -> Node | None:
    """The question that this text belongs to, where pyxform made it for `or_other`."""
    raw = str(node.get("name", ""))
    relevant = str((node.get("bind") or {}).get("relevant", ""))
    found = [each for each in children(group) if f"{each.get('name')}_other" == raw]
    if found and relevant == f"selected(../{found[0].get('name')}, 'other')" and type_of(node) == "text":
        return found[0] if type_of(found[0]) in CHOOSING else None
    return None


def written_other(node: Node, group: Node) -> Node | None:
    """The text that pyxform made for `or_other`, if it did."""
    return next((each for each in children(group) if written_beside(each, group) is node), None)


def is_meta(node: Node) -> bool:
    """Whether it is the group that pyxform adds to every form."""
    return node.get("name") == "meta" and bool((node.get("control") or {}).get("bodyless"))
