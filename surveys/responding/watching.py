"""The gate at the public door: what a page does with it."""

from dataclasses import replace

from werkzeug.datastructures import MultiDict

from safekeeping.languages import gettext as _
from surveys.responding.drafts import Draft
from surveys.responding.gate import Sent, gate
from surveys.responding.visiting import Visit, now

#: The field that nobody can see (templates/responding/_trap.html).
TRAP = "more"


def busy() -> str:
    """What is said where too many begin at once."""
    return _("Many people are here just now. Nothing is lost. Please wait a minute, then press ‘Start’ again.")


def watched(draft: Draft, form: MultiDict[str, str]) -> Draft:
    """The draft; from now on it says if the field that nobody can see was ever filled in."""
    return replace(draft, caught=True) if form.get(TRAP) else draft


def may_start(visit: Visit) -> bool:
    """Whether one more draft may be begun just now."""
    return gate().may_start(visit.target.id, now().timestamp())


def is_set_aside(visit: Visit, draft: Draft) -> bool:
    """Whether what is sent came as a program's would. Nobody is told: the page is the same."""
    if visit.target.trial:
        return False
    answers = visit.voice(draft).path.to_keep()
    moment = now().timestamp()
    nonce, invited = bytes.fromhex(draft.nonce), visit.target.by_ticket
    return gate().sets_aside(Sent(visit.target.id, nonce, answers, draft.began, moment, draft.caught, invited))
