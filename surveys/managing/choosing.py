"""Which consultation a staff page is about."""

from flask import Response, make_response, redirect, render_template, url_for

from surveys.definition.published import definition_of
from surveys.writing.at_hand import published_for


def choose_survey(verb: str, page: str) -> str | Response:
    """A list to choose from, leading to the endpoint `page`; straight there where there is one consultation.

    The verb in small letters is the action that the visitor must be permitted.
    """
    rows = published_for(verb.lower())
    if len(rows) == 1:
        return make_response(redirect(url_for(page, address=rows[0].address), 303))
    return render_template("desk/choose.html", verb=verb, surveys=rows, define=definition_of, page=page)
