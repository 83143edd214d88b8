"""Two organisations with surveys and figures, tokens of every kind, and a program that asks with one."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from analysis.findings.first_figures import figures_from
from analysis.findings.report import Example, Tally
from analysis.findings.tables import Made, keep
from analysis.standard.edition import load_edition
from safekeeping.clock import steady_now
from safekeeping.organisations import Organisation, add_organisation, begin_consultation, first_organisation
from safekeeping.staff import add_staff
from safekeeping.tokens import SCOPES, Wish, make_token
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, definition_of, publish
from tests.factories import NOW, definition

Look = Callable[[Any], list[Any]]
SECRET_WORDS = "Nobody outside may ever read this passage"


@dataclass(frozen=True)
class Matter:
    """A survey in a consultation of its own."""

    row: PublishedSurvey
    consultation_id: bytes
    organisation: Organisation

    @property
    def address(self) -> str:
        """Where it is."""
        return self.row.address


def figures_made(session: Session, row: PublishedSurvey, **answered: int) -> None:
    """Findings of a survey as the job makes them, from so many responses of each audience, all to one section."""
    survey, edition, tally = definition_of(row), load_edition("mdan"), Tally()
    section = edition.section_codes[0]
    for audience, count in answered.items():
        for number in range(count):
            tally.add(audience, 3, [section] if number % 2 else [])
    figures = figures_from(tally, edition, survey.audience_names())
    examples = (Example(section, SECRET_WORDS, "survivor", "00" * 16),)
    made = Made(figures, "<svg/>", examples, {"standard": "mdan abc", "model": "none"})
    keep(session, row.public_key, row.id, made, datetime(2026, 11, 22, 9, tzinfo=NOW.tzinfo))


class Programs:
    """What stands behind the door: `mine` and `beside` of one organisation, `foreign` of another."""

    def __init__(self, app: Flask, session: Session, keys: Vault) -> None:
        self.app, self.session, self.keys = app, session, keys
        here, there = first_organisation(session), add_organisation(session, "Other House")
        self.mine = self.matter("mine", here, survivor=57, provider=24)
        self.beside = self.matter("beside", here, survivor=34)
        self.foreign = self.matter("foreign", there, survivor=41)
        session.commit()

    def matter(self, name: str, organisation: Organisation, **answered: int) -> Matter:
        """A published survey with figures from so many."""
        began = begin_consultation(self.session, organisation.id, f"Matter {name}")
        text = definition().replace('address = "tiny"', f'address = "{name}"')
        row = publish(self.session, self.keys, text, NOW, consultation_id=began.id)
        if answered:
            figures_made(self.session, row, **answered)
        return Matter(row, began.id, organisation)

    def token(
        self,
        scopes: Iterable[str] = SCOPES,
        of: Matter | None = None,
        organisation: Organisation | None = None,
        ends_on: date | None = None,
    ) -> str:
        """A token: for one consultation, or for all of an organisation's. Commits."""
        home = organisation or (of.organisation if of else self.mine.organisation)
        maker = add_staff(self.session, f"Boss of {home.name}", ["administrator"], home)
        wish = Wish(
            "a test",
            frozenset(scopes),
            of.consultation_id if of else None,
            ends_on or steady_now().date() + timedelta(days=30),
        )
        made = make_token(self.session, home, wish, maker.id, steady_now())
        self.session.commit()
        return made

    def ask(self, path: str, token: str | None = None, **more: Any) -> TestResponse:
        """GET, with a token if there is one."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        client: FlaskClient = self.app.test_client()
        return client.get(path, headers={**sent, **more.pop("headers", {})}, **more)


def addresses(matter: Matter) -> dict[str, list[str]]:
    """What each scope opens about a survey."""
    at = f"/api/1/surveys/{matter.address}"
    return {
        "progress": [f"{at}/progress"],
        "findings": [f"{at}/findings"],
        "definition": [f"{at}/versions", f"{at}/versions/1"],
    }


def problem_of(answer: TestResponse) -> dict[str, Any]:
    """The problem an answer tells of; it must be one, whole."""
    assert answer.content_type == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.text)
    assert set(told) == {"type", "title", "status", "detail"}
    assert told["status"] == answer.status_code
    return told


def all_of(table: type[Any], look: Look) -> list[Any]:
    """Every row of a table."""
    return look(select(table))
