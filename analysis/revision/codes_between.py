"""Codes of one code book in terms of another: a survey may be coded by another book than the frame of a standard. Pure.

Where nothing says what stands for what, nothing is read across: the figures of that survey are then no evidence for
the clause, and the page says so.
"""

from collections.abc import Iterable, Mapping

#: (frame of a standard, book of a survey) -> code of the frame -> the codes of the book that stand for it.
Between = Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]
BETWEEN: Between = {}


def codes_in(frame: str, book: str, codes: Iterable[str], between: Between = BETWEEN) -> tuple[str, ...]:
    """By which codes of a survey's book these codes of a frame are read; the same where it is the same book.

    >>> codes_in("mdan", "mdan", ("AE", "AE3")), codes_in("mdan", "other", ("AE",))
    (('AE', 'AE3'), ())
    """
    if frame == book:
        return tuple(codes)
    known = between.get((frame, book), {})
    return tuple(dict.fromkeys(each for code in codes for each in known.get(code, ())))
