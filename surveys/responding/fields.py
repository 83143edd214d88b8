"""From question to form field and back, chosen by the question's kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wtforms import Field

from safekeeping.cookies import TokenForm
from surveys.definition.path import Answers, audience_of, choices_for, questions_on
from surveys.definition.survey import (
    Audience,
    Information,
    LongText,
    Number,
    OneChoice,
    Page,
    Question,
    Scale,
    ScaleGrid,
    SeveralChoices,
    ShortText,
    Survey,
)
from surveys.definition.wording import say
from surveys.responding.inputs import Amount, OneOf, SomeOf, Written, in_digits, offered

#: Stored for the choice that stands apart from a scale ("I do not know").
APART = "apart"
POINTS = ("1", "2", "3", "4", "5")


@dataclass(frozen=True)
class Kind:
    """How one kind of question is asked and read.

    `fields(question, survey, answers)`: HTML name -> unbound field.
    `read(form, question)`: the answer, or None where it was left blank.
    `fill(answer, question)`: HTML name -> what the fields show for an earlier answer.
    """

    fields: Callable[[Any, Survey, Answers], dict[str, Any]]
    read: Callable[[TokenForm, Any], Any]
    fill: Callable[[Any, Any], dict[str, Any]]


def html_name(question: Question, row: str | None = None) -> str:
    """The field's name in HTML. Names of questions hold no hyphen, so these cannot clash."""
    return f"q-{question.name}" if row is None else f"q-{question.name}-{row}"


def _label(question: Question, answers: Answers) -> str:
    return say(question.wording, audience_of(answers))


def _audience_fields(question: Audience, survey: Survey, answers: Answers) -> dict[str, Any]:
    choices = [(audience.name, audience.label) for audience in survey.audiences]
    field = OneOf(_label(question, answers), choices, question.required_because)
    return {html_name(question): field}


def _choice_pairs(question: OneChoice | SeveralChoices, answers: Answers) -> list[tuple[str, str]]:
    offered = choices_for(question.choices, answers)
    return [(choice.value, say(choice.label, audience_of(answers))) for choice in offered]


def _one_choice_fields(question: OneChoice, survey: Survey, answers: Answers) -> dict[str, Any]:
    choices = _choice_pairs(question, answers)
    field = OneOf(_label(question, answers), choices, question.required_because)
    return {html_name(question): field}


def _several_choices_fields(question: SeveralChoices, survey: Survey, answers: Answers) -> dict[str, Any]:
    choices = _choice_pairs(question, answers)
    alone = {choice.value for choice in question.choices if choice.exclusive}
    exclusive = {value: label for value, label in choices if value in alone}
    field = SomeOf(_label(question, answers), choices, question.at_most, exclusive)
    return {html_name(question): field}


def scale_choices(question: Scale | ScaleGrid) -> list[tuple[str, str]]:
    """The five points and the choice apart, as (stored value, label)."""
    return [*zip(POINTS, question.labels, strict=True), (APART, question.apart)]


def _scale_fields(question: Scale, survey: Survey, answers: Answers) -> dict[str, Any]:
    field = OneOf(_label(question, answers), scale_choices(question), question.required_because)
    return {html_name(question): field}


def _grid_fields(question: ScaleGrid, survey: Survey, answers: Answers) -> dict[str, Any]:
    audience = audience_of(answers)
    return {
        html_name(question, row.name): OneOf(say(row.wording, audience), scale_choices(question))
        for row in question.rows
    }


def _text_fields(question: ShortText | LongText, survey: Survey, answers: Answers) -> dict[str, Any]:
    return {html_name(question): Written(_label(question, answers), question.longest)}


def _number_fields(question: Number, survey: Survey, answers: Answers) -> dict[str, Any]:
    return {html_name(question): Amount(_label(question, answers), question)}


def _read_plain(form: TokenForm, question: Question) -> Any:
    data = form[html_name(question)].data
    return data if data and (not isinstance(data, str) or data.strip()) else None


def _read_several(form: TokenForm, question: SeveralChoices) -> Any:
    field = form[html_name(question)]
    return [value for value, _, chosen in offered(field) if chosen] or None


def _read_grid(form: TokenForm, question: ScaleGrid) -> Any:
    rows = {row.name: form[html_name(question, row.name)].data for row in question.rows}
    return {name: value for name, value in rows.items() if value} or None


def _fill_plain(answer: Any, question: Question) -> dict[str, Any]:
    return {html_name(question): answer}


def _fill_grid(answer: dict[str, str], question: ScaleGrid) -> dict[str, Any]:
    return {html_name(question, row): value for row, value in answer.items()}


KINDS: dict[str, Kind] = {
    "audience": Kind(_audience_fields, _read_plain, _fill_plain),
    "one-choice": Kind(_one_choice_fields, _read_plain, _fill_plain),
    "several-choices": Kind(_several_choices_fields, _read_several, _fill_plain),
    "scale": Kind(_scale_fields, _read_plain, _fill_plain),
    "scale-grid": Kind(_grid_fields, _read_grid, _fill_grid),
    "number": Kind(
        _number_fields,
        lambda form, question: form[html_name(question)].number,
        lambda answer, question: {html_name(question): in_digits(answer)},
    ),
    "short-text": Kind(_text_fields, _read_plain, _fill_plain),
    "long-text": Kind(_text_fields, _read_plain, _fill_plain),
    "information": Kind(lambda question, survey, answers: {}, lambda form, question: None, _fill_plain),
}


def page_form(survey: Survey, page: Page, answers: Answers, secret: bytes, typed: Any = None) -> TokenForm:
    """The form of one page for one person: filled with `typed` (form data) or with the earlier answers."""
    asked = questions_on(page, answers)
    fields: dict[str, Field] = {}
    shown: dict[str, Any] = {}
    for question in asked:
        kind = KINDS[question.kind]
        fields |= kind.fields(question, survey, answers)
        if question.name in answers:
            shown |= kind.fill(answers[question.name], question)
    form_class = type("PageForm", (TokenForm,), fields)
    form: TokenForm = form_class(formdata=typed, data=shown, meta={"csrf_context": secret})
    return form


def read_answers(form: TokenForm, page: Page, answers: Answers) -> dict[str, Any]:
    """All answers after this page: earlier ones, with those of the page replaced or taken away.

    A field that cannot be taken (see `form.errors`) leaves its question as it was.
    """
    merged = dict(answers)
    for question in questions_on(page, answers):
        if isinstance(question, Information) or _faulty(form, question):
            continue
        merged.pop(question.name, None)
        answer = KINDS[question.kind].read(form, question)
        if answer is not None:
            merged[question.name] = answer
    return merged


def read_typed(form: TokenForm, page: Page, answers: Answers) -> dict[str, Any]:
    """As `read_answers`, and with texts that are too long: they come along to be shortened later, not lost."""
    merged = read_answers(form, page, answers)
    for question in questions_on(page, answers):
        if isinstance(question, ShortText | LongText) and _faulty(form, question):
            merged[question.name] = form[html_name(question)].data
    return merged


def _faulty(form: TokenForm, question: Question) -> bool:
    own = html_name(question)
    return any(name == own or name.startswith(f"{own}-") for name in form.errors)
