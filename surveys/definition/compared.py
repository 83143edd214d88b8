"""What is compared between two versions of a question: every text and setting that decides what its answers mean."""

from collections.abc import Callable
from typing import Any

from surveys.definition.questions import AnyQuestion

SAME, NEW, REMOVED, MOVED = "same", "new", "removed", "moved"
REWORDED, CHOICES, SCALE, KIND = "reworded", "choices changed", "scale changed", "another kind"
CONDITION, LIMITS, TRANSLATION = "condition changed", "limits changed", "translation changed"


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
    (REWORDED, "question", _wording("wording")),
    (REWORDED, "hint", _wording("hint")),
    (REWORDED, "clause", _wording("text")),
    (REWORDED, "unit", _wording("unit")),
    (CHOICES, "choices", _listed("choices")),
    (CHOICES, "lines of the grid", _listed("rows")),
    (CHOICES, "other", _listed("other")),
    (CHOICES, "yes", _wording("yes")),
    (CHOICES, "no", _wording("no")),
    (SCALE, "points", _listed("labels", "ends")),
    (SCALE, "apart from the scale", _wording("apart")),
)
#: Everything else that decides who answers what.
VALUES: tuple[tuple[str, str, Callable[[AnyQuestion], str]], ...] = (
    (CHOICES, "stored values", _values),
    (CHOICES, "choices for some people only", _choice_audiences),
    (CHOICES, "filter of the choices", _number("choice_filter")),
    (CHOICES, "“I would rather not say”", lambda question: "offered" if question.personal else "not offered"),
    (SCALE, "number of points", _number("points")),
    (SCALE, "“I do not know”", _number("apart_offered")),
    (LIMITS, "limit", _number("constraint")),
    (LIMITS, "least", _number("least")),
    (LIMITS, "most", _number("most")),
    (LIMITS, "earliest", _number("earliest")),
    (LIMITS, "latest", _number("latest")),
    (LIMITS, "precision", _number("precision")),
    (LIMITS, "fewest choices", _number("at_least")),
    (LIMITS, "most choices", _number("at_most")),
    (LIMITS, "longest", _number("longest")),
    (LIMITS, "must be answered", lambda question: "yes" if question.required_because else "no"),
)
