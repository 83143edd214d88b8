"""Codings coming back: our own file changes nothing, newer decisions come in, and nothing without being looked at."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.tables import Coding
from analysis.exchange.bringing_in import BROUGHT, keep, match_here, weigh
from analysis.exchange.guids import guid_of_coder
from analysis.exchange.project import Project, Selection
from analysis.exchange.qdpx_reading import read_qdpx
from analysis.sharing.wave import Wave
from analysis.standard.edition import load_edition
from safekeeping.staff import Staff
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from tests.analysis.exchange.as_elsewhere import through_qualcoder
from tests.analysis.exchange.coded import CODERS, coded_survey, files, newest
from tests.analysis.exchange.projects import written
from tests.analysis.sharing.test_share_pages import confirmed
from tests.factories import opener_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
MDAN = load_edition("mdan")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGE = "/desk/code/export/bring"


@pytest.fixture
def wave(session: Session, keys: Vault) -> Wave:
    """Twelve coded answers."""
    return coded_survey(session, keys, 12)


def ours(session: Session, keys: Vault, wave: Wave, form: str = "qdpx") -> Project:
    """The project that leaves."""
    (file,) = files(session, keys, wave, form).values()
    return read_qdpx(BytesIO(file))


def brought(session: Session, keys: Vault, wave: Wave, project: Project) -> tuple[int, int, int]:
    """Take all of it in, each coder as who they are by name; how many decisions were new, the same and older."""
    opener = opener_of(keys, session.get_one(PublishedSurvey, wave.survey_id))
    matched = match_here(session, wave.survey_id, opener, keys.office.mac, project, MDAN)
    staff = {each.name: each.id for each in session.scalars(select(Staff))}
    staff_of = {each.guid: staff[each.name] for each in project.users if each.name in staff}
    weighed = weigh(session, matched, staff_of, MDAN, NOW)
    count = keep(session, weighed, staff_of, MDAN, NOW)
    return count, sum(each.same for each in weighed.values()), sum(each.older for each in weighed.values())


def decisions(session: Session) -> dict[tuple[bytes, bytes], list[str]]:
    return {key: each.sections for key, each in newest(session).items()}


def test_our_own_file_brings_nothing_new(session: Session, keys: Vault, wave: Wave) -> None:
    before = decisions(session)
    for form in ("qdpx", "qdpx-model"):
        assert brought(session, keys, wave, ours(session, keys, wave, form)) == (0, len(before), 0)


def test_what_qualcoder_makes_of_it_brings_nothing_new(session: Session, keys: Vault, wave: Wave) -> None:
    before = decisions(session)
    back = read_qdpx(BytesIO(through_qualcoder(files(session, keys, wave, "qdpx")["codings.qdpx"])))
    assert {each.guid for each in back.users}.isdisjoint(map(guid_of_coder, {coder for _passage, coder in before}))
    assert brought(session, keys, wave, back) == (0, len(before), 0)


@pytest.mark.slow
def test_everything_comes_back_where_it_is_gone(session: Session, keys: Vault, wave: Wave) -> None:
    project, before = ours(session, keys, wave), decisions(session)
    for each in session.scalars(select(Coding)):
        session.delete(each)
    session.flush()
    assert brought(session, keys, wave, project) == (len(before), 0, 0)
    assert decisions(session) == before
    assert {each.act for each in session.scalars(select(Coding))} == {BROUGHT}
    assert brought(session, keys, wave, project) == (0, len(before), 0)


def changed(project: Project, change: Callable[[Selection], Selection]) -> Project:
    """The project with every marked part changed."""
    sources = (replace(each, selections=tuple(map(change, each.selections))) for each in project.sources)
    return replace(project, sources=tuple(sources))


def test_of_two_decisions_the_newer_counts(session: Session, keys: Vault, wave: Wave) -> None:
    project, before = ours(session, keys, wave), decisions(session)
    section = next(each.guid for each in project.codes if each.name.startswith("OE"))

    def only_outcomes(days: int) -> Project:
        return changed(project, lambda mark: replace(mark, coded=tuple(
            replace(each, code=section, at=each.at and each.at + timedelta(days=days)) for each in mark.coded[:1]
        )))  # fmt: skip

    same = sum(each == ["OE"] for each in before.values())
    assert brought(session, keys, wave, only_outcomes(-1)) == (0, same, len(before) - same)
    assert decisions(session) == before
    assert brought(session, keys, wave, only_outcomes(1)) == (len(before) - same, same, 0)
    assert set(map(tuple, decisions(session).values())) == {("OE",)}
    assert {each.coded_at for each in newest(session).values()} <= {
        datetime(2026, 11, day, hour, 30, tzinfo=UTC) for day in (20, 21) for hour in (9, 10, 11)
    }


@pytest.mark.slow
def test_a_code_taken_away_elsewhere_is_taken_away_here(session: Session, keys: Vault, wave: Wave) -> None:
    project, before = ours(session, keys, wave), decisions(session)
    several = sum(len(each) > 1 for each in before.values())
    fewer = changed(project, lambda mark: replace(mark, coded=mark.coded[:1]))
    assert brought(session, keys, wave, fewer) == (several, len(before) - several, 0)
    assert {len(each) for each in decisions(session).values()} == {0, 1}


@pytest.mark.slow
def test_a_time_to_come_is_not_believed(session: Session, keys: Vault, wave: Wave) -> None:
    project = ours(session, keys, wave)
    for each in session.scalars(select(Coding)):
        session.delete(each)
    late = changed(
        project,
        lambda mark: replace(mark, coded=tuple(replace(each, at=NOW.replace(year=2090)) for each in mark.coded)),
    )
    brought(session, keys, wave, late)
    assert {each.coded_at for each in session.scalars(select(Coding))} == {NOW}


# over HTTP


@pytest.fixture
def file(session: Session, keys: Vault, wave: Wave) -> bytes:
    """What left, and then every decision of the second coder was lost here."""
    made = files(session, keys, wave, "qdpx-model")["codings-and-suggestions.qdpx"]
    second = session.scalars(select(Staff.id).where(Staff.name == CODERS[1])).one()
    for each in session.scalars(select(Coding).where(Coding.staff_id == second)):
        session.delete(each)
    session.commit()
    return made


@pytest.fixture
def desk(app: Flask, session: Session, file: bytes) -> FlaskClient:
    """Somebody at the desk who codes and makes data files."""
    return confirmed(app, session, "An analyst who codes", "coder", "analyst")


def send(desk: FlaskClient, content: bytes | None, **fields: str) -> Any:
    token = re.search(r'name="token" value="(\w+)"', desk.get(PAGE).text)
    assert token
    sent = {"file": (BytesIO(content), "back.qdpx")} if content is not None else {}
    return desk.post(PAGE, data={"token": token[1], **fields, **sent}, content_type="multipart/form-data")


def digest_in(page: str) -> str:
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    return found[1]


def test_looking_keeps_nothing_and_taking_keeps_all_that_is_new(desk: FlaskClient, file: bytes, look: Look) -> None:
    before = len(look(select(Coding)))
    page = send(desk, file).text
    count = before // 2  # the first coder changed her mind about each
    assert f"Decisions that are new: {count}. Here already: 0." in page
    assert f"Decisions that are new: 0. Here already: {count}." in page
    assert "The machine’s suggestions stay out." in page
    assert len(look(select(Coding))) == before
    taken = send(desk, file, digest=digest_in(page), do="take")
    assert taken.status_code == 303
    assert f"Decisions taken in: {count}." in desk.get(taken.headers["Location"]).text
    assert len(look(select(Coding))) == before + count
    acts = [(each.verb, each.object) for each in look(select(TrailRow))]
    assert ("brought codings", "export") in acts
    again = send(desk, file, digest=digest_in(page), do="take")
    assert again.status_code == 422
    assert "Nothing in this file is new here" in again.text


def test_a_coder_decides_for_nobody_else(app: Flask, session: Session, file: bytes, look: Look) -> None:
    first = confirmed(app, session, CODERS[0], "coder")
    page, before = send(first, file).text, len(look(select(Coding)))
    assert "You bring your own decisions" in page
    second = look(select(Staff.id).where(Staff.name == CODERS[1]))[0].hex()
    (theirs,) = re.findall(rf'<label for="(coder-[0-9a-f-]+)"><b>{CODERS[1]}<', page)
    assert second not in page
    refused = send(first, file, digest=digest_in(page), do="take", **{theirs: second})
    assert refused.status_code == 422
    assert len(look(select(Coding))) == before
    own = confirmed(app, session, CODERS[1], "coder")
    taken = send(own, file, digest=digest_in(send(own, file).text), do="take")
    assert taken.status_code == 303
    assert len(look(select(Coding).where(Coding.act == BROUGHT))) == before // 2


def test_a_file_is_taken_in_only_after_it_was_looked_at(desk: FlaskClient, file: bytes, look: Look) -> None:
    before = len(look(select(Coding)))
    other = send(desk, file, digest="0" * 64, do="take")
    assert other.status_code == 422
    assert "another file than the one you looked at" in other.text
    assert len(look(select(Coding))) == before


@pytest.mark.slow
def test_two_coders_are_not_one_person(desk: FlaskClient, file: bytes, look: Look, session: Session) -> None:
    before, page = len(look(select(Coding))), send(desk, file).text
    me = session.scalars(select(Staff.id).where(Staff.name == CODERS[0])).one().hex()
    session.rollback()
    coders = dict.fromkeys(re.findall(r'<select id="(coder-[0-9a-f-]+)"', page), me)
    refused = send(desk, file, digest=digest_in(page), do="take", **coders)
    assert refused.status_code == 422
    assert "are the same person here" in refused.text
    nobody = send(desk, file, digest=digest_in(page), do="take", **dict.fromkeys(coders, ""))
    assert nobody.status_code == 422
    strangers = send(desk, file, digest=digest_in(page), do="take", **dict.fromkeys(coders, "ff" * 16))
    assert strangers.status_code == 422
    assert len(look(select(Coding))) == before


@pytest.mark.slow
@pytest.mark.parametrize("content", [None, b"", b"no project"])
def test_what_is_no_project_changes_nothing(desk: FlaskClient, content: bytes | None, look: Look) -> None:
    before = len(look(select(Coding)))
    refused = send(desk, content)
    assert refused.status_code == 422
    assert "Nothing was taken in" in refused.text
    assert len(look(select(Coding))) == before


@pytest.mark.slow
def test_what_is_lost_is_told_before(desk: FlaskClient, file: bytes) -> None:
    project = read_qdpx(BytesIO(file))
    first, *rest = project.sources
    stranger = replace(first, guid=CODERS_GUID, name="<b>other</b>", selections=())
    edited = replace(first, text=first.text + " Edited.")
    page = send(desk, written(replace(project, cases=(), sources=(edited, stranger, *rest)))).text
    assert f"Texts that were changed elsewhere, with all that is marked in them (1): {first.name}" in page
    assert "Texts that are not of this survey, or were withdrawn (1): &lt;b&gt;other&lt;/b&gt;" in page


CODERS_GUID = "99999999-9999-4999-8999-999999999999"
