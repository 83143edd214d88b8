"""Names of variables that every statistics program takes.

SPSS and Stata both allow a Latin letter first, then letters, digits and underscores; Stata at most 32 characters. SPSS
takes capitals and small letters for the same, and both keep some words for themselves (IBM SPSS Statistics Command
Syntax Reference, "Variable Names"; Stata User's Guide 11.3).
"""

import re

LONGEST = 32
KEPT = frozenset(
    "all and by eq ge gt le lt ne not or to with byte double float if in int long using str strl "
    "_all _b _coef _cons _n _pi _pred _rc _skip".split()
)


def safe_name(wanted: str, taken: set[str]) -> str:
    """The wanted name, or the nearest that is allowed and not `taken` yet, capitals or not. It is taken then.

    >>> safe_name("rating.listened", set()), safe_name("_2nd", set()), safe_name("with", set())
    ('rating_listened', 'q_2nd', 'with_')
    """
    name = re.sub(r"[^A-Za-z0-9_]", "_", wanted)[:LONGEST]
    if not name[:1].isalpha():
        name = f"q{name}" if name.startswith("_") else f"q_{name}"
    if name.lower() in KEPT or re.fullmatch(r"str\d+", name.lower()):
        name = f"{name}_"
    name = _untaken(name[:LONGEST], taken)
    taken.add(name.lower())
    return name


def _untaken(name: str, taken: set[str]) -> str:
    if name.lower() not in taken:
        return name
    number = 2
    while f"{name[: LONGEST - len(str(number)) - 1]}_{number}".lower() in taken:
        number += 1
    return f"{name[: LONGEST - len(str(number)) - 1]}_{number}"
