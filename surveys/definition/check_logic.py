"""Faults of conditions, limits, filters and calculations: unknown names, clashing types, circles, dead ends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal as Word

from surveys.definition.condition import Expression
from surveys.definition.domains import domains
from surveys.definition.path import Path
from surveys.definition.questions import AnyQuestion, WithChoices
from surveys.definition.survey import AUDIENCE, Page, Survey
from surveys.definition.texts import Place, texts_of
from surveys.definition.wording import piped
from surveys.expression.check import combinations, constant, faults
from surveys.expression.domain import Domain

#: Pages and questions are tried on at most so many different answers; beyond that nothing is said of them.
TRIED = 512

Found = tuple[str, str, str, str]


@dataclass(frozen=True)
class Use:
    """An expression at its place, and what it is there for."""

    place: Place
    expression: Expression
    wants: Word["condition", "value"]
    properties: frozenset[str] | None = None
    itself: Domain | None = None


def check_logic(survey: Survey) -> Iterator[Found]:
    """Every fault; dead ends are looked for where there is no other."""
    known = domains(survey)
    found = [*_check_expressions(survey, known), *_check_piping(survey), *_check_circles(survey)]
    yield from found
    if not found:
        yield from _check_constant(survey, known)
        yield from _check_dead_ends(survey, known)


def uses(survey: Survey, known: dict[str, Domain]) -> Iterator[Use]:
    """Every expression of a survey."""
    for each in survey.calculated:
        yield Use(Place(f"calculated “{each.name}”"), each.value, "value")
    for page in survey.pages:
        if page.relevant:
            yield Use(Place(f"page “{page.name}”, relevant", page.name), page.relevant, "condition")
        for question in page.questions:
            yield from _uses_in(page, question, known)


def _uses_in(page: Page, question: AnyQuestion, known: dict[str, Domain]) -> Iterator[Use]:
    def place(field: str) -> Place:
        return Place(f"question “{question.name}”, {field}", page.name, question.name)

    if question.relevant:
        yield Use(place("relevant"), question.relevant, "condition")
    if question.constraint:
        yield Use(place("constraint"), question.constraint, "condition", itself=known.get(question.name))
    if isinstance(question, WithChoices) and question.choice_filter:
        columns = frozenset({"name"}.union(*(choice.properties for choice in question.choices)))
        yield Use(place("choice_filter"), question.choice_filter, "condition", properties=columns)


def _check_expressions(survey: Survey, known: dict[str, Domain]) -> Iterator[Found]:
    for use in uses(survey, known):
        tree = use.expression.tree
        for what in faults(tree, known, wants=use.wants, properties=use.properties, itself=use.itself):
            yield use.place.fault(what.rstrip("."))


def _check_piping(survey: Survey) -> Iterator[Found]:
    """Names in the words people read."""
    for place, wording in texts_of(survey):
        for text in wording.values():
            for name in piped(text):
                if name not in survey.sources:
                    yield place.fault(f"there is no question “{name}”; check the name in ${{{name}}}")


def needs(survey: Survey) -> dict[str, frozenset[str]]:
    """Name -> the names that its being asked, or its value, hangs on."""
    found = {each.name: each.value.names for each in survey.calculated}
    for page in survey.pages:
        for question in page.questions:
            parts = (page.relevant, question.relevant, getattr(question, "choice_filter", None))
            found[question.name] = frozenset().union(*(part.names for part in parts if part))
    return {name: frozenset(_owner(survey, each) for each in names) for name, names in found.items()}


def _owner(survey: Survey, name: str) -> str:
    question = survey.asked(name)
    return question.name if question else name


def _check_circles(survey: Survey) -> Iterator[Found]:
    needed, settled = needs(survey), set[str]()
    for start in needed:
        circle = _circle(needed, start, settled)
        if circle:
            yield _circle_fault(survey, circle)


def _circle_fault(survey: Survey, circle: list[str]) -> Found:
    """Said of the question of the circle that comes first."""
    first = min(circle, key=[*survey.page_of, *circle].index)
    turned = [*circle[circle.index(first) :], *circle[: circle.index(first)], first]
    said = " needs ".join(f"“{name}”" for name in turned)
    page = survey.page_of.get(first)
    place = Place(f"question “{first}”", page.name if page else "", first)
    return place.fault(f"its condition goes in a circle ({said}); take one of these conditions away")


def _circle(needed: dict[str, frozenset[str]], start: str, settled: set[str]) -> list[str]:
    """Names that need each other in a circle, or none; what was gone through goes to `settled`."""
    way: list[str] = []
    waiting = [(start, False)]
    while waiting:
        name, leaving = waiting.pop()
        if leaving:
            way.pop()
            settled.add(name)
        elif name in way:
            circle = way[way.index(name) :]
            settled.update(circle)
            return circle
        elif name not in settled:
            way.append(name)
            waiting.append((name, True))
            waiting.extend((each, False) for each in sorted(needed.get(name, ())))
    return []


def _check_constant(survey: Survey, known: dict[str, Domain]) -> Iterator[Found]:
    for use in uses(survey, known):
        if use.wants != "condition" or use.properties is not None or use.itself is not None:
            continue
        always = constant(use.expression.tree, known)
        if always is not None:
            remedy = "take it away" if always else "nobody would see this; mend the condition"
            yield use.place.fault(f"“{use.expression.text}” is always {str(always).lower()}; {remedy}")


def _check_dead_ends(survey: Survey, known: dict[str, Domain]) -> Iterator[Found]:
    """Pages and questions that nobody can reach, whatever they answer before."""
    needed = needs(survey)
    for page in survey.pages:
        if page.relevant and not _reached(survey, known, needed, page):
            place = Place(f"page “{page.name}”", page.name)
            yield place.fault("nobody can reach it: what it asks for is never answered so; mend its condition")
            continue
        for question in page.questions:
            if question.relevant and not _reached(survey, known, needed, page, question):
                place = Place(f"question “{question.name}”", page.name, question.name)
                yield place.fault("nobody can reach it: what it asks for is never answered so; mend its condition")


def _reached(
    survey: Survey,
    known: dict[str, Domain],
    needed: dict[str, frozenset[str]],
    page: Page,
    question: AnyQuestion | None = None,
) -> bool:
    """Whether some answers lead there; True also where too many would have to be tried."""
    conditions = [each for each in (page.relevant, question.relevant if question else None) if each]
    trees = [each.tree for each in _all_conditions(survey, needed, conditions)]
    samples = combinations(trees, {**known, AUDIENCE: known[AUDIENCE]}, TRIED)
    if samples is None:
        return True
    for sample in islice(samples, TRIED):
        for audience in survey.audience_names():
            path = Path(survey, _as_answers(survey, sample) | {AUDIENCE: sample.get(AUDIENCE, audience)})
            if path.asks(question) if question else path.opens(page):
                return True
    return False


def _all_conditions(
    survey: Survey, needed: dict[str, frozenset[str]], conditions: list[Expression]
) -> Iterator[Expression]:
    """The conditions, and those of everything they hang on."""
    waiting = [_owner(survey, name) for each in conditions for name in each.names]
    yield from conditions
    seen = set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        waiting.extend(needed.get(name, ()))
        yield from _conditions_on(survey, name)


def _conditions_on(survey: Survey, name: str) -> Iterator[Expression]:
    """What decides the value of a name: where its question is asked, or how it is calculated."""
    question, source = survey.question(name), survey.sources.get(name)
    parts = (survey.page_of[name].relevant, question.relevant) if question else ()
    yield from (part for part in parts if part)
    if source and source.calculated:
        yield source.calculated.value


def _as_answers(survey: Survey, sample: Mapping[str, object]) -> dict[str, object]:
    """Sampled values as a draft holds them: rows of grids together, several choices as lists."""
    answers: dict[str, object] = {}
    for name, value in sample.items():
        grid, _, row = name.partition(".")
        if row and value is not None:
            rows = answers.setdefault(grid, {})
            assert isinstance(rows, dict)  # noqa: S101
            rows[row] = value
        elif value is not None:
            answers[name] = list(value) if isinstance(value, tuple) else value
    return answers
