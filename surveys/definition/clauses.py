"""A service standard as a survey needs it: its sections, and clauses that can be asked about.

`app.py` fills these in from the editions, so that surveys need not know how a standard is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Clause:
    """One clause: its section's code, its own code (AE3), what it is called and what it says.

    `stages`: the codes of those it belongs to. `under`: code and title of the standard it is a requirement of, or
    empty. `speaks_to`: the codes by which answers about it are read; its section, where there are none.
    """

    section: str
    code: str
    title: str
    text: str
    stages: tuple[str, ...] = ()
    under: str = ""
    speaks_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standard:
    """A standard: short name, title, section code -> section title in the standard's order, and its clauses.

    `about`: section code -> what it is about. `lowest`: what a service answers for one by one, and `stages`: code ->
    title of those that it can be assessed for. `frame`: the code book by which answers are read, where its name is
    another.
    """

    name: str
    title: str
    sections: dict[str, str]
    clauses: tuple[Clause, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    lowest: tuple[Clause, ...] = ()
    stages: Mapping[str, str] = field(default_factory=dict)
    frame: str = ""
    edition: int = 0

    @property
    def read_by(self) -> str:
        """The name of the code book by which answers about it are read."""
        return self.frame or self.name

    def of_stage(self, stage: str) -> tuple[Clause, ...]:
        """What a service answers for at a stage: those that name it; all where none does, or no stage is given."""
        mine = tuple(each for each in self.lowest if not stage or stage in each.stages)
        return mine or self.lowest
