"""What changed from one version of a code book to a later one, as a list to be read. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.code_books.lineage import MERGED, SAME, SPLIT, Version, successors
from analysis.code_books.tree import TEXTS, Book, Code, Placed
from safekeeping.languages import gettext as _

ADDED, RENAMED, REWORDED, MOVED = "added", "renamed", "reworded", "moved"
RETIRED = "retired"
KINDS = (ADDED, RENAMED, REWORDED, MOVED, MERGED, SPLIT, RETIRED)


@dataclass(frozen=True)
class Wording:
    """A text of a code before and after."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One change: the codes before, those after, for new wordings which, and for moves from where to where."""

    kind: str
    before: tuple[Code, ...] = ()
    after: tuple[Code, ...] = ()
    wordings: tuple[Wording, ...] = ()
    places: tuple[str, str] = ("", "")


def changes(old: Book, new: Version) -> list[Change]:
    """What became of `old` in `new`, by kind, each kind in the order of the books."""
    before, after = old.placed(), new.book.placed()
    found = [*_new_ones(before, after, new), *_old_ones(before, after, new)]
    return sorted(found, key=lambda change: KINDS.index(change.kind))


def _new_ones(before: dict[str, Placed], after: dict[str, Placed], new: Version) -> Iterator[Change]:
    for id, here in after.items():
        origins = new.came[id]
        if not origins:
            yield Change(ADDED, after=(here.code,))
        if MERGED in origins.values() and SPLIT not in origins.values():
            yield Change(MERGED, tuple(before[each].code for each in before if each in origins), (here.code,))
        if origins.get(id) == SAME:
            yield from _same(before[id], here)


def _same(was: Placed, now: Placed) -> Iterator[Change]:
    before, after = (was.code,), (now.code,)
    if (was.code.code, was.code.title) != (now.code.code, now.code.title):
        yield Change(RENAMED, before, after)
    wordings = tuple(_wordings(was.code, now.code))
    if wordings:
        yield Change(REWORDED, before, after, wordings)
    if was.parent != now.parent:
        yield Change(MOVED, before, after, places=(_above(was), _above(now)))


def _wordings(was: Code, now: Code) -> Iterator[Wording]:
    for field in TEXTS:
        if getattr(was, field) != getattr(now, field):
            yield Wording(field, getattr(was, field), getattr(now, field))
    if was.cues != now.cues:
        yield Wording("cues", ", ".join(was.cues), ", ".join(now.cues))


def _above(here: Placed) -> str:
    return here.above[-1].title if here.above else ""


def _old_ones(before: dict[str, Placed], after: dict[str, Placed], new: Version) -> Iterator[Change]:
    became = successors(new.came)
    for id, was in before.items():
        now = became.get(id, {})
        if not now:
            yield Change(RETIRED, before=(was.code,))
        if SPLIT in now.values():
            yield Change(SPLIT, (was.code,), tuple(after[each].code for each in after if each in now))


def kinds_said() -> dict[str, str]:
    """What each kind of change is called, as a heading."""
    return {
        ADDED: _("Added"),
        RENAMED: _("Called something else"),
        REWORDED: _("Worded anew"),
        MOVED: _("Moved"),
        MERGED: _("Merged"),
        SPLIT: _("Split"),
        RETIRED: _("Retired"),
    }


def fields_said() -> dict[str, str]:
    """What each part of a code is called."""
    return {
        "code": _("Short name"),
        "title": _("Title"),
        "definition": _("Definition"),
        "include": _("Include"),
        "exclude": _("Leave out"),
        "example": _("Example"),
        "cues": _("Cues"),
        "colour": _("Colour"),
    }
