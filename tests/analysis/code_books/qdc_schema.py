"""What the published schema of REFI-QDA code books (version 1.0) asks, and a check that holds a document to it.

Facts only, in a notation of our own, rebuilt from the description of the format; no text of the schema is copied.
Children stand in this order: `*` any number, `?` at most one, `+` at least one. `!` makes an attribute required.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

NS = "{urn:QDA-XML:codebook:1.0}"
GUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}"
COLOUR = "#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})"
TEXT = r"(?s:.*)"
TRUE = "true|false|1|0"
#: Element -> its children, its attributes with the form of each, and whether it holds text.
ELEMENTS: dict[str, tuple[str, dict[str, str], bool]] = {
    "CodeBook": ("Codes Sets?", {"origin": TEXT}, False),
    "Codes": ("Code+", {}, False),
    "Code": ("Description? Code*", {"guid!": GUID, "name!": TEXT, "isCodable!": TRUE, "color": COLOUR}, False),
    "Description": ("", {}, True),
    "Sets": ("Set+", {}, False),
    "Set": ("Description? MemberCode*", {"guid!": GUID, "name!": TEXT}, False),
    "MemberCode": ("", {"guid!": GUID}, False),
}


def faults(root: Element) -> list[str]:
    """Everything in a document that the schema does not allow."""
    wrong = [] if root.tag == f"{NS}CodeBook" else [f"root is {root.tag}"]
    return [*wrong, *(fault for element in root.iter() for fault in _faults(element))]


def _faults(element: Element) -> Iterator[str]:
    name = element.tag.removeprefix(NS)
    if element.tag not in {f"{NS}{known}" for known in ELEMENTS}:
        yield f"unknown element {element.tag}"
        return
    children, attributes, text = ELEMENTS[name]
    order = "".join(f"({part.rstrip('?*+')} ){part[len(part.rstrip('?*+')) :]}" for part in children.split())
    below = "".join(f"{child.tag.removeprefix(NS)} " for child in element)
    if not re.fullmatch(order, below):
        yield f"{name} holds {below!r}"
    if not text and ((element.text or "").strip() or any((child.tail or "").strip() for child in element)):
        yield f"{name} holds text"
    forms = {each.rstrip("!"): form for each, form in attributes.items()}
    yield from (f"{name} lacks {each}" for each in forms if f"{each}!" in attributes and element.get(each) is None)
    for each, value in element.items():
        if not re.fullmatch(forms.get(each, "(?!)"), value):
            yield f"{name} has {each}={value!r}"
