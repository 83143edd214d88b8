"""Load a survey definition or refuse it, with a sentence that names file, place, fault and remedy."""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from surveys.definition.survey import AUDIENCE, DEFAULT, OneChoice, Page, ScaleGrid, SeveralChoices, Survey
from surveys.definition.survey import Audience as AudienceQuestion

#: Addresses that lead elsewhere, so that a survey there could not be reached.
TAKEN = ("about", "desk", "safety", "static", "x")


class BadSurvey(ValueError):
    """A definition that cannot be used. `faults` holds one located sentence each; `str()` joins them."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


#: How each fault that Pydantic finds is said: the remedy goes with it.
SAID: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda fault: f"{_name(fault['loc'][-1])} is missing; add it",
    "extra_forbidden": lambda fault: f"“{fault['loc'][-1]}” is not a known key; check its spelling or remove it",
    "union_tag_invalid": lambda fault: (
        f"“{fault['ctx']['tag']}” is not a kind of question; use one of {fault['ctx']['expected_tags']}"
    ),
    "union_tag_not_found": lambda fault: "“kind” is missing; say which kind of question it is",
    "string_pattern_mismatch": lambda fault: (
        f"“{fault['input']}” cannot be a name; start with a small letter and use "
        "only small letters, digits and _ (in an address: -)"
    ),
    "string_too_short": lambda fault: "it is empty; write something",
    "string_too_long": lambda fault: f"it is longer than {fault['ctx']['max_length']} characters; shorten it",
    "too_short": lambda fault: f"it needs at least {fault['ctx']['min_length']}; add more",
    "too_long": lambda fault: f"it takes at most {fault['ctx']['max_length']}; remove some",
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
    try:
        survey = Survey.model_validate(data)
    except ValidationError as error:
        raise BadSurvey([_sentence(source, data, fault) for fault in error.errors() if not _echo(fault)]) from None
    faults = [f"{source}, {place}: {what}." for place, what in _check(survey)]
    if faults:
        raise BadSurvey(faults)
    return survey


def _echo(fault: ErrorDetails) -> bool:
    """True for “too short” of a list that is long enough: Pydantic does not count items with faults of their own."""
    return fault["type"] == "too_short" and len(fault["input"]) >= fault["ctx"]["min_length"]


def _name(step: int | str) -> str:
    return f"“{step}”" if isinstance(step, str) else "it"


def _sentence(source: str, data: dict[str, Any], fault: ErrorDetails) -> str:
    said = SAID[fault["type"]](fault) if fault["type"] in SAID else f"{fault['msg']}; mend the value"
    return f"{source}, {_place(data, fault['loc'])}: {said}."


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


def _check(survey: Survey) -> Iterator[tuple[str, str]]:
    """Faults that no single part can see, as (place, fault and remedy)."""
    if survey.address in TAKEN:
        yield "address", f"“{survey.address}” is an address of the site itself; choose another"
    yield from _check_names(survey)
    yield from _check_audience_question(survey)
    for page in survey.pages:
        yield from _check_page(survey, page)
    yield from _check_quoting(survey)


def _check_names(survey: Survey) -> Iterator[tuple[str, str]]:
    for what, names in (
        ("page", (page.name for page in survey.pages)),
        ("question", (question.name for question in survey.questions)),
        ("audience", (audience.name for audience in survey.audiences)),
    ):
        for name in _twice(names):
            yield f"{what} “{name}”", "two have this name; give one another name"


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _check_audience_question(survey: Survey) -> Iterator[tuple[str, str]]:
    asked = [question for question in survey.questions if isinstance(question, AudienceQuestion)]
    if len(asked) != 1 or asked[0] not in survey.pages[0].questions or asked[0].name != AUDIENCE:
        yield "page 1", f"it must hold one question of kind “audience”, named “{AUDIENCE}”; add it there"
    elif survey.pages[0].audiences or asked[0].audiences:
        yield "page 1", "everybody must see it; take “audiences” away"


def _check_page(survey: Survey, page: Page) -> Iterator[tuple[str, str]]:
    yield from _unknown_audiences(survey, f"page “{page.name}”", (*page.audiences, *page.title))
    for question in page.questions:
        place = f"question “{question.name}”"
        yield from _unknown_audiences(survey, place, (*question.audiences, *question.wording, *(question.hint or ())))
        if isinstance(question, OneChoice | SeveralChoices):
            yield from _check_choices(survey, place, question)
        if isinstance(question, ScaleGrid):
            yield from _check_rows(survey, place, question)


def _check_rows(survey: Survey, place: str, question: ScaleGrid) -> Iterator[tuple[str, str]]:
    for name in _twice(row.name for row in question.rows):
        yield f"{place}, row “{name}”", "two have this name; give one another name"
    for row in question.rows:
        yield from _unknown_audiences(survey, f"{place}, row “{row.name}”", row.wording)


def _check_choices(survey: Survey, place: str, question: OneChoice | SeveralChoices) -> Iterator[tuple[str, str]]:
    for value in _twice(choice.value for choice in question.choices):
        yield f"{place}, choice “{value}”", "two choices have this value; give one another value"
    for choice in question.choices:
        yield from _unknown_audiences(survey, f"{place}, choice “{choice.value}”", (*choice.audiences, *choice.label))


def _unknown_audiences(survey: Survey, place: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    known = {audience.name for audience in survey.audiences}
    for name in sorted(set(names) - known - {DEFAULT}):
        yield place, f"there is no audience “{name}”; use one of {', '.join(sorted(known))}"


def _check_quoting(survey: Survey) -> Iterator[tuple[str, str]]:
    if survey.quoting is None:
        return
    question = survey.question(survey.quoting.question)
    values = [choice.value for choice in question.choices] if isinstance(question, OneChoice) else []
    if survey.quoting.choice not in values:
        yield "quoting", "it must name a one-choice question and one of its choices; check both"
