"""Candidate themes: groups of passages that a coder has named, or set aside; and the newest groups, sealed.

What the machine grouped and what people named never share a table. No table here holds a word anybody wrote: groups
show the words that mark them, so they are sealed like findings.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.coding.tables import Passage
from safekeeping.database import UNORDERED, Base, in_parts
from safekeeping.vault import Vault, random_id, seal_entry
from surveys.intake.tables import Response

PLACE = b"emerging"
CANDIDATE, ASIDE = "candidate", "aside"
LONGEST_NAME = 120


class EmergingGroups(Base):
    """One survey's newest groups: sealed JSON, and when they were made."""

    __tablename__ = "emerging_groups"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


class CandidateTheme(Base):
    """A group that somebody named as a theme to come (`candidate`), or set aside (`aside`, without a name)."""

    __tablename__ = "candidate_theme"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    state: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]


class CandidatePassage(Base):
    """One passage of a candidate theme. It goes when the passage does."""

    __tablename__ = "candidate_passage"
    __table_args__ = UNORDERED
    candidate_id: Mapped[bytes] = mapped_column(ForeignKey("candidate_theme.id", ondelete="CASCADE"), primary_key=True)
    passage_id: Mapped[bytes] = mapped_column(
        ForeignKey("passage.id", ondelete="CASCADE"), primary_key=True, index=True
    )


@dataclass(frozen=True)
class KeptGroup:
    """A group as it is kept: ids of its passages (hex, most typical first), its words with their keyness, pairs."""

    passages: tuple[str, ...]
    words: tuple[tuple[str, float], ...]
    pairs: tuple[str, ...]

    @property
    def mark(self) -> str:
        """By what a form names the group: another once its passages are others."""
        return sha256("".join(sorted(self.passages)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Emerged:
    """What is inside: the groups, the passages said once, and how many passages they were held against.

    `against_ours`: too few passages of the survey fit a theme, so the shipped examples stood in for them.
    """

    groups: tuple[KeptGroup, ...]
    once: tuple[str, ...]
    against: int
    against_ours: bool


def keep_emerged(session: Session, public_key: bytes, survey_id: bytes, found: Emerged, at: datetime) -> None:
    """Seal the groups to the survey's public half, in place of the earlier ones."""
    sealed = seal_entry(json.dumps(asdict(found)).encode(), public_key, survey_id, PLACE)
    session.merge(EmergingGroups(survey_id=survey_id, sealed=sealed, made_at=at))
    session.flush()


def emerged(row: EmergingGroups, keys: Vault) -> Emerged:
    """The groups in a row. Raises `safekeeping.vault.CannotOpen`."""
    content = json.loads(keys.opener(row.survey_id).entry(row.sealed, PLACE))
    groups = tuple(
        KeptGroup(tuple(each["passages"]), tuple((w, k) for w, k in each["words"]), tuple(each["pairs"]))
        for each in content["groups"]
    )
    return Emerged(groups, tuple(content["once"]), content["against"], content["against_ours"])


def name_group(
    session: Session, survey_id: bytes, passages: Sequence[str], name: str, staff_id: bytes, now: datetime
) -> CandidateTheme:
    """Keep a group under a name (none: set aside). Passages that are not of this survey any more are left out."""
    state = CANDIDATE if name else ASIDE
    row = CandidateTheme(survey_id=survey_id, name=name, state=state, staff_id=staff_id, made_at=now)
    session.add(row)
    session.flush()
    for passage_id in sorted(there(session, survey_id, [bytes.fromhex(each) for each in passages])):
        session.add(CandidatePassage(candidate_id=row.id, passage_id=passage_id))
    session.flush()
    return row


def there(session: Session, survey_id: bytes, passages: Collection[bytes]) -> set[bytes]:
    """Those of these passages that are of this survey, and still there."""
    of_it = select(Passage.id).join(Response, Response.id == Passage.response_id).where(Response.survey_id == survey_id)
    parts = in_parts(sorted(passages))
    return {passage_id for some in parts for passage_id in session.scalars(of_it.where(Passage.id.in_(some)))}


def candidates(session: Session, survey_id: bytes) -> list[tuple[CandidateTheme, list[bytes]]]:
    """What was named or set aside for a survey, by name, each with its passages."""
    of_it = select(CandidateTheme).where(CandidateTheme.survey_id == survey_id)
    rows = session.scalars(
        of_it.order_by(CandidateTheme.state.desc(), func.lower(CandidateTheme.name), CandidateTheme.id)
    )
    return [(row, _passages(session, row)) for row in rows.all()]


def _passages(session: Session, row: CandidateTheme) -> list[bytes]:
    of_it = select(CandidatePassage.passage_id).where(CandidatePassage.candidate_id == row.id)
    return list(session.scalars(of_it.order_by(CandidatePassage.passage_id)))


def taken(session: Session, survey_id: bytes) -> set[bytes]:
    """The passages that were named or set aside already."""
    of_it = select(CandidatePassage.passage_id).join(CandidateTheme, CandidateTheme.id == CandidatePassage.candidate_id)
    return set(session.scalars(of_it.where(CandidateTheme.survey_id == survey_id)))


def put_back(session: Session, survey_id: bytes, candidate_id: bytes) -> CandidateTheme:
    """Let go of a candidate theme. Raises `sqlalchemy.exc.NoResultFound` where it is not of this survey."""
    of_it = select(CandidateTheme).where(CandidateTheme.survey_id == survey_id, CandidateTheme.id == candidate_id)
    row = session.scalars(of_it).one()
    session.delete(row)
    session.flush()
    return row


def forget_groups(session: Session, keys: Vault, survey_id: bytes) -> None:
    """Take the groups away once one of their passages is gone: the words that mark them may have been its."""
    row = session.get(EmergingGroups, survey_id)
    if row is None:
        return
    found = emerged(row, keys)
    shown = {bytes.fromhex(each) for group in found.groups for each in group.passages}
    shown |= {bytes.fromhex(each) for each in found.once}
    if shown - there(session, survey_id, shown):
        session.execute(delete(EmergingGroups).where(EmergingGroups.survey_id == survey_id))
