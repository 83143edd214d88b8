"""Known runs of letters looked up in many words at once: over arrays of letters, no text for each run.

A run is read as a number whose digits are its letters, so that finding it is a search among sorted numbers. No digit
is nought: runs of different lengths never share a number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
SHORTEST, LONGEST = 3, 5  # letters of a run


@dataclass(frozen=True)
class LetterRuns:
    """``letters``: code points in order; ``runs``: the numbers of the runs in order; ``columns``: that of each run."""

    letters: Whole
    runs: Whole
    columns: Whole

    @classmethod
    def of(cls, columns: Mapping[str, int]) -> "LetterRuns":
        """Runs of three to five letters with the column of each; a space stands before and after a word."""
        letters = np.array(sorted(map(ord, {" ", *chain.from_iterable(columns)})), dtype=np.int64)
        base = len(letters) + 1
        found = sorted((_number(_digits(run, letters).tolist(), base), column) for run, column in columns.items())
        runs, places = zip(*found, strict=True) if found else ((), ())
        return cls(letters, np.array(runs, dtype=np.int64), np.array(places, dtype=np.int64))

    def find(self, words: Sequence[str]) -> tuple[Whole, Whole]:
        """Every known run of these words, as (place of the word, column of the run); twice where it stands twice."""
        text = f" {' '.join(words)} "
        digits = _digits(text, self.letters)
        space = int(np.searchsorted(self.letters, ord(" "))) + 1
        word = np.cumsum(digits == space) - (digits == space)
        numbers, fits = digits, digits > 0
        rows, found = [word[:0]], [word[:0]]
        for size in range(2, min(LONGEST, len(text)) + 1):
            last = digits[size - 1 :]
            numbers = numbers[:-1] * (len(self.letters) + 1) + last
            fits = fits[:-1] & (last > 0)
            if size > 2:
                fits &= digits[size - 2 : -1] != space
            if size >= SHORTEST and len(self.runs):
                at = np.flatnonzero(fits)
                place = np.minimum(np.searchsorted(self.runs, numbers[at]), len(self.runs) - 1)
                known = self.runs[place] == numbers[at]
                rows.append(word[at + 1][known] - 1)
                found.append(self.columns[place[known]])
        return np.concatenate(rows), np.concatenate(found)


def _digits(text: str, letters: Whole) -> Whole:
    """Each letter's place among the known ones, counted from one; nought where it is unknown."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.int64)
    places = np.minimum(np.searchsorted(letters, points), len(letters) - 1)
    return np.where(letters[places] == points, places + 1, 0)


def _number(digits: Sequence[int], base: int) -> int:
    number = 0
    for digit in digits:
        number = number * base + digit
    return number
