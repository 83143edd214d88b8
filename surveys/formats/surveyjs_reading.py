"""What is known while a SurveyJS definition is read: names, values, and conditions that wait for them."""

from dataclasses import dataclass, field
from typing import Any

from safekeeping.languages import gettext as _
from surveys.expression.tree import Operation, Tree
from surveys.expression.write import write
from surveys.formats.drafting import Draft, Table
from surveys.formats.foreign_logic import Known, Names, NotCarried, tree_of
from surveys.formats.surveyjs_logic import DIALECT

SHOWN_TO_ALL = "it is shown to everybody"


@dataclass
class Reading:
    """The draft, what each SurveyJS name is here, and what can be read only when all names are known.

    `expressions` are (our name, condition, place) to work out; `conditional` holds the conditions on single choices of
    a question, `copied` the question that its choices come from; `tables` are our questions by name.
    """

    draft: Draft
    known: dict[str, Known] = field(default_factory=dict)
    expressions: list[tuple[str, str, str]] = field(default_factory=list)
    conditional: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    copied: dict[str, tuple[str, str]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)

    def tree(self, text: str, place: str, instead: str, more: dict[str, Known] | None = None) -> Tree | None:
        """A condition as ours; None and a loss line where it cannot be carried over."""
        try:
            return tree_of(text, DIALECT, Names(self.known | (more or {})))
        except NotCarried as fault:
            said = " ".join(text.split())[:200]
            self.draft.lose(place, _("“{said}” cannot be carried over: {fault}", said=said, fault=fault), instead)
            return None

    def condition(self, texts: list[str], place: str, instead: str = SHOWN_TO_ALL) -> str:
        """Conditions that must all hold, as one of ours; empty where none could be read."""
        return together([self.tree(text, place, instead) for text in texts])


def together(trees: list[Tree | None]) -> str:
    """Conditions that must all hold, written as one; empty where there is none."""
    whole: Tree | None = None
    for tree in trees:
        whole = Operation("and", whole, tree) if whole and tree else whole or tree
    return write(whole) if whole else ""


def said(value: Any) -> dict[str, str]:
    """A text of SurveyJS by language; "" is the survey's own."""
    if isinstance(value, dict):
        return {str(key): each for key, each in value.items() if isinstance(each, str)}
    return {"": str(value)} if isinstance(value, str | int | float) and not isinstance(value, bool) else {}


def listed(part: Any, *keys: str) -> list[Table]:
    """The parts under the first of these keys that holds a list."""
    found = part.get(next((key for key in keys if isinstance(part.get(key), list)), keys[0]))
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def whole(value: Any, least: int, most: int) -> int | None:
    """A whole number in these limits; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(float(value))
    except (ValueError, OverflowError):
        return None
    return number if least <= number <= most else None
