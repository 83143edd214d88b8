"""The list of answers that may speak of danger now, for whoever looks after safety. Nothing is sent to anybody."""

from dataclasses import dataclass

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy.exc import NoResultFound

from analysis.coding import safety
from analysis.coding.marking import Part, marked
from safekeeping.clock import steady_now
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from safekeeping.staff import Staff
from safekeeping.vault import Office, Opener
from surveys.definition.published import PublishedSurvey, definition_of, published_at, texts_asked
from surveys.definition.wording import say
from surveys.intake.read import read_one
from surveys.managing.choosing import choose_survey

bp = staff_blueprint("safety", __name__)

DONE = {
    "nothing": _("Noted: looked at, nothing to do."),
    "passed": _("Noted: passed on. Heard has sent nothing; passing it on is yours to do."),
}
REPEATS = _("The note repeats what the person wrote. Say in your own words whom you told, without what was written.")
TOO_LONG = _("The note can have at most {number} letters.")


@dataclass(frozen=True)
class Piece:
    """A stretch of the answer: the parts of a passage, or what stands between passages."""

    parts: list[Part]
    flagged: bool


@dataclass(frozen=True)
class Card:
    """One answer as the list shows it."""

    id: str
    asked: str
    audience: str
    pieces: list[Piece]
    seen: list[str]
    looked: safety.Looked | None
    by: str
    marked: bool
    memo: str = ""
    wrong: str = ""


@bp.get("/safeguard")
@may("safeguard")
def choose() -> str | Response:
    """Which consultation."""
    return choose_survey("Safeguard", "safety.look")


@bp.get("/safeguard/<address>")
@may("safeguard")
def look(address: str) -> str:
    """What waits to be looked at; with `?looked`, what has been."""
    return _page(published_at(kept(), address))


def _page(row: PublishedSurvey, wrong: Card | None = None) -> str:
    office = current_app.extensions["vault"].office
    looked_at = "looked" in request.args
    shown = [_card(row, office, each) for each in safety.answers(kept(), row.id, looked_at=looked_at)]
    count = safety.answer_count(kept(), row.id, looked_at=looked_at)
    done = DONE.get(request.args.get("done", ""))
    return render_template(
        "desk/safety.html",
        survey=definition_of(row),
        cards=[wrong if wrong and wrong.id == card.id else card for card in shown],
        more=count - len(shown),
        looked_at=looked_at,
        others=safety.answer_count(kept(), row.id, looked_at=not looked_at),
        outcomes=safety.OUTCOMES,
        longest=safety.LONGEST_MEMO,
        wrong=wrong.wrong if wrong else "",
        done=_(done) if done else "",
    )


@bp.post("/safeguard/<address>")
@may("safeguard")
def decide(address: str) -> Response:
    """Note what was done about one answer."""
    row = published_at(kept(), address)
    outcome, memo = request.form.get("do", ""), " ".join(request.form.get("memo", "").split())
    if outcome not in safety.OUTCOMES:
        abort(400)
    answer = _answer(row, request.form.get("answer", ""))
    office = current_app.extensions["vault"].office
    wrong = _fault(memo, _words(_opener(row), answer), answer)
    if wrong:
        return make_response(_page(row, _card(row, office, answer, memo, wrong)), 422)
    safety.record_look(kept(), office, answer, g.person.id, outcome, memo, steady_now())
    note("looked for danger", address, outcome=outcome)
    return make_response(redirect(url_for("safety.look", address=address, done=outcome), 303))


def _fault(memo: str, words: str, answer: safety.Shown) -> str:
    if len(memo) > safety.LONGEST_MEMO:
        return _(TOO_LONG, number=safety.LONGEST_MEMO)
    return _(REPEATS) if safety.repeats(memo, words, answer.traces) else ""


def _answer(row: PublishedSurvey, name: str) -> safety.Shown:
    try:
        return safety.answer_of(kept(), row.id, bytes.fromhex(name))
    except (ValueError, NoResultFound):
        abort(404)


def _opener(row: PublishedSurvey) -> Opener:
    opener: Opener = current_app.extensions["vault"].opener(row.id)
    return opener


def _words(opener: Opener, answer: safety.Shown) -> str:
    return str(read_one(kept(), answer.response_id, opener).answers[answer.question])


def _card(row: PublishedSurvey, office: Office, answer: safety.Shown, memo: str = "", wrong: str = "") -> Card:
    response = read_one(kept(), answer.response_id, _opener(row))
    text = str(response.answers[answer.question])
    question = texts_asked(kept(), row.id).get(answer.question)
    looked = safety.last_look(kept(), office, answer)
    pieces = _pieces(text, answer)
    return Card(
        id=answer.first.id.hex(),
        asked=say(question.wording, response.audience) if question else "",
        audience=definition_of(row).audience_names().get(response.audience or "", _("Not said")),
        pieces=pieces,
        seen=[part.text for piece in pieces for part in piece.parts if part.why],
        looked=looked,
        by=kept().get_one(Staff, looked.staff_id).name if looked else "",
        marked=answer.marked,
        memo=memo,
        wrong=wrong,
    )


def _pieces(text: str, answer: safety.Shown) -> list[Piece]:
    """The answer from start to end, with what was seen in the passages that are flagged."""
    pieces, at = [], 0
    for passage in answer.passages:
        flags = answer.flags.get(passage.id)
        words = text[passage.start : passage.end]
        signs = [(start, end, "seen") for start, end in flags.signs] if flags else []
        pieces += [Piece([Part(text[at : passage.start])], flagged=False), Piece(marked(words, signs), bool(flags))]
        at = passage.end
    return [*pieces, Piece([Part(text[at:])], flagged=False)]
