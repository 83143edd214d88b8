"""Wordings as the plain tables of a survey hold them: one text, or several by audience and language."""

from collections.abc import Mapping
from typing import Any

from surveys.definition.parts import DEFAULT

Wording = str | dict[str, str]


def texts(wording: Any) -> dict[str, str]:
    """Key -> text; empty where nothing is written."""
    if isinstance(wording, dict):
        return {str(key): str(text) for key, text in wording.items()}
    return {DEFAULT: str(wording)} if wording else {}


def said(wording: Any, audience: str = "") -> str:
    """What this audience reads, in the language it was written in; empty where nothing is written."""
    written = texts(wording)
    return written.get(audience) or written.get(DEFAULT, "")


def with_texts(before: Any, typed: Mapping[str, str]) -> Wording | None:
    """The wording with these texts under their keys; a blank one goes away, translations stay. None if nothing is left.

    A wording whose default is blank keeps a blank default, so that what else is written is not lost.
    """
    written = {key: text for key, text in (texts(before) | dict(typed)).items() if text}
    if not written:
        return None
    return written[DEFAULT] if set(written) == {DEFAULT} else {DEFAULT: "", **written}


def short(text: str, longest: int = 70) -> str:
    """A text cut to fit a button or a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
