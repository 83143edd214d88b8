"""What there is for a clause, gathered from findings, the ledger of quotes and the documents of a cycle.

Everything here has passed the gate of findings, or was released by two people; nothing else reaches a revision.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.findings.kept_tables import tables_of
from analysis.findings.shown import Code, ShownTable
from analysis.findings.tables import Findings, opened
from analysis.quoting.released import released_quotes
from analysis.revision.cycles import surveys_of, text_of
from analysis.revision.pieces import DOCUMENT, FIGURE, QUOTE, Piece
from analysis.revision.tables import ClauseDocument, PinnedEvidence, RevisionCycle
from analysis.standard.clauses import PlacedClause
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey


def pieces_for(session: Session, keys: Vault, cycle: RevisionCycle, clause: PlacedClause) -> list[Piece]:
    """Every piece that speaks to a clause: figures, then quotes, then documents."""
    surveys = surveys_of(session, cycle)
    return [
        *(piece for row in surveys for piece in _figures(session, keys, row, clause.codes)),
        *(piece for row in surveys for piece in _quotes(session, keys, row, clause.codes)),
        *_documents(session, cycle, clause.clause.id),
    ]


def found_again(session: Session, keys: Vault, cycle: RevisionCycle, pinned: PinnedEvidence) -> Piece | None:
    """A piece that was pinned, as it stands now; None where it is there no more. It changed if its hash did."""
    clauses = text_of(session, cycle).placed().values()
    every = (piece for clause in clauses for piece in pieces_for(session, keys, cycle, clause))
    wanted = Piece(pinned.kind, pinned.refers, {}).key
    return next((piece for piece in every if piece.key == wanted), None)


def shown_tables(session: Session, keys: Vault, row: PublishedSurvey) -> tuple[ShownTable, ...]:
    """The tables of a survey as they may be seen; none where nothing was found yet."""
    kept = session.get(Findings, row.id)
    return tables_of(session, row.id, keys, opened(kept, keys).figures) if kept else ()


def _figures(session: Session, keys: Vault, row: PublishedSurvey, codes: Iterable[str]) -> Iterator[Piece]:
    wanted = set(codes)
    for table in shown_tables(session, keys, row):
        for code in table.codes:
            if code.code.split("/")[0] in wanted:
                yield from (_figure(row, table, code, group.code) for group in table.groups)


def _figure(row: PublishedSurvey, table: ShownTable, code: Code, group: str) -> Piece:
    figure = table.of(code.code, group)
    of = next(each for each in table.groups if each.code == group)
    shown = {
        "title": code.title,
        "group": of.name,
        "percent": figure.percent,
        "low": figure.low,
        "high": figure.high,
        "kind": figure.kind,
        "base": of.base,
    }
    return Piece(FIGURE, {"survey": row.id.hex(), "table": table.name, "code": code.code, "group": group}, shown)


def _quotes(session: Session, keys: Vault, row: PublishedSurvey, codes: Iterable[str]) -> Iterator[Piece]:
    wanted = set(codes)
    for quote in released_quotes(session, row.id, keys.opener(row.id)):
        if {quote.section, quote.theme} & wanted:
            refers = {"survey": row.id.hex(), "release": quote.id}
            shown = {"section": quote.section, "theme": quote.theme}
            yield Piece(QUOTE, refers, shown, (quote.text, quote.attribution))


def _documents(session: Session, cycle: RevisionCycle, clause_id: str) -> Iterator[Piece]:
    of_it = select(ClauseDocument).where(ClauseDocument.cycle_id == cycle.id, ClauseDocument.clause_id == clause_id)
    for row in session.scalars(of_it.order_by(ClauseDocument.made_at, ClauseDocument.id)):
        yield Piece(DOCUMENT, {"document": row.id.hex()}, {"title": row.title, "address": row.address})
