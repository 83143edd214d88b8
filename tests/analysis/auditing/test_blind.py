"""Coding blind and settling over HTTP: what is seen and what is not, who may what, and what is counted in the end."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from analysis.auditing.agreeing import agree
from analysis.auditing.blind_coding import seen, stands
from analysis.auditing.designing import samples
from analysis.auditing.label_tables import AuditAgreement, AuditCoding, AuditDecision, AuditSeat
from analysis.auditing.labels import audited
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.coding.code_passages import LATER
from analysis.coding.tables import UNDO, Coding, DeskAct, Passage
from analysis.learning.audited import audited as settled_passages
from safekeeping.clock import steady_now
from safekeeping.jobs import Job
from tests.analysis.auditing.conftest import Audit, send
from tests.factories import NOW, opener_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)

Look = Callable[[Any], list[Any]]
#: What would give a suggestion away, or what a colleague gave.
TELLING = ("canary-model", "4711", "8642", "7531", "86 %", "75 %", "The machine suggests", "Words that led there")


@pytest.fixture
def coded(audit: Audit) -> Audit:
    """Three responses, coded by Ann and Ben; they differ about every poster."""
    audit.draw(survivor=3)
    audit.seat("Ann", "Ben")
    assert audit.code("Ann", poster="AE", waiting="AE SD") == 6
    assert audit.code("Ben", poster="LG", waiting="AE SD") == 6
    return audit


def test_a_blind_page_tells_nothing(audit: Audit, look: Look) -> None:
    audit.draw(survivor=2)
    audit.seat("Ann", "Ben")
    before = audit.at("Ben").get(audit.at("Ben").get("/desk/audit/tiny/code").headers["Location"]).text
    audit.code("Ann", poster="AE", waiting="LG")
    browser = audit.at("Ben")
    place = browser.get("/desk/audit/tiny/code").headers["Location"]
    page = browser.get(place).text
    assert not [word for word in TELLING if word in page]
    assert " checked" not in page.replace('value="" checked', "")  # nothing but “no stance given”
    assert re.sub(r'value="\w{64}"', "", page) == re.sub(r'value="\w{64}"', "", before)  # whatever Ann gave
    passage = place.rsplit("/", 1)[1]
    assert browser.get(f"/desk/code/tiny/{passage}").status_code == 404  # where the suggestion would stand
    for other in ("settle", "agreement"):
        assert "Settle one" not in browser.get(f"/desk/audit/tiny/{other}").text
    unit = look(select(AuditUnit.id))[0].hex()
    assert browser.get(f"/desk/audit/tiny/settle/{unit}").status_code == 404
    assert audit.at("Cat").get(place).status_code == 404  # who does not sit there


def test_who_saw_the_suggestion_is_given_no_seat(audit: Audit, look: Look) -> None:
    audit.draw(survivor=2)
    ann, ben = audit.person("Ann"), audit.person("Ben")
    first, second = sorted(look(select(AuditUnit)), key=lambda unit: unit.id)
    passages = look(select(Passage).where(Passage.response_id == first.response_id))
    said = {"sections": ["AE"], "act": "changed", "standard": "mdan", "coded_at": NOW}
    audit.session.add(Coding(passage_id=passages[0].id, staff_id=ann.id, **said))
    audit.session.commit()
    lead = audit.at("Lead Person", "coding lead")
    send(lead, "/desk/audit/tiny/seats", do="share", person=[ann.id.hex(), ben.id.hex(), "nobody"])
    seats = {(each.unit_id, each.staff_id) for each in look(select(AuditSeat))}
    assert seats == {(first.id, ben.id), (second.id, ann.id), (second.id, ben.id)}
    assert "Take another response" not in audit.at("Ann").get("/desk/audit/tiny").text
    assert "1 seat is free, for somebody else" in audit.at("Ann").get("/desk/audit/tiny").text
    assert "Take another response" in audit.at("Cat").get("/desk/audit/tiny").text
    assert send(audit.at("Ann"), "/desk/audit/tiny/take").headers["Location"].endswith("done=none")
    assert send(audit.at("Cat"), "/desk/audit/tiny/take").headers["Location"].endswith("/code")
    assert audit.code("Cat") == 2


def test_what_was_taken_back_or_only_put_off_was_seen_all_the_same(audit: Audit, look: Look) -> None:
    audit.draw(survivor=2)
    ann, ben = audit.person("Ann"), audit.person("Ben")
    first, second = sorted(look(select(AuditUnit)), key=lambda unit: unit.id)
    passage = {each.response_id: each.id for each in look(select(Passage))}
    said = {"sections": ["AE"], "act": "changed", "standard": "mdan", "coded_at": NOW}
    coding = Coding(passage_id=passage[first.response_id], staff_id=ann.id, **said)
    audit.session.add(coding)
    audit.session.flush()
    taken_back = {"passage_id": coding.passage_id, "staff_id": ann.id, "kind": UNDO, "about": coding.id}
    put_off = {"passage_id": passage[second.response_id], "staff_id": ben.id, "kind": LATER, "about": b"itself"}
    for act in (taken_back, put_off):
        audit.session.add(DeskAct(survey_id=audit.row.id, done_at=NOW, **act))
    audit.session.commit()
    assert look(select(Coding)) == []
    sample = look(select(AuditSample))[0]
    found = seen(audit.session, sample)
    audit.session.rollback()
    assert found == {(first.id, ann.id), (second.id, ben.id)}


def test_seats_are_taken_back_until_they_are_finished(coded: Audit, look: Look) -> None:
    lead = coded.at("Lead Person", "coding lead")
    coded.draw(survivor=5)
    people = [each.hex() for each in coded.seat("Ann", "Ben")]
    assert len(look(select(AuditSeat))) == 10
    assert send(lead, "/desk/audit/tiny/seats", do="back", back=people[0]).headers["Location"].endswith("done=back")
    assert len(look(select(AuditSeat))) == 8
    assert send(lead, "/desk/audit/tiny/seats", do="back", back="nobody").status_code == 400


def test_a_form_that_says_nothing_keeps_nothing(audit: Audit, look: Look) -> None:
    audit.draw(survivor=1)
    ann = audit.at("Ann")
    send(ann, "/desk/audit/tiny/take")
    place = ann.get("/desk/audit/tiny/code").headers["Location"]
    empty = send(ann, place, decide="save", stance="praise")
    assert empty.status_code == 422
    assert "Nothing is ticked yet" in empty.text
    assert 'value="praise" checked' in empty.text
    assert send(ann, place, decide="save", section="XX").status_code == 400
    assert send(ann, place, decide="publish").status_code == 400
    assert look(select(AuditCoding)) == []
    assert send(ann, place, decide="save", theme="AE1", stance="problem").status_code == 303
    (row,) = look(select(AuditCoding))
    assert (row.sections, row.themes, row.stance) == (["AE"], ["AE1"], "problem")
    assert ann.get("/desk/audit/tiny/code/last").headers["Location"].endswith(place)
    send(ann, place, decide="none")
    assert sorted(each.sections for each in look(select(AuditCoding))) == [[], ["AE"]]
    audit.seat("Ann", "Ben")
    assert audit.code("Ann") == 1
    audit.code("Ben")
    assert look(select(Job).where(Job.kind == "audit agreement")) == []


def test_the_last_one_to_be_coded_lets_agreement_be_measured(audit: Audit, look: Look) -> None:
    audit.draw(survivor=1)
    audit.seat("Ann", "Ben")
    audit.code("Ann")
    ben = audit.at("Ben")
    for left in (1, 0):
        assert look(select(Job).where(Job.kind == "audit agreement")) == []
        send(ben, ben.get("/desk/audit/tiny/code").headers["Location"], decide="none")
        assert left or ben.get("/desk/audit/tiny/code").headers["Location"].endswith("coded=1")
    assert look(select(Job.state).where(Job.kind == "audit agreement")) == ["queued"]


def test_codes_stand_once_all_are_coded_twice(coded: Audit, look: Look) -> None:
    ann = coded.at("Ann")
    place = ann.get("/desk/audit/tiny/code/last").headers["Location"]
    assert "codes stand as they are" in ann.get(place).text
    assert send(ann, place, decide="none").status_code == 422
    assert len(look(select(AuditCoding))) == 12


def places_to_settle(audit: Audit, name: str) -> list[str]:
    page = audit.at(name).get("/desk/audit/tiny/settle").text
    return re.findall(r'href="(/desk/audit/tiny/settle/\w+)"', page)


def unit_to_settle(audit: Audit, name: str) -> str:
    return places_to_settle(audit, name)[0]


def passage_on(page: str) -> str:
    found = re.findall(r'name="passage" value="(\w+)"', page)
    assert len(found) == 1  # only where they differ
    return str(found[0])


def test_a_third_person_settles_alone_and_the_pair_together(coded: Audit, look: Look) -> None:
    place = unit_to_settle(coded, "Cat")
    page = coded.at("Cat").get(place).text
    passage = passage_on(page)
    assert "Ann" in page
    assert "your decision settles it" in page
    empty = send(coded.at("Cat"), place, passage=passage, choice="else", section="OE")
    assert empty.status_code == 422
    assert 'value="OE" data-key="4" checked' in empty.text
    assert send(coded.at("Cat"), place, passage=passage, reason="because").status_code == 422
    assert send(coded.at("Cat"), place, passage="00", choice="1", reason="x").status_code == 404
    assert look(select(AuditDecision)) == []
    assert send(coded.at("Cat"), place, passage=passage, choice="1", reason="It is about a poster.").status_code == 303
    assert "It is about a poster." in coded.at("Ann").get(place).text
    assert b"poster" not in look(select(AuditDecision.reason))[0]
    other = next(each for each in places_to_settle(coded, "Ann") if each != place)
    passage = passage_on(coded.at("Ann").get(other).text)
    send(coded.at("Ann"), other, passage=passage, choice="else", section="OE", reason="We talked.")
    waiting = coded.at("Ben").get(other).text
    assert "It is settled once Ben decides the same" in waiting
    assert "Settled as" not in waiting
    send(coded.at("Ben"), other, passage=passage, choice="else", section="OE", reason="We talked.")
    assert "Settled as" in coded.at("Ben").get(other).text
    assert len(look(select(AuditCoding))) == 12  # what was given blind is as it was


def test_what_is_audited_is_settled_labels_with_their_chance(coded: Audit) -> None:
    opener = opener_of(coded.keys, coded.row)
    before = audited(coded.session, coded.row.id, opener)
    assert before is not None
    assert (before.responses, before.waiting, before.lost) == ((), 3, 0)
    coded.session.rollback()
    for place in places_to_settle(coded, "Cat"):
        said = {"choice": "else", "section": "OE", "theme": "OE1", "reason": "So it is."}
        send(coded.at("Cat"), place, passage=passage_on(coded.at("Cat").get(place).text), **said)
    found = audited(coded.session, coded.row.id, opener)
    assert found is not None
    assert (len(found.responses), found.waiting, found.standard) == (3, 0, "mdan")
    assert {(each.stratum, each.probability) for each in found.responses} == {("survivor", 3 / 24)}
    assert {each.sections for each in found.responses} == {frozenset({"AE", "SD", "OE"})}
    assert {each.themes for each in found.responses} == {frozenset({"OE1"})}
    assert [len(each.passages) for each in found.responses] == [2, 2, 2]


def settle_one(audit: Audit, place: str) -> None:
    passage = passage_on(audit.at("Cat").get(place).text)
    send(audit.at("Cat"), place, passage=passage, choice="1", reason="So it is.")


def test_a_part_of_a_draw_is_no_sample_and_is_not_given_out(coded: Audit) -> None:
    """What is settled first is the easy part. An extension leaves what was found before as it was."""
    opener = opener_of(coded.keys, coded.row)

    def found() -> tuple[int, int, list[int]]:
        result = audited(coded.session, coded.row.id, opener)
        coded.session.rollback()
        assert result is not None
        assert all(each.probability == result.strata[-1].probability for each in result.responses)
        return len(result.responses), result.waiting, [stratum.drawn for stratum in result.strata]

    places = places_to_settle(coded, "Cat")
    for place in places[:-1]:
        settle_one(coded, place)
    assert found() == (0, 3, [0, 3])
    settle_one(coded, places[-1])
    assert found() == (3, 0, [0, 3])
    coded.draw(survivor=5)
    assert found() == (3, 2, [0, 3])
    coded.seat("Ann", "Ben")
    for name in ("Ann", "Ben"):
        coded.code(name, poster="AE")
    assert found() == (5, 0, [0, 5])


def test_what_needs_a_person_is_learnt_from_the_audit(coded: Audit) -> None:
    for place in places_to_settle(coded, "Cat"):
        settle_one(coded, place)
    (first, *others) = settled_passages(coded.session, coded.row.id, "mdan", opener_of(coded.keys, coded.row))
    assert len(others) == 5
    assert (first.audience, first.drawn) == ("survivor", 3 / 24)
    assert settled_passages(coded.session, coded.row.id, "other", opener_of(coded.keys, coded.row)) == []
    coded.session.rollback()
    page = coded.at("Cat").get("/desk/code/tiny/needs-a-person").text
    assert "by 3 audited ones, one of each person" in page


def test_agreement_is_measured_on_blind_codes_only(coded: Audit, look: Look) -> None:
    (sample,) = look(select(AuditSample))
    agree(coded.bench, sample.id.hex())
    (before,) = look(select(AuditAgreement))
    figures = before.figures
    assert (figures["passages"], figures["responses"]) == (6, 3)
    assert figures["overall"]["identical"]["value"] == 0.5
    assert figures["by_section"]["LG"]["agreement"]["value"] == 0.5
    assert figures["by_section"]["SD"]["alpha"]["value"] == 1
    assert [pair["items"] for pair in figures["pairs"]] == [6]
    assert [week["passages"] for week in figures["weeks"]] == [6]
    place = unit_to_settle(coded, "Cat")
    passage = passage_on(coded.at("Cat").get(place).text)
    send(coded.at("Cat"), place, passage=passage, choice="1", reason="So it is.")
    agree(coded.bench, sample.id.hex())
    assert look(select(AuditAgreement.figures)) == [figures]
    page = coded.at("Cat").get("/desk/audit/tiny/agreement").text
    assert re.search("Ann, Ben|Ben, Ann", page)
    assert ">3<span" in page  # the cell of posters
    cell = coded.at("Cat").get("/desk/audit/tiny/settle?one=AE&other=LG").text
    assert cell.count("/desk/audit/tiny/settle/") == 3
    assert coded.at("Cat").get("/desk/audit/tiny/settle?one=AE&other=OE").text.count("tiny/settle/") == 0
    picture = coded.at("Cat").get("/desk/audit/tiny/agreement.svg")
    assert picture.mimetype == "image/svg+xml"
    assert "<desc" in picture.text
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]


def test_undefined_is_said_and_is_never_one(audit: Audit, look: Look) -> None:
    audit.draw(survivor=2)
    for name in ("Ann", "Ben"):
        audit.seat("Ann", "Ben")
        audit.code(name, poster="AE", waiting="AE")
    agree(audit.bench, look(select(AuditSample.id))[0].hex())
    (found,) = look(select(AuditAgreement))
    assert found.figures["overall"]["alpha_masi"] == {"value": None, "low": None, "high": None}
    assert found.figures["pairs"][0]["kappa"] is None
    page = audit.at("Ann").get("/desk/audit/tiny/agreement").text
    assert "Agreement is undefined" in page
    assert ">undefined<" in page
    assert "agree well enough" not in page


def test_a_plan_is_shown_typed_wrong_kept_and_drawn(audit: Audit, look: Look) -> None:
    lead = audit.at("Lead Person", "coding lead")
    page = lead.get("/desk/audit/tiny?total=20").text
    assert "about 25 answered" in page
    assert "Plus or minus" in page
    assert "<form" not in audit.at("Ann").get("/desk/audit/tiny").text.partition("<main")[2]
    wrong = send(lead, "/desk/audit/tiny/draw", **{"n-survivor": "many", "n-provider": "4"})
    assert wrong.status_code == 422
    assert "“many” is not a whole number" in wrong.text
    assert 'value="many"' in wrong.text
    assert look(select(AuditSample)) == []
    assert send(lead, "/desk/audit/tiny/draw").status_code == 422
    assert send(audit.at("Ann"), "/desk/audit/tiny/draw", **{"n-survivor": "4"}).status_code == 403
    assert send(lead, "/desk/audit/tiny/draw", **{"n-survivor": "4"}).status_code == 303
    assert send(lead, "/desk/audit/tiny/draw", **{"n-survivor": "9"}).status_code == 303  # it waits already
    assert len(look(select(AuditSample))) == 1
    assert "being drawn" in lead.get("/desk/audit/tiny").text
    send(lead, "/desk/audit/tiny/end")
    again = send(lead, "/desk/audit/tiny/draw", **{"n-survivor": "4"})
    assert again.status_code == 422
    assert "Say why another sample is drawn" in again.text
    assert send(lead, "/desk/audit/tiny/draw", **{"n-survivor": "4", "reason": "A new wave."}).status_code == 303
    assert [each.number for each in look(select(AuditSample).order_by(AuditSample.number))] == [1, 2]


@pytest.mark.slow
def test_a_new_coder_practises_on_what_is_settled(coded: Audit, look: Look) -> None:
    coded.draw(survivor=5)
    coded.seat("Ann", "Ben")
    for name in ("Ann", "Ben"):
        coded.code(name, poster="AE", waiting="SD")
    new = coded.at("Dan")
    assert send(new, "/desk/audit/tiny/practice").status_code == 303
    count = 0
    while "/practice/" in (place := new.get("/desk/audit/tiny/practice/next").headers["Location"]):
        place_before = place
        assert not [word for word in TELLING if word in new.get(place).text]
        assert send(new, place, decide="save", section="AE").status_code == 303
        count += 1
    assert count == 7  # all of the second draw, and what the two agreed about in the first
    assert send(new, place_before, decide="none").status_code == 422  # once only
    result = new.get("/desk/audit/tiny/practice").text
    assert "Of 7 passages you gave the same sections to" in result
    assert "Difference 1" in result
    assert send(coded.at("Ann"), "/desk/audit/tiny/practice").status_code == 400  # she has coded them all herself


@pytest.mark.slow
def test_another_audit_begins_from_nothing(coded: Audit) -> None:
    coded.draw(survivor=3)  # an extension that adds nobody
    (sample,) = samples(coded.session, coded.row.id)
    assert stands(coded.session, sample, 1)
    sample.ended_at = steady_now()
    coded.session.commit()
    again = coded.draw(survivor=24)
    coded.seat("Ann", "Ben")
    assert not stands(coded.session, again, 1)
    coded.session.rollback()
    ann = coded.at("Ann")
    page = ann.get(ann.get("/desk/audit/tiny/code").headers["Location"]).text
    assert "0 of 48 passages coded by you" in page
    assert "You decided on this one before" not in page
    assert coded.code("Ann") == coded.code("Ben") == 48
    assert stands(coded.session, again, 1)
    assert coded.standing(again).open_draws() == {1}


def test_an_audit_that_has_ended_takes_no_more(coded: Audit, look: Look) -> None:
    (sample,) = look(select(AuditSample))
    place = unit_to_settle(coded, "Cat")
    coded.session.get_one(AuditSample, sample.id).ended_at = steady_now()
    coded.session.commit()
    for page in (place, "/desk/audit/tiny/code", "/desk/audit/tiny/code/last"):
        assert coded.at("Cat").get(page).status_code == 404
    assert send(coded.at("Ann"), "/desk/audit/tiny/take").status_code == 404
    assert coded.at("Cat").get("/desk/audit/tiny").status_code == 200
    assert coded.at("Cat").get("/desk/audit/tiny/settle").status_code == 200
