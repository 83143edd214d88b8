"""A survey with every mechanism, and a slow reading of what a person did in it that shares no code with the site."""

from dataclasses import dataclass, field
from typing import Any

AUDIENCES = [
    {"name": "survivor", "label": "A man", "plural": "Men"},
    {"name": "provider", "label": "A worker", "plural": "Workers"},
]


def _choices(*values: str, **properties: str) -> list[dict[str, Any]]:
    marks = {value: {"properties": {"region": properties[value]}} for value in values if value in properties}
    return [{"value": value, "label": value.title(), **marks.get(value, {})} for value in values]


WALK: dict[str, Any] = {
    "title": "Walk",
    "public_title": "Your views",
    "address": "walk",
    "languages": ["cy"],
    "intro": ["A few."],
    "audience": AUDIENCES,
    "calculated": [{"name": "long", "value": "${weeks} > 4"}],
    "page": [
        {
            "name": "you",
            "title": "You",
            "question": [
                {"name": "audience", "kind": "audience", "wording": "Who?", "required_because": "It decides."},
            ],
        },
        {
            "name": "asked",
            "title": "Asked",
            "question": [
                {"name": "asked", "kind": "yes-no", "wording": "Asked?"},
                {
                    "name": "whom",
                    "kind": "short-text",
                    "wording": "Whom?",
                    "longest": 40,
                    "relevant": "${asked} = 'yes'",
                },
                {"name": "region", "kind": "one-choice", "wording": "Where?", "choices": _choices("north", "south")},
                {
                    "name": "town",
                    "kind": "one-choice",
                    "wording": "Town?",
                    "choice_filter": "region = ${region}",
                    "choices": _choices("hill", "port", hill="north", port="south"),
                },
                {"name": "weeks", "kind": "number", "wording": "Weeks?", "most": 99},
            ],
        },
        {
            "name": "after",
            "title": "After",
            "content_note": "Hard things.",
            "relevant": "${asked} = 'yes'",
            "audiences": ["survivor"],
            "question": [
                {"name": "came", "kind": "long-text", "wording": "What came of it?", "longest": 100},
                {"name": "felt", "kind": "several-choices", "wording": "Felt?", "choices": _choices("glad", "sad")},
            ],
        },
        {
            "name": "waited",
            "title": "Waited",
            "relevant": "${long}",
            "question": [{"name": "why", "kind": "short-text", "wording": "Why?", "longest": 40}],
        },
        {
            "name": "last",
            "title": "Last",
            "question": [
                {
                    "name": "first",
                    "kind": "ranking",
                    "wording": "First?",
                    "at_most": 2,
                    "choices": _choices("a", "b", "c"),
                },
                {"name": "say", "kind": "long-text", "wording": "Say?", "longest": 100},
            ],
        },
    ],
}

#: Texts and how many letters they may have.
LONGEST = {"whom": 40, "came": 100, "why": 40, "say": 100}
PAGES = {
    "you": ["audience"],
    "asked": ["asked", "whom", "region", "town", "weeks"],
    "after": ["came", "felt"],
    "waited": ["why"],
    "last": ["first", "say"],
}
TOWNS = {"north": "hill", "south": "port"}
Answers = dict[str, Any]
Typed = dict[str, list[str]]


def asked_of(answers: Answers) -> set[str]:
    """The questions somebody with these answers is asked: the rules read once more from nothing."""
    asked = {"audience", "asked", "region", "weeks", "first", "say"}
    asked |= {"whom"} if answers.get("asked") == "yes" else set()
    asked |= {"town"} if answers.get("region") else set()
    asked |= {"came", "felt"} if answers.get("asked") == "yes" and answers.get("audience") == "survivor" else set()
    return asked | ({"why"} if answers.get("weeks", 0) > 4 else set())


def kept_of(answers: Answers) -> Answers:
    """What is to be kept of them: what is asked, and what follows from it."""
    kept = {name: answer for name, answer in answers.items() if name in asked_of(answers)}
    if kept.get("town") != TOWNS.get(kept.get("region", "")):
        kept.pop("town", None)
    return kept | {"long": kept.get("weeks", 0) > 4}


def read(name: str, typed: Typed) -> tuple[Any, bool]:
    """The answer to a question as it was typed (None: blank), and whether it can be taken."""
    given = typed.get(f"q-{name}", [])
    words = given[0].replace("\r\n", "\n") if given else ""
    if name in LONGEST:
        return (words if words.strip() else None), len(words) <= LONGEST[name]
    if name == "weeks":
        number = int(words) if words.isdigit() else None
        return number, not words or (number is not None and number <= 99)
    if name == "first":
        return words.split() or None, True
    if name == "felt":
        return given or None, True
    return words or None, bool(words) or name != "audience"


@dataclass
class Memory:
    """What one person has answered, and what stands on pages that they left before it could be taken."""

    answers: Answers = field(default_factory=dict)
    held: dict[str, Typed] = field(default_factory=dict)

    def after(self, page: str, typed: Typed, shown: list[str]) -> tuple[Answers, bool]:
        """Every answer after a page was sent, and whether all of it could be taken.

        What cannot be taken leaves the answer before it. Where it is not asked any more it waits to be mended.
        """
        after, wrong = dict(self.answers), []
        for name in shown:
            answer, fine = read(name, typed)
            if fine:
                after = {**after, name: answer} if answer is not None else _without(after, name)
            else:
                wrong.append(name)
        asked = asked_of(after)
        spare = {name: answer for name in wrong if name not in asked and (answer := read(name, typed)[0]) is not None}
        return after | spare, not set(wrong) & asked

    def go_on(self, page: str, typed: Typed, shown: list[str]) -> bool:
        """Continue. False: the page stays until it is mended."""
        after, fine = self.after(page, typed, shown)
        if fine:
            self.answers = after
        self.hold(page, None if fine else typed)
        return fine

    def go_back(self, page: str, typed: Typed, shown: list[str]) -> None:
        """Back: what can be taken is taken."""
        self.answers, fine = self.after(page, typed, shown)
        self.hold(page, None if fine else typed)

    def skip(self, page: str, typed: Typed) -> None:
        """Past the page: no answer to anything on it."""
        for name in PAGES[page]:
            self.answers = _without(self.answers, name)
        self.hold(page, typed)

    def hold(self, page: str, typed: Typed | None) -> None:
        """What stands in the fields of a page until it is taken."""
        self.held = {name: fields for name, fields in self.held.items() if name != page}
        if typed is not None:
            self.held[page] = typed

    def words(self, page: str, name: str) -> str:
        """What must stand in the field of a text."""
        held = self.held.get(page, {})
        if f"q-{name}" in held:
            return held[f"q-{name}"][0].replace("\r\n", "\n")
        return str(self.answers.get(name, ""))


def _without(answers: Answers, name: str) -> Answers:
    return {other: answer for other, answer in answers.items() if other != name}
