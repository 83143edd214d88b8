"""A coded project as other programs know it: users, codes, texts, what is marked in them, and who gave which code.

The model follows REFI-QDA Project 1.0 (Rotterdam Exchange Format Initiative, 18 March 2019). Offsets are code points
in `Source.text`, end exclusive. Guids are 36 characters, small letters. Times know their zone. Pure.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class User:
    """Somebody, or a program, that codes."""

    guid: str
    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """One code of the code book, and the codes under it."""

    guid: str
    name: str
    description: str = ""
    codes: tuple["Code", ...] = ()
    codable: bool = True


@dataclass(frozen=True, slots=True)
class Coded:
    """One code given by one user, at a time where that is known. `code` and `user` are guids."""

    guid: str
    code: str
    user: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """A marked part of a text: `start` to before `end`. `notes` are guids of notes about it."""

    guid: str
    start: int
    end: int
    coded: tuple[Coded, ...] = ()
    user: str | None = None
    at: datetime | None = None
    description: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One text with line feeds only, what is marked in it, and what is known of it: guid of a variable -> value."""

    guid: str
    name: str
    text: str
    selections: tuple[Selection, ...] = ()
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """Something known of texts, as text."""

    guid: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A group of texts, by their guids. Heard never writes a person as a case."""

    guid: str
    name: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A memo: its words, who wrote it, and when."""

    guid: str
    name: str
    text: str
    user: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Project:
    """The whole of it. `sources` may be read anew each time it is gone through, so that a large one need not be held;
    such a one gives them by guid, each part of a text in its order. `origin` is the program it is from, `others`
    how many sources in it are no texts and were left out."""

    name: str
    description: str = ""
    users: tuple[User, ...] = ()
    codes: tuple[Code, ...] = ()
    variables: tuple[Variable, ...] = ()
    cases: tuple[Case, ...] = ()
    sources: Iterable[Source] = ()
    notes: tuple[Note, ...] = ()
    origin: str = ""
    others: int = 0

    @property
    def every_code(self) -> Iterator[Code]:
        """All codes, each before those under it."""
        yield from _flat(self.codes)

    def in_order(self) -> "Project":
        """The same with everything by guid but the codes, whose order means something."""
        return replace(
            self,
            users=tuple(sorted(self.users, key=_guid)),
            variables=tuple(sorted(self.variables, key=_guid)),
            cases=tuple(replace(each, sources=tuple(sorted(each.sources))) for each in sorted(self.cases, key=_guid)),
            sources=tuple(_source_in_order(each) for each in sorted(self.sources, key=_guid)),
            notes=tuple(sorted(self.notes, key=_guid)),
        )


def _guid(part: User | Variable | Case | Source | Note | Coded) -> str:
    return part.guid


def _flat(codes: Iterable[Code]) -> Iterator[Code]:
    for code in codes:
        yield code
        yield from _flat(code.codes)


def _source_in_order(source: Source) -> Source:
    marked = sorted(source.selections, key=lambda each: (each.start, each.end, each.guid))
    selections = tuple(replace(each, coded=tuple(sorted(each.coded, key=_guid))) for each in marked)
    return replace(source, selections=selections, values=tuple(sorted(source.values)))
