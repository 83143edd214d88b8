"""The words an audience reads."""

from collections.abc import Mapping

from surveys.definition.survey import DEFAULT


def say(wording: Mapping[str, str], audience: str | None) -> str:
    """The wording for `audience`, else the one for everybody."""
    return wording.get(audience or DEFAULT, wording[DEFAULT])
