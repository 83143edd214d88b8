"""Coded texts as W3C Web Annotations (Web Annotation Data Model, W3C Recommendation of 23 February 2017), as JSON-LD.

A `TextPositionSelector` counts code points there (4.2.4), as Heard does; scripts in a browser count UTF-16 units, which
`written_text.utf16_units` gives. Without leave for the words there is no `TextQuoteSelector`.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from analysis.exchange.coded_texts import CodedText, Decision
from analysis.exchange.guids import guid

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
KINDS = {False: "Person", True: "Software"}


@dataclass(frozen=True)
class Annotated:
    """What one annotation says: which part of which text (a guid), who codes it, and how."""

    text: str
    start: int
    end: int
    coder: str
    codes: tuple[str, ...]
    day: str


def write_annotations(texts: Iterable[CodedText], words: frozenset[bool], out: BinaryIO) -> None:
    """One annotation page, an annotation a line. `words` says of which texts the marked words go along."""
    out.write(b'{"@context":"%s","type":"AnnotationPage","items":[\n' % CONTEXT.encode())
    between = b""
    for text in texts:
        for decision in text.decisions:
            held = json.dumps(_annotation(text, decision, text.may_quote in words), ensure_ascii=False)
            out.write(between + held.encode("utf-8", "replace"))
            between = b",\n"
    out.write(b"\n]}\n")


def _annotation(text: CodedText, decision: Decision, with_words: bool) -> dict[str, Any]:
    mark = guid("mark", text.guid, decision.start, decision.end, decision.coder.guid)
    kind = KINDS[decision.coder.is_model]
    found = {
        "id": f"urn:uuid:{mark}",
        "type": "Annotation",
        "motivation": "classifying",
        "creator": {"id": f"urn:uuid:{decision.coder.guid}", "type": kind, "name": decision.coder.name},
        "body": [{"type": "TextualBody", "purpose": "classifying", "value": code} for code in decision.codes],
        "target": {"source": f"urn:uuid:{text.guid}", "selector": list(_selectors(text, decision, with_words))},
    }
    return found | ({"created": f"{decision.at.date().isoformat()}T00:00:00Z"} if decision.at else {})


def _selectors(text: CodedText, decision: Decision, with_words: bool) -> Iterator[dict[str, Any]]:
    yield {"type": "TextPositionSelector", "start": decision.start, "end": decision.end}
    if with_words:
        yield {"type": "TextQuoteSelector", "exact": text.written.text[decision.start : decision.end]}


def read_annotations(stream: BinaryIO) -> list[Annotated]:
    """What a page that Heard wrote says. Raises `ValueError` or `KeyError` for anything else."""
    page = json.load(stream)
    if page["@context"] != CONTEXT or page["type"] != "AnnotationPage":
        raise ValueError("no page of Web Annotations")
    return [_annotated(item) for item in page["items"]]


def _annotated(item: Any) -> Annotated:
    target = item["target"]
    place = next(each for each in target["selector"] if each["type"] == "TextPositionSelector")
    return Annotated(
        target["source"].removeprefix("urn:uuid:"),
        int(place["start"]),
        int(place["end"]),
        item["creator"]["name"],
        tuple(each["value"] for each in item["body"]),
        item.get("created", "")[:10],
    )
