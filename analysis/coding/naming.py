"""From the numbers of a whole batch to the names of what is suggested: over arrays, not passage by passage.

Few sets of sections and themes come up again and again, so each set is named once and shared by all its passages.
"""

from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.linear import Numbers, Truths
from analysis.standard.edition import Edition


def sets_of(codes: tuple[str, ...], said: Truths) -> list[tuple[str, ...]]:
    """The codes of each row of ``said`` (passages x codes) that are true, in order."""
    known: dict[bytes, tuple[str, ...]] = {}
    found = []
    for row in _as_bytes(said):
        names = known.get(row)
        if names is None:
            names = known[row] = tuple(compress(codes, row))
        found.append(names)
    return found


def themes_said(edition: Edition, chosen: Truths, chances: Numbers, threshold: float) -> Truths:
    """Which themes are suggested: the likeliest of each chosen section, and its others over the threshold.

    ``chosen``: passages x sections; ``chances`` and what comes back: passages x themes. Of equally likely themes
    the one whose code sorts last is the likeliest.
    """
    said = chances > threshold
    within = np.zeros(said.shape, dtype=bool)
    for section, columns in enumerate(_columns_by_section(edition)):
        if len(columns):
            best = columns[chances[:, columns].argmax(axis=1)]
            said[np.arange(len(said)), best] = True
            within[:, columns] = chosen[:, [section]]
    return said & within


def _columns_by_section(edition: Edition) -> list[NDArray[np.int64]]:
    """The columns of the themes of each section, last code first, for the first of equals is taken."""
    of_theme = list(edition.section_of_theme.items())
    return [
        np.array(
            sorted((at for at, (_, of) in enumerate(of_theme) if of == section), key=lambda at: of_theme[at][0])[::-1],
            dtype=np.int64,
        )
        for section in edition.section_codes
    ]


def _as_bytes(said: Truths) -> list[Any]:
    """Each row as bytes, 0 or 1 for each code."""
    rows, width = said.shape
    packed = np.ascontiguousarray(said).tobytes()
    return [packed[at : at + width] for at in range(0, rows * width, width)] if width else [b""] * rows
