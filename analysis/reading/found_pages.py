"""What was found: passages, lines, words or codes, a page at a time; and what can be done with the question."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.reading.answering import Answer
from analysis.reading.asked import BESIDE, FIND, FREQUENCIES, KEYNESS, KWIC, TOGETHER, Asked
from analysis.reading.asking import Offered, said_of
from analysis.reading.counting import Key
from analysis.reading.picture import in_words, matrix_of, picture
from analysis.reading.places import Place, unpacked
from analysis.reading.read_pages import JOB, id_of, offered_at, on_to, reading_session, tools_called
from analysis.reading.showing import shown_lines, shown_passages
from analysis.reading.tables import SavedQuery, asked_of, found_of, query_of, seal_asked
from analysis.reading.working import answer_at_once, as_wave, chosen_waves
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.headers import PICTURE_POLICY
from safekeeping.jobs import enqueue, latest
from safekeeping.languages import gettext as _
from surveys.definition.published import PublishedSurvey, definition_of, published_at

bp = staff_blueprint("read_found", __name__)

AT_ONCE = {FIND: 20, KWIC: 50}
LONGEST_NAME = 80
UNITS = ("passages", "responses")


@dataclass(frozen=True)
class Here:
    """One question, whose page this is."""

    row: PublishedSurvey
    query: SavedQuery
    asked: Asked
    offered: Offered
    found: Answer | None

    @property
    def waves(self) -> list[PublishedSurvey]:
        """The surveys it is about."""
        return chosen_waves(kept(), self.row, self.asked)


def _load(address: str, query_id: str) -> Here:
    row = published_at(kept(), address)
    query = query_of(kept(), row.id, id_of(query_id), g.person.id)
    keys = current_app.extensions["vault"]
    asked = asked_of(query, keys)
    found = found_of(query, chosen_waves(kept(), row, asked), keys)
    return Here(row, query, asked, offered_at(kept(), row), found)


@bp.get("/read/<address>/asked/<query_id>")
@may("code")
def look(address: str, query_id: str) -> str:
    """The answer, or how far it is."""
    return _page(_load(address, query_id))


def _page(here: Here, wrong: str = "", typed: str = "") -> str:
    job = latest(kept(), JOB, here.query.id.hex()) if here.found is None else None
    view = VIEWS[here.asked.kind](here, here.found) if here.found is not None else {}
    return render_template(
        "read/found.html",
        survey=definition_of(here.row),
        tool=tools_called()[here.asked.kind],
        here=here,
        said=said_of(here.asked, here.offered),
        mine=here.query.staff_id == g.person.id,
        job=job,
        wrong=wrong,
        typed=typed or here.asked.name,
        longest=LONGEST_NAME,
        **view,
    )


def _part() -> int:
    return max(request.args.get("part", 0, int), 0)


def _paged(kind: str, groups: list[list[Place]]) -> tuple[list[Place], dict[str, Any]]:
    """The places on this page, and where the others are."""
    part, size = _part(), AT_ONCE[kind]
    here = groups[part * size : (part + 1) * size]
    about = {"part": part, "parts": -(-len(groups) // size), "first": part * size + 1, "last": part * size + len(here)}
    return [place for group in here for place in group], about


def _passages(here: Here, found: Answer) -> dict[str, Any]:
    grouped = groupby(unpacked(found["places"]), key=lambda each: (each.wave, each.passage_id))
    places, about = _paged(FIND, [list(spans) for _key, spans in grouped])
    keys = current_app.extensions["vault"]
    waves = [as_wave(kept(), each, keys) for each in here.waves]
    return {**about, "passages": shown_passages(kept(), waves, here.asked, places)}


def _lines(here: Here, found: Answer) -> dict[str, Any]:
    places, about = _paged(KWIC, [[place] for place in unpacked(found["places"])])
    keys = current_app.extensions["vault"]
    waves = [as_wave(kept(), each, keys) for each in here.waves]
    return {**about, "lines": shown_lines(kept(), waves, here.asked, places)}


def _keys(here: Here, found: Answer) -> dict[str, Any]:
    rows = [Key(**row) for row in found["rows"]]
    return {"rows": rows, "certain": sum(row.is_certain for row in rows)}


def _rows(here: Here, found: Answer) -> dict[str, Any]:
    return {"rows": found["rows"]}


def _codes(here: Here, found: Answer) -> dict[str, Any]:
    unit = _unit()
    matrix = matrix_of(found["codes"], found[unit])
    words = in_words(matrix, here.offered.codes, unit)
    return {"unit": unit, "units": UNITS, "matrix": matrix, "words": words, "called": here.offered.codes}


def _unit() -> str:
    return unit if (unit := request.args.get("unit", "")) in UNITS else UNITS[0]


#: What is asked -> what its page shows.
VIEWS: dict[str, Callable[[Here, Answer], dict[str, Any]]] = {
    FIND: _passages,
    KWIC: _lines,
    BESIDE: _rows,
    FREQUENCIES: _rows,
    KEYNESS: _keys,
    TOGETHER: _codes,
}


@bp.get("/read/<address>/asked/<query_id>/picture.svg")
@may("code")
def drawn(address: str, query_id: str) -> Response:
    """Codes that stand together, as a picture of its own."""
    here = _load(address, query_id)
    if here.found is None or here.asked.kind != TOGETHER:
        abort(404)
    unit = _unit()
    return as_picture(picture(matrix_of(here.found["codes"], here.found[unit]), here.offered.codes, unit))


def as_picture(drawing: str) -> Response:
    """An SVG picture, which may style itself and do nothing else."""
    response = make_response(drawing)
    response.headers["Content-Type"] = "image/svg+xml"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response


@bp.post("/read/<address>/asked/<query_id>")
@may("code")
def act(address: str, query_id: str) -> Response:
    """Keep the question, forget it, ask it again, or ask on from what it found."""
    here = _load(address, query_id)
    chosen = ACTS.get(request.form.get("act", ""))
    if chosen is None:
        abort(400)
    return chosen(here)


def _name(here: Here) -> Response:
    _check_mine(here)
    name = " ".join(request.form.get("name", "").split())
    if not name or len(name) > LONGEST_NAME:
        wrong = _("Give it a name of at most {number} letters. Nothing was kept.", number=LONGEST_NAME)
        return make_response(_page(here, wrong, name), 422)
    query = here.query
    query.sealed = seal_asked(here.row, replace(here.asked, name=name), query.id)
    query.named, query.shared = True, bool(request.form.get("shared"))
    return _back(here.row)


def _check_mine(here: Here) -> None:
    if here.query.staff_id != g.person.id:
        abort(403)


def _back(row: PublishedSurvey) -> Response:
    return make_response(redirect(url_for("read.room", address=row.address), 303))


def _forget(here: Here) -> Response:
    _check_mine(here)
    kept().delete(here.query)
    return _back(here.row)


def _again(here: Here) -> Response:
    """Ask a job, which puts the new answer in place of the old one."""
    here.query.found = None
    enqueue(kept(), JOB, here.query.id.hex())
    link = url_for("read_found.look", address=here.row.address, query_id=here.query.id.hex())
    return make_response(redirect(link, 303))


def _on(here: Here, asked: Asked) -> Response:
    with reading_session() as session:
        row = published_at(session, here.row.address)
        found = answer_at_once(session, row, asked, current_app.extensions["vault"])
    return on_to(here.row, asked, found)


def _word(here: Here) -> Response:
    words = [row["word"] for row in here.found["rows"]] if here.found and "rows" in here.found else []
    word = request.form.get("word", "")
    return _on(here, here.asked.of_word(word)) if word in words else abort(404)


def _behind(here: Here) -> Response:
    codes = tuple(request.form.get("pair", "").split())
    if not codes or not set(codes) <= set(here.offered.codes):
        abort(404)
    return _on(here, here.asked.of_codes(codes))


ACTS: dict[str, Callable[[Here], Response]] = {
    "name": _name,
    "forget": _forget,
    "again": _again,
    "word": _word,
    "behind": _behind,
}
