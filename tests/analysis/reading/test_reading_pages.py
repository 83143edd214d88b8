"""The reading tools over HTTP, on both databases: found, counted, kept, forgotten; and never in an address."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from analysis.auditing.designing import begin_sample
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.coding.tables import Coding, Passage
from analysis.jobs import KINDS
from analysis.reading import working
from analysis.reading.tables import SavedQuery
from analysis.reading.working import read
from analysis.withdrawing import withdraw
from safekeeping.jobs import Bench, Job
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from tests.analysis.reading.waves_read import answered
from tests.factories import NOW, let_in

Look = Callable[[Any], list[Any]]
ANYWHERE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
SECRET = "hamsterwheel"
ANSWERS = [
    *[("survivor", "I was on a waiting list for seven months. The police were kind.")] * 4,
    *[("survivor", "The poster only showed women, and staff put me on a waiting list.")] * 4,
    *[("provider", "Our staff are trained. The police rarely ring us.")] * 4,
    ("survivor", f"Nobody could take my {SECRET}. 😢 It waited with me."),
]


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page may take as long as a slow machine needs."""
    monkeypatch.setattr(working, "AT_ONCE", 600)


@pytest.fixture
def survey_id(session: Session, keys: Vault) -> bytes:
    survey_id = answered(session, keys, ANSWERS).id
    session.commit()
    return survey_id


@pytest.fixture
def desk(app: Flask, session: Session, survey_id: bytes) -> FlaskClient:
    return let_in(app, session)


@pytest.fixture
def bench(engine: Engine, keys: Vault) -> Bench:
    return Bench(engine, keys, lambda done, total: None, {})


def token(desk: FlaskClient) -> str:
    found = re.search(r'name="token" value="(\w+)"', desk.get("/desk/account").text)
    assert found
    return found[1]


def send(desk: FlaskClient, page: str, **fields: Any) -> Any:
    return desk.post(page, data={"token": token(desk), **fields})


def ask(desk: FlaskClient, kind: str, **fields: Any) -> str:
    """Where the answer is."""
    answer = send(desk, f"/desk/read/tiny/ask/{kind}", **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def found(desk: FlaskClient, kind: str, **fields: Any) -> str:
    """The page of an answer, its spaces as one."""
    page = desk.get(ask(desk, kind, **fields))
    assert page.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", "", page.text).split())


@ANYWHERE
def test_what_is_coded_blind_is_not_read_meanwhile(
    desk: FlaskClient, session: Session, survey_id: bytes, look: Look
) -> None:
    row = look(select(PublishedSurvey))[0]
    (hidden,) = look(select(Passage.response_id).where(Passage.start == 0).order_by(Passage.response_id).limit(1))
    of_it = len(look(select(Passage).where(Passage.response_id == hidden)))
    before = len(look(select(Passage)))
    sample = begin_sample(session, row, "mdan", "", NOW)
    session.add(AuditUnit(sample_id=sample.id, response_id=hidden, draw=1))
    session.commit()
    assert f"{before - of_it} passages in the answers of 12 people." in found(desk, "find")
    session.get_one(AuditSample, sample.id).ended_at = NOW
    session.commit()
    assert f"{before} passages in the answers of 13 people." in found(desk, "find")


def test_every_tool_answers(desk: FlaskClient, look: Look) -> None:
    assert "Read across answers" in desk.get("/desk/read/tiny").text
    page = found(desk, "find", text='"waiting list"')
    assert "8 passages in the answers of 8 people." in page
    assert page.count("In its answer") == 8
    page = found(desk, "kwic", text="police", sort="after")
    assert "8 places in the answers of 8 people." in page
    page = found(desk, "beside", text="waiting")
    assert "Found at 8 places" in page
    assert "list" in page
    page = found(desk, "frequencies")
    assert "in the answers of 13 people" in page
    assert "police" in page
    page = found(desk, "frequencies", pairs="1")
    assert "waiting list" in page
    page = found(desk, "keyness", group="audience:provider")
    assert "trained" in page
    page = found(desk, "together")
    assert "AE" in page
    assert "Of all passages with either code" in page
    assert not look(select(Job.kind).where(Job.kind == "read"))


def test_passages_are_found_by_codes_stance_and_audience(desk: FlaskClient) -> None:
    assert "4 passages in" in found(desk, "find", **{"code-LG": "all", "code-AE": "none", "stance": "praise"})
    assert "4 passages in" in found(desk, "find", **{"code-LG": "all", "code-AE": "all"})
    assert "12 passages in" in found(desk, "find", **{"code-LG": "any", "code-AE": "any", "audience": "survivor"})
    assert "8 passages in" in found(desk, "find", audience="provider")
    assert "0 passages in" in found(desk, "find", by="people")
    assert "Nothing here" in found(desk, "find", quotable="1")
    assert "22 passages in" in found(desk, "find", by="nobody")


@ANYWHERE
def test_settled_is_what_all_who_coded_agree_on(desk: FlaskClient, session: Session) -> None:
    first, second = list(session.scalars(select(Passage).order_by(Passage.id).limit(2)))
    people = [add_staff(session, name, ()) for name in "ab"]
    for passage, sections in ((first, (["OE"], ["OE"])), (second, (["OE"], ["LG"]))):
        for person, chosen in zip(people, sections, strict=True):
            about = {"act": "changed", "standard": "mdan", "coded_at": NOW}
            session.add(Coding(passage_id=passage.id, staff_id=person.id, sections=chosen, **about))
    session.commit()
    assert "1 passage in" in found(desk, "find", by="settled")
    assert "2 passages in" in found(desk, "find", by="people", **{"code-OE": "all"})
    assert "20 passages in" in found(desk, "find", by="nobody")


def test_what_was_found_is_marked_and_stays_safe(desk: FlaskClient) -> None:
    page = desk.get(ask(desk, "find", text=SECRET)).text
    assert f"<mark>{SECRET}</mark>" in page
    assert "<mark>" not in desk.get(ask(desk, "find", text="-waiting")).text


def test_no_word_is_in_an_address_or_readable_in_the_database(desk: FlaskClient, engine: Engine) -> None:
    where = ask(desk, "find", text=SECRET)
    assert SECRET not in where
    assert send(desk, where, act="name", name=f"About {SECRET}").status_code == 303
    with engine.connect() as connection:
        rows = connection.execute(select(SavedQuery.__table__)).all()
    assert rows
    assert SECRET.encode() not in repr(rows).encode()
    assert SECRET in desk.get(where).text


@ANYWHERE
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_kept(desk: FlaskClient, look: Look) -> None:
    for kind, fields, said in (
        ("find", {"text": '"open'}, "A quotation mark is open"),
        ("kwic", {}, "Write the word or phrase"),
        ("beside", {"text": "a NEAR/3 b"}, "leave NEAR out"),
        ("keyness", {}, "Choose a group"),
        ("keyness", {"group": "audience:survivor", "against": "audience:survivor"}, "another group"),
    ):
        page = send(desk, f"/desk/read/tiny/ask/{kind}", **fields)
        assert page.status_code == 422
        assert said in page.text
        assert 'aria-invalid="true"' in page.text
    assert "&#34;open" in send(desk, "/desk/read/tiny/ask/find", text='"open').text
    assert look(select(SavedQuery)) == []
    assert desk.get("/desk/read/tiny/ask/nothing").status_code == 404


def test_stems_are_a_job(desk: FlaskClient, bench: Bench, look: Look) -> None:
    where = ask(desk, "find", text="wait", stems="1")
    assert "It is being looked for." in desk.get(where).text
    (job,) = look(select(Job).where(Job.kind == "read"))
    KINDS["read"](bench, job.argument)
    page = desk.get(where).text
    assert "<b>9 passages</b>" in page
    assert "<mark>waited</mark>" in page
    read(bench, "00" * 16)  # forgotten meanwhile


def test_questions_are_kept_shared_asked_again_and_forgotten(
    app: Flask, desk: FlaskClient, session: Session, bench: Bench, look: Look
) -> None:
    where = ask(desk, "find", text="police")
    colleague = let_in(app, session, "Colleague")
    assert colleague.get(where).status_code == 404
    assert send(desk, where, act="name", name=" ").status_code == 422
    assert send(desk, where, act="name", name="Police, all", shared="1").status_code == 303
    assert "Police, all" in colleague.get("/desk/read/tiny").text
    assert "8 passages" in colleague.get(where).text
    assert send(colleague, where, act="forget").status_code == 403
    assert send(colleague, where, act="again").status_code == 303
    (query,) = look(select(SavedQuery))
    read(bench, query.id.hex())
    assert "8 passages" in colleague.get(where).text
    assert 'value="police"' in desk.get(f"/desk/read/tiny/ask/find?from={query.id.hex()}").text
    assert send(desk, where, act="forget").status_code == 303
    assert desk.get(where).status_code == 404


@ANYWHERE
def test_what_is_not_named_is_forgotten_after_a_day(desk: FlaskClient, session: Session, look: Look) -> None:
    ask(desk, "find", text="police")
    session.execute(update(SavedQuery).values(asked_at=NOW - timedelta(days=400)))
    session.commit()
    ask(desk, "find", text="staff")
    assert len(look(select(SavedQuery))) == 1


def test_an_answer_is_let_go_when_somebody_takes_theirs_back(desk: FlaskClient, bench: Bench, survey_id: bytes) -> None:
    where = ask(desk, "frequencies")
    assert "police" in desk.get(where).text
    withdraw(bench, survey_id.hex())
    page = desk.get(where).text
    assert "so it was let go" in page
    assert "police" not in page


def test_from_a_word_to_its_context_and_from_two_codes_to_passages(desk: FlaskClient) -> None:
    where = ask(desk, "frequencies")
    on = send(desk, where, act="word", word="police")
    assert "<b>8 places</b>" in desk.get(on.headers["Location"]).text
    assert send(desk, where, act="word", word="nothing").status_code == 404
    where = ask(desk, "together")
    on = send(desk, where, act="behind", pair="AE LG")
    assert "<b>4 passages</b>" in desk.get(on.headers["Location"]).text
    assert send(desk, where, act="behind", pair="XX").status_code == 404
    assert send(desk, where, act="other").status_code == 400
    drawn = desk.get(f"{where}/picture.svg?unit=responses")
    assert drawn.mimetype == "image/svg+xml"
    assert "<desc" in drawn.text
    assert "By answer" in desk.get(f"{where}?unit=responses").text


def test_waves_are_read_together_and_held_against_each_other(
    app: Flask, session: Session, keys: Vault, survey_id: bytes
) -> None:
    first = session.get_one(PublishedSurvey, survey_id)
    answered(
        session, keys, [("survivor", "The helpline rang back. The police came.")] * 3, "tiny-2", first.consultation_id
    )
    answered(session, keys, [("survivor", "The police of another consultation.")] * 3, "other")
    desk = let_in(app, session)
    assert "8 passages" in found(desk, "find", text="police")
    page = desk.get(ask(desk, "find", text="police", wave=["tiny", "tiny-2"])).text
    assert "<b>11 passages</b>" in page
    assert "/desk/code/tiny-2/" in page
    assert "11 passages" not in found(desk, "find", text="police", wave=["tiny", "other"])
    page = found(desk, "keyness", group="wave:tiny-2", wave=["tiny", "tiny-2"])
    assert "helpline" in page


@ANYWHERE
def test_a_long_answer_has_pages(app: Flask, session: Session, keys: Vault) -> None:
    answered(session, keys, [("survivor", "Waiting. Waiting more. Waiting again.")] * 20)
    desk = let_in(app, session)
    where = ask(desk, "find", text="waiting")
    assert "1 to 20" in desk.get(where).text
    assert "41 to 60" in desk.get(f"{where}?part=2").text
    where = ask(desk, "kwic", text="waiting")
    assert "51 to 60" in desk.get(f"{where}?part=1").text
