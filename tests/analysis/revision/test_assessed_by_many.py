"""A self-assessment survey answered by many providers: what the gate lets out of it, and nothing else."""

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.findings.estimates_kept import estimates_of
from analysis.findings.estimating import estimate
from analysis.findings.shown import ALL, ShownGroup, ShownTable
from analysis.revision.assessed_by_many import (
    assessed_text,
    counts_of_many,
    met_questions,
    said_by_many,
    sections_of_many,
    stages_of_many,
)
from analysis.revision.self_assessing import MET, NOT_FOR_US, NOT_MET, OPEN, PARTLY
from analysis.standard.as_asked import asked_from
from analysis.standard.held_editions import keep_edition
from safekeeping.jobs import Bench
from safekeeping.organisations import first_organisation
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, definition_of, publish
from surveys.definition.survey import Survey
from surveys.definition.tables import to_toml
from surveys.intake.mix import mix
from surveys.writing.from_standard import about_sections, audiences_offered, self_assessment
from surveys.writing.written import as_survey
from tests.analysis.revision.staged import next_text, staged_text
from tests.factories import NOW, let_in, opener_of, submitted

TEXT = staged_text()
IDS = {each.clause.number: each.clause.id for each in TEXT.lowest()}


def survey(stage: str = "") -> Survey:
    made, faults = as_survey(self_assessment(asked_from(TEXT), stage))
    assert not faults
    assert made is not None
    return made


def table(name: str, base: int | None, **counts: int | None) -> ShownTable:
    groups = [ShownGroup(code, code, count) for code, count in counts.items()]
    return ShownTable(name, name, (), (*groups, ShownGroup("", "Not said", None), ShownGroup(ALL, "All", base)), {})


def test_counts_are_read_as_they_are_shown_and_sums_are_of_these_alone() -> None:
    tables = (
        table("met_a1_1", 40, met=25, partly=15, not_met=None, not_for_us=None),
        table("met_b1_1", 40, met=None, partly=None, not_met=None, not_for_us=None),
        table("met_b1_2", None, met=None, partly=None, not_met=None, not_for_us=None),
    )
    said = said_by_many(survey(), TEXT, tables)
    assert len(said) == 7
    by_id = counts_of_many(said)
    assert by_id[IDS["A1.1"]] == {MET: 25, PARTLY: 15, NOT_MET: None, NOT_FOR_US: None}
    assert set(by_id[IDS["A1.2"]].values()) == {None}
    assert [each.placed.clause.number for each in said if each.is_shown] == ["A1.1"]
    tea, talk = sections_of_many(TEXT, said)
    assert tea.counts == {MET: 25, PARTLY: 15, NOT_MET: 0, NOT_FOR_US: 0, OPEN: 0}
    assert talk.counts[OPEN] == 40
    first, full = stages_of_many(TEXT, said)
    assert first.counts == full.counts == {MET: 25, PARTLY: 15, NOT_MET: 0, NOT_FOR_US: 0, OPEN: 40}


def test_a_survey_is_known_by_what_it_asks(session: Session) -> None:
    home = first_organisation(session).id
    assert assessed_text(session, home, survey()) is None
    keep_edition(session, home, TEXT)
    keep_edition(session, home, next_text())
    assert assessed_text(session, home, survey("first")) == next_text()
    assert assessed_text(session, home, survey()) == TEXT
    assert set(met_questions(survey("first"), TEXT)) == {IDS[number] for number in ("A1.1", "A2.1", "B1.1")}
    other, _faults = as_survey(about_sections(asked_from(TEXT), [], audiences_offered()[:1]))
    assert other is not None
    assert assessed_text(session, home, other) is None


@pytest.fixture
def row(session: Session, engine: Engine, keys: Vault) -> PublishedSurvey:
    """Published, answered by sixty providers, and estimated by the job that lets figures out."""
    keep_edition(session, first_organisation(session).id, TEXT)
    row = publish(session, keys, to_toml(survey("first")), NOW)
    submitted(session, row, 30, audience="provider", met_a1_1="met", met_a2_1="partly", met_b1_1="met")
    submitted(session, row, 27, audience="provider", met_a1_1="not_met", met_a2_1="partly", met_b1_1="met")
    submitted(session, row, 3, audience="provider", met_a1_1="met", met_a2_1="met", met_b1_1="not_met")
    mix(session, row.id, opener_of(keys, row))
    session.commit()
    estimate(Bench(engine, keys, lambda done, total: None, {}), row.id.hex())
    return row


def test_the_gate_lets_large_counts_out_and_withholds_what_tells_of_a_few(
    row: PublishedSurvey, session: Session, keys: Vault
) -> None:
    made = estimates_of(session, row.id, keys)
    assert made is not None
    counts = counts_of_many(said_by_many(definition_of(row), TEXT, made.tables))
    assert counts[IDS["A1.1"]] == {MET: 35, PARTLY: None, NOT_MET: 25, NOT_FOR_US: None}
    for number in ("A2.1", "B1.1"):  # three of sixty: neither they nor the others may be seen
        assert set(counts[IDS[number]].values()) == {None}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_two_clauses_that_differ_by_three_providers_are_not_both_let_out(
    session: Session, engine: Engine, keys: Vault
) -> None:
    keep_edition(session, first_organisation(session).id, TEXT)
    row = publish(session, keys, to_toml(survey("first")), NOW)
    submitted(session, row, 30, audience="provider", met_a1_1="met", met_a2_1="met")
    submitted(session, row, 3, audience="provider", met_a1_1="not_met", met_a2_1="met")
    submitted(session, row, 27, audience="provider", met_a1_1="not_met", met_a2_1="not_met")
    mix(session, row.id, opener_of(keys, row))
    session.commit()
    estimate(Bench(engine, keys, lambda done, total: None, {}), row.id.hex())
    made = estimates_of(session, row.id, keys)
    assert made is not None
    counts = counts_of_many(said_by_many(definition_of(row), TEXT, made.tables))
    assert (counts[IDS["A1.1"]][MET], counts[IDS["A1.1"]][NOT_MET]) == (30, 30)
    assert set(counts[IDS["A2.1"]].values()) == {None}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_its_page_shows_that_and_says_where_there_is_nothing(
    app: Flask, row: PublishedSurvey, session: Session
) -> None:
    desk = let_in(app, session, "Fay", ("analyst",))
    listed = desk.get("/desk/assess/providers").text
    assert f"/desk/assess/providers/{row.address}" in listed
    page = desk.get(f"/desk/assess/providers/{row.address}")
    assert page.status_code == 200
    assert "withheld" in page.text
    assert 'aria-label="A Tea: met 35' in page.text
    for count in ("30", "33", "57", "27"):
        assert f">{count}<" not in page.text
    assert desk.get("/desk/assess/providers/none").status_code == 404
