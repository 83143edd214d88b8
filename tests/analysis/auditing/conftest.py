"""A survey whose answers are cut into passages, an audit sample of it, and people who code."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.auditing.blind_coding import next_passage, record, seat_at, seen, share_out
from analysis.auditing.designing import ask_to_draw, begin_sample, draw_audit, newest_sample
from analysis.auditing.sample_tables import AuditDraw, AuditSample
from analysis.auditing.settling import Codes
from analysis.auditing.standing import Standing, standing_of
from analysis.coding.passages import cut
from analysis.coding.tables import Passage, Suggestion
from analysis.standard.edition import load_edition
from safekeeping.clock import steady_now
from safekeeping.jobs import Bench
from safekeeping.staff import Staff, add_staff
from safekeeping.vault import Vault, form_token
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.progress import keep_progress
from surveys.intake.read import read_all
from tests.factories import let_in, opener_of, published_survey, submitted

Look = Callable[[Any], list[Any]]
MDAN = load_edition("mdan")
WORDS = "The poster in the surgery only showed women. I was put on a waiting list for seven months."


@dataclass
class Audit:
    """Everything a test of an audit asks for."""

    app: Flask
    session: Session
    bench: Bench
    keys: Vault
    row: PublishedSurvey
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def person(self, name: str) -> Staff:
        """Somebody of that name, who codes."""
        found = add_staff(self.session, name, ("coder",))
        self.session.commit()
        return found

    def at(self, name: str, *roles: str) -> FlaskClient:
        """Their browser, signed in."""
        if name not in self.browsers:
            self.browsers[name] = let_in(self.app, self.session, name, roles or ("coder",))
        return self.browsers[name]

    def draw(self, **wanted: int) -> AuditSample:
        """A sample, drawn; or the open one, extended to these numbers."""
        sample = newest_sample(self.session, self.row.id)
        if sample is None or sample.ended_at is not None:
            sample = begin_sample(self.session, self.row, "mdan", "", steady_now())
        asked = ask_to_draw(self.session, sample, wanted, self.person("Lead").id, steady_now())
        self.session.commit()
        draw_audit(self.bench, asked.id.hex())
        self.session.expire_all()
        for each in (self.row, sample):
            self.session.refresh(each)
        self.session.commit()  # an open reading would lock an SQLite file against the pages
        return sample

    def drawn(self) -> list[AuditDraw]:
        """The draws as they are kept."""
        return list(self.session.scalars(select(AuditDraw).order_by(AuditDraw.number)))

    def standing(self, sample: AuditSample) -> Standing:
        """How it stands now, in a session that locks nothing."""
        with Session(self.bench.engine.execution_options(reading=True)) as reading:
            return standing_of(reading, sample)

    def seat(self, *names: str) -> list[bytes]:
        """Give every free seat to these people; their ids."""
        people = [self.person(name).id for name in names]
        sample = newest_sample(self.session, self.row.id)
        assert sample
        standing = standing_of(self.session, sample)
        share_out(self.session, standing, seen(self.session, sample), people, people[0], steady_now())
        self.session.commit()
        return people

    def code(self, name: str, poster: str = "", waiting: str = "") -> int:
        """Somebody codes everything they have: sections of the first passage of each answer, and of the second."""
        sample, person = newest_sample(self.session, self.row.id), self.person(name).id
        assert sample
        count = 0
        while passage := next_passage(self.session, sample, person):
            codes = Codes(frozenset((waiting if passage.start else poster).split()))
            record(self.session, seat_at(self.session, sample, person, passage.id), person, codes, MDAN, steady_now())
            count += 1
        self.session.commit()
        return count


def send(browser: FlaskClient, page: str, **fields: Any) -> Any:
    """A form sent from that page."""
    cookie = browser.get_cookie("d")
    assert cookie
    return browser.post(page, data={"token": form_token(bytes.fromhex(cookie.value)), **fields})


@pytest.fixture
def audit(app: Flask, session: Session, engine: Engine, keys: Vault) -> Audit:
    """Twenty-four survivors and twelve providers, two passages each; every passage has a suggestion."""
    row = published_survey(session, keys)
    submitted(session, row, 24, say=WORDS)
    submitted(session, row, 12, audience="provider", say=WORDS)
    opener = opener_of(keys, row)
    mix(session, row.id, opener)
    for response in read_all(session, row.id, opener):
        for start, end in cut(response.answers["say"]):
            passage = Passage(response_id=response.id, question="say", start=start, end=end, may_quote=False)
            session.add(passage)
            session.flush()
            session.add(suggestion(passage))
    keep_progress(session, row.id, {"survivor": 24, "provider": 12})
    session.commit()
    bench = Bench(engine, keys, lambda done, total: None, {})
    return Audit(app, session, bench, keys, row)


def suggestion(passage: Passage) -> Suggestion:
    """A suggestion whose every part can be recognised on a page."""
    return Suggestion(
        passage_id=passage.id,
        model="canary-model",
        sections=["OE"],
        probabilities=dict.fromkeys(MDAN.section_codes, 0.02) | {"AE": 0.4711, "OE": 0.8642},
        themes=["OE1"],
        stance="problem",
        confidence=0.7531,
        reasons=[[0, 3]],
    )
