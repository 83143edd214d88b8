"""Somebody with a password and an app, who signs in at the desk as people do."""

import re
from base64 import b32decode
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from safekeeping import accounts, second_factor
from safekeeping.clock import steady_now
from safekeeping.organisations import Organisation
from safekeeping.permissions import ROLES
from safekeeping.staff import add_staff
from tests.surveys.managing.at_the_desk import hidden_fields

PASSWORD = "four apples sing loud"


def digits(secret: bytes, moment: datetime) -> str:
    """What the app shows at that moment."""
    return TOTP(secret, 6, hashes.SHA1(), 30).generate(int(moment.timestamp())).decode()  # noqa: S303


@dataclass
class Account:
    """A person with an account, and their browser."""

    app: Flask
    name: str
    secret: bytes
    codes: list[str]
    client: FlaskClient = field(init=False)
    last: int = 0

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def code(self) -> str:
        """Digits that were not used yet: of this half minute, or of the next, which counts too."""
        step = int(steady_now().timestamp()) // 30
        self.last = max(step - 1, self.last + 1)
        return TOTP(self.secret, 6, hashes.SHA1(), 30).generate(self.last * 30).decode()  # noqa: S303

    def sign_in(self, client: FlaskClient | None = None, **typed: str) -> TestResponse:
        """Fill in the form, with what is right unless `typed` says otherwise."""
        typed = {"name": self.name, "password": PASSWORD, **typed}
        shown = {**typed, "code": typed.get("code") or self.code()}
        return (client or self.client).post("/desk/sign-in", data=shown)

    def press(self, page: str, to: str = "", **typed: str | list[str]) -> TestResponse:
        """Send a form of a page with its hidden fields."""
        return self.client.post(to or page, data={**hidden_fields(self.client.get(page).text), **typed})


def account(
    app: Flask, session: Session, name: str = "Ann", roles: tuple[str, ...] = ROLES, home: Organisation | None = None
) -> Account:
    """Somebody who has set up their account. Commits."""
    person = add_staff(session, name, roles, home)
    secret = second_factor.secret_for(name.encode().ljust(32))
    codes = accounts.set_up(session, app.extensions["vault"].office, person, PASSWORD, secret, 0)
    session.commit()
    return Account(app, name, secret, codes)


def secret_on(page: str) -> bytes:
    """The secret that a page of setting up shows in letters."""
    letters = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert letters
    return b32decode(letters[1].replace(" ", ""))
