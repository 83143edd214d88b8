"""Tables to chart: made up, of any size, with whatever is wanted withheld."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import strategies as st

from analysis.coding.suggestion import STANCES
from analysis.findings.charts.agreement import Agreed
from analysis.findings.charts.chart import Plan
from analysis.findings.charts.codes_together import Together
from analysis.findings.charts.every import plans_of
from analysis.findings.charts.sheet import Words
from analysis.findings.shown import (
    ALL,
    CORRECTED,
    HUMAN_ONLY,
    MACHINE,
    SECTION,
    STANCE,
    THEME,
    WITHHELD,
    Code,
    Figure,
    ShownDifference,
    ShownGroup,
    ShownTable,
)

NOBODY = Figure(None, None, None, WITHHELD, why="few")


def figure(percent: int, kind: str = CORRECTED, reach: int = 6) -> Figure:
    """A share with an interval; one that is the machine's has none."""
    if kind == MACHINE:
        return Figure(percent, None, None, kind, percent)
    return Figure(percent, max(percent - reach, 0), min(percent + reach, 100), kind, percent, 200)


def codes_of(sections: int = 4, themes: int = 2, *, stances: bool = True, title: str = "Section") -> tuple[Code, ...]:
    """So many sections, each with so many themes, and its stances."""
    found = []
    for number in range(sections):
        section = f"S{number}"
        found.append(Code(section, f"{title} {number}", SECTION, section))
        found += [Code(f"{section}T{each}", f"Theme {each} of {number}", THEME, section) for each in range(themes)]
        found += [Code(f"{section}/{stance}", stance, STANCE, section) for stance in STANCES if stances]
    return tuple(found)


def table_of(
    codes: Sequence[Code] | None = None,
    groups: Sequence[str] = ("Survivors", "Providers", "Commissioners"),
    withheld: Sequence[tuple[int, int]] = (),
    name: str = "audience",
    seed: int = 7,
) -> ShownTable:
    """A table with shares by a seed; `withheld`: places of a code and a group."""
    chance, codes = Random(seed), codes_of() if codes is None else tuple(codes)
    every = (*(ShownGroup(f"g{place}", each, 100 + 5 * place) for place, each in enumerate(groups)),)
    every = (*every, ShownGroup(ALL, "*", 105 * len(groups)))
    figures = {
        (code.code, group.code): NOBODY if (row, column) in set(withheld) else figure(chance.randint(12, 88))
        for row, code in enumerate(codes)
        for column, group in enumerate(every)
    }
    return ShownTable(name, "audience", codes, every, figures, _differences(codes, every, figures))


def _differences(
    codes: Sequence[Code], groups: Sequence[ShownGroup], figures: dict[tuple[str, str], Figure]
) -> tuple[ShownDifference, ...]:
    found = []
    for code in codes:
        for one, other in pairwise(groups[:-1]):
            first, second = (figures[code.code, each.code].percent for each in (one, other))
            if first is not None and second is not None:
                points = first - second
                found.append(
                    ShownDifference(code.code, one.code, other.code, points, points - 9, points + 9, abs(points) > 20)
                )
    return tuple(found)


AGREED = (
    Agreed("All sections together", 0.71, 0.64, 0.78, True),
    Agreed("Section 0", 0.83, 0.75, 0.91),
    Agreed("Section 1", -0.31, -0.5, 0.12),
    Agreed("Section 2", None, None, None),
)
TOGETHER = Together(
    "everybody",
    {"S0": "Section 0", "S1": "Section 1", "S2": "Section 2"},
    {"S0": 41, "S1": 37, "S2": None},
    {("S1", "S0"): 17, ("S0", "S2"): 6},
)
ASKED = {("S0", "g0"), ("S1", "g1"), ("S2T1", "g2")}


def plans(table: ShownTable) -> dict[str, Plan]:
    """Every kind of chart of a table: as one of audiences, and as one of waves."""
    waves = ShownTable("waves", "waves", table.codes, table.groups, table.figures, table.differences)
    found = plans_of([table, waves], asked=ASKED, agreed=AGREED, together=[TOGETHER], source="A survey, 2026")
    return {plan.name: plan for plan in found}


def drawn_words(plan: Plan) -> list[str]:
    """What is written in a picture, in order."""
    return [each.words for each in plan.sheet.drawn if isinstance(each, Words)]


def names() -> st.SearchStrategy[str]:
    """Names as people give them, in any letters."""
    return st.text(min_size=1, max_size=60) | st.sampled_from(
        [
            "=1+1",
            "مجموعة الناجين",
            "👨‍👧 Dads",
            "$a$ & <b>",
            "]]>",
            "x" * 200,
            "Male Survivors' Fellowship of the North",
        ]
    )


@st.composite
def tables(draw: Any) -> ShownTable:
    """Tables of any shape: names in any letters, any kinds, anything withheld, intervals or none."""
    codes = codes_of(draw(st.integers(0, 5)), draw(st.integers(0, 3)), stances=draw(st.booleans()), title=draw(names()))
    groups = [
        ShownGroup(f"g{n}", draw(names()), draw(st.none() | st.integers(4, 400)))
        for n in range(draw(st.integers(0, 7)))
    ]
    groups += [ShownGroup(ALL, "", draw(st.none() | st.integers(4, 4000)))] if draw(st.booleans()) else []
    figures = st.just(NOBODY) | st.builds(
        figure, st.integers(0, 100), st.sampled_from([CORRECTED, HUMAN_ONLY, MACHINE]), st.integers(0, 20)
    )
    places = [(code.code, group.code) for code in codes for group in groups]
    shown = {place: draw(figures) for place in places}
    return ShownTable("audience", draw(names()), codes, tuple(groups), shown, _differences(codes, groups, shown))
