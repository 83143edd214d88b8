"""Charts of a survey at the desk: drawn by a job, sealed with the findings, shown and fetched by who may find."""

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.auditing.agreement_chart import agreement_charts
from analysis.auditing.agreement_words import agreed_in, chart_said
from analysis.findings.charting import draw_charts, plans_for, together_in
from analysis.findings.charts.chart import Chart
from analysis.findings.first_figures import figures_from
from analysis.findings.first_table import asked_of, first_table
from analysis.findings.kept_charts import DrawnChart, chart_called, charts_told
from analysis.findings.report import Figures, Tally
from analysis.findings.shown import ALL
from analysis.findings.tables import Findings, Made, keep, opened
from analysis.jobs import KINDS
from analysis.reading.shown_figures import Figures as ReadingShown
from analysis.standard.edition import load_edition
from safekeeping.jobs import Bench, Job, enqueue
from safekeeping.languages import speaking
from safekeeping.vault import Vault
from surveys.definition.load import parse_survey
from surveys.definition.published import PublishedSurvey
from tests.factories import NOW, definition, let_in, published_survey

Look = Callable[[Any], list[Any]]
#: 3 of 4 providers spoke of access; and seven others, too few for any figure.
SECRET = 7


def figures_of(others: int = SECRET) -> Figures:
    """Figures of a hundred survivors, forty providers, and so many others."""
    tally = Tally()
    for number in range(140):
        tally.add("survivor" if number < 100 else "provider", 1, ["AE"] if number % 4 else ["SD"])
    for _other in range(others):
        tally.add("commissioner", 1, ["AE", "LG"])
    names = {"survivor": "Survivors", "provider": "Providers", "commissioner": "Commissioners"}
    return figures_from(tally, load_edition("mdan"), names)


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey with findings that have no charts yet."""
    row = published_survey(session, keys)
    keep(session, row.public_key, row.id, Made(figures_of(), "<svg/>", (), {}), NOW)
    session.commit()
    return row


@pytest.fixture
def bench(engine: Engine, keys: Vault) -> Bench:
    """What jobs work with."""
    return Bench(engine, keys, lambda done, total: None, {})


def desk(app: Flask, session: Session, *roles: str) -> FlaskClient:
    return let_in(app, session, "Ann", roles) if roles else let_in(app, session, "Ann")


def test_the_first_findings_as_a_table_hold_what_they_held() -> None:
    figures = figures_of()
    table = first_table(figures)
    assert [group.code for group in table.groups] == ["survivor", "provider", "commissioner", ALL]
    for place, section in enumerate(figures.sections):
        for group, row in zip(table.groups, figures.rows, strict=True):
            shown = table.of(section.code, group.code)
            assert shown.percent == row.shares[place].percent
            assert (shown.kind == "withheld") == (shown.percent is None)
            assert (shown.low, shown.high) == (None, None)


def test_who_was_asked_is_read_from_the_pages_and_questions() -> None:
    text = definition("tiny").replace('kind = "long-text"', 'kind = "long-text"\nspeaks_to = ["AE", "SD1"]')
    assert asked_of(parse_survey(text)) == {(code, who) for code in ("AE", "SD1") for who in ("survivor", "provider")}
    assert asked_of(parse_survey(text.replace("speaks_to", 'audiences = ["provider"]\nspeaks_to'))) == {
        ("AE", "provider"),
        ("SD1", "provider"),
    }


def drawn_in(row: PublishedSurvey, session: Session, keys: Vault, tag: str) -> list[Chart | None]:
    """The charts of a language with their pictures."""
    told = charts_told(session, row.id, keys, tag)
    found = [chart_called(session, row.id, keys, tag, each.name) for each in told]
    session.commit()
    return found


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_charts_are_drawn_by_a_job_in_both_languages_and_sealed(
    row: PublishedSurvey, bench: Bench, session: Session, look: Look, keys: Vault
) -> None:
    draw_charts(bench, row.id.hex())
    (found,) = look(select(Findings))
    made = opened(found, keys)
    assert made.figures == figures_of()
    assert found.made_at.replace(tzinfo=None) == NOW.replace(tzinfo=None)
    english, welsh = (drawn_in(row, session, keys, tag) for tag in ("en", "cy"))
    names = [[chart.name for chart in every if chart] for every in (english, welsh)]
    assert names[0][:2] == ["audience-profile", "audience-sections"]
    assert names[0] == names[1]
    assert all(chart and chart.svg and chart.png for chart in english)
    assert all(b"Survivors" not in each.told + each.pictures for each in look(select(DrawnChart)))


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_findings_made_meanwhile_keep_no_charts_of_older_ones(
    row: PublishedSurvey, bench: Bench, session: Session, look: Look, keys: Vault, engine: Engine
) -> None:
    def made_meanwhile(done: int, total: int) -> None:
        if done == total:
            with Session(engine) as other:
                keep(other, row.public_key, row.id, Made(figures_of(30), "<svg/>", (), {}), NOW)
                other.commit()

    draw_charts(replace(bench, progress=made_meanwhile), row.id.hex())
    assert look(select(DrawnChart)) == []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_pages_show_ask_for_and_give_charts(
    app: Flask, session: Session, row: PublishedSurvey, bench: Bench, look: Look
) -> None:
    ann = desk(app, session)
    page = ann.get("/desk/find/tiny/charts").text
    assert "Draw the charts" in page
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token
    assert ann.post("/desk/find/tiny/charts", data={"token": token[1]}).status_code == 303
    assert look(select(Job.kind)) == ["draw charts"]
    assert "being drawn" in ann.get("/desk/find/tiny/charts").text
    draw_charts(bench, row.id.hex())
    page = ann.get("/desk/find/tiny/charts").text
    assert "Of what is shown, most responses speak to" in page or "The largest share that is shown" in page
    place = "/desk/find/tiny/charts/audience-sections"
    svg, png, table = (ann.get(f"{place}.{ending}") for ending in ("svg", "png", "csv"))
    assert (svg.mimetype, png.mimetype, table.mimetype) == ("image/svg+xml", "image/png", "text/csv")
    assert "default-src 'none'" in svg.headers["Content-Security-Policy"]
    assert 'filename="tiny-audience-sections.csv"' in table.headers["Content-Disposition"]
    assert len(list(csv.reader(io.StringIO(table.data.decode("utf-8-sig"))))) == 1 + 4 * 4
    for missing in ("audience-sections.exe", "nothing.svg"):
        assert ann.get(f"/desk/find/tiny/charts/{missing}").status_code == 404


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_charts_wait_for_what_makes_their_figures_and_follow_from_it(
    row: PublishedSurvey, bench: Bench, session: Session, look: Look, keys: Vault
) -> None:
    making = enqueue(session, "count words", row.id.hex())
    session.commit()
    draw_charts(bench, row.id.hex())
    assert look(select(DrawnChart)) == []
    making.state = "done"
    session.commit()
    KINDS["estimate"](bench, row.id.hex())
    assert set(look(select(Job.kind).where(Job.state == "queued"))) == {"draw charts", "check triggers"}
    draw_charts(bench, row.id.hex())
    assert look(select(DrawnChart)) != []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_before_there_are_findings_the_page_says_what_comes_first(app: Flask, session: Session, keys: Vault) -> None:
    published_survey(session, keys)
    session.commit()
    ann = desk(app, session)
    assert "Charts are drawn once there are findings" in ann.get("/desk/find/tiny/charts").text
    assert ann.get("/desk/find/tiny/charts/audience-sections.svg").status_code == 404


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_coder_sees_no_charts(app: Flask, session: Session, row: PublishedSurvey) -> None:
    cat = let_in(app, session, "Cat", ("coder",))
    assert cat.get("/desk/find/tiny/charts").status_code == 403
    assert cat.get("/desk/find/tiny/charts/audience-sections.svg").status_code == 403


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nothing_withheld_tells_in_any_plan(row: PublishedSurvey, session: Session, keys: Vault) -> None:
    """Seven others or six, which round to the same number in all: every chart is planned the same."""
    seven, six = (plans_for(session, keys, row, figures_of(others)) for others in (SECRET, SECRET - 1))
    assert seven["en"]
    assert seven == six


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nothing_withheld_tells_in_any_byte(
    row: PublishedSurvey, bench: Bench, session: Session, look: Look, keys: Vault
) -> None:
    """Seven others or six, which round to the same number in all: every byte of every chart is the same."""
    kept = []
    for others in (SECRET, SECRET - 1):
        keep(session, row.public_key, row.id, Made(figures_of(others), "<svg/>", (), {}), NOW)
        session.commit()
        draw_charts(bench, row.id.hex())
        kept.append([drawn_in(row, session, keys, tag) for tag in ("en", "cy")])
    assert kept[0]
    assert kept[0] == kept[1]


def test_codes_together_are_those_of_everybody_where_these_are_shown() -> None:
    edition, survey = load_edition("mdan"), parse_survey(definition("tiny"))
    pairs = {"survivor": {("AE", "LG"): 12, ("AE", "SD"): 20, ("AE1", "AE2"): 5}, "(together)": {("AE", "LG"): 11}}
    figures = ReadingShown({"survivor": 100}, {}, {"(together)": {"AE": 40}}, pairs)
    (found,) = together_in(figures, survey, edition)
    assert (found.group, dict(found.pairs)) == ("everybody", {("AE", "LG"): 11})
    alone = replace(figures, pairs={**pairs, "(together)": {}})
    (found,) = together_in(alone, survey, edition)
    assert dict(found.pairs) == {("AE", "LG"): 12, ("AE", "SD"): 20}
    assert together_in(replace(figures, pairs={}), survey, edition) == ()


def test_the_agreement_of_an_audit_is_drawn_in_each_language_and_one_from_before_is_shown_as_it_is() -> None:
    alpha = {"alpha": {"value": 0.7, "low": 0.6, "high": 0.8}}
    figures = {"passages": 40, "overall": {"alpha_masi": alpha["alpha"]}, "by_section": {"AE": alpha}}
    drawn = agreement_charts(figures, {"AE": "Access"})
    kept = json.dumps(drawn)
    assert "All sections" in chart_said(kept)
    with speaking("cy"):
        assert chart_said(kept) == drawn["cy"] != drawn["en"]
        assert chart_said("<svg/>") == "<svg/>"
    assert agreed_in({"passages": 0}, {}) == []
