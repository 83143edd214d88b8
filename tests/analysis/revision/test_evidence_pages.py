"""The evidence pages at the desk: the map, its file, a clause, its documents; and who may see them."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.auditing.label_tables import AuditAgreement
from analysis.auditing.sample_tables import AuditSample
from analysis.findings.shown import ALL
from analysis.reading.figures_kept import keep_figures
from analysis.reading.shown_figures import TOGETHER, Figures
from analysis.revision.cycles import link_survey, text_of
from analysis.revision.tables import CONSULTATION, AssessedClause, ClauseDocument, RevisionCycle, SelfAssessment
from analysis.standard.held_editions import keep_edition
from safekeeping.organisations import begin_consultation, first_organisation
from safekeeping.staff import HeldRole, add_staff
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from surveys.definition.published import publish
from tests.analysis.auditing.conftest import send
from tests.analysis.quoting.quoted import OTHERS, RELEASED_WORDS, Consultation
from tests.analysis.revision.evidenced import SURVEY, begun, by_audience, by_verdict, evidenced, with_findings
from tests.analysis.revision.test_heat_map import DEEP
from tests.factories import NOW, definition, let_in, published_survey

Look = Callable[[Any], list[Any]]
ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def words_of(page: str) -> str:
    """What is to be read on a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


class Desk:
    """A reviewer in front of a cycle."""

    def __init__(self, client: FlaskClient, session: Session, cycle: RevisionCycle) -> None:
        self.client, self.key = client, cycle.id.hex()
        self.ids = {number: each.clause.id for number, each in text_of(session, cycle).by_number().items()}
        session.commit()

    def map(self, **asked: str) -> str:
        found = self.client.get(f"/desk/revise/{self.key}/evidence", query_string=asked)
        assert found.status_code == 200
        return str(found.text)

    def clause(self, number: str) -> str:
        found = self.client.get(self.at(number))
        assert found.status_code == 200
        return str(found.text)

    def at(self, number: str, more: str = "") -> str:
        return f"/desk/revise/{self.key}/evidence/{self.ids[number]}{more}"


@pytest.fixture
def desk(app: Flask, session: Session, keys: Vault) -> Desk:
    """With a consultation that has findings."""
    shares = {("AE3", "survivor"): 41, ("AE3", "provider"): None, ("AE", "survivor"): 58, ("AE", "provider"): 34}
    shares |= {("OE1", "survivor"): None}
    verdicts = by_verdict(keep=95, change=45, remove=None)
    cycle, _row = evidenced(session, keys, by_audience(shares), verdicts)
    session.commit()
    return Desk(let_in(app, session, "Reviewer", ["reviewer"]), session, cycle)


def test_the_map_shows_every_clause_with_shares_gaps_and_differences(desk: Desk) -> None:
    page = desk.map()
    assert page.count('<th role="rowheader"') == 24
    words = words_of(page)
    assert "Routes in 41 % withheld 30 %" in words
    assert "30 % said unasked" in words
    assert "No survivor was asked about this." in words
    assert "Survivors more than Providers" in words
    assert "Of 20 clauses here, 20 have a share that may be shown." in words
    assert 'class="h4"' in page
    assert "uncorrected" not in words
    assert desk.at("AE3") in page


@ONE_STORE
def test_the_map_can_be_narrowed(desk: Desk) -> None:
    assert desk.map(section="AE").count('<th role="rowheader"') == 6
    assert desk.map(only="differ").count('<th role="rowheader"') == 6
    gaps = desk.map(only="gaps")
    assert "Routes in" not in words_of(gaps.partition("<table")[2])
    assert desk.map(section="nowhere", stage="nothing", only="nonsense", of="nobody").count("rowheader") == 24


@ONE_STORE
def test_the_map_as_a_file_says_the_same(desk: Desk) -> None:
    answer = desk.client.get(f"/desk/revise/{desk.key}/evidence.csv?section=AE")
    assert answer.headers["Content-Type"].startswith("text/csv")
    header, *rows = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert len(rows) == 6 * 3
    found = {(row[1], row[4]): dict(zip(header, row, strict=True)) for row in rows}
    survivors = found["AE3", "Survivors"]
    assert (survivors["Share in %"], survivors["From"], survivors["To"]) == ("41", "36", "46")
    assert survivors["Kind"] == "corrected"
    assert found["AE3", "Providers"]["Kind"] == "withheld"
    assert found["AE3", "Providers"]["Share in %"] == ""


@ONE_STORE
def test_a_clause_has_shares_stances_verdicts_and_what_is_missing(desk: Desk) -> None:
    words = words_of(desk.clause("AE3"))
    assert "41 % 36 to 46 % corrected" in words
    assert "Survivors spoke of it more often than Providers: by 24 points (11 to 37)." in words
    assert "keep it: about 95" in words
    assert "remove it: withheld" in words
    assert "“change it” by about 45" in words
    assert "How far coders agree was not measured yet." in words
    assert "No quote about it was released." in words
    assert "There is no earlier consultation" in words
    assert "No self-assessment says anything of it yet." in words
    assert "No survivor was asked about this." in words_of(desk.clause("OE1"))
    assert "What is missing" not in words


@ONE_STORE
def test_without_a_consultation_the_pages_say_what_comes_next(app: Flask, session: Session) -> None:
    desk = Desk(let_in(app, session), session, begun(session))
    assert "No consultation gives this cycle its evidence yet." in words_of(desk.map())
    assert "No consultation gives this cycle its evidence yet." in words_of(desk.clause("AE3"))


@ONE_STORE
def test_a_consultation_by_another_book_is_no_evidence_and_says_so(app: Flask, session: Session, keys: Vault) -> None:
    other = SURVEY.replace('title = "View of a clause"', 'standard = "respect"\ntitle = "Elsewhere"', 1)
    cycle, _row = evidenced(session, keys, by_audience({}), text=other)
    session.commit()
    desk = Desk(let_in(app, session), session, cycle)
    assert "read by another code book" in words_of(desk.map())
    page = words_of(desk.clause("AE3"))
    assert "nothing says what of it stands for this clause" in page
    assert "30 %" not in page


@ONE_STORE
def test_before_findings_a_clause_says_that_they_come(app: Flask, session: Session, keys: Vault) -> None:
    cycle = begun(session)
    link_survey(session, cycle, publish(session, keys, SURVEY, NOW).id, CONSULTATION)
    session.commit()
    desk = Desk(let_in(app, session), session, cycle)
    assert "It has no findings yet." in words_of(desk.clause("AE3"))
    assert "no figure yet" in words_of(desk.map())


@ONE_STORE
def test_the_first_reading_has_figures_of_sections_only(app: Flask, session: Session, keys: Vault) -> None:
    cycle, _row = evidenced(session, keys)
    session.commit()
    desk = Desk(let_in(app, session), session, cycle)
    words = words_of(desk.clause("AE3"))
    assert "There is no figure for it by itself yet, only for its section." in words
    assert "machine, uncorrected" in words
    assert "No consultation has a figure for it yet." in words
    assert "There is no figure for it by itself" not in words_of(desk.clause("AE"))
    assert "Routes in no figure yet" in words_of(desk.map())
    assert "the machine’s shares, uncorrected" in words_of(desk.map())


@ONE_STORE
def test_a_cycle_of_a_stage_begins_with_its_clauses(app: Flask, session: Session, keys: Vault) -> None:
    edition = keep_edition(session, first_organisation(session).id, DEEP)
    days = {"published_on": NOW.date(), "due_on": NOW.date(), "made_at": NOW}
    place = {"organisation_id": edition.organisation_id, "edition_id": edition.id}
    cycle = RevisionCycle(**place, **days, title="Yearly", stage="safe", calendar_key="a key")
    session.add(cycle)
    session.flush()
    evidenced(session, keys, by_audience({}), cycle=cycle)
    session.commit()
    desk = Desk(let_in(app, session), session, cycle)
    assert desk.map().count("rowheader") == 3
    assert desk.map(stage="").count("rowheader") == 7
    words = words_of(desk.clause("A1.1"))
    assert "Answers are read for it with A1 Title of A1" in words
    assert "A1.2 Title of A1.2 It has the same aim: Safety." in words
    assert "No code belongs to this clause" in words_of(desk.clause("B1"))


@ONE_STORE
def test_changes_since_the_wave_before_are_tested_and_said(app: Flask, session: Session, keys: Vault) -> None:
    before = begun(session)
    earlier = SURVEY.replace('"asked"', '"earlier"', 1).replace("View of a clause", "The first wave", 1)
    evidenced(session, keys, by_audience({}, usual=20), text=earlier, cycle=before, at=NOW.replace(year=2023))
    cycle, _row = evidenced(session, keys, by_audience({("AE3", "provider"): None}, usual=45))
    session.commit()
    desk = Desk(let_in(app, session), session, cycle)
    words = words_of(desk.clause("AE3"))
    assert "From The first wave to View of a clause" in words
    assert "Survivors : The share rose by 25 points. The change lies between +18 and +32 points." in words
    assert "Providers : The share" not in words
    assert "There is no earlier consultation" in words_of(Desk(desk.client, session, before).clause("AE3"))


@ONE_STORE
def test_agreement_related_clauses_and_assessments_are_told(app: Flask, session: Session, keys: Vault) -> None:
    cycle, row = evidenced(session, keys, by_audience({}))
    sample = AuditSample(survey_id=row.id, number=1, standard="mdan", book="", reason="", begun_at=NOW)
    session.add(sample)
    session.flush()
    figures = {"passages": 80, "by_section": {"AE": {"alpha": {"value": 0.71, "low": 0.64, "high": 0.78}}}}
    session.add(AuditAgreement(sample_id=sample.id, figures=figures, chart="", made_at=NOW))
    pairs = {TOGETHER: {("AE3", "LG2"): 22}, "survivor": {("AE3", "OE1"): 31}}
    keep_figures(session, row, Figures({TOGETHER: 200}, {}, {}, pairs), 200, NOW)
    place = {
        "organisation_id": cycle.organisation_id,
        "edition_id": cycle.edition_id,
        "made_at": NOW,
        "ended_on": NOW.date(),
    }
    services = [SelfAssessment(service=f"Service {number}", **place) for number in range(3)]
    session.add_all(services)
    session.flush()
    ids = {number: each.clause.id for number, each in text_of(session, cycle).by_number().items()}
    for service, met in zip(services, ("met", "met", "not met"), strict=True):
        session.add(AssessedClause(assessment_id=service.id, clause_id=ids["AE3"], met=met, kept_at=NOW))
    session.commit()
    desk = Desk(let_in(app, session), session, cycle)
    words = words_of(desk.clause("AE3"))
    assert "Krippendorff’s alpha is 0.71 (0.64 to 0.78)." in words
    assert "Named together in 22 % of responses (all audiences together)." in words
    assert "31 %" not in words
    assert "met: 2" in words
    assert "not met: 1" in words
    assert "Service 0" not in words


@ONE_STORE
def test_only_released_words_are_shown(app: Flask, session: Session, keys: Vault, engine: Engine) -> None:
    consultation = Consultation(session, keys, engine)
    consultation.released(theme="AE3")
    with_findings(session, consultation.row, by_audience({("AE3", ALL): 4}))
    cycle = begun(session)
    link_survey(session, cycle, consultation.row.id, CONSULTATION)
    session.commit()
    desk = Desk(let_in(app, session), session, cycle)
    words = words_of(desk.clause("AE3"))
    assert RELEASED_WORDS in words
    assert "(4 %), and what was said about it is quoted here." in words
    assert RELEASED_WORDS not in words_of(desk.clause("LG2"))
    for number in desk.ids:
        page = desk.clause(number)
        assert OTHERS not in page
        assert "Leeds" not in page


@ONE_STORE
def test_documents_are_added_changed_and_removed(desk: Desk, look: Look) -> None:
    assert (
        send(desk.client, desk.at("AE3", "/documents"), title="A law", address="https://example.org/law").status_code
        == 303
    )
    (row,) = look(select(ClauseDocument))
    page = desk.clause("AE3")
    assert '<a href="https://example.org/law" rel="noreferrer noopener external">A law</a>' in page
    one = desk.at("AE3", f"/documents/{row.id.hex()}")
    assert 'value="A law"' in desk.client.get(one).text
    assert send(desk.client, one, act="change", title="Another law", note="It says so.").status_code == 303
    assert [(each.title, each.address, each.note) for each in look(select(ClauseDocument))] == [
        ("Another law", "", "It says so.")
    ]
    assert desk.client.get(desk.at("AE1", f"/documents/{row.id.hex()}")).status_code == 404
    assert send(desk.client, one, act="remove").status_code == 303
    assert look(select(ClauseDocument)) == []
    verbs = [each.verb for each in look(select(TrailRow)) if each.verb == "clause documents"]
    assert len(verbs) == 3


@ONE_STORE
def test_a_bad_document_is_refused_and_nothing_typed_is_lost(desk: Desk, look: Look) -> None:
    answer = send(desk.client, desk.at("AE3", "/documents"), title="<b>", address="http://example.org", note="My note")
    assert answer.status_code == 400
    assert "must begin with https://" in answer.text
    assert "My note</textarea>" in answer.text
    assert 'value="&lt;b&gt;"' in answer.text
    assert look(select(ClauseDocument)) == []


@ONE_STORE
@pytest.mark.parametrize("place", ["nothing", "00000000-0000-5000-8000-000000000000", "%00"])
def test_a_clause_or_cycle_that_is_not_there(desk: Desk, place: str) -> None:
    assert desk.client.get(f"/desk/revise/{desk.key}/evidence/{place}").status_code == 404
    assert desk.client.get(f"/desk/revise/{place}/evidence").status_code == 404
    assert desk.client.get(f"/desk/revise/{'0' * 32}/evidence.csv").status_code == 404
    assert desk.client.get(desk.at("AE3", f"/documents/{place}")).status_code == 404


@ONE_STORE
def test_a_survey_that_somebody_may_not_see_is_hidden_and_said_to_be_there(
    app: Flask, session: Session, keys: Vault
) -> None:
    """They look over one consultation of the cycle, and write surveys in the other."""
    cycle, row = evidenced(session, keys, by_audience({}, usual=23))
    apart = begin_consultation(session, first_organisation(session).id, "Apart")
    other = publish(session, keys, definition("tiny"), NOW, consultation_id=apart.id)
    link_survey(session, cycle, other.id, CONSULTATION)
    person = add_staff(session, "Visitor", [])
    person.roles = [
        HeldRole(role="reviewer", consultation_id=apart.id),
        HeldRole(role="author", consultation_id=row.consultation_id),
    ]
    session.flush()
    desk = Desk(let_in(app, session, "Visitor", []), session, cycle)
    for page in (desk.map(), desk.clause("AE3")):
        assert "23 %" not in page
        assert "1 more survey gives this cycle its evidence" in page
        assert "A tiny survey" in page


@ONE_STORE
def test_a_coder_sees_no_evidence(app: Flask, session: Session, keys: Vault) -> None:
    cycle, _row = evidenced(session, keys, by_audience({}))
    published_survey(session, keys)
    session.commit()
    coder = let_in(app, session, "Coder", ["coder"])
    for end in ("", ".csv"):
        assert coder.get(f"/desk/revise/{cycle.id.hex()}/evidence{end}").status_code == 403
