"""Flags for people, from taking answers in to the list of whoever looks after safety and the hint to coders."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from analysis.coding.flag_tables import PassageFlags, SafetyLook
from analysis.coding.safety import repeats
from analysis.coding.tables import Passage
from analysis.findings.tables import Findings, opened
from analysis.taking_in import take_in
from safekeeping.database import Base
from safekeeping.jobs import Bench
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault, random_id
from surveys.definition.published import PublishedSurvey
from surveys.intake.submit import Submission, submit
from surveys.intake.tables import Response
from tests.factories import as_open, let_in, published_survey, submitted

Look = Callable[[Any], list[Any]]
pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)

DANGER = (
    "The poster was good. He had me by the throat last night and I have to go back home to him. I can't ring anyone."
)
NAMED = "Ask Denise Threlfall on 07700 900147. The waiting list was seven months long."
CALM = "The waiting list was seven months long and nobody rang me. The posters only showed women."
LIST = "/desk/safeguard/tiny"


@pytest.fixture
def bench(engine: Engine, keys: Vault, model_folder: Path) -> Bench:
    """What a job works with, watched by nobody."""
    return Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})


@pytest.fixture
def row(session: Session, keys: Vault, bench: Bench) -> PublishedSurvey:
    """A survey with one answer of danger, one that names somebody, and ten others, taken in."""
    row = published_survey(session, keys)
    for words in (DANGER, NAMED):
        submitted(session, row, 1, say=words)
    submitted(session, row, 10, say=CALM)
    session.commit()
    take_in(bench, row.id.hex())
    return row


@pytest.fixture
def lead(app: Flask, session: Session, row: PublishedSurvey) -> FlaskClient:
    """Somebody who looks after safety and may do nothing else."""
    return let_in(app, session, "Safe Lead", ("safeguarding lead",))


def send(desk: FlaskClient, do: str, memo: str = "", answer: str = "") -> tuple[int, str]:
    page = desk.get(LIST).text
    token, shown = re.search(r'name="token" value="(\w+)"', page), re.search(r'name="answer" value="(\w+)"', page)
    assert token
    assert shown
    sent = desk.post(LIST, data={"token": token[1], "do": do, "memo": memo, "answer": answer or shown[1]})
    return sent.status_code, sent.text


def marked_words(page: str) -> list[str]:
    return re.findall(r"<mark[^>]*>([^<]+)</mark>", page)


def test_every_passage_is_flagged_by_offsets_and_no_table_holds_the_words(
    row: PublishedSurvey, look: Look, engine: Engine
) -> None:
    flags = look(select(PassageFlags))
    assert len(flags) == len(look(select(Passage)))
    spans = [span for each in flags for span in (*each.identifiers, *each.signs)]
    assert spans
    assert all(isinstance(start, int) and isinstance(end, int) and start < end for start, end, *_ in spans)
    assert {kind for each in flags for *_, kind in each.identifiers} == {"name", "phone"}
    with engine.connect() as connection:
        for name in ("passage_flags", "safety_look"):
            held = repr(connection.execute(Base.metadata.tables[name].select()).all())
            assert not re.search("throat|Denise|900147|home to him", held)


def test_taking_in_again_changes_nothing_and_other_rules_flag_anew(
    row: PublishedSurvey, look: Look, bench: Bench, session: Session
) -> None:
    def kept() -> list[tuple[Any, ...]]:
        return sorted(
            (each.passage_id, each.rules, str(each.identifiers), each.danger) for each in look(select(PassageFlags))
        )

    before = kept()
    take_in(bench, row.id.hex())
    assert kept() == before
    session.execute(update(PassageFlags).values(rules="older", identifiers=[], danger=False))
    session.commit()
    take_in(bench, row.id.hex())
    assert kept() == before


def test_it_stands_first_on_the_desk_of_the_role_alone(app: Flask, session: Session, lead: FlaskClient) -> None:
    assert re.search("1 answer to “[^”]+” may speak of danger now", lead.get("/desk/").text)
    coder = let_in(app, session, "Coder", ("coder",))
    assert "danger" not in coder.get("/desk/").text
    assert coder.get(LIST).status_code == 403
    both = let_in(app, session, "Both", ("coder", "safeguarding lead"))
    needs = re.findall(r'class="card"><span>([^<]+)', both.get("/desk/").text)
    assert "may speak of danger now" in next(need for need in needs if "trying" not in need)


def test_the_list_shows_the_answer_what_was_seen_and_that_nothing_is_sent(lead: FlaskClient) -> None:
    page = lead.get(LIST).text
    assert "Nobody can be reached from here, and nothing is sent" in page
    assert "throat" in marked_words(page)
    assert "last night" in marked_words(page)
    assert CALM not in page
    assert lead.get("/desk/safeguard").headers["Location"] == LIST
    for other in ("/desk/code", "/desk/find", "/desk/share/tiny"):
        assert lead.get(other).status_code == 403


@pytest.mark.parametrize(("do", "said"), [("nothing", "Looked at: nothing to do"), ("passed", "Passed on")])
def test_a_look_is_kept_with_its_memo_sealed_and_in_the_trail_without_words(
    lead: FlaskClient, look: Look, do: str, said: str
) -> None:
    memo = "Told our own duty manager by telephone"
    assert send(lead, do, memo)[0] == 303
    looks = look(select(SafetyLook))
    assert {each.outcome for each in looks} == {do}
    assert all(each.memo and memo.encode() not in each.memo for each in looks)
    assert "Nothing waits here" in lead.get(LIST).text
    assert "danger" not in lead.get("/desk/").text
    after = lead.get(f"{LIST}?looked=1").text
    assert said in after
    assert memo in after
    acts = [each for each in look(select(TrailRow)) if each.verb == "looked for danger"]
    assert [(each.object, each.detail) for each in acts] == [("tiny", f'{{"outcome": "{do}"}}')]
    assert "opened words" in [each.verb for each in look(select(TrailRow))]


@pytest.mark.parametrize("memo", ["he says: had me by the throat", "x" * 301])
def test_a_memo_that_repeats_the_answer_is_not_kept(lead: FlaskClient, look: Look, memo: str) -> None:
    status, page = send(lead, "passed", memo)
    assert status == 422
    assert "Nothing was noted" in page
    assert f'value="{memo}"' in page
    assert look(select(SafetyLook)) == []


@pytest.mark.parametrize(
    ("memo", "said"),
    [
        ("Told the police", False),
        ("", False),
        ("HAVE to go  back!", True),
        ("go back to", False),
        ("I have", False),
    ],
)
def test_four_words_in_a_row_are_a_repetition(store: str, memo: str, said: bool) -> None:
    assert repeats(memo, "And I have to go back home") is said
    assert repeats("they said help me", "Help me")
    assert repeats("told denise", "Ask Denise about it, she was there.", [(4, 10)])
    assert not repeats("told Denis", "Ask Denise about it, she was there.", [(4, 10)])


@pytest.mark.parametrize("answer", ["00" * 16, "zz", "none"])
def test_what_is_not_there_is_not_noted(lead: FlaskClient, look: Look, answer: str) -> None:
    assert send(lead, "nothing", answer=answer)[0] == 404
    assert send(lead, "tell the police")[0] == 400
    assert look(select(SafetyLook)) == []


def test_a_passage_without_danger_cannot_be_opened_by_the_list(lead: FlaskClient, look: Look) -> None:
    (calm, *_) = look(select(PassageFlags.passage_id).where(PassageFlags.danger.is_(False)))
    assert send(lead, "nothing", answer=calm.hex())[0] == 404


def test_the_coder_sees_where_a_name_may_stand_and_can_hide_it(
    app: Flask, session: Session, row: PublishedSurvey, look: Look
) -> None:
    coder = let_in(app, session, "Coder", ("coder",))
    named = next(each for each in look(select(PassageFlags)) if each.identifiers)
    page = f"/desk/code/tiny/{named.passage_id.hex()}"
    shown = coder.get(page).text
    assert marked_words(shown) == ["Denise Threlfall", "07700 900147"]
    assert "This passage may hold a name, a telephone number" in shown
    hidden = coder.get(f"{page}?marks=off").text
    assert marked_words(hidden) == []
    assert "Show where" in hidden


def test_flags_go_with_the_answer(row: PublishedSurvey, look: Look, lead: FlaskClient, session: Session) -> None:
    send(lead, "passed")
    session.execute(delete(Response))
    session.commit()
    assert look(select(PassageFlags)) == []
    assert look(select(SafetyLook)) == []


def test_no_words_stand_beside_figures_by_themselves(session: Session, keys: Vault, bench: Bench, look: Look) -> None:
    row = published_survey(session, keys, "quoting/each")
    for words in [NAMED] * 6 + [CALM] * 6:
        submit(
            session,
            as_open(row),
            Submission({"audience": "survivor", "helped": words}, quotable=("helped",)),
            random_id(),
        )
    session.commit()
    take_in(bench, row.id.hex())
    (found,) = look(select(Findings).where(Findings.survey_id == row.id))
    assert opened(found, keys).examples == ()
