"""What every part of a definition is made of: names, texts, and wordings per audience and language."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

NAME = r"^[A-Za-z_][A-Za-z0-9_]{0,39}$"
#: The name of an audience stands in keys of wordings beside languages, so it is narrower.
SHORT_NAME = r"^[a-z][a-z0-9_]{0,39}$"
VALUE = r"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}$"
ADDRESS = r"^[a-z][a-z0-9-]{0,39}$"
#: A language tag in small letters: en, cy, pt-br.
LANGUAGE = r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$"
#: What every wording falls back to.
DEFAULT = "default"


class Part(BaseModel):
    """A part of a survey: unknown keys are refused, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def _spread(value: Any) -> Any:
    return {DEFAULT: value} if isinstance(value, str) else value


def _has_default(value: dict[str, str]) -> dict[str, str]:
    if DEFAULT not in value:
        raise ValueError('has no “default” wording; add default = "…" for everybody else')
    return value


Text = Annotated[str, Field(min_length=1, max_length=2000)]
#: One text for everybody, or several under the keys `default`, an audience, a language, or `audience-language`.
Wording = Annotated[dict[str, Text], BeforeValidator(_spread), AfterValidator(_has_default)]
Name = Annotated[str, Field(pattern=NAME)]
