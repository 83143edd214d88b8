"""What the lines of a written questionnaire are: headings, questions, choices, blanks to fill, notes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["heading", "question", "choice", "blank", "note", "words", "empty"]

_NUMBERED = re.compile(
    r"(?:question|q|no\.?)\s?(?P<label>[0-9]{1,3}[a-z]?)\s*[.):\-–]?\s+(?P<rest>\S.*)", re.IGNORECASE
)
_PLAIN_NUMBER = re.compile(r"(?P<label>[0-9]{1,3}[a-z]?)\s*[.):]\s+(?P<rest>\S.*)")
_MARK = r"\(\s?\)|\[\s?\]|[○◯●◦☐□❏▢◻]"
_MARKED = re.compile(rf"(?P<mark>{_MARK})\s*(?P<rest>\S.*)")
_MARKS = re.compile(rf"(?={_MARK})")
_BULLET = re.compile(r"(?P<mark>[-*•–·])\s+(?P<rest>\S.*)")
_LETTER = re.compile(r"(?P<mark>\(?[a-hj-z](?:\)|\.)|\(?[A-HJ-Z]\))\s+(?P<rest>\S.*)")
_ROUTE = re.compile(r"(?:→|->|=>)?\s*[\[(]?\s*(?:if|only if|→|->|=>|go to|skip to)\b.*", re.IGNORECASE)
_NOTE = re.compile(r"[\[(](?P<rest>[^\[\]()]{2,200})[\])]\.?")
_HEADING = re.compile(r"#{1,6}\s+(?P<rest>\S.*?)\s*#*")
_SECTION = re.compile(r"(?:section|part|page)\s+[0-9A-Z]{1,3}\s*[:.\-–]\s*(?P<rest>\S.*)", re.IGNORECASE)
_UNDERLINE = re.compile(r"(?:=\s?){3,}|(?:-\s?){3,}|(?:~\s?){3,}")
_BLANK = re.compile(r"[_…]{3,}|\.{5,}")
#: A little more than a text may have, so that cutting a longer one is noted where it becomes a text.
LONGEST_LINE = 2_100
SEVERAL_MARKS = "[☐□❏▢◻"


@dataclass
class Line:
    """One line: what it is, its number in the file, its words, the label of a question or the mark of a choice."""

    kind: Kind
    number: int
    words: str
    label: str = ""
    more: list["Line"] = field(default_factory=list)


def lines_of(text: str) -> list[Line]:
    """Every line as what it is. A document that writes Q1 does not begin questions with a bare number."""
    raw = [line.strip()[:LONGEST_LINE] for line in re.split(r"\r\n|\r|\n", text)]
    with_q = any(_NUMBERED.match(line) for line in raw)
    made = []
    for at, line in enumerate(raw):
        below = raw[at + 1] if at + 1 < len(raw) else ""
        underlined = bool(line and _UNDERLINE.fullmatch(below)) and len(below) <= 120
        made.append(_line(line, at + 1, with_q, underlined))
    return made


def _line(line: str, number: int, with_q: bool, underlined: bool) -> Line:
    if not line or _UNDERLINE.fullmatch(line):
        return Line("empty", number, "")
    heading = _heading(line, underlined)
    if heading:
        return Line("heading", number, heading)
    asked = _NUMBERED.match(line) or (None if with_q else _PLAIN_NUMBER.match(line))
    if asked:
        words, parts = _apart(asked["rest"], number)
        return Line("question", number, words, asked["label"].lower(), parts)
    return _answering(line, number, with_q)


def _heading(line: str, underlined: bool) -> str:
    for pattern in (_HEADING, _SECTION):
        found = pattern.fullmatch(line)
        if found:
            return found["rest"]
    letters = [sign for sign in line if sign.isalpha()]
    shouted = len(letters) > 5 and line.isupper() and not line.endswith("?") and len(line) < 80
    plain = not (_MARKED.match(line) or _BLANK.search(line))
    return line if plain and (underlined or (shouted and not _NOTE.fullmatch(line))) else ""


def _answering(line: str, number: int, with_q: bool) -> Line:
    """A line that is not numbered: a choice, a blank to fill, a note, a question by its mark, or words."""
    if _MARKED.match(line):
        return Line("choice", number, "", "", list(_marked(line, number)))
    for pattern in (_BULLET, _LETTER, _PLAIN_NUMBER):
        found = pattern.fullmatch(line)
        if found and (with_q or pattern is not _PLAIN_NUMBER):
            mark = "-" if pattern is _PLAIN_NUMBER else found["mark"]
            return Line("choice", number, "", "", [Line("choice", number, found["rest"], mark)])
    if _ROUTE.fullmatch(line) or _NOTE.fullmatch(line):
        return Line("note", number, line)
    words, parts = _apart(line, number)
    if not words:
        return Line("blank", number, "", "", parts)
    if words.endswith("?"):
        return Line("question", number, words, "", parts)
    return Line("words", number, words, "", parts)


def _marked(line: str, number: int) -> Iterator[Line]:
    """The choices on one line: “( ) Yes  ( ) No”."""
    for part in _MARKS.split(line):
        found = _MARKED.match(part.strip())
        if found:
            yield Line("choice", number, found["rest"].strip(), found["mark"])


def _apart(words: str, number: int) -> tuple[str, list[Line]]:
    """The words of a question, and the choices, blanks and notes that stand on the same line."""
    parts: list[Line] = []
    found = re.search(_MARK, words)
    if found and found.start():
        parts += _marked(words[found.start() :], number)
        words = words[: found.start()].strip()
    if _BLANK.search(words):
        parts.append(Line("blank", number, ""))
        words = _BLANK.sub(" ", words).strip()
    while (note := re.search(r"\s*[\[(]([^\[\]()]{2,200})[\])]\s*$", words)) and note.start():
        parts.append(Line("note", number, note[1]))
        words = words[: note.start()].strip()
    return words.rstrip(":").strip(), parts
