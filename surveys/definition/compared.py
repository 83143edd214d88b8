"""What is compared between two versions of a question: every text and setting that decides what its answers mean."""

from collections.abc import Callable
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.questions import AnyQuestion

SAME, NEW, REMOVED, MOVED = _("same"), _("new"), _("removed"), _("moved")
REWORDED, CHOICES, SCALE, KIND = _("reworded"), _("choices changed"), _("scale changed"), _("another kind")
CONDITION, LIMITS, TRANSLATION = _("condition changed"), _("limits changed"), _("translation changed")
#: What each kind of question is called in a few words.
KIND_CALLED = {
    "audience": _("audience"),
    "one-choice": _("one choice"),
    "several-choices": _("several choices"),
    "scale": _("scale"),
    "scale-grid": _("scale grid"),
    "ranking": _("ranking"),
    "number": _("number"),
    "date": _("date"),
    "short-text": _("short text"),
    "long-text": _("long text"),
    "yes-no": _("yes no"),
    "postcode-area": _("postcode area"),
    "consent": _("consent"),
    "information": _("information"),
    "clause-view": _("clause view"),
}


def _wording(name: str) -> Callable[[AnyQuestion], dict[str, str]]:
    return lambda question: getattr(question, name, None) or {}


def _listed(*names: str) -> Callable[[AnyQuestion], dict[str, str]]:
    """The texts of a list of wordings, one line each, by audience and language."""

    def texts(question: AnyQuestion) -> dict[str, str]:
        wordings = [_texts_of(part) for name in names for part in _parts(question, name)]
        keys = dict.fromkeys(key for wording in wordings for key in wording)
        return {key: "\n".join(wording.get(key, "") or "–" for wording in wordings) for key in keys}

    return texts


def _parts(question: AnyQuestion, name: str) -> tuple[Any, ...]:
    found = getattr(question, name, None) or ()
    return found if isinstance(found, tuple) else (found,)


def _texts_of(part: Any) -> dict[str, str]:
    return part if isinstance(part, dict) else getattr(part, "label", None) or part.wording


def _number(name: str) -> Callable[[AnyQuestion], str]:
    def value(question: AnyQuestion) -> str:
        found = getattr(question, name, None)
        if isinstance(found, tuple):
            return ", ".join(map(str, found))
        return "" if found is None else str(getattr(found, "text", found))

    return value


def _values(question: AnyQuestion) -> str:
    """The stored values of choices or rows, in order."""
    parts = [*_parts(question, "choices"), *_parts(question, "rows")]
    return ", ".join(str(getattr(part, "value", getattr(part, "name", ""))) for part in parts)


def _choice_audiences(question: AnyQuestion) -> str:
    """Choices that are offered to some people only."""
    narrowed = [part for part in _parts(question, "choices") if part.audiences]
    return ", ".join(f"{part.value}: {' '.join(part.audiences)}" for part in narrowed)


#: Texts that people read: which change it is when they differ, what they are, and how to get at them.
WORDS: tuple[tuple[str, str, Callable[[AnyQuestion], dict[str, str]]], ...] = (
    (REWORDED, _("question"), _wording("wording")),
    (REWORDED, _("hint"), _wording("hint")),
    (REWORDED, _("clause"), _wording("text")),
    (REWORDED, _("unit"), _wording("unit")),
    (CHOICES, _("choices"), _listed("choices")),
    (CHOICES, _("lines of the grid"), _listed("rows")),
    (CHOICES, _("other"), _listed("other")),
    (CHOICES, _("yes"), _wording("yes")),
    (CHOICES, _("no"), _wording("no")),
    (SCALE, _("points"), _listed("labels", "ends")),
    (SCALE, _("apart from the scale"), _wording("apart")),
)
#: Everything else that decides who answers what.
VALUES: tuple[tuple[str, str, Callable[[AnyQuestion], str]], ...] = (
    (CHOICES, _("stored values"), _values),
    (CHOICES, _("choices for some people only"), _choice_audiences),
    (CHOICES, _("filter of the choices"), _number("choice_filter")),
    (CHOICES, _("“I would rather not say”"), lambda question: _("offered") if question.personal else _("not offered")),
    (SCALE, _("number of points"), _number("points")),
    (SCALE, _("“I do not know”"), _number("apart_offered")),
    (LIMITS, _("limit"), _number("constraint")),
    (LIMITS, _("least"), _number("least")),
    (LIMITS, _("most"), _number("most")),
    (LIMITS, _("earliest"), _number("earliest")),
    (LIMITS, _("latest"), _number("latest")),
    (LIMITS, _("precision"), _number("precision")),
    (LIMITS, _("fewest choices"), _number("at_least")),
    (LIMITS, _("most choices"), _number("at_most")),
    (LIMITS, _("longest"), _number("longest")),
    (LIMITS, _("must be answered"), lambda question: _("yes") if question.required_because else _("no")),
)
