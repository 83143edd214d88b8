"""What can be asked at the programs' door, as one table: address, scope, answer. Pages and description follow it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.api import shapes
from surveys.definition.parts import ADDRESS

DOOR = "/api/1"
MOST_AT_ONCE, USUALLY_AT_ONCE = 100, 50


@dataclass(frozen=True)
class Parameter:
    """One that may stand behind the `?`: how it must be written, and what it is by its JSON schema."""

    name: str
    says: str
    written: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    """Something to ask: `rule` as Flask writes addresses, the scope it takes, the shape it gives.

    `leads_to` names what an answer's parts lead to: operation -> its part of the address -> place in the answer.
    """

    name: str
    rule: str
    scope: str
    gives: type[shapes.Shape]
    says: str
    parameters: tuple[Parameter, ...] = ()
    leads_to: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address as OpenAPI writes it."""
        return DOOR + re.sub(r"<(\w+)>", r"{\1}", self.rule)

    @property
    def asked_for(self) -> str:
        """What a token must be made for, as the list of addresses says it."""
        return f"a token for {self.scope}"


LIMIT = Parameter(
    "limit",
    f"How many at once, at most {MOST_AT_ONCE}.",
    r"[1-9][0-9]?|100",
    {"type": "integer", "minimum": 1, "maximum": MOST_AT_ONCE, "default": USUALLY_AT_ONCE},
)
AFTER_ADDRESS = Parameter(
    "after", "Those after this address.", ADDRESS.strip("^$"), {"type": "string", "pattern": ADDRESS}
)
AFTER_NUMBER = Parameter(
    "after", "Those after this number.", r"0|[1-9][0-9]{0,3}", {"type": "integer", "minimum": 0, "maximum": 9999}
)

#: The parts of addresses, as JSON schemas.
PARTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "address": ("Where the survey is answered.", {"type": "string", "pattern": ADDRESS, "example": "views"}),
    "number": ("The version, counted from 1.", {"type": "integer", "minimum": 1, "maximum": 9999, "example": 1}),
}
_AT_ITS_ADDRESS = {"address": "$response.body#/surveys/0/address"}

OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(
            "surveys",
            "/surveys",
            "surveys",
            shapes.Surveys,
            "Which surveys there are",
            (AFTER_ADDRESS, LIMIT),
            {"progress": _AT_ITS_ADDRESS, "findings": _AT_ITS_ADDRESS, "versions": _AT_ITS_ADDRESS},
        ),
        Operation("progress", "/surveys/<address>/progress", "progress", shapes.Progress, "How many have answered"),
        Operation("findings", "/surveys/<address>/findings", "findings", shapes.Findings, "The figures"),
        Operation(
            "versions",
            "/surveys/<address>/versions",
            "definition",
            shapes.Versions,
            "Which versions were published",
            (AFTER_NUMBER, LIMIT),
            {"definition": {"address": "$request.path.address", "number": "$response.body#/versions/0/number"}},
        ),
        Operation(
            "definition",
            "/surveys/<address>/versions/<number>",
            "definition",
            shapes.Definition,
            "What was asked in one version",
        ),
    )
}


def read_parameters(operation: Operation, sent: list[tuple[str, str]]) -> dict[str, str]:
    """What stood behind the `?`. Raises `ValueError`, with a sentence, for what is unknown, said twice or not so."""
    known = {each.name: each for each in operation.parameters}
    found: dict[str, str] = {}
    for name, value in sent:
        if name not in known:
            said = " and ".join(known) or "nothing"
            raise ValueError(f"After the question mark this address takes {said}. Take out what is not that.")
        if name in found:
            raise ValueError(f"“{name}” stands in the address twice. Say it once.")
        if not re.fullmatch(known[name].written, value):
            raise ValueError(f"“{name}” cannot be that. {known[name].says}")
        found[name] = value
    return found
