"""Estimates on the page of findings: every figure says what it is and why, and nothing withheld can be read there."""

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.findings.breakdowns import NO_ANSWER
from analysis.findings.estimates_kept import KeptEstimates, MadeFrom, keep_estimates
from analysis.findings.estimates_said import WHY_SAID, why_said
from analysis.findings.figures_said import codes_said
from analysis.findings.outcomes import OUTCOMES
from analysis.findings.shown import (
    ALL,
    CORRECTED,
    HUMAN_ONLY,
    SECTION,
    THEME,
    WITHHELD,
    Code,
    Figure,
    ShownDifference,
    ShownGroup,
    ShownTable,
)
from analysis.taking_in import take_in
from safekeeping.jobs import Bench, Job
from safekeeping.vault import Vault
from tests.analysis.auditing.conftest import send
from tests.factories import NOW, let_in, published_survey, submitted

TABLE = ShownTable(
    "audience",
    "Who answered",
    (Code("AE", "Access", SECTION, "AE"), Code("AE1", "Waiting", THEME, "AE")),
    (
        ShownGroup("survivor", "Survivors", 140),
        ShownGroup("provider", "Providers", None),
        ShownGroup(ALL, "Everybody", 180),
    ),
    {
        ("AE", "survivor"): Figure(63, 57, 69, CORRECTED, 41, 70, "corrected"),
        ("AE", "provider"): Figure(None, None, None, WITHHELD, why="group"),
        ("AE", ALL): Figure(None, None, None, WITHHELD, why="a reason of tomorrow"),
        ("AE1", "survivor"): Figure(12, 4, 25, HUMAN_ONLY, 8, 70, "rare"),
        ("AE1", "provider"): Figure(None, None, None, WITHHELD, why="too few audited"),
        ("AE1", ALL): Figure(20, 20, 20, HUMAN_ONLY, 8, 180, "whole"),
    },
    (
        ShownDifference("AE", "provider", "survivor", -22, -31, -13, True),
        ShownDifference("AE", "provider", ALL, 1, -5, 7, False),
    ),
)


def test_each_figure_says_what_it_is_and_why() -> None:
    (access,) = codes_said(TABLE, SECTION, 5)
    survivors, providers, everybody = access.lines
    assert (survivors.share, survivors.interval, survivors.kind) == ("63 %", "57 to 69 %", "corrected")
    words = " ".join(survivors.sentences)
    assert "The machine alone: 41 %, uncorrected." in words
    assert "To be within 5 points: about 20 more to audit." in words
    assert (providers.share, providers.interval, providers.base) == ("withheld", "", "")
    assert len(everybody.sentences) == 1  # a reason that is not known here is still said in words
    assert "{" not in words + " ".join(everybody.sentences)
    assert access.differences[0] == "Survivors spoke of it more often than Providers: by 22 points (13 to 31)."
    assert len(access.differences) == 2
    (waiting,) = codes_said(TABLE, THEME, 10)
    assert "within 10 points: about" in " ".join(waiting.lines[0].sentences)
    assert "within 10 points already" in " ".join(waiting.lines[2].sentences)


def test_every_outcome_has_words() -> None:
    assert {why for _kind, why in OUTCOMES} <= set(WHY_SAID)
    assert all("{" not in why_said(why) for why in WHY_SAID)
    assert NO_ANSWER


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_the_page_shows_them_and_lets_them_be_made_anew(
    app: Flask, session: Session, engine: Engine, keys: Vault, model_folder: object
) -> None:
    row = published_survey(session, keys)
    submitted(session, row, 24, say="The poster in the surgery only showed women.")
    session.commit()
    take_in(Bench(engine, keys, lambda done, total: None, {"model folder": model_folder}), row.id.hex())
    assert session.scalars(select(Job).where(Job.kind == "estimate")).one().argument == row.id.hex()
    session.delete(session.scalars(select(Job).where(Job.kind == "estimate")).one())
    session.commit()
    desk = let_in(app, session)
    assert "Estimate anew" in desk.get("/desk/find/tiny").text
    keep_estimates(session, row, KeptEstimates((TABLE,), MadeFrom(24, sample=1, draw=1)), NOW)
    session.commit()
    page = desk.get("/desk/find/tiny?by=audience&level=theme&within=10").text
    assert "Shares, corrected by the audit" in page
    assert "First reading by machine" in page
    assert "Waiting" in page
    assert page.count("<details>") >= 3
    assert desk.get("/desk/find/tiny?by=nothing&level=nothing&within=7").status_code == 200
    assert send(desk, "/desk/find/tiny/estimate").status_code == 303
    assert "Reload this page in a moment" in desk.get("/desk/find/tiny").text
