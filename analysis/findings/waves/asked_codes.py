"""Which shares waves are compared by, where their code books differ: unions, and what a bridge is asked for. Pure.

A response speaks to a union where it speaks to any of its codes, so the audit that coded it knows that, response by
response; shares of the codes, which overlap, do not.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from analysis.code_books.lineage import SAME
from analysis.code_books.tree import Code as BookCode
from analysis.findings.shown import SECTION, STANCE, THEME, Code
from analysis.findings.waves.matched_codes import Match, union


@dataclass(frozen=True)
class Column:
    """One share by one book: what it is called, and the codes of which a response speaks to any."""

    code: Code
    members: frozenset[str]


@dataclass(frozen=True)
class Asked:
    """What a bridge is asked for: a share by the other book, beside that of what it came from by one's own.

    `own` is empty where there is no such thing: a new code, or one part of a split one.
    """

    code: Code
    own: frozenset[str]
    other: frozenset[str]


def columns(codes: Iterable[Code], matched: Iterable[Match]) -> list[Column]:
    """Every code of one's own book (`codes`), then the unions that its matches with another book (first) need."""
    every = {each.code: each for each in codes}
    alone = [Column(each, frozenset({code})) for code, each in every.items()]
    return [*alone, *(column for match in matched for column in _unions(every, match.before))]


def _unions(every: dict[str, Code], some: Collection[BookCode]) -> Iterator[Column]:
    if len(some) > 1:
        for end in _ends(every, some):
            members = frozenset(each.code + end for each in some)
            if members <= every.keys():
                yield Column(_joint(every, some, end), members)


def asked(own: Iterable[Code], other: Iterable[Code], matched: Iterable[Match]) -> list[Asked]:
    """What a bridge from one's own book to the other is asked for: of codes that are not the same in both.

    Of what became of codes, the share all together; of parts of a split one, and of new ones, each alone.
    """
    mine, theirs = ({each.code: each for each in codes} for codes in (own, other))
    found = []
    for match in matched:
        if match.how == SAME or not match.after:
            continue
        if match.before:
            found += list(_together(mine, theirs, match))
        if len(match.after) > 1 or not match.before:
            alone = (each.code + end for each in match.after for end in _ends(theirs, (each,)))
            found += [Asked(theirs[each], frozenset(), frozenset({each})) for each in alone if each in theirs]
    return found


def _together(mine: dict[str, Code], theirs: dict[str, Code], match: Match) -> Iterator[Asked]:
    for end in _ends(theirs, match.after):
        own, other = (frozenset(each.code + end for each in codes) for codes in (match.before, match.after))
        if own <= mine.keys() and other <= theirs.keys():
            yield Asked(_joint(theirs, match.after, end), own, other)


def _ends(every: dict[str, Code], some: Collection[BookCode]) -> list[str]:
    """Nothing, for the codes themselves; and of sections the stances towards them."""
    if any(each.code not in every or every[each.code].level != SECTION for each in some):
        return [""]
    first = next(iter(some)).code
    return ["", *(code.removeprefix(first) for code, each in every.items() if _is_stance_of(each, first))]


def _is_stance_of(code: Code, section: str) -> bool:
    return code.level == STANCE and code.section == section


def _joint(every: dict[str, Code], some: Collection[BookCode], end: str) -> Code:
    """What several codes are called together; one alone stays itself."""
    parts = [every[each.code + end] for each in some]
    if len(parts) == 1:
        return parts[0]
    name = union(some)
    sections = {each.section for each in parts}
    level = STANCE if end else SECTION if all(each.level == SECTION for each in parts) else THEME
    section = sections.pop() if level == THEME and len(sections) == 1 else name
    title = parts[0].title if end else " + ".join(each.title for each in parts)
    return Code(name + end, title, level, section)
