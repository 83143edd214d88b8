"""A definition as plain tables, and as the text of a TOML file."""

from typing import Any

import tomli_w

from surveys.definition.parts import DEFAULT
from surveys.definition.survey import Survey

#: Tables of the author's own keys, which are never wordings.
OWN_KEYS = ("properties",)


def as_tables(survey: Survey) -> dict[str, Any]:
    """The tables that `load.survey_from` reads back as the same survey; what is left out is as by default."""
    dumped: dict[str, Any] = survey.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    tables: dict[str, Any] = _short(dumped)
    return tables


def to_toml(survey: Survey) -> str:
    """The text of a TOML file that `load.parse_survey` reads back as the same survey."""
    return tomli_w.dumps(as_tables(survey))


def _short(value: Any, key: str = "") -> Any:
    """A wording with one text for everybody is written as that text."""
    if isinstance(value, dict):
        if set(value) == {DEFAULT} and key not in OWN_KEYS:
            return value[DEFAULT]
        return {name: _short(each, name) for name, each in value.items()}
    return [_short(each) for each in value] if isinstance(value, list) else value
