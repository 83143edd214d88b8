"""A code to take answers back by: shown once to who asks for it after sending, and taken from whoever types it later.

Whoever types one is told the same whatever it is, and nothing about anybody's answers. So it takes no cookie: a page
of another site could send no code but one that its makers know, and they could type that themselves.
"""

from flask import Response, abort, make_response, render_template, request

from safekeeping import codes
from safekeeping.database import drafts, kept
from safekeeping.languages import gettext as _
from safekeeping.languages import language, speak
from surveys.definition.path import Path
from surveys.definition.published import Open, find_closed_too
from surveys.definition.voice import Voice
from surveys.intake.withdraw import forget_code, keep_receipt, wish
from surveys.responding import drafts as draft_store
from surveys.responding.drafts import SENT, Draft
from surveys.responding.reading_in import wanted
from surveys.responding.rendering import survey_words
from surveys.responding.trying_codes import try_code
from surveys.responding.visiting import Visit, now


def give(visit: Visit, draft: Draft, where: str) -> Response:
    """Show a code, this once. One that was shown before leads nowhere from now on."""
    if draft.at != SENT or not draft.handle:
        abort(400)
    code = codes.new_code()
    found = try_code(visit.target.id, code)
    if found is None:
        return make_response(render_receipt(visit, draft, ""), 503)
    if draft.receipt:
        forget_code(kept(), bytes.fromhex(draft.receipt))
    keep_receipt(kept(), visit.target.id, bytes.fromhex(draft.handle), found)
    draft_store.save(drafts(), visit.secret, draft.moved(SENT, receipt=found.lookup.hex()), now())
    return make_response(render_receipt(visit, draft, code))


def render_receipt(visit: Visit, draft: Draft, code: str) -> str:
    """The page with the code; without one, that it is busy."""
    words = survey_words(visit.voice(draft))
    return render_template("responding/receipt.html", **words, address=visit.target.address, code=code)


def ask(address: str) -> Response:
    """The page where a code is typed."""
    return make_response(_render(_survey_at(address)))


def take(address: str) -> Response:
    """Put what was typed on the list, if it can be a code at all."""
    target = _survey_at(address)
    if codes.digits_of(request.form.get("code", "")) is None:
        return make_response(_render(target, fault=cannot_be_a_code()), 422)
    found = try_code(target.id, request.form["code"])
    if found is None:
        return make_response(_render(target, fault=busy()), 503)
    wish(kept(), target.id, target.public_key, found)
    return make_response(_render(target, taken=True))


def cannot_be_a_code() -> str:
    """What is said of what has a digit too few, too many, or wrong."""
    return _("This is not a whole code. Check each digit: there are 20.")


def busy() -> str:
    """What is said while too many codes are tried."""
    return _("We are busy just now. Your code is still good. Wait a minute, then press the button again.")


def _survey_at(address: str) -> Open:
    """Its pages speak the person's language from here on. A survey that is closed has its answers still."""
    target = find_closed_too(kept(), address)
    if target is None:
        abort(404)
    speak(wanted(request, target.survey.all_languages))
    return target


def _render(target: Open, *, fault: str = "", taken: bool = False) -> str:
    words = survey_words(Voice(Path(target.survey, {}), language()))
    typed = "" if taken else request.form.get("code", "")
    more = {"typed": typed, "fault": fault, "taken": taken, "trial": target.trial}
    return render_template("responding/withdraw.html", **words, address=target.address, **more)
