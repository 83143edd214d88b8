"""The inputs of a form: what each takes, what it refuses, and in which words."""

import re
from collections.abc import Mapping
from typing import Any

from wtforms import Field, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from safekeeping.cookies import TokenForm
from surveys.definition.survey import Number

#: Every sentence shown for an answer that cannot be taken.
MESSAGES = {
    "listed": "Choose one of the answers listed",
    "required": "Choose an answer. {reason}",
    "at most": "You have chosen {chosen}. Choose {most} or fewer",
    "exclusive": "“{label}” cannot be chosen together with other answers. Choose it alone, or take it away",
    "number": "Write a number, such as {least} or {most}",
    "whole": "Write a whole number, without a point",
    "range": "Write a number from {least} to {most}",
    "long": "This is {over} characters too long. Shorten it to {longest} characters",
}

#: A comma between thousands. Any other comma is left in, so that “3,5” is asked about and never read as 35.
THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")


def in_digits(number: float) -> str:
    """A number as a person writes it, read back as the same number: no exponent, no point without need."""
    return str(int(number)) if number == int(number) else str(number)


def _boxes(choices: list[tuple[str, str]]) -> list[Any]:
    return [SelectChoice(value=value, label=label) for value, label in choices]


def _listed(field: RadioField | SelectMultipleField) -> set[str]:
    return {value for value, *_ in field.iter_choices()}


class OneOf(RadioField):
    """Radio buttons. Leaving them all blank is an answer too, unless the question says why it is not."""

    def __init__(self, label: str, choices: list[tuple[str, str]], required_because: str | None = None, **kwargs: Any):
        super().__init__(label, choices=_boxes(choices), validate_choice=False, **kwargs)
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

    def __init__(
        self,
        label: str,
        choices: list[tuple[str, str]],
        at_most: int | None,
        exclusive: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(label, choices=_boxes(choices), validate_choice=False, **kwargs)
        self.at_most, self.exclusive = at_most, exclusive

    def process_formdata(self, valuelist: list[Any]) -> None:
        """A box is ticked or not, whatever a program may send twice."""
        super().process_formdata(list(dict.fromkeys(valuelist)))

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
        text = "".join(THOUSANDS.sub("", self.data or "").split())
        if text:
            self.number = self._number(text)

    def _number(self, text: str) -> int | float:
        ends = {"least": in_digits(self.question.least), "most": in_digits(self.question.most)}
        try:
            number = float(text)
        except ValueError:
            raise ValidationError(MESSAGES["number"].format(**ends)) from None
        if not self.question.least <= number <= self.question.most:
            raise ValidationError(MESSAGES["range"].format(**ends))
        if not self.question.decimals and number != int(number):
            raise ValidationError(MESSAGES["whole"])
        return number if self.question.decimals else int(number)


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
