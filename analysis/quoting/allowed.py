"""Whether a passage may be quoted at all, apart from what its words are."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.coding.safety import waits_in
from analysis.coding.tables import Passage
from analysis.quoting.texts import Written
from safekeeping.languages import gettext as _
from surveys.intake.tables import Response


class NotAllowed(ValueError):
    """A passage may not be quoted; the message says why, for whoever wanted to."""


def check_allowed(session: Session, passage: Passage, found: Written) -> None:
    """Raises `NotAllowed` unless its writer allowed it, its answer counts, no audit runs over it, and nobody has yet to
    see whether it speaks of danger now."""
    if not (passage.may_quote and found.may_be_quoted):
        raise NotAllowed(_("Whoever wrote this did not allow it to be quoted."))
    if session.scalar(select(Response.set_aside).where(Response.id == passage.response_id)):
        raise NotAllowed(_("This answer was set aside, so it does not count."))
    if session.scalar(select(Response.id).where(Response.id == passage.response_id, Response.id.in_(being_audited()))):
        raise NotAllowed(_("This response is in an audit that has not ended. Quote it afterwards."))
    if waits_in(session, passage.response_id, passage.question):
        raise NotAllowed(
            _("This answer may speak of danger now. It can be quoted once whoever looks after safety has noted it.")
        )
