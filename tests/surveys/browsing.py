"""A person with a browser and no JavaScript: reads a page's form, fills it in, presses a button."""

import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from safekeeping.database import session_for
from safekeeping.vault import Vault
from surveys.definition.published import Open, PublishedSurvey, publish
from surveys.intake.tables import Intake
from tests.factories import NOW, as_open, definition, opener_of


class FormReader(HTMLParser):
    """What a browser would send with the form of a page: `fields`, beside the values of its `buttons`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.buttons: list[str] = []
        self._area: str | None = None
        self._list = ""
        self._written = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect inputs that count: typed, hidden, or ticked."""
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and (given["type"] not in ("radio", "checkbox") or "checked" in given):
            self.fields.append((given["name"], given["value"]))
        elif tag == "select":
            self._list = given["name"]
        elif tag == "option" and "selected" in given:
            self.fields.append((self._list, given["value"]))
        elif tag == "button":
            self.buttons.append(given.get("value", ""))
        elif tag == "textarea":
            self._area, self._written = given["name"], ""

    def handle_data(self, data: str) -> None:
        """Collect what stands in a text area."""
        self._written += data

    def handle_endtag(self, tag: str) -> None:
        """A browser drops the first line end of a text area and sends the others as two characters."""
        if tag == "textarea" and self._area:
            self.fields.append((self._area, self._written.removeprefix("\n").replace("\n", "\r\n")))
            self._area = None


@dataclass
class Person:
    """Somebody who answers the survey at `address`."""

    client: FlaskClient
    address: str = "tiny"
    page: str = ""
    sent: dict[str, Any] = field(default_factory=dict)

    def look(self) -> str:
        """Open the survey, or reload the page."""
        self.page = self.client.get(f"/{self.address}").text
        return self.page

    def form(self) -> dict[str, Any]:
        """What the browser would send of the page as it stands; several boxes of one name are a list."""
        fields: dict[str, Any] = {}
        for name, value in FormReader(self.page).fields:
            fields[name] = value if name not in fields else [*_listed(fields[name]), value]
        return fields

    def press(self, go: str, **typed: Any) -> TestResponse:
        """Fill in (`help="…"` for the field q-help; None leaves it out), press, and go where it leads."""
        changed = {f"q-{name}".replace("__", "-"): value for name, value in typed.items()}
        fields = {name: value for name, value in (self.form() | changed).items() if value is not None}
        return self.post({**fields, "go": go})

    def post(self, data: dict[str, Any]) -> TestResponse:
        """Send just this. What leads back to a page with a fault counts as that page."""
        self.sent = data
        answer = self.client.post(f"/{self.address}", data=data)
        if answer.status_code != 303:
            self.page = answer.text
            return answer
        there = self.client.get(answer.headers["Location"])
        self.page = there.text
        return there if there.status_code == 422 else answer

    def start(self, audience: str = "survivor") -> "Person":
        """Open the survey, start, and say who is answering."""
        self.look()
        self.press("start")
        self.press("continue", audience=audience)
        return self


def heading(page: str) -> str:
    """The first heading of a page."""
    found = re.search(r"<h1>(.*?)</h1>", page)
    return unescape(found[1]) if found else ""


def intake_count(engine: Engine) -> int:
    """How many submissions wait, whatever the survey."""
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Intake)) or 0


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def put_up(engine: Engine, keys: Vault, name: str = "tiny") -> Open:
    """Publish a definition of tests/surveys/definitions and let it take answers."""
    with session_for(engine) as session:
        return as_open(publish(session, keys, definition(name), NOW))


def intake_answers(engine: Engine, keys: Vault, address: str = "tiny") -> list[dict[str, Any]]:
    """The answers of every submission to a survey that waits to be mixed."""
    with Session(engine) as session:
        row = session.scalars(select(PublishedSurvey).where(PublishedSurvey.address == address)).one()
        opener = opener_of(keys, row)
        blobs = session.scalars(select(Intake.sealed).where(Intake.survey_id == row.id)).all()
    return [json.loads(opener.response(opener.intake(blob).sealed))["answers"] for blob in blobs]
