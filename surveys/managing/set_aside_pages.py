"""Answers that were set aside because they came as a program's would: looked at by a person, and let in."""

from dataclasses import dataclass
from datetime import date

from flask import Response, abort, current_app, make_response, redirect, render_template, request, url_for

from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.definition.path import NO_DAY, Path
from surveys.definition.published import definition_of, published_at
from surveys.definition.survey import Survey
from surveys.definition.voice import Voice
from surveys.intake.aside import AT_ONCE, aside_count, let_in, read_aside
from surveys.intake.mix import BATCH
from surveys.intake.read import ReadResponse
from surveys.responding.rendering import ShownPage, shown_answers

bp = staff_blueprint("set_aside", __name__)

DONE = {"one": _("One is let in. It counts from now on."), "all": _("They are let in. They count from now on.")}
#: The day that answers are shown for: on none, as the day somebody answered is not kept.
NO_TIME: date = NO_DAY


@dataclass(frozen=True)
class Aside:
    """One response as it is looked at."""

    id: str
    pages: list[ShownPage]


def said_count(count: int) -> str:
    """A small number is not said: it could tell when somebody answered."""
    return str(count) if count >= BATCH else _("Fewer than ten")


@bp.get("/collect/<address>/set-aside")
@may("code")
def look(address: str) -> str:
    """How many, and some of them with their answers."""
    row = published_at(kept(), address)
    survey, count = definition_of(row), aside_count(kept(), row.id)
    part = request.args.get("part", 0, int) if count else 0
    if not 0 <= part * AT_ONCE <= count:
        abort(404)
    opener = current_app.extensions["vault"].opener(row.id)
    return render_template(
        "desk/set_aside.html",
        survey=survey,
        address=address,
        count=count,
        said=said_count(count),
        part=part,
        more=(part + 1) * AT_ONCE < count,
        aside=[_aside(survey, each) for each in read_aside(kept(), row.id, opener, part)],
        done=_(DONE[done]) if (done := request.args.get("done", "")) in DONE else "",
    )


def _aside(survey: Survey, response: ReadResponse) -> Aside:
    voice = Voice(Path(survey, response.answers, NO_TIME), survey.language)
    answered = [
        ShownPage(page.name, page.title, [each for each in page.answers if each.lines]) for page in shown_answers(voice)
    ]
    return Aside(response.id.hex(), [page for page in answered if page.answers])


@bp.post("/collect/<address>/set-aside")
@may("code")
def let(address: str) -> Response:
    """Let one in (`one:ID`), or all."""
    row = published_at(kept(), address)
    what, _colon, name = request.form.get("let", "").partition(":")
    if what not in DONE:
        abort(400)
    note("let in", address, how=what)
    let_in(kept(), row.id, _id(name) if what == "one" else None)
    return make_response(redirect(url_for("set_aside.look", address=address, done=what), 303))


def _id(name: str) -> bytes:
    try:
        return bytes.fromhex(name)
    except ValueError:
        abort(400)
