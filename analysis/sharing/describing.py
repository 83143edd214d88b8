"""From the definition of a survey, in all its versions, to the variables of a data file. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from analysis.sharing.naming import safe_name
from analysis.sharing.telling import Telling, is_about_person
from analysis.sharing.variables import (
    AMOUNT,
    AREA,
    BAND,
    CODE,
    DECADE,
    FLAG,
    MONTH,
    MOST_AMOUNT,
    MOST_MISSING,
    RANK,
    YEAR,
    LeftOut,
    Plan,
    Variable,
)
from surveys.definition.questions import (
    NOT_SAID,
    OTHER,
    VERDICTS,
    AnyQuestion,
    Date,
    Information,
    LongText,
    Number,
    OneChoice,
    Ranking,
    Scale,
    ScaleGrid,
    SeveralChoices,
    ShortText,
    WithChoices,
)
from surveys.definition.survey import Survey
from surveys.definition.wording import fill, say

BLANK = "…"
YES_NO = {"yes": 1, "no": 0}
OF_VERDICTS = dict(zip(VERDICTS, ("Keep it as it is", "Change it", "Remove it", "I am not sure"), strict=True))
NOT_RANKED = "Not ranked"
#: The name of the column that tells rows of one file apart.
ROW = "row"

Labels = dict[str, str]


def plain(wording: Mapping[str, str]) -> str:
    """A wording as everybody else reads it, on one line, with a mark in place of earlier answers."""
    return " ".join(fill(say(wording, None), lambda name: BLANK).split())


def plan_of(surveys: Sequence[Survey]) -> Plan:
    """What can be exported of a survey, from its versions, the first one first. The newest wording counts."""
    newest = {question.name: question for survey in surveys for question in survey.questions}
    telling, taken = Telling(surveys), {ROW}
    variables: list[Variable] = []
    left_out: list[LeftOut] = []
    for name, question in newest.items():
        if isinstance(question, Information):
            continue
        versions = [found for survey in surveys if (found := survey.question(name)) and found.kind == question.kind]
        made = list(_variables(question, versions, surveys[-1], taken))
        variables += [_marked(each, question, telling) for each in made]
        if not made:
            text = isinstance(question, ShortText | LongText)
            left_out.append(LeftOut(name, plain(question.wording), "words" if text else "personal"))
    calculated = {each.name: LeftOut(each.name, each.name, "calculated") for s in surveys for each in s.calculated}
    return Plan(tuple(variables), (*left_out, *calculated.values()))


def _marked(variable: Variable, question: AnyQuestion, telling: Telling) -> Variable:
    return replace(variable, about_person=is_about_person(question), tells=telling.of(question.name))


def _variables(
    question: AnyQuestion, versions: Sequence[AnyQuestion], survey: Survey, taken: set[str]
) -> Iterator[Variable]:
    maker = (ABOUT_PERSON if is_about_person(question) else MAKERS).get(question.kind)
    if maker is not None:
        for part, variable in maker(question, versions, survey):
            name = safe_name(f"{question.name}_{part}" if part else question.name, taken)
            yield replace(variable, name=name)


Made = Iterator[tuple[str, Variable]]
Maker = Callable[..., Made]


def _one(question: AnyQuestion, kind: str) -> Variable:
    """Still without a name."""
    return Variable("", question.name, plain(question.wording), kind, question.name)


def _coded(question: AnyQuestion, labels: Labels) -> Variable:
    codes = {value: number for number, value in enumerate(labels, 1)}
    values = {codes[value]: label for value, label in labels.items()}
    return replace(_one(question, CODE), codes=codes, values=values)


def _listed(versions: Sequence[AnyQuestion]) -> Labels:
    """Stored value -> label of every choice that any version offered, in the order they came; the newest label."""
    found: Labels = {}
    for question in versions:
        if isinstance(question, WithChoices):
            found |= {choice.value: plain(choice.label) for choice in question.choices}
            other = getattr(question, "other", None)
            found |= {OTHER: plain(other)} if other else {}
    return {value: label for value, label in found.items() if value != NOT_SAID}


def _audience(question: AnyQuestion, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    yield "", _coded(question, survey.audience_names())


def _one_choice(question: OneChoice, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    yield "", _coded(question, _listed(versions))


def _several(question: SeveralChoices, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    for value, label in _listed(versions).items():
        flag = replace(_one(question, FLAG), values={0: "Not chosen", 1: "Chosen"})
        yield value, replace(flag, part=value, part_text=label)


def _ranking(question: Ranking, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    labels = _listed(versions)
    places = {0: NOT_RANKED} | {place: f"Place {place}" for place in range(1, len(labels) + 1)}
    for value, label in labels.items():
        yield value, replace(_one(question, RANK), part=value, part_text=label, values=places)


def _points(question: Scale | ScaleGrid, versions: Sequence[AnyQuestion]) -> tuple[Labels, str]:
    """The labels of a scale's points, as many as any version had, and of what stands apart from them."""
    found: Labels = {}
    for each in versions:
        if isinstance(each, Scale | ScaleGrid):
            labels = [plain(label) for label in each.labels] or _between(each)
            found |= dict(zip(each.point_values, labels, strict=True))
    return found, plain(question.apart) if question.apart else ""


def _between(question: Scale | ScaleGrid) -> list[str]:
    assert question.ends is not None  # noqa: S101
    low, high = (plain(end) for end in question.ends)
    first, *between, last = question.point_values
    return [f"{first} – {low}", *between, f"{last} – {high}"]


def _scale(question: Scale, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    labels, apart = _points(question, versions)
    yield "", replace(_coded(question, labels), apart=apart)


def _grid(question: ScaleGrid, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    labels, apart = _points(question, versions)
    rows = {row.name: plain(row.wording) for each in versions if isinstance(each, ScaleGrid) for row in each.rows}
    for row, text in rows.items():
        yield row, replace(_coded(question, labels), apart=apart, part=row, part_text=text)


def _yes_no(question: AnyQuestion, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    yes, no = getattr(question, "yes", None), getattr(question, "no", None)
    values = {1: plain(yes) if yes else "Yes", 0: plain(no) if no else "No"}
    yield "", replace(_one(question, CODE), codes=YES_NO, values=values)


def _verdict(question: AnyQuestion, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    yield "", _coded(question, OF_VERDICTS)


def _number(question: Number, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    least = min(each.least for each in versions if isinstance(each, Number))
    yield "", replace(_one(question, AMOUNT), shift=_shift(least))


def _shift(least: float) -> int:
    """Far enough below every answer that a missing code is none; 0 where answers do not go so low."""
    lowest = max(int(least), -MOST_AMOUNT)
    return 0 if lowest > MOST_MISSING else -(10 ** len(str(-lowest)))


def _date(question: Date, versions: Sequence[AnyQuestion], survey: Survey) -> Made:
    yield "", _one(question, YEAR if question.precision == "year" else MONTH)


MAKERS: dict[str, Maker] = {
    "one-choice": _one_choice,
    "several-choices": _several,
    "scale": _scale,
    "scale-grid": _grid,
    "ranking": _ranking,
    "number": _number,
    "date": _date,
    "yes-no": _yes_no,
    "consent": _yes_no,
    "clause-view": _verdict,
}
#: Of questions about the person only what has one answer can be made safe: cell by cell, and coarse.
ABOUT_PERSON: dict[str, Maker] = {
    "audience": _audience,
    "one-choice": _one_choice,
    "scale": _scale,
    "yes-no": _yes_no,
    "consent": _yes_no,
    "number": lambda question, versions, survey: iter([("", _one(question, BAND))]),
    "date": lambda question, versions, survey: iter([("", _one(question, DECADE))]),
    "postcode-area": lambda question, versions, survey: iter([("", _one(question, AREA))]),
}
