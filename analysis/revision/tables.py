"""A revision in the database: its cycle, what is proposed for a clause, on what evidence, and what was decided.

Staff's words, and what was let out already. History is rows: a wording, a vote or a decision is never written over.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import Base
from safekeeping.vault import random_id

#: What may be proposed for a clause, what a decision says, and how somebody votes.
ADD, CHANGE, REMOVE, KEEP = KINDS = ("add", "change", "remove", "keep")
ADOPTED, AMENDED, NOT_ADOPTED = OUTCOMES = ("adopted", "adopted with changes", "not adopted")
FOR, AGAINST, ABSTAINS = VOTES = ("for", "against", "abstains")
#: What can call for an earlier review.
LAW, THRESHOLD = "law", "threshold"
#: What a survey is to a cycle.
CONSULTATION, SECOND, ASSESSMENT = PURPOSES = ("consultation", "second consultation", "self-assessment")


class RevisionCycle(Base):
    """The revision of one edition of a standard. Its surveys are `CycleSurvey`s, its plan `Milestone`s.

    `ended_on`: the day its next edition was published, or it was given up. `plan_changes` counts changes of its plan,
    so that calendars that follow it know the newer one.
    """

    __tablename__ = "revision_cycle"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    organisation_id: Mapped[bytes] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    edition_id: Mapped[bytes] = mapped_column(ForeignKey("standard_edition.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(20), default="")
    title: Mapped[str] = mapped_column(String(200))
    published_on: Mapped[date]
    due_on: Mapped[date]
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    next_edition_id: Mapped[bytes | None] = mapped_column(ForeignKey("standard_edition.id", ondelete="SET NULL"))
    calendar_key: Mapped[str] = mapped_column(String(64), unique=True)
    plan_changes: Mapped[int] = mapped_column(default=0)
    plan_changed_at: Mapped[datetime | None]


class CycleSurvey(Base):
    """A survey that gives a cycle its evidence."""

    __tablename__ = "cycle_survey"
    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("revision_cycle.id", ondelete="CASCADE"), primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))


class Milestone(Base):
    """One step of a cycle: scope, consult, code, findings, draft, second, sign-off, publish. It takes `days`."""

    __tablename__ = "milestone"
    __table_args__ = (Index("ix_milestone_cycle_id", "cycle_id", "step", unique=True),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("revision_cycle.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(20))
    days: Mapped[int]
    due_on: Mapped[date]
    owner_id: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    done_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(400), default="")


class ReviewTrigger(Base):
    """Why a review may come earlier: a change of law that somebody noted, or a share that reaches a threshold.

    `code`, `audience` and `percent` are of a threshold; `raised_on`: since when it holds. `address` (https only, or
    empty) and `comes_on`, the day it comes into force, are of a law. `answer`: what was done about it, or why nothing.
    """

    __tablename__ = "review_trigger"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("revision_cycle.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(400))
    code: Mapped[str] = mapped_column(String(40), default="")
    audience: Mapped[str] = mapped_column(String(40), default="")
    percent: Mapped[int | None]
    raised_on: Mapped[date | None]
    address: Mapped[str] = mapped_column(String(500), default="")
    comes_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(String(400), default="")
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class ClauseDocument(Base):
    """A document or a link that speaks to a clause: research, law, an inspection. `address`: https only, or empty."""

    __tablename__ = "clause_document"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("revision_cycle.id", ondelete="CASCADE"), index=True)
    clause_id: Mapped[str] = mapped_column(String(36))
    title: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(500), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class Proposal(Base):
    """What is proposed for a clause. `clause_id`: of the edition under revision, empty for one to be added;
    `parent_id`: where an added one goes. `number` counts the proposals of a cycle from 1.
    """

    __tablename__ = "proposal"
    __table_args__ = (Index("ix_proposal_cycle_id", "cycle_id", "number", unique=True),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("revision_cycle.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    clause_id: Mapped[str] = mapped_column(String(36), default="")
    parent_id: Mapped[str] = mapped_column(String(36), default="")
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ProposalWording(Base):
    """A proposal as it was worded: the newest counts. `fields`: field of a `Clause` -> what it is to say."""

    __tablename__ = "proposal_wording"
    __table_args__ = (Index("ix_proposal_wording_proposal_id", "proposal_id", "number", unique=True),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    proposal_id: Mapped[bytes] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    number: Mapped[int]
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    rationale: Mapped[str] = mapped_column(Text)
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class PinnedEvidence(Base):
    """A piece of evidence that a proposal rests on, as it stood: `shown` is what may be seen, `sha256` its hash.

    `kind`: figure, difference, quote, assessment or document; `refers`: where it is from, so that it can be looked up
    again. Quotes keep no words here, only the id of their release: one that is withdrawn leaves a gap.
    """

    __tablename__ = "pinned_evidence"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    proposal_id: Mapped[bytes] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    refers: Mapped[dict[str, Any]] = mapped_column(JSON)
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class ProposalComment(Base):
    """What somebody of the team says of a proposal. `interest`: they declare a conflict of interest by it."""

    __tablename__ = "proposal_comment"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    proposal_id: Mapped[bytes] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    interest: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class ProposalVote(Base):
    """How somebody voted; their newest counts. `name` as it was then, since a vote has a name also years later."""

    __tablename__ = "proposal_vote"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    proposal_id: Mapped[bytes] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    vote: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]


class Decision(Base):
    """What was decided on a proposal, by whom, how and why; the newest counts, and earlier ones stay to be read.

    `fields`: the wording as it was adopted (empty: as proposed). `reason` is for the team, `told` for the public: what
    was heard, and what was done or not done about it. `by`: vote or consensus; `names` of those who took part.
    """

    __tablename__ = "decision"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    proposal_id: Mapped[bytes] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[str] = mapped_column(String(20))
    fields: Mapped[dict[str, str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    told: Mapped[str] = mapped_column(Text, default="")
    by: Mapped[str] = mapped_column(String(20))
    names: Mapped[list[str]] = mapped_column(JSON)
    decided_on: Mapped[date]
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class SelfAssessment(Base):
    """How far one service meets an edition by its own account, for a stage or all of it. Its organisation's alone."""

    __tablename__ = "self_assessment"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    organisation_id: Mapped[bytes] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    edition_id: Mapped[bytes] = mapped_column(ForeignKey("standard_edition.id", ondelete="CASCADE"))
    stage: Mapped[str] = mapped_column(String(20), default="")
    service: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    ended_on: Mapped[date | None]


class AssessedClause(Base):
    """How far a clause is met: met, partly, not met or not for us; the evidence, and the plan with its day."""

    __tablename__ = "assessed_clause"
    assessment_id: Mapped[bytes] = mapped_column(ForeignKey("self_assessment.id", ondelete="CASCADE"), primary_key=True)
    clause_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    met: Mapped[str] = mapped_column(String(10), default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    plan: Mapped[str] = mapped_column(Text, default="")
    plan_by: Mapped[date | None]
    kept_at: Mapped[datetime]


class Account(Base):
    """What was told the public of a cycle, as it was published: `content` holds released material only.

    `address` is its public one. Taken back where `taken_back_at` is set. The newest counts.
    """

    __tablename__ = "revision_account"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    cycle_id: Mapped[bytes] = mapped_column(ForeignKey("revision_cycle.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(60), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    made_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
