"""What is known of an XLSForm while it is read: names and values as they are kept, and what was lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from safekeeping.languages import gettext as _
from surveys.definition.parts import VALUE
from surveys.formats.drafting import Draft, unused
from surveys.formats.plain_words import slug
from surveys.formats.xlsform_logic import CannotRead, carried
from surveys.formats.xlsform_sheets import Form, Node
from surveys.formats.xlsform_types import nodes_of
from surveys.formats.xlsform_words import Languages, columns_of, unformatted

_BRACED = re.compile(r"\$\{\s*([^{}]+?)\s*\}")


@dataclass(frozen=True)
class Choices:
    """A list of choices: the old values with their new ones, and the choices themselves."""

    values: dict[str, str]
    nodes: tuple[Node, ...]

    @property
    def renamed(self) -> dict[str, str]:
        """Only the values that changed."""
        return {old: new for old, new in self.values.items() if old != new}


class Reading:
    """A form being read: names and values as they are kept, languages, and all that is lost."""

    def __init__(self, form: Form) -> None:
        self.form = form
        everything = [*nodes_of(form.root), *(each for listed in form.choices.values() for each in listed)]
        default = str(form.root.get("default_language") or "default")
        self.languages = Languages(columns_of(iter(everything)), default)
        self.draft = Draft(self.languages.language, self.languages.tags.values())
        self.draft.losses += [*form.losses, *self.languages.losses]
        self.references: dict[str, str] = {}
        self.values: dict[str, Mapping[str, str]] = {}
        self.lists: dict[str, Choices] = {}
        self.audience_values: dict[str, str] = {}
        self.names: dict[int, str] = {}
        self._places: dict[int, str] = {}
        self.lose = self.draft.lose

    def place(self, node: Node) -> str:
        """Where the node stands in the file."""
        if id(node) not in self._places:
            self._places[id(node)] = self.form.place(node)
        return self._places[id(node)]

    def name(self, node: Node) -> str:
        """How a node is called here."""
        return self.names[id(node)]

    def call(self, node: Node, name: str = "", reference: str = "") -> str:
        """Give a node its name: `name`, or one like its own."""
        raw = str(node.get("name", ""))
        found = name or self.draft.name(raw, self.place(node))
        self.names[id(node)] = found
        self.references.setdefault(raw, reference or f"${{{found}}}")
        return found

    def list_of(self, node: Node) -> Choices:
        """The choices of a question, under values that are fit."""
        name = str(node.get("list_name") or node.get("itemset") or node.get("query") or "")
        if name not in self.lists:
            self.lists[name] = self._fit(name, node.get("choices") or self.form.choices.get(name, []))
        return self.lists[name]

    def _fit(self, list_name: str, nodes: list[Node]) -> Choices:
        place = f"sheet choices, list {list_name[:60]}"
        values: dict[str, str] = {}
        kept = []
        for node in nodes:
            raw = str(node.get("name", ""))
            if raw in values:
                self.lose(place, _("two choices are called “{raw}”", raw=raw[:60]), _("only the first is kept"))
                continue
            fit = raw if re.fullmatch(VALUE, raw) else slug(raw, 60) or "choice"
            values[raw] = unused(fit, values.values(), 64)
            if values[raw] != raw:
                self.lose(
                    place,
                    _("the name “{raw}” cannot be a value", raw=raw[:60]),
                    _("“{values}” is kept", values=values[raw]),
                )
            kept.append(node)
        return Choices(values, tuple(kept))

    def words(self, value: Any, place: str, otherwise: str = "") -> Any:
        """A wording: plain, in our languages, with our names in `${…}`; None where there is no text."""
        texts = {tag: self._plain(text, place) for tag, text in self.languages.texts(value).items()}
        return self.draft.wording(texts, place, otherwise)

    def _plain(self, text: str, place: str) -> str:
        plain, formatted = unformatted(self.form.typeset.get(text, text))
        formatted = formatted or "<span" in plain.lower()
        if formatted:
            self.lose(place, _("formatting stands in its text"), _("the words are kept"))
        return _BRACED.sub(lambda found: self._shown(found[1], place), plain)

    def _shown(self, name: str, place: str) -> str:
        kept = self.references.get(name, "")
        if kept.startswith("$"):
            return kept
        self.lose(place, _("it shows “{name}”, which is not asked here", name=name[:60]), _("a mark stands there"))
        return "…"

    def expression(self, text: Any, place: str, instead: str, node: Node | None = None) -> str | None:
        """An expression in our names; None, with a line saying what was done `instead`, where it cannot be read."""
        own = self.values.get(self.names.get(id(node), "")) if node else None
        try:
            return carried(str(text), self.references, self.values, own)
        except CannotRead as fault:
            self.lose(place, _("“{value}” cannot be used ({fault})", value=str(text)[:200], fault=fault), instead)
            return None
