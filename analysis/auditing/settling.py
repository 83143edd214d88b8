"""When a passage is settled: what its two blind coders gave, and what was decided where they differ. Pure.

Where both gave the same sections, themes and stance, it settles itself. Where they differ, a third person decides
alone, or the two decide together: the same decision by both of them. What was given blind is never changed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

AGREED, THIRD, TOGETHER = "agreed", "third", "together"
PAIR = 2


@dataclass(frozen=True)
class Codes:
    """What somebody gave one passage. No section is a decision too: none of them."""

    sections: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    stance: str = ""


@dataclass(frozen=True)
class Decision:
    """What one person decided after both had coded, and why."""

    by: bytes
    codes: Codes
    reason: str = ""


@dataclass(frozen=True)
class Settled:
    """What counts, how it came about, and who answers for it."""

    codes: Codes
    how: str
    by: tuple[bytes, ...]


@dataclass
class _Standing:
    """What the decisions so far come to."""

    of_pair: dict[bytes, Codes] = field(default_factory=dict)
    settled: Settled | None = None


def differences(one: Codes, other: Codes) -> tuple[str, ...]:
    """In what two codings differ: "sections", "themes", "stance"."""
    return tuple(what for what in ("sections", "themes", "stance") if getattr(one, what) != getattr(other, what))


def settle(blind: Mapping[bytes, Codes], decisions: Iterable[Decision] = ()) -> Settled | None:
    """What a passage was settled as, from coder -> what they gave blind and all decisions, the first one first.

    None while two have not coded it, or while nothing is decided where they differ. A later decision counts for more.
    """
    if len(blind) != PAIR:
        return None
    (one, gave), (other, gave_too) = sorted(blind.items())
    if not differences(gave, gave_too):
        return Settled(gave, AGREED, (one, other))
    standing = _Standing()
    for decision in decisions:
        _weigh(standing, decision, (one, other))
    return standing.settled


def _weigh(standing: _Standing, decision: Decision, pair: tuple[bytes, bytes]) -> None:
    if decision.by not in pair:
        standing.settled = Settled(decision.codes, THIRD, (decision.by,))
        return
    standing.of_pair[decision.by] = decision.codes
    if [standing.of_pair.get(each) for each in pair] == [decision.codes] * PAIR:
        standing.settled = Settled(decision.codes, TOGETHER, pair)


def waits_for(blind: Mapping[bytes, Codes], decisions: Sequence[Decision]) -> tuple[Decision, bytes] | None:
    """A decision of one of the pair that the other has not agreed to yet, and who that other is."""
    if len(blind) != PAIR or not decisions or decisions[-1].by not in blind:
        return None
    last = decisions[-1]
    (other,) = set(blind) - {last.by}
    of_other = [each.codes for each in decisions if each.by == other]
    return None if of_other[-1:] == [last.codes] else (last, other)
