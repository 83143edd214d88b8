"""Two editions of a standard side by side: which clauses came, went, changed or only have another number. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.revision import word_changes
from analysis.standard.clauses import PlacedClause, StandardText

SAME, CHANGED, RENUMBERED, ADDED, REMOVED = FATES = ("same", "changed", "renumbered", "added", "removed")
#: What happened to a stretch of words.
STAYS, IN, OUT = "stays", "in", "out"
TEXTS = ("title", "wording", "purpose", "evidence", "guidance")
LISTS = ("aims", "stages", "codes")
_CALLED = {word_changes.SAME: STAYS, word_changes.ADDED: IN, word_changes.REMOVED: OUT}

#: Stretches of words, each with what happened to it.
Words = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FieldChange:
    """One field of a clause that says something else now: `words` is both wordings in one."""

    field: str
    words: Words

    @property
    def before(self) -> Words:
        """What it said, with what was taken out marked."""
        return tuple(each for each in self.words if each[0] != IN)

    @property
    def after(self) -> Words:
        """What it says, with what was put in marked."""
        return tuple(each for each in self.words if each[0] != OUT)


@dataclass(frozen=True)
class ClauseChange:
    """A clause in both editions; `old` or `new` is None where it is not there. `from_ids`: those it comes from.

    `fate` is one of `FATES`; `moved`: it lies elsewhere now.
    """

    fate: str
    old: PlacedClause | None
    new: PlacedClause | None
    changes: tuple[FieldChange, ...] = ()
    moved: bool = False
    from_ids: tuple[str, ...] = ()

    @property
    def here(self) -> PlacedClause:
        """The clause as it stands now, or as it stood."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a clause of neither edition")
        return found

    @property
    def renumbered(self) -> bool:
        """Whether its number is another one now."""
        return bool(self.old and self.new and self.old.clause.number != self.new.clause.number)


def words_between(old: str, new: str) -> Words:
    """Both texts in one, word by word: what stays, what goes out, what comes in.

    >>> words_between("Staff are trained.", "All staff are trained.")
    (('out', 'Staff'), ('in', 'All staff'), ('stays', ' are trained.'))
    """
    return tuple((_CALLED[each.kind], each.text) for each in word_changes.changes(old, new))


def changes_between(old: StandardText, new: StandardText) -> tuple[ClauseChange, ...]:
    """Every clause of either edition, in the order of the new one; what was removed stands where it stood."""
    return tuple(_ordered(old, new))


def _ordered(old: StandardText, new: StandardText) -> Iterator[ClauseChange]:
    before, after = old.placed(), new.placed()
    stood = [each for each in old.walk() if each.clause.id not in after]
    order = {each.clause.id: at for at, each in enumerate(old.walk())}
    for each in new.walk():
        there = before.get(each.clause.id)
        while there and stood and order[stood[0].clause.id] < order[each.clause.id]:
            yield ClauseChange(REMOVED, stood.pop(0), None)
        yield _both(there, each) if there else ClauseChange(ADDED, None, each, from_ids=each.clause.earlier)
    yield from (ClauseChange(REMOVED, each, None) for each in stood)


def _both(old: PlacedClause, new: PlacedClause) -> ClauseChange:
    changes = tuple(_fields(old, new))
    moved = [each.id for each in old.above] != [each.id for each in new.above]
    renumbered = old.clause.number != new.clause.number
    fate = CHANGED if changes or moved else RENUMBERED if renumbered else SAME
    others = tuple(each for each in new.clause.earlier if each != new.clause.id)
    return ClauseChange(CHANGED if others else fate, old, new, changes, moved, others)


def _fields(old: PlacedClause, new: PlacedClause) -> Iterator[FieldChange]:
    for name in TEXTS:
        before, after = getattr(old.clause, name), getattr(new.clause, name)
        if before != after:
            yield FieldChange(name, words_between(before, after))
    for name in LISTS:
        before, after = getattr(old.clause, name), getattr(new.clause, name)
        if set(before) != set(after):
            yield FieldChange(name, words_between(", ".join(before), ", ".join(after)))
