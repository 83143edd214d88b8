"""Finding again, in a project from elsewhere, the passages and codes that are here. Pure.

A text is known by its guid, or by the end of its name where a program has given it another guid; and only if not a
character of it has changed. What is marked there need not be a passage: it counts for each passage of which it covers
half, or that covers half of it, or else for the one it shares most with, since a passage is what is coded here. A
decision is all the codes that one coder gave to one passage.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from analysis.exchange.code_tree import NONE
from analysis.exchange.project import Code, Coded, Project, Selection, Source

_END = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Span:
    """One passage here, where it lies in the written text."""

    passage_id: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextHere:
    """One text here as it is written, with its passages in their order."""

    text: str
    passages: tuple[Span, ...]


@dataclass
class Decided:
    """What one coder of the file decided about one passage, and when last, where that is known."""

    codes: set[str] = field(default_factory=set)
    at: datetime | None = None

    def add(self, code: str, at: datetime | None) -> None:
        """One more code. “None of these” counts only where there is no other."""
        self.codes.add(code)
        if len(self.codes) > 1:
            self.codes.discard(NONE)
        if at is not None and (self.at is None or at > self.at):
            self.at = at


#: Passage and guid of a user -> what was decided.
Decisions = dict[tuple[bytes, str], Decided]


@dataclass
class Matched:
    """What of a project is known here, and what is not: texts that were changed or are not here, by name; marks that
    are exactly one passage, that were moved to passages, that lie on none; codes that are not in the book, by name; and
    codings that name no coder."""

    decisions: Decisions = field(default_factory=dict)
    texts: int = 0
    changed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    exact: int = 0
    moved: int = 0
    nowhere: int = 0
    memos: int = 0
    no_coder: int = 0
    unknown_codes: Counter[str] = field(default_factory=Counter)


def ends_of_name(name: str) -> list[str]:
    """What in a name may be the end of a guid, the last first: programs put endings and numbers around it."""
    return _END.findall(name.lower())[::-1]


def codes_known(project: Project, tree: tuple[Code, ...], guids: Mapping[str, str]) -> dict[str, str]:
    """Guid of a code in the project -> the code here: by its guid, or else by its name."""
    own = {guid: code for code, guid in guids.items()}
    by_name = {each.name.casefold(): own[each.guid] for each in Project("", codes=tree).every_code if each.guid in own}
    by_name |= {code.casefold(): code for code in guids}
    found = {each.guid: own.get(each.guid) or by_name.get(each.name.strip().casefold()) for each in project.every_code}
    return {guid: code for guid, code in found.items() if code}


def match(project: Project, text_here: Callable[[Source], TextHere | None], codes: Mapping[str, str]) -> Matched:
    """Match a project. `text_here` finds the text that a source is, `codes` is as `codes_known` gives it."""
    matched = Matched(memos=len(project.notes))
    names = {each.guid: each.name for each in project.every_code}
    for source in project.sources:
        here = text_here(source)
        if here is None or here.text != source.text:
            (matched.unknown if here is None else matched.changed).append(source.name)
            continue
        matched.texts += 1
        for selection in source.selections:
            _match_selection(matched, selection, here, codes, names)
    return matched


def _match_selection(
    matched: Matched, selection: Selection, here: TextHere, codes: Mapping[str, str], names: Mapping[str, str]
) -> None:
    matched.memos += bool(selection.description)
    if not selection.coded:
        return
    passages = passages_meant(selection.start, selection.end, here.passages)
    if not passages:
        matched.nowhere += 1
    elif (passages[0].start, passages[0].end) == (selection.start, selection.end):
        matched.exact += 1
    else:
        matched.moved += 1
    for user, code, coded in _given(matched, selection, codes, names):
        for passage in passages:
            decided = matched.decisions.setdefault((passage.passage_id, user), Decided())
            decided.add(code, coded.at or selection.at)


def passages_meant(start: int, end: int, passages: tuple[Span, ...]) -> list[Span]:
    """The passages that a mark means: just one; or each that shares half of the shorter of the two with it; or else the
    one it shares most with, of several the first. None where it lies between passages."""
    exact = [each for each in passages if (each.start, each.end) == (start, end)]
    half = [each for each in passages if _shared(start, end, each) * 2 >= min(end - start, each.end - each.start)]
    most = max(passages, key=lambda each: _shared(start, end, each), default=None)
    return exact or half or ([most] if most and _shared(start, end, most) > 0 else [])


def _shared(start: int, end: int, passage: Span) -> int:
    """How many characters a mark and a passage share; not above 0 where none."""
    return min(end, passage.end) - max(start, passage.start)


def _given(
    matched: Matched, selection: Selection, codes: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[tuple[str, str, Coded]]:
    for coded in selection.coded:
        user = coded.user or selection.user
        if coded.code not in codes:
            matched.unknown_codes[names[coded.code]] += 1
        elif user is None:
            matched.no_coder += 1
        else:
            yield user, codes[coded.code], coded
