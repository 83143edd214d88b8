"""Values that do not go together, each said in a sentence with its remedy."""

from collections.abc import Iterator
from difflib import get_close_matches

from surveys.expression.domain import Domain
from surveys.expression.functions import Kind
from surveys.expression.tree import Itself, Literal, Reference, Tree
from surveys.expression.value import as_date, as_number, as_text, is_number
from surveys.expression.write import write

_IS = {
    "text": "a text",
    "number": "a number",
    "date": "a date",
    "choice": "a choice",
    "choices": "several choices",
    "boolean": "a yes or no",
}
_ALIKE = ({"number", "text"}, {"choice", "choices", "text"}, {"date", "text"}, {"boolean", "text"})


def against_literal(side: Tree, domain: Domain, operator: str, value: str | float, one: bool = False) -> Iterator[str]:
    """What is wrong with comparing `side` with a written value; `one`: it must be a single choice."""
    if value == "":
        return
    name, written = _named(side), write(Literal(value))
    if domain.type == "number" and not is_number(value):
        yield f"{name} is a number, and {written} is not; write a number without quotes, such as 18"
    if domain.type == "date" and as_date(value if isinstance(value, str) else None) is None:
        yield f"{name} is a date, and {written} is not; write a date such as '2020-01-31'"
    if domain.type == "boolean" and value not in ("true", "false"):
        yield f"{name} is a yes or no, and {written} is not; write true() or false()"
    if operator not in ("=", "!="):
        yield from _without_order(name, domain, value)
    elif domain.type in ("choice", "choices"):
        yield from _not_a_choice(name, domain, value, one)


def _without_order(name: str, domain: Domain, value: str | float) -> Iterator[str]:
    if domain.type == "choices":
        yield f"{name} may have several choices, and they have no order; use count-selected() or selected()"
    if domain.type == "choice" and not _numeric(domain):
        yield f"{name} is a choice, and choices have no order; compare with = or !="
    if domain.type == "text" and not is_number(value) and as_date(as_text(value)) is None:
        yield f"{name} is a text, and texts have no order; compare with = or !="


def _not_a_choice(name: str, domain: Domain, value: str | float, one: bool) -> Iterator[str]:
    written = as_text(value)
    if not domain.values or written in domain.values:
        return
    if all(word in domain.values for word in written.split()):
        if one:
            yield f"“{written}” is more than one choice of {name}; write selected() once for each"
        if one or domain.type == "choices":
            return
    near = get_close_matches(written, domain.values, 1) or domain.values[:10]
    more = " …" if len(near) < len(domain.values) and len(near) > 1 else ""
    yield f"“{written}” is not among the choices of {name}; use {', '.join(near)}{more}"


def against_question(side: Tree, domain: Domain, other: Tree, its: Domain | None) -> Iterator[str]:
    """What is wrong with comparing a question with another part of the expression."""
    if its is None or any({domain.type, its.type} <= kinds for kinds in _ALIKE):
        return
    if {domain.type, its.type} == {"choice", "number"} and _numeric(domain if domain.type == "choice" else its):
        return
    yield f"{_named(side)} is {_IS[domain.type]}, and {_named(other)} is {_IS[its.type]}; compare things of one kind"


def as_number_used(tree: Tree, domain: Domain | None, operator: str) -> Iterator[str]:
    """What is wrong with reckoning with a part of the expression."""
    if isinstance(tree, Literal):
        if not is_number(tree.value) and as_date(as_text(tree.value)) is None:
            yield f"{write(tree)} is not a number, so it cannot be reckoned with; write a number"
        return
    if domain is None:
        return
    name = _named(tree)
    if domain.type == "text" and isinstance(tree, Reference | Itself):
        yield f"{name} is a text, so it cannot be reckoned with; use number({write(tree)}) if it holds a number"
    if domain.type == "choice" and not _numeric(domain):
        yield f"{name} is a choice, so it cannot be reckoned with; choose a value by if()"
    if domain.type == "choices":
        yield f"{name} may have several choices, so it cannot be reckoned with; use count-selected({write(tree)})"
    if domain.type == "date" and operator in ("*", "div", "mod"):
        yield f"{name} is a date, so “{operator}” makes no sense; use + and - only"


def as_argument(function: str, kind: Kind, tree: Tree, domain: Domain | None) -> Iterator[str]:
    """What is wrong with giving a part of the expression to a function that takes this kind."""
    if kind == "number":
        yield from as_number_used(tree, domain, function)
    elif kind == "boolean":
        yield from standing_alone(tree)
    elif kind == "choices" and domain is not None and domain.type in ("number", "date", "boolean"):
        yield f"{_named(tree)} is {_IS[domain.type]} and has no choices, as {function}() needs; compare it with ="
    elif kind == "date":
        yield from _as_date_used(function, tree, domain)


def _as_date_used(function: str, tree: Tree, domain: Domain | None) -> Iterator[str]:
    if isinstance(tree, Literal):
        if tree.value != "" and as_date(as_text(tree.value) if isinstance(tree.value, str) else None) is None:
            yield f"{write(tree)} is not a date, as {function}() needs; write a date such as '2020-01-31'"
    elif domain is not None and domain.type not in ("date", "text"):
        yield f"{_named(tree)} is {_IS[domain.type]}, and {function}() needs a date; give it a date"


def standing_alone(tree: Tree) -> Iterator[str]:
    """What is wrong with a written value where something true or false is needed."""
    if isinstance(tree, Literal):
        always = "true" if tree.value else "false"
        yield f"{write(tree)} alone is always {always}; compare a question with it, such as ${{name}} = {write(tree)}"


def _numeric(domain: Domain) -> bool:
    """Whether choices are numbers, such as the points of a scale, “I do not know” beside them; also if not known."""
    return not domain.values or any(as_number(value) is not None for value in domain.values)


def _named(tree: Tree) -> str:
    if isinstance(tree, Reference):
        return f"“{tree.name}”"
    return "the answer" if isinstance(tree, Itself) else write(tree)
