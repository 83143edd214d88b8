"""The words of an XLSForm: which language its columns are in, and plain text for what it formats."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from babel import Locale

from safekeeping.languages import LANGUAGES
from safekeeping.languages import gettext as _
from surveys.definition.parts import LANGUAGE
from surveys.formats.losses import Loss

#: The language of columns without one.
UNNAMED = "default"
TEXTS = ("label", "hint", "guidance_hint")
MESSAGES = ("jr:constraintMsg", "jr:requiredMsg")

_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*$")
#: Markdown of XLSForm -> what stays of it.
_FORMATS = (
    (re.compile(r"(?m)^\s{0,3}#{1,6}\s+(?=\S)"), ""),
    (re.compile(r"(?<!\\)(\*\*|__)(?=[^\s*_])([^\n]{0,500}?[^\s*_\\])\1"), r"\2"),
    (re.compile(r"(?<![\w*{\\])\*(?=[^\s*])([^*\n]{0,500}[^\s*\\])\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w{\\])_(?=[^\s_])([^_\n{}]{0,500}[^\s_\\])_(?![\w}])"), r"\1"),
    (re.compile(r"\[([^\]\[\n]{1,500})\]\((?:https?|mailto|tel)[^)\s]*\)"), r"\1"),
)
#: Where something begins that looks like HTML and is none of XLSForm’s: it stays text, and is shown as text.
_NO_FORMAT = re.compile(
    r"<(?!/?(?:span|br|b|i|u|em|strong|p|font|h[1-6]|ul|ol|li|a|div|sup|sub|center|big|small|hr|pre|code)\b)"
)
_ESCAPED = re.compile(r"\\([*_#\\])")


def unformatted(text: str) -> tuple[str, bool]:
    """The text without XLSForm's Markdown (HTML is left, and `&lt;` stands for other signs), and whether it had any."""
    plain = text
    for pattern, kept in _FORMATS:
        plain = pattern.sub(kept, plain)
    return _NO_FORMAT.sub("&lt;", _ESCAPED.sub(r"\1", plain)), plain != text


def tag_of(column: str) -> str:
    """The tag of a language as columns name it: “Cymraeg (cy)”, “Welsh”, “cy”; empty where it is not known."""
    code = _CODE.search(column)
    if code:
        return code[1].lower().replace("_", "-")
    named = column.strip().casefold()
    if re.fullmatch(LANGUAGE, named) and named in Locale("en").languages:
        return named
    own = {spoken.name.casefold(): tag for tag, spoken in LANGUAGES.items()}
    english = {name.casefold(): tag.lower().replace("_", "-") for tag, name in Locale("en").languages.items()}
    return own.get(named) or english.get(named) or ""


def columns_of(nodes: Iterator[Mapping[str, Any]]) -> list[str]:
    """The languages of columns, in the order they are met."""
    found: dict[str, None] = {}
    for node in nodes:
        bind = node.get("bind") or {}
        for text in (*(node.get(key) for key in TEXTS), *(bind.get(key) for key in MESSAGES)):
            if isinstance(text, dict):
                found |= dict.fromkeys(map(str, text))
            elif text:
                found.setdefault(UNNAMED)
    return list(found)


class Languages:
    """Which columns hold which language. `default` is the column that the form was written in."""

    def __init__(self, columns: list[str], default: str) -> None:
        self.losses: list[Loss] = []
        named = [column for column in columns if column != UNNAMED]
        if default == UNNAMED and UNNAMED not in columns and named:
            default = named[0]
        self.default = default
        self.language = self._of_default(default)
        self.tags = self._translations([column for column in named if column != default])

    def _of_default(self, column: str) -> str:
        if column == UNNAMED:
            return "en"
        tag = tag_of(column)
        if not tag:
            self._lose(f"the language “{column[:40]}” is not known", "its texts are kept as English")
        return tag or "en"

    def _translations(self, columns: list[str]) -> dict[str, str]:
        kept: dict[str, str] = {}
        for column in columns:
            tag = tag_of(column)
            if not tag:
                self._lose(f"the language “{column[:40]}” is not known", "its texts are left out; add its code in ( )")
            elif tag in (*kept.values(), self.language):
                self._lose(f"two columns are in the language “{tag}”", f"“{column[:40]}” is left out")
            else:
                kept[column] = tag
        return kept

    def _lose(self, what: str, instead: str) -> None:
        self.losses.append(Loss(_("sheets survey and choices"), what, instead))

    def texts(self, value: Any) -> dict[str, str]:
        """A text or its translations, by tag; the default under `default`."""
        if not isinstance(value, dict):
            return {UNNAMED: str(value)} if value not in (None, "") else {}
        first = {UNNAMED: value.get(self.default) or value.get(UNNAMED) or ""}
        rest = {tag: value.get(column) or "" for column, tag in self.tags.items()}
        return {tag: str(text) for tag, text in (first | rest).items() if text}
