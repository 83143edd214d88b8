"""A cycle with its evidence, and people who propose and decide: what tests of proposals begin with."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.findings.disclosure import Share
from analysis.findings.report import Figures, Group, Heading
from analysis.findings.tables import Made, keep
from analysis.quoting.proposing import take_back
from analysis.revision.clause_evidence import pieces_for
from analysis.revision.cycles import begin_cycle, link_survey, text_of
from analysis.revision.deliberating import Decided
from analysis.revision.pieces import Piece
from analysis.revision.proposal_rules import BY_CONSENSUS
from analysis.revision.proposing import Team, Worded, propose
from analysis.revision.tables import ADOPTED, CHANGE, CONSULTATION, RevisionCycle
from analysis.standard.clauses import clause_id
from safekeeping.clock import steady_now
from safekeeping.jobs import this_hour
from safekeeping.organisations import first_organisation
from safekeeping.staff import add_staff, begin_session, called
from safekeeping.vault import Vault
from tests.analysis.quoting.quoted import Consultation
from tests.factories import NOW

TODAY = date(2026, 11, 22)
SECTION, CLAUSE, OTHER_CLAUSE = (clause_id("mdan", number) for number in ("AE", "AE1", "AE2"))
NEW_WORDS = "A first answer comes within two working days."
WHY = "People waited too long for a first answer."


class Revision:
    """A cycle of the MDAN standards and people of the team. Each act is a minute after the one before."""

    def __init__(self, session: Session) -> None:
        self.session, self.minutes = session, 0
        self.organisation = first_organisation(session)
        self.cycle: RevisionCycle = begin_cycle(
            session, self.organisation.id, "mdan", date(2026, 1, 31), date(2029, 1, 31)
        )
        self.text = text_of(session, self.cycle)

    def now(self) -> datetime:
        self.minutes += 1
        return NOW + timedelta(minutes=self.minutes)

    def team(self, name: str = "Ann") -> Team:
        person = add_staff(self.session, name, ["reviewer"])
        return Team(self.session, self.cycle, self.text, person.id, person.name, self.now())

    def change(self, words: str = NEW_WORDS, place: str = CLAUSE, name: str = "Ann", field: str = "wording") -> int:
        return propose(self.team(name), CHANGE, place, Worded({field: words}, WHY)).number

    @property
    def key(self) -> str:
        return self.cycle.id.hex()


def decided(outcome: str = ADOPTED, **other: Any) -> Decided:
    """A decision by consensus, unless said otherwise."""
    usual: dict[str, Any] = {"by": BY_CONSENSUS, "reason": "It is fair.", "told": "", "on": TODAY, "seen": 1}
    return Decided(outcome, **{**usual, "names": ("Ann", "Ben"), **other})


def figures(percent: int | None) -> Figures:
    """The findings of a survey: one section, and everybody."""
    everyone = Group("", "Everyone", 120, 300, 120, (Share(percent, "" if percent is not None else "group"),))
    return Figures("MDAN", (Heading("AE", "Access and Engagement"),), (), everyone)


class Evidenced(Revision):
    """The same with a survey that has a figure (42 %) and a released quote for the section AE."""

    def __init__(self, session: Session, keys: Vault, engine: Engine) -> None:
        super().__init__(session)
        self.keys = keys
        self.consultation = Consultation(session, keys, engine)
        self.quote = self.consultation.released()
        link_survey(session, self.cycle, self.consultation.row.id, CONSULTATION)
        self.found(42)

    def found(self, percent: int | None) -> None:
        row = self.consultation.row
        keep(self.session, row.public_key, row.id, Made(figures(percent), "<svg/>", (), {}), this_hour())
        self.session.commit()

    def pieces(self, place: str = SECTION) -> list[Piece]:
        return pieces_for(self.session, self.keys, self.cycle, self.text.placed()[place])

    def take_back(self) -> None:
        take_back(self.consultation.desk(self.consultation.ben), self.consultation.now(self.quote))
        self.session.commit()


class Person:
    """Somebody of the team in a browser, at a cycle."""

    def __init__(
        self, app: Flask, session: Session, name: str, key: str, roles: tuple[str, ...] = ("reviewer",)
    ) -> None:
        person = called(session, name) or add_staff(session, name, roles)
        secret = begin_session(session, person, steady_now())
        session.commit()
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("d", secret.hex())
        self.at = f"/desk/revise/{key}/proposals"

    def get(self, more: str = "") -> str:
        return unescape(self.client.get(self.at + more).text)

    def status(self, more: str = "") -> int:
        return self.client.get(self.at + more).status_code

    def send(self, more: str = "", **fields: Any) -> tuple[int, str]:
        """Send a form; the status, and the page it leads to."""
        token = re.search(r'name="token" value="(\w+)"', self.client.get("/desk/account").text)
        assert token
        answer = self.client.post(self.at + more, data={"token": token[1], **fields})
        page = self.client.get(answer.location) if answer.status_code == 303 else answer
        return answer.status_code, unescape(page.text)


def words(page: str) -> str:
    """A page without its mark-up."""
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))
