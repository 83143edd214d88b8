"""Codes of one code book in terms of another: a survey may be coded by another book than the frame of a standard. Pure.

What stands for what is argued in `analysis/standard/read_across`. Where nothing is, nothing is read across: the figures
of that survey are then no evidence for the clause, and the page says so.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from analysis.standard.reading_across import ReadAcross, known_mappings, mapping_of
from analysis.standard.shipped_texts import shipped_text

#: (frame of a standard, book of a survey) -> code of the frame -> the codes of the book that stand for it.
Between = Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]


def codes_in(frame: str, book: str, codes: Iterable[str], between: Between | None = None) -> tuple[str, ...]:
    """By which codes of a survey's book these codes of a frame are read; the same where it is the same book.

    >>> codes_in("mdan", "mdan", ("AE", "AE3")), codes_in("mdan", "other", ("AE",))
    (('AE', 'AE3'), ())
    """
    if frame == book:
        return tuple(codes)
    known = (between_standards() if between is None else between).get((frame, book), {})
    return tuple(dict.fromkeys(each for code in codes for each in known.get(code, ())))


@lru_cache(maxsize=1)
def between_standards() -> Between:
    """What is argued of the shipped standards: a standard is read by the nearest themes, or by the section it is in; a
    section by those of all its standards."""
    found = (mapping_of(name) for name in known_mappings())
    return {(each.of, each.to): _codes(each) for each in found if each}


def _codes(across: ReadAcross) -> dict[str, tuple[str, ...]]:
    known = shipped_text(across.of).by_number()
    codes = {row.number: row.themes or (row.section,) for row in across.rows}
    for row in across.rows:
        section = known[row.number].section.number
        codes[section] = tuple(dict.fromkeys((*codes.get(section, ()), row.section)))
    return codes
