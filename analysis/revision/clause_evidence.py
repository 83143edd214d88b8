"""What there is for a clause, gathered from findings, the ledger of quotes, self-assessments and the documents.

Everything here has passed the gate of findings, or was released by two people; nothing else reaches a revision. Pieces
are in Heard's own language, whoever looks at them, so that their hashes stay the same.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.findings.estimates_kept import Estimates
from analysis.findings.kept_tables import tables_of
from analysis.findings.shown import ShownTable
from analysis.findings.tables import Findings, opened
from analysis.quoting.released import released_quote, released_quotes
from analysis.revision.codes_between import codes_in
from analysis.revision.cycles import surveys_of, text_of
from analysis.revision.pieces import ASSESSMENT, DIFFERENCE, DOCUMENT, FIGURE, QUOTE, Piece
from analysis.revision.pieces_made import (
    assessment_piece,
    difference_piece,
    document_piece,
    figure_piece,
    quote_piece,
)
from analysis.revision.tables import (
    AssessedClause,
    ClauseDocument,
    CycleSurvey,
    PinnedEvidence,
    RevisionCycle,
    SelfAssessment,
)
from analysis.standard.clauses import PlacedClause
from safekeeping.languages import SOURCE, language, speaking
from safekeeping.vault import Vault
from surveys.definition.published import GONE, PublishedSurvey, definition_of

#: Where a session keeps the tables that it has opened: the same page asks for them clause by clause.
_OPENED = "shown tables"


def pieces_for(session: Session, keys: Vault, cycle: RevisionCycle, clause: PlacedClause) -> list[Piece]:
    """Every piece that speaks to a clause: figures and tested differences, then quotes, assessments, documents.

    What is withheld is no piece. Differences and stances are of the clause's section, where it is read by a theme.
    """
    surveys = surveys_of(session, cycle)
    with speaking(SOURCE):
        return [
            *(piece for row in surveys for piece in _shares(session, keys, cycle, row, clause)),
            *(piece for row in surveys for piece in _quotes(session, keys, cycle, row, clause)),
            *(assessment_piece(*each) for each in assessed(session, cycle, clause.clause.id) if each[1].met),
            *map(document_piece, documents_of(session, cycle, clause.clause.id)),
        ]


def found_again(session: Session, keys: Vault, cycle: RevisionCycle, pinned: PinnedEvidence) -> Piece | None:
    """A piece that was pinned, as it stands now; None where it is there no more. It changed if its hash did.

    It is looked up by where it refers to, and nothing else is read. A share that is withheld by now comes without one.
    """
    with speaking(SOURCE):
        try:
            return _AGAIN[pinned.kind](session, keys, cycle, pinned.refers)
        except (KeyError, ValueError, TypeError, StopIteration):  # it points at nothing that there is
            return None


def shown_tables(session: Session, keys: Vault, row: PublishedSurvey) -> tuple[ShownTable, ...]:
    """The tables of a survey as they may be seen, that of audiences first; none where nothing was found yet.

    Opened once a session, and again when they were made anew.
    """
    kept = None if row.state in GONE else session.get(Findings, row.id)
    if kept is None:
        return ()
    opened_before = session.info.setdefault(_OPENED, {})
    as_they_are = (kept.sealed, _sealed_estimates(session, row))
    before = opened_before.get((row.id, language()))
    if before is None or before[0] != as_they_are:
        before = as_they_are, tables_of(session, row.id, keys, opened(kept, keys).figures)
        opened_before[row.id, language()] = before
    found: tuple[ShownTable, ...] = before[1]
    return found


def assessed(session: Session, cycle: RevisionCycle, clause_id: str) -> list[tuple[SelfAssessment, AssessedClause]]:
    """What services of this organisation say of a clause of the edition under revision, by their names."""
    both = select(SelfAssessment, AssessedClause).join(
        AssessedClause, AssessedClause.assessment_id == SelfAssessment.id
    )
    ours = both.where(
        SelfAssessment.organisation_id == cycle.organisation_id,
        SelfAssessment.edition_id == cycle.edition_id,
        AssessedClause.clause_id == clause_id,
    )
    return [(one, other) for one, other in session.execute(ours.order_by(SelfAssessment.service, SelfAssessment.id))]


def documents_of(session: Session, cycle: RevisionCycle, clause_id: str) -> list[ClauseDocument]:
    """The documents of a clause, in the order in which they were added."""
    of_it = select(ClauseDocument).where(ClauseDocument.cycle_id == cycle.id, ClauseDocument.clause_id == clause_id)
    return list(session.scalars(of_it.order_by(ClauseDocument.made_at, ClauseDocument.id)))


def codes_for(session: Session, cycle: RevisionCycle, row: PublishedSurvey, clause: PlacedClause) -> tuple[str, ...]:
    """By which codes of a survey's book a clause is read; none where nothing leads from the one to the other."""
    return codes_in(text_of(session, cycle).frame, definition_of(row).standard, clause.codes)


def _sealed_estimates(session: Session, row: PublishedSurvey) -> bytes | None:
    return session.scalar(select(Estimates.sealed).where(Estimates.survey_id == row.id))


def _shares(
    session: Session, keys: Vault, cycle: RevisionCycle, row: PublishedSurvey, clause: PlacedClause
) -> Iterator[Piece]:
    mine = codes_for(session, cycle, row, clause)
    for number, table in enumerate(shown_tables(session, keys, row)):
        wanted = set(mine) if number else {*mine, *_sections(table, mine)}
        yield from (
            figure_piece(row, table, code, group.code)
            for code in table.codes
            if code.code in mine or (code.code != code.section and code.code.split("/")[0] in wanted)
            for group in table.groups
            if table.of(code.code, group.code).percent is not None
        )
        yield from (difference_piece(row, table, each) for each in table.differences if each.code in wanted)


def _sections(table: ShownTable, codes: Collection[str]) -> set[str]:
    return {each.section for each in table.codes if each.code in codes}


def _quotes(
    session: Session, keys: Vault, cycle: RevisionCycle, row: PublishedSurvey, clause: PlacedClause
) -> Iterator[Piece]:
    codes = codes_for(session, cycle, row, clause)
    if codes and row.state not in GONE:
        for quote in released_quotes(session, row.id, keys.opener(row.id), codes):
            yield quote_piece(row, quote)


def _linked(session: Session, cycle: RevisionCycle, refers: Mapping[str, Any]) -> PublishedSurvey:
    """The survey that a piece is of, as long as it gives the cycle its evidence. Raises `KeyError`."""
    of_it = select(PublishedSurvey).join(CycleSurvey, CycleSurvey.survey_id == PublishedSurvey.id)
    of_it = of_it.where(CycleSurvey.cycle_id == cycle.id, PublishedSurvey.id == bytes.fromhex(refers["survey"]))
    row = session.scalars(of_it).one_or_none()
    if row is None or row.state in GONE:
        raise KeyError(refers["survey"])
    return row


def _table(session: Session, keys: Vault, row: PublishedSurvey, name: str) -> ShownTable:
    return {each.name: each for each in shown_tables(session, keys, row)}[name]


def _figure_again(session: Session, keys: Vault, cycle: RevisionCycle, refers: Mapping[str, Any]) -> Piece:
    row = _linked(session, cycle, refers)
    table = _table(session, keys, row, refers["table"])
    return figure_piece(row, table, {each.code: each for each in table.codes}[refers["code"]], refers["group"])


def _difference_again(session: Session, keys: Vault, cycle: RevisionCycle, refers: Mapping[str, Any]) -> Piece:
    row = _linked(session, cycle, refers)
    table = _table(session, keys, row, refers["table"])
    place = (refers["code"], refers["one"], refers["other"])
    return difference_piece(row, table, {(each.code, each.one, each.other): each for each in table.differences}[place])


def _quote_again(session: Session, keys: Vault, cycle: RevisionCycle, refers: Mapping[str, Any]) -> Piece | None:
    row = _linked(session, cycle, refers)
    quote = released_quote(session, row.id, keys.opener(row.id), bytes.fromhex(refers["release"]))
    return quote_piece(row, quote) if quote else None


def _assessment_again(session: Session, _keys: Vault, cycle: RevisionCycle, refers: Mapping[str, Any]) -> Piece:
    there = {one.id.hex(): (one, other) for one, other in assessed(session, cycle, refers["clause"]) if other.met}
    return assessment_piece(*there[refers["assessment"]])


def _document_again(session: Session, _keys: Vault, cycle: RevisionCycle, refers: Mapping[str, Any]) -> Piece | None:
    row = session.get(ClauseDocument, bytes.fromhex(refers["document"]))
    return document_piece(row) if row is not None and row.cycle_id == cycle.id else None


_AGAIN: Mapping[str, Callable[[Session, Vault, RevisionCycle, Mapping[str, Any]], Piece | None]] = {
    FIGURE: _figure_again,
    DIFFERENCE: _difference_again,
    QUOTE: _quote_again,
    ASSESSMENT: _assessment_again,
    DOCUMENT: _document_again,
}
