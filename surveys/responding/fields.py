"""From question to form field and back, chosen by the question's kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wtforms import Field, RadioField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

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

#: Stored for the choice that stands apart from a scale ("I do not know").
APART = "apart"
POINTS = ("1", "2", "3", "4", "5")

#: Every sentence shown for an answer that cannot be taken.
MESSAGES = {
    "listed": "Choose one of the answers listed",
    "required": "Choose an answer. {reason}",
    "at most": "You have chosen {chosen}. Choose {most} or fewer",
    "exclusive": "“{label}” cannot be chosen together with other answers. Choose it alone, or take it away",
    "number": "Write a number, such as {least:g} or {most:g}",
    "whole": "Write a whole number, without a point",
    "range": "Write a number from {least:g} to {most:g}",
    "long": "This is {over} characters too long. Shorten it to {longest} characters",
}


def _listed(field: RadioField | SelectMultipleField) -> set[str]:
    return {value for value, *_ in field.iter_choices()}


class OneOf(RadioField):
    """Radio buttons. Leaving them all blank is an answer too, unless the question says why it is not."""

    def __init__(self, label: str, required_because: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.required_because = required_because

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list, and blank where an answer is required."""
        if not self.data:
            if self.required_because:
                raise ValidationError(MESSAGES["required"].format(reason=self.required_because).rstrip("."))
        elif self.data not in _listed(self):
            raise ValidationError(MESSAGES["listed"])


class SomeOf(SelectMultipleField):
    """Tick boxes, with a most and with choices that stand alone."""

    def __init__(self, label: str, at_most: int | None, exclusive: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.at_most, self.exclusive = at_most, exclusive

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list, too many, and company for a choice that stands alone."""
        chosen = self.data or []
        if set(chosen) - _listed(self):
            raise ValidationError(MESSAGES["listed"])
        if self.at_most and len(chosen) > self.at_most:
            raise ValidationError(MESSAGES["at most"].format(chosen=len(chosen), most=self.at_most))
        for value, label in self.exclusive.items():
            if value in chosen and len(chosen) > 1:
                raise ValidationError(MESSAGES["exclusive"].format(label=label))


class Written(StringField):
    """Text as it was written: line ends as one character, nothing else changed inside it."""

    def __init__(self, label: str, longest: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.longest = longest

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Browsers send two characters for a line end, and a NUL cannot be typed."""
        text = str(valuelist[0]) if valuelist else ""
        self.data = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")

    def pre_validate(self, form: Any) -> None:
        """Refuse what is too long, and say by how much."""
        over = len(self.data or "") - self.longest
        if over > 0:
            raise ValidationError(MESSAGES["long"].format(over=over, longest=self.longest))


class Amount(StringField):
    """A number as people write it: spaces and commas between thousands are fine."""

    def __init__(self, label: str, question: Number, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.question = question
        self.number: int | float | None = None

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no number, not whole where it must be, or out of range."""
        text = "".join((self.data or "").split()).replace(",", "")
        if text:
            self.number = self._number(text)

    def _number(self, text: str) -> int | float:
        ends = {"least": self.question.least, "most": self.question.most}
        try:
            number = float(text)
        except ValueError:
            raise ValidationError(MESSAGES["number"].format(**ends)) from None
        if not ends["least"] <= number <= ends["most"]:
            raise ValidationError(MESSAGES["range"].format(**ends))
        if not self.question.decimals and number != int(number):
            raise ValidationError(MESSAGES["whole"])
        return number if self.question.decimals else int(number)


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
    field = OneOf(_label(question, answers), required_because=question.required_because, choices=choices)
    return {html_name(question): field}


def _choice_pairs(question: OneChoice | SeveralChoices, answers: Answers) -> list[tuple[str, str]]:
    offered = choices_for(question.choices, answers)
    return [(choice.value, say(choice.label, audience_of(answers))) for choice in offered]


def _one_choice_fields(question: OneChoice, survey: Survey, answers: Answers) -> dict[str, Any]:
    choices = _choice_pairs(question, answers)
    field = OneOf(_label(question, answers), required_because=question.required_because, choices=choices)
    return {html_name(question): field}


def _several_choices_fields(question: SeveralChoices, survey: Survey, answers: Answers) -> dict[str, Any]:
    choices = _choice_pairs(question, answers)
    alone = {choice.value for choice in question.choices if choice.exclusive}
    exclusive = {value: label for value, label in choices if value in alone}
    field = SomeOf(_label(question, answers), question.at_most, exclusive, choices=choices)
    return {html_name(question): field}


def scale_choices(question: Scale | ScaleGrid) -> list[tuple[str, str]]:
    """The five points and the choice apart, as (stored value, label)."""
    return [*zip(POINTS, question.labels, strict=True), (APART, question.apart)]


def _scale_fields(question: Scale, survey: Survey, answers: Answers) -> dict[str, Any]:
    field = OneOf(_label(question, answers), question.required_because, choices=scale_choices(question))
    return {html_name(question): field}


def _grid_fields(question: ScaleGrid, survey: Survey, answers: Answers) -> dict[str, Any]:
    audience = audience_of(answers)
    return {
        html_name(question, row.name): OneOf(say(row.wording, audience), choices=scale_choices(question))
        for row in question.rows
    }


def _text_fields(question: ShortText | LongText, survey: Survey, answers: Answers) -> dict[str, Any]:
    return {html_name(question): Written(_label(question, answers), question.longest)}


def _number_fields(question: Number, survey: Survey, answers: Answers) -> dict[str, Any]:
    return {html_name(question): Amount(_label(question, answers), question)}


def _read_plain(form: TokenForm, question: Question) -> Any:
    data = form[html_name(question)].data
    return data if data and (not isinstance(data, str) or data.strip()) else None


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
    "several-choices": Kind(_several_choices_fields, _read_plain, _fill_plain),
    "scale": Kind(_scale_fields, _read_plain, _fill_plain),
    "scale-grid": Kind(_grid_fields, _read_grid, _fill_grid),
    "number": Kind(
        _number_fields,
        lambda form, question: form[html_name(question)].number,
        lambda answer, question: {html_name(question): f"{answer:g}"},
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


def _faulty(form: TokenForm, question: Question) -> bool:
    own = html_name(question)
    return any(name == own or name.startswith(f"{own}-") for name in form.errors)


def offered(field: RadioField | SelectMultipleField) -> list[tuple[str, str, bool]]:
    """(value, label, chosen) of each choice, for the page."""
    return [(value, label, chosen) for value, label, chosen, *_ in field.iter_choices()]


def faulty_fields(form: TokenForm) -> list[Field]:
    """The fields that cannot be taken, in the order of the page."""
    return [field for field in form if field.errors]


def first_id(field: Field) -> str:
    """What a link to the field leads to: its first button or box, or the field itself."""
    if isinstance(field, RadioField | SelectMultipleField):
        return f"{field.id}-0"
    return "main" if field.name == "token" else str(field.id)
