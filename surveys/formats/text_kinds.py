"""Which kind of question a written one is, by its choices, blanks and notes."""

import re
from dataclasses import dataclass, field
from typing import Any

from safekeeping.languages import gettext as _
from surveys.formats.drafting import MUST, Draft, Table
from surveys.formats.text_lines import SEVERAL_MARKS, Line
from surveys.formats.text_routes import Asked, going, is_condition

_SCALE = re.compile(
    r"(?:on a )?(?:scale)?\s*(?:of|from)?\s*(?P<low>[0-9]{1,2})\s*(?:-|–|to|…|\.\.+)\s*(?P<high>[0-9]{1,2})"
    r"(?:\s*[:,;]\s*(?P<ends>.+))?",
    re.I,
)
_ENDS = re.compile(r"\s*(?:…|\.\.\.+|\s[-–—]\s|/| to )\s*")
_VALUE_ENDS = re.compile(
    r"(?P<low>[0-9]{1,2})\s*=\s*(?P<first>[^,;=]+)[,;…\-– ]+(?P<high>[0-9]{1,2})\s*=\s*(?P<last>[^,;=]+)", re.I
)
_ALL = re.compile(r"\b(all that|any that|as many|several|tick all|check all|select all|more than one)\b", re.I)
_UP_TO = re.compile(
    r"\b(?:up to|at most|no more than|maximum(?: of)?|max\.?)\s+(?P<most>[0-9]{1,2}|two|three|four|five)\b", re.I
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5}
_RANK = re.compile(r"\b(rank|in order|order of importance)\b", re.I)
_MUST = re.compile(r"(required|mandatory|must be answered)\.?", re.I)
_QUIET = re.compile(
    r"(optional|please )?(choose|select|tick|check|pick|mark)? ?(only )?(one|1)?( answer| box| option)?( only)?\.?",
    re.I,
)
_NUMBER, _DATE, _YES_NO = (re.compile(words, re.I) for words in (r"(a )?number", r"(a )?date", r"yes\s*/\s*no"))
_OTHER = re.compile(r"(?:other|something else|somebody else|someone else)\b.{0,60}", re.I)
_BLANK = re.compile(r"[_…]{3,}|\.{5,}")


@dataclass
class Block:
    """A question while its lines are read."""

    line: Line
    conditions: list[tuple[int, str]]
    choices: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    blanks: int = 0


def asked_in(draft: Draft, block: Block) -> Asked:
    """The block as a question of ours."""
    place = f"line {block.line.number}"
    label = block.line.label
    words = draft.wording({"": block.line.words}, place, "Question")
    name = draft.name(f"q{label}" if label else "_".join(re.findall(r"[a-z]{4,}", words.lower())[:3]) or "question", "")
    table: Table = {"name": name, "kind": "long-text", "wording": words}
    asked = Asked(block.line.number, label, table, only_if=list(block.conditions))
    hints = [note for note in block.notes if not _meant(draft, block, asked, note)]
    hint = draft.wording({"": "\n".join(note.words for note in hints)}, place)
    table |= {"hint": hint} if hint else {}
    if "labels" not in table and "ends" not in table:
        _answers(draft, block, asked, place)
    return asked


def _meant(draft: Draft, block: Block, asked: Asked, note: Line) -> bool:
    """Whether a note says how to answer, and has been taken in."""
    words = note.words.strip("[](). ")
    route = going(words)
    if route:
        asked.goes.append((note.number, *route))
        return True
    if is_condition(words):
        asked.only_if.append((note.number, words))
        return True
    if _scale(draft, asked.table, words, block):
        return True
    if _MUST.fullmatch(words):
        asked.table["required_because"] = MUST
    return bool(_MUST.fullmatch(words) or _QUIET.fullmatch(words) or _kind_noted(asked.table, words))


def _kind_noted(table: Table, words: str) -> bool:
    for pattern, kind in ((_NUMBER, "number"), (_DATE, "date"), (_YES_NO, "yes-no")):
        if pattern.fullmatch(words):
            table["kind"] = kind
            return True
    return False


def _scale(draft: Draft, table: Table, words: str, block: Block) -> bool:
    """“scale 1-5: Not at all … Fully”, or “1 = Not at all, 5 = Fully”."""
    valued, plain = _VALUE_ENDS.fullmatch(words), _SCALE.fullmatch(words)
    found = valued or (plain if plain and ("scale" in words.lower() or plain["ends"]) else None)
    if found is None or block.choices:
        return False
    low, high = int(found["low"]), int(found["high"])
    points = high - low + 1
    if not 2 <= points <= 11:
        draft.lose(
            _("line {number}", number=block.line.number),
            _("its scale “{words}” has {points} points", words=words[:80], points=points),
            _("it is answered in words"),
        )
        return True
    ends = [found["first"], found["last"]] if valued else _ENDS.split(found["ends"] or "", maxsplit=1)
    ends = [end.strip() for end in ends if end.strip()]
    table |= {"kind": "scale", "apart_offered": False}
    if len(ends) == 2 and low == 1:
        table |= {"points": points, "ends": ends}
    else:
        labels = [str(point) for point in range(low, high + 1)]
        table["labels"] = [_end(labels[0], ends[:1]), *labels[1:-1], _end(labels[-1], ends[1:2])]
    return True


def _end(label: str, end: list[str]) -> str:
    return f"{label} – {end[0]}" if end else label


def _answers(draft: Draft, block: Block, asked: Asked, place: str) -> None:
    table = asked.table
    if len(block.choices) == 1:
        draft.lose(
            _("line {number}", number=block.choices[0].number),
            _("there is one choice only"),
            _("it is answered in words"),
        )
        block.choices = []
    if block.choices:
        _choices(draft, block, asked, place)
    elif table["kind"] == "yes-no":
        asked.values = {"yes": "yes", "no": "no"}
    elif table["kind"] == "long-text" and block.blanks == 1:
        table["kind"] = "short-text"
    elif table["kind"] == "long-text" and not block.blanks:
        draft.lose(place, _("it does not say how it is answered"), _("it is answered in words"))


def _choices(draft: Draft, block: Block, asked: Asked, place: str) -> None:
    table = asked.table
    said = " ".join([block.line.words, *(note.words for note in block.notes)])
    plain = [_without_route(draft, choice, asked) for choice in block.choices]
    other = [words for words in plain if _OTHER.fullmatch(_BLANK.sub("", words).strip())]
    kept = [words for words in plain if words not in other] if len(plain) > 1 + len(other) else plain
    lowered = [words.lower().strip(" .") for words in plain]
    if sorted(lowered) == ["no", "yes"]:
        table["kind"], asked.values = "yes-no", {"yes": "yes", "no": "no"}
        return
    table["kind"] = _kind(block.choices, said)
    labels = [draft.wording({"": _BLANK.sub("", words)}, place, "…") for words in kept]
    values = [(_value(label), label) for label in labels]
    table["choices"], _ = draft.choices(_told_apart(values), place, ["other", "not_said"])
    if len(kept) < len(plain) and table["kind"] != "ranking":
        table["other"] = draft.wording({"": _BLANK.sub("", other[0]).strip(" :")}, place, "Something else")
    asked.values = {
        " ".join(str(label).lower().strip(" .").split()): choice["value"]
        for label, choice in zip(labels, table["choices"], strict=True)
    }
    up_to = _UP_TO.search(said)
    if up_to and table["kind"] in ("several-choices", "ranking"):
        most = _WORDS.get(up_to["most"].lower()) or int(up_to["most"] if up_to["most"].isdecimal() else 0)
        table |= {"at_most": most} if 0 < most <= len(table["choices"]) else {}


def _told_apart(values: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Choices that begin alike get values of their own."""
    seen: dict[str, int] = {}
    made = []
    for value, label in values:
        seen[value] = seen.get(value, 0) + 1
        made.append((value if seen[value] == 1 else f"{value}_{seen[value]}", label))
    return made


def _kind(choices: list[Line], said: str) -> str:
    if _RANK.search(said):
        return "ranking"
    many = choices[0].label[:1] in SEVERAL_MARKS or _ALL.search(said) or _UP_TO.search(said)
    return "several-choices" if many else "one-choice"


def _without_route(draft: Draft, choice: Line, asked: Asked) -> str:
    """The words of a choice; “→ go to Q5” behind them is kept apart."""
    found = re.search(r"\s*(?:[\[(]\s*)?(?:→|->|=>|(?:please )?(?:go|skip) to\b).*$", choice.words, re.I)
    route = going(found[0]) if found and found.start() else None
    if found is None or route is None:
        return choice.words
    words = choice.words[: found.start()].strip()
    asked.goes.append((choice.number, words, route[1]))
    return words


def _value(label: Any) -> str:
    from_words = re.sub(r"[^a-z0-9]+", "_", str(label).lower()).strip("_")
    return from_words[:40].strip("_") or "choice"
