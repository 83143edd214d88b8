"""docs/survey-format.md is true: its examples load, every key and function is told, and the schema is current."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from surveys.definition.load import parse_survey
from surveys.definition.questions import AnyQuestion, Choice, Row
from surveys.definition.schema import survey_schema
from surveys.definition.survey import AudienceName, Calculated, Page, Quoting, Survey
from surveys.example.load import SURVEY
from surveys.expression.functions import FUNCTIONS
from surveys.formats.questionnaire_text import questionnaire_from
from tests.factories import DEFINITIONS

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
TEXT = (DOCS / "survey-format.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
KINDS = [kind for kind in get_args(get_args(AnyQuestion)[0])]  # noqa: C416

#: What stands around an example that is a part of a survey.
HEAD = """
title = "T"
public_title = "P"
address = "a"
languages = ["cy"]
intro = ["I"]
"""
PEOPLE = '[[audience]]\nname = "survivor"\nlabel = "S"\nplural = "S"\n'
WHO = '[[page.question]]\nname = "audience"\nkind = "audience"\nwording = "Who?"\n'
ASKED = """
[[page.question]]
name = "helped"
kind = "yes-no"
wording = "H"
[[page.question]]
name = "weeks"
kind = "number"
wording = "W"
[[page.question]]
name = "region"
kind = "one-choice"
wording = "R"
choices = [{ value = "wales", label = "W" }, { value = "england", label = "E" }]
[[page.question]]
name = "may_quote"
kind = "yes-no"
wording = "Q"
"""


def whole(example: str) -> str:
    """An example with what it needs around it."""
    if "public_title" in example:
        return example
    provider = PEOPLE.replace("survivor", "provider")
    if example.startswith("[[page"):
        who = "" if 'kind = "audience"' in example else WHO
        page = '[[page]]\nname = "one"\ntitle = "1"\n'
        return HEAD + PEOPLE + provider + page + who + ASKED + example
    people = PEOPLE if "[[audience]]" in example else PEOPLE + provider
    return HEAD + people + example + '[[page]]\nname = "one"\ntitle = "1"\n' + WHO + ASKED


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.split("\n")[1][:30])
def test_every_example_loads(example: str) -> None:
    parse_survey(whole(example))


@pytest.mark.parametrize("model", [*KINDS, Survey, Page, AudienceName, Calculated, Quoting, Choice, Row])
def test_every_key_is_told(model: Any) -> None:
    keys = [field.alias or name for name, field in model.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in TEXT and f"\n{key} =" not in TEXT] == []


def test_every_kind_has_an_example() -> None:
    kinds = {kind.model_fields["kind"].annotation.__args__[0] for kind in KINDS}
    assert {kind for kind in kinds if not any(f'kind = "{kind}"' in example for example in EXAMPLES)} == set()
    assert {kind for kind in kinds if f"`{kind}`" not in TEXT} == set()


def functions_table() -> str:
    """The table of functions as it stands in the document."""
    rows = [f"| `{each.name}()` | {each.arity} | {each.gives} | {each.meaning} |" for each in FUNCTIONS.values()]
    return "\n".join(["| Function | Takes | Gives | Meaning |", "|---|---|---|---|", *rows])


def test_the_functions_are_those_there_are() -> None:
    told = re.search(r"<!-- functions -->\n(.*?)\n<!-- end -->", TEXT, re.DOTALL)
    assert told
    assert told[1] == functions_table()


def test_the_written_questionnaire_is_understood() -> None:
    (text,) = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
    imported = questionnaire_from(text, "q.txt")
    questions = [question for page in imported.tables["page"] for question in page["question"]]
    assert [question["kind"] for question in questions] == ["yes-no", "several-choices", "scale", "short-text"]
    assert [loss.place for loss in imported.losses] == ["title"]


def test_the_schema_is_current() -> None:
    kept = json.loads((DOCS / "survey.schema.json").read_text(encoding="utf-8"))
    assert kept == survey_schema(), "write it anew: heard survey schema > docs/survey.schema.json"


# The few words of JSON Schema that ours uses --------------------------------------------------------------

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}
WORDS = set(
    "$ref $defs $schema title description type properties required additionalProperties items prefixItems anyOf oneOf "
    "discriminator const enum pattern minLength maxLength minItems maxItems minimum maximum".split()
)
SCHEMA = survey_schema()


def wrong(value: Any, schema: dict[str, Any], at: str = "") -> list[str]:
    """Where a value does not fit the schema."""
    assert set(schema) <= WORDS, set(schema) - WORDS
    if "$ref" in schema:
        return wrong(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], at)
    if "discriminator" in schema:
        kind = schema["discriminator"]["mapping"].get(value.get("kind"))
        return wrong(value, {"$ref": kind}, at) if kind else [f"{at}: kind"]
    if "anyOf" in schema:
        return [] if any(not wrong(value, each, at) for each in schema["anyOf"]) else [f"{at}: none fits"]
    kind = TYPES[schema["type"]] if "type" in schema else object
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool and kind is not object):
        return [f"{at}: type"]
    return [*_wrong_value(value, schema, at), *_wrong_parts(value, schema, at)]


def _wrong_value(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    checks: dict[str, Callable[[Any], bool]] = {
        "const": lambda limit: value == limit,
        "enum": lambda limit: value in limit,
        "pattern": lambda limit: re.search(limit, value) is not None,
        "minLength": lambda limit: len(value) >= limit,
        "maxLength": lambda limit: len(value) <= limit,
        "minItems": lambda limit: len(value) >= limit,
        "maxItems": lambda limit: len(value) <= limit,
        "minimum": lambda limit: value >= limit,
        "maximum": lambda limit: value <= limit,
    }
    return [f"{at}: {word}" for word, holds in checks.items() if word in schema and not holds(schema[word])]


def _wrong_parts(value: Any, schema: dict[str, Any], at: str) -> list[str]:
    found: list[str] = []
    if isinstance(value, dict):
        known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        found += [f"{at}.{key}: missing" for key in schema.get("required", ()) if key not in value]
        for key, part in value.items():
            if key in known or isinstance(more, dict):
                found += wrong(part, known.get(key, more), f"{at}.{key}")
            elif more is False:
                found.append(f"{at}.{key}: unknown")
    if isinstance(value, list) and "items" in schema:
        for place, part in enumerate(value):
            found += wrong(part, schema["items"], f"{at}[{place}]")
    return found


@pytest.mark.parametrize("path", [SURVEY, *sorted(DEFINITIONS.glob("*.toml"))], ids=lambda path: path.stem)
def test_definitions_fit_the_schema(path: Path) -> None:
    assert wrong(tomllib.loads(path.read_text(encoding="utf-8")), SCHEMA) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"title": 1}, ".title: type"),
        ({"titel": "x"}, ".titel: unknown"),
        ({"address": "No Way"}, ".address: pattern"),
        ({"intro": []}, ".intro: minItems"),
        ({"public_title": {"cy": "x"}}, ".public_title: none fits"),
        ({"page": [{"name": "p", "title": "t", "question": [{"kind": "odd"}]}]}, ".page[0].question[0]: kind"),
    ],
)
def test_what_does_not_fit_is_found(change: dict[str, Any], found: str) -> None:
    tables = tomllib.loads((DEFINITIONS / "tiny.toml").read_text(encoding="utf-8"))
    assert found in wrong(tables | change, SCHEMA)
