"""Pieces of evidence: what can be pinned for a clause, and each looked up again by where it is."""

from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from analysis.findings.estimates_kept import KeptEstimates, MadeFrom, keep_estimates
from analysis.findings.shown import ALL
from analysis.quoting.ledger import end_release
from analysis.revision.clause_documents import DocumentForm, add_document, is_safe_link, read_document, remove_document
from analysis.revision.clause_evidence import found_again, pieces_for, shown_tables
from analysis.revision.cycles import link_survey, text_of
from analysis.revision.pieces import ASSESSMENT, DIFFERENCE, DOCUMENT, FIGURE, QUOTE, Piece
from analysis.revision.tables import CONSULTATION, AssessedClause, PinnedEvidence, RevisionCycle, SelfAssessment
from analysis.standard.clauses import PlacedClause
from safekeeping.languages import speaking
from safekeeping.vault import Vault
from surveys.definition.published import SHREDDED
from tests.analysis.quoting.quoted import RELEASED_WORDS, Consultation
from tests.analysis.revision.evidenced import begun, by_audience, evidenced, with_findings
from tests.factories import NOW

ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def clause_of(session: Session, cycle: RevisionCycle, number: str) -> PlacedClause:
    return text_of(session, cycle).by_number()[number]


def pinned(piece: Piece) -> PinnedEvidence:
    return PinnedEvidence(kind=piece.kind, refers=dict(piece.refers), shown=dict(piece.shown), sha256=piece.sha256)


def kinds(pieces: list[Piece]) -> set[str]:
    return {each.kind for each in pieces}


@ONE_STORE
def test_figures_and_tested_differences_are_pieces_and_what_is_withheld_is_none(session: Session, keys: Vault) -> None:
    cycle, _row = evidenced(session, keys, by_audience({("AE3", "provider"): None, ("AE3", "survivor"): 41}))
    pieces = pieces_for(session, keys, cycle, clause_of(session, cycle, "AE3"))
    shares = {each.refers["group"]: each.shown for each in pieces if each.refers.get("code") == "AE3"}
    assert set(shares) == {"survivor", ALL}
    told = {"title": "Routes in", "group": "Survivors", "percent": 41, "low": 36, "high": 46, "kind": "corrected"}
    assert shares["survivor"] == {**told, "base": 140}
    (difference,) = [each for each in pieces if each.kind == DIFFERENCE]
    assert difference.shown["points"] == 24
    assert difference.shown["differs"] is True
    assert {each.refers["code"] for each in pieces if "/" in each.refers["code"]} == {
        f"AE/{stance}" for stance in ("praise", "problem", "suggestion", "neutral")
    }
    assert pieces_for(session, keys, cycle, clause_of(session, cycle, "OE1"))


@ONE_STORE
def test_pieces_are_the_same_in_every_language(session: Session, keys: Vault) -> None:
    cycle, _row = evidenced(session, keys, by_audience({}))
    clause = clause_of(session, cycle, "AE3")
    with speaking("cy"):
        in_welsh = [(each.key, each.sha256) for each in pieces_for(session, keys, cycle, clause)]
    assert in_welsh == [(each.key, each.sha256) for each in pieces_for(session, keys, cycle, clause)]


@ONE_STORE
def test_each_piece_is_found_again_and_says_when_it_changed(session: Session, keys: Vault) -> None:
    cycle, row = evidenced(session, keys, by_audience({}))
    before = pieces_for(session, keys, cycle, clause_of(session, cycle, "AE3"))
    for piece in before:
        again = found_again(session, keys, cycle, pinned(piece))
        assert again == piece
        assert again is not None
        assert again.key == piece.key
    with_findings(session, row, by_audience({("AE3", ALL): None, ("AE3", "survivor"): 55}))
    for piece in before:
        again = found_again(session, keys, cycle, pinned(piece))
        assert again is not None
        changed = piece.refers["code"] == "AE3" and piece.refers.get("group") in ("survivor", ALL)
        assert (again.sha256 != piece.sha256) == changed
    hidden = found_again(session, keys, cycle, pinned(next(each for each in before if each.refers["group"] == ALL)))
    assert hidden is not None
    assert hidden.shown["percent"] is None


@ONE_STORE
@pytest.mark.parametrize(
    ("kind", "refers"),
    [
        (FIGURE, {}),
        (FIGURE, {"survey": "zz", "table": "audience", "code": "AE", "group": "*"}),
        (FIGURE, {"survey": "00" * 16, "table": "audience", "code": "AE", "group": "*"}),
        (DIFFERENCE, {"survey": None, "table": "audience", "code": "AE"}),
        (QUOTE, {"survey": "00" * 16, "release": "11"}),
        (ASSESSMENT, {"assessment": "00", "clause": "nothing"}),
        (DOCUMENT, {"document": "not hex"}),
        ("rumour", {"survey": "00"}),
    ],
)
def test_what_points_at_nothing_is_not_found(session: Session, keys: Vault, kind: str, refers: dict[str, Any]) -> None:
    cycle, _row = evidenced(session, keys, by_audience({}))
    assert found_again(session, keys, cycle, PinnedEvidence(kind=kind, refers=refers, shown={}, sha256="")) is None


@ONE_STORE
def test_a_piece_of_another_cycle_or_of_deleted_answers_is_not_found(session: Session, keys: Vault) -> None:
    cycle, row = evidenced(session, keys, by_audience({}))
    piece = pieces_for(session, keys, cycle, clause_of(session, cycle, "AE3"))[0]
    other = begun(session)
    assert found_again(session, keys, other, pinned(piece)) is None
    assert pieces_for(session, keys, other, clause_of(session, other, "AE3")) == []
    row.state = SHREDDED
    assert found_again(session, keys, cycle, pinned(piece)) is None
    assert shown_tables(session, keys, row) == ()


@ONE_STORE
def test_tables_are_opened_once_and_again_when_they_were_made_anew(session: Session, keys: Vault) -> None:
    _cycle, row = evidenced(session, keys, by_audience({}))
    first = shown_tables(session, keys, row)
    assert shown_tables(session, keys, row) is first
    keep_estimates(session, row, KeptEstimates((by_audience({}, usual=50),), MadeFrom(200, sample=1)), NOW)
    assert shown_tables(session, keys, row)[0].of("AE3", ALL).percent == 50


@ONE_STORE
def test_looking_one_piece_up_reads_little(session: Session, keys: Vault, engine: Engine) -> None:
    cycle, _row = evidenced(session, keys, by_audience({}))
    piece = pieces_for(session, keys, cycle, clause_of(session, cycle, "AE3"))[0]
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, said, *_rest: statements.append(said))
    assert found_again(session, keys, cycle, pinned(piece)) == piece
    assert len(statements) <= 3


def test_released_quotes_are_pieces_until_they_are_taken_back(session: Session, keys: Vault, engine: Engine) -> None:
    consultation = Consultation(session, keys, engine)
    standing = consultation.released(theme="AE3")
    cycle = begun(session)
    link_survey(session, cycle, consultation.row.id, CONSULTATION)
    pieces = pieces_for(session, keys, cycle, clause_of(session, cycle, "AE3"))
    assert [(each.kind, each.words[0]) for each in pieces] == [(QUOTE, RELEASED_WORDS)]
    assert [each.kind for each in pieces_for(session, keys, cycle, clause_of(session, cycle, "AE"))] == [QUOTE]
    assert pieces_for(session, keys, cycle, clause_of(session, cycle, "LG2")) == []
    assert RELEASED_WORDS not in str(pieces[0].shown) + str(pieces[0].refers)
    assert found_again(session, keys, cycle, pinned(pieces[0])) == pieces[0]
    end_release(session, standing)
    assert found_again(session, keys, cycle, pinned(pieces[0])) is None


@ONE_STORE
def test_assessments_and_documents_are_pieces(session: Session, keys: Vault) -> None:
    cycle = begun(session)
    clause = clause_of(session, cycle, "AE3")
    place = {"organisation_id": cycle.organisation_id, "edition_id": cycle.edition_id, "made_at": NOW}
    ours, empty = (SelfAssessment(service=name, **place) for name in ("Harbour", "Quay"))
    session.add_all([ours, empty])
    session.flush()
    for row, met in ((ours, "partly"), (empty, "")):
        session.add(AssessedClause(assessment_id=row.id, clause_id=clause.clause.id, met=met, kept_at=NOW))
    paper = add_document(session, cycle, clause.clause.id, DocumentForm("The Act", "https://example.org/act"), None)
    pieces = pieces_for(session, keys, cycle, clause)
    assert [(each.kind, dict(each.shown)) for each in pieces] == [
        (ASSESSMENT, {"service": "Harbour", "met": "partly"}),
        (DOCUMENT, {"title": "The Act", "address": "https://example.org/act"}),
    ]
    assert [found_again(session, keys, cycle, pinned(each)) for each in pieces] == pieces
    remove_document(session, paper)
    assert found_again(session, keys, cycle, pinned(pieces[1])) is None


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/a?b=c#d", True),
        ("https://example.org:8443/", True),
        ("http://example.org/", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://ann:word@example.org/", False),
        ("https://example.org/a b", False),
        ("https://example.org/\u202e", False),
        ("https://example.org:port/", False),
        ("https://[broken/", False),
        (" https://example.org/<script>", False),
    ],
)
def test_only_plain_links_are_taken(address: str, safe: bool) -> None:
    assert is_safe_link(address) is safe
    assert ("address" in (read_document({"title": "A", "address": address}).wrong or {})) is not safe


def test_a_document_needs_a_title_and_nothing_typed_is_lost() -> None:
    form = read_document({"title": " ", "address": "nowhere", "note": "n" * 2001})
    assert set(form.wrong or {}) == {"title", "address", "note"}
    assert (form.address, form.note) == ("nowhere", "n" * 2001)
