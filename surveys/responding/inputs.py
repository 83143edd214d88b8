"""The inputs of a form: what each takes, what it refuses, and in which words."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import ValidationError

from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext
from surveys.definition.questions import OTHER, Number
from surveys.definition.voice import in_digits

#: What can be chosen, as WTForms takes it.
Boxes = list[SelectChoice]

#: A comma between thousands. Any other comma is left in, so that “3,5” is asked about and never read as 35.
THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")

#: The two halves of a postcode. The second is never kept, so half of a second one is enough to know it.
OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
INWARD = re.compile(r"[0-9][A-Z]{0,2}")


def boxes(choices: Iterable[tuple[str, str]]) -> Boxes:
    """One for each choice, given as (stored value, label)."""
    return [SelectChoice(value=value, label=label) for value, label in choices]


def listed(field: RadioField | SelectMultipleField) -> set[str]:
    """The values that can be chosen: those of its boxes."""
    boxes: Any = field.choices
    return {box.value for box in boxes}


class OneOf(RadioField):
    """Radio buttons, or a list to open. Leaving them all blank is an answer too."""

    def __init__(self, label: str, choices: Boxes, is_list: bool = False, **kwargs: Any) -> None:
        super().__init__(label, choices=choices, validate_choice=False, **kwargs)
        self.is_list = is_list

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list."""
        if self.data and self.data not in listed(self):
            raise ValidationError(_("Choose one of the answers listed"))


class SomeOf(SelectMultipleField):
    """Tick boxes, with a least (where any is ticked), a most, and choices that stand alone."""

    def __init__(
        self,
        label: str,
        choices: Boxes,
        between: tuple[int | None, int | None],
        exclusive: Mapping[str, str],
        written: str = "",
        **kwargs: Any,
    ) -> None:
        """`written` is the name of the field that says what “other” is: words in it choose that too."""
        super().__init__(label, choices=choices, validate_choice=False, **kwargs)
        self.at_least, self.at_most = between
        self.exclusive, self.written = exclusive, written

    def process_formdata(self, valuelist: list[Any]) -> None:
        """A box is ticked or not, whatever a program may send twice."""
        super().process_formdata(list(dict.fromkeys(valuelist)))

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list, and company for a choice that stands alone."""
        chosen = list(self.data or [])
        if self.written and OTHER not in chosen and (form[self.written].data or "").strip():
            chosen.append(OTHER)
        if set(chosen) - listed(self):
            raise ValidationError(_("Choose one of the answers listed"))
        alone = [label for value, label in self.exclusive.items() if value in chosen]
        if alone and len(chosen) > 1:
            said = _("“{label}” cannot be chosen together with other answers. Choose it alone, or take it away")
            raise ValidationError(said.format(label=alone[0]))
        if not alone:
            self._check_count(len(chosen))

    def _check_count(self, chosen: int) -> None:
        if self.at_most and chosen > self.at_most:
            raise ValidationError(
                _("You have chosen {chosen}. Choose {most} or fewer", chosen=chosen, most=self.at_most)
            )
        if chosen and self.at_least and chosen < self.at_least:
            said = _("You have chosen {chosen}. Choose {least} or more, or none", chosen=chosen, least=self.at_least)
            raise ValidationError(said)


class NotSaid(BooleanField):
    """The tick box “I would rather not say” beside something to write."""


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
            raise ValidationError(
                ngettext(
                    "This is {number} character too long. Shorten it to {longest} characters",
                    "This is {number} characters too long. Shorten it to {longest} characters",
                    over,
                    longest=self.longest,
                )
            )


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
            raise ValidationError(_("Write a number, such as {least} or {most}", **ends)) from None
        if not self.question.least <= number <= self.question.most:
            raise ValidationError(_("Write a number from {least} to {most}", **ends))
        if not self.question.decimals and number != int(number):
            raise ValidationError(_("Write a whole number, without a point"))
        return number if self.question.decimals else int(number)


def first_half(text: str) -> str | None:
    """The outward half of a postcode, however it was written; None if it is no postcode."""
    words = text.upper().split()
    if len(words) > 1 and OUTWARD.fullmatch(words[0]) and INWARD.fullmatch("".join(words[1:])):
        return words[0]
    joined = "".join(words)
    if OUTWARD.fullmatch(joined):
        return joined
    return joined[:-3] if OUTWARD.fullmatch(joined[:-3]) and INWARD.fullmatch(joined[-3:]) else None


class PostcodeHalf(StringField):
    """The first half of a postcode. A second half is cut off as it arrives, before anything can keep it."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Cut what is a postcode; anything else stays to be mended."""
        text = str(valuelist[0]).strip() if valuelist else ""
        self.data = first_half(text) or text

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no postcode."""
        if self.data and not first_half(self.data):
            raise ValidationError(_("Write the first half of a postcode, such as ZZ99, or leave it blank"))


def offered(field: RadioField | SelectMultipleField) -> list[tuple[str, str, bool]]:
    """(value, label, chosen) of each choice, for the page."""
    return [(value, label, chosen) for value, label, chosen, *rest in field.iter_choices()]
