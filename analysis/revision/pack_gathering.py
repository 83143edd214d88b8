"""Gathering what an evidence pack is written from, in one go for all clauses of a section."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.quoting.released import released_quotes
from analysis.reporting.gathering import NothingYet, gather
from analysis.revision.cycles import surveys_of, text_of
from analysis.revision.pack_report import Pack, SurveySeen
from analysis.revision.proposal_standing import proposals_of
from analysis.revision.tables import ClauseDocument, RevisionCycle
from safekeeping.vault import Destroyed, Vault
from surveys.definition.published import GONE, PublishedSurvey, definition_of


def gather_pack(
    session: Session, keys: Vault, cycle: RevisionCycle, section_id: str, organisation: str, day: date
) -> Pack:
    """All of it. Figures are those that are kept, so its time does not grow with them; one hash of all answers does."""
    return Pack(
        text=text_of(session, cycle),
        section_id=section_id,
        title=cycle.title,
        organisation=organisation,
        day=day,
        due=cycle.due_on,
        surveys=tuple(_seen(session, keys, row, day) for row in surveys_of(session, cycle)),
        proposals=tuple(proposals_of(session, cycle.id)),
        documents=_documents(session, cycle),
    )


def quotes_in(pack: Pack) -> Iterator[tuple[str, dict[str, str]]]:
    """Address of a survey -> the quotes of it that stand in the pack (id -> text)."""
    codes = {code for each in pack.clauses() for code in each.codes}
    for seen in pack.surveys:
        used = {each.id: each.text for each in seen.quotes if (each.theme or each.section) in codes}
        if used and seen.facts:
            yield seen.facts.survey.address, used


def _seen(session: Session, keys: Vault, row: PublishedSurvey, day: date) -> SurveySeen:
    title = definition_of(row).title
    if row.state in GONE:
        return SurveySeen(title, None)
    try:
        facts = gather(session, keys, row, day).facts
        return SurveySeen(title, facts, tuple(released_quotes(session, row.id, keys.opener(row.id))))
    except (NothingYet, Destroyed):
        return SurveySeen(title, None)


def _documents(session: Session, cycle: RevisionCycle) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    of_it = select(ClauseDocument).where(ClauseDocument.cycle_id == cycle.id)
    for row in session.scalars(of_it.order_by(ClauseDocument.made_at, ClauseDocument.id)):
        said = f"{row.title} ({row.address})" if row.address else row.title
        found[row.clause_id] = (*found.get(row.clause_id, ()), said)
    return found
