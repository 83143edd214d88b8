"""The small form that puts a condition together from a question, a comparison and an answer, without scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from safekeeping.languages import gettext as _
from surveys.expression.words import Named
from surveys.writing.asked_when import COMPARISONS, WITHOUT_VALUE, CannotAdd, added, put_together
from surveys.writing.question_form import Typed

#: What the button of the form says that it does.
ADD = "add-condition"


@dataclass(frozen=True)
class ConditionForm:
    """What can be chosen, what was typed, and what is wrong with it. `answers` are those of the question chosen."""

    names: Mapping[str, Named]
    question: str = ""
    comparison: str = "is"
    value: str = ""
    join: str = "and"
    fault: str = ""
    comparisons: Mapping[str, str] = field(
        default_factory=lambda: {name: _(said) for name, said in COMPARISONS.items()}
    )

    @property
    def answers(self) -> Mapping[str, str]:
        """Value -> label of the answers to the question chosen; empty where it has none or none is chosen."""
        return self.names[self.question].choices if self.question in self.names else {}


def condition_added(typed: Typed, text: str, names: Mapping[str, Named]) -> tuple[str, ConditionForm]:
    """The condition with what was put together joined to it, and an empty form; or as it was, and what is wrong."""
    question, comparison, value = (typed.text(f"when-{part}") for part in ("question", "comparison", "value"))
    join = "or" if typed.text("when-join") == "or" else "and"
    try:
        condition = put_together(question, comparison, value, names)
    except CannotAdd as why:
        return text, ConditionForm(names, question, comparison, value, join, _said(why, comparison, value))
    return added(text, condition, join), ConditionForm(names)


def _said(why: CannotAdd, comparison: str, value: str) -> str:
    missing = not value and comparison in COMPARISONS and comparison not in WITHOUT_VALUE
    return _("{why} Then press the button again.", why=why) if missing else str(why)
