"""The language model of the installation: where it is, and an administrator's leave in writing for one outside."""

from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request
from sqlalchemy import select

from analysis.local_model.asking import Connection
from analysis.local_model.connecting import connection_of
from analysis.local_model.reaching import NotReached, addresses_of, is_private, is_this_machine
from analysis.local_model.tables import ModelLeave, leave_for
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.permissions import permits
from safekeeping.staff import Staff

bp = staff_blueprint("model_leave", __name__)

DONE = {
    "allow": _("It is noted who allowed it and when, here and in the trail."),
    "end": _("From now on nothing is sent there."),
}
WHERE = (_("outside your network"), _("inside your network"), _("this machine"))


def sentence_for(host: str) -> str:
    """What must be typed to allow a host outside the organisation's own network, in the language of the page."""
    return _("I allow people’s words to be sent to {host}", host=host)


def _plain(sentence: str) -> str:
    """As it is compared: how apostrophes, spaces, capitals and a full stop were typed does not matter."""
    return " ".join(sentence.replace("'", "’").split()).rstrip(".").casefold()


@bp.get("/model")
@may("manage people")
def look() -> Response:
    """What the settings say, and what was allowed."""
    return _page()


def _page(status: int = 200, **more: Any) -> Response:
    connection = connection_of(current_app.extensions["settings"])
    host = connection.place.name if connection else ""
    done = DONE.get(request.args.get("done", ""))
    shown = {
        "connection": connection,
        "leave": leave_for(kept(), g.person.organisation_id, host),
        "earlier": _earlier(),
        "sentence": sentence_for(host),
        "done": _(done) if done else "",
        "everywhere": _everywhere(),
        "wrong": "",
        "typed": "",
        "leads": None,
    }
    return make_response(render_template("desk/model_leave.html", **(shown | more)), status)


def _earlier() -> list[tuple[ModelLeave, str]]:
    of_it = select(ModelLeave).where(ModelLeave.organisation_id == g.person.organisation_id)
    rows = kept().scalars(of_it.order_by(ModelLeave.said_at.desc())).all()
    return [(row, _name(row.staff_id)) for row in rows]


def _name(staff_id: bytes | None) -> str:
    person = kept().get(Staff, staff_id) if staff_id else None
    return person.name if person else _("somebody who has left")


def _everywhere() -> bool:
    """Whether the visitor manages people of the whole organisation, and not of one consultation only."""
    return permits(frozenset(role for where, role in g.person.roles if where is None), "manage people")


@bp.post("/model")
@may("manage people")
def act() -> Response:
    """See where the address leads, allow it in writing, or end that."""
    connection = connection_of(current_app.extensions["settings"])
    chosen = ACTS.get(request.form.get("act", ""))
    if connection is None or chosen is None:
        abort(400)
    return chosen(connection)


def _see(connection: Connection) -> Response:
    return _page(leads=leads(connection))


def leads(connection: Connection) -> list[str]:
    """Where the address leads now, in words."""
    try:
        found = addresses_of(connection.place)
    except NotReached as fault:
        return [str(fault)]
    return [f"{each}: {_(WHERE[is_private(each) + is_this_machine(each)])}" for each in found]


def _allow(connection: Connection) -> Response:
    if not _everywhere():
        abort(403)
    host, typed = connection.place.name, request.form.get("sentence", "")[:400]
    if _plain(typed) != _plain(sentence_for(host)):
        wrong = _("That is not the sentence. Type it word for word, if you mean it. Nothing was allowed.")
        return _page(422, wrong=wrong, typed=typed)
    if leave_for(kept(), g.person.organisation_id, host) is None:
        own = {"organisation_id": g.person.organisation_id, "staff_id": g.person.id, "said_at": datetime.now(UTC)}
        kept().add(ModelLeave(host=host, sentence=" ".join(typed.split()), ended_at=None, **own))
        note("allowed model", host)
    return make_response(redirect("/desk/model?done=allow", 303))


def _end(connection: Connection) -> Response:
    """Of whichever host it is; ending is open to whoever manages people anywhere."""
    for row, _who in _earlier():
        if row.ended_at is None:
            row.ended_at = datetime.now(UTC)
            note("ended model", row.host)
    return make_response(redirect("/desk/model?done=end", 303))


ACTS = {"see": _see, "allow": _allow, "end": _end}
