"""Which words mark some texts against others: signed log-likelihood.

Dunning 1993 (aclanthology.org/J93-1003) in the form of Rayson & Garside 2000 (doi 10.3115/1117729.1117730).
"""

from collections import Counter
from collections.abc import Iterable
from math import log

SIGNIFICANT = 3.84  # chi-squared with one degree of freedom at 5 %


def keyness(here: int, size: int, there: int, rest: int) -> float:
    """Log-likelihood of a word said `here` times among `size` words and `there` times among `rest`.

    Negative where it is said less often here.

    >>> round(keyness(20, 1000, 10, 1000), 2)  # E = 15 each: 2 * (20 ln 20/15 + 10 ln 10/15)
    3.4
    >>> round(keyness(10, 1000, 20, 1000), 2)
    -3.4
    >>> keyness(0, 10, 0, 10)
    0.0
    """
    said = here + there
    if not said or not size or not rest:
        return 0.0
    expected_here = size * said / (size + rest)
    expected_there = rest * said / (size + rest)
    strength = 2 * (_part(here, expected_here) + _part(there, expected_there))
    return strength if here > expected_here else -strength


def _part(seen: int, expected: float) -> float:
    return seen * log(seen / expected) if seen else 0.0


def key_words(here: Counter[str], there: Counter[str], wanted: Iterable[str] | None = None) -> dict[str, float]:
    """Word -> signed keyness, for the wanted words or all that are said here."""
    size, rest = here.total(), there.total()
    return {word: keyness(here[word], size, there[word], rest) for word in (here if wanted is None else wanted)}
