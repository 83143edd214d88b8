"""How many answers are hoped for, and how many have come: for everybody and for each audience, never for a few.

What is kept is only ever what may be shown: nothing under ten, rounded to five, and changed only when a batch of ten or
more was mixed. So nobody at the desk can tell from it when somebody answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base
from safekeeping.languages import gettext as _
from surveys.intake.rounding import THRESHOLD, rounded

EVERYBODY, OTHERS = "", "(others)"
MOST = 1_000_000


class Target(Base):
    """How many answers are hoped for from an audience, or from everybody (`""`)."""

    __tablename__ = "target"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(100), primary_key=True)
    wanted: Mapped[int]


class Progress(Base):
    """How many answers have come from an audience, or from everybody (`""`): ten or more, rounded to five."""

    __tablename__ = "progress"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(100), primary_key=True)
    came: Mapped[int]


@dataclass(frozen=True)
class Stand:
    """How far one audience is. `came` is None for under ten, `wanted` where nothing is hoped for."""

    audience: str
    called: str
    came: int | None
    wanted: int | None

    @property
    def percent(self) -> int | None:
        """Whole per cent of what is hoped for, at most 100; None where it cannot be said."""
        return min(100, 100 * self.came // self.wanted) if self.came and self.wanted else None

    @property
    def words(self) -> str:
        """As people read it."""
        few, some = _("Fewer than ten have answered"), _("About {number} have answered", number=self.came)
        came = few if self.came is None else some
        return _("{came}, of {wanted} hoped for", came=came, wanted=self.wanted) if self.wanted else came


def keep_progress(session: Session, survey_id: bytes, counts: Mapping[str, int]) -> None:
    """Keep what may be shown of these true counts, audience -> people; `OTHERS` is who named none of the audiences.

    Everybody is the sum of the audiences of ten or more: to count the others in would tell how many those are.
    """
    counted = {audience: count for audience, count in counts.items() if count >= THRESHOLD}
    shown = {**counted, EVERYBODY: sum(counted.values())}  # worked out from nothing that is not shown
    session.execute(delete(Progress).where(Progress.survey_id == survey_id))
    session.add_all(
        Progress(survey_id=survey_id, audience=audience, came=rounded(count))
        for audience, count in shown.items()
        if count and audience != OTHERS
    )
    session.flush()


def came(session: Session, survey_id: bytes) -> int | None:
    """How many have answered in all, rounded to five; None for under ten."""
    row = session.get(Progress, (survey_id, EVERYBODY))
    return row.came if row else None


def stands(session: Session, survey_id: bytes, audiences: Mapping[str, str]) -> list[Stand]:
    """How far everybody is, and each audience (short name -> what it is called)."""
    come = {row.audience: row.came for row in session.scalars(select(Progress).where(Progress.survey_id == survey_id))}
    hoped = targets(session, survey_id)
    every = {EVERYBODY: _("All audiences of ten or more"), **audiences}
    return [Stand(name, called, come.get(name), hoped.get(name)) for name, called in every.items()]


def targets(session: Session, survey_id: bytes) -> dict[str, int]:
    """Audience -> how many are hoped for."""
    rows = session.scalars(select(Target).where(Target.survey_id == survey_id))
    return {row.audience: row.wanted for row in rows}


def set_targets(session: Session, survey_id: bytes, wanted: Mapping[str, int | None]) -> None:
    """Keep how many are hoped for; None takes a target away."""
    session.execute(delete(Target).where(Target.survey_id == survey_id))
    kept = {audience: number for audience, number in wanted.items() if number}
    session.add_all(Target(survey_id=survey_id, audience=name, wanted=number) for name, number in kept.items())
    session.flush()


def forget_progress(session: Session, survey_id: bytes) -> None:
    """Of answers that are destroyed, nothing is said any more."""
    session.execute(delete(Progress).where(Progress.survey_id == survey_id))
