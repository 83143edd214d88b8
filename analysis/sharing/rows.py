"""From the answers of one response to the numbers of one row. Pure.

A number is an answer's code, or says why there is none. What a person was not asked is worked out from their other
answers, as the survey itself does, in the newest version with the question. The version they answered is sealed with
their answers and not used: where a correction came between, it would say when somebody answered.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.sharing import coarse
from analysis.sharing.variables import (
    AMOUNT,
    APART_CODE,
    AREA,
    BAND,
    COARSENED,
    CODE,
    DECADE,
    FLAG,
    FOUND,
    MONTH,
    NOT_ANSWERED,
    NOT_ASKED,
    NOT_SAID_CODE,
    RANK,
    WITHHELD,
    YEAR,
    Plan,
    Variable,
)
from surveys.definition.path import Path
from surveys.definition.questions import APART, NOT_SAID
from surveys.definition.survey import Survey

Answers = Mapping[str, Any]


def _code(variable: Variable, answer: Any) -> int:
    own = answer.get(variable.part) if isinstance(answer, dict) else answer
    if own in (NOT_SAID, APART):
        return NOT_SAID_CODE if own == NOT_SAID else APART_CODE
    return variable.codes.get(own, NOT_ANSWERED) if isinstance(own, str) else NOT_ANSWERED


def _flag(variable: Variable, answer: Any) -> int:
    if not isinstance(answer, list):
        return NOT_SAID_CODE if answer == NOT_SAID else NOT_ANSWERED
    return NOT_SAID_CODE if NOT_SAID in answer else int(variable.part in answer)


def _rank(variable: Variable, answer: Any) -> int:
    said = _flag(variable, answer)
    return answer.index(variable.part) + 1 if said == 1 else said


def _number(made: Callable[[float], int]) -> Callable[[Variable, Any], int]:
    def code(variable: Variable, answer: Any) -> int:
        if isinstance(answer, int | float):
            return made(answer)
        return NOT_SAID_CODE + variable.shift if answer == NOT_SAID else NOT_ANSWERED + variable.shift

    return code


def _day(made: Callable[[str], int]) -> Callable[[Variable, Any], int]:
    def code(variable: Variable, answer: Any) -> int:
        if isinstance(answer, str) and answer[:4].isdigit():
            return made(answer)
        return NOT_SAID_CODE if answer == NOT_SAID else NOT_ANSWERED

    return code


#: Kind -> the number for an answer. An answer that does not fit, of another kind in an earlier version, is none.
CODERS: dict[str, Callable[[Variable, Any], int]] = {
    CODE: _code,
    FLAG: _flag,
    RANK: _rank,
    AMOUNT: _number(coarse.amount),
    BAND: _number(coarse.band),
    MONTH: _day(coarse.month),
    YEAR: _day(coarse.year),
    DECADE: _day(coarse.decade),
}


#: What one says of a value that is beyond the ends of its column.
BEYOND = {AMOUNT: ("less", "more"), MONTH: ("earlier", "later"), YEAR: ("earlier", "later")}


class Columns:
    """The rows of a data file, by column, as compact as numbers can be; filled response by response."""

    def __init__(self, plan: Plan, surveys: Sequence[Survey]) -> None:
        self.plan = plan
        self._asking = {
            each.question: next(survey for survey in reversed(surveys) if survey.question(each.question))
            for each in plan.variables
        }
        self._areas: dict[str, int] = {}
        self.columns = [array("q" if each.kind in COARSENED else "i") for each in plan.variables]
        self.count = 0

    def add(self, answers: Answers) -> None:
        """One response."""
        paths: dict[int, Path] = {}
        for variable, column in zip(self.plan.variables, self.columns, strict=True):
            column.append(self._value(variable, answers, paths))
        self.count += 1

    def _value(self, variable: Variable, answers: Answers, paths: dict[int, Path]) -> int:
        answer = answers.get(variable.answer)
        if answer is None:
            return variable.coded(NOT_ANSWERED if self._was_asked(variable, answers, paths) else NOT_ASKED)
        if variable.kind == AREA:
            return self._area(answer)
        return CODERS[variable.kind](variable, answer)

    def _was_asked(self, variable: Variable, answers: Answers, paths: dict[int, Path]) -> bool:
        survey = self._asking[variable.question]
        if id(survey) not in paths:
            paths[id(survey)] = Path(survey, answers)
        question = survey.question(variable.question)
        return question is not None and paths[id(survey)].asks(question)

    def _area(self, answer: Any) -> int:
        letters = coarse.area(answer) if isinstance(answer, str) and answer != NOT_SAID else ""
        if not letters:
            return NOT_SAID_CODE if answer == NOT_SAID else NOT_ANSWERED
        return self._areas.setdefault(letters, len(self._areas) + 1)

    def in_order(self, order: Sequence[int]) -> None:
        """Put the rows into this order: places of rows as they are now."""
        self.columns = [array(column.typecode, (column[place] for place in order)) for column in self.columns]

    def hold_ends(self) -> None:
        """Let ten people stand at each end of what was counted or dated; withhold what fewer than ten answered."""
        variables = list(self.plan.variables)
        for at, (variable, column) in enumerate(zip(variables, self.columns, strict=True)):
            if variable.kind not in COARSENED:
                continue
            ends = coarse.merged_ends(value for value in column if not variable.is_missing(value))
            withheld = variable.coded(WITHHELD)
            for place, value in enumerate(column):
                if not variable.is_missing(value):
                    column[place] = ends.held(value) if ends else withheld
            variables[at] = variable.with_values(ends.labels(*BEYOND[variable.kind]) if ends else {})
        self.plan = Plan(tuple(variables), self.plan.left_out)

    def name_found(self) -> None:
        """Give the values that only the answers name their numbers and labels: of those still in the file, no others.

        To be called when everything is withheld that must be: a place that is in the labels was somebody's answer.
        """
        variables = list(self.plan.variables)
        for at, (variable, column) in enumerate(zip(variables, self.columns, strict=True)):
            if variable.kind not in FOUND:
                continue
            left = {value for value in column if not variable.is_missing(value)}
            said = sorted((self._said(variable, value), value) for value in left)
            numbers = {value: number for number, (_said, value) in enumerate(said, 1)}
            for place, value in enumerate(column):
                column[place] = numbers.get(value, value)
            variables[at] = variable.with_values({numbers[value]: words for words, value in said})
        self.plan = Plan(tuple(variables), self.plan.left_out)

    def _said(self, variable: Variable, value: int) -> str:
        if variable.kind == AREA:
            return next(letters for letters, number in self._areas.items() if number == value)
        return f"{value} to {value + coarse.TEN - 1}"
