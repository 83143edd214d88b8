"""A researcher at the desk with a survey to write: opens pages, reads their form tokens, presses buttons."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from safekeeping.permissions import ROLES
from surveys.definition.load import parse_survey
from surveys.definition.tables import as_tables
from surveys.writing.written import begin_writing
from tests.factories import definition, let_in


@dataclass
class Desk:
    """Somebody signed in, and the survey that they write."""

    client: FlaskClient
    written: str

    def at(self, page: str) -> str:
        """The address of a page about the survey that is written."""
        return page if page.startswith("/") else f"/desk/write/{self.written}/{page}"

    def look(self, page: str) -> str:
        """The text of a page that must be there."""
        answer = self.client.get(self.at(page))
        assert answer.status_code == 200, (page, answer.status_code)
        return answer.text

    def press(self, page: str, to: str = "", /, **fields: Any) -> TestResponse:
        """Send the form of a page with these fields, as its hidden fields and token stand there."""
        shown = self.client.get(self.at(page)).text
        return self.client.post(self.at(to or page.partition("?")[0]), data={**hidden_fields(shown), **fields})


def hidden_fields(page: str) -> dict[str, str]:
    """What the forms of a page send without anybody seeing it; of several forms the first counts."""
    tags = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    pairs = [(re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in reversed(tags)]
    return {name[1]: value[1] for name, value in pairs if name and value}


def at_the_desk(app: Flask, session: Session, name: str = "conditions", roles: tuple[str, ...] = ROLES) -> Desk:
    """A researcher who writes the survey of that definition."""
    row = begin_writing(session, as_tables(parse_survey(definition(name))), "began")
    return Desk(let_in(app, session, roles=roles), row.id.hex())
