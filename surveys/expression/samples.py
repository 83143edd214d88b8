"""Answers to try an expression on, so few and so chosen that they stand for all possible answers."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Literal as Word

from surveys.expression.domain import Domain
from surveys.expression.evaluate import Env, Value, as_text, compile_expression, truth
from surveys.expression.tree import COMPARISONS, LOGICAL, Call, Itself, Operation, Property, Reference, Tree
from surveys.expression.tree import children as parts_of
from surveys.expression.tree import walk as parts
from surveys.expression.value import as_date, as_number

MOST = 4_096  # combinations of answers

_ANY_DAY = date(2000, 1, 1)  # for what does not depend on the day


@dataclass(frozen=True, slots=True)
class _Use:
    """One way an answer is used: its truth, compared with or selected for a fixed value, counted, or any other way."""

    how: Word["truth", "equality", "order", "selected", "count", "other"]
    value: Value = None


def combinations(
    trees: Iterable[Tree], domains: Mapping[str, Domain], limit: int = MOST
) -> Iterator[dict[str, Value]] | None:
    """Answers by name that stand for every possible combination, as far as `trees` as conditions can tell them apart.

    None if they cannot be listed exactly, or would be more than `limit`.
    """
    uses: dict[str, list[_Use]] = defaultdict(list)
    for tree in trees:
        if not _fixed_but_for_answers(tree):
            return None
        for name, use in _uses(tree, asked=True):
            uses[name].append(use)
    if not set(uses) <= set(domains):
        return None
    samples = [_SAMPLERS[domains[name].type](domains[name], used) for name, used in uses.items()]
    listed = [sample for sample in samples if sample is not None]
    if len(listed) < len(samples) or math.prod(map(len, listed)) > limit:
        return None
    return (dict(zip(uses, answers, strict=True)) for answers in product(*listed))


def constant(tree: Tree, domains: Mapping[str, Domain]) -> bool | None:
    """True or False if the condition is so for all possible answers; None if not, or if that cannot be decided."""
    answers = combinations([tree], domains)
    if answers is None:
        return None
    worth, found = compile_expression(tree), set()
    for each in answers:
        found.add(truth(worth(Env(each.get, _ANY_DAY))))
        if len(found) > 1:
            return None
    return found.pop() if found else None


def _fixed_but_for_answers(tree: Tree) -> bool:
    """False if it also depends on the day, on a choice at hand or on the answer being checked.

    Nor is a pattern tried here: one text may take it a while, and thousands would take it minutes.
    """
    return not any(
        isinstance(part, Itself | Property) or (isinstance(part, Call) and part.function in ("today", "regex"))
        for part in parts(tree)
    )


def _uses(tree: Tree, asked: bool = False) -> Iterator[tuple[str, _Use]]:
    """Each name with how it is used; `asked` where only the truth of the value counts."""
    if isinstance(tree, Reference):
        yield tree.name, _Use("truth" if asked else "other")
        return
    compared = _compared(tree)
    if compared is not None:
        yield compared
        return
    for place, part in enumerate(parts_of(tree)):
        yield from _uses(part, _asks(tree, place, asked))


def _asks(tree: Tree, place: int, asked: bool) -> bool:
    """Whether only the truth of the part at `place` counts."""
    if isinstance(tree, Operation):
        return tree.operator in LOGICAL
    if isinstance(tree, Call) and tree.function == "if":
        return place == 0 or asked
    return isinstance(tree, Call) and tree.function in ("not", "boolean")


def _compared(tree: Tree) -> tuple[str, _Use] | None:
    """An answer beside a fixed value, or counted."""
    match tree:
        case Operation(operator, Reference(name), other) | Operation(operator, other, Reference(name)) if (
            operator in COMPARISONS and _is_fixed(other)
        ):
            return name, _Use("equality" if operator in ("=", "!=") else "order", _worth(other))
        case Call("selected", (Reference(name), other)) if _is_fixed(other):
            return name, _Use("selected", as_text(_worth(other)).strip())
        case Call("count-selected", (Reference(name),)):
            return name, _Use("count")
    return None


def _is_fixed(tree: Tree) -> bool:
    return not any(isinstance(part, Reference) for part in parts(tree))


def _worth(tree: Tree) -> Value:
    return compile_expression(tree)(Env(lambda name: None, _ANY_DAY))


def _plain(uses: Iterable[_Use]) -> set[str] | None:
    """The texts an answer is held against, if it is held against nothing else: then others are all alike."""
    texts: set[str] = set()
    for use in uses:
        if use.how in ("equality", "selected") and (use.value is None or isinstance(use.value, str)):
            texts.add(as_text(use.value))
        elif use.how != "truth":
            return None
    return None if any(as_date(text) for text in texts) else texts - {""}


def _of_choice(domain: Domain, uses: list[_Use]) -> list[Value] | None:
    """Each value, or if they are too many, each that is named and one other."""
    named = _plain(uses)
    if named is None or any(not value or " " in value for value in domain.values):
        return [*domain.values, None] if domain.values else None
    others = [value for value in domain.values if value not in named] if domain.values else ["\0"]
    return [*(value for value in sorted(named) if value in domain.values or not domain.values), *others[:1], None]


def _of_choices(domain: Domain, uses: list[_Use]) -> list[Value] | None:
    """Each value that is named in or out, with none or one of the others, or as many as can be counted."""
    counted = any(use.how == "count" for use in uses)
    named = _plain(use for use in uses if use.how != "count")
    if named is None or not domain.values or any(len(text.split()) != 1 for text in named):
        return None
    others = [value for value in domain.values if value not in named]
    others = others if counted else others[:1]
    inside = sorted(named & set(domain.values))
    if 2 ** len(inside) * (len(others) + 1) > MOST:
        return None
    chosen = ([value for value, is_in in zip(inside, mask, strict=True) if is_in] for mask in _masks(len(inside)))
    return [(*some, *others[:more]) or None for some in chosen for more in range(len(others) + 1)]


def _masks(length: int) -> Iterator[tuple[bool, ...]]:
    return product((False, True), repeat=length)


def _of_boolean(domain: Domain, uses: list[_Use]) -> list[Value] | None:
    return [True, False, None]


def _of_text(domain: Domain, uses: list[_Use]) -> list[Value] | None:
    """Each text named, and one that nobody names."""
    named = None if any(use.how == "selected" for use in uses) else _plain(uses)
    return None if named is None else [*sorted(named), "\0", None]


def _of_number(domain: Domain, uses: list[_Use]) -> list[Value] | None:
    """Each number named, the ends, and one number in each gap between."""
    if any(use.how not in ("truth", "equality", "order") for use in uses):
        return None
    marks = {0.0} | {number for use in uses if (number := as_number(use.value)) is not None}
    marks |= {end for end in (domain.least, domain.most) if end is not None}
    if any(abs(mark) > 2**52 for mark in marks):  # beyond, one more is not another number
        return None
    tried = _wholes(marks) if domain.whole else _between(sorted(marks))
    return [*sorted(number for number in tried if _within(domain, number)), None]


def _wholes(marks: set[float]) -> set[float]:
    return {float(number) for mark in marks for number in range(math.floor(mark) - 1, math.ceil(mark) + 2)}


def _between(marks: list[float]) -> set[float]:
    gaps = {low + (high - low) / 2 for low, high in pairwise(marks)}
    return {*marks, *gaps, marks[0] - 1, marks[-1] + 1}


def _within(domain: Domain, number: float) -> bool:
    return (domain.least is None or number >= domain.least) and (domain.most is None or number <= domain.most)


def _of_date(domain: Domain, uses: list[_Use]) -> list[Value] | None:
    """Each day named, and the days beside it."""
    days: set[date] = {_ANY_DAY}
    for use in uses:
        day = as_date(use.value)
        if use.how not in ("truth", "equality", "order") or (day is None and use.value is not None):
            return None
        if day is not None and not 1 < day.year < 9999:
            return None
        days |= set() if day is None else {day + timedelta(days=step) for step in (-1, 0, 1)}
    return [*(day.isoformat() for day in sorted(days)), None]


_SAMPLERS: dict[str, Callable[[Domain, list[_Use]], list[Value] | None]] = {
    "choice": _of_choice,
    "choices": _of_choices,
    "boolean": _of_boolean,
    "text": _of_text,
    "number": _of_number,
    "date": _of_date,
}
