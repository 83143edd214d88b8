"""Whoever sees every scrape of the figures learns from them nothing about who answered when.

The attacker reads the figures after every step of every visit, at the clock's every second, and compares them byte by
byte. What may change with the clock alone is known beforehand, by playing the same hours with nobody there.
"""

import shutil
from collections import namedtuple
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from safekeeping.database import session_for
from safekeeping.metrics import Sheet
from safekeeping.readiness import Parts, folders_of
from safekeeping.vault import Vault
from surveys.definition.published import published_at
from surveys.intake.mix import mix
from tests.factories import opener_of
from tests.surveys.browsing import Person, intake_count, put_up

BEGAN = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
Scrape = Callable[[], None]
Disk = namedtuple("Disk", "total used free")


class Attacker:
    """Scrapes once a second, and keeps what was told."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.now = sheet, BEGAN
        self.told = [sheet.text(BEGAN)]

    def scrape(self) -> None:
        """One second later."""
        self.now += timedelta(seconds=1)
        self.told.append(self.sheet.text(self.now))

    @property
    def sees_nothing(self) -> bool:
        """Whether every scrape was the same, byte for byte."""
        return set(self.told) == {self.told[0]}


@pytest.fixture
def attacker(app: Flask, engine: Engine, keys: Vault, monkeypatch: pytest.MonkeyPatch) -> Attacker:
    """Who scrapes a server that has the tiny survey. Its disk is filled by nobody else, as this machine's may be."""
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Disk(2**40, 2**39, 2**39))
    put_up(engine, keys)
    here = app.extensions
    return Attacker(Sheet(here["settings"], Parts(here["engine"], here["drafts_engine"], folders_of(here["settings"]))))


def visit(app: Flask, number: int, scrape: Scrape) -> None:
    """From the first page to the confirmation, with a scrape after each step."""
    person = Person(app.test_client())
    person.look()
    scrape()
    for go, typed in (("start", {}), ("continue", {"audience": "survivor"}), ("continue", {"say": f"word {number}"})):
        person.press(go, **typed)
        scrape()
    assert person.press("send").status_code == 303
    scrape()


def test_one_visit_between_two_scrapes_leaves_nothing(app: Flask, engine: Engine, attacker: Attacker) -> None:
    visit(app, 1, lambda: None)
    attacker.scrape()
    assert intake_count(engine) == 1
    assert attacker.sees_nothing


def test_one_visit_is_not_seen_an_hour_or_a_day_later(app: Flask, attacker: Attacker) -> None:
    visit(app, 1, lambda: None)
    for later in (timedelta(hours=1), timedelta(days=1)):
        attacker.now = BEGAN + later
        attacker.scrape()
    assert [each for each in attacker.told if "heard_jobs" not in each] == []
    assert attacker.sees_nothing


@pytest.mark.slow
def test_fifty_visits_scraped_at_every_second_leave_nothing(
    app: Flask, engine: Engine, keys: Vault, attacker: Attacker
) -> None:
    for number in range(50):
        visit(app, number, attacker.scrape)
        if number % 10 == 9:
            with session_for(engine) as session:
                row = published_at(session, "tiny")
                mix(session, row.id, opener_of(keys, row))
            attacker.scrape()
    assert len(attacker.told) > 250
    assert attacker.sees_nothing


def test_a_page_that_fails_leaves_nothing(app: Flask, attacker: Attacker, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**anything: object) -> None:
        raise RuntimeError

    monkeypatch.setitem(app.view_functions, "respond.surveys", fails)
    assert app.test_client().get("/").status_code == 500
    attacker.scrape()
    assert attacker.sees_nothing


def test_it_would_be_seen_if_figures_moved_as_things_happen(app: Flask, engine: Engine, attacker: Attacker) -> None:
    """The attack works: with the size of the intake among the figures, each visit shows."""
    honest = attacker.sheet.text
    attacker.sheet.text = lambda now: honest(now) + f"{intake_count(engine)}\n"  # type: ignore[method-assign]
    attacker.scrape()
    visit(app, 1, attacker.scrape)
    assert not attacker.sees_nothing
