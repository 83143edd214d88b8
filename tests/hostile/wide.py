"""A survey with many questions of every kind that is written in words, and the reading of its pages."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import tomli_w
from flask import Flask
from sqlalchemy import Engine

from safekeeping.database import session_for
from safekeeping.vault import Vault
from surveys.definition.published import Open, publish
from tests.factories import NOW, as_open
from tests.surveys.browsing import Person

#: Fields for words: the answer's name, and what it belongs to. `{}` is a number.
FIELDS = ("short{}", "long{}", "one{}_other", "some{}_other", "view{}_why")
EACH = 12
CHOICES = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
QUESTIONS: tuple[dict[str, Any], ...] = (
    {"name": "short{}", "kind": "short-text", "longest": 500},
    {"name": "long{}", "kind": "long-text"},
    {"name": "one{}", "kind": "one-choice", "other": "Other", "choices": CHOICES},
    {"name": "some{}", "kind": "several-choices", "other": "Other", "choices": CHOICES},
    {"name": "view{}", "kind": "clause-view", "clause": "AE3", "text": "A clause."},
)
#: Names of the answers in words, in the order of the page.
NAMES = [name.format(at) for at in range(EACH) for name in FIELDS]
NOT_THERE = "\N{REPLACEMENT CHARACTER}"


def tables(**texts: Any) -> dict[str, Any]:
    """The survey; `texts` are those of its title, its public title and so on."""
    asked = [{**each, "name": each["name"].format(at), "wording": "Q"} for at in range(EACH) for each in QUESTIONS]
    whole = {"title": "Wide", "public_title": "Your views", "address": "wide", "intro": ["Many."]}
    audience = [{"name": "survivor", "label": "A man", "plural": "Men"}]
    return {**whole, **texts, "audience": audience, "page": [{"name": "words", "title": "Words", "question": asked}]}


def put_up_wide(engine: Engine, keys: Vault, **texts: Any) -> Open:
    """Publish it and let it take answers."""
    with session_for(engine) as session:
        return as_open(publish(session, keys, tomli_w.dumps(tables(**texts)), NOW))


def kept_of(typed: str) -> str:
    """What is kept of what was typed: lines end in one way, there is no NUL, and what is no letter is a mark for it.

    Blank is left blank.
    """
    text = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return "".join(NOT_THERE if "\ud800" <= each <= "\udfff" else each for each in text) if text.strip() else ""


def begun(app: Flask) -> Person:
    """Somebody new on the page with the words."""
    person = Person(app.test_client(), "wide")
    person.post({"go": "start"})
    return person


@dataclass
class Structure(HTMLParser):
    """What a page is made of: its elements with the names of their attributes, and the texts of those that matter."""

    page: str
    elements: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element; a text that matters begins."""
        has = dict(attrs)
        self.elements.append((tag, tuple(name for name, _value in attrs)))
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]
        if tag == "input" and (has.get("name") or "").startswith("q-") and has.get("type") == "text":
            self.values.append(has.get("value") or "")
        if has.get("class") == "written" or tag in ("textarea", "blockquote"):
            self.written.append("")
            self._open.append(tag)
        if tag in ("title", "h1"):
            self.texts[tag] = ""
            self._open.append(tag)

    def handle_data(self, data: str) -> None:
        """Text belongs to what was opened last."""
        if self._open and self._open[-1] in self.texts:
            self.texts[self._open[-1]] += data
        elif self._open:
            self.written[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """A text that matters ends; a browser leaves out the first line end of a text box."""
        if self._open and self._open[-1] == tag:
            self._open.pop()
            if tag == "textarea":
                self.written[-1] = self.written[-1].removeprefix("\n")
