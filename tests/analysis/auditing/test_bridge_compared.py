"""Two waves coded by two versions of a code book, compared on the page: unions without a bridge, then with one."""

import html
import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from analysis.code_books.versions import BookVersion, versions_of
from analysis.coding.passages import cut
from analysis.coding.tables import Passage
from analysis.findings.waves.bridging import make_shares
from analysis.findings.waves.bridging_job import JOB
from safekeeping.jobs import Job
from surveys.definition.published import publish
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from tests.analysis.auditing.conftest import WORDS, Audit, Look, send, suggestion
from tests.analysis.auditing.test_bridges import a_bridge, an_audit, code_all, second_version
from tests.analysis.findings.test_compare_pages import LATER
from tests.factories import NOW, opener_of, submitted

ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
COMPARE = "/desk/find/later/compare"


def later_wave(audit: Audit) -> Audit:
    """Another survey with as many answers, audited in full by the newest version."""
    session = audit.session
    row = publish(session, audit.keys, LATER, NOW)
    submitted(session, row, 24, say=WORDS)
    submitted(session, row, 12, audience="provider", say=WORDS)
    opener = opener_of(audit.keys, row)
    mix(session, row.id, opener)
    for response in read_all(session, row.id, opener):
        for start, end in cut(response.answers["say"]):
            passage = Passage(response_id=response.id, question="say", start=start, end=end, may_quote=False)
            session.add(passage)
            session.flush()
            session.add(suggestion(passage))
    session.commit()
    return replace(audit, row=row)


def two_waves(audit: Audit) -> tuple[Audit, Audit]:
    """The earlier one audited by version 1, the later one by version 2."""
    an_audit(audit)
    to = second_version(audit)
    later = later_wave(audit)
    later.draw(survivor=24, provider=12)
    sample = code_all(later, "Ann Bob", to.edition, {"survivor": {"AE", "ONE"}, "provider": {"NEW"}})
    sample.ended_at = NOW
    audit.session.commit()
    return audit, later


def work(audit: Audit, look: Look) -> None:
    """Whatever shares were asked for."""
    for job in look(select(Job).where(Job.kind == JOB)):
        make_shares(audit.bench, job.argument)


def words_of(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@ONE_STORE
def test_a_comparison_over_two_versions_without_a_bridge_and_with_one(audit: Audit, look: Look) -> None:
    earlier, _later = two_waves(audit)
    reader = audit.at("Rea", "analyst", "coding lead")
    page = words_of(reader.get(f"{COMPARE}?with=tiny").text)
    assert "was audited by its version 1, Later wave by its version 2." in page
    assert "can be compared once their shares were worked out together" in page
    assert send(reader, COMPARE, **{"with": "tiny"}).headers["Location"].endswith("/compare?with=tiny")
    assert "are being worked out. Reload this page" in reader.get(f"{COMPARE}?with=tiny").text
    work(audit, look)
    audit.session.execute(update(Job).values(state="done"))
    audit.session.commit()
    page = words_of(reader.get(f"{COMPARE}?with=tiny").text)
    # audited by the older book: Access 24 of 36, Governance or Outcomes 12 of 36; by the newer: Access and ONE 24 of 36
    assert "Running it 29 % (21 to 37) 71 % (63 to 79) +42" in page
    assert "Access and Engagement 71 % (63 to 79) 71 % (63 to 79) +0" in page
    assert "Its meaning was written anew" in page
    assert "A bridge tells the two apart" in page
    assert 'href="/desk/audit/tiny/bridge"' in reader.get(f"{COMPARE}?with=tiny").text
    to = second_version_again(audit)
    a_bridge(earlier, to)
    code_all(earlier, "Cat Dan", to.edition, {"survivor": {"NEW"}, "provider": {"AE", "ONE"}})
    make_shares(audit.bench, f"{audit.row.id.hex()} {to.sha256}")
    page = words_of(reader.get(f"{COMPARE}?with=tiny").text)
    assert "Carried over by a bridge of about 35 responses of A tiny survey" in page
    assert re.search(r"Access and Engagement 29 % \(\d+ to \d+\), carried over 71 %", page)
    assert re.search(r"Cost 71 % \(\d+ to \d+\), by the bridge alone 29 %", page)
    assert "The new wording of the code alone would have lowered it by 42 points." in page
    assert "Without that, it rose by 42 points." in page
    assert "Cost · There was no such code before" not in page


def second_version_again(audit: Audit) -> BookVersion:
    """The newest version there is."""
    found = versions_of(audit.session, "mdan")[-1]
    audit.session.commit()
    return found


@ONE_STORE
def test_nothing_is_asked_for_where_the_books_are_the_same(audit: Audit, look: Look) -> None:
    later_wave(audit)
    reader = audit.at("Rea", "analyst")
    assert send(reader, COMPARE, **{"with": "tiny"}).status_code == 400
    assert send(reader, COMPARE, **{"with": "nobody"}).status_code == 404
    assert "The code book changed in between" not in reader.get(f"{COMPARE}?with=tiny").text
    assert look(select(Job).where(Job.kind == JOB)) == []


@ONE_STORE
def test_what_cannot_be_worked_out_is_said(audit: Audit, look: Look) -> None:
    an_audit(audit)
    second_version(audit)
    later_wave(audit)  # never audited
    reader = audit.at("Rea", "analyst")
    send(reader, COMPARE, **{"with": "tiny"})
    work(audit, look)
    audit.session.execute(update(Job).values(state="done"))
    audit.session.commit()
    page = reader.get(f"{COMPARE}?with=tiny").text
    assert "They could not be worked out. Both need an audit that is settled" in page


@ONE_STORE
def test_a_bridge_of_the_later_wave_carries_it_back(audit: Audit, look: Look) -> None:
    _earlier, later = two_waves(audit)
    back = versions_of(audit.session, "mdan")[0]
    audit.session.commit()
    a_bridge(later, back)
    code_all(later, "Cat Dan", back.edition, {"survivor": {"LG"}, "provider": {"AE"}})
    reader = audit.at("Rea", "analyst")
    send(reader, COMPARE, **{"with": "tiny"})
    work(audit, look)
    page = words_of(reader.get(f"{COMPARE}?with=tiny").text)
    assert "Carried over by a bridge of about 35 responses of Later wave" in page
    assert "by version 2 of the code book and by version 1" in page
    assert re.search(r"Access and Engagement 71 % \(63 to 79\) 29 % \(\d+ to \d+\), carried over", page)
