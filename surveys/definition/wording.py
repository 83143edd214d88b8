"""The words somebody reads: by audience and language, with earlier answers in place of `${name}`."""

import re
from collections.abc import Callable, Mapping

from surveys.definition.parts import DEFAULT

PIPED = re.compile(r"\$\{\s*([^{}\s]{1,90})\s*\}")


def key(audience: str | None, language: str | None) -> str:
    """The key of a wording: `default`, `provider`, `cy` or `provider-cy`."""
    return "-".join(part for part in (audience, language) if part) or DEFAULT


def said_in(wording: Mapping[str, str], audience: str | None, language: str | None = None) -> tuple[str, bool]:
    """The wording for this audience and language, and whether it is in that language.

    What an audience is asked comes before the language it is asked in: a missing translation shows the right question
    in the language it was written in, never another audience's question in the right language.
    """
    own = audience if audience in wording else None
    translated = wording.get(key(own, language)) if language else None
    if translated is not None:
        return translated, True
    return wording[own or DEFAULT], language is None


def say(wording: Mapping[str, str], audience: str | None, language: str | None = None) -> str:
    """The wording for `audience` in `language` (None: as it was written), else the nearest there is."""
    return said_in(wording, audience, language)[0]


def piped(text: str) -> list[str]:
    """The names in `${…}` that a text shows."""
    return PIPED.findall(text)


def fill(text: str, answer: Callable[[str], str]) -> str:
    """The text with `answer(name)` in place of each `${name}`."""
    return PIPED.sub(lambda found: answer(found[1]), text) if "${" in text else text
