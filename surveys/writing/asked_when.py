"""Conditions for people who write none: said in words, and put together from a question, a comparison and an answer."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.condition import Expression
from surveys.definition.questions import APART, NOT_SAID, OTHER, VERDICTS
from surveys.definition.survey import AUDIENCE
from surveys.expression.domain import Type
from surveys.expression.parse import BadExpression, parse
from surveys.expression.tree import Call, Literal, Operation, Reference, Tree
from surveys.expression.words import Named, in_words
from surveys.expression.write import write
from surveys.writing.editing import Tables, called, questions
from surveys.writing.plain_wording import said

#: How a question can be compared, and how that is said in a list to choose from.
COMPARISONS = {
    "is": _("is, or has this chosen"),
    "is-not": _("is not, or does not have this chosen"),
    "more": _("is more than, or later than"),
    "less": _("is less than, or earlier than"),
    "answered": _("was answered"),
    "blank": _("was left blank"),
}
WITHOUT_VALUE = ("answered", "blank")
DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

TYPES: dict[str, Type] = {"several-choices": "choices", "ranking": "choices", "number": "number", "date": "date"}
CHOSEN = ("one-choice", "scale", "yes-no", "consent", "clause-view", "audience")


class CannotAdd(ValueError):
    """A condition that cannot be put together; the text says why and what to do."""


def named(tables: Tables, before: str = "", on_page: str = "") -> dict[str, Named]:
    """Name -> how each question is spoken of: all, or those that stand before a question or a page of that name."""
    found = {AUDIENCE: Named(_("Who is answering"), _audiences(tables), "choice")}
    for page in tables.get("page", []):
        if on_page and page.get("name") == on_page:
            return found
        for question in page.get("question", []):
            if before and question.get("name") == before:
                return found
            found |= _named(question)
    return found


def _audiences(tables: Tables) -> dict[str, str]:
    return {each.get("name", ""): each.get("plural", "") for each in tables.get("audience", [])}


def _named(question: Tables) -> dict[str, Named]:
    name, kind = str(question.get("name", "")), str(question.get("kind", ""))
    if kind in ("information", "audience"):
        return {}
    choices = _choices(question)
    if kind == "scale-grid":
        return {
            f"{name}.{row.get('name')}": Named(f"{called(question)} – {said(row.get('wording'))}", choices, "choice")
            for row in question.get("rows", [])
        }
    return {name: Named(called(question), choices, TYPES.get(kind, "choice" if kind in CHOSEN else "text"))}


def _choices(question: Tables) -> dict[str, str]:
    """Value -> label of everything that can be answered."""
    own = OF_KIND.get(str(question.get("kind")), _listed)(question)
    other = {OTHER: said(question["other"])} if question.get("other") else {}
    return own | other | ({NOT_SAID: _("I would rather not say")} if question.get("personal") else {})


def _listed(question: Tables) -> dict[str, str]:
    return {str(each.get("value", "")): said(each.get("label")) for each in question.get("choices", [])}


def _points(question: Tables) -> dict[str, str]:
    count = question.get("points")
    labels = [said(label) for label in question.get("labels", [])]
    labels = labels or [str(point) for point in range(1, (count if isinstance(count, int) else 0) + 1)]
    apart = {APART: said(question.get("apart")) or _("I do not know")} if question.get("apart_offered", True) else {}
    return {str(point): label for point, label in enumerate(labels, 1)} | apart


def _yes_no(question: Tables) -> dict[str, str]:
    return {"yes": said(question.get("yes")) or _("Yes"), "no": said(question.get("no")) or _("No")}


OF_KIND: dict[str, Callable[[Tables], dict[str, str]]] = {
    "scale": _points,
    "scale-grid": _points,
    "yes-no": _yes_no,
    "consent": _yes_no,
    "clause-view": lambda question: dict(
        zip(VERDICTS, (_("Keep"), _("Change"), _("Remove"), _("Not sure")), strict=True)
    ),
}


def said_in_words(text: Any, names: Mapping[str, Named]) -> str:
    """The condition in plain English; empty where there is none or it cannot be read."""
    try:
        return in_words(Expression(str(text)).tree, names) if text else ""
    except ValueError:
        return ""


def asks_for(tables: Tables, name: str) -> list[str]:
    """What people call the questions whose conditions ask for the answer to this one."""
    pattern = re.compile(rf"\$\{{\s*{re.escape(name)}[.}}\s_]")
    found = [each for each in questions(tables) if pattern.search(str(each.get("relevant", "")))]
    return [called(each) for each in found]


def added(text: str, condition: str, join: str = "and") -> str:
    """The condition in `text` with another one joined to it by “and” or “or”."""
    if not text.strip():
        return condition
    try:
        return write(Operation(join, parse(text), parse(condition)))
    except BadExpression:
        return f"{text} {join} {condition}"


def put_together(name: str, comparison: str, value: str, names: Mapping[str, Named]) -> str:
    """The condition that a question of that name compares so with `value`, a label or what is stored.

    Raises `CannotAdd`.
    """
    question = names.get(name)
    if question is None or comparison not in COMPARISONS:
        raise CannotAdd(_("Choose a question, then how it is to be compared."))
    if comparison in WITHOUT_VALUE:
        return write(Operation("!=" if comparison == "answered" else "=", Reference(name), Literal("")))
    if not value:
        raise CannotAdd(_("Say which answer to “{question}” is meant.", question=question.label))
    if question.choices:
        return write(_chosen(name, comparison, _value(question, value), question))
    return write(_compared(name, comparison, value, question.type))


def _value(question: Named, written: str) -> str:
    """The stored value that is meant by a label or by itself."""
    if written in question.choices:
        return written
    for value, label in question.choices.items():
        if label.casefold().strip() == written.casefold().strip():
            return value
    why = _("“{answer}” is not an answer to “{question}”. Choose one of its answers.")
    raise CannotAdd(why.format(answer=written, question=question.label))


def _chosen(name: str, comparison: str, value: str, question: Named) -> Tree:
    if comparison in ("more", "less"):
        return _beyond(name, comparison, value, question)
    if question.type == "choices":
        selected = Call("selected", (Reference(name), Literal(value)))
        return selected if comparison == "is" else Call("not", (selected,))
    return Operation("=" if comparison == "is" else "!=", Reference(name), Literal(value))


def _beyond(name: str, comparison: str, value: str, question: Named) -> Tree:
    """Points of a scale have an order, and are named one by one: expressions know them as choices."""
    points = [point for point in question.choices if point.isdecimal()]
    if value not in points:
        why = _("The answers to “{question}” have no order. Choose “is” or “is not”.", question=question.label)
        raise CannotAdd(why)
    at = points.index(value)
    beyond = points[at + 1 :] if comparison == "more" else points[:at]
    if not beyond:
        beyond_it = _("There is no answer beyond “{answer}”. Choose another one.", answer=question.choices[value])
        raise CannotAdd(beyond_it)
    tree: Tree = Operation("=", Reference(name), Literal(beyond[0]))
    for point in beyond[1:]:
        tree = Operation("or", tree, Operation("=", Reference(name), Literal(point)))
    return tree


SIGNS = {"is": "=", "is-not": "!=", "more": ">", "less": "<"}


def _compared(name: str, comparison: str, value: str, kind: Type) -> Tree:
    if kind == "number":
        if not NUMBER.fullmatch(value):
            raise CannotAdd(_("“{value}” is no number. Write it in digits, such as 5.", value=value))
        return parse(f"${{{name}}} {SIGNS[comparison]} {value}")
    if kind == "date" and not DAY.fullmatch(value):
        raise CannotAdd(_("“{value}” is no date. Write it as 2026-11-22, or only 2026-11 or 2026.", value=value))
    if kind == "text" and comparison in ("more", "less"):
        raise CannotAdd(_("Words have no order. Choose “is”, “is not” or “was answered”."))
    return Operation(SIGNS[comparison], Reference(name), Literal(value))
