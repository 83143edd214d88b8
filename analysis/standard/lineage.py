"""What became of each clause since the edition before: new, the same, changed, with another number, gone. Pure."""

from dataclasses import dataclass

from analysis.standard.clauses import Clause, PlacedClause, StandardText

#: The parts of a clause in which two editions are compared, in the order they are read.
PARTS = ("number", "title", "wording", "purpose", "evidence", "guidance", "aims", "stages", "codes")


@dataclass(frozen=True)
class Past:
    """Where a clause comes from: the numbers it had (none: it is new), and which of its parts are different now."""

    numbers: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


def parts_that_differ(was: Clause | None, now: Clause) -> tuple[str, ...]:
    """The parts of a clause that differ from what it was; of a new one those that say something."""
    empty = Clause(id="", number="", title="", level="")
    return tuple(name for name in PARTS if getattr(now, name) != getattr(was or empty, name))


def pasts(now: StandardText, before: StandardText) -> dict[str, Past]:
    """Id of each clause -> where it comes from in the edition before."""
    known = before.placed()
    return {each.clause.id: _past(each.clause, [known[id].clause for id in each.clause.earlier if id in known])
            for each in now.walk()}  # fmt: skip


def _past(clause: Clause, earlier: list[Clause]) -> Past:
    parts = parts_that_differ(earlier[0], clause) if len(earlier) == 1 else ()
    return Past(tuple(each.number for each in earlier), parts)


def gone_since(now: StandardText, before: StandardText) -> tuple[PlacedClause, ...]:
    """The clauses of the edition before that none of this one comes from."""
    carried = {id for each in now.walk() for id in each.clause.earlier}
    return tuple(each for each in before.walk() if each.clause.id not in carried)
