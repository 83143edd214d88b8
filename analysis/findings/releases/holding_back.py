"""Who waits to be counted: of an audience to which fewer than ten people came since the last release, whoever came.

If they were counted at once, whoever holds both figures could subtract; if all figures waited for them, they would
hardly ever change. So each audience is counted anew when ten have come to it. Pure.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.findings.releases.differences import Release
from surveys.intake.rounding import THRESHOLD


@dataclass(frozen=True)
class Newcomer:
    """A response that was in no release yet: its id, its audience, how many passages, and the sections it speaks to."""

    id: bytes
    audience: str
    passages: int
    sections: frozenset[str]


def held_back(came: Iterable[Newcomer], before: Release | None) -> list[Newcomer]:
    """Those who wait for others. Nobody does before the first release."""
    if before is None:
        return []
    by_audience: dict[str, list[Newcomer]] = defaultdict(list)
    for each in came:
        by_audience[each.audience].append(each)
    return [each for some in by_audience.values() if len(some) < THRESHOLD for each in some]
