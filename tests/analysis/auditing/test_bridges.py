"""Bridges: drawn from what an audit settled, coded blind by another version, told apart from audits everywhere."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from analysis.auditing.agreeing import agree
from analysis.auditing.blind_coding import WASHOUT, checked, remembered, seen, share_out
from analysis.auditing.designing import (
    ask_to_draw,
    at_work,
    begin_bridge,
    begin_sample,
    bridges,
    draw_audit,
    newest_sample,
    samples,
    verify_draws,
)
from analysis.auditing.kept_apart import audited_passages, being_audited
from analysis.auditing.label_tables import AuditCoding
from analysis.auditing.labels import audited, bridged
from analysis.auditing.sample_tables import AuditDraw, AuditSample, AuditUnit
from analysis.auditing.settling import Codes
from analysis.auditing.standing import standing_of
from analysis.code_books.lineage import MERGED, Version, unchanged
from analysis.code_books.versions import BookVersion, keep_version, pin, row_of, versions_of
from analysis.coding.tables import Passage
from analysis.findings.estimates_kept import estimates_of
from analysis.findings.estimating import estimate
from analysis.findings.releases.release_tables import told
from analysis.findings.shown import ALL
from analysis.findings.waves.bridging import make_shares
from analysis.findings.waves.bridging_job import JOB
from analysis.findings.waves.comparing import version_of
from analysis.findings.waves.wave_shares import OTHER, OWN, KeptShares, WaveShares, shares_of
from analysis.standard.edition import Edition
from safekeeping.clock import steady_now
from safekeeping.jobs import Job
from safekeeping.staff import add_staff
from surveys.intake.read import read_one
from surveys.intake.tables import Response
from tests.analysis.auditing.conftest import MDAN, Audit, Look, send
from tests.factories import NOW, opener_of

ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def second_version(audit: Audit) -> BookVersion:
    """Access means something else, Governance and Outcomes are one section, and there is a new one."""
    first, person = pin(audit.session, "mdan"), add_staff(audit.session, "Writer", ("coding lead",))
    governance, access, delivery, outcomes = first.book.codes
    one = replace(governance, code="ONE", title="Running it", children=())
    new = replace(delivery, id="new", code="NEW", title="Cost", definition="What it costs.", children=())
    codes = (one, replace(access, definition="Only how people get in."), delivery, new)
    book = replace(first.book, codes=codes, gone=(outcomes.id,))
    came = {**unchanged(book), one.id: {governance.id: MERGED, outcomes.id: MERGED}, "new": {}}
    made = BookVersion(Version(2, book, came), person.id, NOW)
    row = row_of(audit.session, "mdan")
    assert row
    keep_version(audit.session, row, made)
    found = versions_of(audit.session, "mdan")[-1]
    audit.session.commit()
    return found


def code_all(audit: Audit, names: str, edition: Edition, sections: dict[str, set[str]]) -> AuditSample:
    """Two people code everything that is open; `sections`: audience -> what every first passage is given."""
    sample = at_work(audit.session, audit.row.id)
    assert sample
    people = [audit.person(name).id for name in names.split()]
    standing = audit.standing(sample)
    share_out(audit.session, standing, (), people, people[0], steady_now())
    audit.session.flush()
    opener = opener_of(audit.keys, audit.row)
    for unit in standing_of(audit.session, sample).units.values():
        audience = read_one(audit.session, unit.response_id, opener).audience or ""
        for place, passage in enumerate(unit.passages):
            given, themes = checked(Codes(frozenset(() if place else sections[audience])), edition)
            where = {"unit_id": unit.id, "passage_id": passage, "stance": "", "coded_at": NOW}
            for person in unit.pair:
                audit.session.add(AuditCoding(staff_id=person, sections=given, themes=themes, **where))
    audit.session.commit()
    return sample


def an_audit(audit: Audit, survivor: int = 24, provider: int = 12) -> AuditSample:
    """Audited and ended: survivors speak of Access, providers of Governance."""
    audit.draw(survivor=survivor, provider=provider)
    sample = code_all(audit, "Ann Bob", MDAN, {"survivor": {"AE"}, "provider": {"LG"}})
    sample.ended_at = NOW
    audit.session.commit()
    return sample


def a_bridge(audit: Audit, to: BookVersion, survivor: int = 24, provider: int = 12, settled: int = 1) -> AuditSample:
    """Drawn, with nobody seated."""
    first = newest_sample(audit.session, audit.row.id)
    assert first
    sample = begin_bridge(audit.session, audit.row, first, settled, to, NOW)
    wanted = {"survivor": survivor, "provider": provider}
    asked = ask_to_draw(audit.session, sample, wanted, audit.person("Lead").id, steady_now())
    audit.session.commit()
    draw_audit(audit.bench, asked.id.hex())
    audit.session.expire_all()
    return sample


def units(audit: Audit, sample: AuditSample) -> set[bytes]:
    """The responses of a sample."""
    return set(audit.session.scalars(select(AuditUnit.response_id).where(AuditUnit.sample_id == sample.id)))


def test_a_bridge_is_drawn_from_the_audit_and_is_never_taken_for_one(audit: Audit) -> None:
    first = an_audit(audit, 14, 10)
    to = second_version(audit)
    opener = opener_of(audit.keys, audit.row)
    before = audited(audit.session, audit.row.id, opener)
    bridge = a_bridge(audit, to, 9, 6)
    assert len(units(audit, bridge)) == 15
    assert units(audit, bridge) < units(audit, first)
    assert (bridge.book, bridge.bridge_of, bridge.bridge_draw) == (to.sha256, 1, 1)
    assert newest_sample(audit.session, audit.row.id) is first
    assert samples(audit.session, audit.row.id) == [first]
    assert bridges(audit.session, audit.row.id) == [bridge]
    assert at_work(audit.session, audit.row.id) is bridge
    assert audited(audit.session, audit.row.id, opener) == before
    found = version_of(audit.session, audit.row)
    assert found is not None
    assert found.sha256 == first.book
    for each in (first, bridge):
        assert verify_draws(audit.session, each, opener, audit.keys.office) == []
    assert bridged(audit.session, audit.row.id, to.sha256, opener) is None  # nothing is settled yet
    code_all(audit, "Cat Dan", to.edition, {"survivor": {"AE"}, "provider": {"ONE"}})
    coded = bridged(audit.session, audit.row.id, to.sha256, opener)
    assert coded is not None
    assert {each.response_id for each in coded.responses} == units(audit, bridge)
    assert {code for each in coded.responses for code in each.sections} == {"AE", "ONE"}
    assert audited(audit.session, audit.row.id, opener) == before
    assert bridged(audit.session, audit.row.id, first.book, opener) is None


@ONE_STORE
def test_one_sample_is_open_at_a_time_and_a_bridge_leads_to_another_version(audit: Audit) -> None:
    audit.draw(survivor=5, provider=5)
    open_audit = newest_sample(audit.session, audit.row.id)
    assert open_audit
    to = second_version(audit)
    with pytest.raises(ValueError, match="open"):
        begin_bridge(audit.session, audit.row, open_audit, 1, to, NOW)
    open_audit.ended_at = NOW
    own = versions_of(audit.session, "mdan")[0]
    for settled, version in ((0, to), (1, own)):
        with pytest.raises(ValueError, match="bridge"):
            begin_bridge(audit.session, audit.row, open_audit, settled, version, NOW)
    begin_bridge(audit.session, audit.row, open_audit, 1, to, NOW)
    with pytest.raises(ValueError, match="open"):
        begin_sample(audit.session, audit.row, "mdan", "", NOW)


@ONE_STORE
def test_a_bridge_that_is_made_an_audit_in_the_database_is_found(audit: Audit) -> None:
    an_audit(audit)
    bridge = a_bridge(audit, second_version(audit), 10, 10)
    audit.session.execute(update(AuditSample).where(AuditSample.id == bridge.id).values(bridge_of=None))
    audit.session.commit()
    audit.session.refresh(bridge)
    faults = verify_draws(audit.session, bridge, opener_of(audit.keys, audit.row), audit.keys.office)
    assert faults == ["Draw 1: it was changed after it was drawn"]


@ONE_STORE
def test_who_withdraws_is_not_drawn_and_an_extension_stays_within_the_audit(audit: Audit) -> None:
    first = an_audit(audit, 14, 10)
    audit.session.delete(audit.session.get_one(Response, min(units(audit, first))))
    audit.session.commit()
    bridge = a_bridge(audit, second_version(audit), 5, 5)
    few = units(audit, bridge)
    asked = ask_to_draw(audit.session, bridge, {"survivor": 50, "provider": 50}, audit.person("Lead").id, steady_now())
    audit.session.commit()
    draw_audit(audit.bench, asked.id.hex())
    assert few < units(audit, bridge) == units(audit, first)


@ONE_STORE
def test_nobody_codes_again_what_they_remember(audit: Audit) -> None:
    an_audit(audit)
    bridge, (ann, bob) = a_bridge(audit, second_version(audit)), (audit.person(name).id for name in ("Ann", "Bob"))
    every = set(audit.standing(bridge).units)
    soon = remembered(audit.session, bridge, NOW + timedelta(days=3))
    assert soon == {(unit, person) for unit in every for person in (ann, bob)}
    assert remembered(audit.session, bridge, NOW + WASHOUT + timedelta(hours=1)) == set()
    first = newest_sample(audit.session, audit.row.id)
    assert first
    assert remembered(audit.session, first, NOW) == set()
    assert seen(audit.session, bridge) == set()


def made(audit: Audit, against: str) -> KeptShares | None:
    """The shares that the job keeps."""
    argument = f"{audit.row.id.hex()} {against}"
    audit.session.commit()  # an open reading would lock an SQLite file
    make_shares(audit.bench, argument)
    audit.session.expire_all()
    found = shares_of(audit.session, audit.row.id, against, audit.keys)
    audit.session.commit()
    return found


def test_shares_by_both_books_and_their_unions(audit: Audit) -> None:
    first, to = an_audit(audit), second_version(audit)
    without = made(audit, to.sha256)
    assert without is not None
    assert without.bridge is None
    assert without.book == first.book
    own = without.own
    assert own.of("AE", ALL).percent == 71  # 24 of 36, both rounded to five
    assert own.of("LG+OE", ALL).percent == own.of("LG", ALL).percent == 29
    assert own.of("LG+OE", ALL).kind == "human-only"
    a_bridge(audit, to)
    code_all(audit, "Cat Dan", to.edition, {"survivor": {"NEW", "AE"}, "provider": {"AE", "ONE"}})
    found = made(audit, to.sha256)
    assert found is not None
    assert found.bridge is not None
    assert {each.code for each in found.bridge.codes} >= {"AE", "ONE", "NEW", "AE/problem"}
    assert "SD" not in {each.code for each in found.bridge.codes}  # the same in both
    assert found.bridge.of("ONE", OWN).percent == found.bridge.of("ONE", OTHER).percent == 29
    assert found.bridge.of("NEW", OTHER).percent == 71
    assert found.bridge.of("NEW", OWN).percent is None
    assert found.bridge.of("AE", OTHER).percent is None  # everybody: nobody is left who did not
    assert {each.code for each in found.bridge.differences} == {"ONE"}
    held = audit.session.get_one(WaveShares, (audit.row.id, to.sha256))
    assert not re.search(b"NEW|percent|survivor", held.sealed)
    names = {each.name: each for each in told(audit.session, opener_of(audit.keys, audit.row))}
    assert names["waves"].groups == {ALL: 35}


@ONE_STORE
def test_shares_are_made_anew_only_where_something_else_was_settled(audit: Audit) -> None:
    an_audit(audit)
    to = second_version(audit)
    assert made(audit, "no version") is None
    earlier = made(audit, to.sha256)
    gone = next(iter(audit.session.scalars(select(Response.id))))
    audit.session.delete(audit.session.get_one(Response, gone))
    audit.session.commit()
    assert made(audit, to.sha256) == earlier
    a_bridge(audit, to)
    code_all(audit, "Cat Dan", to.edition, {"survivor": {"AE"}, "provider": set()})
    # due now, but one person fewer than in what was let out: the ledger holds it back
    assert made(audit, to.sha256) == earlier
    assert sorted(each.refused for each in told(audit.session, opener_of(audit.keys, audit.row))) == [False, True]


@ONE_STORE
def test_estimates_do_not_rest_on_a_bridge(audit: Audit) -> None:
    an_audit(audit)
    to = second_version(audit)
    survey_id = audit.row.id
    audit.session.commit()
    estimate(audit.bench, survey_id.hex())
    audit.session.expire_all()
    before = estimates_of(audit.session, audit.row.id, audit.keys)
    audit.session.commit()
    a_bridge(audit, to)
    code_all(audit, "Cat Dan", to.edition, {"survivor": {"NEW"}, "provider": {"NEW"}})
    estimate(audit.bench, survey_id.hex())
    audit.session.expire_all()
    assert before is not None
    assert estimates_of(audit.session, audit.row.id, audit.keys) == before


PAGE = "/desk/audit/tiny/bridge"


@ONE_STORE
def test_the_page_says_what_comes_first(audit: Audit) -> None:
    lead = audit.at("Lea", "coding lead")
    assert "there is none yet. Audit this consultation first" in lead.get(PAGE).text
    audit.draw(survivor=14, provider=10)
    assert "The audit is open." in lead.get(PAGE).text
    sample = code_all(audit, "Ann Bob", MDAN, {"survivor": {"AE"}, "provider": {"LG"}})
    sample.ended_at = NOW
    audit.session.commit()
    assert "no version but the one that the audit was coded by" in lead.get(PAGE).text
    assert send(lead, PAGE, version="1", **{"n-survivor": "14", "n-provider": "10"}).status_code == 200
    second_version(audit)
    page = lead.get(PAGE).text
    assert "version 2" in page
    assert "The audit was coded by version 1." in page
    assert 'name="n-survivor" value="14"' in page
    assert "10 audited" in page


@ONE_STORE
def test_a_bridge_is_drawn_coded_and_ended_on_pages(audit: Audit, look: Look) -> None:
    an_audit(audit)
    to = second_version(audit)
    lead, cat = audit.at("Lea", "coding lead"), audit.at("Cat")
    numbers = {"n-survivor": "20", "n-provider": "12"}
    assert send(cat, PAGE, version="2", **numbers).status_code == 403
    for fields, words in (
        ({"version": "2", **numbers, "n-survivor": "ten"}, "is not a whole number"),
        ({"version": "2", **numbers, "n-provider": "0"}, "Draw at least two of this audience"),
        ({"version": "2", "n-survivor": "5", "n-provider": "5"}, "Draw at least 20 in all"),
        ({"version": "1", **numbers}, "Choose the version"),
    ):
        refused = send(lead, PAGE, **fields)
        assert refused.status_code == 422
        assert words in refused.text
    assert send(lead, PAGE, version="2", **numbers).status_code == 303
    (asked,) = look(select(AuditDraw.id).order_by(AuditDraw.drawn_at.desc()).limit(1))
    draw_audit(audit.bench, asked.hex())
    room = lead.get("/desk/audit/tiny").text
    assert "The bridge" in room
    assert '<span class="big">32</span>' in room
    assert "End the bridge" in room
    assert send(lead, "/desk/audit/tiny/draw", **numbers).headers["Location"].endswith("done=bridge")
    assert "A bridge is being coded" in lead.get("/desk/audit/tiny?done=bridge").text
    assert send(cat, "/desk/audit/tiny/take").status_code == 303
    passage = cat.get("/desk/audit/tiny/code", follow_redirects=True)
    assert "This is a bridge: code by version 2" in passage.text
    assert "Running it" in passage.text
    assert "Outcomes and Evaluation" not in passage.text
    shown = lead.get(PAGE).text
    assert "Sample 2, to version 2" in shown
    assert "Extend the bridge" in shown
    assert "Some responses have fewer than two people" not in shown  # Cat and Lea may
    assert send(lead, "/desk/audit/tiny/end").headers["Location"].endswith("done=bridge+ended")
    again = lead.get("/desk/audit/tiny").text
    assert "Sample 2, a bridge, began on" in again
    assert "Draw another sample" in again
    assert to.number == 2


@ONE_STORE
def test_the_room_of_a_bridge_says_no_small_audience(audit: Audit) -> None:
    an_audit(audit, 24, 8)  # of twelve providers eight are audited: nothing of the bridge may say so
    a_bridge(audit, second_version(audit), 20, 8)
    audit.session.commit()
    lead = audit.at("Lea", "coding lead")
    room = lead.get("/desk/audit/tiny").text
    assert room.count("not said") >= 2
    assert not re.search(r'<td class="n">(8|24|20)</td>', room)


@ONE_STORE
def test_settling_a_bridge_asks_for_shares_and_not_for_estimates(audit: Audit, look: Look) -> None:
    an_audit(audit)
    to = second_version(audit)
    bridge = a_bridge(audit, to, 2, 1)
    code_all(audit, "Cat Dan", to.edition, {"survivor": {"NEW"}, "provider": {"NEW"}})
    cat = audit.person("Cat").id
    (row,) = look(select(AuditCoding.passage_id).where(AuditCoding.staff_id == cat).limit(1))
    audit.session.execute(
        update(AuditCoding).where(AuditCoding.passage_id == row, AuditCoding.staff_id == cat).values(sections=["AE"])
    )
    audit.session.commit()
    estimating = len(look(select(Job).where(Job.kind == "estimate")))
    page = audit.at("Lea", "coding lead").get("/desk/audit/tiny/settle").text
    (unit,) = re.findall(r"/settle/([0-9a-f]+)", page)
    third = f"/desk/audit/tiny/settle/{unit}"
    assert "Running it" in audit.at("Lea", "coding lead").get(third).text
    decided = send(audit.at("Lea", "coding lead"), third, passage=row.hex(), choice="1", reason="As the book says.")
    assert decided.status_code == 303
    assert len(look(select(Job).where(Job.kind == "estimate"))) == estimating
    (job,) = look(select(Job).where(Job.kind == JOB))
    assert job.argument == f"{audit.row.id.hex()} {to.sha256}"
    agree(audit.bench, bridge.id.hex())
    assert "No audit sample" not in audit.at("Lea", "coding lead").get("/desk/audit/tiny/agreement").text


def test_every_passage_of_a_bridge_stays_away_from_the_desk_and_from_learning(audit: Audit) -> None:
    an_audit(audit, 14, 10)
    bridge = a_bridge(audit, second_version(audit), 9, 6)
    assert units(audit, bridge) <= set(audit.session.scalars(being_audited()))
    bridge.ended_at = NOW
    audit.session.flush()
    assert set(audit.session.scalars(being_audited())) == set()
    passages = select(Passage.id).where(Passage.response_id.in_(units(audit, bridge)))
    assert set(audit.session.scalars(passages)) <= set(audit.session.scalars(audited_passages(audit.row.id)))
