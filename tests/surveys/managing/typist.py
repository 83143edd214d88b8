"""Somebody at the desk who types in what people wrote on paper or say on the telephone."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from safekeeping.permissions import ROLES
from tests.factories import let_in
from tests.surveys.browsing import FormReader

#: What the definition “paper” asks whoever looked for help, page by page.
ANSWERED: tuple[dict[str, Any], ...] = (
    {"audience": "survivor", "asked": "yes"},
    {"where": ["police"], "when-month": "5", "when-year": "2020"},
    {"believed-listened": "2", "visits": "1"},
    {"say": "He would not listen"},
)


@dataclass
class Typist:
    """A browser without scripts, the page it shows and where that is."""

    client: FlaskClient
    at: str = ""
    page: str = ""
    status: int = 0

    def go(self, at: str) -> str:
        """Open a page, wherever it leads."""
        answer = self.client.get(at, follow_redirects=True)
        self.at, self.page, self.status = answer.request.full_path.rstrip("?"), answer.text, answer.status_code
        return self.page

    def press(self, go: str, **typed: Any) -> "Typist":
        """Fill in the page’s form (`visits="2"` for the field q-visits), press a button, and go where it leads."""
        fields = MultiDict(dict(FormReader(self.page).fields))
        for name, value in typed.items():
            fields.setlist(f"q-{name}", value if isinstance(value, list) else [value])
        return self.post({**fields.to_dict(flat=False), "go": go})

    def post(self, data: dict[str, Any]) -> "Typist":
        """Send just this with the page’s token."""
        token = re.findall(r'name="token"[^>]*value="(\w+)"', self.page)[:1]
        answer = self.client.post(self.at, data={**data, "token": token})
        self.page, self.status = answer.text, answer.status_code
        if answer.status_code == 303:
            self.go(answer.headers["Location"])
        return self

    def start(self, label: str = "17", way: str = "paper", address: str = "paper") -> "Typist":
        """Start a form or a call."""
        self.go(f"/desk/enter/{address}")
        return self.post({"label": label, "way": way})

    def enter(self, *pages: dict[str, Any]) -> "Typist":
        """Go through the pages of an entry up to the answers to look over."""
        for typed in pages:
            self.press("continue", **typed)
        assert 'value="finish"' in self.page, self.page[-3000:]
        return self

    def heading(self) -> str:
        """The heading of the page."""
        found = re.search(r"<h1>(.*?)</h1>", self.page)
        return found[1] if found else ""


def typist(app: Flask, engine: Engine, name: str = "Ann", roles: tuple[str, ...] = ROLES) -> Typist:
    """Somebody of that name, signed in."""
    with Session(engine) as session:
        return Typist(let_in(app, session, name, roles))
