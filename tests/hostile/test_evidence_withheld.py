"""Somebody reads every page of evidence to learn of thirteen providers, and of seven who would remove a clause."""

import csv
import re
from collections.abc import Iterator
from functools import cache
from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from analysis.findings.letting_through import let_through
from analysis.findings.shown import (
    ALL,
    HUMAN_ONLY,
    SECTION,
    Estimate,
    EstimatedDifference,
    EstimatedGroup,
    EstimatedTable,
    ShownTable,
)
from analysis.revision.clause_evidence import pieces_for
from analysis.revision.cycles import text_of
from safekeeping.vault import Vault
from tests.analysis.revision.evidenced import codes, evidenced
from tests.factories import let_in

SURVIVORS, PROVIDERS, REMOVE = 143, 13, 7
#: What nobody may read: shares of thirteen, and numbers of people as they are.
SECRETS = {"38", "39", "46", "77", "143", "156", "13", "7", "27", "122"}


@cache
def let_out() -> tuple[ShownTable, ...]:
    """What the gate lets through of them; worked out once, as it takes seconds."""
    return tuple(let_through(each) for each in estimated())


def estimated() -> tuple[EstimatedTable, EstimatedTable]:
    """Shares of survivors and of few providers, and a question on a clause that few would remove."""
    who = (("survivor", "Survivors", SURVIVORS), ("provider", "Providers", PROVIDERS), (ALL, "Everybody", 156))
    shares = {"survivor": 0.52, "provider": 5 / PROVIDERS, ALL: 0.51}
    one = EstimatedTable(
        "audience",
        "Who answered",
        codes(),
        tuple(EstimatedGroup(*each) for each in who),
        {(code.code, group): _estimate(share) for code in codes() for group, share in shares.items()},
        (EstimatedDifference("AE", "survivor", "provider", 0.139, 0.01, 0.46, 0.01, True),),
    )
    sections = tuple(each for each in codes() if each.level == SECTION)
    chosen = (("keep", "Keep", 122), ("change", "Change", 27), ("remove", "Remove", REMOVE), (ALL, "Everybody", 156))
    other = EstimatedTable(
        "first_contact",
        "What should happen",
        sections,
        tuple(EstimatedGroup(*each) for each in chosen),
        {(code.code, group): _estimate(6 / 7) for code in sections for group, _name, _size in chosen},
    )
    return one, other


def _estimate(share: float) -> Estimate:
    return Estimate(share, share - 0.05, share + 0.05, HUMAN_ONLY, share, 60, "rare")


def numbers_shown(tables: tuple[ShownTable, ...]) -> set[str]:
    """Every number that the gate let through, as it is written."""
    found: set[int | None] = set()
    for table in tables:
        for figure in table.figures.values():
            found |= {figure.percent, figure.low, figure.high, figure.raw, figure.audited}
        found |= {group.base for group in table.groups}
        found |= {abs(each) for one in table.differences for each in (one.points, one.low, one.high)}
    return {str(each) for each in found if each is not None}


def said_of_people(page: str) -> Iterator[str]:
    """The numbers on a page that are about people: shares, intervals, sizes, differences."""
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    patterns = (
        r"(\d+) %",
        r"(\d+) to \d+ %",
        r"\bof (\d+)\b(?! clause)",
        r"\babout (\d+)\b(?! more| clause)",
        r"(\d+) points",
        r"\((\d+) to \d+\)",
    )
    for pattern in patterns:
        yield from re.findall(pattern, words, flags=re.IGNORECASE)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_no_page_of_evidence_tells_more_than_the_gate(app: Flask, session: Session, keys: Vault) -> None:
    shown = let_out()
    assert shown[0].of("AE3", "provider").percent is None
    assert [each.base for each in shown[1].groups if each.code == "remove"] == [None]
    cycle, _row = evidenced(session, keys, *shown)
    session.commit()
    allowed = numbers_shown(shown)
    assert not allowed & SECRETS
    usual = {"1", "5", "99"}  # “under 1 %”, “over 99 %”, “within 5 points”
    room, client = f"/desk/revise/{cycle.id.hex()}/evidence", let_in(app, session, "Reviewer", ["reviewer"])
    clauses = [f"{room}/{each.clause.id}" for each in text_of(session, cycle).walk() if each.section.number != "SD"]
    session.commit()
    for door in (room, f"{room}?only=gaps", f"{room}?only=differ", *clauses):
        page = client.get(door)
        assert page.status_code == 200
        told = set(said_of_people(page.text))
        assert not told & SECRETS, door
        assert told <= allowed | usual | {"0", "100"}, (door, told - allowed)
        assert not re.findall(r"Providers\W+\d", unescape(re.sub(r"<[^>]+>", " ", page.text))), door
    _header, *rows = csv.reader(client.get(f"{room}.csv").text.splitlines())
    of_providers = [row for row in rows if row[4] == "Providers"]
    assert len(of_providers) == 24
    assert {(*row[8:11], row[5]) for row in of_providers} == {("", "", "", "15")}  # their number, to the nearest five
    assert {row[11] for row in of_providers} == {"withheld", "No provider was asked about this."}


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nothing_withheld_can_be_pinned(session: Session, keys: Vault) -> None:
    shown = let_out()
    cycle, _row = evidenced(session, keys, *shown)
    for placed in text_of(session, cycle).walk():
        for piece in pieces_for(session, keys, cycle, placed):
            assert piece.refers.get("group") not in ("provider", "remove")
            assert "provider" not in (piece.refers.get("one"), piece.refers.get("other"))
            told = {str(each) for each in piece.shown.values() if type(each) is int}
            assert told <= numbers_shown(shown)
