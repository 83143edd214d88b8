"""The numbers of the clauses of a new edition. Pure.

People cite clauses by number, so a number changes only where it must:

- Where nothing was added or removed among the clauses below the same parent, each keeps its number.
- `KEPT`: the number of a removed clause is not given again. A new clause takes the number after the highest that its
  neighbours have or had; one put in between takes that of the clause before it and a letter (A4.3a).
- `CLOSED`: where clauses were added or removed, all below that parent are counted through again, from 1. What lies
  below a clause whose number changes follows it (A4.3 becomes A4.2, so A4.3.1 becomes A4.2.1).
- Numbers that do not end in a number are names (AE). They are never counted; a new section is named by the next letter
  where its neighbours are single letters, or by the first letters of its title.
- A decision can name a number. It is given where no other clause has or had it.
- Where counting through would give a number twice, gaps are kept after all.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase, ascii_uppercase

from analysis.standard.clauses import Clause

KEPT, CLOSED = "kept", "closed"
_COUNTED = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)


@dataclass(frozen=True)
class Numbered:
    """A clause on its way to its number: `old` is the one it had (empty: it is new), `wanted` one that was decided.

    `unsettled`: something was added or removed among its neighbours. `source.children` is not looked at.
    """

    source: Clause
    children: tuple["Numbered", ...] = ()
    old: str = ""
    wanted: str = ""
    unsettled: bool = False
    number: str = ""


def numbered(nodes: Sequence[Numbered], taken: Collection[str], gaps: str) -> tuple[Numbered, ...]:
    """Every clause with its number; no two have the same. `taken`: every number of the edition before."""
    if gaps == CLOSED:
        closed = _Numbering(taken).siblings(nodes, "", "", close=True)
        every = [each.number for each in _walk(closed)]
        if len(set(every)) == len(every):
            return closed
    return _Numbering(taken).siblings(nodes, "", "", close=False)


def _walk(nodes: Sequence[Numbered]) -> Iterator[Numbered]:
    for each in nodes:
        yield each
        yield from _walk(each.children)


class _Numbering:
    """Numbers as they are given."""

    def __init__(self, taken: Collection[str]) -> None:
        self.before, self.given = frozenset(taken), set(taken)

    def siblings(self, nodes: Sequence[Numbered], old: str, new: str, *, close: bool) -> tuple[Numbered, ...]:
        """Number the clauses below a parent whose number was `old` and is `new`."""
        placed = [replace(each, number=_moved(each.old, old, new)) for each in nodes]
        placed = [replace(each, number=self._wish(each)) for each in placed]
        placed = self._closed(placed) if close and any(each.unsettled for each in nodes) else placed
        done: list[Numbered] = []
        for at, each in enumerate(placed):
            number = each.number or self._fresh(each.source, placed, at, done, new)
            self.given.add(number)
            below = self.siblings(each.children, each.old, number, close=close)
            done.append(replace(each, number=number, children=below))
        return tuple(done)

    def _wish(self, node: Numbered) -> str:
        if node.wanted and node.wanted not in self.given:
            self.given.add(node.wanted)
            return node.wanted
        return node.number

    def _closed(self, placed: list[Numbered]) -> list[Numbered]:
        """Counted through, where those that had a number share what stands before it; names stay."""
        parts = [_COUNTED.fullmatch(each.number) for each in placed if each.old and not _wished(each)]
        stems = {each[1] for each in parts if each}
        if len(stems) != 1 or not all(parts):
            return placed
        stem = stems.pop()
        at = min(0, min(int(each[2]) for each in parts if each) - 1)  # some begin with 0
        counted: list[Numbered] = []
        for each in placed:
            at += not _wished(each)
            counted.append(each if _wished(each) else replace(each, number=f"{stem}{at}"))
        return counted

    def _fresh(self, clause: Clause, placed: Sequence[Numbered], at: int, done: Sequence[Numbered], parent: str) -> str:
        """A number for a new clause that no other has or had."""
        before = next((each.number for each in reversed(done) if each.old), "")
        if before and any(each.old for each in placed[at + 1 :]):
            return self._free(before + letter for letter in ascii_lowercase)
        known = [each.number for each in (*placed, *done) if each.number]
        return self._free(_following(known, self.before, parent, clause.title))

    def _free(self, offered: Iterator[str]) -> str:
        first = ""
        for each in offered:
            first = first or each
            if each not in self.given:
                return each
        return next(each for number in range(2, 10**6) if (each := f"{first}-{number}") not in self.given)


def _wished(node: Numbered) -> bool:
    return bool(node.wanted) and node.number == node.wanted


def _moved(number: str, old: str, new: str) -> str:
    """The number of a clause whose parent's number changed."""
    return new + number[len(old) :] if old and number.startswith(old) else number


def _following(known: Sequence[str], before: Collection[str], parent: str, title: str) -> Iterator[str]:
    """Numbers for one more clause beside `known`, the first choice first."""
    counted = [found for each in known if (found := _COUNTED.fullmatch(each))]
    if counted:
        stem = counted[-1][1]
    elif parent:
        stem = f"{parent}." if parent[-1].isdigit() else parent
    else:
        yield from _names(known, title)
        return
    had = [int(found[2]) for each in (*known, *before) if (found := _COUNTED.fullmatch(each)) and found[1] == stem]
    yield from (f"{stem}{number}" for number in range(max(had, default=0) + 1, max(had, default=0) + 1000))


def _names(known: Sequence[str], title: str) -> Iterator[str]:
    """Names for a new section: the next letter, or the first letters of its title."""
    if not known or all(len(each) == 1 and each in ascii_uppercase for each in known):
        last = max((ascii_uppercase.index(each) for each in known if each in ascii_uppercase), default=-1)
        yield from ascii_uppercase[last + 1 :]
    letters = "".join(word[0] for word in re.findall(r"[^\W\d_]+", title)).upper()[:3]
    yield letters or "S"
