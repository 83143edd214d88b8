"""Every door that figures can leave by, with the gate they go through; and a walk through them after a small group.

A new address or command without a line here fails: say which gate its figures go through, or that it shows none.
"""

import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.findings.charting import draw_charts
from analysis.findings.estimating import estimate
from analysis.revision.cycles import begin_cycle, link_survey, text_of
from analysis.revision.tables import CONSULTATION
from analysis.taking_in import take_in
from app import heard
from safekeeping.jobs import Bench
from safekeeping.organisations import first_organisation
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from tests.factories import NOW, let_in, published_survey, submitted
from tests.test_house import who_may

DISCLOSURE, RELEASES = "analysis.findings.disclosure", "analysis.findings.releases"
SHOWN, ROUNDED = "analysis.reading.shown_figures", "surveys.intake.rounding"
GROUPED, TABLES = "analysis.sharing.protect", "analysis.findings.protecting"
#: Address -> the gate that its figures about people who answered go through.
GATES = {
    "/api/1/surveys": DISCLOSURE,
    "/api/1/surveys/<address>/findings": DISCLOSURE,
    "/api/1/surveys/<address>/progress": DISCLOSURE,
    "/desk/assess/providers/<address>": TABLES,
    "/desk/collect": ROUNDED,
    "/desk/collect/<address>/pace": ROUNDED,
    "/desk/collect/<address>/progress": ROUNDED,
    "/desk/find/<address>": TABLES,
    "/desk/find/<address>/chart.svg": TABLES,
    "/desk/find/<address>/releases": RELEASES,
    "/desk/find/<address>/report.html": TABLES,
    "/desk/find/<address>/charts": TABLES,
    "/desk/find/<address>/charts/<name>.<ending>": TABLES,
    "/desk/find/<address>/compare": TABLES,
    "/desk/find/<address>/reports": TABLES,
    "/desk/find/<address>/reports/<report_id>/<form>": TABLES,
    "/desk/read/<address>/figures": SHOWN,
    "/desk/revise/<key>/plan/earlier": TABLES,  # whether a figure that is shown reaches a threshold
    "/desk/read/<address>/figures.svg": SHOWN,
    "/desk/revise/<key>/evidence": TABLES,
    "/desk/revise/<key>/evidence.csv": TABLES,
    "/desk/revise/<key>/evidence/<clause_id>": TABLES,
    "/desk/revise/<key>/proposals": TABLES,
    "/desk/revise/<key>/proposals.csv": TABLES,
    "/desk/revise/<key>/proposals/<int:number>": TABLES,
    "/desk/revise/<key>/proposals/board": TABLES,
    "/desk/revise/<key>/proposals/new": TABLES,
    "/desk/revise/<key>/told": TABLES,
    "/what-we-did/<address>": TABLES,
    "/what-we-did/<address>/<int:number>": TABLES,
    "/what-we-did/<address>/file.docx": TABLES,
    "/desk/share/<address>": GROUPED,
}
#: Addresses that show no figures about people who answered, or to people alone who may read every answer.
NO_FIGURES = {
    "/desk/",  # passages that wait, said to coders, who may read them all
    "/",
    "/<address>",
    "/about",
    "/api/1/openapi.json",
    "/api/1/surveys/<address>/versions",
    "/api/1/surveys/<address>/versions/<number>",
    "/desk/account",
    "/desk/assess",  # what a service says of itself; nobody answered it
    "/desk/assess/<key>",
    "/desk/assess/<key>/<int:number>",
    "/desk/assess/<key>/file.<ending>",
    "/desk/assess/providers",
    "/desk/audit/<address>",
    "/desk/audit/<address>/agreement",
    "/desk/audit/<address>/agreement.svg",
    "/desk/audit/<address>/bridge",
    "/desk/audit/<address>/code",
    "/desk/audit/<address>/code/<passage_id>",
    "/desk/audit/<address>/code/last",
    "/desk/audit/<address>/practice",
    "/desk/audit/<address>/practice/<passage_id>",
    "/desk/audit/<address>/practice/next",
    "/desk/audit/<address>/settle",
    "/desk/audit/<address>/settle/<unit_id>",
    "/desk/books",
    "/desk/books/<name>",
    "/desk/books/<name>/<int:number>",
    "/desk/books/<name>/<int:number>/<ending>",
    "/desk/books/<name>/<int:old>/<int:new>",
    "/desk/books/<name>/draft",
    "/desk/books/<name>/draft/<code_id>",
    "/desk/books/<name>/draft/publish",
    "/desk/books/<name>/versions",
    "/desk/books/new",
    "/desk/standards",
    "/desk/standards/<name>",
    "/desk/standards/<name>/<int:number>",
    "/desk/standards/<name>/<int:number>/<ending>",
    "/desk/standards/<name>/across",
    "/desk/standards/bring",
    "/desk/code",
    "/desk/code/<address>",
    "/desk/code/<address>/<passage_id>",
    "/desk/code/<address>/bring",
    "/desk/code/<address>/by-the-new-book",
    "/desk/code/<address>/decided",
    "/desk/code/<address>/last",
    "/desk/code/<address>/learning",
    "/desk/code/<address>/learning.svg",
    "/desk/code/<address>/marked/<kind>",
    "/desk/code/<address>/model",
    "/desk/code/<address>/needs-a-person",
    "/desk/code/<address>/new",
    "/desk/code/<address>/seeds",
    "/desk/collect/<address>/paper",
    "/desk/collect/<address>/set-aside",
    "/desk/collect/<address>/tickets",
    "/desk/collect/<address>/versions",
    "/desk/collect/bank",
    "/desk/enter",
    "/desk/enter/<address>",
    "/desk/enter/<address>/<form_id>",
    "/desk/enter/<address>/<form_id>/<int:number>",
    "/desk/enter/<address>/<form_id>/<int:number>/<page>",
    "/desk/enter/<address>/<form_id>/compare",
    "/desk/find",
    "/desk/import/<address>",
    "/desk/import/<address>/<import_id>",
    "/desk/import/<address>/<import_id>/check",
    "/desk/import/<address>/<import_id>/losses.csv",
    "/desk/import/<address>/<import_id>/values",
    "/desk/model",
    "/desk/organisation",
    "/desk/people",
    "/desk/people/<person_id>",
    "/desk/queues/<address>",
    "/desk/queues/<address>/people",
    "/desk/quotes/<address>",
    "/desk/quotes/<address>/<quote_id>",
    "/desk/quotes/<address>/<quote_id>/second",
    "/desk/quotes/<address>/candidates",
    "/desk/quotes/<address>/ledger",
    "/desk/read",
    "/desk/read/<address>",
    "/desk/read/<address>/ask/<kind>",
    "/desk/read/<address>/asked/<query_id>",
    "/desk/read/<address>/asked/<query_id>/picture.svg",
    "/calendar/<calendar_key>.ics",
    "/desk/revise",
    "/desk/revise/<key>/evidence/<clause_id>/documents/<document_id>",
    "/desk/revise/<key>/next",
    "/desk/revise/<key>/next/<kind>.<form>",
    "/desk/revise/<key>/packs",
    "/desk/revise/<key>/proposals/second",
    "/desk/revise/<key>",
    "/desk/revise/<key>/plan/<step>",
    "/desk/revise/<key>/plan/calendar",
    "/desk/revise/<key>/plan/calendar.ics",
    "/desk/revise/<key>/plan/due",
    "/desk/revise/<key>/plan/end",
    "/desk/revise/<key>/plan/surveys",
    "/desk/revise/begin",
    "/desk/safeguard",
    "/desk/safeguard/<address>",
    "/desk/set-up",
    "/desk/share/<address>/words",
    "/desk/sign-in",
    "/desk/sign-in/<code>",
    "/desk/tokens",
    "/desk/trail",
    "/desk/write/<written_id>",
    "/desk/write/<written_id>/bank",
    "/desk/write/<written_id>/calculated",
    "/desk/write/<written_id>/calculated/<name>",
    "/desk/write/<written_id>/forget",
    "/desk/write/<written_id>/frame",
    "/desk/write/<written_id>/launch",
    "/desk/write/<written_id>/page/<page>",
    "/desk/write/<written_id>/page/<page>/add",
    "/desk/write/<written_id>/page/<page>/add/<kind>",
    "/desk/write/<written_id>/paper",
    "/desk/write/<written_id>/preview",
    "/desk/write/<written_id>/question/<question>",
    "/desk/write/<written_id>/settings",
    "/desk/write/<written_id>/try",
    "/desk/write/<written_id>/words",
    "/desk/write/<written_id>/words/<language>",
    "/desk/write/<written_id>/words/<language>/sheet.xlsx",
    "/desk/write/new",
    "/desk/work",
    "/favicon.ico",
    "/health",
    "/help",
    "/ready",
    "/safety",
    "/static/<path:filename>",
    "/x",
}
COMMANDS = {"code": TABLES, "protect": TABLES, "report": TABLES}
NO_FIGURES_SAID = {  # what `estimate` says is of somebody's own file, and not let out by Heard
    "estimate",
    "agreement", "audit", "backup", "doctor", "keys", "model", "organisation", "restore", "run", "sign-in-link",
    "survey", "trail", "upgrade", "work", "jobs", "metrics", "move",
}  # fmt: skip
#: What the walk looks at, of one survey.
WALKED = [each for each in GATES if each.startswith("/desk/") and "pace" not in each]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_every_door_is_listed_with_its_gate(app: Flask) -> None:
    doors = {each[4:] for every in who_may(app).values() for each in every if each.startswith("GET ")}
    assert doors == GATES.keys() | NO_FIGURES
    assert not GATES.keys() & NO_FIGURES


def test_every_command_is_listed_with_its_gate() -> None:
    unlisted = heard.commands.keys() - COMMANDS.keys() - NO_FIGURES_SAID
    assert not {name for name in unlisted if not heard.commands[name].hidden}


@pytest.fixture
def bench(engine: Engine, keys: Vault, model_folder: Path) -> Bench:
    """What a job works with."""
    return Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})


def read_by_eye(page: str) -> str:
    """The words of a page or picture, with the texts that stand in for pictures."""
    page = re.sub(r"<style.*?</style>", " ", page, flags=re.DOTALL)
    alternatives = " ".join(re.findall(r'(?:alt|aria-label|title)="([^"]*)"', page))
    return re.sub(r"<[^>]+>", " ", page) + alternatives


def revised(session: Session, survey_id: bytes) -> dict[str, str]:
    """A cycle that the survey gives its evidence, and a clause of it, as they stand in addresses."""
    today = NOW.date()
    cycle = begin_cycle(session, first_organisation(session).id, "mdan", today, today.replace(year=2029))
    link_survey(session, cycle, survey_id, CONSULTATION)
    placed = text_of(session, cycle).by_number()["AE1"]
    return {"<key>": cycle.id.hex(), "<clause_id>": placed.clause.id}


def filled(door: str, places: dict[str, str]) -> str:
    """An address with what it is about."""
    for place, value in places.items():
        door = door.replace(place, value)
    return door


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_no_door_tells_of_a_small_group(app: Flask, session: Session, keys: Vault, bench: Bench) -> None:
    """47 survivors and 9 providers: neither number, nor their sum, nor anything for the nine."""
    row = published_survey(session, keys)
    submitted(session, row, 47, say="The poster in the surgery only showed women.")
    submitted(session, row, 9, audience="provider", say="Our referrals go to a waiting list.")
    session.commit()
    address, survey_id = row.address, row.id
    take_in(bench, survey_id.hex())
    estimate(bench, survey_id.hex())
    draw_charts(bench, survey_id.hex())
    places = {"<address>": address, **revised(session, survey_id)}
    client = let_in(app, session)
    for door in WALKED:
        answer = client.get(filled(door, places))
        assert answer.status_code in {200, 404}, (door, answer.status_code)
        words = read_by_eye(answer.text)
        assert not re.findall(r"(?<![\w.,:-])(?:47|56)(?![\w.,:-])", words), door
        assert not re.findall(r"Providers?\W+\d", words), door
    releases = client.get(f"/desk/find/{address}/releases").text
    assert "Together: 55" in releases
    assert "Survivors" not in releases  # what is left of 55 would be the nine
    assert "Providers" not in releases


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_figures_that_could_be_subtracted_are_held_back(
    app: Flask, session: Session, keys: Vault, bench: Bench
) -> None:
    """Seven survivors and five providers come: both would show. Then more come, and figures are let out again."""
    row = published_survey(session, keys)
    submitted(session, row, 24, say="Nobody rang back.")
    submitted(session, row, 20, audience="provider", say="We have one worker.")
    session.commit()
    address, survey_id = row.address, row.id
    take_in(bench, survey_id.hex())
    client = let_in(app, session)
    before = client.get(f"/desk/find/{address}").text

    def more(survivors: int, providers: int) -> str:
        submitted(session, session.get_one(PublishedSurvey, survey_id), survivors, say="Nobody rang back.")
        submitted(session, session.get_one(PublishedSurvey, survey_id), providers, audience="provider", say="No room.")
        session.commit()
        take_in(bench, survey_id.hex())
        return str(client.get(f"/desk/find/{address}/releases").text)

    ledger = more(0, 0)
    assert more(7, 5) == ledger  # who came waits until ten have come to an audience
    assert client.get(f"/desk/find/{address}").text == before
    ledger = more(6, 6)
    assert "Held back" not in ledger
    assert "Survivors: 35" in ledger
    assert client.get(f"/desk/find/{address}").text != before
