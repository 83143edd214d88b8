"""The description of the programs' door (OpenAPI 3.1), made from the table of operations and the shapes."""

import json
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from analysis.api.operations import OPERATIONS, PARTS, Operation, Parameter
from analysis.api.problems import PROBLEM_JSON, SAID
from analysis.api.shapes import Problem
from surveys.definition.schema import survey_schema

REFUSALS = (400, 401, 403, 404, 405, 406, 429, 500)
#: Names of the survey file's own shapes, so that they are no other's.
OF_FILES, FILE = "File", "SurveyFile"
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}, "required": True}},
    405: {"Allow": {"schema": {"type": "string"}, "required": True}},
    429: {"Retry-After": {"schema": {"type": "integer", "minimum": 1}, "required": True}},
}
_ETAG = {"ETag": {"schema": {"type": "string"}, "required": True, "description": "Changes when the content does."}}


@cache
def description() -> str:
    """The whole document as text: the same from the same code."""
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Heard: what programs may read",
            "version": "1",
            "summary": "Read-only figures of an organisation's own consultations.",
            "description": "Counts are rounded to five, and nothing under ten is given. No words of respondents, no "
            "single answers. See docs/api.md.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": {each.path: {"get": _operation(each)} for each in OPERATIONS.values()},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "An access token."}},
            "responses": {str(status): _refusal(status) for status in REFUSALS},
            "schemas": _schemas(),
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _operation(operation: Operation) -> dict[str, Any]:
    refusals = {str(status): {"$ref": f"#/components/responses/{status}"} for status in REFUSALS}
    parts = [name for name in PARTS if f"<{name}>" in operation.rule]
    answer: dict[str, Any] = {
        "description": operation.says,
        "headers": _ETAG,
        "content": {"application/json": {"schema": {"$ref": _at(operation.gives.__name__)}}},
    }
    if operation.leads_to:
        leading = operation.leads_to.items()
        answer["links"] = {name: {"operationId": name, "parameters": dict(places)} for name, places in leading}
    return {
        "operationId": operation.name,
        "summary": operation.says,
        "description": f"For tokens with the scope “{operation.scope}”.",
        "parameters": [*map(_part, parts), *map(_parameter, operation.parameters)],
        "responses": {"200": answer, "304": {"description": "The same as before", "headers": _ETAG}, **refusals},
    }


def _part(name: str) -> dict[str, Any]:
    says, schema = PARTS[name]
    plain = {key: value for key, value in schema.items() if key != "example"}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": says,
        "schema": plain,
        "example": schema["example"],
    }


def _parameter(each: Parameter) -> dict[str, Any]:
    return {"name": each.name, "in": "query", "description": each.says, "schema": dict(each.schema)}


def _refusal(status: int) -> dict[str, Any]:
    content = {PROBLEM_JSON: {"schema": {"$ref": _at("Problem")}}}
    return {"description": SAID[status][0], "content": content, "headers": _HEADERS.get(status, {})}


def _at(name: str) -> str:
    return f"#/components/schemas/{name}"


def _schemas() -> dict[str, Any]:
    given: list[type[BaseModel]] = [*(each.gives for each in OPERATIONS.values()), Problem]
    as_sent: list[tuple[type[BaseModel], Literal["serialization"]]] = [(model, "serialization") for model in given]
    _where, made = models_json_schema(as_sent, ref_template="#/components/schemas/{model}")
    ours: dict[str, Any] = made["$defs"]
    ours["Definition"]["properties"]["definition"] = {"$ref": _at(FILE)}
    whole = survey_schema()
    theirs = {f"{OF_FILES}{name}": part for name, part in whole.pop("$defs").items()}
    del whole["$schema"]
    return ours | {name: _moved(part) for name, part in {FILE: whole, **theirs}.items()}


def _moved(part: Any) -> Any:
    """The same with references to where the survey file's shapes are here."""
    if isinstance(part, list):
        return [_moved(each) for each in part]
    if isinstance(part, str) and part.startswith("#/$defs/"):
        return _at(OF_FILES + part.removeprefix("#/$defs/"))
    return {key: _moved(value) for key, value in part.items()} if isinstance(part, dict) else part
