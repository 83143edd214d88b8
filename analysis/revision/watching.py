"""Noting on a page that thresholds of a cycle are reached: the page itself only reads."""

from flask import current_app, g

from analysis.revision.earlier_review import newly_reached, note_reached
from analysis.revision.tables import RevisionCycle
from safekeeping.database import kept


def watch(cycle: RevisionCycle) -> None:
    """Look whether thresholds of this cycle are reached by now, and note those that are.

    What this request has read before is read again after.
    """
    reached = list(newly_reached(kept(), current_app.extensions["vault"], cycle))
    if reached:
        kept().rollback()
        note_reached(current_app.extensions["engine"], reached, g.person.zone)
