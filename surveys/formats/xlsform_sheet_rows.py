"""The three sheets of an XLSForm while they are written: rows, words in every language, and what was lost."""

import re
from collections.abc import Mapping
from typing import Any

from safekeeping.languages import gettext, speaking, spoken
from safekeeping.languages import gettext as _
from surveys.definition.parts import DEFAULT
from surveys.definition.questions import NOT_SAID, Choice
from surveys.definition.survey import AUDIENCE, Survey
from surveys.definition.wording import PIPED
from surveys.expression.parse import parse
from surveys.expression.tree import Reference, Tree, properties, rename, walk
from surveys.expression.write import write
from surveys.formats.losses import Loss
from surveys.formats.xlsform_words import unformatted

Row = dict[str, str]
_SIGNS = re.compile(r"(\$\{[^}]*\})|([*_#\\])")
#: What no workbook can hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: Columns of the sheet choices that mean something there.
TAKEN_COLUMNS = frozenset("list_name name value label caption image audio video big-image media geometry".split())


class Sheets:
    """The rows of survey and choices. `names` holds the names that differ in the form, by ours."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.losses: list[Loss] = []
        self.rows: list[Row] = []
        self.choices: list[Row] = []
        self.names: dict[str, str] = {}
        self.translated = survey.all_languages != ("en",)

    def lose(self, place: str, what: str, instead: str) -> None:
        """Note something that the form does not hold."""
        loss = Loss(place, what, instead)
        if loss not in self.losses:
            self.losses.append(loss)

    def named(self, name: str) -> str:
        """How a question goes by in the form."""
        return self.names.get(name, name)

    def column_language(self, tag: str) -> str:
        """A language as columns name it."""
        return f"{spoken(tag).name} ({tag})"

    def words(self, column: str, wording: Mapping[str, str] | None, place: str = "") -> Row:
        """The cells of a wording, one per language; what an audience reads instead is named."""
        if not wording:
            return {}
        known = {DEFAULT, *self.survey.languages}
        if set(wording) - known:
            others = ", ".join(sorted({key.split("-")[0] for key in set(wording) - known}))
            self.lose(
                place,
                _("other words are for {others} ({column})", others=others, column=column),
                _("everybody reads the usual ones"),
            )
        return self.cells(column, {tag: wording.get(self._key(tag), "") for tag in self.survey.all_languages})

    def _key(self, tag: str) -> str:
        return DEFAULT if tag == self.survey.language else tag

    def cells(self, column: str, texts: Mapping[str, str]) -> Row:
        """Texts by language as cells."""
        said = {tag: self._text(text) for tag, text in texts.items() if text}
        if not self.translated:
            return dict.fromkeys([column], next(iter(said.values()))) if said else {}
        return {f"{column}::{self.column_language(tag)}": text for tag, text in said.items()}

    def own_words(self, column: str, text: str) -> Row:
        """Words of the pages (not of the survey) in each language that they are in."""
        texts = {}
        for tag in self.survey.all_languages:
            with speaking(tag):
                texts[tag] = gettext(text)
        texts = {tag: said for tag, said in texts.items() if said != text or tag in ("en", self.survey.language)}
        return self.cells(column, texts)

    def _text(self, text: str) -> str:
        """A text as other programs show it unchanged, with the names of the form in `${…}`."""
        if unformatted(text)[1]:
            text = _SIGNS.sub(lambda found: found[1] or "\\" + found[2], text)
        text = _CONTROL.sub("", text)
        return PIPED.sub(lambda found: f"${{{self.names.get(found[1], found[1])}}}", text)

    def expression(self, text: str) -> str:
        """An expression with the names of the form."""
        tree = parse(text)
        known = {node.name for node in walk(tree) if isinstance(node, Reference)}
        return write(rename(tree, self.names)) if known & self.names.keys() else text

    def tree(self, tree: Tree) -> str:
        """As `expression`, of a tree."""
        return write(rename(tree, self.names))

    def for_audiences(self, audiences: tuple[str, ...]) -> str:
        """The condition that one of these audiences is answering; empty for everybody."""
        if not audiences or len(self.survey.audiences) == 1:
            return ""
        return " or ".join(f"${{{AUDIENCE}}} = '{name}'" for name in audiences)

    def list_choices(self, list_name: str, choices: tuple[Choice, ...], place: str) -> None:
        """Add a list of choices, with the columns that filters ask for."""
        narrowed = any(choice.audiences for choice in choices)
        for choice in choices:
            row = {"list_name": list_name, "name": choice.value} | self.words("label", choice.label, place)
            row |= {"audiences": " ".join(choice.audiences) or "all"} if narrowed else {}
            self.choices.append(row | self._columns(choice, place))

    def _columns(self, choice: Choice, place: str) -> Row:
        fit = {key: text for key, text in choice.properties.items() if _is_column(key)}
        for key in choice.properties.keys() - fit.keys():
            self.lose(place, _("“{key}” cannot be a column of choices", key=key[:60]), _("it is left out"))
        return fit

    def add_choice(self, list_name: str, value: str, label: Row) -> None:
        """Add one choice whose label is in cells already."""
        self.choices.append({"list_name": list_name, "name": value} | label)

    def add_not_said(self, list_name: str) -> None:
        """Add “I would rather not say”."""
        self.add_choice(list_name, NOT_SAID, self.own_words("label", "I would rather not say"))

    def fits(self, choice_filter: str) -> bool:
        """Whether the columns that a filter asks for can stand in the sheet."""
        return all(key == "name" or _is_column(key) for key in properties(parse(choice_filter)))


def _is_column(key: str) -> bool:
    return key not in TAKEN_COLUMNS and bool(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]*", key))


def both(*conditions: str) -> str:
    """Conditions that must all hold, as one."""
    kept = [each for each in conditions if each]
    return kept[0] if len(kept) == 1 else " and ".join(f"({each})" for each in kept)


def cells_of(**cells: Any) -> Row:
    """Only the cells that hold something."""
    return {column: str(value) for column, value in cells.items() if value not in (None, "")}
