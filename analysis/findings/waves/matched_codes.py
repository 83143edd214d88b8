"""Which codes of two versions of a code book can be compared, and which cannot. Pure.

Codes are tied by where they came from. What was merged is compared as a union: a response that speaks to any of the
earlier codes, with one that speaks to the later one; what was split the other way round. Codes that were moved or
renamed stay themselves.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from analysis.code_books.lineage import SAME, Version, spanning
from analysis.code_books.tree import MEANING, Book, Code
from analysis.code_books.versions import BookVersion
from safekeeping.languages import gettext as _

MERGED, SPLIT, MIXED, NEW, RETIRED = "merged", "split", "mixed", "new", "retired"
REWRITTEN, SHIFTED = "rewritten", "shifted"

#: What each means for whoever compares.
MEANS = {
    SAME: _("The same code in both."),
    REWRITTEN: _("Its meaning was written anew, so a part of a change can come from that."),
    SHIFTED: _("Codes were moved into it or out of it, so a part of a change can come from that."),
    MERGED: _("Several codes became this one. What speaks to any of them is held against what speaks to this one."),
    SPLIT: _("It became several codes. What speaks to it is held against what speaks to any of these."),
    MIXED: _(
        "Several codes were put together and taken apart. What speaks to any of the earlier ones is held against what "
        "speaks to any of the later ones."
    ),
    NEW: _("There was no such code before, so there is nothing to compare with."),
    RETIRED: _("There is no such code any more, so there is nothing to compare with."),
}


@dataclass(frozen=True)
class Match:
    """Codes of the earlier book and of the later one that belong together, and how; either may be empty."""

    how: str
    before: tuple[Code, ...]
    after: tuple[Code, ...]

    @property
    def comparable(self) -> bool:
        """Whether there is something on both sides."""
        return bool(self.before and self.after)

    @property
    def means(self) -> str:
        """What it means for whoever compares."""
        return _(MEANS[self.how])


def union(codes: Iterable[Code]) -> str:
    """Under which name the share of what speaks to any of these codes is asked for: `AE`, or `AE3+AE4`."""
    return "+".join(sorted(each.code for each in codes))


def matches(before: Book, later: Sequence[Version]) -> list[Match]:
    """Every code of two versions in its place; `later`: the versions after `before` in order, up to the other one.

    In the order of the later book, then what is gone. Nothing in `later`: both waves have the same version.
    """
    olds = {each.code.id: each.code for each in before.walk()}
    last = spanning(later) if later else None
    news = {each.code.id: each.code for each in last.book.walk()} if last else olds
    came = {id: [old for old in last.came.get(id, {}) if old in olds] if last else [id] for id in news}
    found, seen = [], set[str]()
    for id in news:
        if id not in seen:
            here, there = _together(id, came)
            seen |= here
            found.append(
                _match([olds[old] for old in olds if old in there], [news[new] for new in news if new in here])
            )
    if last:
        shifted = _shifted(before, last)
        found = [_shift(each) if each.how == SAME and each.before[0].id in shifted else each for each in found]
    kept = {old for origins in came.values() for old in origins}
    return [*found, *(Match(RETIRED, (code,), ()) for id, code in olds.items() if id not in kept)]


def between(one: BookVersion, other: BookVersion, every: Iterable[BookVersion]) -> list[Match]:
    """Every code of two versions of the same book, of `one` first; `every`: all versions of it in order."""
    first, last = sorted((one, other), key=lambda each: each.number)
    later = [each.version for each in every if first.number < each.number <= last.number]
    found = matches(first.book, later)
    return found if first is one else turned(found)


def unlike(before: Book, after: Book) -> list[Match]:
    """Two books that have nothing to do with each other: nothing can be compared."""
    return [
        *(Match(NEW, (), (each.code,)) for each in after.walk()),
        *(Match(RETIRED, (each.code,), ()) for each in before.walk()),
    ]


def _together(id: str, came: dict[str, list[str]]) -> tuple[set[str], set[str]]:
    """All later codes that share origins with this one, directly or through others, and all those origins."""
    here, there = {id}, set(came[id])
    while more := {new for new, olds in came.items() if new not in here and there & set(olds)}:
        here |= more
        there |= {old for new in more for old in came[new]}
    return here, there


def _match(before: Collection[Code], after: Collection[Code]) -> Match:
    return Match(_how(list(before), list(after)), tuple(before), tuple(after))


def _how(before: list[Code], after: list[Code]) -> str:
    if not before:
        return NEW
    if len(before) == len(after) == 1:
        return SAME if _meaning(before[0]) == _meaning(after[0]) else REWRITTEN
    return MERGED if len(after) == 1 else SPLIT if len(before) == 1 else MIXED


def _shift(match: Match) -> Match:
    return Match(SHIFTED, match.before, match.after)


def _shifted(before: Book, last: Version) -> set[str]:
    """Ids of earlier codes into which, or out of which, some code that they hold was moved."""
    was = {each.code.id: {above.id for above in each.above} for each in before.walk()}
    found = set[str]()
    for each in last.book.walk():
        above = {old for code in each.above for old in last.came.get(code.id, {})}
        for origin in last.came.get(each.code.id, {}):
            found |= was.get(origin, above) ^ above
    return found


def _meaning(code: Code) -> list[list[str]]:
    return [getattr(code, field).split() for field in MEANING]


_TURNED = {MERGED: SPLIT, SPLIT: MERGED, NEW: RETIRED, RETIRED: NEW}


def turned(found: Iterable[Match]) -> list[Match]:
    """The same seen the other way round: for a later wave that was coded by an earlier version."""
    return [Match(_TURNED.get(each.how, each.how), each.after, each.before) for each in found]
