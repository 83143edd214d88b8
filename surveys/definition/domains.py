"""What can be answered to each name of a survey, as expressions need to know it."""

from collections.abc import Callable
from typing import Any

from surveys.definition.path import also_offered
from surveys.definition.questions import APART, VERDICTS, AnyQuestion, written_part
from surveys.definition.survey import AUDIENCE, Survey
from surveys.expression.domain import Domain, Type
from surveys.expression.functions import FUNCTIONS
from surveys.expression.tree import ARITHMETIC, Call, Literal, Negative, Operation, Reference, Tree

TEXT = Domain("text")


def _listed(question: Any) -> tuple[str, ...]:
    return (*(choice.value for choice in question.choices), *also_offered(question))


def _points(question: Any) -> Domain:
    apart = (APART,) if question.apart_offered else ()
    return Domain("choice", (*question.point_values, *apart, *also_offered(question)))


#: Kind -> what can be answered to a question of it; a text where nothing is said here.
OF_KIND: dict[str, Callable[[Any], Domain]] = {
    "one-choice": lambda question: Domain("choice", _listed(question)),
    "several-choices": lambda question: Domain("choices", _listed(question)),
    "ranking": lambda question: Domain("choices", _listed(question)),
    "yes-no": lambda question: Domain("choice", ("yes", "no", *also_offered(question))),
    "consent": lambda question: Domain("choice", ("yes", "no", *also_offered(question))),
    "clause-view": lambda question: Domain("choice", (*VERDICTS, *also_offered(question))),
    "scale": _points,
    "number": lambda question: Domain("number", (), question.least, question.most, not question.decimals),
    "date": lambda question: Domain("date"),
}


def _of(question: AnyQuestion) -> dict[str, Domain]:
    if question.kind == "scale-grid":
        return {f"{question.name}.{row.name}": _points(question) for row in question.rows}
    part = written_part(question)
    own = OF_KIND[question.kind](question) if question.kind in OF_KIND else TEXT
    return {question.name: own} | ({part: TEXT} if part else {})


def domains(survey: Survey) -> dict[str, Domain]:
    """Name -> what it can be, for every name that an expression may use."""
    known = {AUDIENCE: Domain("choice", tuple(survey.audience_names()))}
    for question in survey.questions:
        if question.kind not in ("audience", "information"):
            known |= _of(question)
    for each in survey.calculated:
        known[each.name] = Domain("text")
    for each in survey.calculated:  # one calculation may stand on another that is written later
        known[each.name] = Domain(type_of(each.value.tree, known))
    return known


def type_of(tree: Tree, known: dict[str, Domain]) -> Type:
    """What an expression comes to: the type of its value where it is not empty."""
    if isinstance(tree, Reference):
        return known[tree.name].type if tree.name in known else "text"
    if isinstance(tree, Literal):
        return "text" if isinstance(tree.value, str) else "number"
    if isinstance(tree, Operation):
        return _of_operation(tree, known)
    if isinstance(tree, Call):
        return _of_call(tree, known)
    return "number" if isinstance(tree, Negative) else "text"


def _of_operation(tree: Operation, known: dict[str, Domain]) -> Type:
    if tree.operator not in ARITHMETIC:
        return "boolean"
    dated = [type_of(side, known) == "date" for side in (tree.left, tree.right)]
    return "date" if any(dated) and not all(dated) else "number"


def _of_call(tree: Call, known: dict[str, Domain]) -> Type:
    """`if` and `coalesce` give what they were given."""
    gives = FUNCTIONS[tree.function].gives
    if gives != "any":
        return gives
    if tree.arguments:
        return type_of(tree.arguments[1 if tree.function == "if" else 0], known)
    return "text"
