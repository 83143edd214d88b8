"""What we did: looked at before, published as it was looked at, followed to what lies behind it, and no further."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from analysis.quoting import ledger
from analysis.quoting.proposing import take_back
from analysis.quoting.tables import QuoteLedger
from analysis.revision.account import decisions_in, hash_of_account
from analysis.revision.accounts import CannotTell, Wished, publish_account
from analysis.revision.cycles import begin_cycle
from analysis.revision.tables import Account, PinnedEvidence
from app import create_app
from safekeeping.clock import steady_now
from safekeeping.organisations import Organisation
from safekeeping.permissions import CONFIRMED_WITHIN, PERMITTED
from safekeeping.settings import RESPOND, Settings
from safekeeping.staff import StaffSession
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from surveys.definition.published import SHREDDED, PublishedSurvey
from tests.analysis.quoting.quoted import RELEASED_WORDS
from tests.analysis.revision.revised import NAME, RATIONALE, REASON, TOLD, Revision
from tests.analysis.revision.test_next_pages import read, seen, sent
from tests.factories import let_in

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
PUBLIC = "/what-we-did/standards"
WISHED = {"address": "standards", "title": "What you said", "intro": "Thank you.", "told": ["1", "2", "3", "4", "5"]}


@pytest.fixture
def revision(session: Session, keys: Vault, engine: Engine) -> Revision:
    """A revision with decisions of every kind."""
    revision = Revision(session, keys, engine)
    revision.go_through()
    revision.propose(6, "remove", "AE2")
    session.commit()
    return revision


@pytest.fixture
def desk(app: Flask, revision: Revision) -> FlaskClient:
    """A reviewer at the desk."""
    return let_in(app, revision.session, "A reviewer", ["reviewer"])


@pytest.fixture
def told(desk: FlaskClient, revision: Revision) -> Revision:
    """The same, published."""
    address = f"/desk/revise/{revision.key}/told"
    page = sent(desk, address, **WISHED)
    done = sent(desk, f"{address}/publish", **WISHED, seen=seen(page.text))
    assert done.status_code == 303
    return revision


def links(page: str) -> list[str]:
    found: list[str] = re.findall(r'href="([^"]+)"', page.split("<main", 1)[1].split("</main>")[0])
    return found


def test_what_is_looked_at_is_what_becomes_public(desk: FlaskClient, client: FlaskClient, told: Revision) -> None:
    preview = sent(desk, f"/desk/revise/{told.key}/told", **WISHED).text
    public = client.get(PUBLIC).text
    said = [each for each in re.findall(r"<li>([^<]+)", public) if "spoke of" in each]
    assert len(said) > 4
    for sentence in [*said, TOLD, RELEASED_WORDS, "We changed AE1", "We did not change SD1", "A way back in"]:
        assert sentence in public
        assert sentence in preview
    assert "Survivors spoke of “Access and engagement” more often than Providers: by 12 points" in public


def test_every_sentence_leads_to_what_lies_behind_it_and_no_further(client: FlaskClient, told: Revision) -> None:
    every, done = [PUBLIC], set()
    while every:
        address = every.pop()
        if address in done:
            continue
        done.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        if answer.mimetype != "text/html":
            continue
        ids = set(re.findall(r'id="([^"]+)"', answer.text))
        for each in links(answer.text):
            path, _hash, part = each.partition("#")
            assert path.startswith(PUBLIC), each
            there = client.get(path).text if part else ""
            assert not part or part in set(re.findall(r'id="([^"]+)"', there)), each
            every.append(path)
        assert "main" in ids
    assert done == {PUBLIC, f"{PUBLIC}/file.docx", *(f"{PUBLIC}/{number}" for number in range(1, 6))}
    behind = client.get(f"{PUBLIC}/1").text
    for said in (TOLD, "Adopted", "20 November 2026", RELEASED_WORDS, "about 420 answers", "Corrected:"):
        assert said in behind, said
    sentences = re.findall(r"<li>[^<]+ <a href=", client.get(PUBLIC).text)
    assert len(sentences) == len(re.findall(r"<main.*?</main>", client.get(PUBLIC).text, re.S)[0].split("<li>")) - 1


def test_nothing_of_the_team_s_is_public(client: FlaskClient, app: Flask, told: Revision, look: Look) -> None:
    (row,) = look(select(Account))
    pages = [client.get(each).text for each in (PUBLIC, *(f"{PUBLIC}/{number}" for number in range(1, 6)))]
    pages.append("\n".join(read(client.get(f"{PUBLIC}/file.docx").data)))
    for said in (REASON, RATIONALE, NAME, "/desk", told.cycle.id.hex(), told.survey.id.hex(), "withheld"):
        assert not [page for page in pages if said in page], said
    for release in [each["release"] for decision in decisions_in(row.content) for each in decision["quotes"]]:
        assert not [page for page in pages if release in page]
    assert REASON not in str(row.content)
    assert RELEASED_WORDS not in str(row.content)
    assert row.sha256 == hash_of_account(row.content)
    assert client.get(f"{PUBLIC}/6").status_code == 404
    assert client.get(f"{PUBLIC}/99999999999999999999").status_code == 404


def test_no_cookie_no_trace_and_a_way_out(client: FlaskClient, told: Revision) -> None:
    for address in (PUBLIC, f"{PUBLIC}/1", f"{PUBLIC}/file.docx"):
        answer = client.get(address, headers={"Cookie": "d=" + "0" * 64})
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    page = client.get(PUBLIC).text
    assert 'id="leave" href="/x"' in page
    assert "<title>What was done – Your views</title>" in page
    assert 'name="token"' not in page
    assert client.post(PUBLIC).status_code == 405


def test_a_withdrawn_quote_is_gone_at_once(client: FlaskClient, told: Revision, session: Session) -> None:
    assert RELEASED_WORDS in client.get(PUBLIC).text
    take_back(told.consultation.desk(told.consultation.cai), told.consultation.now(told.quote))
    session.commit()
    for address in (PUBLIC, f"{PUBLIC}/1"):
        page = client.get(address).text
        assert "rang me every week" not in page
        assert "A quote that stood here is not shown." in page
        assert "word for word" not in page


def test_quotes_of_answers_that_were_deleted_are_gone(client: FlaskClient, told: Revision, session: Session) -> None:
    session.execute(update(PublishedSurvey).values(state=SHREDDED))
    session.commit()
    assert "rang me every week" not in client.get(PUBLIC).text


def test_other_words_than_were_pinned_are_not_shown(client: FlaskClient, told: Revision, session: Session) -> None:
    row = session.scalars(select(Account)).one()
    content = {**row.content}
    content["sections"] = [dict(each) for each in content["sections"]]
    for decision in decisions_in(content):
        for each in decision["quotes"]:
            each["sha256"] = "0" * 64
    session.execute(update(Account).values(content=content))
    session.commit()
    assert "rang me every week" not in client.get(PUBLIC).text


def test_a_server_without_keys_tells_it_without_quotes(told: Revision, settings: Settings, tmp_path: Path) -> None:
    keystore = "sqlite:////nowhere/keystore.sqlite"
    app = create_app(replace(settings, door=RESPOND, keys=tmp_path / "nowhere", keystore=keystore))
    for address in (PUBLIC, f"{PUBLIC}/1", f"{PUBLIC}/file.docx"):
        assert app.test_client().get(address).status_code == 200
    page = app.test_client().get(PUBLIC).text
    assert TOLD in page
    assert "A quote that stood here is not shown." in page
    for name in ("engine", "drafts_engine"):
        app.extensions[name].dispose()


def test_it_is_taken_back_with_kind_words_and_can_be_told_again(
    desk: FlaskClient, client: FlaskClient, told: Revision
) -> None:
    address = f"/desk/revise/{told.key}/told"
    assert sent(desk, f"{address}/back", address="standards").status_code == 303
    assert sent(desk, f"{address}/back", address="standards").status_code == 404
    for each in (PUBLIC, f"{PUBLIC}/1", f"{PUBLIC}/file.docx"):
        gone = client.get(each)
        assert gone.status_code == 410
        assert "You did nothing wrong by coming here" in gone.text
        assert 'id="leave"' in gone.text
        assert TOLD not in gone.text
    assert client.get("/what-we-did/nothing").status_code == 404
    page = sent(desk, address, **WISHED)
    assert sent(desk, f"{address}/publish", **WISHED, seen=seen(page.text)).status_code == 303
    assert client.get(PUBLIC).status_code == 200


def test_publishing_asks_who_it_is_once_more(desk: FlaskClient, revision: Revision, look: Look) -> None:
    assert CONFIRMED_WITHIN["tell the public"] == timedelta(minutes=15)
    assert [role for role, may in PERMITTED.items() if "tell the public" in may] == ["reviewer"]
    session = revision.session
    page = sent(desk, f"/desk/revise/{revision.key}/told", **WISHED)
    session.execute(update(StaffSession).values(confirmed_at=steady_now() - timedelta(minutes=16)))
    session.execute(update(Organisation).values(trying_out=False))
    session.commit()
    asked = sent(desk, f"/desk/revise/{revision.key}/told/publish", **WISHED, seen=seen(page.text))
    assert asked.status_code == 403
    assert seen(page.text) in asked.text, "what was about to be sent is carried along"
    assert not look(select(Account))


CANNOT: list[tuple[dict[str, Any], str]] = [
    ({"told": []}, "Tick at least one decision"),
    ({"told": ["6", "77", "x"]}, "Tick at least one decision"),
    ({"address": "With Spaces"}, "Write the address in small letters"),
    ({"address": "../x"}, "Write the address in small letters"),
    ({"address": "a" * 61}, "Write the address in small letters"),
    ({"title": ""}, "Give the page a title"),
    ({"intro": "x" * 4001}, "Shorten the first words"),
]


def test_what_cannot_be_told_is_said_and_what_was_typed_stays(desk: FlaskClient, revision: Revision) -> None:
    for fields, why in CANNOT:
        refused = sent(desk, f"/desk/revise/{revision.key}/told", **{**WISHED, "intro": "Typed words.", **fields})
        assert refused.status_code == 422
        assert why in refused.text
        assert "intro" in fields or "Typed words." in refused.text


def test_what_changed_since_it_was_looked_at_is_not_published(
    desk: FlaskClient, revision: Revision, session: Session, look: Look
) -> None:
    address = f"/desk/revise/{revision.key}/told"
    page = sent(desk, address, **WISHED)
    session.execute(update(PinnedEvidence).where(PinnedEvidence.kind == "difference").values(kind="document"))
    session.commit()
    other = sent(desk, f"{address}/publish", **WISHED, seen=seen(page.text))
    assert other.status_code == 422
    assert "Something changed since you looked" in other.text
    assert not look(select(Account))


def test_words_of_an_answer_are_not_told_as_the_team_s(desk: FlaskClient, revision: Revision, look: Look) -> None:
    """Neither what nobody released, nor what somebody may take back."""
    address = f"/desk/revise/{revision.key}/told"
    for words in ("somebody had thought about the chairs, which", "At the project RANG me every week after that"):
        wished = {**WISHED, "intro": f"One said: {words}"}
        page = sent(desk, address, **wished)
        refused = sent(desk, f"{address}/publish", **wished, seen=seen(page.text))
        assert refused.status_code == 422
        assert "These words stand in somebody’s answer" in refused.text
    assert not look(select(Account))


def test_names_are_told_only_if_that_is_chosen(desk: FlaskClient, revision: Revision) -> None:
    address = f"/desk/revise/{revision.key}/told"
    assert NAME not in sent(desk, address, **WISHED).text.split("word for word", 1)[1]
    assert NAME in sent(desk, address, **WISHED, names="yes").text.split("word for word", 1)[1]


def test_the_address_of_another_revision_is_not_taken(told: Revision, session: Session) -> None:
    session.execute(update(Account).values(address="taken"))
    session.commit()
    cycle = begin_cycle(session, told.organisation.id, "mdan", told.cycle.published_on, told.cycle.due_on)
    with pytest.raises(CannotTell, match="another page at this address"):
        publish_account(session, cycle, Wished("taken", "T", "", frozenset({1})), {}, b"x")


def test_a_document_with_quotes_stands_in_the_ledger_and_the_public_s_has_none(
    desk: FlaskClient, client: FlaskClient, told: Revision, look: Look
) -> None:
    public = "\n".join(read(client.get(f"{PUBLIC}/file.docx").data))
    assert TOLD in public
    assert "rang me every week" not in public
    assert "quoted on the page only" in public
    made = sent(desk, f"/desk/revise/{told.key}/told/file")
    assert RELEASED_WORDS in read(made.data)
    uses = look(select(QuoteLedger).where(QuoteLedger.act == ledger.USE))
    assert [each.place for each in uses] == ["what we did standards"]
    verbs = [each.verb for each in look(select(TrailRow))]
    assert "told the public" in verbs
    assert "fetched account" in verbs
    assert docx.Document(io.BytesIO(made.data)).core_properties.author == told.organisation.name
