"""Data files over HTTP: who may have them made and fetch them, two people for words, and what the trail says."""

import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from analysis.jobs import KINDS
from analysis.sharing.made_files import Export, MadePiece
from analysis.sharing.wave import Wave
from safekeeping.clock import steady_now
from safekeeping.database import session_for
from safekeeping.permissions import ROLES, permits
from safekeeping.settings import Settings
from safekeeping.staff import StaffSession
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from safekeeping.working import run_one
from tests.analysis.sharing.test_waves import answered
from tests.factories import let_in, published_survey

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
PAGE = "/desk/share/export"


@pytest.fixture
def desk(app: Flask, session: Session, keys: Vault) -> FlaskClient:
    """An analyst at the desk of a survey with twenty answers."""
    answered(session, keys, published_survey(session, keys, "export"), 20)
    return confirmed(app, session, "An analyst", "analyst")


def confirmed(app: Flask, session: Session, name: str, *roles: str) -> FlaskClient:
    """Somebody at the desk who has just shown who they are."""
    client = let_in(app, session, name, roles)
    for each in session.scalars(select(StaffSession)):
        each.confirmed_at = steady_now()
    session.commit()
    return client


def send(client: FlaskClient, address: str, **fields: Any) -> Any:
    """A form sent from the page of data files."""
    token = re.search(r'name="token" value="(\w+)"', client.get("/desk/account").text)
    assert token
    return client.post(address, data={"token": token[1], **fields})


def worked(app: Flask, settings: Settings) -> None:
    """Every job that waits is done."""
    context = {"drafts": app.extensions["drafts_engine"]}
    kinds = {name: KINDS[name] for name in ("weigh", "export")} | {"take in": lambda bench, argument: None}
    while run_one(app.extensions["engine"], app.extensions["vault"], kinds, context):
        pass


def frozen(desk: FlaskClient, app: Flask, settings: Settings) -> None:
    """The answers are frozen, and what is withheld is worked out."""
    assert send(desk, f"{PAGE}/freeze").status_code == 303
    worked(app, settings)


def asked(client: FlaskClient, **fields: Any) -> Any:
    return send(client, f"{PAGE}/1/make", **({"form": ["csv", "sav"], "words": ""} | fields))


def test_from_freezing_to_the_file(desk: FlaskClient, app: Flask, settings: Settings, look: Look) -> None:
    assert "Freeze them" in desk.get(PAGE).text
    frozen(desk, app, settings)
    page = desk.get(PAGE).text
    assert "About 20 responses" in page
    assert "What will be withheld" in page
    assert send(desk, f"{PAGE}/1/choose", about=["living"]).status_code == 303
    assert "being worked out" in desk.get(PAGE).text
    worked(app, settings)
    assert asked(desk).status_code == 303
    assert "Being made" in desk.get(PAGE).text
    worked(app, settings)
    (export,) = look(select(Export))
    file = send(desk, f"{PAGE}/file/{export.id.hex()}")
    assert file.status_code == 200
    assert file.headers["Content-Disposition"] == "attachment; filename=export-frozen-1.zip"
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        assert {"data.csv", "data.sav", "README.txt", "manifest.json"} <= set(archive.namelist())
        header = archive.read("data.csv").decode().splitlines()[0].split(",")
        assert json.loads(archive.read("manifest.json"))["about_person"] == ["audience", "living"]
    assert {"audience", "living"} <= set(header)
    assert not {"age", "place"} & set(header)
    acts = [(each.verb, each.object, json.loads(each.detail)) for each in look(select(TrailRow))]
    assert ("froze", "export", {"wave": 1}) in acts
    assert ("exported", "export", {"wave": 1, "forms": "csv+sav", "words": "none"}) in acts
    assert "so this choice stays" in desk.get(PAGE).text
    assert send(desk, f"{PAGE}/1/choose", about=["age"]).status_code == 422


@pytest.mark.parametrize(
    ("action", "page", "acts"),
    [("export", "", ("/freeze", "/1/choose", "/1/make", "/file/00")), ("let words out", "/words", ("/words",))],
)
def test_who_may_not(app: Flask, session: Session, keys: Vault, action: str, page: str, acts: tuple[str, ...]) -> None:
    published_survey(session, keys, "export")
    for role in ROLES:
        other = confirmed(app, session, f"A {role}", role)
        if permits(frozenset({role}), action):
            assert other.get(PAGE + page).status_code == 200
        else:
            assert other.get(PAGE + page).status_code == 403
            assert all(send(other, PAGE + act).status_code == 403 for act in acts)


def test_who_it_is_is_asked_again_after_a_quarter_of_an_hour(app: Flask, session: Session, desk: FlaskClient) -> None:
    for each in session.scalars(select(StaffSession)):
        each.confirmed_at = steady_now() - timedelta(minutes=16)
    session.commit()
    assert "Is it you?" in desk.get(PAGE).text
    refused = send(desk, f"{PAGE}/freeze")
    assert refused.status_code == 403
    assert session.scalars(select(Wave)).all() == []


def test_everything_people_wrote_needs_two_people(
    desk: FlaskClient, app: Flask, session: Session, settings: Settings, look: Look
) -> None:
    frozen(desk, app, settings)
    assert asked(desk, form=["csv"], words="all").status_code == 303
    worked(app, settings)
    (export,) = look(select(Export))
    assert send(desk, f"{PAGE}/file/{export.id.hex()}").status_code == 404
    assert "A key-holder has to agree first" in desk.get(PAGE).text
    holder = confirmed(app, session, "A key-holder", "key-holder")
    assert "An analyst asks for it" in holder.get(f"{PAGE}/words").text
    assert send(holder, f"{PAGE}/words", do=f"agreed:{export.id.hex()}").status_code == 303
    worked(app, settings)
    file = send(desk, f"{PAGE}/file/{export.id.hex()}")
    with zipfile.ZipFile(BytesIO(file.data)) as archive:
        words = archive.read("words.csv").decode("utf-8-sig")
    assert "'=1+1 words of somebody" in words
    verbs = [each.verb for each in look(select(TrailRow).order_by(TrailRow.number))]
    assert [verb for verb in verbs if "words" in verb or verb == "exported"] == [
        "asked for words",
        "let words out",
        "exported",
    ]


def test_nobody_agrees_with_themselves(
    app: Flask, session: Session, desk: FlaskClient, settings: Settings, look: Look
) -> None:
    both = confirmed(app, session, "Both", "analyst", "key-holder")
    frozen(both, app, settings)
    assert asked(both, words="all").status_code == 303
    (export,) = look(select(Export))
    refused = send(both, f"{PAGE}/words", do=f"agreed:{export.id.hex()}")
    assert refused.status_code == 422
    assert "Somebody else has to agree" in refused.text
    assert send(both, f"{PAGE}/words", do=f"refused:{export.id.hex()}").status_code == 303
    assert look(select(Export)) == []


NONSENSE: list[tuple[str, dict[str, Any], int]] = [
    ("1/make", {"words": ""}, 422),
    ("1/make", {"form": ["csv"], "words": "some"}, 400),
    ("1/make", {"form": ["exe"], "words": ""}, 422),
    ("7/make", {"form": ["csv"], "words": ""}, 404),
    ("7/choose", {}, 404),
    ("file/zz", {}, 404),
    ("file/" + "00" * 16, {}, 404),
    ("freeze", {}, 422),
    ("words", {}, 403),
]


def test_what_makes_no_sense_changes_nothing(desk: FlaskClient, app: Flask, settings: Settings, look: Look) -> None:
    frozen(desk, app, settings)
    assert [send(desk, f"{PAGE}/{act}", **fields).status_code for act, fields, _status in NONSENSE] == [
        status for _act, _fields, status in NONSENSE
    ]
    assert look(select(Export)) == []


def test_a_file_is_made_only_after_one_could_see_what_is_withheld(desk: FlaskClient) -> None:
    send(desk, f"{PAGE}/freeze")
    answer = asked(desk)
    assert answer.status_code == 422
    assert "still being worked out" in answer.text


def test_the_same_file_is_asked_for_once(desk: FlaskClient, app: Flask, settings: Settings, look: Look) -> None:
    frozen(desk, app, settings)
    asked(desk)
    asked(desk)
    assert len(look(select(Export))) == 1


def test_a_file_of_another_survey_is_not_there(
    desk: FlaskClient, app: Flask, session: Session, keys: Vault, settings: Settings, look: Look
) -> None:
    frozen(desk, app, settings)
    asked(desk)
    worked(app, settings)
    published_survey(session, keys)
    session.commit()
    (export,) = look(select(Export))
    assert send(desk, f"/desk/share/tiny/file/{export.id.hex()}").status_code == 404
    assert desk.get("/desk/share/nowhere").status_code == 404


def test_a_file_that_a_crash_of_the_database_took_is_made_again_and_that_is_said(
    desk: FlaskClient, app: Flask, settings: Settings, look: Look
) -> None:
    frozen(desk, app, settings)
    asked(desk)
    worked(app, settings)
    (export,) = look(select(Export))
    before = send(desk, f"{PAGE}/file/{export.id.hex()}").data
    with session_for(app.extensions["drafts_engine"]) as crashed:
        crashed.execute(delete(MadePiece))
    answer = send(desk, f"{PAGE}/file/{export.id.hex()}")
    assert answer.status_code == 303
    assert "That file is gone: the database was interrupted" in desk.get(answer.location).text
    assert send(desk, f"{PAGE}/file/{export.id.hex()}").status_code == 404, "until it is made"
    worked(app, settings)
    assert len(look(select(Export))) == 1
    after = send(desk, f"{PAGE}/file/{export.id.hex()}").data
    assert zipfile.ZipFile(BytesIO(before)).namelist() == zipfile.ZipFile(BytesIO(after)).namelist()


def test_a_file_cannot_be_fetched_after_a_day(
    desk: FlaskClient, app: Flask, engine: Engine, settings: Settings, look: Look
) -> None:
    frozen(desk, app, settings)
    asked(desk)
    worked(app, settings)
    (export,) = look(select(Export))
    with session_for(engine) as later:
        later.get_one(Export, export.id).asked_at = steady_now() - timedelta(hours=25)
    assert send(desk, f"{PAGE}/file/{export.id.hex()}").status_code == 404


def test_the_page_leads_from_find(desk: FlaskClient) -> None:
    assert f'href="{PAGE}"' in desk.get("/desk/find/export").text
