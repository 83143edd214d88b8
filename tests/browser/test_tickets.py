"""A closed survey in a real browser: cards are made and printed, and one of them leads to thanks on a phone."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, StorageState

from safekeeping.database import session_for
from surveys.definition.published import PublishedSurvey, forget_survey, publish
from surveys.intake.shred import shred
from tests.browser.conftest import Running, problems
from tests.factories import NOW, definition

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]


@pytest.fixture
def closed_survey(heard: Running) -> Iterator[str]:
    """A tiny survey with tickets, for as long as this test runs."""
    engine, keys = heard.stores()
    with session_for(engine) as session:
        text = definition().replace('address = "tiny"', 'address = "by-ticket"')
        row = publish(session, keys, text, NOW)
        row.by_ticket, survey_id = True, row.id
    yield "by-ticket"
    with session_for(engine) as session:
        shred(session, keys.store, survey_id)
        forget_survey(session, survey_id)
        assert session.get(PublishedSurvey, survey_id) is None
    engine.dispose()
    keys.store.engine.dispose()


def test_from_the_card_to_thanks(open_page: OpenPage, signed_in: StorageState, closed_survey: str) -> None:
    desk = open_page("/desk/collect/by-ticket/tickets", state=signed_in)
    assert problems(desk) == []
    desk.fill("#count", "21")
    desk.click("button[value=make]")
    assert problems(desk) == []
    signs = desk.locator(".signs").all_inner_texts()
    assert len(set(signs)) == 21
    printed = desk.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", printed)) == 3  # ten on a sheet

    phone = open_page(f"/{closed_survey}", scripts=False, phone=True)
    phone.click("button[value=intro]")
    phone.fill("#ticket", "none of yours")
    phone.click("button[value=start]")
    assert "This ticket does not work." in phone.inner_text("#ticket-error")
    phone.fill("#ticket", signs[0].lower().replace("0", "o").replace(" ", "-"))
    phone.click("button[value=start]")
    phone.check("input[value=survivor]")
    phone.click(".row button[value=continue]")
    phone.fill("textarea", "Words of mine")
    phone.click(".row button[value=continue]")
    phone.click("button[value=send]")
    assert phone.inner_text("h1") == "Thank you. Your answers are kept."
