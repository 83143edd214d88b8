"""Pieces of evidence as they stand now, each from where it is: a figure, a difference, a quote, a row."""

from analysis.findings.shown import Code, ShownDifference, ShownTable
from analysis.quoting.released import Quote
from analysis.revision.pieces import ASSESSMENT, DIFFERENCE, DOCUMENT, FIGURE, QUOTE, Piece
from analysis.revision.tables import AssessedClause, ClauseDocument, SelfAssessment
from surveys.definition.published import PublishedSurvey


def figure_piece(row: PublishedSurvey, table: ShownTable, code: Code, group: str) -> Piece:
    """A share as it stands now, withheld or not. Raises `KeyError` for a group that is not there."""
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


def difference_piece(row: PublishedSurvey, table: ShownTable, each: ShownDifference) -> Piece:
    """A tested difference between two groups."""
    names = {group.code: group.name for group in table.groups}
    titles = {code.code: code.title for code in table.codes}
    shown = {
        "title": titles[each.code],
        "one": names[each.one],
        "other": names[each.other],
        "points": each.points,
        "low": each.low,
        "high": each.high,
        "differs": each.differs,
    }
    refers = {"survey": row.id.hex(), "table": table.name, "code": each.code, "one": each.one, "other": each.other}
    return Piece(DIFFERENCE, refers, shown)


def quote_piece(row: PublishedSurvey, quote: Quote) -> Piece:
    """A released quote; its words are hashed and stay in the ledger."""
    refers = {"survey": row.id.hex(), "release": quote.id}
    shown = {"section": quote.section, "theme": quote.theme}
    return Piece(QUOTE, refers, shown, (quote.text, quote.attribution))


def assessment_piece(assessment: SelfAssessment, clause: AssessedClause) -> Piece:
    """How far one service says it meets a clause."""
    refers = {"assessment": assessment.id.hex(), "clause": clause.clause_id}
    return Piece(ASSESSMENT, refers, {"service": assessment.service, "met": clause.met})


def document_piece(row: ClauseDocument) -> Piece:
    """A document or a link."""
    return Piece(DOCUMENT, {"document": row.id.hex()}, {"title": row.title, "address": row.address})
