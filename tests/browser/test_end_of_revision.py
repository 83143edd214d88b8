"""The end of a revision in a real browser: the next edition, what the public is told, packs; on the worked example."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.quoting.ledger import RELEASE
from analysis.quoting.tables import QuoteLedger
from analysis.revision.clause_evidence import pieces_for
from analysis.revision.cycles import begin_cycle, link_survey
from analysis.revision.pieces import FIGURE, QUOTE
from analysis.revision.tables import CONSULTATION, Decision, PinnedEvidence, Proposal, ProposalWording, RevisionCycle
from analysis.standard.shipped_texts import shipped_text
from safekeeping.clock import steady_now
from safekeeping.organisations import first_organisation
from safekeeping.vault import Vault
from surveys.definition.published import published_at
from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]
OpenPage = Callable[..., Page]
#: Proposal -> kind, clause, parent, its title and wording, outcome, words for the public.
PROPOSALS = (
    ("change", "AE1", "", "", "Services say where they are, by day and by night, in places men already go.", "adopted"),
    (
        "add",
        "",
        "AE",
        "A way back in",
        "Whoever left can return. See an ISVA.",
        "adopted",
    ),
    ("remove", "LG5", "", "", "", "adopted"),
    ("keep", "LG1", "", "", "", "adopted"),
    ("change", "SD1", "", "", "A worker of his own for every man.", "not adopted"),
    ("change", "AE2", "", "", "Nobody waits longer than a week.", ""),
)
TOLD = (
    "Many of you did not know where to go. The standard now says that services must make themselves known.\n"
    "They have a year to do it."
)
PICTURES = os.environ.get("PICTURES", "")


def seeded(session: Session, keys: Vault) -> RevisionCycle:
    """A revision on the worked example, with figures and quotes pinned and decisions made."""
    organisation, survey = first_organisation(session), published_at(session, "views")
    cycle = begin_cycle(session, organisation.id, "mdan", date(2023, 11, 1), date(2026, 11, 1))
    link_survey(session, cycle, survey.id, CONSULTATION)
    placed = shipped_text("mdan").by_number()
    for number, (kind, clause, parent, title, wording, outcome) in enumerate(PROPOSALS, 1):
        row = Proposal(cycle_id=cycle.id, number=number, kind=kind, made_at=steady_now())
        row.clause_id = placed[clause].clause.id if clause else ""
        row.parent_id = placed[parent].clause.id if parent else ""
        session.add(row)
        session.flush()
        fields = {name: said for name, said in (("title", title), ("wording", wording)) if said}
        wordings = {"fields": fields, "rationale": "It was argued.", "made_at": steady_now()}
        session.add(ProposalWording(proposal_id=row.id, number=1, **wordings))
        every = pieces_for(session, keys, cycle, placed[(clause or parent)[:2]])
        figures = [each for each in every if each.kind == FIGURE and each.shown["percent"] is not None]
        for each in [*figures[:3], *[each for each in every if each.kind == QUOTE][:2]]:
            shown = {"refers": dict(each.refers), "shown": dict(each.shown), "sha256": each.sha256}
            session.add(PinnedEvidence(proposal_id=row.id, kind=each.kind, made_at=steady_now(), **shown))
        if outcome:
            made = {"outcome": outcome, "fields": {}, "reason": "For the team.", "told": TOLD, "by": "consensus"}
            more = {"names": ["Somebody"], "decided_on": date(2026, 11, 2), "made_at": steady_now()}
            session.add(Decision(proposal_id=row.id, **made, **more))
    session.flush()
    return cycle


@pytest.fixture(scope="module")
def key(heard: Running) -> str:
    """The key of that revision in the Heard that runs."""
    engine, keys = heard.stores()
    with Session(engine) as session, session.begin():
        assert session.scalars(select(QuoteLedger).where(QuoteLedger.act == RELEASE)).first()
        found = seeded(session, keys).id.hex()
    engine.dispose()
    return found


def looked(page: Page, name: str) -> list[str]:
    """What is wrong with the page; with PICTURES set to a folder, also a picture of it there."""
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    return problems(page)


def test_every_page_fits_and_can_be_read_by_all(
    heard: Running, at_the_desk: OpenPage, key: str, seen: dict[str, bool]
) -> None:
    page, found = at_the_desk(f"/desk/revise/{key}/next", **seen), {}
    found["next"] = looked(page, "next")
    page.goto(f"{heard.address}/desk/revise/{key}/next?show=all&gaps=closed")
    found["whole"] = looked(page, "whole")
    page.goto(f"{heard.address}/desk/revise/{key}/packs")
    found["packs"] = looked(page, "packs")
    page.goto(f"{heard.address}/desk/revise/{key}/told")
    found["told"] = looked(page, "told")
    page.fill("[name=intro]", "Thank you to everybody who took part.")
    page.click("text=Look at the page")
    found["preview"] = looked(page, "preview")
    page.click("text=Publish this page")
    assert "The page is public" in page.inner_text("[role=status]")
    found["published"] = looked(page, "published")
    page.goto(f"{heard.address}/what-we-did/{page.input_value('[name=address][type=text]')}")
    found["public"] = looked(page, "public")
    page.click("article a >> nth=0")
    found["decision"] = looked(page, "decision")
    assert {name: faults for name, faults in found.items() if faults} == {}
    page.goto(f"{heard.address}/desk/revise/{key}/told")
    page.click("text=Take the page back")
    page.goto(f"{heard.address}/what-we-did/standards-{steady_now().year}")
    assert "not here any more" in page.inner_text("h1")
    assert looked(page, "gone") == []


def test_the_public_page_leaves_nothing_and_leaves_at_once(
    heard: Running, at_the_desk: OpenPage, open_page: OpenPage, key: str
) -> None:
    desk = at_the_desk(f"/desk/revise/{key}/told")
    desk.click("text=Look at the page")
    desk.click("text=Publish this page")
    page = open_page(f"/what-we-did/standards-{steady_now().year}")
    page.click("article a >> nth=0")
    page.click("text=Back to everything that was done")
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.click("#leave")
    page.wait_for_url("**/static/icon.svg")
