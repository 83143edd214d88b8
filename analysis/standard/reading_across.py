"""Where evidence on one standard is read in another: each standard of the one in a section of the other, with a reason.

What is here is argued, not measured: `docs/standards.md` says how. Pure.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from analysis.standard.clauses import PlacedClause, StandardText

SHIPPED = Path(__file__).parent / "read_across"


@dataclass(frozen=True)
class Row:
    """One standard (`number`): the `section` it is read in, the nearest `themes`, what it touches `also`, and `why`."""

    number: str
    section: str
    why: str
    themes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReadAcross:
    """How one standard (short name `of`) is read in the sections of another (`to`)."""

    of: str
    to: str
    rows: tuple[Row, ...]

    def row_of(self, placed: PlacedClause) -> Row | None:
        """The row for a clause: of the standard it belongs to; None for a section, and for one that came later."""
        return {row.number: row for row in self.rows}.get(placed.standard.number)


def known_mappings() -> tuple[str, ...]:
    """Short names of the standards that are mapped."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


@lru_cache(maxsize=16)
def mapping_of(name: str) -> ReadAcross | None:
    """How the standard of that name is read across; None where nobody has argued it."""
    if name not in known_mappings():
        return None
    told = tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))
    return ReadAcross(told["of"], told["to"], tuple(map(_row, told["rows"])))


def _row(told: Mapping[str, Any]) -> Row:
    lists = {each: tuple(told.get(each, ())) for each in ("themes", "also")}
    return Row(told["standard"], told["section"], told["why"], **lists)


def wrong_with_mapping(mapping: ReadAcross, of: StandardText, to: StandardText) -> list[str]:
    """What is wrong: a standard that has no row or two, a row for none, a target that is not there or not above it.

    For whoever writes such a file; nothing is how it should be.
    """
    numbers = [row.number for row in mapping.rows]
    wanted = [placed.clause.number for placed in of.standards()]
    wrong = [f"{number}: not mapped" for number in wanted if number not in numbers]
    wrong += [f"{number}: no such standard" for number in numbers if number not in wanted]
    wrong += [f"{number}: mapped twice" for number in sorted(set(numbers)) if numbers.count(number) > 1]
    known = to.by_number()
    return [*wrong, *(each for row in mapping.rows for each in _wrong_row(row, known))]


def _wrong_row(row: Row, known: Mapping[str, PlacedClause]) -> list[str]:
    wrong = [f"{row.number}: no section {code}" for code in (row.section, *row.also) if _is_no_section(known, code)]
    wrong += [
        f"{row.number}: {code} is no theme of {row.section}"
        for code in row.themes
        if code not in known or known[code].section.number != row.section or not known[code].above
    ]
    return [*wrong, *([] if row.why.strip() else [f"{row.number}: no reason"])]


def _is_no_section(known: Mapping[str, PlacedClause], code: str) -> bool:
    return code not in known or bool(known[code].above)
