"""Random surveys with conditions, and a slow reading of their rules that shares no code with `Path`.

Each condition is drawn as a pair: the text that goes into the definition, and a Python function that says the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from surveys.definition.survey import Survey

AUDIENCES = ("one", "two", "three")
VALUES = ("a", "b", "c")
limits = st.lists(st.sampled_from(AUDIENCES), unique=True, max_size=3)

Answered = dict[str, Any]
Test = Callable[[Answered], bool]


@dataclass
class Rules:
    """What a random survey asks for, as Python: name -> audiences, condition; page -> audiences, condition, names."""

    audiences: dict[str, list[str]] = field(default_factory=dict)
    conditions: dict[str, Test] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    calculated: dict[str, Test] = field(default_factory=dict)


def _atom(draw: st.DrawFn, known: list[tuple[str, str]]) -> tuple[str, Test]:
    """A condition over one of the (name, kind) that are known."""
    name, kind = draw(st.sampled_from(known))
    value, limit = draw(st.sampled_from(VALUES)), draw(st.integers(0, 3))
    atoms: dict[str, tuple[str, Test]] = {
        "audience": (f"${{{name}}} = '{AUDIENCES[limit % 3]}'", lambda now: now.get(name) == AUDIENCES[limit % 3]),
        "one-choice": (f"${{{name}}} = '{value}'", lambda now: now.get(name) == value),
        "several-choices": (f"selected(${{{name}}}, '{value}')", lambda now: value in now.get(name, [])),
        "number": (f"${{{name}}} >= {limit}", lambda now: name in now and now[name] >= limit),
        "short-text": (f"${{{name}}} != ''", lambda now: bool(now.get(name))),
        "calculated": (f"${{{name}}}", lambda now: bool(now.get(name))),
    }
    return atoms[kind]


def _condition(draw: st.DrawFn, known: list[tuple[str, str]]) -> tuple[str, Test]:
    """One or two atoms, joined or turned round."""
    (left, is_left), (right, is_right) = _atom(draw, known), _atom(draw, known)
    joined: list[tuple[str, Test]] = [
        (left, is_left),
        (f"not({left})", lambda now: not is_left(now)),
        (f"{left} and {right}", lambda now: is_left(now) and is_right(now)),
        (f"{left} or not({right})", lambda now: is_left(now) or not is_right(now)),
    ]
    return draw(st.sampled_from(joined))


def _question(draw: st.DrawFn, name: str, known: list[tuple[str, str]], rules: Rules) -> dict[str, Any]:
    kind = draw(st.sampled_from(("one-choice", "several-choices", "number", "short-text", "information")))
    table: dict[str, Any] = {"name": name, "kind": kind, "wording": "Q", "audiences": draw(limits)}
    rules.kinds[name], rules.audiences[name] = kind, table["audiences"]
    limited, filtered = draw(st.tuples(st.booleans(), st.booleans()))
    if known and limited:
        table["relevant"], rules.conditions[name] = _condition(draw, known)
    if kind in ("one-choice", "several-choices"):
        table["choices"] = [{"value": value, "label": value, "properties": {"to": value}} for value in VALUES]
        one = [asked for asked, of in known if of == "one-choice"]
        if one and filtered:
            rules.filters[name] = draw(st.sampled_from(one))
            table["choice_filter"] = f"to != ${{{rules.filters[name]}}}"
    return table


def _calculation(draw: st.DrawFn, name: str, known: list[tuple[str, str]], rules: Rules) -> dict[str, Any]:
    text, rules.calculated[name] = _condition(draw, known)
    return {"name": name, "value": text}


@st.composite
def surveys(draw: st.DrawFn) -> tuple[Survey, Rules]:
    """A survey of up to six pages after the first. Conditions may ask for later pages, never in a circle."""
    rules = Rules(kinds={"audience": "audience"}, audiences={"audience": []}, pages={"first": ["audience"]})
    rules.audiences["page first"] = []
    first = {"name": "audience", "kind": "audience", "wording": "Who?"}
    count = draw(st.integers(0, 5))
    pages: dict[int, dict[str, Any]] = {}
    calculated: list[dict[str, Any]] = []
    known = [("audience", "audience")]
    for at in draw(st.permutations(range(count))):  # the order of dependence, not of the pages
        page: dict[str, Any] = {"name": f"p{at}", "title": "P", "audiences": draw(limits), "question": []}
        rules.audiences[f"page p{at}"] = page["audiences"]
        if draw(st.booleans()):
            page["relevant"], rules.conditions[f"page p{at}"] = _condition(draw, known)
        for number in range(draw(st.integers(1, 3))):
            name = f"q{at}_{number}"
            page["question"].append(_question(draw, name, known, rules))
            if rules.kinds[name] != "information":
                known = [*known, (name, rules.kinds[name])]
        if draw(st.booleans()):
            calculated.append(_calculation(draw, f"c{at}", known, rules))
            known = [*known, (f"c{at}", "calculated")]
        pages[at] = page
        rules.pages[f"p{at}"] = [question["name"] for question in page["question"]]
    named = [{"name": name, "label": name, "plural": name} for name in AUDIENCES]
    in_order = [{"name": "first", "title": "First", "question": [first]}, *(pages[at] for at in range(count))]
    whole = {"title": "T", "public_title": "T", "address": "any", "intro": ["I"], "audience": named, "page": in_order}
    return Survey.model_validate(whole | {"calculated": calculated}), rules


VALUES_OF: dict[str, st.SearchStrategy[Any]] = {
    "audience": st.sampled_from(AUDIENCES),
    "one-choice": st.sampled_from(VALUES),
    "several-choices": st.lists(st.sampled_from(VALUES), min_size=1, unique=True),
    "number": st.integers(0, 4),
    "short-text": st.text("xy", min_size=1, max_size=2),
    "information": st.just("stray"),
}


@st.composite
def answered(draw: st.DrawFn) -> tuple[Survey, Rules, Answered]:
    """A survey and answers: to some of its questions, whether asked or not, and to some that it does not have."""
    survey, rules = draw(surveys())
    answers = {name: draw(VALUES_OF[kind]) for name, kind in rules.kinds.items() if draw(st.booleans())}
    return survey, rules, answers | ({"stray": "x"} if draw(st.booleans()) else {})


@dataclass
class SlowPath:
    """The rules read again and again, from nothing, until nothing changes any more."""

    pages: dict[str, list[str]]
    kept: Answered


def slow_path(rules: Rules, answers: Answered) -> SlowPath:
    """What the rules say, without memory, order of dependence or any part of `Path`."""
    now: Answered = {}
    for _ in range(len(rules.kinds) + len(rules.calculated) + len(rules.pages) + 1):
        pages = {page: asked for page, names in rules.pages.items() if (asked := _asked(rules, page, names, now))}
        kept = {
            name: _offered(rules, name, answers[name], now)
            for names in pages.values()
            for name in names
            if name in answers and rules.kinds[name] != "information"
        }
        kept = {name: value for name, value in kept.items() if value}
        kept |= {
            name: answers[name]
            for names in pages.values()
            for name in names
            if rules.kinds[name] == "number" and name in answers
        }
        now = kept | {name: True for name, test in rules.calculated.items() if test(now)}
    in_order = {"first": pages.pop("first")} | dict(sorted(pages.items()))
    return SlowPath(in_order, {name: value for name, value in now.items() if name not in rules.calculated})


def _asked(rules: Rules, page: str, names: list[str], now: Answered) -> list[str]:
    if not _may(rules, f"page {page}", now):
        return []
    return [name for name in names if _may(rules, name, now)]


def _may(rules: Rules, name: str, now: Answered) -> bool:
    audiences = rules.audiences[name]
    if audiences and now.get("audience") not in audiences:
        return False
    return name not in rules.conditions or rules.conditions[name](now)


def _offered(rules: Rules, name: str, answer: Any, now: Answered) -> Any:
    """Without the choice that the filter takes away: the one chosen in another question."""
    taken = now.get(rules.filters.get(name, ""))
    if isinstance(answer, list):
        return [value for value in answer if value != taken]
    return answer if rules.kinds[name] != "one-choice" or answer != taken else None
