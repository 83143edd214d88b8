"""The cookie of each door, and the token its forms carry.

A cookie holds 32 random bytes and nothing else. It ends with the browser session (only the desk has one more, by which
a browser is known again), scripts cannot read it, and no
other site's page can make the browser send it.
"""

import re
import secrets
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import Request, Response
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.csrf.core import CSRF
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from safekeeping.vault import form_token

SECRET_BYTES = 32


def new_secret() -> bytes:
    """A fresh session secret, 32 bytes."""
    return secrets.token_bytes(SECRET_BYTES)


def cookie_name(name: str, over_https: bool) -> str:
    """`__Host-` binds a cookie to this host and to HTTPS; plain names are for trying out on one's own machine."""
    return f"__Host-{name}" if over_https else name


def read_secret(request: Request, name: str) -> bytes | None:
    """The session secret the browser sent, or None if there is none or it is malformed.

    Of several with its name the first counts. It alone is looked for: to take all cookies apart takes a fortieth of a
    page.
    """
    found = _in_header(name).search(request.environ.get("HTTP_COOKIE", ""))
    try:
        secret = bytes.fromhex(found[1]) if found else b""
    except ValueError:
        return None
    return secret if len(secret) == SECRET_BYTES else None


@lru_cache
def _in_header(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|;)\s*{re.escape(name)}=([^;]*)", re.ASCII)


def give_secret(response: Response, name: str, secret: bytes, lasts: timedelta | None = None) -> None:
    """Set the cookie: for this browser session, or as long as it `lasts`; never for scripts, never across sites."""
    secure = name.startswith("__Host-")
    response.set_cookie(name, secret.hex(), lasts, secure=secure, httponly=True, samesite="Strict", path="/")


def drop_secret(response: Response, name: str) -> None:
    """Take the cookie away."""
    response.delete_cookie(name, secure=name.startswith("__Host-"), httponly=True, samesite="Strict", path="/")


def is_token_of(secret: bytes, token: str) -> bool:
    """Whether a form carries the token that follows from this session's secret."""
    return secrets.compare_digest(form_token(secret).encode(), token.encode())


class _TokenFromCookie(CSRF):
    """The form token follows from the session secret, so that no second cookie is needed."""

    def setup_form(self, form: BaseForm) -> list[tuple[str, Any]]:
        self.secret: bytes = form.meta.csrf_context or b""
        return list(super().setup_form(form))

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        return form_token(self.secret)

    def validate_csrf_token(self, form: BaseForm, field: Field) -> None:
        if not is_token_of(self.secret, field.data or ""):
            raise ValidationError("This page has been open for too long. Please try once more.")


class TokenForm(FlaskForm):  # type: ignore[misc]
    """A form that only our own page, in the same browser session, can send.

    Make it with `meta={"csrf_context": secret}`.
    """

    class Meta:
        """Read by WTForms."""

        csrf = True
        csrf_class = _TokenFromCookie
        csrf_field_name = "token"

        def get_translations(self, form: BaseForm) -> None:
            """None: every message of ours is said in the right language before WTForms has it."""
