"""Which consultation a staff page is about."""

from flask import Response, make_response, redirect, render_template, url_for

from safekeeping.database import kept
from surveys.definition.published import definition_of, published


def choose_survey(verb: str, page: str) -> str | Response:
    """A list to choose from, leading to the endpoint `page`; straight there where there is one consultation."""
    rows = published(kept())
    if len(rows) == 1:
        return make_response(redirect(url_for(page, address=rows[0].address), 303))
    return render_template("desk/choose.html", verb=verb, surveys=rows, define=definition_of, page=page)
