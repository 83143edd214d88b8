"""Drawing a stratified simple random sample so that anybody can draw it again. Pure.

Every response has a number: SHA-256 of the seed followed by the response's id. In each stratum the responses with the
smallest numbers are drawn. That is a simple random sample without replacement (permanent random numbers: E. Ohlsson,
"Coordination of Samples Using Permanent Random Numbers", 1995), and it holds whatever order the frame is in; a larger
sample contains the smaller one; and where a response was withdrawn since, the others can still be checked.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import sha256
from heapq import nsmallest

from analysis.auditing.frames import Frame
from safekeeping.languages import gettext as _

SEED_BYTES = 32


@dataclass(frozen=True)
class Stratum:
    """One audience: how many responses it had (N_h), how many were drawn (n_h), the largest number drawn (hex)."""

    name: str
    size: int
    drawn: int
    up_to: str

    @property
    def probability(self) -> float:
        """The chance that each of its responses had of being drawn: n_h / N_h."""
        return self.drawn / self.size


@dataclass(frozen=True)
class Drawn:
    """A draw: its strata, the responses drawn, and the SHA-256 of the frame it was drawn from."""

    strata: tuple[Stratum, ...]
    chosen: frozenset[bytes]
    frame_hash: str


def number_of(seed: bytes, response_id: bytes) -> str:
    """The random number of a response, as 64 hexadecimal digits."""
    return sha256(seed + response_id).hexdigest()


def hash_of(frame: Frame) -> str:
    """SHA-256 (hex) of a frame: one line for each response, sorted, `id in hex`, a space, `stratum`."""
    found = sha256()
    for response, stratum in frame.pairs:
        found.update(f"{response.hex()} {stratum}\n".encode())
    return found.hexdigest()


def draw(frame: Frame, wanted: Mapping[str, int], seed: bytes) -> Drawn:
    """Draw from a frame as many of each stratum as are wanted, or all it has."""
    strata: list[Stratum] = []
    chosen: set[bytes] = set()
    for name, size in sorted(frame.sizes().items()):
        numbered = ((number_of(seed, response), response) for response, stratum in frame.pairs if stratum == name)
        some = nsmallest(max(wanted.get(name, 0), 0), numbered)
        strata.append(Stratum(name, size, len(some), some[-1][0] if some else ""))
        chosen.update(response for _number, response in some)
    return Drawn(tuple(strata), frozenset(chosen), hash_of(frame))


def faults(drawn: Drawn, seed: bytes, there: Frame, held: Collection[bytes], framed: int) -> list[str]:
    """What does not hold of a draw; nothing is how it should be.

    `there`: what of the frame is still there. `held`: the responses kept as drawn that are still there. `framed`: how
    many the frame had. Who withdrew is missing in both, and that is no fault.
    """
    limits = {stratum.name: stratum.up_to for stratum in drawn.strata}
    expected = {each for each, name in there.pairs if number_of(seed, each) <= limits.get(name, "")}
    sizes = {stratum.name: stratum.size for stratum in drawn.strata}
    now = there.sizes()
    return [
        said
        for said, wrong in (
            (_("responses were added to the sample"), set(held) - expected),
            (_("responses were taken out of the sample"), expected - set(held)),
            (_("the numbers of the design do not add up"), sum(sizes.values()) != framed),
            (_("a stratum is larger than it was"), any(now[name] > sizes.get(name, 0) for name in now)),
            (_("the frame is another one"), len(there) == framed and hash_of(there) != drawn.frame_hash),
        )
        if wrong
    ]
