"""A report's facts, made up: every kind of figure, text and part."""

from datetime import date

from analysis.findings.shown import (
    ALL,
    CORRECTED,
    HUMAN_ONLY,
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
from analysis.reporting.document import Quotation
from analysis.reporting.facts import AuditFacts, Drawn, Facts, MethodFacts, ProfileRow, StandardFacts, SurveyFacts
from analysis.reporting.manifest import Manifest, figure_hashes
from analysis.standard.edition import load_edition

GROUPS: tuple[tuple[str, str, int | None], ...] = (
    ("survivor", "Survivors", 420),
    ("family", "Family and friends", 65),
    ("provider", "Providers", 180),
    ("commissioner", "Commissioners", 25),
    ("other", "Somebody else", None),
)
STANCES = ("praise", "problem", "suggestion")


def codes() -> tuple[Code, ...]:
    """Sections, themes and stances of the shipped standard."""
    edition = load_edition("mdan")
    found = [Code(each.code, each.title, SECTION, each.code) for each in edition.sections]
    found += [Code(t.code, t.title, THEME, s.code) for s in edition.sections for t in s.themes]
    found += [Code(f"{s.code}/{stance}", stance, STANCE, s.code) for s in edition.sections for stance in STANCES]
    return tuple(found)


def _figure(number: int, group: str, level: str) -> Figure:
    if group == "other" or (group == "commissioner" and number % 3):
        return Figure(None, None, None, WITHHELD, why="group" if group == "other" else "few")
    if group == ALL and level == SECTION and number == 3:
        return Figure(None, None, None, WITHHELD, why="part")
    middle = 3 + {SECTION: 62, THEME: 24, STANCE: 31}[level] - (number * 7) % 23 - len(group)
    half = 9 if group == "commissioner" else 5
    kind = HUMAN_ONLY if number % 5 == 4 else CORRECTED
    return Figure(middle, max(middle - half, 1), middle + half, kind, middle + 4, 120)


def table() -> ShownTable:
    """Shares by audience: corrected, of people only, withheld; with differences."""
    every, groups = codes(), [*GROUPS, (ALL, "Everyone", 690)]
    figures = {
        (code.code, group): _figure(number, group, code.level)
        for number, code in enumerate(every)
        for group, _name, _size in groups
    }
    sections = [code.code for code in every if code.level == SECTION]
    differing = (
        ShownDifference(sections[0], "survivor", "provider", 12, 5, 19, True),
        ShownDifference(sections[1], "survivor", "provider", -4, -11, 3, False),
    )
    shown = tuple(ShownGroup(*each) for each in groups)
    return ShownTable("audience", "Audience", every, shown, figures, differing)


def facts(title: str = "Services for men, 2026", quote: str = "") -> Facts:
    """The facts, without charts. `title` and `quote` stand wherever such texts do."""
    tables, edition = (table(),), load_edition("mdan")
    said = quote or "They believed me, and that was the first time anybody did."
    quotes = {
        code.code: (Quotation(said, "Survivor"), Quotation("[a town] has nothing. I had to go to the next one."))
        for code in tables[0].at(SECTION)
    }
    manifest = Manifest(
        survey="views",
        made_on="2026-11-22",
        inputs={"Responses": "ab" * 32, "Code book": edition.sha256, "Suggester": "cd" * 32},
        versions={"Heard": "0.1.0", "Python": "3.11"},
        figures=figure_hashes(tables),
    )
    profile = [ProfileRow(name, size, size and size * 5) for _code, name, size in GROUPS]
    return Facts(
        survey=SurveyFacts(title, "views", "The Example Trust", "Autumn 2026", date(2026, 9, 1), date(2026, 10, 31)),
        standard=StandardFacts(edition.title, edition.publisher, edition.name, edition.sha256, edition.year),
        tables=tables,
        profile=(*profile, ProfileRow("Together", 690, 3450)),
        methods=MethodFacts(
            "cd" * 32,
            10,
            20,
            AuditFacts(
                1, (("Survivors", 120), ("Providers", 60), ("Others", None)), ("ef" * 32,), 0.74, 0.69, 0.79, True
            ),
        ),
        manifest=manifest,
        made_on=date(2026, 11, 22),
        charts=Drawn(),
        quotes=quotes,
        reasons={
            "group": "A smaller group is left out.",
            "few": "Fewer than 10 spoke to it.",
            "part": "It would tell another.",
        },
    )
