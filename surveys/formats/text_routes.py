"""“If yes, go to Q5” and “[If Q1 = Yes]” in a written questionnaire, as conditions where that is certain."""

import re
from dataclasses import dataclass, field

from safekeeping.languages import gettext as _
from surveys.formats.drafting import Draft, Table

_TARGET = r"(?:question|q|no\.?)?\s*(?P<target>[0-9]{1,3}[a-z]?|(?:the )?end)\b"
_GO = re.compile(
    rf"(?:if\s+(?:you (?:answered|said|chose)\s+)?(?P<answer>[^,:→\[\]()]{{1,80}}?)[,:]?\s+)?"
    rf"(?:→|->|=>|please|then|\s)*(?:go|skip|jump|move)\s+(?:on\s+)?(?:straight\s+)?to\s+{_TARGET}.*",
    re.IGNORECASE,
)
_ARROW = re.compile(r"(?:→|->|=>)\s*(?:question|q)\s*(?P<target>[0-9]{1,3}[a-z]?)\b.*", re.IGNORECASE)
_IF = (
    re.compile(
        r"(?:only |ask )*if\s+(?:question|q)\s*(?P<label>[0-9]{1,3}[a-z]?)\s*(?:=|is|was|:)\s*(?P<answer>[^=]{1,80})",
        re.I,
    ),
    re.compile(
        r"(?:only |ask )*if\s+(?:you (?:answered|said|chose)\s+)?(?P<answer>[^=]{1,80}?)\s+(?:to|at|in)\s+"
        r"(?:question|q)\s*(?P<label>[0-9]{1,3}[a-z]?)",
        re.I,
    ),
    re.compile(r"(?:only |ask )*if\s+(?P<label>)(?P<answer>yes|no)", re.I),
)


@dataclass
class Asked:
    """A question of the text: its table, its label (“5a”), its choices by their words in small letters."""

    line: int
    label: str
    table: Table
    values: dict[str, str] = field(default_factory=dict)
    only_if: list[tuple[int, str]] = field(default_factory=list)
    goes: list[tuple[int, str, str]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)


def going(note: str) -> tuple[str, str] | None:
    """The answer and the label of the question that a note leads to; None if it leads nowhere."""
    found = _GO.fullmatch(note.strip(" []().")) or _ARROW.fullmatch(note.strip(" []()."))
    if found is None:
        return None
    return (found.groupdict().get("answer") or "").strip(" “”\"'‘’"), found["target"].lower()


def is_condition(note: str) -> bool:
    """Whether a note says to whom the question after it is for."""
    return re.match(r"[\[(]?\s*(only |ask )*if\b", note, re.I) is not None


def apply_routes(draft: Draft, asked: list[Asked]) -> None:
    """Give every question the conditions under which it is reached; what is not certain is noted."""
    for at, each in enumerate(asked):
        for line, note in each.only_if:
            _only_if(draft, asked, at, line, note)
        for line, answer, target in each.goes:
            _go(draft, asked, at, line, (answer, target))
    for each in asked:
        if each.parts:
            each.table["relevant"] = " and ".join(dict.fromkeys(each.parts))


def _only_if(draft: Draft, asked: list[Asked], at: int, line: int, note: str) -> None:
    bare = note.strip(" []().:,")
    found = next((match for pattern in _IF if (match := pattern.fullmatch(bare))), None)
    source = _labelled(asked[:at], found["label"].lower(), at) if found else None
    value = source.values.get(_said(found["answer"])) if source and found else None
    if source is None or value is None:
        draft.lose(
            _("line {line}", line=line),
            _("“{note}” is not certain", note=note[:200]),
            _("the question is shown to everybody"),
        )
    else:
        asked[at].parts.append(_is(source, value))


def _labelled(asked: list[Asked], label: str, at: int) -> Asked | None:
    if not label:
        return asked[-1] if asked else None
    return next((each for each in asked if each.label == label), None)


def _go(draft: Draft, asked: list[Asked], at: int, line: int, route: tuple[str, str]) -> None:
    """Those who answer so do not see what lies between."""
    answer, target = route
    source = asked[at]
    value = source.values.get(_said(answer))
    labels = [each.label for each in asked]
    end = len(asked) if target.endswith("end") else labels.index(target) if target in labels else -1
    if value is None or end <= at:
        what = _("“{value}” leads to {target}, which is not certain", value=answer or "everybody", target=target)
        draft.lose(_("line {line}", line=line), what, _("nothing is skipped"))
        return
    for each in asked[at + 1 : end]:
        each.parts.append(f"not({_is(source, value)})")


def _said(words: str) -> str:
    return " ".join(words.lower().strip(" .“”\"'‘’").split())


def _is(source: Asked, value: str) -> str:
    name = source.table["name"]
    if source.table["kind"] in ("several-choices", "ranking"):
        return f"selected(${{{name}}}, '{value}')"
    return f"${{{name}}} = '{value}'"
