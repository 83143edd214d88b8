"""Sample answers for a preview: to every question that decides what else is shown or said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from surveys.definition.check_logic import uses
from surveys.definition.domains import domains
from surveys.definition.path import Answers
from surveys.definition.survey import AUDIENCE, Survey
from surveys.definition.texts import texts_of
from surveys.definition.voice import Voice
from surveys.definition.why import names_in_words
from surveys.definition.wording import piped
from surveys.expression.domain import Domain

BEFORE = "s-"
LONGEST = 500


@dataclass(frozen=True)
class Sample:
    """One sample answer to choose or type: under which name, for which question, out of what (nothing: a text)."""

    name: str
    label: str
    type: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def field(self) -> str:
        """Its name in the form."""
        return f"{BEFORE}{self.name}"


def samples(survey: Survey, voice: Voice) -> list[Sample]:
    """A sample for every name that a condition, a calculation or a text asks for, in the order of the survey."""
    known, named = domains(survey), names_in_words(survey, voice.path.audience)
    return [
        Sample(name, named[name].label, known[name].type, tuple(named[name].choices.items()))
        for name in sampled(survey)
        if name in known
    ]


def sampled(survey: Survey) -> list[str]:
    """The names that something hangs on; who is answering is chosen by itself."""
    wanted = {name for use in uses(survey, domains(survey)) for name in use.expression.names}
    wanted |= {name for place, wording in texts_of(survey) for text in wording.values() for name in piped(text)}
    return [name for name, source in survey.sources.items() if name in wanted and source.question and name != AUDIENCE]


def answers_from(survey: Survey, given: MultiDict[str, str]) -> Answers:
    """The answers that the fields of a preview stand for; what cannot be an answer is left out."""
    known = domains(survey)
    answers: dict[str, Any] = {}
    if given.get(AUDIENCE) in survey.audience_names():
        answers[AUDIENCE] = given[AUDIENCE]
    else:
        answers[AUDIENCE] = survey.audiences[0].name
    for name in sampled(survey):
        if name not in known:
            continue
        value = TAKEN[known[name].type](known[name], given.getlist(f"{BEFORE}{name}"))
        if value:
            _put(answers, name, value)
    return answers


def fields_from(survey: Survey, answers: Answers) -> dict[str, list[str]]:
    """The other way: what the fields of a preview hold for these answers."""
    fields = {AUDIENCE: [str(answers[AUDIENCE])]} if answers.get(AUDIENCE) else {}
    for name in sampled(survey):
        grid, _, row = name.partition(".")
        value = answers.get(grid)
        value = value.get(row) if row and isinstance(value, dict) else value
        if value is not None:
            fields[f"{BEFORE}{name}"] = [str(each) for each in (value if isinstance(value, list) else [value])]
    return fields


def _put(answers: dict[str, Any], name: str, value: Any) -> None:
    """Rows of grids go together."""
    grid, _, row = name.partition(".")
    if row:
        answers.setdefault(grid, {})[row] = value
    else:
        answers[name] = value


def _listed(domain: Domain, given: list[str]) -> Iterator[str]:
    yield from (value for value in dict.fromkeys(given) if value in domain.values)


def _number(domain: Domain, given: list[str]) -> float | int | None:
    try:
        number = float("".join(given[:1]).strip() or "x")
    except ValueError:
        return None
    fits = (domain.least is None or number >= domain.least) and (domain.most is None or number <= domain.most)
    if not fits or number != number:
        return None
    return int(number) if domain.whole else number


def _date(domain: Domain, given: list[str]) -> str | None:
    text = "".join(given[:1]).strip()
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return None
    return text if len(text) in (4, 7, 10) else None


#: Type of a name -> the answer that typed or chosen values stand for.
TAKEN: dict[str, Callable[[Domain, list[str]], Any]] = {
    "choice": lambda domain, given: next(_listed(domain, given), None),
    "choices": lambda domain, given: list(_listed(domain, given)),
    "number": _number,
    "date": _date,
    "text": lambda domain, given: "".join(given[:1]).strip()[:LONGEST],
    "boolean": lambda domain, given: None,
}
