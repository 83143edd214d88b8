"""The cycle that a page of the desk is about, and the pages it has."""

from dataclasses import dataclass

from flask import abort, g
from sqlalchemy.exc import NoResultFound

from analysis.revision.cycles import cycle_of, text_of
from analysis.revision.tables import RevisionCycle
from analysis.standard.clauses import PlacedClause, StandardText
from safekeeping.database import kept
from safekeeping.languages import gettext as _
from safekeeping.organisations import show_only

#: The pages of a cycle in order: endpoint -> what it is called.
PAGES = {
    "cycle.look": _("Plan"),
    "evidence.look": _("Evidence"),
    "proposals.look": _("Proposals"),
    "next_edition.look": _("Next edition"),
    "told.look": _("What we did"),
    "packs.look": _("Evidence packs"),
}


@dataclass(frozen=True)
class CycleHere:
    """The cycle of a request, and the edition under revision."""

    row: RevisionCycle
    text: StandardText

    @property
    def key(self) -> str:
        """What its pages have in their address."""
        return self.row.id.hex()

    def pages(self) -> list[tuple[str, str]]:
        """Endpoint and name of each page, in order."""
        return [(name, _(said)) for name, said in PAGES.items()]


def cycle_here(key: str) -> CycleHere:
    """The cycle of this key, where it is of the organisation of whoever asks; or 404.

    From here on the request finds only surveys of consultations in which they may revise.
    """
    try:
        row = cycle_of(kept(), g.person.organisation_id, bytes.fromhex(key))
    except (ValueError, NoResultFound):
        abort(404)
    show_only(kept(), {each for each in g.visible if g.person.may("revise", each)})
    return CycleHere(row, text_of(kept(), row))


def clause_here(here: CycleHere, clause_id: str) -> PlacedClause:
    """The clause of this id in the edition under revision, or 404."""
    found = here.text.placed().get(clause_id)
    if found is None:
        abort(404)
    return found
