"""Save and come back: on request, a copy of the unfinished answers that opens with a code, for seven days.

The copy is a draft like the one of a browser session, but its secret follows from the code. Whoever has the code can
read it; so that is said before one is shown.
"""

from collections.abc import Callable
from dataclasses import replace

from flask import Response, abort, make_response, render_template, request

from safekeeping import codes
from safekeeping.cookies import TokenForm, give_secret, new_secret
from safekeeping.database import drafts, kept
from safekeeping.languages import gettext as _
from safekeeping.languages import language, speak
from safekeeping.vault import fingerprint
from surveys.definition.answered_at import find_open
from surveys.definition.path import Path
from surveys.definition.published import Open
from surveys.definition.voice import Voice
from surveys.responding import drafts as draft_store
from surveys.responding.drafts import CHECK, Draft, SavedRow
from surveys.responding.fields import as_sent
from surveys.responding.reading_in import wanted
from surveys.responding.receipts import busy, cannot_be_a_code
from surveys.responding.rendering import survey_words
from surveys.responding.trying_codes import try_code
from surveys.responding.visiting import Visit, cookie, now, posted_page, to

PLACE = b"saved"


def save(visit: Visit, draft: Draft, where: str) -> Response:
    """Say what a copy means, first; then make one, bring it up to date, or throw it away."""
    return STEPS.get(where, _refuse)(visit, draft)


def _refuse(visit: Visit, draft: Draft) -> Response:
    abort(400)


def _offer(visit: Visit, draft: Draft) -> Response:
    """What somebody has typed on the page so far is held before they read on."""
    held = draft
    page = posted_page(visit, draft) if draft.at != CHECK else None
    if page:
        held = draft.holding(page.page.name, as_sent(page.page, request.form)).moved(
            page.page.name, opened=draft.opened
        )
    draft_store.save(drafts(), visit.secret, held, now())
    return make_response(_render(visit, held))


def _save_with_code(visit: Visit, draft: Draft) -> Response:
    """A new copy and its code, shown this once. The copy before it is destroyed, so its code leads nowhere."""
    code = codes.new_code()
    found = try_code(visit.target.id, code, PLACE)
    if found is None:
        return make_response(_render(visit, draft, fault=busy()), 503)
    forget_copy(draft)
    saved = replace(draft, saved=found.key.hex())
    _copy(visit, saved)
    draft_store.save(drafts(), visit.secret, saved, now())
    return make_response(_render(visit, saved, code=code))


def _save_again(visit: Visit, draft: Draft) -> Response:
    """Bring the copy up to date; its code stays."""
    if not draft.saved:
        abort(400)
    _copy(visit, draft)
    return make_response(_render(visit, draft, again=True))


def _copy(visit: Visit, draft: Draft) -> None:
    copy = replace(draft, saved="", elsewhere=fingerprint(visit.secret).hex())
    draft_store.save(drafts(), bytes.fromhex(draft.saved), copy, now(), SavedRow)


def _throw_away(visit: Visit, draft: Draft) -> Response:
    """The copy alone; what this browser session holds stays."""
    forget_copy(draft)
    return visit.save(replace(draft, saved=""))


def forget_copy(draft: Draft) -> None:
    """Destroy the copy of this draft, if there is one."""
    if draft.saved:
        draft_store.drop(drafts(), bytes.fromhex(draft.saved), SavedRow)


#: What stands after the colon -> what is done.
STEPS: dict[str, Callable[[Visit, Draft], Response]] = {
    "": _offer,
    "code": _save_with_code,
    "again": _save_again,
    "forget": _throw_away,
}


def _render(visit: Visit, draft: Draft, *, code: str = "", again: bool = False, fault: str = "") -> str:
    token = TokenForm(meta={"csrf_context": visit.secret}, formdata=None)
    more = {"code": code, "again": again, "fault": fault, "saved": bool(draft.saved), "trial": visit.target.trial}
    words = survey_words(visit.voice(draft))
    return render_template("responding/saved.html", **words, form=token, address=visit.target.address, **more)


def come_back(address: str) -> Response:
    """The page where the code of a copy is typed; with the right one, on from there."""
    target = find_open(kept(), address)
    if target is None:
        abort(404)
    speak(wanted(request, target.survey.all_languages))
    typed = request.form.get("code")
    if typed is None:
        return make_response(_render_asking(target))
    if codes.digits_of(typed) is None:
        return make_response(_render_asking(target, cannot_be_a_code()), 422)
    found = try_code(target.id, typed, PLACE)
    if found is None:
        return make_response(_render_asking(target, busy()), 503)
    return _go_on(target, found.key)


def _go_on(target: Open, key: bytes) -> Response:
    """Where the copy stands. A browser session that went on from it before ends: there is one of these answers only."""
    draft = draft_store.load(drafts(), key, target.id, now(), SavedRow)
    if draft is None:
        said = _("This code does not open anything here. It may be used, thrown away, or more than seven days old.")
        return make_response(_render_asking(target, said), 422)
    draft_store.drop_named(drafts(), bytes.fromhex(draft.elsewhere))
    secret = new_secret()
    draft_store.change(drafts(), key, replace(draft, elsewhere=fingerprint(secret).hex()), SavedRow)
    draft_store.save(drafts(), secret, replace(draft, elsewhere="", saved=key.hex()), now())
    response = to(target)
    give_secret(response, cookie(), secret)
    return response


def _render_asking(target: Open, fault: str = "") -> str:
    words = survey_words(Voice(Path(target.survey, {}), language()))
    more = {"typed": request.form.get("code", ""), "fault": fault, "trial": target.trial}
    return render_template("responding/come_back.html", **words, address=target.address, **more)
