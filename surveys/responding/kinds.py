"""Every kind of question as the fields of a form, and back: chosen by kind, from one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from safekeeping.cookies import TokenForm
from safekeeping.languages import gettext as _
from surveys.definition.questions import (
    NOT_SAID,
    OTHER,
    AnyQuestion,
    ClauseView,
    Date,
    LongText,
    Number,
    OneChoice,
    Ranking,
    ScaleGrid,
    SeveralChoices,
    ShortText,
    WithChoices,
    written_part,
)
from surveys.definition.voice import Voice, in_digits
from surveys.responding.dates import DateBoxes
from surveys.responding.inputs import Amount, NotSaid, OneOf, PostcodeHalf, SomeOf, Written, boxes
from surveys.responding.ranking import Ranked

#: What may be written beside “other”.
LONGEST_OTHER = 500

Fields = dict[str, Any]
Found = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """How one kind of question is asked and read.

    `fields(question, voice)`: HTML name -> unbound field.
    `read(form, question, given)`: name -> answer, without what was left blank; `given` is what was answered before.
    `fill(answers, question)`: HTML name -> what the fields show for earlier answers.
    """

    fields: Callable[[Any, Voice], Fields]
    read: Callable[[TokenForm, Any, Mapping[str, Any]], Found]
    fill: Callable[[Mapping[str, Any], Any], Found]


def html_name(name: str, inside: str | None = None) -> str:
    """The field's name in HTML. Names of questions hold no hyphen, so these cannot clash."""
    return f"q-{name}" if inside is None else f"q-{name}-{inside}"


@lru_cache(maxsize=4096)
def html_id(field_name: str) -> str:
    """The id that links lead to. It stands in addresses, and so in histories: it tells nothing of what is asked."""
    return f"q{sha256(field_name.encode()).hexdigest()[:10]}"


def is_offered(voice: Voice, question: AnyQuestion) -> bool:
    """Whether there is anything to ask: a question of which every choice is filtered away is left out."""
    return not isinstance(question, WithChoices) or voice.path.offers(question)


def _label(question: AnyQuestion, voice: Voice) -> str:
    return voice.say(question.wording)


# Choosing ------------------------------------------------------------------------------------------


def _other_field(question: AnyQuestion) -> Fields:
    part = written_part(question)
    return {html_name(part): Written(_("What is it?"), LONGEST_OTHER)} if part else {}


def _choice_fields(question: AnyQuestion, voice: Voice) -> Fields:
    is_list = isinstance(question, OneChoice) and question.shown_as == "list"
    own = {html_name(question.name): OneOf(_label(question, voice), boxes(voice.choices(question)), is_list)}
    return own | _other_field(question)


def _audience_fields(question: AnyQuestion, voice: Voice) -> Fields:
    """Who is answering decides what is asked, so nobody can rather not say."""
    audiences = [pair for pair in voice.choices(question) if pair[0] != NOT_SAID]
    return {html_name(question.name): OneOf(_label(question, voice), boxes(audiences))}


def _several_fields(question: SeveralChoices, voice: Voice) -> Fields:
    choices = voice.choices(question)
    alone = {choice.value for choice in question.choices if choice.exclusive} | {NOT_SAID}
    exclusive = {value: label for value, label in choices if value in alone}
    part, between = written_part(question), (question.at_least, question.at_most)
    field = SomeOf(_label(question, voice), boxes(choices), between, exclusive, html_name(part) if part else "")
    return {html_name(question.name): field} | _other_field(question)


def _clause_fields(question: ClauseView, voice: Voice) -> Fields:
    field = OneOf(_label(question, voice), boxes(voice.choices(question)))
    why = Written(_("Why do you say so?"), question.longest)
    return {html_name(question.name): field, html_name(f"{question.name}_why"): why}


def _grid_fields(question: ScaleGrid, voice: Voice) -> Fields:
    choices = boxes(voice.choices(question))
    return {html_name(question.name, row.name): OneOf(voice.say(row.wording), choices) for row in question.rows}


def _written(form: TokenForm, name: str | None) -> str:
    """What was written in the text field of this answer, if it has one."""
    text = form[html_name(name)].data if name else None
    return text if text and text.strip() else ""


def _read_one(form: TokenForm, question: AnyQuestion, given: Mapping[str, Any]) -> Found:
    """Words newly written under “other” choose it. Words that stood there before do not: the choice was changed."""
    chosen, part = form[html_name(question.name)].data, written_part(question)
    text = _written(form, part)
    if text and isinstance(question, OneChoice) and (not chosen or text != given.get(part or "")):
        chosen = OTHER
    found = {question.name: chosen} if chosen else {}
    return found | ({part: text} if part and text else {})


def _read_several(form: TokenForm, question: SeveralChoices, given: Mapping[str, Any]) -> Found:
    field, part = form[html_name(question.name)], written_part(question)
    text = _written(form, part)
    ticked = set(field.data or []) | ({OTHER} if text else set())
    chosen = [value for value, *rest in field.iter_choices() if value in ticked]
    found: Found = {question.name: chosen} if chosen else {}
    return found | ({part: text} if part and text else {})


def _read_grid(form: TokenForm, question: ScaleGrid, given: Mapping[str, Any]) -> Found:
    rows = {row.name: form[html_name(question.name, row.name)].data for row in question.rows}
    chosen = {name: value for name, value in rows.items() if value}
    return {question.name: chosen} if chosen else {}


def _fill_plain(answers: Mapping[str, Any], question: AnyQuestion) -> Found:
    names = [question.name, written_part(question)]
    return {html_name(name): answers[name] for name in names if name and name in answers}


def _fill_grid(answers: Mapping[str, Any], question: ScaleGrid) -> Found:
    return {html_name(question.name, row): value for row, value in answers.get(question.name, {}).items()}


# Writing -------------------------------------------------------------------------------------------


def _not_said_field(question: AnyQuestion) -> Fields:
    return {html_name(question.name, NOT_SAID): NotSaid(_("I would rather not say"))} if question.personal else {}


def _text_field(question: ShortText | LongText, voice: Voice) -> Any:
    return Written(_label(question, voice), question.longest)


def _number_field(question: Number, voice: Voice) -> Any:
    return Amount(_label(question, voice), question)


def _date_field(question: Date, voice: Voice) -> Any:
    return DateBoxes(_label(question, voice), question, voice.path.today)


def _postcode_field(question: AnyQuestion, voice: Voice) -> Any:
    return PostcodeHalf(_label(question, voice))


def _ranking_field(question: Ranking, voice: Voice) -> Any:
    choices = [pair for pair in voice.choices(question) if pair[0] != NOT_SAID]
    return Ranked(_label(question, voice), choices, question.at_most)


def _data(field: Any) -> Any:
    return field.data if not isinstance(field.data, str) or field.data.strip() else None


def typed_kind(
    field: Callable[[Any, Voice], Any],
    read: Callable[[Any], Any] = _data,
    shown: Callable[[Any], Any] = lambda answer: answer,
) -> Kind:
    """A kind with one field; a personal one has a box beside it to say that one would rather not."""

    def fields(question: Any, voice: Voice) -> Fields:
        return {html_name(question.name): field(question, voice)} | _not_said_field(question)

    def read_it(form: TokenForm, question: Any, given: Mapping[str, Any]) -> Found:
        if question.personal and form[html_name(question.name, NOT_SAID)].data:
            return {question.name: NOT_SAID}
        answer = read(form[html_name(question.name)])
        return {} if answer is None else {question.name: answer}

    def fill(answers: Mapping[str, Any], question: Any) -> Found:
        answer = answers.get(question.name)
        if answer is None:
            return {}
        not_said = question.personal and answer == NOT_SAID
        return {html_name(question.name, NOT_SAID): True} if not_said else {html_name(question.name): shown(answer)}

    return Kind(fields, read_it, fill)


KINDS: dict[str, Kind] = {
    "audience": Kind(_audience_fields, _read_one, _fill_plain),
    "one-choice": Kind(_choice_fields, _read_one, _fill_plain),
    "several-choices": Kind(_several_fields, _read_several, _fill_plain),
    "scale": Kind(_choice_fields, _read_one, _fill_plain),
    "scale-grid": Kind(_grid_fields, _read_grid, _fill_grid),
    "ranking": typed_kind(_ranking_field, lambda field: field.order or None, " ".join),
    "number": typed_kind(_number_field, lambda field: field.number, in_digits),
    "date": typed_kind(_date_field),
    "short-text": typed_kind(_text_field),
    "long-text": typed_kind(_text_field),
    "yes-no": Kind(_choice_fields, _read_one, _fill_plain),
    "postcode-area": typed_kind(_postcode_field),
    "consent": Kind(_choice_fields, _read_one, _fill_plain),
    "information": Kind(lambda question, voice: {}, lambda form, question, given: {}, lambda answers, question: {}),
    "clause-view": Kind(_clause_fields, _read_one, _fill_plain),
}
