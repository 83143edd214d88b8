"""The format of definitions as a JSON schema, for editors that complete and check TOML while somebody writes."""

from typing import Any

from surveys.definition.parts import DEFAULT
from surveys.definition.survey import Survey

#: What says nothing in a TOML file, where a key that is not there is simply left out.
_SILENT = ("title", "default")
_WORDING = {"$ref": "#/$defs/Wording"}


def survey_schema() -> dict[str, Any]:
    """The schema of a survey file. What no single part can tell (names that exist, dead ends) is not in it."""
    schema: dict[str, Any] = _plain(Survey.model_json_schema(by_alias=True))
    text = {"type": "string", "minLength": 1, "maxLength": 2000}
    by_key = {"type": "object", "additionalProperties": text, "required": [DEFAULT]}
    what = "One text for everybody, or several under default, an audience, a language, or audience-language."
    schema["$defs"]["Wording"] = {"description": what, "anyOf": [text, by_key]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A survey of Heard", **schema}


def _plain(part: Any, naming: bool = False) -> Any:
    """Without what TOML cannot hold; `naming`: the keys of `part` are names of the author’s, not words of schemas."""
    if isinstance(part, list):
        return [_plain(each) for each in part if each != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    if _is_wording(part):
        return _WORDING
    kept = {
        key: _plain(value, key in ("properties", "$defs"))
        for key, value in part.items()
        if naming or key not in _SILENT
    }
    if not naming and len(kept.get("anyOf", [])) == 1:
        kept |= kept.pop("anyOf")[0]
    return kept


def _is_wording(part: dict[str, Any]) -> bool:
    more = part.get("additionalProperties")
    return part.get("type") == "object" and isinstance(more, dict) and "maxLength" in more
