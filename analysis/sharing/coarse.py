"""Making exact answers coarser, so that no amount, date or place points at one person. Pure.

First each value by itself (`amount`, `month`, `band`, …), then the ends of the whole column: whoever gave the most or
the least stands among ten at least (`merged_ends`), as statistical offices top-code incomes.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from analysis.sharing.variables import MOST_AMOUNT
from surveys.intake.rounding import THRESHOLD

TEN = 10


def amount(number: float) -> int:
    """A number as a file holds it: whole below ten, to the nearest five below a hundred, else two digits of it.

    >>> [amount(each) for each in (7.4, 23, 97.5, 1234, -46)]
    [7, 25, 100, 1200, -45]
    """
    size = min(abs(number), MOST_AMOUNT)
    step = 1 if size < TEN else 5 if size < TEN * TEN else 10 ** (len(str(int(size))) - 2)
    rounded = int(size / step + 0.5) * step
    return rounded if number >= 0 else -rounded


def month(day: str) -> int:
    """A date as YYYYMM; January where only the year is known.

    >>> month("2019-03-14"), month("2019")
    (201903, 201901)
    """
    year, _dash, rest = day.partition("-")
    return int(year) * 100 + int(rest[:2] or 1)


def year(day: str) -> int:
    """The year of a date."""
    return int(day[:4])


def band(number: float) -> int:
    """The first number of the ten that a number is among.

    >>> band(37), band(-3)
    (30, -10)
    """
    return int(max(-MOST_AMOUNT, min(number, MOST_AMOUNT)) // TEN) * TEN


def decade(day: str) -> int:
    """The first year of the decade of a date."""
    return year(day) // TEN * TEN


def area(postcode: str) -> str:
    """The letters that a postcode begins with, which name a large town or a county.

    >>> area("ZZ99")
    'ZZ'
    """
    letters = postcode.strip().upper()
    length = next((at for at, sign in enumerate(letters) if not sign.isalpha()), len(letters))
    return letters[:length]


@dataclass(frozen=True)
class Ends:
    """The least and the most that a column may show, and what is said of them; None where it may show nothing."""

    least: int
    most: int

    def held(self, value: int) -> int:
        """The value, or the end it is beyond."""
        return max(self.least, min(value, self.most))

    def labels(self, less: str, more: str) -> dict[int, str]:
        """What stands for the ends; `less` and `more` are what one says of such a value."""
        if self.least == self.most:
            return {self.least: "All answers"}
        return {self.least: f"{self.least} or {less}", self.most: f"{self.most} or {more}"}


def merged_ends(values: Iterable[int]) -> Ends | None:
    """How far a column may go so that at least ten people stand at each end; None where there are fewer than ten."""
    counts = Counter(values)
    if sum(counts.values()) < THRESHOLD:
        return None
    low, high = _reached(counts, sorted(counts)), _reached(counts, sorted(counts, reverse=True))
    middle = min(low, high) if low > high else None
    return Ends(low, high) if middle is None else Ends(middle, middle)


def _reached(counts: Mapping[int, int], order: list[int]) -> int:
    """The value by which ten people are reached, in that order."""
    so_far = 0
    for value in order:
        so_far += counts[value]
        if so_far >= THRESHOLD:
            return value
    return order[-1]
