"""The pages of proposals: listed, made, changed, decided; nothing lost that was typed; nothing for strangers."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from analysis.revision.deliberating import decide, declare_interest
from analysis.revision.proposal_standing import proposals_of
from analysis.revision.proposing import Worded, pin, propose
from analysis.revision.second_consultation import second_surveys
from analysis.revision.tables import ADD, KEEP, NOT_ADOPTED, REMOVE, Decision, Proposal
from safekeeping.clock import steady_now
from safekeeping.organisations import Organisation, add_organisation
from safekeeping.staff import StaffSession, add_staff
from safekeeping.trail import TrailRow
from safekeeping.vault import Vault
from surveys.definition.load import survey_from
from surveys.launching.publishing import publish_written
from surveys.writing.written import WrittenSurvey, tables_of
from tests.analysis.quoting.quoted import RELEASED_WORDS
from tests.analysis.revision.proposed import (
    CLAUSE,
    NEW_WORDS,
    SECTION,
    TODAY,
    WHY,
    Evidenced,
    Person,
    Revision,
    decided,
    words,
)

one_store = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
Look = Callable[[Any], list[Any]]
DECISION = {"outcome": "adopted", "by": "consensus", "names": "Ann\nBen", "reason": "It is fair.", "on": "2026-11-22"}


@pytest.fixture
def here(session: Session) -> Revision:
    return Revision(session)


def test_a_proposal_goes_all_the_way_on_both(
    app: Flask, session: Session, keys: Vault, engine: Engine, look: Look
) -> None:
    here = Evidenced(session, keys, engine)
    ann, ben = (Person(app, session, name, here.key) for name in ("Rhian", "Sam"))
    assert "Nothing is proposed yet" in ann.get()
    assert "Access and Engagement" in ann.get("/new")
    form = ann.get(f"/new?clause={SECTION}")
    assert RELEASED_WORDS in form
    assert "Everyone: 42 % of about 120 spoke to “Access and Engagement”" in form
    chosen = re.findall(r'name="pin" value="(\w+)"', form)
    purpose = "It is easy to find and to reach."
    typed = {"clause": SECTION, "kind": "change", "purpose": purpose, "rationale": WHY, "pin": [*chosen, "gone"]}
    status, page = ann.send("/new", **typed)
    assert (status, "1 piece of evidence was not there any more" in page) == (303, True)
    assert RELEASED_WORDS in page
    assert re.search(r"<del>.*removed:.*</del><ins>.*added:.*easy.*</ins>", page, re.DOTALL)
    assert ben.send("/1", do="comment", comment="<b>Good</b>")[0] == 303
    assert ben.send("/1", do="vote", vote="for", seen=1)[0] == 303
    assert "Sam: for" in words(ann.get("/1"))
    status, page = ann.send("/1/decide", **DECISION | {"by": "vote", "seen": 1})
    assert (status, "The decision is recorded." in page) == (303, True)
    assert "1 adopted" in words(ann.get())
    board = words(ann.get("/board"))
    assert "easy to find" in board
    assert "It is fair." in board
    file = ann.client.get(f"{ann.at}.csv")
    assert (file.mimetype, purpose in file.text, RELEASED_WORDS in file.text) == ("text/csv", True, False)
    trail = [(row.verb, row.object) for row in look(select(TrailRow).order_by(TrailRow.number))]
    assert [(verb, "mdan") for verb in ("proposed", "commented", "voted", "decided")] == trail[-4:]
    assert not [row for row in look(select(TrailRow)) if "easy" in row.detail or "Good" in row.detail]


@one_store
def test_a_quote_taken_back_is_a_gap_on_every_page(app: Flask, session: Session, keys: Vault, engine: Engine) -> None:
    here = Evidenced(session, keys, engine)
    pin(here.team(), here.change("New.", SECTION, field="purpose"), here.pieces())
    ann = Person(app, session, "Rhian", here.key)
    assert RELEASED_WORDS in ann.get("/1")
    here.found(45)
    assert "It was 42 % when it was pinned; it is 45 % now." in ann.get("/1")
    here.take_back()
    assert "a gap in the evidence" in ann.get("/1")
    for more in ("", "/1", "/board", ".csv", f"/new?clause={SECTION}", "/second"):
        assert "rang me" not in ann.get(more), more


@one_store
def test_what_was_typed_and_refused_is_still_there(app: Flask, session: Session, here: Revision) -> None:
    here.change()
    ann = Person(app, session, "Ann", here.key)
    for more, fields, says, held in (
        ("/new", {"clause": CLAUSE, "kind": "change", "wording": "Typed words"}, "Say why", "Typed words"),
        ("/new", {"clause": CLAUSE, "wording": "Typed words"}, "Choose what", "Typed words"),
        ("/new", {"clause": SECTION, "kind": "add", "number": "AE1", "title": "Mine"}, "is there already", "Mine"),
        ("/1", {"do": "reword", "seen": 1, "wording": "x", "rationale": "", "guidance": "Ask"}, "Say why", "Ask"),
        ("/1", {"do": "reword", "seen": 9, "wording": "Mine alone", "rationale": WHY}, "anew while", "Mine alone"),
        ("/1", {"do": "comment", "comment": "x" * 9000}, "Shorten it", "x" * 9000),
        ("/1", {"do": "vote", "seen": 1}, "Choose how you vote", ""),
        ("/1", {"do": "pin"}, "Choose evidence", ""),
        ("/1", {"do": "let go", "pinned": "00"}, "is not there any more", ""),
        ("/1/decide", {**DECISION, "seen": 1, "on": "soon", "told": "We did"}, "Choose the day", "We did"),
        ("/1/decide", {**DECISION, "seen": 1, "outcome": "not adopted"}, "Say to the public", "It is fair."),
    ):  # fmt: skip
        status, page = ann.send(more, **fields)
        assert (status, says in page, held in page) == (400, True, True), says
        assert "Nothing was kept yet" in page
    for more, fields in (
        ("/new", {"kind": "burn"}),
        ("/1", {"do": "burn"}),
        ("/1", {"do": "vote", "vote": "for", "seen": "x"}),
    ):
        assert ann.send(more, **fields)[0] == 400
    assert ann.send("/9", do="comment", comment="x")[0] == 404
    assert ann.send("/new", clause="00", kind="keep", rationale=WHY)[0] == 404
    assert (ann.status("/new?clause=none"), ann.status("/9")) == (404, 404)
    session.rollback()
    assert [len(each.wordings) for each in proposals_of(session, here.cycle.id)] == [1]


@one_store
def test_markup_in_what_is_typed_stays_words(app: Flask, session: Session, here: Revision) -> None:
    evil = "</textarea><script>alert(1)</script>{{ 7*7 }}<ins>"
    ann = Person(app, session, "Ann", here.key)
    typed = {"clause": CLAUSE, "kind": "change", "title": evil, "wording": evil, "rationale": evil}
    assert ann.send("/new", **typed)[0] == 303
    for do, fields in (("comment", {"comment": evil}), ("reword", {"seen": 1, **typed, "wording": f"{evil} x"})):
        assert ann.send("/1", do=do, **fields)[0] == 303
    assert ann.send("/1/decide", **{**DECISION, "reason": evil, "told": evil, "names": evil}, seen=2)[0] == 303
    for more in ("", "/1", "/board", "/new", f"/new?clause={CLAUSE}", "/second"):
        page = ann.client.get(ann.at + more).text
        assert "<script>" not in page, more
        assert "49" not in words(page), more


@one_store
def test_an_interest_is_enforced_by_the_server(app: Flask, session: Session, here: Revision, look: Look) -> None:
    here.change()
    declare_interest(here.team("Ben"), 1, "My service would be paid.")
    ben = Person(app, session, "Ben", here.key)
    page = ben.get("/1")
    assert "You can comment on it, not vote or decide" in page
    assert 'name="vote"' not in page
    assert 'name="outcome"' not in page
    for more, fields in (("/1", {"do": "vote", "vote": "for", "seen": 1}), ("/1/decide", {**DECISION, "seen": 1})):
        status, page = ben.send(more, **fields)
        assert (status, "You declared a conflict of interest" in page) == (400, True)
    assert look(select(Decision)) == []
    ann = Person(app, session, "Ann", here.key)
    assert ann.send("/1/decide", **DECISION, seen=1)[0] == 400, "Ben is named among those who decided"
    assert ann.send("/1/decide", **{**DECISION, "names": "Ann, Cai"}, seen=1)[0] == 303


@one_store
def test_who_decides_has_shown_who_they_are(app: Flask, session: Session, here: Revision, look: Look) -> None:
    here.change()
    ann = Person(app, session, "Ann", here.key)
    session.execute(update(StaffSession).values(confirmed_at=None))
    session.execute(update(Organisation).values(trying_out=False))
    session.commit()
    status, page = ann.send("/1/decide", **DECISION, seen=1)
    assert (status, look(select(Decision))) == (403, [])
    assert "It is fair." in page, "what was typed is carried along"
    assert ann.send("/1", do="vote", vote="for", seen=1)[0] == 303


@one_store
def test_nothing_is_there_for_another_organisation_or_role(app: Flask, session: Session, here: Revision) -> None:
    here.change()
    other = add_organisation(session, "Other House")
    add_staff(session, "Stranger", ["reviewer"], other)
    stranger = Person(app, session, "Stranger", here.key)
    coder = Person(app, session, "Coder", here.key, ("coder", "analyst"))
    for more in ("", "/1", "/new", f"/new?clause={CLAUSE}", "/board", ".csv", "/second"):
        assert (stranger.status(more), coder.status(more)) == (404, 403), more
    for more, fields in (
        ("/new", {"clause": CLAUSE, "kind": "keep", "rationale": WHY}),
        ("/1", {"do": "comment", "comment": "x"}),
        ("/1/decide", {**DECISION, "seen": 1}),
        ("/second", {"proposal": "1", "audience": "survivor"}),
    ):
        assert (stranger.send(more, **fields)[0], coder.send(more, **fields)[0]) == (404, 403), more


@one_store
def test_the_list_is_by_section_and_filtered(app: Flask, session: Session, here: Revision) -> None:
    here.change()
    propose(here.team("Ben"), REMOVE, CLAUSE, Worded({}, WHY))
    propose(here.team("Ben"), ADD, "", Worded({"number": "ZZ", "title": "A section"}, WHY))
    decide(here.team(), 2, decided(NOT_ADOPTED, told="Heard."), TODAY)
    kept_as_is = propose(here.team("Cai"), KEEP, CLAUSE, Worded({}, WHY))
    ann = Person(app, session, "Ann", here.key)

    def numbers(asked: str) -> list[str]:
        return re.findall(r'<th scope="row"><a href="[^"]*/(\d+)"', ann.get(asked))

    assert numbers("") == ["1", "2", "4", "3"]
    assert "Contradiction: Proposal 4 is to keep this clause" in words(ann.get())
    assert (numbers("?state=open"), numbers("?state=not+adopted")) == (["1", "4", "3"], ["2"])
    assert (numbers("?kind=add"), numbers("?mine=1")) == (["3"], ["1"])
    assert (numbers("?section=New+sections"), numbers("?section=x")) == (["3"], [])
    assert "No proposal is like that" in ann.get("?section=x")
    assert kept_as_is.number == 4


@one_store
def test_earlier_wordings_and_decisions_are_read(app: Flask, session: Session, here: Revision) -> None:
    here.change()
    ann = Person(app, session, "Ann", here.key)
    assert ann.send("/1", do="reword", seen=1, wording="Soon after.", rationale=WHY)[0] == 303
    assert "Nothing is different" in ann.send("/1", do="reword", seen=2, wording="Soon after.", rationale=WHY)[1]
    assert ann.send("/1/decide", **{**DECISION, "outcome": "not adopted", "told": "Not yet."}, seen=2)[0] == 303
    amended = {"outcome": "adopted with changes", "wording": "Soon.", "reason": "There is money."}
    assert ann.send("/1/decide", **DECISION | amended, seen=2)[0] == 303
    page = words(ann.get("/1"))
    for said in (
        NEW_WORDS[:-1],
        "Soon after.",
        "As it was adopted",
        "1 earlier decision",
        "Not yet.",
        "There is money.",
    ):
        assert said in page
    assert "worded it anew" in page


@one_store
def test_a_second_consultation_is_drafted_and_belongs_to_the_cycle(
    app: Flask, session: Session, keys: Vault, here: Revision
) -> None:
    here.change()
    here.change("y" * 3000, SECTION)
    propose(here.team(), ADD, SECTION, Worded({"number": "AE9", "title": "A new one", "wording": "Be kind."}, WHY))
    propose(here.team(), REMOVE, CLAUSE, Worded({}, WHY))
    ann = Person(app, session, "Ann", here.key)
    assert ann.send("/second", audience="survivor")[0] == 400
    assert ann.send("/second", proposal="1")[0] == 400
    status, page = ann.send("/second", proposal=["1", "2", "3", "4", "77"], audience=["survivor", "provider"])
    assert (status, "The draft is made" in page, "1 wording is longer" in page) == (303, True, True)
    session.rollback()
    row = session.scalars(select(WrittenSurvey)).one()
    survey = survey_from(tables_of(session, row))
    asked = {each.name: each for each in survey.questions}
    assert [asked[f"proposal_{number}"].kind for number in range(1, 5)] == ["clause-view"] * 4
    assert NEW_WORDS in str(asked["proposal_1"])
    assert set(survey.audience_names()) == {"survivor", "provider"}
    assert second_surveys(session, here.cycle) == []
    live = publish_written(session, keys, row, survey, steady_now())
    session.commit()
    assert [each.id for each in second_surveys(session, here.cycle)] == [live.id]
    session.rollback()
    assert "published" in ann.get("/second")


@one_store
def test_whoever_writes_too_goes_on_with_the_draft(app: Flask, session: Session, here: Revision) -> None:
    here.change()
    both = Person(app, session, "Both", here.key, ("reviewer", "author"))
    page = both.send("/second", proposal="1", audience="survivor")[1]
    found = re.search(r'href="(/desk/write/\w+)"', page)
    assert found
    outline = unescape(both.client.get(found[1]).text)
    assert "Second consultation on" in outline


@one_store
def test_an_ended_revision_is_read_only(app: Flask, session: Session, here: Revision, look: Look) -> None:
    here.change()
    here.cycle.ended_on = TODAY
    ann = Person(app, session, "Ann", here.key)
    page = ann.get("/1")
    assert "This revision has ended" in page
    assert "<textarea" not in page
    status, page = ann.send("/1", do="comment", comment="Late")
    assert (status, "has ended" in page) == (400, True)
    assert ann.send("/second", proposal="1", audience="survivor")[0] == 400
    assert len(look(select(Proposal))) == 1
