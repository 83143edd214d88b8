"""Leaving at once, and the pages that say what this site can and cannot keep safe."""

from flask import Blueprint, Response, current_app, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from safekeeping.cookies import drop_secret, read_secret
from safekeeping.database import drafts
from safekeeping.languages import complete
from surveys.responding import drafts as draft_store

bp = Blueprint("leave", __name__)

#: No "cookies" here: that would also sign out staff on the same host.
CLEAR = '"cache", "storage"'


def render_leaving(languages: tuple[str, ...], *, trial: bool = False) -> str:
    """What stands before anything a survey is about: how to leave. Says nothing of the survey."""
    return render_template("responding/leaving.html", languages=languages, trial=trial)


@bp.get("/x")
def leave() -> Response:
    """Destroy the unfinished answers and go somewhere harmless. A link, so it works without JavaScript."""
    secret = read_secret(request, current_app.extensions["respondent_cookie"])
    if secret:
        draft_store.drop(drafts(), secret)
    return _away()


@bp.errorhandler(SQLAlchemyError)
def leave_all_the_same(fault: SQLAlchemyError) -> Response:
    """The drafts cannot be reached: nobody is kept here for that. Without its cookie the draft opens for nobody."""
    current_app.logger.error("could not keep", exc_info=fault)
    return _away()


def _away() -> Response:
    response = Response(status=303, headers={"Location": current_app.extensions["settings"].exit_address})
    response.headers["Clear-Site-Data"] = CLEAR
    drop_secret(response, current_app.extensions["respondent_cookie"])
    return response


@bp.get("/help")
@bp.get("/safety")
def safety() -> str:
    """What this site does and cannot do to keep a person safe. Links lead to the address that tells least."""
    return render_template("responding/safety.html", languages=complete())


@bp.get("/about")
def about() -> str:
    """How answers are used."""
    return render_template("responding/about.html", languages=complete())


@bp.get("/favicon.ico")
def icon() -> Response:
    """One neutral icon for everything."""
    return redirect("/static/icon.svg")  # type: ignore[return-value]
