"""A service standard as a survey needs it: its sections, and clauses that can be asked about.

`app.py` fills these in from the editions, so that surveys need not know how a standard is kept.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Clause:
    """One clause: its section's code, its own code (AE3), what it is called and what it says."""

    section: str
    code: str
    title: str
    text: str


@dataclass(frozen=True)
class Standard:
    """A standard: short name, title, section code -> section title in the standard's order, and its clauses."""

    name: str
    title: str
    sections: dict[str, str]
    clauses: tuple[Clause, ...]
