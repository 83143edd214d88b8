"""Work under way, in a real browser: readable on a phone and on a desk, and its buttons work without scripts."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, StorageState
from sqlalchemy import delete, select

from safekeeping.database import session_for
from safekeeping.jobs import Job, now, this_hour
from safekeeping.vault import random_id
from surveys.definition.published import published_at
from tests.browser.conftest import Running, problems

pytestmark = [pytest.mark.browser]
OpenPage = Callable[..., Page]


@pytest.fixture
def under_way(heard: Running) -> Iterator[None]:
    """Taking in is half done, charts wait for it, and a report failed."""
    engine, _vault = heard.stores()
    ids = [random_id() for _ in range(3)]
    with session_for(engine) as session:
        turn = published_at(session, "views").id.hex()
        same = {"argument": turn, "turn": turn, "made_at": this_hour(), "heart_at": now()}
        session.add(Job(id=ids[0], kind="take in", state="running", done=412_000, total=1_000_000, **same))
        session.add(Job(id=ids[1], kind="draw charts", **same))
        session.add(Job(id=ids[2], kind="report", state="failed", fault="LookupError", **same))
    yield
    with session_for(engine) as session:
        session.execute(delete(Job).where(Job.id.in_(ids)))
    engine.dispose()


def test_the_page_is_readable_for_everybody(
    open_page: OpenPage, under_way: None, signed_in: StorageState, seen: dict[str, bool]
) -> None:
    page = open_page("/desk/work", state=signed_in, **seen)
    assert "412,000 of 1,000,000" in page.content()
    assert problems(page) == []


def test_without_scripts_what_waits_is_stopped_and_tried_again(
    open_page: OpenPage, under_way: None, signed_in: StorageState, heard: Running
) -> None:
    page = open_page("/desk/", state=signed_in, scripts=False)
    page.click("text=Work under way in the background")
    page.click("button:has-text('Stop: Drawing charts')")
    assert "Somebody stopped it" in page.content()
    page.click("button:has-text('Try again: Drawing charts')")
    engine, _vault = heard.stores()
    with session_for(engine.execution_options(reading=True)) as session:
        assert set(session.scalars(select(Job.state).where(Job.kind == "draw charts"))) <= {"queued", "done"}
    engine.dispose()
