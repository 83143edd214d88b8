"""Each kind of our questions as SurveyJS asks it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from safekeeping.languages import gettext as _
from surveys.definition.questions import (
    APART,
    NOT_SAID,
    VERDICTS,
    AnyQuestion,
    Choice,
    ClauseView,
    Date,
    Number,
    OneChoice,
    Ranking,
    Scale,
    ScaleGrid,
    SeveralChoices,
)
from surveys.definition.survey import Survey

Json = dict[str, Any]
NOT_SAID_LABEL = "I would rather not say"
VERDICT_LABELS = ("Keep it as it is", "Change it", "Remove it", "I am not sure")
APART_LABEL = "I do not know"


class Writing(Protocol):
    """What writes the whole, as the kinds need it."""

    survey: Survey

    def lose(self, place: str, what: str, instead: str) -> None:
        """Note what is not carried over."""

    def text(self, wording: Mapping[str, str] | None, place: str) -> Any:
        """A wording as SurveyJS holds it."""

    def shown(self, relevant: Any, audiences: tuple[str, ...], place: str) -> Json:
        """For whom something is shown."""


def _named(writing: Writing, question: AnyQuestion, place: str, kind: str, **more: Any) -> Json:
    base = {"type": kind, "name": question.name, "title": writing.text(question.wording, place)}
    return base | {key: value for key, value in more.items() if value not in (None, "", {})}


def _plain(kind: str, **more: Any) -> Callable[[Writing, Any, str], list[Json]]:
    def write(writing: Writing, question: Any, place: str) -> list[Json]:
        _no_not_said(writing, question, place)
        return [_named(writing, question, place, kind, maxLength=getattr(question, "longest", None), **more)]

    return write


def _no_not_said(writing: Writing, question: AnyQuestion, place: str) -> None:
    if question.personal:
        writing.lose(place, _("people can say that they would rather not say"), _("they can leave it blank"))


def _choices(writing: Writing, question: Any, place: str) -> list[Json]:
    listed = [_choice(writing, choice, place) for choice in question.choices]
    return [*listed, *([{"value": NOT_SAID, "text": NOT_SAID_LABEL}] if question.personal else [])]


def _choice(writing: Writing, choice: Choice, place: str) -> Json:
    made = {"value": choice.value, "text": writing.text(choice.label, place)}
    made |= writing.shown(None, choice.audiences, place)
    if choice.properties:
        writing.lose(place, _("the properties of choice “{value}”", value=choice.value), _("they are left out"))
    return made | ({"isExclusive": True} if choice.exclusive else {})


def _other(writing: Writing, question: OneChoice | SeveralChoices, place: str) -> Json:
    return {"showOtherItem": True, "otherText": writing.text(question.other, place)} if question.other else {}


def _one(writing: Writing, question: OneChoice, place: str) -> list[Json]:
    kind = "dropdown" if question.shown_as == "list" else "radiogroup"
    other = _other(writing, question, place)
    return [_named(writing, question, place, kind, choices=_choices(writing, question, place), **other)]


def _several(writing: Writing, question: SeveralChoices, place: str) -> list[Json]:
    limits = {"minSelectedChoices": question.at_least, "maxSelectedChoices": question.at_most}
    more = limits | _other(writing, question, place)
    return [_named(writing, question, place, "checkbox", choices=_choices(writing, question, place), **more)]


def _ranking(writing: Writing, question: Ranking, place: str) -> list[Json]:
    more = {"maxSelectedChoices": question.at_most, "selectToRankEnabled": True}
    return [_named(writing, question, place, "ranking", choices=_choices(writing, question, place), **more)]


def _audience(writing: Writing, question: AnyQuestion, place: str) -> list[Json]:
    listed = [{"value": each.name, "text": writing.text(each.label, place)} for each in writing.survey.audiences]
    return [_named(writing, question, place, "radiogroup", choices=listed)]


def _points(writing: Writing, question: Scale | ScaleGrid, place: str) -> list[Json]:
    labels = [writing.text(label, place) for label in question.labels] or list(question.point_values)
    if question.ends:
        labels[0], labels[-1] = (writing.text(end, place) for end in question.ends)
    listed = [{"value": value, "text": label} for value, label in zip(question.point_values, labels, strict=True)]
    apart = writing.text(question.apart, place) if question.apart else APART_LABEL
    return [*listed, *([{"value": APART, "text": apart}] if question.apart_offered else [])]


def _scale(writing: Writing, question: Scale, place: str) -> list[Json]:
    listed = _points(writing, question, place)
    if not question.apart_offered and not question.personal:
        more = _ends(writing, question, place) if question.ends else {"rateValues": listed}
        return [_named(writing, question, place, "rating", **more)]
    writing.lose(place, _("an answer stands apart from the scale"), _("the points are choices among others"))
    listed += [{"value": NOT_SAID, "text": NOT_SAID_LABEL}] if question.personal else []
    return [_named(writing, question, place, "radiogroup", choices=listed)]


def _ends(writing: Writing, question: Scale, place: str) -> Json:
    low, high = (writing.text(end, place) for end in question.ends or ({}, {}))
    last = len(question.point_values)
    return {"rateMin": 1, "rateMax": last, "minRateDescription": low, "maxRateDescription": high}


def _grid(writing: Writing, question: ScaleGrid, place: str) -> list[Json]:
    _no_not_said(writing, question, place)
    rows = [{"value": row.name, "text": writing.text(row.wording, place)} for row in question.rows]
    return [_named(writing, question, place, "matrix", columns=_points(writing, question, place), rows=rows)]


def _number(writing: Writing, question: Number, place: str) -> list[Json]:
    _no_not_said(writing, question, place)
    if question.unit:
        writing.lose(place, _("the unit beside the number"), _("it is left out; say it in the question"))
    more = {"min": question.least, "max": question.most, "step": "any" if question.decimals else 1}
    return [_named(writing, question, place, "text", inputType="number", **more)]


def _date(writing: Writing, question: Date, place: str) -> list[Json]:
    _no_not_said(writing, question, place)
    kind = {"day": "date", "month": "month", "year": "number"}[question.precision]
    if question.precision == "year":
        writing.lose(place, _("it asks for a year"), _("it asks for a number"))
    ends = {"min": question.earliest, "max": question.latest}
    for key, end in ends.items():
        if end == "today":
            writing.lose(place, _("its limit is the day of answering"), _("there is no limit"))
            ends[key] = None
    return [_named(writing, question, place, "text", inputType=kind, **ends)]


def _yes_no(writing: Writing, question: Any, place: str) -> list[Json]:
    _no_not_said(writing, question, place)
    labels = {"labelTrue": writing.text(question.yes, place), "labelFalse": writing.text(question.no, place)}
    return [_named(writing, question, place, "boolean", valueTrue="yes", valueFalse="no", **labels)]


def _postcode(writing: Writing, question: AnyQuestion, place: str) -> list[Json]:
    writing.lose(place, _("only the first half of a postcode is kept"), _("whatever is written is kept"))
    return [_named(writing, question, place, "text", maxLength=10)]


def _read(writing: Writing, question: AnyQuestion, place: str) -> list[Json]:
    return [{"type": "html", "name": question.name, "html": writing.text(question.wording, place)}]


def _clause(writing: Writing, question: ClauseView, place: str) -> list[Json]:
    writing.lose(place, _("a clause of a standard is asked about"), _("it is a text, a choice and a comment"))
    said = [{"value": value, "text": text} for value, text in zip(VERDICTS, VERDICT_LABELS, strict=True)]
    why = {"type": "comment", "name": f"{question.name}_why", "title": "Why?", "maxLength": question.longest}
    clause = {"type": "html", "name": f"{question.name}_clause", "html": writing.text(question.text, place)}
    return [clause, _named(writing, question, place, "radiogroup", choices=said), why]


SHAPES: dict[str, Callable[[Writing, Any, str], list[Json]]] = {
    "audience": _audience,
    "one-choice": _one,
    "several-choices": _several,
    "scale": _scale,
    "scale-grid": _grid,
    "ranking": _ranking,
    "number": _number,
    "date": _date,
    "short-text": _plain("text"),
    "long-text": _plain("comment"),
    "yes-no": _yes_no,
    "postcode-area": _postcode,
    "consent": _yes_no,
    "information": _read,
    "clause-view": _clause,
}
