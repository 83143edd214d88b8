"""A standard as it is written, as surveys ask about it: sections, clauses, and what services answer for. Pure."""

from analysis.standard.clauses import REQUIREMENT, PlacedClause, StandardText
from surveys.definition.clauses import Clause, Standard


def asked_from(text: StandardText) -> Standard:
    """What surveys can ask about an edition. Its clauses are its numbered standards, and sections without any."""
    every = tuple(text.walk())
    asked = tuple(each for each in every if each.above and each.clause.level != REQUIREMENT)
    alone = tuple(each for each in every if not each.above and not each.clause.children)
    return Standard(
        name=text.name,
        title=text.title,
        sections={each.number: each.title for each in text.clauses},
        clauses=tuple(_clause(each) for each in every if each in asked or each in alone),
        about={each.number: each.purpose for each in text.clauses if each.purpose},
        lowest=tuple(map(_clause, text.lowest())),
        stages={each.code: each.title for each in text.stages},
        frame=text.frame,
        edition=text.edition,
    )


def _clause(placed: PlacedClause) -> Clause:
    clause, standard = placed.clause, placed.standard
    under = "" if clause.level != REQUIREMENT else f"{standard.number} {standard.title}"
    stages = next((each.stages for each in (clause, *reversed(placed.above)) if each.stages), ())
    title = clause.title or clause.wording or clause.number
    said = clause.wording or clause.purpose or title
    return Clause(placed.section.number, clause.number, title, said, stages, under, placed.codes)
