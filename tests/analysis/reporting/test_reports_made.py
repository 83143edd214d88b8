"""Reports over HTTP and at the console: asked for, made by a job, sealed, fetched, checked, deleted."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage, Suggestion
from analysis.findings.first_figures import figures_from
from analysis.findings.report import Tally
from analysis.findings.tables import Findings, Made, keep
from analysis.jobs import KINDS
from analysis.made import MADE
from analysis.reporting.made_reports import MadeReport, ReportFile, forget_reports, report_ids, seal_beside
from analysis.reporting.reading_manifest import manifest_in
from analysis.reporting.report_commands import report_command
from analysis.sharing.made_files import MadePiece, forget_made, owners_of_pieces
from analysis.standard.edition import load_edition
from safekeeping.database import session_for
from safekeeping.jobs import Bench, Job, this_hour
from safekeeping.opening import Opened
from safekeeping.permissions import ROLES, permits
from safekeeping.settings import Settings
from safekeeping.staff import add_staff
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from safekeeping.working import run_one
from surveys.definition.published import CLOSED, PublishedSurvey, definition_of
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from surveys.intake.shred import left_over, shred_whole
from surveys.intake.tables import Response
from tests.factories import let_in, opener_of, published_survey, submitted

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
PAGE = "/desk/find/tiny/reports"


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey with sixty answers, two of three about access, and findings made of them."""
    row = published_survey(session, keys)
    submitted(session, row, 60, say="words")
    mix(session, row.id, opener_of(keys, row), closing=True)
    for number, response_id in enumerate(session.scalars(select(Response.id)).all()):
        sections = ["AE"] if number % 3 else ["SD"]
        passage = Passage(response_id=response_id, question="say", start=0, end=5, may_quote=False)
        session.add(passage)
        session.flush()
        more = {"probabilities": {}, "themes": [], "stance": "", "confidence": 0.5, "reasons": []}
        session.add(Suggestion(passage_id=passage.id, model="m", sections=sections, **more))
    session.flush()
    found(session, keys, row)
    session.commit()
    return row


def found(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    """Findings, counted as taking answers in counts them."""
    tally = Tally()
    said = select(Suggestion.sections).join(Passage, Passage.id == Suggestion.passage_id)
    for each in read_all(session, row.id, opener_of(keys, row)):
        tally.add(each.audience, 1, session.scalars(said.where(Passage.response_id == each.id)).one())
    figures = figures_from(tally, load_edition("mdan"), definition_of(row).audience_names())
    keep(session, row.public_key, row.id, Made(figures, "<svg/>", (), {}), this_hour())


def send(client: FlaskClient, address: str, **fields: Any) -> Any:
    token = re.search(r'name="token" value="(\w+)"', client.get("/desk/account").text)
    assert token
    return client.post(address, data={"token": token[1], **fields})


def asked(client: FlaskClient, **fields: Any) -> Any:
    return send(
        client, PAGE, **({"part": ["summary", "findings"], "form": ["html", "json"], "language": "en"} | fields)
    )


def worked(app: Flask, settings: Settings) -> None:
    kinds = {"report": KINDS["report"], "take in": lambda bench, argument: None}
    while run_one(
        app.extensions["engine"], app.extensions["vault"], kinds, {"drafts": app.extensions["drafts_engine"]}
    ):
        pass


def links(client: FlaskClient) -> list[str]:
    return re.findall(r'href="(/desk/find/tiny/reports/\w+/\w+)"', client.get(PAGE).text)


def test_from_asking_to_fetching_to_deleting(
    app: Flask, session: Session, row: PublishedSurvey, settings: Settings, look: Look
) -> None:
    desk = let_in(app, session, "An analyst", ["analyst"])
    assert "Make the report" in desk.get(PAGE).text
    assert asked(desk).status_code == 303
    assert "Being made" in desk.get(PAGE).text
    assert not links(desk)
    worked(app, settings)
    assert [each.rsplit("/", 1)[1] for each in links(desk)] == ["html", "json"]
    page, manifest = (desk.get(each) for each in links(desk))
    assert page.headers["Content-Disposition"].endswith(".html")
    assert "67\u00a0%" in page.text  # forty of sixty
    assert manifest_in(page.data) == manifest_in(manifest.data)
    drafts = app.extensions["drafts_engine"]
    with Session(drafts.execution_options(reading=True)) as reading:
        kept = list(reading.scalars(select(MadePiece)))
    assert len({each.name for each in kept}) == 2
    assert not [each for each in kept if b"<h1>" in each.sealed or b"heard report" in each.sealed]
    assert owners_of_pieces(drafts) == report_ids(session) != set()
    session.rollback()
    report_id = links(desk)[0].split("/")[-2]
    assert send(desk, f"{PAGE}/{report_id}/delete").status_code == 303
    assert desk.get(f"{PAGE}/{report_id}/html").status_code == 404
    assert not look(select(ReportFile))
    for gone in owners_of_pieces(drafts) - report_ids(session):
        forget_made(drafts, gone)
    assert not owners_of_pieces(drafts)
    said = [each.verb for each in look(select(TrailRow).order_by(TrailRow.number)) if "report" in each.verb]
    assert said == ["asked for report", "fetched report", "fetched report", "deleted report"]


def test_of_a_file_that_a_crash_of_the_database_took_it_is_said_what_to_do(
    app: Flask, session: Session, row: PublishedSurvey, settings: Settings
) -> None:
    desk = let_in(app, session, "An analyst", ["analyst"])
    asked(desk)
    worked(app, settings)
    link = links(desk)[0]
    with session_for(app.extensions["drafts_engine"]) as crashed:
        crashed.execute(delete(MadePiece))
    answer = desk.get(link)
    assert answer.status_code == 303
    assert "Delete the report and have it made again" in desk.get(answer.location).text


@pytest.mark.parametrize(("fields", "why"), [({"part": []}, "at least one part"), ({"form": []}, "at least one form")])
def test_what_is_missing_is_said_and_the_rest_stays(
    app: Flask, session: Session, row: PublishedSurvey, fields: dict[str, Any], why: str, look: Look
) -> None:
    refused = asked(let_in(app, session), **fields)
    assert refused.status_code == 422
    assert why in refused.text
    assert ('value="pptx" checked' in refused.text) is False
    assert not look(select(Job).where(Job.kind == "report"))


def test_a_language_that_is_not_offered_and_a_report_of_another_survey_are_not_found(
    app: Flask, session: Session, row: PublishedSurvey, settings: Settings
) -> None:
    published_survey(session, app.extensions["vault"], "export")
    session.commit()
    desk = let_in(app, session)
    assert asked(desk, language="xx").status_code == 400
    asked(desk)
    worked(app, settings)
    for wrong in ("zz", "00" * 16):
        assert desk.get(f"{PAGE}/{wrong}/html").status_code == 404
    assert desk.get(links(desk)[0].replace("/tiny/", "/export/")).status_code == 404
    assert desk.get(links(desk)[0].replace("/html", "/pdf")).status_code == 404
    assert "no findings to report yet" in desk.get("/desk/find/export/reports").text


def test_only_who_sees_findings_sees_reports(app: Flask, session: Session, row: PublishedSurvey) -> None:
    for role in ROLES:
        client = let_in(app, session, f"Somebody who is {role}", [role])
        assert client.get(PAGE).status_code == (200 if permits(frozenset([role]), "find") else 403), role


def test_a_report_that_quotes_who_took_their_answers_back_goes(
    session: Session, keys: Vault, row: PublishedSurvey, look: Look
) -> None:
    person = let_in_id(session)
    for sources in (["aa"], ["aa", "bb"], []):
        sealed = seal_beside(row.public_key, row.id, sources, "")
        report = MadeReport(survey_id=row.id, parts=[], forms=[], language="en", asked_by=person, sealed=sealed)
        report.asked_at = this_hour()
        session.add(report)
        session.flush()
        session.add(ReportFile(report_id=report.id, form="html", sealed_key=b"k"))
    assert forget_reports(session, keys, row.id, {"aa"}) == 1
    session.commit()
    assert len(look(select(MadeReport.id))) == 2
    assert len(look(select(ReportFile.id))) == 2


def let_in_id(session: Session) -> bytes:
    return add_staff(session, "Somebody", ROLES).id


def test_reports_go_with_the_answers(
    app: Flask, session: Session, keys: Vault, engine: Engine, row: PublishedSurvey, settings: Settings, look: Look
) -> None:
    asked(let_in(app, session))
    worked(app, settings)
    row.state = CLOSED
    session.commit()
    shred_whole(engine, keys, row.id, MADE)
    assert not left_over(session, keys.store, row.id, MADE)
    assert not look(select(MadeReport.id))


@pytest.fixture
def console(engine: Engine, keys: Vault) -> Callable[..., Any]:
    """`heard report …`, on this database."""
    command = report_command(lambda: Opened(engine, keys))
    return lambda *words: CliRunner().invoke(command, list(map(str, words)), catch_exceptions=False)


def test_a_report_made_at_the_console_is_verified_there(
    console: Callable[..., Any], session: Session, keys: Vault, row: PublishedSurvey, tmp_path: Path
) -> None:
    made = console("tiny", "--out", tmp_path, "--parts", "summary", "--forms", "html,json")
    assert made.exit_code == 0, made.output
    page = tmp_path / "tiny-report.html"
    same = console("verify", page)
    assert (same.exit_code, "figures are the same" in same.output) == (0, True), same.output
    told = json.loads((tmp_path / "tiny-report.json").read_text())
    assert not [each for each in json.dumps(told["inputs"]).split('"') if each.isdigit()]  # no count is in it

    one = session.scalars(select(Suggestion).limit(1)).one()
    one.sections = ["OE"]
    ids = list(session.scalars(select(Passage.id).where(Passage.id != one.passage_id).limit(12)))
    for each in session.scalars(select(Suggestion).where(Suggestion.passage_id.in_(ids))):
        each.sections, each.model = ["OE"], "n"
    session.commit()
    other = console("verify", page)
    assert other.exit_code == 1
    assert "audience/OE/*: other now" in other.output
    assert "Another model suggests now" in other.output
    assert "%" not in other.output.split("responses]")[-1].replace("100%", "")

    session.execute(delete(Findings))
    session.commit()
    assert console("tiny", "--out", tmp_path).exit_code == 2


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["nothing", "--out", "x"], "no published survey"),
        (["tiny", "--out", "x", "--parts", "summary,poem"], "there is no “poem”"),
        (["verify", "/nowhere/at/all.pdf"], "cannot be read"),
        (["verify", "README.md"], "not the manifest"),
    ],
)
def test_what_cannot_be_done_is_said_with_status_two(
    console: Callable[..., Any], row: PublishedSurvey, words: list[str], why: str
) -> None:
    done = console(*words)
    assert done.exit_code == 2
    assert why in done.output


def test_a_job_for_a_report_that_went_does_nothing(engine: Engine, keys: Vault, row: PublishedSurvey) -> None:
    KINDS["report"](Bench(engine, keys, lambda done, total: None, {}), "00" * 16)
