"""Faults that no single part of a definition can see: each with its place, what is wrong and the remedy."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from surveys.definition.check_logic import check_logic
from surveys.definition.parts import DEFAULT
from surveys.definition.questions import (
    NOT_SAID,
    OTHER,
    AnyQuestion,
    Audience,
    Choice,
    Consent,
    Date,
    OneChoice,
    Question,
    ScaleGrid,
    SeveralChoices,
    WithChoices,
    YesNo,
    answer_names,
    written_part,
)
from surveys.definition.survey import AUDIENCE, Page, Survey
from surveys.definition.texts import texts_of

#: Addresses that lead elsewhere, so that a survey there could not be reached.
TAKEN = ("about", "desk", "health", "help", "metrics", "ready", "safety", "static", "x")
#: Trials of surveys stand at addresses that begin so.
TRIAL = "try-"
LONGEST_NAME = 40


class Found(NamedTuple):
    """One fault, and the names of the page and question it is in."""

    place: str
    what: str
    page: str = ""
    question: str = ""


def check(survey: Survey) -> Iterator[Found]:
    """Every fault of the whole. Conditions are looked at only where names are in order."""
    faults = [*_check_structure(survey)]
    yield from faults
    if not faults:
        for place, what, page, question in check_logic(survey):
            yield Found(place, what, page, question)


def _check_structure(survey: Survey) -> Iterator[Found]:
    if survey.address in TAKEN or survey.address.startswith(TRIAL):
        yield Found("address", f"“{survey.address}” is an address of the site itself; choose another")
    yield from _check_names(survey)
    yield from _check_languages(survey)
    yield from _check_audience_question(survey)
    for page in survey.pages:
        yield from _check_page(survey, page)
    yield from _check_quoting(survey)


def _check_names(survey: Survey) -> Iterator[Found]:
    for name in _twice(page.name for page in survey.pages):
        yield Found(f"page “{name}”", "two have this name; give one another name", name)
    for name in _twice(audience.name for audience in survey.audiences):
        yield Found(f"audience “{name}”", "two have this name; give one another name")
    kept = [name for question in survey.questions for name in answer_names(question) or (question.name,)]
    for name in _twice([*kept, *(each.name for each in survey.calculated)]):
        yield Found(f"question “{name}”", "two have this name; give one another name", question=name)
    for question in survey.questions:
        part = written_part(question) or ""
        if len(part) > LONGEST_NAME:
            longest = LONGEST_NAME - len(part) + len(question.name)
            yield _in(question, "its name is too long for the text beside it", f"use at most {longest} characters")


def _in(question: Question, what: str, remedy: str, inside: str = "") -> Found:
    return Found(f"question “{question.name}”{inside}", f"{what}; {remedy}", question=question.name)


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def _check_languages(survey: Survey) -> Iterator[Found]:
    both = {audience.name for audience in survey.audiences} & set(survey.all_languages)
    for name in sorted(both):
        yield Found("languages", f"“{name}” is also the name of an audience; give the audience another name")
    for place, wording in texts_of(survey):
        yield from _unknown_keys(survey, Found(*place.fault("")), wording)


def _check_audience_question(survey: Survey) -> Iterator[Found]:
    asked = [question for question in survey.questions if isinstance(question, Audience)]
    if not asked and len(survey.audiences) == 1:
        return
    if len(asked) != 1 or asked[0] not in survey.pages[0].questions or asked[0].name != AUDIENCE:
        what = f"it must hold one question of kind “audience”, named “{AUDIENCE}”; add it there"
        yield Found("page 1", what, survey.pages[0].name)
    elif _is_narrowed(survey.pages[0]) or _is_narrowed(asked[0]):
        what = "everybody must see it; take “audiences” and “relevant” away"
        yield Found("page 1", what, survey.pages[0].name)


def _is_narrowed(part: Page | Question) -> bool:
    return bool(part.audiences or part.relevant)


def _check_page(survey: Survey, page: Page) -> Iterator[Found]:
    here = Found(f"page “{page.name}”", "", page.name)
    yield from _unknown_audiences(survey, here, page.audiences)
    for question in page.questions:
        for found in _check_question(survey, question):
            yield found._replace(page=page.name)


def _check_question(survey: Survey, question: AnyQuestion) -> Iterator[Found]:
    here = Found(f"question “{question.name}”", "", question=question.name)
    yield from _unknown_audiences(survey, here, question.audiences)
    if isinstance(question, WithChoices):
        yield from _check_choices(survey, question)
    if isinstance(question, ScaleGrid):
        yield from _check_rows(question)
    if isinstance(question, Date) and _starts_late(question):
        yield _in(question, f"the earliest ({question.earliest}) is after the latest ({question.latest})", "swap them")


def _starts_late(question: Date) -> bool:
    ends = (question.earliest, question.latest)
    return all(end and end != "today" for end in ends) and str(ends[0]) > str(ends[1])


def _check_rows(question: ScaleGrid) -> Iterator[Found]:
    for name in _twice(row.name for row in question.rows):
        yield _in(question, "two have this name", "give one another name", f", row “{name}”")


def _check_choices(survey: Survey, question: WithChoices) -> Iterator[Found]:
    for value in _twice(choice.value for choice in question.choices):
        yield _in(question, "two choices have this value", "give one another value", f", choice “{value}”")
    for choice in question.choices:
        here = Found(f"question “{question.name}”, choice “{choice.value}”", "", question=question.name)
        yield from _unknown_audiences(survey, here, choice.audiences)
        yield from _reserved(question, choice, here)
    if isinstance(question, SeveralChoices) and (question.at_least or 0) > len(question.choices):
        yield _in(question, f"at_least ({question.at_least}) is more than there are choices", "make it smaller")


def _reserved(question: WithChoices, choice: Choice, here: Found) -> Iterator[Found]:
    taken = {NOT_SAID} if question.personal else set()
    taken |= {OTHER} if written_part(question) else set()
    if choice.value in taken:
        yield here._replace(what=f"“{choice.value}” is what Heard itself adds here; give this choice another value")


def _unknown_audiences(survey: Survey, here: Found, names: Iterable[str]) -> Iterator[Found]:
    known = {audience.name for audience in survey.audiences}
    for name in sorted(set(names) - known):
        yield here._replace(what=f"there is no audience “{name}”; use one of {', '.join(sorted(known))}")


def _unknown_keys(survey: Survey, here: Found, wording: Iterable[str]) -> Iterator[Found]:
    audiences = [audience.name for audience in survey.audiences]
    known = {DEFAULT, *audiences, *survey.languages}
    known |= {f"{audience}-{language}" for audience in audiences for language in survey.languages}
    for name in sorted(set(wording) - known):
        listed = ", ".join(sorted({*audiences, *survey.languages}))
        yield here._replace(what=f"there is no audience or language “{name}”; use one of {listed}")


def _check_quoting(survey: Survey) -> Iterator[Found]:
    if survey.quoting is None:
        return
    if survey.quote_each:
        yield Found("quote_each", "people are asked already, by “quoting”; take one of the two away")
    question = survey.question(survey.quoting.question)
    values = [choice.value for choice in question.choices] if isinstance(question, OneChoice) else []
    values += ["yes", "no"] if isinstance(question, YesNo | Consent) else []
    if survey.quoting.choice not in values:
        yield Found("quoting", "it must name a question with one choice and one of its choices; check both")
