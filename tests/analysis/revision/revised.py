"""A revision that went its way, with findings, a released quote and decisions of every kind."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.findings.estimates_kept import KeptEstimates, MadeFrom, keep_estimates
from analysis.findings.first_figures import figures_from
from analysis.findings.report import Tally
from analysis.findings.tables import Made, keep
from analysis.revision.clause_evidence import pieces_for
from analysis.revision.cycles import begin_cycle, link_survey
from analysis.revision.pieces import DIFFERENCE, Piece
from analysis.revision.tables import CONSULTATION, Decision, PinnedEvidence, Proposal, ProposalWording, RevisionCycle
from analysis.standard.edition import load_edition
from analysis.standard.shipped_texts import shipped_text
from safekeeping.jobs import this_hour
from safekeeping.organisations import first_organisation
from safekeeping.vault import Vault
from surveys.definition.published import definition_of
from tests.analysis.quoting.quoted import Consultation
from tests.analysis.reporting.samples import table
from tests.factories import NOW

#: Only the team may read these.
REASON, RATIONALE, NAME = "Zweifel inside the room", "Because the panel argued so", "Ines Ordinary"
TOLD = "Many of you said that you did not know where to go. We wrote down how services make themselves known."
DAY = date(2026, 11, 20)


class Revision:
    """The revision of MDAN with one survey, made-up estimates and one released quote about AE."""

    def __init__(self, session: Session, keys: Vault, engine: Engine) -> None:
        self.session, self.keys = session, keys
        self.consultation = Consultation(session, keys, engine)
        self.survey = self.consultation.row
        self.quote = self.consultation.released()
        self.organisation = first_organisation(session)
        self.text = shipped_text("mdan")
        self.numbers = {each.clause.number: each for each in self.text.walk()}
        edition = load_edition("mdan")
        figures = figures_from(Tally(), edition, definition_of(self.survey).audience_names())
        keep(session, self.survey.public_key, self.survey.id, Made(figures, "<svg/>", (), {}), this_hour())
        keep_estimates(session, self.survey, KeptEstimates((table(),), MadeFrom(690)), this_hour())
        self.cycle: RevisionCycle = begin_cycle(
            session, self.organisation.id, "mdan", date(2023, 11, 1), date(2026, 11, 1)
        )
        link_survey(session, self.cycle, self.survey.id, CONSULTATION)
        session.flush()

    @property
    def key(self) -> str:
        return self.cycle.id.hex()

    def id_of(self, number: str) -> str:
        return self.numbers[number].clause.id if number else ""

    def propose(self, number: int, kind: str, clause: str = "", parent: str = "", **fields: str) -> Proposal:
        row = Proposal(
            cycle_id=self.cycle.id,
            number=number,
            kind=kind,
            clause_id=self.id_of(clause),
            parent_id=self.id_of(parent),
            made_at=NOW,
        )
        self.session.add(row)
        self.session.flush()
        self.session.add(ProposalWording(proposal_id=row.id, number=1, fields=fields, rationale=RATIONALE, made_at=NOW))
        self.session.flush()
        return row

    def decide(self, proposal: Proposal, outcome: str = "adopted", told: str = TOLD, **fields: str) -> None:
        decision = Decision(
            proposal_id=proposal.id,
            outcome=outcome,
            fields=fields,
            reason=REASON,
            told=told,
            by="vote",
            names=[NAME],
            decided_on=DAY,
            made_at=NOW,
        )
        self.session.add(decision)
        self.session.flush()

    def pieces(self, clause: str) -> list[Piece]:
        return pieces_for(self.session, self.keys, self.cycle, self.numbers[clause])

    def pin(self, proposal: Proposal, pieces: Sequence[Piece]) -> None:
        for each in pieces:
            self.session.add(
                PinnedEvidence(
                    proposal_id=proposal.id,
                    kind=each.kind,
                    refers=dict(each.refers),
                    shown=dict(each.shown),
                    sha256=each.sha256,
                    made_at=NOW,
                )
            )
        self.session.flush()

    def difference(self) -> Piece:
        refers = {"survey": self.survey.id.hex(), "table": "audience", "code": "AE", "one": "survivor"}
        shown: dict[str, Any] = {"title": "Access and engagement", "one": "Survivors", "other": "Providers"}
        more = {"points": 12, "low": 5, "high": 19, "differs": True}
        return Piece(DIFFERENCE, {**refers, "other": "provider"}, {**shown, **more})

    def go_through(self) -> None:
        """Proposals of every kind, decided, with evidence."""
        first = self.propose(1, "change", "AE1", wording="Services say where they are, also after hours.")
        self.pin(first, [*self.pieces("AE"), self.difference()])
        self.decide(first)
        self.decide(self.propose(2, "add", parent="AE", title="A way back in", wording="Whoever left can return."))
        self.decide(self.propose(3, "remove", "LG5"), told="Nobody spoke of it, and another standard says the same.")
        self.decide(self.propose(4, "keep", "LG1"), told="You told us that this works. It stays.")
        self.decide(
            self.propose(5, "change", "SD1", wording="Something else."),
            "not adopted",
            told="We heard this. It is for another body to decide, and we have written to it.",
        )
