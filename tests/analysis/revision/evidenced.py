"""A cycle with a consultation that has findings: what tests of evidence begin with."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from analysis.findings.estimates_kept import KeptEstimates, MadeFrom, keep_estimates
from analysis.findings.first_figures import figures_from
from analysis.findings.report import Tally
from analysis.findings.shown import (
    ALL,
    CORRECTED,
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
from analysis.findings.tables import Made, keep
from analysis.revision.cycles import begin_cycle, link_survey
from analysis.revision.tables import CONSULTATION, RevisionCycle
from analysis.standard.edition import load_edition
from safekeeping.organisations import first_organisation
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, publish
from tests.factories import NOW, definition

MDAN = load_edition("mdan")
STANCES = ("praise", "problem", "suggestion", "neutral")
#: Asks survivors about access and providers about governance, and everybody about one clause of it.
SURVEY = (
    definition("clause-view").replace('"clause-view"', '"asked"', 1)
    + """
[[page.question]]
name = "reached"
kind = "long-text"
wording = "What made it easy or hard to get in touch?"
audiences = ["survivor"]
speaks_to = ["AE"]

[[page.question]]
name = "led"
kind = "long-text"
wording = "How is your service led?"
audiences = ["provider"]
speaks_to = ["LG2"]
"""
)
NOBODY = Figure(None, None, None, WITHHELD, why="cover")


def figure(percent: int, reach: int = 5) -> Figure:
    """A corrected share."""
    return Figure(percent, max(percent - reach, 0), min(percent + reach, 100), CORRECTED, percent - 1, 120, "corrected")


def codes() -> tuple[Code, ...]:
    """All codes of the shipped frame: sections, themes, and a stance each."""
    found = [Code(each.code, each.title, SECTION, each.code) for each in MDAN.sections]
    found += [Code(t.code, t.title, THEME, s.code) for s in MDAN.sections for t in s.themes]
    found += [Code(f"{s.code}/{stance}", stance, STANCE, s.code) for s in MDAN.sections for stance in STANCES]
    return tuple(found)


def by_audience(shares: Mapping[tuple[str, str], int | None], usual: int = 30) -> ShownTable:
    """Shares by audience; those not given are `usual`. Survivors spoke of access more often, and that holds."""
    groups: tuple[ShownGroup, ...] = (ShownGroup("survivor", "Survivors", 140), ShownGroup("provider", "Providers", 60))
    groups = (*groups, ShownGroup(ALL, "Everybody", 200))
    places = [(code.code, group.code) for code in codes() for group in groups]
    told = {place: shares.get(place, usual) for place in places}
    figures = {place: NOBODY if share is None else figure(share) for place, share in told.items()}
    differing = (
        ShownDifference("AE", "survivor", "provider", 24, 11, 37, True),
        ShownDifference("LG", "survivor", "provider", 3, -9, 15, False),
    )
    return ShownTable("audience", "Who answered", codes(), groups, figures, differing)


def by_verdict(**bases: int | None) -> ShownTable:
    """The breakdown by a question on a clause, as far as its groups are looked at."""
    groups = (*(ShownGroup(name, name, base) for name, base in bases.items()), ShownGroup(ALL, "Everybody", 200))
    figures = {(code.code, group.code): NOBODY for code in codes() for group in groups}
    return ShownTable("first_contact", "What should happen", codes(), groups, figures)


def evidenced(
    session: Session, keys: Vault, *tables: ShownTable, text: str = SURVEY, **named: Any
) -> tuple[RevisionCycle, PublishedSurvey]:
    """A cycle of the shipped standard, and a consultation linked to it with these tables as they were last made."""
    row = publish(session, keys, text, named.pop("at", NOW))
    with_findings(session, row, *tables)
    cycle = named.pop("cycle", None) or begun(session)
    link_survey(session, cycle, row.id, named.pop("purpose", CONSULTATION))
    return cycle, row


def begun(session: Session, name: str = "mdan") -> RevisionCycle:
    """A cycle of a shipped standard."""
    return begin_cycle(session, first_organisation(session).id, name, NOW.date(), NOW.date().replace(year=2029))


def with_findings(session: Session, row: PublishedSurvey, *tables: ShownTable) -> None:
    """Findings of a survey, with these tables of estimates."""
    tally = Tally()
    for number in range(200):
        tally.add("survivor" if number < 140 else "provider", 1, ["AE"] if number % 3 else ["LG"])
    figures = figures_from(tally, MDAN, {"survivor": "Survivors", "provider": "Providers"})
    keep(session, row.public_key, row.id, Made(figures, "<svg/>", (), {}), NOW)
    if tables:
        keep_estimates(session, row, KeptEstimates(tables, MadeFrom(200, sample=1, draw=1)), NOW)
    session.flush()
