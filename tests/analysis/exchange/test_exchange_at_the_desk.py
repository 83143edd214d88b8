"""Coded projects over HTTP: by the same door, and under the same two people, as everything people wrote."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.exchange.qdpx_reading import read_qdpx
from analysis.sharing.made_files import Export
from safekeeping.settings import Settings
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from tests.analysis.exchange.coded import coded_survey
from tests.analysis.sharing.test_share_pages import PAGE, asked, confirmed, send, worked
from tests.factories import published_survey

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]


@pytest.fixture
def desk(app: Flask, session: Session, keys: Vault, settings: Settings) -> FlaskClient:
    """An analyst at the desk of a coded survey whose answers are frozen and weighed."""
    coded_survey(session, keys, 24)
    analyst = confirmed(app, session, "An analyst", "analyst")
    send(analyst, f"{PAGE}/1/choose", about=[])
    worked(app, settings)
    return analyst


def fetched(desk: FlaskClient, app: Flask, settings: Settings, look: Look) -> zipfile.ZipFile:
    worked(app, settings)
    (export,) = look(select(Export))
    file = send(desk, f"{PAGE}/file/{export.id.hex()}")
    assert file.status_code == 200
    return zipfile.ZipFile(BytesIO(file.data))


def test_a_project_needs_words(desk: FlaskClient, look: Look) -> None:
    for form in ("qdpx", "qdpx-model"):
        refused = asked(desk, form=[form, "csv"], words="")
        assert refused.status_code == 422
        assert "Choose which of them may go along" in refused.text
    assert look(select(Export)) == []


@pytest.mark.slow
def test_a_project_of_what_may_be_quoted(desk: FlaskClient, app: Flask, settings: Settings, look: Look) -> None:
    assert asked(desk, form=["qdpx"], words="quotable").status_code == 303
    with fetched(desk, app, settings, look) as archive:
        project = read_qdpx(BytesIO(archive.read("codings.qdpx")))
        manifest = json.loads(archive.read("manifest.json"))
        assert "codings.qdpx" in archive.read("README.txt").decode()
    assert len(list(project.sources)) == 12
    assert set(manifest["files"]) == {"codings.qdpx", "words.csv"}
    assert "Coded project" in desk.get(PAGE).text
    details = [json.loads(each.detail) for each in look(select(TrailRow).where(TrailRow.verb == "exported"))]
    assert details == [{"wave": 1, "forms": "qdpx", "words": "quotable"}]


def test_a_project_of_everything_waits_for_a_key_holder(
    desk: FlaskClient, app: Flask, session: Session, settings: Settings, look: Look
) -> None:
    assert asked(desk, form=["qdpx-model", "codings"], words="all").status_code == 303
    worked(app, settings)
    (export,) = look(select(Export))
    assert export.sealed_key is None
    keeper = confirmed(app, session, "A key-holder", "key-holder")
    page = keeper.get(f"{PAGE}/words").text
    assert "Asked for as: Coded project with suggestions, Codings." in page
    assert "who answered where ten or more of each audience did" in page
    assert send(keeper, f"{PAGE}/words", do=f"agreed:{export.id.hex()}").status_code == 303
    with fetched(desk, app, settings, look) as archive:
        assert len(list(read_qdpx(BytesIO(archive.read("codings-and-suggestions.qdpx"))).sources)) == 24
        assert {"codings.csv", "codings.xlsx", "codings.jsonld"} <= set(archive.namelist())


@pytest.mark.slow
def test_codings_alone_need_nobody_else(desk: FlaskClient, app: Flask, settings: Settings, look: Look) -> None:
    assert asked(desk, form=["codings"], words="").status_code == 303
    with fetched(desk, app, settings, look) as archive:
        assert b"They rang me back" not in archive.read("codings.csv") + archive.read("codings.jsonld")


@pytest.mark.slow
def test_who_may_not_bring_codings(app: Flask, session: Session, keys: Vault) -> None:
    published_survey(session, keys, "export")
    for role in ("author", "publisher", "safeguarding lead", "analyst", "reviewer", "key-holder"):
        other = confirmed(app, session, f"A {role}", role)
        assert other.get("/desk/code/export/bring").status_code == 403
        assert send(other, "/desk/code/export/bring").status_code == 403
