"""The page that holds two consultations against each other."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from analysis.auditing.sample_tables import AuditSample
from analysis.code_books.lineage import MERGED, Version, unchanged
from analysis.code_books.versions import BookVersion, keep_version, pin, row_of
from analysis.findings.estimates_kept import KeptEstimates, MadeFrom, keep_estimates
from analysis.findings.shown import ALL, CORRECTED, Code, Figure, ShownGroup, ShownTable
from analysis.findings.waves.comparing import matched_codes
from analysis.findings.waves.matched_codes import union
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.definition.published import publish, published_at
from tests.factories import NOW, definition, let_in, published_survey

LATER = (
    definition("tiny")
    .replace('"tiny"', '"later"', 1)
    .replace("A tiny survey", "Later wave", 1)
    .replace("would you like to", "do you want to", 1)
)


def estimated(session: Session, keys: Vault, address: str, share: int) -> None:
    """Shares of all sections, as a job keeps them."""
    codes = tuple(Code(code, f"Title of {code}", "section", code) for code in ("LG", "AE", "SD", "OE"))
    figures = {(code.code, ALL): Figure(share, share - 4, share + 4, CORRECTED) for code in codes}
    made = ShownTable("audience", "Who answered", codes, (ShownGroup(ALL, "Everybody", 800),), figures)
    keep_estimates(session, published_at(session, address), KeptEstimates((made,), MadeFrom(800, sample=1)), NOW)
    session.commit()


@pytest.fixture
def desk(app: Flask, session: Session, keys: Vault) -> FlaskClient:
    """A researcher with two consultations: the second asks one question in other words."""
    published_survey(session, keys)
    publish(session, keys, LATER, NOW)
    session.commit()
    return let_in(app, session)


def test_an_earlier_consultation_is_chosen_and_questions_are_held_against_each_other(desk: FlaskClient) -> None:
    page = desk.get("/desk/find/later/compare").text
    assert '<option value="tiny">' in page
    assert '<option value="later"' not in page
    found = desk.get("/desk/find/later/compare?with=tiny").text
    assert "reworded" in found
    assert "People answered other words before." in found
    assert "has no estimates yet" in found


def test_shares_and_changes_are_shown_where_there_are_estimates(
    session: Session, keys: Vault, desk: FlaskClient
) -> None:
    estimated(session, keys, "tiny", 30)
    estimated(session, keys, "later", 50)
    page = desk.get("/desk/find/later/compare?with=tiny").text
    assert "Title of AE" in page
    assert "30 % (26 to 34)" in page
    assert "+20 (+14 to +26)" in page
    assert "has no estimates yet" not in page


@pytest.mark.parametrize("address", ["nobody", "later"])
def test_another_consultation_must_be_there(desk: FlaskClient, address: str) -> None:
    assert desk.get(f"/desk/find/later/compare?with={address}").status_code == 404
    assert desk.get("/desk/find/nobody/compare").status_code == 404


def test_a_survey_coded_by_another_standard_has_no_code_in_common(
    session: Session, keys: Vault, desk: FlaskClient
) -> None:
    other = definition("tiny").replace('"tiny"', '"other"', 1).replace("title", 'standard = "respect"\ntitle', 1)
    publish(session, keys, other, NOW)
    session.commit()
    page = desk.get("/desk/find/later/compare?with=other").text
    assert "They were coded by different standards" in page


def test_each_wave_is_matched_by_the_version_its_audit_pins(session: Session, keys: Vault) -> None:
    earlier, later = published_survey(session, keys), publish(session, keys, LATER, NOW)
    first, person = pin(session, "mdan"), add_staff(session, "Coder", ("coder",))
    audit = AuditSample(survey_id=earlier.id, number=1, standard="mdan", book=first.sha256, reason="", begun_at=NOW)
    kept_here = row_of(session, "mdan")
    assert kept_here
    one, other, *rest = first.book.codes
    merged = replace(one, code="ONE", children=())
    book = replace(first.book, codes=(merged, *rest), gone=(other.id,))
    came = {**unchanged(book), merged.id: {one.id: MERGED, other.id: MERGED}}
    keep_version(session, kept_here, BookVersion(Version(2, book, came), person.id, NOW))
    assert {each.how for each in matched_codes(session, earlier, later)} == {"same"}
    session.add(audit)
    session.flush()
    found = matched_codes(session, earlier, later)
    assert (found[0].how, union(found[0].before), union(found[0].after)) == ("merged", "AE+LG", "ONE")
    back = matched_codes(session, later, earlier)
    assert (back[0].how, union(back[0].before), union(back[0].after)) == ("split", "ONE", "AE+LG")
