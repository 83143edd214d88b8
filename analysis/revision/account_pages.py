"""What we did, for everybody: what is told of a revision, and for each decision what lies behind it, and no further.

No cookie is set or read and nobody is signed in; nothing here leads to the desk. Whoever reads may have answered, so
the pages look and leave like those of surveys. Figures and words are read from the account alone; quotes are looked up
as they are released now, where this server holds the keys.
"""

from datetime import UTC, date
from functools import lru_cache
from json import dumps, loads

from flask import Blueprint, Response, abort, current_app, make_response, render_template

from analysis.reporting.formats import FORMS
from analysis.revision.account import decisions_in
from analysis.revision.account_report import account_report
from analysis.revision.accounts import account_at, quotes_now
from analysis.revision.tables import Account
from safekeeping.database import kept
from safekeeping.languages import speak, speaking

bp = Blueprint("what_we_did", __name__)


@bp.get("/what-we-did/<address>")
def look(address: str) -> Response:
    """What people said, and what was done about it."""
    row = _told_at(address)
    return _page("telling/account.html", row) if row else _gone()


@bp.get("/what-we-did/<address>/<int:number>")
def one(address: str, number: int) -> Response:
    """One decision with the figures and the released quotes behind it."""
    row = _told_at(address)
    if row is None:
        return _gone()
    told = next((each for each in decisions_in(row.content) if each["number"] == number), None)
    if told is None:
        abort(404)
    return _page("telling/decision.html", row, told=told)


@bp.get("/what-we-did/<address>/file.docx")
def fetch(address: str) -> Response:
    """The same as a document, without the quotes."""
    row = _told_at(address)
    if row is None:
        return _gone()
    response = Response(_document(dumps(row.content), row.made_at.astimezone(UTC).date().isoformat()))
    response.content_type = FORMS["docx"].kind
    response.headers["Content-Disposition"] = "attachment; filename=document.docx"
    return response


def _told_at(address: str) -> Account | None:
    """The newest account at an address; None where it was taken back, 404 where there never was one."""
    row = account_at(kept(), address)
    if row is None:
        abort(404)
    return None if row.taken_back_at else row


def _page(template: str, row: Account, **more: object) -> Response:
    speak(row.content["language"])
    quotes = quotes_now(kept(), current_app.extensions.get("vault"), row.content)
    return make_response(render_template(template, row=row, account=row.content, quotes=quotes, **more))


def _gone() -> Response:
    return make_response(render_template("telling/gone.html"), 410)


@lru_cache(maxsize=8)
def _document(content: str, day: str) -> bytes:
    """The file of an account: it holds nobody's words, so that it can be made once and kept while others ask for it."""
    told = loads(content)
    with speaking(told["language"]):
        return FORMS["docx"].write(account_report(told, date.fromisoformat(day), None))
