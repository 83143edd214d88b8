"""Tickets for a closed survey: switched on and off, made, printed once, called back."""

from urllib.parse import urlsplit

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for

from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.languages import language, speaking, spoken
from safekeeping.squares import squares
from surveys.definition.published import PublishedSurvey, definition_of, published_at
from surveys.intake.tickets import forget_tickets, make_tickets, unused

bp = staff_blueprint("tickets", __name__)

FEWEST, MOST = 10, 1000
DONE = {
    "on": _("From now on nobody can answer without a ticket."),
    "off": _("From now on anybody with the address can answer. Tickets that are not used stay good for later."),
    "forget": _("No ticket that was made so far works any more."),
}
WRONG_NUMBER = _("Give a whole number from {fewest} to {most}.")


@bp.get("/collect/<address>/tickets")
@may("write")
def look(address: str) -> str:
    """Whether tickets are asked for, how many are good, and the way to make some."""
    done = request.args.get("done", "")
    return _page(published_at(kept(), address), done=_(DONE[done]) if done in DONE else "")


def _page(row: PublishedSurvey, done: str = "", wrong: str = "", count: str = "50") -> str:
    return render_template(
        "desk/tickets.html",
        survey=definition_of(row),
        row=row,
        unused=unused(kept(), row.id),
        fewest=FEWEST,
        most=MOST,
        done=done,
        wrong=wrong,
        count=count,
    )


@bp.post("/collect/<address>/tickets")
@may("write")
def act(address: str) -> Response:
    """Ask for tickets or not, call all back, or make some and show them, this once."""
    row = published_at(kept(), address)
    wanted = request.form.get("do", "")
    if wanted == "make":
        return _make(row, request.form.get("count", "").strip())
    if wanted not in DONE:
        abort(400)
    note("tickets", address, do=wanted)
    if wanted == "forget":
        forget_tickets(kept(), row.id)
    else:
        row.by_ticket = wanted == "on"
    return make_response(redirect(url_for("tickets.look", address=address, done=wanted), 303))


def _make(row: PublishedSurvey, typed: str) -> Response:
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST)) else 0
    if not FEWEST <= count <= MOST:
        return make_response(_page(row, wrong=_(WRONG_NUMBER, fewest=FEWEST, most=MOST), count=typed), 422)
    note("tickets", row.address, do="make", count=count)
    address = f"{current_app.extensions['settings'].public_address}/{row.address}"
    survey = definition_of(row)
    # The code leads to the survey and holds nothing else: an address with the ticket in it would stay in the history
    # of a phone, and with whoever reads codes for it. The ticket is typed.
    words = {"survey": survey, "row": row, "said": _said(address), "squares": squares(address)}
    desk = {"title": _("Cards"), "desk": spoken(language())}
    tickets = make_tickets(kept(), row.id, count)
    for_staff = render_template("paper/_cards_bar.html", row=row, tickets=tickets)
    with speaking(survey.language):
        return make_response(render_template("paper/cards.html", tickets=tickets, for_staff=for_staff, **words, **desk))


def _said(address: str) -> str:
    """The address as it is typed: browsers add the rest."""
    parts = urlsplit(address)
    return parts.netloc + parts.path
