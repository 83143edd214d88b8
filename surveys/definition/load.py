"""Load a survey definition or refuse it, with a sentence that names file, place, fault and remedy."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from surveys.definition.check import check
from surveys.definition.survey import Survey


@dataclass(frozen=True)
class Fault:
    """What is wrong at which place; `page` and `question` are the names of the parts it is in, where they have one."""

    place: str
    what: str
    page: str = ""
    question: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}."


class BadSurvey(ValueError):
    """A definition that cannot be used. `faults` holds one located sentence each; `str()` joins them."""

    def __init__(self, faults: list[str], located: list[Fault] | None = None) -> None:
        super().__init__("\n".join(faults))
        self.faults, self.located = faults, located or []


#: How each fault that Pydantic finds is said: the remedy goes with it.
SAID: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda fault: f"{_name(fault['loc'][-1])} is missing; add it",
    "extra_forbidden": lambda fault: f"“{fault['loc'][-1]}” is not a known key; check its spelling or remove it",
    "union_tag_invalid": lambda fault: (
        f"“{fault['ctx']['tag']}” is not a kind of question; use one of {fault['ctx']['expected_tags']}"
    ),
    "union_tag_not_found": lambda fault: "“kind” is missing; say which kind of question it is",
    "string_pattern_mismatch": lambda fault: (
        f"“{fault['input']}” cannot be a name; start with a letter and use only letters, digits and _ "
        "(in an address or a language: small letters, digits and -)"
    ),
    "string_too_short": lambda fault: "it is empty; write something",
    "string_too_long": lambda fault: f"it is longer than {fault['ctx']['max_length']} characters; shorten it",
    "too_short": lambda fault: f"it needs at least {fault['ctx']['min_length']}; add more",
    "too_long": lambda fault: f"it takes at most {fault['ctx']['max_length']}; remove some",
    "int_type": lambda fault: "it must be a whole number in digits, such as 24; mend it",
    "greater_than_equal": lambda fault: f"it must be at least {fault['ctx']['ge']:g}; mend it",
    "less_than_equal": lambda fault: f"it must be at most {fault['ctx']['le']:g}; mend it",
    "bool_type": lambda fault: "it must be true or false; write one of them without quotation marks",
    "value_error": lambda fault: str(fault["ctx"]["error"]),
}


def load_survey(path: Path) -> Survey:
    """The survey in the TOML file at `path`. Raises `BadSurvey`."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise BadSurvey([f"{path}: the file cannot be read ({fault.strerror}); check its name and place."]) from None
    except UnicodeDecodeError:
        raise BadSurvey([f"{path}: the file is not UTF-8 text; save it as UTF-8."]) from None
    return parse_survey(text, str(path))


def parse_survey(text: str, source: str = "survey") -> Survey:
    """The survey written in `text` (TOML); `source` is how messages name it. Raises `BadSurvey`."""
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        raise BadSurvey([f"{source}: this is not valid TOML: {fault}. Mend that line."]) from None
    return survey_from(data, source)


def survey_from(data: dict[str, Any], source: str = "survey") -> Survey:
    """The survey in `data`, the tables of a TOML file. Raises `BadSurvey`."""
    try:
        survey = Survey.model_validate(data)
    except ValidationError as error:
        faults = [_fault(data, fault) for fault in error.errors() if not _echo(fault)]
        raise BadSurvey([f"{source}, {fault}" for fault in faults], faults) from None
    faults = [Fault(*found) for found in check(survey)]
    if faults:
        raise BadSurvey([f"{source}, {fault}" for fault in faults], faults)
    return survey


def _echo(fault: ErrorDetails) -> bool:
    """True for “too short” of a list that is long enough: Pydantic does not count items with faults of their own."""
    return fault["type"] == "too_short" and len(fault["input"]) >= fault["ctx"]["min_length"]


def _name(step: int | str) -> str:
    return f"“{step}”" if isinstance(step, str) else "it"


def _fault(data: dict[str, Any], fault: ErrorDetails) -> Fault:
    said = SAID[fault["type"]](fault) if fault["type"] in SAID else f"{fault['msg']}; mend the value"
    return Fault(_place(data, fault["loc"]), said, *_inside(data, fault["loc"]))


def _inside(data: Any, loc: tuple[int | str, ...]) -> tuple[str, str]:
    """The names of the page and the question that a place lies in."""
    names = {"page": "", "question": ""}
    part = ""
    for step in loc:
        data = _into(data, step)
        if isinstance(step, int) and part in names and isinstance(data, dict):
            names[part] = str(data.get("name", ""))
        part = step if isinstance(step, str) else part
    return names["page"], names["question"]


def _place(data: Any, loc: tuple[int | str, ...]) -> str:
    """The place of a fault in the author's own words: names where parts have names, else numbers."""
    words: list[str] = []
    for step in loc:
        data = _into(data, step)
        if isinstance(step, int) and words:
            name = data.get("name") or data.get("value") if isinstance(data, dict) else None
            words[-1] += f" “{name}”" if name else f" {step + 1}"
        elif data is not None or step == loc[-1]:
            words.append(str(step))
    return ", ".join(words) or "the whole file"


def _into(data: Any, step: int | str) -> Any:
    """One step down; None where `step` is not in the data (Pydantic also names the kind it tried)."""
    if isinstance(data, dict):
        return data.get(step, data if step == data.get("kind") else None)
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return None
