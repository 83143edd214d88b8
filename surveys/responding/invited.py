"""Tickets at the public door: asked for before the first question, used when the answers are sent.

A ticket that is wrong and one that was used look the same. What was typed stays, and so does every answer.
"""

from dataclasses import replace

from flask import current_app, request

from safekeeping.database import commit_request, drafts, kept
from safekeeping.languages import gettext as _
from safekeeping.rewriting import scrub
from surveys.definition.published import Open
from surveys.intake import tickets
from surveys.intake.submit import was_kept
from surveys.responding.drafts import Draft

FIELD = "ticket"


def asks_ticket(target: Open, draft: Draft | None = None) -> bool:
    """Whether this person has to give a ticket, now or before they send."""
    return target.by_ticket and not (draft and draft.ticket)


def typed_ticket() -> str:
    """What stands in the field for the ticket."""
    return request.form.get(FIELD, "")[:200] if request.method == "POST" else ""


def find_ticket(target: Open) -> str | None:
    """What a draft keeps of the ticket that was typed (hex); None if nobody can get in with it."""
    found = tickets.find(kept(), drafts(), target.id, typed_ticket())
    return found.hex() if found else None


def not_let_in() -> str:
    """What is said where a ticket is wrong or used."""
    return _(
        "This ticket does not work. Please look at each letter and number again. A ticket works only once: "
        "if it was used, ask the person who gave it to you for another one."
    )


def not_sent() -> str:
    """What is said above it where somebody wanted to send."""
    return _("Nothing was sent, and your answers are still here.")


def with_typed_ticket(target: Open, draft: Draft) -> Draft:
    """The draft, with the ticket that was typed on the check page. Whether it is good is looked at when it is used.

    To look before would hold what two who send at once both want for themselves.
    """
    typed = tickets.fingerprint(typed_ticket(), target.id) if target.by_ticket else None
    return replace(draft, ticket=typed.hex()) if typed else draft


def is_let_in(target: Open, draft: Draft) -> bool:
    """Use the ticket of the draft, where one is needed. True also where these very answers are kept already."""
    if not target.by_ticket:
        return True
    wanted = bytes.fromhex(draft.ticket)
    return tickets.take_seat(kept(), drafts(), target.id, wanted) or was_kept(kept(), bytes.fromhex(draft.nonce))


def settle_seat(target: Open) -> None:
    """Keep what was sent now, and wipe from SQLite's journal in which order seats were taken."""
    if target.by_ticket:
        commit_request()
        scrub(current_app.extensions["drafts_engine"])
