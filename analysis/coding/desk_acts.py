"""What is done at the desk: each act is saved and noted, so that it can be taken back; the next page says it."""

from collections.abc import Callable

from flask import Response, abort, g, make_response, request
from sqlalchemy.exc import NoResultFound

from analysis.code_books.versions import pin
from analysis.coding import acts, code_passages, marks, memos, next_passage, splitting
from analysis.coding.code_passages import LATER, LEFT, By, Decision
from analysis.coding.counting import keep_up
from analysis.coding.desk import page_as_sent, picked_in
from analysis.coding.recutting import NoSuchPlace
from analysis.coding.seat import Room, Seat, room, seat
from analysis.coding.splitting import CutSince
from analysis.coding.tables import Passage
from analysis.coding.undoing import undo
from safekeeping.database import kept
from safekeeping.guard import may, note, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.intake.read import read_one

bp = staff_blueprint("code_acts", __name__)

NOTHING_TICKED = _("Tick a section first, or press None of these. Nothing was saved yet.")
MEMO_TOO_LONG = _("The memo can have at most {number} letters. Nothing was saved yet.")


@bp.post("/code/<address>/<passage_id>")
@may("code")
def act(address: str, passage_id: str) -> Response:
    """Do one thing to the passage, and go on."""
    done = ACTS.get(request.form.get("decide", ""))
    if done is None:
        abort(400)
    here = seat(address, passage_id)
    memo = request.form.get("memo")
    words = None if memo is None else "\n".join(memo.split("\r\n")).strip()
    if words is not None and len(words) > memos.LONGEST:
        return refused(here, _(MEMO_TOO_LONG, number=memos.LONGEST), words)
    if words is not None:
        memos.note_memo(here.here, here.opener, words)
    try:
        return done(here)
    except NoSuchPlace:
        return stay(here, "no place")
    except CutSince:
        abort(here.to(here.here.passage, "recut"))


def refused(here: Seat, wrong: str, memo: str | None = None) -> Response:
    """The page as it was filled in, and what to change."""
    return make_response(page_as_sent(here, wrong, memo), 422)


def stay(here: Seat, did: str) -> Response:
    """Back to the same passage, with what is ticked and not saved yet carried along in the address."""
    return here.to(here.here.passage, did, **_carried(here))


def _carried(here: Seat) -> dict[str, list[str] | str]:
    picked = picked_in(request.form).within(here.edition)
    return {"picked": "1", "section": list(picked.sections), "theme": list(picked.themes), "stance": picked.stance}


def _decide(here: Seat, decision: Decision) -> Response:
    by = By(g.person.id, pin(kept(), here.survey.standard), here.now, aided=not here.habit.hint_hidden)
    first = code_passages.latest_coding(kept(), here.here.passage, g.person.id) is None
    coding = code_passages.record(kept(), here.here.passage, decision, by)
    acts.did(here.here, acts.CODED, coding.id)
    keep_up(kept(), here.row.id, g.person.id, int(first), here.now)
    return here.on("coded")


def _save(here: Seat) -> Response:
    decision = picked_in(request.form).within(here.edition)
    return _decide(here, decision) if decision.sections else refused(here, _(NOTHING_TICKED))


def _accept(here: Seat) -> Response:
    suggested = code_passages.suggestion_for(kept(), here.here.passage)
    shown = code_passages.speaks_of(suggested, here.edition) and not here.habit.hint_hidden
    if suggested is None or not shown or not suggested.confidence:
        abort(400)
    return _decide(here, Decision(tuple(suggested.sections), tuple(suggested.themes), suggested.stance))


def _none(here: Seat) -> Response:
    return _decide(here, Decision(stance=request.form.get("stance", "")))


def _later(here: Seat) -> Response:
    acts.did(here.here, LATER)
    return here.on("later")


def _leave(here: Seat) -> Response:
    """Leave it to a colleague: the mark and the act are taken back together."""
    there = marks.on(kept(), [here.here.passage.id]).get(here.here.passage.id, set())
    mark = None if marks.COLLEAGUE in there else marks.turn(here.here, marks.COLLEAGUE, note=False)
    acts.did(here.here, LEFT, mark.id if mark else None)
    return here.on("left")


def _open(here: Seat) -> Response:
    acts.did(here.here, acts.OPENED)
    return here.to(here.here.passage, "opened")


def _memo(here: Seat) -> Response:
    return stay(here, "memo")


def _mark(kind: str) -> Callable[[Seat], Response]:
    def turn(here: Seat) -> Response:
        row = marks.turn(here.here, kind)
        if row.on and kind == marks.SAFEGUARD:
            note("marked danger", here.row.address)
            acts.did(here.here, acts.OPENED)  # who marks it has read it: it is not announced to them
        return stay(here, "marked" if row.on else "unmarked")

    return turn


def _where(here: Seat) -> Response:
    return here.to(here.here.passage, "", split="1", **_carried(here))


def _split(here: Seat) -> Response:
    at = request.form.get("at", "")
    if not (at.isascii() and at.isdigit() and len(at) < 9):
        raise NoSuchPlace("no number")
    return here.to(splitting.split(here.here, here.answer, int(at)), "split")


def _merge(here: Seat) -> Response:
    return here.to(splitting.merge(here.here, here.answer), "merge")


ACTS: dict[str, Callable[[Seat], Response]] = {
    "accept": _accept,
    "save": _save,
    "none": _none,
    "later": _later,
    "leave": _leave,
    "open": _open,
    "memo": _memo,
    "where": _where,
    "split": _split,
    "merge": _merge,
    **{kind: _mark(kind) for kind in marks.KINDS},
}


@bp.post("/code/<address>")
@may("code")
def about_the_desk(address: str) -> Response:
    """Take the last act back, or change how the desk is; then back to the passage it was asked from."""
    done = AT_THE_DESK.get(request.form.get("do", ""))
    if done is None:
        abort(400)
    return done(room(address))


def _undo(here: Room) -> Response:
    last = next_passage.last_place(kept(), here.row.id, g.person.id)
    if last is None:
        return _back(here, "nothing")
    try:
        undone = undo(here.at(last).here, lambda passage: _answer(here, passage))
    except CutSince:
        return _back(here, "built on")
    return here.to(undone.passage, f"undone {undone.kind}") if undone else _back(here, "nothing")


def _answer(here: Room, passage: Passage) -> str:
    return str(read_one(kept(), passage.response_id, here.opener).answers[passage.question])


def _hint(here: Room) -> Response:
    here.habit.hint_hidden = not here.habit.hint_hidden
    kept().merge(here.habit)
    return _back(here, "hidden" if here.habit.hint_hidden else "shown")


def _keys(here: Room) -> Response:
    here.habit.keys_off = not here.habit.keys_off
    kept().merge(here.habit)
    return _back(here, "keys off" if here.habit.keys_off else "keys on")


def _go_on(here: Room) -> Response:
    passage = _asked_from(here)
    if passage:
        acts.did(here.at(passage).here, acts.WENT_ON)
    return _back(here, "went on")


def _back(here: Room, did: str) -> Response:
    passage = _asked_from(here)
    return stay(here.at(passage), did) if passage else here.on(did)


def _asked_from(here: Room) -> Passage | None:
    try:
        return code_passages.passage_of(kept(), here.row.id, bytes.fromhex(request.form.get("from", "")))
    except (ValueError, NoResultFound):
        return None


AT_THE_DESK: dict[str, Callable[[Room], Response]] = {"undo": _undo, "hint": _hint, "keys": _keys, "go on": _go_on}
