"""Read: the tools of one survey, and the form of each. What is typed is sent, never put into an address."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from analysis.code_books.versions import edition_named
from analysis.reading.answering import Answer
from analysis.reading.asked import BESIDE, FIND, FREQUENCIES, KEYNESS, KINDS, KWIC, TOGETHER, Asked
from analysis.reading.asking import MOST_WINDOW, PARTS, Offered, asked_from, by_called, faults_in, said_of, sorts_called
from analysis.reading.tables import asked_of, keep_asked, keep_found, queries, query_of
from analysis.reading.text_query import LONGEST
from analysis.reading.working import answer_at_once, chosen_waves, waves_beside
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.jobs import enqueue
from safekeeping.languages import gettext as _
from safekeeping.organisations import show_only
from surveys.definition.published import PublishedSurvey, definition_of, published_at, texts_asked
from surveys.definition.wording import say
from surveys.managing.choosing import choose_survey

bp = staff_blueprint("read", __name__)

JOB = "read"


def tools_called() -> dict[str, tuple[str, str]]:
    """Each tool: what it is called, and what it is good for."""
    return {
        FIND: (_("Find passages"), _("By words, codes, stance, who wrote and which question, in any mix.")),
        KWIC: (_("A word in its context"), _("Every place of a word, one under the other: how people use it.")),
        BESIDE: (_("Neighbours of a word"), _("Which words stand near it more often than by chance.")),
        FREQUENCIES: (_("Frequent words"), _("What is said most, by how many people.")),
        KEYNESS: (_("What marks a group"), _("Words that one audience, wave or code has more than another.")),
        TOGETHER: (_("Codes together"), _("Which sections or themes stand in the same passage or answer.")),
    }


def offered_at(session: Session, row: PublishedSurvey) -> Offered:
    """What the forms of a survey offer."""
    survey = definition_of(row)
    questions = {name: say(each.wording, None) for name, each in texts_asked(session, row.id).items()}
    waves = {each.address: definition_of(each).wave or definition_of(each).title for each in waves_beside(session, row)}
    return Offered(edition_named(kept(), survey.standard), survey.audience_names(), questions, waves)


@bp.get("/read")
@may("code")
def choose() -> str | Response:
    """Which survey to read."""
    return choose_survey("Code", "read.room")


@bp.get("/read/<address>")
@may("code")
def room(address: str) -> str:
    """The tools, and what was asked before."""
    row = published_at(kept(), address)
    offered = offered_at(kept(), row)
    every = queries(kept(), row.id, g.person.id, current_app.extensions["vault"])
    return render_template(
        "read/room.html",
        survey=definition_of(row),
        tools=tools_called(),
        named=[(each, said_of(each.asked, offered)) for each in every if each.row.named],
        recent=[(each, said_of(each.asked, offered)) for each in every if not each.row.named],
    )


@bp.get("/read/<address>/ask/<kind>")
@may("code")
def form(address: str, kind: str) -> str:
    """The form of one tool; as an earlier question filled it, where `from` names one."""
    row = published_at(kept(), address)
    earlier = request.args.get("from", "")
    asked = _earlier(row, earlier) if earlier else Asked()
    return _form(row, replace(asked, kind=_known(kind)), {})


def _known(kind: str) -> str:
    return kind if kind in KINDS else abort(404)


def _earlier(row: PublishedSurvey, query_id: str) -> Asked:
    return asked_of(query_of(kept(), row.id, id_of(query_id), g.person.id), current_app.extensions["vault"])


def id_of(written: str) -> bytes:
    """An id as it stands in an address, or 404."""
    try:
        return bytes.fromhex(written)
    except ValueError:
        abort(404)


def _form(row: PublishedSurvey, asked: Asked, faults: dict[str, str]) -> str:
    offered = offered_at(kept(), row)
    return render_template(
        "read/ask.html",
        survey=definition_of(row),
        tools=tools_called(),
        tool=tools_called()[asked.kind],
        parts=PARTS[asked.kind],
        asked=asked,
        offered=offered,
        how_of={code: _how(asked, code) for code in offered.codes},
        by=by_called(),
        sorts=sorts_called(),
        stances={name: _(name) for name in ("praise", "problem", "suggestion", "neutral")},
        faults=faults,
        longest=LONGEST,
        most_window=MOST_WINDOW,
    )


def _how(asked: Asked, code: str) -> str:
    chosen = {"all": asked.all_of, "any": asked.any_of, "none": asked.none_of}
    return next((how for how, codes in chosen.items() if code in codes), "")


@bp.post("/read/<address>/ask/<kind>")
@may("code")
def ask(address: str, kind: str) -> Response:
    """Answer at once what takes less than a second; let a job answer the rest."""
    with reading_session() as session:
        row = published_at(session, address)
        offered = offered_at(session, row)
        asked = asked_from(_known(kind), lambda name: request.form.get(name, ""), request.form.getlist, offered)
        faults = faults_in(asked)
        found = None if faults else answer_at_once(session, row, asked, current_app.extensions["vault"])
    if faults:
        return make_response(_form(published_at(kept(), address), asked, faults), 422)
    return on_to(published_at(kept(), address), asked, found)


def reading_session() -> Session:
    """A session that locks nothing: while a page reads, nobody's answers wait to be kept."""
    session = Session(current_app.extensions["engine"].execution_options(reading=True))
    show_only(session, g.visible)
    return session


def on_to(row: PublishedSurvey, asked: Asked, found: Answer | None) -> Response:
    """Keep a question with its answer, or ask a job for one; and go there."""
    query = keep_asked(kept(), row, asked, g.person.id, datetime.now(UTC))
    if found is None:
        enqueue(kept(), JOB, query.id.hex())
    else:
        keep_found(query, chosen_waves(kept(), row, asked), found)
    return make_response(redirect(url_for("read_found.look", address=row.address, query_id=query.id.hex()), 303))
