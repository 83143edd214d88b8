"""In which order passages come that suggestions would learn most from. Pure and deterministic.

Uncertain ones first (the probability nearest to a half), spread over kinds of passages: one after the other of each
kind, and of each response only one until all have had one. Kinds are what was asked and what was suggested.
(Uncertainty: D. Lewis and W. Gale 1994; spread: query by clusters, Z. Xu et al. 2003.)
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Unsure:
    """A passage with what is suggested for it. `margin`: how far its least sure section is from a half, 0 to 0.5."""

    id: bytes
    response_id: bytes
    kind: tuple[str, ...]
    margin: float


def margin_of(probabilities: Mapping[str, float], confidence: float) -> float:
    """How sure the least sure section is; 0 where the machine abstained."""
    if not confidence or not probabilities:
        return 0.0
    return min(abs(chance - 0.5) for chance in probabilities.values())


def most_to_learn(passages: Iterable[Unsure]) -> list[bytes]:
    """The ids in the order in which to code them. The order they are given in does not matter."""
    of_kind: Counter[tuple[int, tuple[str, ...]]] = Counter()
    of_response: Counter[bytes] = Counter()
    places: dict[bytes, tuple[int, int, float, bytes]] = {}
    for each in sorted(passages, key=lambda one: (one.margin, one.id)):
        turn = of_response[each.response_id]
        places[each.id] = (turn, of_kind[turn, each.kind], each.margin, each.id)
        of_response[each.response_id] += 1
        of_kind[turn, each.kind] += 1
    return sorted(places, key=places.__getitem__)
