"""Every act at the desk over HTTP: what it keeps, what it shows next, and that it can be taken back."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from analysis.auditing.designing import begin_sample
from analysis.auditing.sample_tables import AuditUnit
from analysis.coding import code_passages, counting
from analysis.coding.desk_tables import DeskHabit, DeskPace, PassageMemo
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.flagging import flag
from analysis.coding.passages import cut
from analysis.coding.recutting import tiles
from analysis.coding.safety import answer_count
from analysis.coding.tables import HISTORY, Coding, DeskAct, Passage, Suggestion
from analysis.learning.training_rows import training_rows
from analysis.suggesting_parts import suggest_parts
from safekeeping.jobs import Bench, Job
from safekeeping.staff import add_staff
from safekeeping.trail import TrailRow
from safekeeping.vault import CannotOpen, Vault
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.read import read_all, sealed_of
from surveys.intake.tables import Response
from tests.factories import NOW, let_in, opener_of, published_survey, submitted

Look = Callable[[Any], list[Any]]
on_sqlite = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
WORDS = "The poster only showed women.\r\nI waited 👨‍👩‍👧 seven months. Nobody rang."
DANGER = "He had me by the throat last night and I have to go back home to him. I can't ring anyone."
AE = {"sections": ["AE"], "themes": ["AE1"], "stance": "problem", "probabilities": {"AE": 0.87}}
HINT = {"model": "m", "confidence": 0.77, "reasons": [[4, 10]], **AE}


def taken_in(session: Session, keys: Vault, *said: str) -> PublishedSurvey:
    """A survey with these answers, in passages with flags and suggestions, as the job leaves them."""
    row = published_survey(session, keys)
    for words in said:
        submitted(session, row, 1, say=words)
    opener = opener_of(keys, row)
    mix(session, row.id, opener)
    for response in list(read_all(session, row.id, opener)):
        words = response.answers["say"]
        spans = [{"start": start, "end": end} for start, end in cut(words)]
        made = [Passage(response_id=response.id, question="say", may_quote=True, **span) for span in spans]
        session.add_all(made)
        session.flush()
        session.add_all(Suggestion(passage_id=each.id, **HINT) for each in made)
        flag(session, {(response.id, "say"): words}, {(response.id, "say"): made})
    session.commit()
    return row


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """Ten answers of three passages."""
    return taken_in(session, keys, *[WORDS] * 10)


@pytest.fixture
def desk(app: Flask, session: Session, row: PublishedSurvey) -> FlaskClient:
    """A coder at the desk."""
    return let_in(app, session, "Coder")


def send(desk: FlaskClient, page: str, **fields: Any) -> TestResponse:
    token = re.search(r'name="token" value="(\w+)"', desk.get("/desk/account").text)
    assert token
    return desk.post(page.partition("?")[0], data={"token": token[1], **fields})


def first(desk: FlaskClient) -> str:
    """The page of the next passage."""
    return desk.get("/desk/code/tiny").headers["Location"].partition("?")[0]


def words_now(page: str) -> str:
    """The words of the passage that a page is about."""
    found = re.search(r'id="now"><span class="unseen">This passage: </span>(.*?)</b>', page, re.DOTALL)
    assert found
    return unescape(re.sub(r"<[^>]+>", "", found[1]))


def undo(desk: FlaskClient, **fields: Any) -> TestResponse:
    return send(desk, "/desk/code/tiny", do="undo", **fields)


def waiting(engine: Engine) -> int:
    """How many answers wait for whoever looks after safety."""
    with Session(engine.execution_options(reading=True)) as reading:
        return answer_count(reading, reading.scalars(select(PublishedSurvey.id)).one())


def in_use(look: Look, page: str) -> list[tuple[int, int]]:
    """Start and end of the passages in use of the response that this page is of."""
    named = select(Passage.response_id).where(Passage.id == bytes.fromhex(page.rsplit("/", 1)[1]))
    (response_id,) = look(named.execution_options(**HISTORY))
    of_it = select(Passage).where(Passage.response_id == response_id)
    return [(row.start, row.end) for row in look(of_it.order_by(Passage.start))]


def test_a_theme_brings_its_section_and_the_stance_is_kept(desk: FlaskClient, look: Look) -> None:
    page = first(desk)
    said = send(desk, page, decide="save", section="LG", theme=["AE3", "LG2", "nothing"], stance="problem")
    assert said.headers["Location"].endswith("did=coded")
    (coding,) = look(select(Coding))
    assert (coding.sections, coding.themes, coding.stance) == (["LG", "AE"], ["LG2", "AE3"], "problem")
    assert (coding.act, len(coding.book)) == ("changed", 64)
    assert "Saved." in desk.get(said.headers["Location"]).text
    shown = desk.get(page).text
    assert re.search(r'value="AE3"[^>]* checked', shown)
    assert re.search(r'value="problem"[^>]* checked', shown)


@on_sqlite
def test_accepting_takes_themes_and_stance_too(desk: FlaskClient, look: Look) -> None:
    send(desk, first(desk), decide="accept")
    (coding,) = look(select(Coding))
    assert (coding.sections, coding.themes, coding.stance, coding.act) == (["AE"], ["AE1"], "problem", "accepted")


@on_sqlite
def test_saving_nothing_is_asked_about_with_the_page_as_it_was(desk: FlaskClient, look: Look) -> None:
    answer = send(desk, first(desk), decide="save", stance="furious", memo="thought of this")
    assert answer.status_code == 422
    assert "Tick a section first" in answer.text
    assert "thought of this" in answer.text
    assert look(select(Coding)) == []


@on_sqlite
def test_what_is_hidden_is_nowhere_in_the_page(desk: FlaskClient, look: Look) -> None:
    page = first(desk)
    assert "77 % sure" in desk.get(page).text
    back = send(desk, "/desk/code/tiny", do="hint", **{"from": page.rsplit("/", 1)[1], "section": "OE"})
    shown = desk.get(back.headers["Location"]).text
    bare = re.sub(r"[0-9a-f]{32,}", "", shown)
    for word in ("suggests", "77", "87", 'class="passage s', "accept", "now s", "led there", "sure"):
        assert word not in bare.replace("accept the suggestion", "")
    assert re.search(r'value="OE"[^>]* checked', shown)
    assert send(desk, page, decide="accept").status_code == 400
    send(desk, page, decide="save", section="AE", theme="AE1", stance="problem")
    assert look(select(Coding.act)) == ["unaided"]
    assert look(select(DeskHabit.hint_hidden)) == [True]
    send(desk, "/desk/code/tiny", do="hint")
    assert "77 % sure" in desk.get(page).text


@on_sqlite
def test_single_keys_can_be_switched_off(desk: FlaskClient) -> None:
    page = first(desk)
    assert 'data-keys="off"' not in desk.get(page).text
    send(desk, "/desk/code/tiny", do="keys")
    assert 'data-keys="off"' in desk.get(page).text


@on_sqlite
def test_a_memo_is_sealed_and_goes_with_its_response(
    desk: FlaskClient, session: Session, keys: Vault, row: PublishedSurvey, look: Look, engine: Engine
) -> None:
    page = first(desk)
    back = send(desk, page, decide="memo", memo="zwölf thoughts\r\nof mine", section="SD", stance="praise")
    shown = desk.get(back.headers["Location"]).text
    assert "zwölf thoughts\nof mine" in shown
    assert re.search(r'value="SD"[^>]* checked', shown)
    assert re.search(r'value="praise"[^>]* checked', shown)
    (memo,) = look(select(PassageMemo))
    path = Path(str(engine.url.database))
    assert "zwölf".encode() not in path.read_bytes() + path.with_name(path.name + "-wal").read_bytes()
    (passage,) = look(select(Passage).where(Passage.id == memo.passage_id))
    opener = opener_of(keys, row)
    beside = sealed_of(session, passage.response_id, opener)
    assert opener.open_beside(beside, memo.sealed, memo.id) == "zwölf thoughts\nof mine".encode()
    other = sealed_of(session, look(select(Response.id).where(Response.id != passage.response_id))[0], opener)
    with pytest.raises(CannotOpen):
        opener.open_beside(other, memo.sealed, memo.id)
    session.delete(session.get_one(Response, passage.response_id))
    session.commit()
    assert look(select(PassageMemo)) == []
    assert desk.get(page).status_code == 404


@on_sqlite
def test_a_decision_saves_the_memo_beside_it(desk: FlaskClient, look: Look) -> None:
    page = first(desk)
    send(desk, page, decide="save", section="AE", memo="why")
    send(desk, page, decide="save", section="AE", memo="why")
    assert len(look(select(PassageMemo))) == 1
    assert send(desk, page, decide="save", section="AE", memo="w" * 2001).status_code == 422
    assert ">why</textarea>" in desk.get(page).text
    other = let_in(desk.application, Session(desk.application.extensions["engine"]), "Other coder")
    assert ">why</textarea>" not in other.get(page).text


@on_sqlite
def test_marks_are_the_teams_and_each_has_its_list(
    app: Flask, session: Session, desk: FlaskClient, engine: Engine, look: Look
) -> None:
    page = first(desk)
    for kind in ("quote", "colleague", "safeguard"):
        assert "did=marked" in send(desk, page, decide=kind).headers["Location"]
    colleague = let_in(app, session, "Colleague", ("coder", "safeguarding lead"))
    for kind in ("quote", "colleague"):
        listed = colleague.get(f"/desk/code/tiny/marked/{kind}").text
        assert page in listed
        assert "Coder, " in listed
    assert waiting(engine) == 1
    assert "A coder has marked this for you" in colleague.get("/desk/safeguard/tiny").text
    assert [each.verb for each in look(select(TrailRow)) if "marked" in each.verb] == ["marked danger"]
    send(colleague, page, decide="colleague")
    assert page not in colleague.get("/desk/code/tiny/marked/colleague").text
    assert "did=unmarked" in send(desk, page, decide="safeguard").headers["Location"]
    assert waiting(engine) == 0
    assert colleague.get("/desk/code/tiny/marked/safeguard").status_code == 404


@on_sqlite
def test_a_mark_after_a_look_brings_it_back_and_a_cut_does_not(
    app: Flask, session: Session, desk: FlaskClient, engine: Engine
) -> None:
    page = first(desk)
    lead = let_in(app, session, "Lead", ("safeguarding lead",))

    def look_at_it() -> None:
        shown = re.search(r'name="answer" value="(\w+)"', lead.get("/desk/safeguard/tiny").text)
        assert shown
        assert send(lead, "/desk/safeguard/tiny", do="nothing", memo="", answer=shown[1]).status_code == 303

    send(desk, page, decide="safeguard")
    assert waiting(engine) == 1
    look_at_it()
    assert waiting(engine) == 0
    send(desk, page, decide="split", at="4")
    assert waiting(engine) == 0
    assert 'value="safeguard" data-key="g" aria-pressed="true"' in desk.get(page, follow_redirects=True).text
    part = desk.get(page).headers["Location"]
    send(desk, part, decide="safeguard")
    send(desk, part, decide="safeguard")
    assert waiting(engine) == 1


def test_splitting_and_joining_keep_the_answer_whole(
    desk: FlaskClient, session: Session, row: PublishedSurvey, look: Look
) -> None:
    page = first(desk)
    before = in_use(look, page)
    places = [int(at) for at in re.findall(r'name="at" value="(\d+)"', desk.get(f"{page}?split=1").text)]
    assert places
    part = send(desk, page, decide="split", at=str(places[0])).headers["Location"]
    assert words_now(desk.get(part).text) == "The"
    assert tiles(WORDS, in_use(look, page))
    assert len(in_use(look, page)) == len(before) + 1
    assert len(look(select(Passage).execution_options(**HISTORY))) == 32
    whole = send(desk, part, decide="merge").headers["Location"]
    assert words_now(desk.get(whole).text) == "The poster only showed women."
    assert in_use(look, page) == before
    two = send(desk, whole, decide="merge").headers["Location"]
    assert words_now(desk.get(two).text).endswith("seven months.")
    assert tiles(WORDS, in_use(look, page))
    for _ in range(3):
        assert undo(desk).status_code == 303
    assert in_use(look, page) == before
    assert look(select(Coding)) == []
    assert "did=nothing" in undo(desk).headers["Location"]


@on_sqlite
def test_a_passage_is_cut_at_words_only(desk: FlaskClient, look: Look) -> None:
    page = first(desk)
    before = in_use(look, page)
    for at in ("0", "1", "999", "-1", "", "x", "٣", "9" * 30):
        assert "did=no+place" in send(desk, page, decide="split", at=at).headers["Location"]
    assert in_use(look, page) == before


@on_sqlite
def test_the_last_passage_has_nothing_to_join_with(desk: FlaskClient) -> None:
    page = first(desk)
    last = re.findall(r'class="passage[^"]*" href="([^"]+)"', desk.get(page).text)[-1]
    assert "Join with the next" not in desk.get(last).text
    assert "did=no+place" in send(desk, last, decide="merge").headers["Location"]


@on_sqlite
def test_what_is_cut_anew_leaves_every_reader(
    desk: FlaskClient, session: Session, row: PublishedSurvey, look: Look
) -> None:
    page = first(desk)
    send(desk, page, decide="save", section="AE")
    send(desk, page, decide="split", at="4")
    coder = add_staff(session, "Coder", ())
    assert counting.progress(session, row.id, coder.id) == counting.Progress(0, 31)
    assert training_rows(session, row.id, "mdan") == []
    assert len(look(select(Coding))) == 1
    session.rollback()
    part = desk.get(page).headers["Location"]
    assert "did=recut" in part
    assert "No suggestion yet" in desk.get(part).text
    assert "did=recut" in send(desk, page, decide="save", section="AE").headers["Location"]
    assert len(look(select(Coding))) == 1


@pytest.mark.slow
@on_sqlite
def test_new_parts_get_their_suggestions_from_a_job(
    desk: FlaskClient, row: PublishedSurvey, look: Look, engine: Engine, keys: Vault, model_folder: Path
) -> None:
    send(desk, first(desk), decide="split", at="4")
    (job,) = look(select(Job).where(Job.kind == "suggest parts"))
    bench = Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})
    for _ in range(2):
        suggest_parts(bench, job.argument)
        have = {each.passage_id for each in look(select(Suggestion))}
        assert {each.id for each in look(select(Passage))} <= have


@on_sqlite
def test_undo_takes_back_step_by_step_each_as_a_new_row(desk: FlaskClient, look: Look) -> None:
    page = first(desk)
    send(desk, page, decide="save", section="AE")
    send(desk, page, decide="save", section="SD", memo="second thoughts")
    send(desk, page, decide="quote")
    send(desk, page, decide="later")
    for said in ("later", "mark", "coded", "memo", "coded"):
        back = undo(desk).headers["Location"]
        assert (back.partition("?")[0], f"did=undone+{said}" in back) == (page, True)
    shown = desk.get(page).text
    assert "second thoughts" not in shown
    assert not re.search(r"name=\"section\"[^>]* checked", shown)
    assert look(select(Coding)) == []
    assert len(look(select(Coding).execution_options(**HISTORY))) == 2
    assert len(look(select(DeskAct).where(DeskAct.kind == "undo"))) == 5
    assert first(desk) == page
    assert "did=nothing" in undo(desk).headers["Location"]


@pytest.mark.slow
@on_sqlite
def test_what_a_colleague_has_built_on_is_not_taken_back(app: Flask, session: Session, desk: FlaskClient) -> None:
    page = first(desk)
    part = send(desk, page, decide="split", at="4").headers["Location"]
    send(let_in(app, session, "Colleague"), part, decide="save", section="AE")
    assert "did=built+on" in undo(desk).headers["Location"]
    assert desk.get(page).status_code == 303


@pytest.mark.slow
@on_sqlite
def test_put_off_comes_back_at_the_end_and_left_does_not(app: Flask, session: Session, desk: FlaskClient) -> None:
    off, left = first(desk), ""
    send(desk, off, decide="later")
    left = first(desk)
    send(desk, left, decide="leave")
    seen = []
    while "Location" in (answer := desk.get("/desk/code/tiny")).headers:
        seen.append(answer.headers["Location"])
        send(desk, seen[-1], decide="none")
    assert seen[-1] == off
    assert left not in seen
    assert len(seen) == 29
    assert left in let_in(app, session, "Colleague").get("/desk/code/tiny/marked/colleague").text


@pytest.mark.slow
@on_sqlite
def test_the_desk_goes_on_where_one_left_off(
    app: Flask, session: Session, desk: FlaskClient, row: PublishedSurvey
) -> None:
    every = [each.id.hex() for each in session.scalars(code_passages.of_survey(row.id).order_by(*code_passages.ORDER))]
    session.rollback()
    send(desk, f"/desk/code/tiny/{every[20]}", decide="none")
    assert first(let_in(app, session, "Coder")).endswith(every[21])
    for at in range(21, 30):
        send(desk, f"/desk/code/tiny/{every[at]}", decide="none")
    assert first(desk).endswith(every[0])


def led(desk: FlaskClient, page: str, key: str) -> str:
    """Where the link with this key leads from a page; empty where there is none."""
    found = re.search(rf'<a href="([^"]+)" data-key="{re.escape(key)}">', desk.get(page).text)
    return unescape(found[1]) if found else ""


@on_sqlite
def test_before_and_after_lead_through_every_response_without_a_decision(
    desk: FlaskClient, session: Session, row: PublishedSurvey
) -> None:
    every = [each.id.hex() for each in session.scalars(code_passages.of_survey(row.id).order_by(*code_passages.ORDER))]
    session.rollback()
    pages = [f"/desk/code/tiny/{each}" for each in every]
    assert [led(desk, page, ".") for page in pages[:5]] == pages[1:6]
    assert [led(desk, page, ",") for page in pages[:5]] == ["", *pages[:4]]
    assert led(desk, pages[-1], ".") == "/desk/code/tiny"


@on_sqlite
def test_what_is_asked_to_come_first_stays_so_from_act_to_act(desk: FlaskClient, session: Session) -> None:
    doubtful = session.scalars(select(Suggestion).order_by(Suggestion.passage_id.desc()).limit(1)).one()
    doubtful.confidence = 0.2
    session.commit()
    page = desk.get("/desk/code/tiny?first=doubtful").headers["Location"]
    assert page == f"/desk/code/tiny/{doubtful.passage_id.hex()}?first=doubtful"
    token = re.search(r'name="token" value="(\w+)"', desk.get(page).text)
    assert token
    for act in ("colleague", "memo", "later"):
        page = desk.post(page, data={"token": token[1], "decide": act}).headers["Location"]
        assert "first=doubtful" in page
    assert doubtful.passage_id.hex() not in page
    back = desk.post("/desk/code/tiny?first=doubtful", data={"token": token[1], "do": "undo"}).headers["Location"]
    assert (doubtful.passage_id.hex() in back, "first=doubtful" in back) == (True, True)


@on_sqlite
def test_a_suggestion_by_another_code_book_is_not_shown_and_not_accepted(desk: FlaskClient, session: Session) -> None:
    for each in session.scalars(select(Suggestion)):
        each.sections = ["ZZ"]
    session.commit()
    page = first(desk)
    assert "No suggestion yet" in desk.get(page).text
    assert send(desk, page, decide="accept").status_code == 400


@on_sqlite
def test_what_is_kept_apart_is_not_at_the_desk(desk: FlaskClient, session: Session, row: PublishedSurvey) -> None:
    page = first(desk)
    passage = session.get_one(Passage, bytes.fromhex(page.rsplit("/", 1)[1]))
    sample = begin_sample(session, row, "mdan", "", NOW)
    session.add(AuditUnit(sample_id=sample.id, response_id=passage.response_id, draw=1))
    session.commit()
    assert desk.get(page).status_code == 404
    assert first(desk) != page
    assert page not in desk.get(first(desk)).text
    assert send(desk, page, decide="none").status_code == 404


@pytest.mark.slow
@on_sqlite
def test_one_looks_at_ones_own_decisions_again(app: Flask, session: Session, desk: FlaskClient) -> None:
    pages = []
    for decided in ({"section": "AE", "theme": "AE3", "stance": "praise"}, {"section": "SD", "memo": "m"}, {}):
        pages.append(first(desk))
        send(desk, pages[-1], decide="save" if decided else "none", **decided)

    def shown(what: str) -> list[str]:
        listed = desk.get(f"/desk/code/tiny/decided?show={what}").text
        return [page for page in pages if page in listed]

    assert shown("") == pages
    assert [shown(what) for what in ("AE", "AE3", "praise", "SD", "memo", "none", "LG", "unaided")] == [
        *[pages[:1]] * 3,
        *[pages[1:2]] * 2,
        pages[2:],
        [],
        [],
    ]
    assert desk.get("/desk/code/tiny/decided?show=nonsense").status_code == 404
    assert desk.get("/desk/code/tiny/decided?part=7").status_code == 200
    other = let_in(app, session, "Somebody else").get("/desk/code/tiny/decided").text
    assert not [page for page in pages if page in other]


@on_sqlite
def test_what_may_weigh_is_announced_first(app: Flask, session: Session, keys: Vault, look: Look) -> None:
    taken_in(session, keys, DANGER, *[WORDS] * 9)
    held = {each.hex() for each in look(select(PassageFlags.passage_id).where(PassageFlags.danger))}
    desk = let_in(app, session, "Coder")
    page = f"/desk/code/tiny/{min(held)}"
    announced = desk.get(page).text
    assert "throat" not in announced
    assert "may speak of harm" in announced
    assert send(desk, page, decide="leave").status_code == 303
    assert "throat" not in desk.get("/desk/code/tiny/marked/colleague").text
    undo(desk)
    assert "did=opened" in send(desk, page, decide="open").headers["Location"]
    opened = desk.get(page).text
    assert len(held) > 1 or "throat" in opened
    assert opened.count("a passage that may speak of harm") == len(held) - 1
    assert "may speak of harm" in let_in(app, session, "Other").get(page).text
    at = re.findall(r'name="at" value="(\d+)"', desk.get(f"{page}?split=1").text)[0]
    send(desk, page, decide="split", at=at)
    now = look(select(PassageFlags).join(Passage, Passage.id == PassageFlags.passage_id).where(PassageFlags.danger))
    assert len(now) == len(held) + 1


@on_sqlite
def test_a_break_is_due_after_a_while_and_a_day_has_an_end(
    app: Flask, session: Session, desk: FlaskClient, row: PublishedSurvey, look: Look
) -> None:
    survey_id = row.id

    def act(name: str, **fields: str) -> TestResponse:
        return send(desk, f"/desk/collect/tiny/{name}", **fields)

    assert act("pace", break_after="241", most_a_day="x").status_code == 422
    assert act("pace", break_after="20", most_a_day="2").status_code == 303
    assert 'value="20"' in desk.get("/desk/collect/tiny/pace").text
    assert look(select(DeskPace.most_a_day)) == [2]
    page = first(desk)
    send(desk, page, decide="none")
    (done,) = look(select(DeskAct))
    passage, coder, moment = done.passage_id, done.staff_id, done.done_at
    for ago in range(8, 33, 8):
        more = {"survey_id": survey_id, "passage_id": passage, "staff_id": coder, "kind": "opened", "about": b"x"}
        session.add(DeskAct(done_at=moment - timedelta(minutes=ago), **more))
    session.commit()
    assert "You have been coding for 32 minutes" in desk.get(first(desk)).text
    send(desk, "/desk/code/tiny", do="go on", **{"from": page.rsplit("/", 1)[1]})
    assert "You have been coding" not in desk.get(first(desk)).text
    assert "Enough for today" in desk.get(send(desk, first(desk), decide="none").headers["Location"]).text
    undo(desk)
    assert "today 1 of at most 2" in desk.get(first(desk)).text
    coder_only = let_in(app, session, "Only codes", ("coder",))
    assert coder_only.get("/desk/collect/tiny/pace").status_code == 403


@on_sqlite
def test_what_is_no_act_is_refused(desk: FlaskClient) -> None:
    page = first(desk)
    for do in ("", "publish", "undo!"):
        assert send(desk, "/desk/code/tiny", do=do).status_code == 400
        assert send(desk, page, decide=do).status_code == 400
