"""How far many providers say they meet a standard: the answers to a self-assessment survey, as the gate lets them out.

Each closed question is a breakdown of the survey's estimates, let through and noted in the ledger of releases like
every other. Here its groups are read as counts; nothing here sees an answer, and sums are of what is shown alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.findings.shown import ALL, ShownTable
from analysis.revision.self_assessing import OPEN, STATES, Tally, assessed_clauses
from analysis.standard.as_asked import asked_from
from analysis.standard.clauses import PlacedClause, StandardText
from analysis.standard.held_editions import editions_of, names_here
from safekeeping.languages import gettext as _
from surveys.definition.survey import Survey
from surveys.writing.from_standard import met_names

#: What a state is called where some counts are withheld; under `OPEN` what is left of those who answered.
REST = _("Withheld, or no answer")


@dataclass(frozen=True)
class ManySaid:
    """What providers say of a clause: state -> how many, to the nearest five, None is withheld; `base`: of how many."""

    placed: PlacedClause
    counts: Mapping[str, int | None]
    base: int | None

    @property
    def is_shown(self) -> bool:
        """Whether any of it may be seen."""
        return self.base is not None and any(each is not None for each in self.counts.values())


def assessed_text(session: Session, organisation_id: bytes, survey: Survey) -> StandardText | None:
    """The edition that a survey lets providers answer for: the newest of those it asks most clauses of; None for any
    other kind of survey."""
    found: list[tuple[int, int, StandardText]] = []
    for name in names_here(session, organisation_id):
        for held in editions_of(session, organisation_id, name):
            if held.text.frame == survey.standard and (asked := met_questions(survey, held.text)):
                found.append((len(asked), held.text.edition, held.text))
    return max(found, key=lambda each: each[:2])[2] if found else None


def met_questions(survey: Survey, text: StandardText) -> dict[str, str]:
    """Id of each clause that is asked about -> the name of the question how far it is met."""
    names, found = met_names(asked_from(text)), {}
    for placed in text.lowest():
        question = survey.question(names[placed.clause.number])
        if question is not None and question.kind == "one-choice":
            values = {choice.value.replace("_", " ") for choice in question.choices}
            if values == set(STATES):
                found[placed.clause.id] = question.name
    return found


def said_by_many(survey: Survey, text: StandardText, tables: Iterable[ShownTable]) -> tuple[ManySaid, ...]:
    """Of each clause that is asked about what may be seen, in the order of the standard."""
    by_name, asked = {each.name: each for each in tables}, met_questions(survey, text)
    mine = [each for each in text.lowest() if each.clause.id in asked]
    return tuple(_said(each, by_name.get(asked[each.clause.id])) for each in mine)


def _said(placed: PlacedClause, table: ShownTable | None) -> ManySaid:
    bases = {group.code: group.base for group in table.groups} if table else {}
    return ManySaid(placed, {state: bases.get(state.replace(" ", "_")) for state in STATES}, bases.get(ALL))


def counts_of_many(said: Iterable[ManySaid]) -> dict[str, Mapping[str, int | None]]:
    """Clause id -> what providers say of it, as it may be seen."""
    return {each.placed.clause.id: each.counts for each in said}


def sections_of_many(text: StandardText, said: Sequence[ManySaid]) -> tuple[Tally, ...]:
    """A tally of each section over all who answered: of every clause what is shown; the rest under `OPEN`."""
    found = []
    for place, section in enumerate(text.clauses, 1):
        inside = [each for each in said if each.placed.section.id == section.id and each.base is not None]
        if inside:
            found.append(Tally(section.title, _sums(inside), section.number, place))
    return tuple(found)


def stages_of_many(text: StandardText, said: Sequence[ManySaid]) -> tuple[Tally, ...]:
    """The same of each stage."""
    found = []
    for stage in text.stages:
        wanted = {each.clause.id for each in assessed_clauses(text, stage.code)}
        inside = [each for each in said if each.placed.clause.id in wanted and each.base is not None]
        if inside:
            found.append(Tally(stage.title, _sums(inside)))
    return tuple(found)


def _sums(several: Sequence[ManySaid]) -> dict[str, int]:
    sums = {state: sum(each.counts[state] or 0 for each in several) for state in STATES}
    every = sum(each.base or 0 for each in several)
    return {**sums, OPEN: max(every - sum(sums.values()), 0)}
