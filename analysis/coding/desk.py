"""The coding desk: one passage at a time, in its answer, with the suggestion as a hint."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for

from analysis.code_books.versions import edition_named
from analysis.coding import code_passages
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.identifier import KINDS
from analysis.coding.marking import Part, marked
from analysis.coding.origins import origin_said
from analysis.coding.tables import Passage, Suggestion
from analysis.learning import training_rows
from analysis.learning.near_examples import Asked, NearExample, near_examples
from analysis.standard.edition import Edition
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.vault import Opener
from surveys.definition.published import PublishedSurvey, definition_of, published_at, texts_asked
from surveys.definition.wording import say
from surveys.intake.read import ReadResponse, read_one
from surveys.managing.choosing import choose_survey

bp = staff_blueprint("code", __name__)


@dataclass(frozen=True)
class Piece:
    """A stretch of an answer as the desk shows it: plain, or a passage with the section it is marked by."""

    parts: list[Part]
    passage: Passage | None = None
    mark: str = ""


@bp.get("/code")
@may("code")
def choose() -> str | Response:
    """Which survey to code."""
    return choose_survey("Code", "code.next_passage")


@bp.get("/code/<address>")
@may("code")
def next_passage(address: str) -> str | Response:
    """On to the next passage this person has not coded; with `?first=doubtful` to the most doubtful one."""
    row = published_at(kept(), address)
    passage = ORDERS.get(request.args.get("first", ""), _in_turn)(row)
    if passage is None:
        progress = code_passages.progress(kept(), row.id, g.person.id)
        return render_template("desk/all_coded.html", survey=definition_of(row), progress=progress)
    return _to(address, passage)


def _in_turn(row: PublishedSurvey) -> Passage | None:
    return code_passages.next_uncoded(kept(), row.id, g.person.id)


def _most_doubtful(row: PublishedSurvey) -> Passage | None:
    apart = (each(row.id) for each in training_rows.KEPT_APART)
    return code_passages.next_doubtful(kept(), row.id, g.person.id, apart)


#: What may be asked to come first, by `first` in the address; it stays there from one decision to the next.
ORDERS: dict[str, Callable[[PublishedSurvey], Passage | None]] = {"doubtful": _most_doubtful}


@bp.get("/code/<address>/last")
@may("code")
def last_passage(address: str) -> Response:
    """Back to the passage this person coded last, to look again."""
    passage = code_passages.last_coded(kept(), published_at(kept(), address).id, g.person.id)
    return _to(address, passage) if passage else make_response(redirect(url_for("code.choose"), 303))


@bp.get("/code/<address>/<passage_id>")
@may("code")
def passage(address: str, passage_id: str) -> str:
    """One passage, in its answer."""
    row, here = _load(address, passage_id)
    survey = definition_of(row)
    edition = edition_named(kept(), survey.standard)
    opener = current_app.extensions["vault"].opener(row.id)
    response = read_one(kept(), here.response_id, opener)
    suggestion = _of_edition(code_passages.suggestion_for(kept(), here), edition)
    coding = code_passages.latest_coding(kept(), here, g.person.id)
    question = texts_asked(kept(), row.id).get(here.question)
    traces, marks = _traces(here), request.args.get("marks") != "off"
    return render_template(
        "desk/code.html",
        survey=survey,
        edition=edition,
        wording=say(question.wording, response.audience) if question else "",
        audience=survey.audience_names().get(response.audience or "", _("Not said")),
        pieces=_pieces(here, response, edition, traces if marks else []),
        held=sorted({why for _start, _end, why in traces}),
        marks=marks,
        here=here,
        why=_why(here, response, suggestion.reasons if suggestion else []),
        asked_why=_asked_why(),
        near=_near(here, response, suggestion, edition, opener) if _asked_why() else None,
        again=_again,
        suggestion=suggestion,
        stances=_stances(),
        origin=origin_said(suggestion.model) if suggestion else "",
        coding=coding,
        progress=code_passages.progress(kept(), row.id, g.person.id),
    )


@bp.post("/code/<address>/<passage_id>")
@may("code")
def decide(address: str, passage_id: str) -> Response:
    """Record the decision and go on to the next passage."""
    row, here = _load(address, passage_id)
    chosen = DECISIONS.get(request.form.get("decide", ""))
    if chosen is None:
        abort(400)
    edition = edition_named(kept(), definition_of(row).standard)
    code_passages.record(kept(), here, g.person.id, chosen(here), edition, datetime.now(UTC))
    first = request.args.get("first")
    return make_response(redirect(url_for("code.next_passage", address=address, first=first), 303))


def _suggested(here: Passage) -> list[str]:
    row = published_at(kept(), (request.view_args or {})["address"])
    edition = edition_named(kept(), definition_of(row).standard)
    suggestion = _of_edition(code_passages.suggestion_for(kept(), here), edition)
    if suggestion is None or not suggestion.confidence:
        abort(400)
    return suggestion.sections


DECISIONS: dict[str, Callable[[Passage], list[str]]] = {
    "accept": _suggested,
    "save": lambda here: request.form.getlist("section"),
    "none": lambda here: [],
}


def _load(address: str, passage_id: str) -> tuple[PublishedSurvey, Passage]:
    row = published_at(kept(), address)
    try:
        key = bytes.fromhex(passage_id)
    except ValueError:
        abort(404)
    return row, code_passages.passage_of(kept(), row.id, key)


def _to(address: str, passage: Passage) -> Response:
    first = request.args.get("first")
    place = url_for("code.passage", address=address, passage_id=passage.id.hex(), first=first)
    return make_response(redirect(place, 303))


def _of_edition(suggestion: Suggestion | None, edition: Edition) -> Suggestion | None:
    """None while a suggestion still speaks of sections that the newest code book has not: it is being made anew."""
    return suggestion if suggestion and set(suggestion.sections) <= set(edition.section_codes) else None


def _traces(here: Passage) -> list[tuple[int, int, str]]:
    """Where the passage may hold a name or a number, and what it may be."""
    flags = kept().get(PassageFlags, here.id)
    return [(start, end, _(KINDS[kind])) for start, end, kind in flags.identifiers] if flags else []


def _pieces(here: Passage, response: ReadResponse, edition: Edition, traces: list[tuple[int, int, str]]) -> list[Piece]:
    """The answer from start to end, its passages marked by what this person or else the model says of them."""
    text = str(response.answers[here.question])
    pieces, at = [], 0
    for passage in code_passages.passages_of_answer(kept(), here):
        words = marked(text[passage.start : passage.end], traces if passage.id == here.id else [])
        pieces.append(Piece(marked(text[at : passage.start], [])))
        pieces.append(Piece(words, passage, _mark(passage, edition)))
        at = passage.end
    return [piece for piece in (*pieces, Piece(marked(text[at:], []))) if piece.parts]


def _mark(passage: Passage, edition: Edition) -> str:
    said = code_passages.latest_coding(kept(), passage, g.person.id) or code_passages.suggestion_for(kept(), passage)
    known = edition.in_order(said.sections) if said else ()
    return f"s{edition.section_codes.index(known[0]) + 1}" if known else ""


def _stances() -> dict[str, str]:
    return {
        "praise": _("praise"),
        "problem": _("problem"),
        "suggestion": _("suggestion"),
        "neutral": _("neutral"),
    }


def _again(**changed: str) -> str:
    """This page once more, asked for in another way."""
    asked = {name: request.args[name] for name in ("first", "marks", "why") if name in request.args} | changed
    place: dict[str, Any] = (request.view_args or {}) | asked
    return url_for("code.passage", **place)


def _asked_why() -> bool:
    return request.args.get("why") == "on"


def _near(
    here: Passage, response: ReadResponse, suggestion: Suggestion | None, edition: Edition, opener: Opener
) -> list[NearExample] | None:
    """The nearest coded examples; None where there is no suggestion to give reasons for, or no suggester kept yet."""
    if suggestion is None or not suggestion.confidence:
        return None
    words = str(response.answers[here.question])[here.start : here.end]
    models = current_app.extensions["settings"].instance / "models"
    return near_examples(kept(), opener, models, Asked(here, words, suggestion, edition, g.person.id))


def _why(here: Passage, response: ReadResponse, reasons: list[tuple[int, int]]) -> list[str]:
    text = str(response.answers[here.question])[here.start : here.end]
    return [text[start:end] for start, end in reasons]
