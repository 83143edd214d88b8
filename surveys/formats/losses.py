"""What a survey lost on its way between two formats, and what was done instead; nothing is dropped in silence."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Loss:
    """One thing that was not carried over: its place in the file, what it is, and what was done instead."""

    place: str
    what: str
    instead: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}. Instead: {self.instead}."


@dataclass(frozen=True)
class Imported:
    """The tables of a survey, as `load.survey_from` reads them, and what they do not hold."""

    tables: dict[str, Any]
    losses: tuple[Loss, ...]


class BadFile(ValueError):
    """A file that cannot be read as a survey. `faults` holds a sentence each: file, place, what is wrong, remedy."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def bad(name: str, place: str, what: str) -> BadFile:
    """The error for one fault: `what` holds the remedy after a semicolon and no full stop."""
    return BadFile([f"{', '.join(part for part in (name, place) if part)}: {what}."])
