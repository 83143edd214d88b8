"""By what findings are broken down: who answered, and every closed question with one answer. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.path import audience_of
from surveys.definition.questions import APART, NOT_SAID, OTHER, VERDICTS, AnyQuestion
from surveys.definition.survey import AUDIENCE, Survey
from surveys.definition.why import plain_label
from surveys.definition.wording import say

#: Fewest and most groups that a breakdown has; who did not say is one more.
FEWEST, MOST = 2, 40
WHO, NO_ANSWER = _("Who answered"), _("Not said")


@dataclass(frozen=True)
class Breakdown:
    """One closed question: the name of its answer, its wording, and value -> label in order. "" is no answer."""

    name: str
    title: str
    groups: Mapping[str, str]

    def group_of(self, answers: Mapping[str, Any]) -> str:
        """The value that a response gave; "" for none, and for one that is offered no more."""
        given = audience_of(dict(answers)) if self.name == AUDIENCE else answers.get(self.name)
        return given if isinstance(given, str) and given in self.groups else ""


def breakdowns(survey: Survey) -> tuple[Breakdown, ...]:
    """Audiences first, then the survey's own order."""
    who = Breakdown(AUDIENCE, WHO, survey.audience_names() | {"": NO_ANSWER})
    asked = [question for question in survey.questions if question.kind in LABELS and not _is_quoting(survey, question)]
    rest = [Breakdown(each.name, plain_label(each), LABELS[each.kind](each) | {"": NO_ANSWER}) for each in asked]
    return (who, *(each for each in rest if FEWEST < len(each.groups) <= MOST + 1))


def _is_quoting(survey: Survey, question: AnyQuestion) -> bool:
    return survey.quoting is not None and survey.quoting.question == question.name


def _choices(question: Any) -> dict[str, str]:
    listed = {choice.value: say(choice.label, None) for choice in question.choices}
    other = {OTHER: say(question.other, None)} if question.other else {}
    return listed | other | ({NOT_SAID: _("I would rather not say")} if question.personal else {})


def _yes_no(question: Any) -> dict[str, str]:
    yes, no = question.yes, question.no
    return {"yes": say(yes, None) if yes else _("Yes"), "no": say(no, None) if no else _("No")}


def _points(question: Any) -> dict[str, str]:
    labels = [say(label, None) for label in question.labels] or list(question.point_values)
    apart = say(question.apart, None) if question.apart else _("I do not know")
    points = dict(zip(question.point_values, labels, strict=True))
    return points | ({APART: apart} if question.apart_offered else {})


#: Kind of question -> stored value and label of each answer. A clause's verdicts are named as they are stored.
LABELS: dict[str, Callable[[Any], dict[str, str]]] = {
    "one-choice": _choices,
    "yes-no": _yes_no,
    "scale": _points,
    "clause-view": lambda question: {each: each.capitalize() for each in VERDICTS},
}
