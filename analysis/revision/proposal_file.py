"""The proposals of a cycle and what was decided, as a table in a CSV for a board. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from analysis.revision.proposal_rules import FIELDS, KINDS_SAID, NUMBER, OUTCOMES_SAID, VOTES_SAID, WAYS_SAID
from analysis.revision.proposal_standing import DECIDED, OPEN, WITHDRAWN, ProposalStanding
from analysis.revision.tables import VOTES
from analysis.sharing.cells import safe_cell
from analysis.standard.clauses import PlacedClause, StandardText
from safekeeping.languages import gettext as _

STATES_SAID = {OPEN: _("open"), DECIDED: _("decided"), WITHDRAWN: _("withdrawn")}


def header() -> list[str]:
    """What each column is called."""
    return [
        *(_("Proposal"), _("What"), _("Section"), _("Clause"), _("Title"), _("State")),
        *(_("Proposed by"), _("Why")),
        *(_(said) for said in FIELDS.values()),
        *(_("Evidence"), _("Interests declared")),
        *(_("Votes: {vote}", vote=_(VOTES_SAID[vote])) for vote in VOTES),
        *(_("Outcome"), _("How"), _("Who took part"), _("Day"), _("Reason"), _("To the public")),
    ]


def placed_of(standing: ProposalStanding, places: Mapping[str, PlacedClause]) -> PlacedClause | None:
    """The clause that a proposal is about, or in which an added one is to lie; None for a new section."""
    return places.get(standing.row.clause_id or standing.row.parent_id)


def rows(every: Iterable[ProposalStanding], text: StandardText, names: Mapping[bytes, str]) -> Iterator[list[str]]:
    """The header, then each proposal by its number. `names`: those of the staff, by id."""
    yield header()
    places = text.placed()
    for each in every:
        yield [*_about(each, placed_of(each, places), names), *_decided(each)]


def _about(each: ProposalStanding, placed: PlacedClause | None, names: Mapping[bytes, str]) -> Iterator[str]:
    clause = placed.clause if placed and each.row.clause_id else None
    yield str(each.row.number)
    yield _(KINDS_SAID[each.row.kind])
    yield placed.section.title if placed else each.fields.get("title", "")
    yield clause.number if clause else each.fields.get(NUMBER, "")
    yield clause.title if clause else each.fields.get("title", "")
    yield _(STATES_SAID[each.state])
    yield names.get(each.row.made_by or b"", "")
    yield each.wording.rationale
    yield from (each.fields.get(name, "") for name in FIELDS)
    yield str(len(each.evidence))
    yield str(len(each.interested))


def _decided(each: ProposalStanding) -> Iterator[str]:
    tally = each.tally()
    yield from (str(tally[vote]) for vote in VOTES)
    decision = each.decision
    if decision is None:
        yield from [""] * 6
        return
    yield _(OUTCOMES_SAID[decision.outcome])
    yield _(WAYS_SAID[decision.by])
    yield "; ".join(decision.names)
    yield decision.decided_on.isoformat()
    yield decision.reason
    yield decision.told


def as_csv(every: Iterable[ProposalStanding], text: StandardText, names: Mapping[bytes, str]) -> str:
    """UTF-8 text with a mark that tells spreadsheets so; no cell is taken for a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(
        [safe_cell(cell) for cell in row] for row in rows(every, text, names)
    )
    return "\ufeff" + out.getvalue()
