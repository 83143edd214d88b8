"""What a release would tell beside those before it: groups that differ by a few people. Pure.

Whoever holds two figures can subtract them where one group lies inside the other, or where several lie inside it. So of
people who are in both snapshots, no group may differ from another by one to nine. From one snapshot to the next the
same holds for who came and for who went; people who took their answers back may be fewer, if at least ten came.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from analysis.findings.releases.rolls import Bits, Roll, moved, roll_of, together
from surveys.intake.rounding import THRESHOLD


@dataclass(frozen=True)
class Release:
    """Figures that were let out: `people`, all there were then; `groups`, those of whom anything was shown, by name."""

    name: str
    people: Roll
    groups: Mapping[str, Bits]


@dataclass(frozen=True)
class TooClose:
    """A group of a new release that differs by a few people from what was released before, or from groups together."""

    group: str
    earlier: str
    release: str


def release_over(name: str, people: Iterable[bytes], groups: Mapping[str, Iterable[bytes]]) -> Release:
    """A release over these responses; of each group, those that are among them."""
    roll = roll_of(people)
    return Release(name, roll, {group: roll.bits(members) for group, members in groups.items()})


def too_close(new: Release, earlier: Iterable[Release]) -> list[TooClose]:
    """What stands against a release: each group that would give away one to nine people. Empty where nothing does."""
    return [fault for each in earlier for fault in _faults(new, each)]


def _faults(new: Release, old: Release) -> Iterator[TooClose]:
    everybody, now, then = together(new.people, old.people)
    latter = _Side({name: moved(each, new.people, now, everybody) for name, each in new.groups.items()}, now)
    former = _Side({name: moved(each, old.people, then, everybody) for name, each in old.groups.items()}, then)
    yield from _pairs(latter, former, old.name)
    yield from _together(latter, former, old.name)


@dataclass(frozen=True)
class _Side:
    """The groups of a release and its people, as bits of everybody who is in either."""

    groups: Mapping[str, Bits]
    people: Bits


def _pairs(new: _Side, old: _Side, release: str) -> Iterator[TooClose]:
    both = new.people & old.people
    for name, group in new.groups.items():
        same = [was for was in old.groups.values() if was & both == group & both]
        for before, was in old.groups.items():
            if same and was not in same:  # that release held both groups, and its own table was protected
                continue
            inside = not group & both & ~was or not was & both & ~group
            if inside and not _may_differ(was & ~group, group & ~was, new.people):
                yield TooClose(name, before, release)


def _may_differ(went: Bits, came: Bits, now: Bits) -> bool:
    if 0 < came.bit_count() < THRESHOLD:
        return False
    if 0 < went.bit_count() < THRESHOLD:
        return not went & now and came.bit_count() >= THRESHOLD  # taken back, and not alone
    return True


def _together(new: _Side, old: _Side, release: str) -> Iterator[TooClose]:
    """Groups of one release that together are nearly one of the other's."""
    both = new.people & old.people
    for large, small in ((new, old), (old, new)):
        for name, group in large.groups.items():
            inside = (each & both for each in small.groups.values())
            parts = [each for each in inside if each and not each & ~group]
            rest = group & both & ~reduce(or_, parts, 0)
            if len(parts) > 1 and 0 < rest.bit_count() < THRESHOLD:
                yield TooClose(name, " + ".join(small.groups), release)
