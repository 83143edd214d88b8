"""Proposals in a real browser: every page can be read by everybody, and one goes from a clause to its decision."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page
from sqlalchemy.orm import Session

from analysis.revision.cycles import begin_cycle, link_survey, text_of
from analysis.revision.deliberating import comment, decide, vote
from analysis.revision.evidence_since import offered
from analysis.revision.proposing import Team, Worded, pin, propose, reword
from analysis.revision.tables import ADD, AMENDED, CHANGE, CONSULTATION, FOR, KEEP, NOT_ADOPTED, REMOVE
from safekeeping.clock import steady_now
from safekeeping.organisations import first_organisation
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.definition.published import published_at
from tests.analysis.revision.proposed import CLAUSE, OTHER_CLAUSE, SECTION, TODAY, WHY, decided
from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]
OpenPage = Callable[..., Page]
FIRST = "A service answers a first call or message within two working days, and says who will call back and when."
SECOND = "A service answers a first call or message within three working days, and says who will call back."


@pytest.fixture(scope="module")
def revision(heard: Running) -> str:
    """A cycle of the running example with five proposals in every state; its pages' address."""
    engine, keys = heard.stores()
    with Session(engine, expire_on_commit=False) as session:
        cycle = begin_cycle(session, first_organisation(session).id, "mdan", date(2026, 1, 31), date(2029, 1, 31))
        link_survey(session, cycle, published_at(session, "views").id, CONSULTATION)
        text = text_of(session, cycle)

        def team(name: str = "Rhian Example") -> Team:
            person = add_staff(session, name, ["reviewer"])
            return Team(session, cycle, text, person.id, person.name, steady_now())

        _propose(session, keys, team)
        session.commit()
    engine.dispose()
    return f"/desk/revise/{cycle.id.hex()}/proposals"


def _propose(session: Session, keys: Vault, team: Callable[..., Team]) -> None:
    here = team()
    propose(here, CHANGE, CLAUSE, Worded({"wording": FIRST, "guidance": "A text message counts."}, WHY))
    purpose = "It is easy for any man to find out what there is, and to reach it on his own terms."
    propose(team("Sam Example"), CHANGE, SECTION, Worded({"purpose": purpose}, WHY))
    pin(team(), 2, offered(session, keys, here.cycle, here.text.placed()[SECTION]))
    new = {"number": "AE6", "title": "A named person", "wording": "Each man has one named person to ask for."}
    propose(team(), ADD, SECTION, Worded(new, "Told again and again."))
    propose(team("Sam Example"), REMOVE, CLAUSE, Worded({}, "It says what another clause says."))
    propose(team(), KEEP, OTHER_CLAUSE, Worded({}, "Nobody spoke against it."))
    reword(team("Sam Example"), 1, Worded({"wording": SECOND, "guidance": "A text message counts."}, WHY), 1)
    comment(team("Sam Example"), 1, "Two days is hard for a service with one worker.")
    vote(team("Sam Example"), 1, FOR, 2)
    decide(team(), 3, decided(AMENDED, fields={**new, "title": "One named person"}, told="You said … we did."), TODAY)
    decide(team(), 5, decided(NOT_ADOPTED, told="We heard it, and did not adopt it, because …"), TODAY)


PAGES = (
    "",
    "/1",
    "/2",
    "/3",
    "/4",
    "/5",
    "/board",
    "/new",
    f"/new?clause={CLAUSE}",
    f"/new?clause={SECTION}",
    "/second",
)


def test_every_page_is_accessible(heard: Running, revision: str, at_the_desk: OpenPage, seen: dict[str, bool]) -> None:
    page = at_the_desk("/desk/", **seen)
    found = {}
    for more in (*PAGES, f"/new?clause={SECTION}&kind=add"):
        page.goto(f"{heard.address}{revision}{more}")
        for closed in page.locator("main details:not([open]) > summary").all():
            if closed.is_visible():
                closed.click()
        found[more] = problems(page)
    assert {more: faults for more, faults in found.items() if faults} == {}


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_a_clause_to_its_decision(heard: Running, revision: str, at_the_desk: OpenPage, scripts: bool) -> None:
    page = at_the_desk(revision, phone=True, scripts=scripts)
    page.click("text=Make a proposal")
    page.click(f"a[href$='clause={OTHER_CLAUSE}']")
    page.fill("textarea[name=wording]", "Words are plain.")
    page.click("text=Make the proposal")
    assert "Say why" in page.inner_text(".errors")
    assert page.input_value("textarea[name=wording]") == "Words are plain."
    page.fill("textarea[name=rationale]", "Forms were hard to read.")
    page.click("text=Make the proposal")
    assert "The proposal is made" in page.inner_text("[role=status]")
    assert "Words are plain." in page.inner_text("ins")
    page.fill("textarea[name=comment]", "Yes.")
    page.click("text=Keep the comment")
    page.check("input[name=vote][value=for]")
    page.click("form button:text-is('Vote')")
    page.click("#decide > summary")
    page.check("#decide [name=outcome][value='not adopted']")
    page.check("#decide [name=by][value=vote]")
    page.fill("#decide [name=reason]", "Another clause says so.")
    page.click("text=Record the decision")
    assert "Say to the public" in page.inner_text(".errors")
    page.fill("#decide [name=told]", "We heard it. Another clause says it already.")
    page.click("text=Record the decision")
    assert "The decision is recorded" in page.inner_text("[role=status]")
    assert problems(page) == [] if scripts else True


def test_the_second_consultation_opens_in_the_editor(heard: Running, revision: str, at_the_desk: OpenPage) -> None:
    page = at_the_desk(f"{revision}/second")
    page.click("text=Draft the survey")
    page.click("text=Go on writing it")
    assert "Second consultation on" in page.inner_text("h1")
    page.click("text=Preview")
    assert problems(page) == []
