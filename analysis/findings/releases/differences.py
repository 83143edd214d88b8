"""What a release would tell beside those before it: groups that differ by a few people. Pure.

Whoever holds two figures can subtract them where one group lies inside the other, or where several lie inside it. So of
people who are in both snapshots, no group may differ from another by one to nine. From one snapshot to the next the
same holds for who came and for who went; people who took their answers back may be fewer, if at least ten came.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from surveys.intake.rounding import THRESHOLD

People = frozenset[bytes]


@dataclass(frozen=True)
class Release:
    """Figures that were let out: `people`, all there were then; `groups`, those of whom anything was shown, by name."""

    name: str
    people: People
    groups: Mapping[str, People]


@dataclass(frozen=True)
class TooClose:
    """A group of a new release that differs by a few people from what was released before, or from groups together."""

    group: str
    earlier: str
    release: str


def too_close(new: Release, earlier: Iterable[Release]) -> list[TooClose]:
    """What stands against a release: each group that would give away one to nine people. Empty where nothing does."""
    return [fault for each in earlier for fault in (*_pairs(new, each), *_together(new, each))]


def _pairs(new: Release, old: Release) -> Iterator[TooClose]:
    both = new.people & old.people
    for name, group in new.groups.items():
        same = [was for was in old.groups.values() if was & both == group & both]
        for before, was in old.groups.items():
            if same and was not in same:  # that release held both groups, and its own table was protected
                continue
            inside = group & both <= was or was & both <= group
            if inside and not _may_differ(was - group, group - was, new.people):
                yield TooClose(name, before, old.name)


def _may_differ(went: People, came: People, now: People) -> bool:
    if 0 < len(came) < THRESHOLD:
        return False
    if 0 < len(went) < THRESHOLD:
        return not went & now and len(came) >= THRESHOLD  # taken back, and not alone
    return True


def _together(new: Release, old: Release) -> Iterator[TooClose]:
    """Groups of one release that together are nearly one of the other's."""
    both = new.people & old.people
    for large, small in ((new, old), (old, new)):
        for name, group in large.groups.items():
            parts = [each & both for each in small.groups.values() if each & both and each & both <= group]
            rest = (group & both) - frozenset().union(*parts)
            if len(parts) > 1 and 0 < len(rest) < THRESHOLD:
                yield TooClose(name, " + ".join(small.groups), old.name)
