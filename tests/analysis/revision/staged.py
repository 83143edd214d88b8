"""A small standard of our own making, with requirements and two stages, in two editions."""

from dataclasses import replace

from analysis.standard.clauses import REQUIREMENT, SECTION, STANDARD, Clause, Stage, StandardText, clause_id

NAME = "kettle"


def required(number: str, wording: str, *stages: str) -> Clause:
    return Clause(clause_id(NAME, number), number, "", REQUIREMENT, wording, stages=stages)


def standard(number: str, title: str, *children: Clause) -> Clause:
    return Clause(clause_id(NAME, number), number, title, STANDARD, children=children)


def section(number: str, title: str, *children: Clause) -> Clause:
    return Clause(clause_id(NAME, number), number, title, SECTION, codes=("LG",), children=children)


def staged_text() -> StandardText:
    """Seven requirements under three standards; three of them make the first stage."""
    safe = standard("A1", "Hot water", required("A1.1", "It boils.", "first"), required("A1.2", "It whistles."))
    kept = standard("A2", "Cups", required("A2.1", "They are clean.", "first"), required("A2.2", "They match."))
    told = standard(
        "B1",
        "Company",
        required("B1.1", "Somebody listens.", "first"),
        required("B1.2", "Nobody hurries."),
        required("B1.3", "There is =cake."),
    )
    sections = (section("A", "Tea", safe, kept), section("B", "Talk", told))
    stages = (Stage("first", "First cup", 1), Stage("full", "The whole pot", 3))
    return StandardText(NAME, "The kettle standard", "A made-up house", 1, "mdan", sections, stages=stages)


def next_text() -> StandardText:
    """Its second edition: A1.2 became A1.3, which is worded anew under another id."""
    first = staged_text()
    tea, talk = first.clauses
    water, cups = tea.children
    boils, whistles = water.children
    sings = replace(
        required("A1.3", "It sings."), id=clause_id(NAME, "A1.3", 2), earlier=(whistles.id,), stages=("full",)
    )
    water = replace(water, children=(boils, sings))
    return replace(first, edition=2, clauses=(replace(tea, children=(water, cups)), talk))
