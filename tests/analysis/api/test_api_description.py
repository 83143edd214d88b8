"""The description is current, whole and true: every address is in it, and what is given fits it."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from analysis.api.openapi import description
from analysis.api.operations import DOOR, OPERATIONS
from app import ROOT
from safekeeping.tokens import SCOPES
from tests.analysis.api.at_the_door import Programs

DOCUMENT = json.loads(description())


def test_the_committed_description_is_current() -> None:
    assert (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8") == description()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_every_address_of_the_door_is_described(app: Flask) -> None:
    served = {re.sub(r"<(\w+)>", r"{\1}", rule.rule) for rule in app.url_map.iter_rules() if rule.rule.startswith(DOOR)}
    assert served - {f"{DOOR}/openapi.json"} == set(DOCUMENT["paths"])
    assert {operation.scope for operation in OPERATIONS.values()} == set(SCOPES)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_anybody_may_read_the_description(programs: Programs) -> None:
    answer = programs.ask("/api/1/openapi.json")
    assert (answer.status_code, answer.text) == (200, description())


def references(part: Any) -> set[str]:
    """Every reference in a part of the document."""
    if isinstance(part, dict):
        own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def test_every_reference_leads_somewhere() -> None:
    found = references(DOCUMENT)
    assert len(found) > 20
    for reference in found:
        at = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            at = at[name]


def test_nothing_in_the_shapes_could_hold_words_of_respondents() -> None:
    shapes = DOCUMENT["components"]["schemas"].items()
    ours = {name: part for name, part in shapes if not name.startswith(("File", "SurveyFile"))}
    names = {key for part in ours.values() for key in part.get("properties", {})}
    assert not names & {"text", "quote", "quotes", "examples", "source", "chart", "answers", "passage"}
