"""The coding room over HTTP and its jobs: a language model, seeds, learning, and what is new."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from analysis.coding.origins import origin_said
from analysis.coding.reading import read_passages
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.emerging.candidates import CandidatePassage, CandidateTheme, EmergingGroups, emerged
from analysis.emerging.finding import find_new
from analysis.learning import choosing
from analysis.learning.learning import learn
from analysis.learning.seeds import SeedWords
from analysis.learning.tables import Learning
from analysis.learning.training_rows import training_rows
from analysis.local_model.connecting import CONNECTION
from analysis.local_model.remembering import ModelAnswer
from analysis.local_model.running import TRY, ask_model
from analysis.local_model.tables import ModelLeave, ModelUse
from analysis.standard import edition
from analysis.taking_in import take_in
from analysis.withdrawing import withdraw
from safekeeping.jobs import Bench, Job
from safekeeping.staff import Staff, add_staff
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from surveys.definition.published import publish
from surveys.intake.tables import Response
from tests.analysis.local_model.stand_in import connection_to, labels, stand_in, status
from tests.factories import NOW, definition, let_in, published_survey, submitted

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)

Look = Callable[[Any], list[Any]]
CANARY = "zwölfcanary"
SAID = (
    "The poster in the surgery only showed women. I was put on a waiting list for seven months.",
    "They rang me back the same day.",
    f"Nobody could take my hamster {CANARY}.",
    "My hamster kept me in that house.",
)


@pytest.fixture
def bench(engine: Engine, keys: Vault, model_folder: Path) -> Bench:
    return Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})


@pytest.fixture
def survey_id(session: Session, bench: Bench, keys: Vault) -> bytes:
    """A survey of twelve answers, taken in."""
    row = published_survey(session, keys)
    for words in SAID:
        submitted(session, row, 3, say=words)
    survey_id = row.id
    session.commit()
    take_in(bench, survey_id.hex())
    return survey_id


@pytest.fixture
def desk(app: Flask, session: Session, survey_id: bytes) -> FlaskClient:
    return let_in(app, session)


def send(desk: FlaskClient, page: str, **fields: Any) -> Any:
    token = re.search(r'name="token" value="(\w+)"', desk.get("/desk/account").text)
    assert token
    return desk.post(page, data={"token": token[1], **fields})


def with_model(bench: Bench, connection: Any) -> Bench:
    return replace(bench, context=bench.context | {CONNECTION: connection})


def test_a_model_is_tried_then_used_then_stopped(
    app: Flask, desk: FlaskClient, bench: Bench, survey_id: bytes, look: Look, settings: Any
) -> None:
    page = "/desk/code/tiny/model"
    assert "No language model is set up" in desk.get(page).text
    assert send(desk, page, act="use").status_code == 400
    with stand_in(labels()) as server:
        connection = connection_to(server)
        address = f"http://{connection.place.name}/v1"
        app.extensions["settings"] = replace(settings, model_address=address, model_name="stand-in")
        modelled = with_model(bench, connection)
        assert "Ask about 5 passages" in desk.get(page).text
        assert send(desk, page, act="try").status_code == 303
        ask_model(modelled, survey_id.hex() + TRY)
        asked = len(server.asked)
        assert 0 < asked <= 5
        assert "by the speed of the first" in desk.get(page).text
        take_in(modelled, survey_id.hex())
        assert not [name for name in look(select(Suggestion.model)) if name.startswith("local:")]
        assert send(desk, page, act="use").status_code == 303
        ask_model(modelled, survey_id.hex())
        assert len(server.asked) == len({each["body"]["messages"][1]["content"] for each in server.asked})
        before = len(server.asked)
        ask_model(modelled, survey_id.hex())
        assert len(server.asked) == before
        take_in(modelled, survey_id.hex())
    names = set(look(select(Suggestion.model)))
    assert {origin_said(name) for name in names} == {"Suggested by the language model stand-in"}
    assert {tuple(each) for each in look(select(Suggestion.sections))} == {("AE",)}
    here = desk.get(desk.get("/desk/code/tiny").headers["Location"]).text
    assert "Suggested by the language model stand-in" in here
    send(desk, page, act="stop")
    take_in(modelled, survey_id.hex())
    assert not [name for name in look(select(Suggestion.model)) if name.startswith("local:")]
    assert [row.verb for row in look(select(TrailRow)) if "model" in row.verb] == ["model used", "model unused"]


def test_a_model_that_stops_leaves_what_it_said_and_why(
    session: Session, bench: Bench, survey_id: bytes, look: Look
) -> None:
    session.add(ModelUse(survey_id=survey_id, in_use=True))
    session.commit()
    with stand_in(labels(), status(401)) as server:
        connection = replace(connection_to(server), waits=())
        ask_model(with_model(bench, connection), survey_id.hex())
    (use,) = look(select(ModelUse))
    assert "refuses our key" in use.trouble
    assert use.known >= 1
    take_in(with_model(bench, connection), survey_id.hex())
    origins = {name.partition(":")[0] for name in look(select(Suggestion.model))}
    assert "local" in origins
    assert len(origins) == 2  # where it has not answered, Heard's own suggestion stands


def test_what_a_model_said_goes_with_the_passage_and_holds_no_words(
    session: Session, bench: Bench, survey_id: bytes, look: Look, store: str
) -> None:
    with stand_in(labels(words=[CANARY])) as server:
        ask_model(with_model(bench, connection_to(server)), survey_id.hex())
    rows = look(select(ModelAnswer))
    assert rows
    assert CANARY not in repr([row.labels for row in rows])
    session.execute(delete(Response))
    session.commit()
    assert look(select(ModelAnswer)) == []


def test_junk_waits_for_a_person(desk: FlaskClient, session: Session, bench: Bench, survey_id: bytes) -> None:
    session.add(ModelUse(survey_id=survey_id, in_use=True))
    session.commit()
    with stand_in(labels(sections=["NONSENSE"])) as server:
        modelled = with_model(bench, connection_to(server))
        ask_model(modelled, survey_id.hex())
        take_in(modelled, survey_id.hex())
    page = desk.get("/desk/code/tiny").headers["Location"]
    assert "This one needs a person" in desk.get(page).text
    assert "Accept suggestion" not in desk.get(page).text
    assert send(desk, page, decide="accept").status_code == 400


def test_leave_for_a_model_outside_is_a_sentence_typed_and_kept(
    app: Flask, desk: FlaskClient, look: Look, settings: Any
) -> None:
    app.extensions["settings"] = replace(settings, model_address="https://models.example.org/v1", model_name="m")
    page = "/desk/model"
    sentence = "I allow people’s words to be sent to models.example.org:443"
    assert sentence in desk.get(page).text
    wrong = send(desk, page, act="allow", sentence="yes <b>please</b>")
    assert wrong.status_code == 422
    assert "yes &lt;b&gt;please&lt;/b&gt;" in wrong.text
    assert look(select(ModelLeave)) == []
    assert send(desk, page, act="allow", sentence=sentence.replace("’", "'") + " .").status_code == 422
    assert send(desk, page, act="allow", sentence=f"  {sentence.replace('’', chr(39))}. ").status_code == 303
    (leave,) = look(select(ModelLeave))
    assert (leave.host, leave.ended_at) == ("models.example.org:443", None)
    assert "It is allowed to ask models.example.org:443" in desk.get(page).text
    send(desk, page, act="end")
    assert look(select(ModelLeave))[0].ended_at is not None
    acts = [(row.verb, row.object) for row in look(select(TrailRow).order_by(TrailRow.number)) if "model" in row.verb]
    assert acts == [("allowed model", "models.example.org:443"), ("ended model", "models.example.org:443")]


def test_only_who_manages_people_may_allow_it(app: Flask, session: Session, desk: FlaskClient) -> None:
    coder = let_in(app, session, "Coder", ("coder",))
    assert coder.get("/desk/model").status_code == 403
    assert let_in(app, session, "Author", ("author",)).get("/desk/code/tiny/new").status_code == 403
    assert coder.get("/desk/code/tiny/new").status_code == 200


def test_seeds_are_kept_or_the_form_comes_back(desk: FlaskClient, look: Look) -> None:
    page = "/desk/code/tiny/seeds"
    bad = send(desk, page, AE="leaflet\n!!!", LG1="strategy")
    assert bad.status_code == 422
    assert "leaflet\n!!!" in bad.text
    assert look(select(SeedWords)) == []
    assert send(desk, page, AE="leaflet\n poster ", LG1="strategy").status_code == 303
    assert send(desk, page, AE="leaflet", XX="of no section").status_code == 303
    assert look(select(SeedWords.phrases)) == [{"AE": ["leaflet"]}]
    assert ">leaflet</textarea>" in desk.get(page).text
    assert look(select(Job.state).where(Job.kind == "take in")) == ["queued"]


def code_all(session: Session, look: Look, sections: Callable[[int], list[str]], count: int, who: str = "A") -> None:
    person = add_staff(session, who, ("coder",))
    passages = look(select(Passage).order_by(Passage.id))[:count]
    for number, passage in enumerate(passages):
        said = {"sections": sections(number), "act": "changed", "standard": "mdan"}
        coded_at = datetime(2026, 11, 22, 9, number % 60, tzinfo=UTC)
        session.add(Coding(passage_id=passage.id, staff_id=person.id, coded_at=coded_at, **said))
    session.commit()


def test_learning_rows_are_settled_decisions_of_this_standard(
    session: Session, look: Look, survey_id: bytes, desk: FlaskClient
) -> None:
    code_all(session, look, lambda n: ["AE"], 4)
    code_all(session, look, lambda n: ["AE"] if n else ["OE"], 2, "B")
    rows = training_rows(session, survey_id, "mdan")
    assert len(rows) == 3
    assert {row.sections for row in rows} == {("AE",)}
    assert training_rows(session, survey_id, "other") == []
    assert training_rows(session, b"another survey id", "mdan") == []
    session.rollback()
    assert "There is enough to learn from once" in desk.get("/desk/code/tiny/learning").text


def test_decisions_are_learnt_from_and_the_curve_is_shown(
    session: Session, keys: Vault, bench: Bench, desk: FlaskClient, look: Look
) -> None:
    row = published_survey(session, keys, "second")
    for number in range(40):
        submitted(session, row, 1, say=f"The hamster number {number} was happy." if number % 2 else "Budget and pay.")
    survey_id = row.id
    session.commit()
    take_in(bench, survey_id.hex())
    of_it = select(Passage).join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    person = add_staff(session, "A", ("coder",))
    opener = keys.opener(survey_id)
    for each in list(read_passages(session, survey_id, opener)):
        sections = ["SD"] if "hamster" in each.words else ["LG"]
        act = {"sections": sections, "act": "changed", "standard": "mdan", "coded_at": datetime.now(UTC)}
        session.add(Coding(passage_id=each.id, staff_id=person.id, **act))
    session.commit()
    learn(bench, survey_id.hex())
    (found,) = look(select(Learning))
    assert found.decisions == len(look(of_it)) == 40
    assert found.points[0]["percent"] < found.points[-1]["percent"]
    assert CANARY not in found.chart
    take_in(bench, survey_id.hex())
    now = [each for each in look(select(Suggestion)) if each.passage_id in {p.id for p in look(of_it)}]
    assert {origin_said(each.model) for each in now} == {"Suggested by what was learnt from your decisions"}
    said = Counter(tuple(each.sections) for each in now)
    assert said["SD",] + said["LG",] >= 30
    page = desk.get("/desk/code/second/learning").text
    assert "How much more coding would help" in page
    picture = desk.get("/desk/code/second/learning.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]


OWN = """
name = "own"
title = "A standard of our own"
publisher = "Example House"
[[sections]]
code = "A"
title = "Animals"
definition = "Pets of people who flee."
themes = [{ code = "A1", title = "Pets", definition = "Dogs, cats and other pets." }]
[[sections]]
code = "F"
title = "Faith"
definition = "Faith communities and their leaders."
themes = []
"""


def test_a_standard_without_examples_begins_with_its_wording_and_seeds(
    app: Flask, session: Session, keys: Vault, bench: Bench, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "editions"
    shipped.mkdir()
    (shipped / "own.toml").write_text(OWN)
    (shipped / "mdan.toml").write_bytes((edition.SHIPPED / "mdan.toml").read_bytes())
    monkeypatch.setattr(edition, "SHIPPED", shipped)
    usual = ["They rang me back.", "The weather was good.", "Nobody would take in the worker."] * 20
    monkeypatch.setattr(choosing, "read_training", lambda path: (usual, [], []))
    row = publish(session, keys, 'standard = "own"\n' + definition(), NOW)
    submitted(session, row, 12, say="Nobody would take in my hamster. The weather was grey.")
    survey_id = row.id
    session.commit()
    take_in(bench, survey_id.hex())
    assert {tuple(each) for each in look(select(Suggestion.sections))} == {()}
    desk = let_in(app, session)
    assert "Animals" in desk.get("/desk/code/tiny/seeds").text
    send(desk, "/desk/code/tiny/seeds", A1="hamster\nguinea pig")
    take_in(bench, survey_id.hex())
    found = look(select(Suggestion))
    assert sorted({tuple(each.sections) for each in found}) == [(), ("A",)]
    assert {each.confidence == 0 for each in found if not each.sections} == {True}
    assert all(each.model.startswith("seeds:") for each in found)
    hinted = next(each.passage_id for each in found if each.sections)
    page = desk.get(f"/desk/code/tiny/{hinted.hex()}").text
    assert "Suggested by the wording of the standard and your seed words" in page


def test_what_is_new_is_grouped_named_set_aside_and_taken_back(
    desk: FlaskClient, session: Session, bench: Bench, keys: Vault, survey_id: bytes, look: Look
) -> None:
    page = "/desk/code/tiny/new"
    assert "Look for what is new" in desk.get(page).text
    code_all(session, look, lambda n: [], 24)
    send(desk, page, act="find")
    assert look(select(Job.state).where(Job.kind == "find new")) == ["queued"]
    find_new(bench, survey_id.hex())
    (row,) = look(select(EmergingGroups))
    assert CANARY.encode() not in row.sealed
    found = emerged(row, keys)
    assert sum(len(each.passages) for each in found.groups) + len(found.once) == len(look(select(Passage)))
    first = found.groups[0]
    shown = desk.get(page).text
    assert CANARY in shown
    assert first.words[0][0] in shown
    assert send(desk, page, act="name", group=first.mark, name=" ").status_code == 422
    assert send(desk, page, act="name", group="0" * 16, name="Pets").status_code == 404
    assert send(desk, page, act="name", group=first.mark, name="Pets <i>").status_code == 303
    assert "Pets &lt;i&gt;" in desk.get(page).text
    assert len(look(select(CandidatePassage))) == len(first.passages)
    find_new(bench, survey_id.hex())
    assert first.mark not in {each.mark for each in emerged(look(select(EmergingGroups))[0], keys).groups}
    candidate = look(select(CandidateTheme.id))[0]
    assert send(desk, page, act="back", candidate=candidate.hex()).status_code == 303
    assert look(select(CandidateTheme)) == look(select(CandidatePassage)) == []
    assert send(desk, page, act="back", candidate="zz").status_code == 404
    for group in found.groups:
        send(desk, page, act="aside", group=group.mark)
    assert set(look(select(CandidateTheme.state))) <= {"aside"}


def test_groups_go_when_one_of_their_passages_was_withdrawn(
    session: Session, bench: Bench, survey_id: bytes, look: Look
) -> None:
    code_all(session, look, lambda n: [], 24)
    find_new(bench, survey_id.hex())
    withdraw(bench, survey_id.hex())
    assert len(look(select(EmergingGroups))) == 1
    session.execute(delete(Response).where(Response.id.in_(look(select(Response.id))[:1])))
    session.commit()
    withdraw(bench, survey_id.hex())
    assert look(select(EmergingGroups)) == []


def test_what_is_not_there_is_not_there(desk: FlaskClient, look: Look) -> None:
    for room in ("new", "seeds", "learning", "model", "learning.svg"):
        assert desk.get(f"/desk/code/nowhere/{room}").status_code == 404
    assert desk.get("/desk/code/tiny/learning.svg").status_code == 404
    for room in ("new", "model"):
        assert send(desk, f"/desk/code/tiny/{room}", act="anything").status_code == 400
    assert look(select(Staff.id))
