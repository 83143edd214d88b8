"""The coding desk: one response at a time, one of its passages to decide on, and the suggestion as a hint."""

from itertools import pairwise

from flask import Response, g, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from analysis.coding import code_passages, recutting
from analysis.coding.code_passages import Decision
from analysis.coding.desk_view import Around, around, common, shown
from analysis.coding.seat import Seat, room, seat
from safekeeping.database import kept
from safekeeping.guard import may, staff_blueprint
from safekeeping.languages import gettext as _
from surveys.managing.choosing import choose_survey

bp = staff_blueprint("code", __name__)

#: What a page says was done, by the word that its address carries.
DID = {
    "coded": _("Saved."),
    "memo": _("The memo is saved."),
    "marked": _("The mark is on."),
    "unmarked": _("The mark is off."),
    "split": _("The passage is split. This is its first part."),
    "merge": _("The two passages are one now."),
    "later": _("Put off. It comes again at the end."),
    "left": _("Left to a colleague. It is on the list for colleagues, and comes to you no more."),
    "opened": "",
    "hidden": _("Suggestions are hidden, on every page until you show them again."),
    "shown": _("Suggestions are shown."),
    "keys off": _("Single keys are off, until you switch them on again."),
    "keys on": _("Single keys are on."),
    "went on": _("You will be reminded again later."),
    "undone coded": _("Your decision is taken back."),
    "undone memo": _("The memo is as it was before."),
    "undone mark": _("The mark is as it was before."),
    "undone split": _("The parts are one passage again."),
    "undone merge": _("They are two passages again."),
    "undone later": _("It is not put off any more."),
    "undone left": _("It is yours again."),
    "nothing": _("There is nothing left to take back."),
    "built on": _(
        "This cannot be taken back: a colleague has decided on these passages, or cut them anew. Nothing was changed."
    ),
    "recut": _("That passage was cut anew meanwhile. This is what lies there now; nothing else was saved."),
    "no place": _("It cannot be cut there, or an audit counts on it as it is. Nothing was changed."),
}


def picked_in(form: MultiDict[str, str]) -> Decision:
    """What is ticked in a form, or carried in an address."""
    return Decision(tuple(form.getlist("section")), tuple(form.getlist("theme")), form.get("stance", ""))


def did_said() -> str:
    """What was done just now, in words; empty where nothing was."""
    did = DID.get(request.args.get("did", ""), "")
    return _(did) if did else ""


@bp.get("/code")
@may("code")
def choose() -> str | Response:
    """Which survey to code."""
    return choose_survey("Code", "code.next_passage")


@bp.get("/code/<address>")
@may("code")
def next_passage(address: str) -> str | Response:
    """On to the next passage this person has not coded, with `?first=doubtful` to the most doubtful; or why not."""
    here = room(address)
    passage = here.next
    if passage is None and here.queue is not None:
        return make_response(redirect(url_for("queues.look", address=address), 303))
    if passage is None or here.is_full:
        page = "desk/all_coded.html" if passage is None else "desk/enough_today.html"
        return render_template(page, did=did_said(), **common(here))
    return here.to(passage, request.args.get("did", ""))


@bp.get("/code/<address>/last")
@may("code")
def last_passage(address: str) -> Response:
    """Back to the passage this person coded last, to look again."""
    here = room(address)
    passage = code_passages.last_coded(kept(), here.row.id, g.person.id)
    return here.to(passage) if passage else make_response(redirect(url_for("code.choose"), 303))


@bp.get("/code/<address>/<passage_id>")
@may("code")
def passage(address: str, passage_id: str) -> str:
    """One passage, in its response; announced first where it may speak of danger."""
    here = seat(address, passage_id)
    found = around(here)
    if here.here.passage.id in found.veiled:
        return render_template("desk/held.html", here=here.here.passage, did=did_said(), **common(here))
    carried = picked_in(request.args).within(here.edition)
    return _page(here, found, carried if "picked" in request.args else None)


def page_as_sent(here: Seat, wrong: str, memo: str | None) -> str:
    """The page of a passage with what was ticked and typed, and what is to be changed before it is saved."""
    return _page(here, around(here), picked_in(request.form).within(here.edition), wrong, memo)


def _page(here: Seat, around_it: Around, picked: Decision | None, wrong: str = "", memo: str | None = None) -> str:
    found = shown(here, around_it, picked, traces=request.args.get("marks") != "off")
    if memo is not None:
        found["memo"] = memo
    mode = "split" if "split" in request.args else ""
    return render_template("desk/code.html", did=did_said(), wrong=wrong, mode=mode, words=_words(here, mode), **found)


def _words(here: Seat, mode: str) -> list[tuple[int, str]]:
    """The places at which the passage may be split, each with the words that follow up to the next."""
    if not mode:
        return []
    passage = here.here.passage
    words = here.answer[passage.start : passage.end]
    edges = [0, *recutting.places(words), len(words)]
    return [(start, words[start:end]) for start, end in pairwise(edges)]
