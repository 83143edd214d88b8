"""A proposal in an evidence pack: what it would change, why, on what it rests, what was said, voted and decided. Pure.

Comments stay with the team that made them; a conflict of interest that was declared is said.
"""

from collections import Counter
from collections.abc import Iterator

from analysis.reporting.document import SOFT, Block, Bullets, Heading, Paragraph, Tracked
from analysis.revision.edition_diff import TEXTS, words_between
from analysis.revision.edition_report import FIELDS_SAID
from analysis.revision.pieces import ASSESSMENT, DIFFERENCE, DOCUMENT, FIGURE, QUOTE
from analysis.revision.proposal_standing import ProposalStanding
from analysis.revision.tables import ABSTAINS, ADD, AGAINST, CHANGE, FOR, KEEP, REMOVE
from analysis.standard.clauses import Clause
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext, plain_day

KINDS_SAID = {
    ADD: _("add a clause"),
    CHANGE: _("change it"),
    REMOVE: _("take it out"),
    KEEP: _("keep it as it is"),
}
PIECES_SAID = {
    FIGURE: _("figures"),
    DIFFERENCE: _("differences"),
    QUOTE: _("quotes"),
    ASSESSMENT: _("self-assessments"),
    DOCUMENT: _("documents"),
}
VOTES_SAID = {FOR: _("for"), AGAINST: _("against"), ABSTAINS: _("abstained")}


def proposal_blocks(standing: ProposalStanding, clause: Clause) -> Iterator[Block]:
    """The proposal as it stands; `clause` is the one it is about, or the one a new clause goes below."""
    row = standing.row
    yield Heading(_("Proposal {number}: {kind}", number=row.number, kind=_(KINDS_SAID[row.kind])), 3)
    yield from _fields(standing, Clause("", "", "", clause.level) if row.kind == ADD else clause)
    if standing.wording.rationale:
        yield Paragraph(_("Why: {reason}", reason=standing.wording.rationale))
    yield from _evidence(standing)
    yield from _said(standing)
    yield from _decision(standing)


def _fields(standing: ProposalStanding, clause: Clause) -> Iterator[Block]:
    for name in TEXTS:
        wished = standing.fields.get(name, "")
        if name in standing.fields and wished != getattr(clause, name):
            yield Tracked(words_between(getattr(clause, name), wished), f"{_(FIELDS_SAID[name])}:")


def _evidence(standing: ProposalStanding) -> Iterator[Block]:
    counts = Counter(each.kind for each in standing.evidence)
    if counts:
        said = "; ".join(f"{_(PIECES_SAID[kind])}: {number}" for kind, number in sorted(counts.items()))
        yield Paragraph(_("Pinned to it: {evidence}.", evidence=said), SOFT)
    else:
        yield Paragraph(_("No evidence is pinned to it."), SOFT)


def _said(standing: ProposalStanding) -> Iterator[Block]:
    interests = sum(each.interest for each in standing.comments)
    if interests:
        yield Paragraph(
            ngettext(
                "{number} conflict of interest was declared.",
                "{number} conflicts of interest were declared.",
                interests,
            )
        )
    if standing.votes:
        yield Bullets(tuple(f"{each.name}: {_(VOTES_SAID[each.vote])}" for each in standing.votes))


def _decision(standing: ProposalStanding) -> Iterator[Block]:
    decision = standing.decision
    if decision is None:
        yield Paragraph(_("It is to be decided."))
        return
    yield Paragraph(
        _(
            "Decided on {day} by {way}: {outcome}. {reason}",
            day=plain_day(decision.decided_on),
            way=_(decision.by),
            outcome=_(decision.outcome),
            reason=decision.reason,
        )
    )
    if decision.told:
        yield Paragraph(_("For the public: {told}", told=decision.told), SOFT)
