"""The next edition at the desk: built, checked, fetched as files, published once and for good."""

import io
import re
from collections.abc import Callable
from typing import Any

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.revision.account import decisions_in, hash_of_account
from analysis.revision.accounts import Wished, account_at, publish_account, quotes_now, take_back, write_account
from analysis.revision.next_editions import CannotPublish, build_next, publish_next
from analysis.revision.tables import Milestone, RevisionCycle
from analysis.standard.held_editions import keep_edition, text_in
from analysis.standard.shipped_texts import shipped_text
from analysis.standard.tables import StandardEdition
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from tests.analysis.quoting.quoted import RELEASED_WORDS
from tests.analysis.revision.revised import DAY, Revision
from tests.factories import let_in

Look = Callable[[Any], list[Any]]
sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def revision(session: Session, keys: Vault, engine: Engine) -> Revision:
    """A revision with nothing proposed."""
    revision = Revision(session, keys, engine)
    session.commit()
    return revision


@pytest.fixture
def decided(revision: Revision) -> Revision:
    """The same with decisions of every kind."""
    revision.go_through()
    revision.session.commit()
    return revision


def sent(client: FlaskClient, to: str, /, **fields: Any) -> Any:
    token = re.search(r'name="token" value="(\w+)"', client.get("/desk/account").text)
    assert token
    return client.post(to, data={"token": token[1], **fields})


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def read(content: bytes) -> list[str]:
    return [each.text for each in docx.Document(io.BytesIO(content)).paragraphs]


def test_what_is_published_is_written_down_for_good(revision: Revision) -> None:
    """On both kinds of database."""
    session = revision.session
    revision.go_through()
    made = build_next(session, revision.cycle)
    assert not made.must
    row = publish_next(session, revision.cycle, made, DAY, b"somebody", "")
    assert (row.number, row.published_on) == (2, DAY)
    text = text_in(row)
    assert text.published == DAY.isoformat()
    assert text.gone == (revision.id_of("LG5"),)
    assert text.placed()[revision.id_of("AE1")].clause.wording == "Services say where they are, also after hours."
    assert text.by_number()["AE6"].clause.title == "A way back in"
    assert (revision.cycle.ended_on, revision.cycle.next_edition_id) == (DAY, row.id)
    with pytest.raises(CannotPublish, match="has ended"):
        publish_next(session, revision.cycle, made, DAY, b"somebody", "")


def test_what_is_told_is_kept_and_taken_back(revision: Revision, keys: Vault) -> None:
    """On both kinds of database."""
    session, cycle = revision.session, revision.cycle
    revision.go_through()
    wished = Wished("standards", "What you said", "", frozenset({1, 2, 3}))
    content = write_account(session, cycle, wished, "The Example Trust", DAY)
    assert [each["number"] for each in decisions_in(content)] == [3, 1, 2]
    row = publish_account(session, cycle, wished, content, revision.consultation.ann)
    session.expire_all()
    found = account_at(session, "standards")
    assert found is not None
    assert (found.id, found.content, found.sha256) == (row.id, content, hash_of_account(content))
    assert [each.text for each in quotes_now(session, keys, content).values()] == [RELEASED_WORDS]
    assert quotes_now(session, None, content) == {}
    assert take_back(session, cycle, "standards") == 1
    assert take_back(session, cycle, "standards") == 0
    assert account_at(session, "nothing") is None


@sqlite
def test_where_something_does_not_fit_a_reason_is_needed_and_kept(revision: Revision) -> None:
    session = revision.session
    revision.propose(1, "remove", "AE1")
    made = build_next(session, revision.cycle)
    assert [each.said for each in made.must] == ["Proposal 1 is not decided."]
    with pytest.raises(CannotPublish, match="say why"):
        publish_next(session, revision.cycle, made, DAY, b"somebody", " ")
    publish_next(session, revision.cycle, made, DAY, b"somebody", "The law changes in a week.")
    kept = session.scalars(select(Milestone)).one()
    assert (kept.step, kept.done_on, kept.note) == ("publish", DAY, "The law changes in a week.")


@sqlite
def test_an_edition_that_another_revision_made_is_not_made_twice(revision: Revision) -> None:
    session, text = revision.session, shipped_text("mdan")
    made = build_next(session, revision.cycle)
    keep_edition(session, revision.organisation.id, type(text)(**{**vars(text), "edition": 2}))
    with pytest.raises(CannotPublish, match="edition 2 of this standard already"):
        publish_next(session, revision.cycle, made, DAY, b"somebody", "")


@sqlite
def test_from_looking_to_publishing(app: Flask, decided: Revision, look: Look) -> None:
    desk = let_in(app, decided.session, "A reviewer", ["reviewer"])
    address = f"/desk/revise/{decided.key}/next"
    page = desk.get(address).text
    assert "Nothing. Every proposal is decided" in page
    assert "<ins>Services say where they are, also after hours.</ins>" in page
    assert "A way back in" in page
    assert "LG2" not in page
    assert "LG2" in desk.get(f"{address}?show=all").text
    stale = sent(desk, f"{address}/publish", seen="0" * 64)
    assert stale.status_code == 422
    assert "Something was decided since" in stale.text
    assert sent(desk, f"{address}/publish", seen=seen(page)).status_code == 303
    (row,) = look(select(StandardEdition).where(StandardEdition.number == 2))
    assert look(select(RevisionCycle))[0].next_edition_id == row.id
    assert "It never changes from now on" in desk.get(f"{address}?done=published").text
    assert 'id="publish"' not in desk.get(address).text
    assert sent(desk, f"{address}/publish", seen=row.sha256).status_code == 422
    assert look(select(TrailRow).where(TrailRow.verb == "published edition"))[0].object == "mdan 2"


@sqlite
def test_what_does_not_fit_is_said_with_a_remedy(app: Flask, decided: Revision) -> None:
    decided.decide(decided.propose(6, "keep", "LG5"))
    decided.session.commit()
    desk = let_in(app, decided.session)
    address = f"/desk/revise/{decided.key}/next"
    page = desk.get(address).text
    assert "is decided more than once, and not alike: proposals 3, 6." in page
    assert "Decide one of them anew" in page
    refused = sent(desk, f"{address}/publish", seen=seen(page), reason="x" * 401)
    assert refused.status_code == 422
    assert "Shorten the reason" in refused.text
    assert "x" * 401 in refused.text
    assert sent(desk, f"{address}/publish", seen=seen(page), reason="It is settled by law.").status_code == 303


@sqlite
def test_it_is_fetched_as_files(app: Flask, decided: Revision) -> None:
    desk = let_in(app, decided.session)
    address = f"/desk/revise/{decided.key}/next"
    clean = read(desk.get(f"{address}/edition.docx").data)
    assert "Services say where they are, also after hours." in clean
    assert not [each for each in clean if "LG5" in each]
    compared = docx.Document(io.BytesIO(desk.get(f"{address}/changes.docx").data))
    runs = [run for line in compared.paragraphs for run in line.runs]
    assert next(run.text for run in runs if run.font.underline) == "Services say where they are, also after hours."
    assert [run.text for run in runs if run.font.strike]
    assert "<ins>" in desk.get(f"{address}/changes.html").text
    assert "Edition 2" in desk.get(f"{address}/edition.html?gaps=closed").text
    assert desk.get(f"{address}/edition.exe").status_code == 404
    assert desk.get(f"{address}/everything.docx").status_code == 404


@sqlite
def test_only_reviewers_of_the_organisation_see_it(app: Flask, decided: Revision, session: Session) -> None:
    for address in (f"/desk/revise/{decided.key}/next", f"/desk/revise/{decided.key}/told"):
        assert let_in(app, session, "A coder", ["coder"]).get(address).status_code == 403
        assert let_in(app, session).get(address.replace(decided.key, "00" * 16)).status_code == 404
        assert let_in(app, session).get(address.replace(decided.key, "no key")).status_code == 404
