"""Putting choices in order by buttons: up, down, take out, put next. The order so far travels in a hidden field."""

from collections.abc import Callable
from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from safekeeping.languages import gettext as _

Order = list[str]


class Ranked(StringField):
    """The values in order, with blanks between."""

    def __init__(self, label: str, choices: list[tuple[str, str]], at_most: int | None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.choices, self.at_most = dict(choices), at_most

    @property
    def order(self) -> Order:
        """What has been put in order, each once."""
        return list(dict.fromkeys(str(self.data or "").split()))

    @property
    def ranked(self) -> list[tuple[str, str]]:
        """(value, label) of what has been put in order."""
        return [(value, self.choices[value]) for value in self.order if value in self.choices]

    @property
    def rest(self) -> list[tuple[str, str]]:
        """(value, label) of the others."""
        return [(value, label) for value, label in self.choices.items() if value not in self.order]

    @property
    def is_full(self) -> bool:
        """Whether no more can be put in order."""
        return bool(self.at_most and len(self.ranked) >= self.at_most)

    def button(self, move: str, value: str) -> str:
        """The id of a button; it says which choice by its place alone, because it stands in addresses."""
        return f"{self.id}-{move}-{list(self.choices).index(value)}"

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list, and too many."""
        if set(self.order) - set(self.choices):
            raise ValidationError(_("Choose one of the answers listed"))
        if self.at_most and len(self.order) > self.at_most:
            said = _("You have put {chosen} in order. Keep {most} or fewer", chosen=len(self.order), most=self.at_most)
            raise ValidationError(said)


def _swapped(order: Order, value: str, step: int) -> Order:
    if value not in order or not 0 <= order.index(value) + step < len(order):
        return order
    at = order.index(value)
    order[at], order[at + step] = order[at + step], order[at]
    return order


MOVES: dict[str, Callable[[Order, str], Order]] = {
    "up": lambda order, value: _swapped(order, value, -1),
    "down": lambda order, value: _swapped(order, value, +1),
    "out": lambda order, value: [other for other in order if other != value],
    "next": lambda order, value: [*order, value] if value not in order else order,
}


def moved(field: Ranked, move: str, value: str) -> Order:
    """The order after one press. A press that makes no sense changes nothing."""
    order = [each for each, label in field.ranked]
    if move not in MOVES or value not in field.choices or (move == "next" and field.is_full):
        return order
    return MOVES[move](order, value)


def where_to_look(field: Ranked, move: str, value: str, order: Order) -> str:
    """The id of the button to come back to after a press: the same one, else the nearest there is."""
    if value in order and move in ("up", "down"):
        ends = {"up": order[0], "down": order[-1]}
        other = {"up": "down", "down": "up"}[move]
        return field.button(other if ends[move] == value else move, value)
    rest = [each for each in field.choices if each not in order]
    if move == "next" and rest and len(order) != field.at_most:
        return field.button("next", rest[0])
    return str(field.id)
