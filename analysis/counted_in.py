"""What taking in counts on its way through the answers, and how the parts of it are put together."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from analysis.coding_answers import Coded
from analysis.findings.releases.differences import Release
from analysis.findings.releases.holding_back import Newcomer, held_back
from analysis.findings.report import Tally
from analysis.findings.shown import ALL
from safekeeping.vault import Opener, seal_entry

PLACE = b"counted in"


@dataclass
class CountedIn:
    """The figures as they grow; who is in which audience; and, after a release (`before`), who is new since.

    `before` says who was in the newest release of findings.
    """

    before: Release | None
    tally: Tally = field(default_factory=Tally)
    members: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    came: list[Newcomer] = field(default_factory=list)

    def add(self, coded: Coded) -> None:
        """Count a batch."""
        of: dict[bytes, list[bytes]] = {response.id: [] for response in coded.batch}
        for (response_id, _name), passages in coded.places.items():
            of[response_id] += [passage.id for passage in passages]
        for response in coded.batch:
            sections = {code for passage in of[response.id] for code in coded.sections[passage]}
            self._add_one(response.id, response.audience, len(of[response.id]), sections)

    def _add_one(self, response_id: bytes, audience: str | None, passages: int, sections: set[str]) -> None:
        self.members[audience or ""].add(response_id)
        self.tally.add(audience, passages, sections)
        if self.before is not None and response_id not in self.before.people:
            self.came.append(Newcomer(response_id, audience or "", passages, frozenset(sections)))

    def groups(self) -> dict[str, set[bytes]]:
        """The groups that findings are of: the audiences, and everybody."""
        return {**self.members, ALL: set[bytes]().union(*self.members.values())}

    def hold_back(self) -> None:
        """Who waits for others is in no figure yet."""
        for each in held_back(self.came, self.before):
            self.members[each.audience].discard(each.id)
            self.tally.take_out(each.audience, each.passages, each.sections)

    def sealed(self, public_key: bytes, survey_id: bytes) -> bytes:
        """As a part hands it in: sealed, for it names groups of any size."""
        kept = {
            "responses": self.tally.responses,
            "passages": self.tally.passages,
            "spoke": [[*key, count] for key, count in self.tally.spoke.items()],
            "members": {name: b"".join(sorted(ids)).hex() for name, ids in self.members.items()},
            "came": [[each.id.hex(), each.audience, each.passages, sorted(each.sections)] for each in self.came],
        }
        return seal_entry(json.dumps(kept).encode(), public_key, survey_id, PLACE)

    def take(self, opener: Opener, sealed: bytes) -> None:
        """Count what a part handed in."""
        kept: dict[str, Any] = json.loads(opener.entry(sealed, PLACE))
        spoke = {(audience, section): count for audience, section, count in kept["spoke"]}
        part = Tally()
        for counter, counts in ((part.responses, kept["responses"]), (part.passages, kept["passages"])):
            counter.update(counts)
        part.spoke.update(spoke)
        self.tally.merge(part)
        for name, ids in kept["members"].items():
            self.members[name].update(_each(bytes.fromhex(ids)))
        for found, audience, passages, sections in kept["came"]:
            self.came.append(Newcomer(bytes.fromhex(found), audience, passages, frozenset(sections)))


def _each(ids: bytes, length: int = 16) -> Iterable[bytes]:
    return (ids[at : at + length] for at in range(0, len(ids), length))
