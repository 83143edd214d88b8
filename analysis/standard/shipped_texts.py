"""The standards that come with Heard, as they are written: read from the same files as their coding frames.

Beside what a coding frame needs, such a file can hold `edition`, `published`, `years`, `frame`, `[[aims]]`,
`[[stages]]` and `[glossary]`; a section or theme `purpose` (else its definition), `evidence`, `guidance`, `aims`,
`stages`, `codes` (else its own); a theme `requirements`, each with `number` and whatever else a clause has.
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from analysis.standard import edition as shipping
from analysis.standard.clauses import REQUIREMENT, SECTION, STANDARD, Aim, Clause, Stage, StandardText, clause_id
from analysis.standard.edition import load_edition, shipped_editions

_TEXTS = ("wording", "purpose", "evidence", "guidance")
_LISTS = ("aims", "stages", "codes")


def shipped_texts() -> tuple[StandardText, ...]:
    """Every standard that comes with Heard, in the edition that is shipped."""
    return tuple(map(shipped_text, shipped_editions()))


@lru_cache(maxsize=16)
def shipped_text(name: str) -> StandardText:
    """One of them by its short name. Raises `analysis.standard.edition.UnknownEdition`."""
    edition = load_edition(name)
    told = tomllib.loads((shipping.SHIPPED / f"{edition.name}.toml").read_text(encoding="utf-8"))
    number = told.get("edition", 1)
    return StandardText(
        name=edition.name,
        title=edition.title,
        publisher=edition.publisher,
        edition=number,
        frame=told.get("frame", edition.name),
        clauses=tuple(_section(edition.name, number, each) for each in told["sections"]),
        published=told.get("published", str(edition.year or "")),
        years=told.get("years", 3),
        aims=tuple(Aim(**each) for each in told.get("aims", ())),
        stages=tuple(Stage(**each) for each in told.get("stages", ())),
        glossary=dict(told.get("glossary", {})),
    )


def _section(name: str, edition: int, table: Mapping[str, Any]) -> Clause:
    below = tuple(_standard(name, edition, each) for each in table["themes"])
    return _clause(name, edition, SECTION, table, below)


def _standard(name: str, edition: int, table: Mapping[str, Any]) -> Clause:
    told = [
        {"title": f"{table['title']}, {_place(each['number'])}", **each, "code": each["number"]}
        for each in table.get("requirements", ())
    ]
    below = tuple(_clause(name, edition, REQUIREMENT, each, ()) for each in told)
    return _clause(name, edition, STANDARD, table, below)


def _place(number: str) -> str:
    """What counts a requirement inside its standard: the 3 of A4.3."""
    return number.rpartition(".")[2]


def _clause(name: str, edition: int, level: str, table: Mapping[str, Any], below: tuple[Clause, ...]) -> Clause:
    number = table["code"]
    own = {"purpose": table.get("definition", ""), "codes": () if level == REQUIREMENT else (number,)}
    told = {each: table[each] for each in (*_TEXTS, *_LISTS) if each in table}
    parts = {**own, **told}
    lists = {each: tuple(parts.get(each, ())) for each in _LISTS}
    return Clause(
        id=clause_id(name, number, edition),
        number=number,
        title=table["title"],
        level=level,
        children=below,
        **{**parts, **lists},
    )
