"""What may be said of a share: corrected, people's codes alone, or nothing; and why, in a key of `outcomes`.

The correction needs to have seen the machine go wrong: with fewer than 15 responses that speak to a code, or fewer than
3 that the machine missed, its interval is too narrow (covering .79 at 1.6 % and 120 audited), so people's codes count
alone. The same holds the other way round for what nearly everybody spoke to. Pure.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.findings.intervals import Numbers
from analysis.findings.outcomes import APART, FLOOR, MISSES, OUTCOMES, POSITIVES
from analysis.findings.shown import WITHHELD

_PLACE = {why: place for place, (_kind, why) in enumerate(OUTCOMES)}


@dataclass(frozen=True)
class Gate:
    """What it is decided by: responses, audited ones, those that speak to the code, those that the machine missed.

    `apart`: the share of responses in strata that nobody audited. `varies`: whether the machine's scores differ at
    all; `possible`: whether the correction gives a share inside 0..1 and a variance.
    """

    size: Numbers
    audited: Numbers
    positives: Numbers
    missed: Numbers
    apart: Numbers
    varies: Any
    possible: Any


def gate(facts: Gate) -> tuple[Any, Any, Any]:
    """The place in `OUTCOMES` for every group; whether it is corrected; whether anything is said at all."""
    whole = facts.audited >= facts.size
    rules = (
        ("not coded", facts.audited == 0),
        ("part not audited", facts.apart > APART),
        ("too few audited", (facts.audited < FLOOR) & ~whole),
        ("whole", whole),
        ("rare", facts.positives < POSITIVES),
        ("common", facts.audited - facts.positives < POSITIVES),
        ("caught", facts.missed < MISSES),
        ("same score", ~(facts.varies & facts.possible)),
    )
    outcome = np.select([rule for _why, rule in rules], [_PLACE[why] for why, _rule in rules], _PLACE["corrected"])
    withheld = np.isin(outcome, [place for place, (kind, _why) in enumerate(OUTCOMES) if kind == WITHHELD])
    return outcome, outcome == _PLACE["corrected"], ~withheld
