"""What SurveyJS asks of answers: when a question is shown, which choices are offered, which answers are taken."""

import math
import re
from typing import Any

from safekeeping.languages import gettext as _
from surveys.expression.tree import Call, Itself, Literal, Negative, Operation, Property, Reference, Tree
from surveys.formats.drafting import MISFIT, Table
from surveys.formats.foreign_logic import Known
from surveys.formats.surveyjs_reading import Reading, listed, said, together

_EMAIL = r"[^@ ]+@[^@ ]+\.[^@ ]+"
ITEM = {"item": Known(Property("name")), "choice": Known(Property("name"))}


class Checks:
    """Reads the conditions of questions, once every name is known."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def apply(self, element: Table, question: Table, conditions: list[str]) -> None:
        """Put what SurveyJS's `element` asks for into our `question`."""
        place = f"question “{element.get('name') or question['name']}”"
        relevant = self.reading.condition(conditions, place)
        if relevant:
            question["relevant"] = relevant
        if "choices" in question:
            self._filter(element, question, place)
        self._validate(element, question, place)

    def copy_choices(self) -> None:
        """Write out the choices that come from another question; before conditions, which may name them."""
        for name, (source, mode) in self.reading.copied.items():
            known, place = self.reading.known.get(source), f"question “{name}”"
            other = self.reading.tables.get(getattr(known.tree, "name", "")) if known else None
            if known is None or other is None or not other.get("choices"):
                self.reading.draft.lose(
                    place, _("its choices come from “{source}”, which has none", source=source[:60]), _("see the next")
                )
            else:
                self._copy(self.reading.tables[name], other, known, mode)

    def _copy(self, question: Table, other: Table, source: Known, mode: str) -> None:
        own = question.get("choices", [])
        taken = {each["value"] for each in own}
        question["choices"] = [dict(each) for each in other["choices"] if each["value"] not in taken] + own
        raw = next(each for each, known in self.reading.known.items() if known.tree == Reference(question["name"]))
        mine = self.reading.known[raw]
        self.reading.known[raw] = Known(mine.tree, mine.kind, {**source.values, **mine.values})
        if mode in ("selected", "unselected"):
            chosen: Tree = Call("selected", (source.tree, Property("name")))
            chosen = chosen if mode == "selected" else Call("not", (chosen,))
            for each in own:
                chosen = Operation("or", chosen, Operation("=", Property("name"), Literal(each["value"])))
            question["choice_filter"] = together([chosen])

    def _filter(self, element: Table, question: Table, place: str) -> None:
        """Which choices are offered: by one condition on all, or by one on each."""
        trees: list[Tree | None] = []
        instead = _("they are always offered")
        if element.get("choicesVisibleIf"):
            trees.append(self.reading.tree(str(element["choicesVisibleIf"]), place, instead, ITEM))
        for value, condition in self.reading.conditional.get(question["name"], []):
            tree = self.reading.tree(condition, f"{place}, choice “{value}”", instead, ITEM)
            trees += [Operation("or", Operation("!=", Property("name"), Literal(value)), tree)] if tree else []
        written = together(trees)
        if written:
            question["choice_filter"] = written

    def _validate(self, element: Table, question: Table, place: str) -> None:
        trees: list[Tree | None] = []
        messages = []
        for check in listed(element, "validators"):
            kind = str(check.get("type", ""))
            if kind in ("numeric", "answercount"):
                continue  # taken in with the question itself
            tree = self._check(kind, check, element, place)
            if tree is None and kind != "expression":
                self.reading.draft.lose(
                    place, _("answers are checked by “{kind}”", kind=kind[:40]), _("they are not checked so")
                )
            if tree is not None:
                trees.append(tree)
                messages.append(self.reading.draft.wording(said(check.get("text")), place, MISFIT))
        written = together(trees)
        if written:
            question |= {"constraint": written, "constraint_message": messages[0] or MISFIT}

    def _check(self, kind: str, check: Table, element: Table, place: str) -> Tree | None:
        if kind == "expression":
            own = {str(element.get("name", "")): Known(Itself())}
            return self.reading.tree(str(check.get("expression", "")), place, "any answer is taken", own)
        if kind == "email":
            return _has_form(_EMAIL)
        if kind == "regex":
            return _has_form(_as_whole(str(check.get("regex", ""))))
        return _long_enough(check) if kind == "text" else None


def _has_form(pattern: str) -> Tree:
    return Call("regex", (Itself(), Literal(pattern)))


def _as_whole(pattern: str) -> str:
    """SurveyJS looks for the pattern anywhere in the answer, ours must be the whole of it."""
    begins, ends = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith("\\$")
    inner = pattern[begins : len(pattern) - ends]
    if re.search(r"(?<!\\)\|", inner):
        inner = f"({inner})"
    return f"{'' if begins else '.*'}{inner}{'' if ends else '.*'}"


def _long_enough(check: Table) -> Tree | None:
    length = Call("string-length", (Itself(),))
    limits = [(">=", check.get("minLength")), ("<=", check.get("maxLength"))]
    parts: list[Tree] = [
        Operation(sign, length, number(end)) for sign, end in limits if isinstance(end, int) and end > 0
    ]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else Operation("and", parts[0], parts[1])


def number(value: Any) -> Tree:
    """A number as a tree."""
    figure = float(value)
    figure = figure if math.isfinite(figure) else 0.0
    return Negative(Literal(-figure)) if figure < 0 else Literal(figure)
