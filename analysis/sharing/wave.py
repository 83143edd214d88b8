"""Frozen waves: which responses a data file is made from, so that it can be made again and says what it was made from.

A wave holds no answers, only which responses belong to it, and no time but the day it was frozen. Who takes their
answers back is gone from every wave, with the response.

Two data files of one survey could be put together, row by row, by the answers in them. So what is chosen about people
is chosen once: the first file that is made binds every later wave.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    LargeBinary,
    Select,
    UniqueConstraint,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.sharing.data_file import Mark
from safekeeping.database import UNORDERED, Base
from safekeeping.languages import gettext as _
from safekeeping.vault import random_id
from surveys.definition.published import CLOSED, GONE, PublishedSurvey, versions
from surveys.intake.mix import waiting
from surveys.intake.rounding import THRESHOLD, rounded
from surveys.intake.tables import Response

#: At most so many variables about people, who is answering aside: every one more costs the others.
MOST_CHOSEN = 4
#: Ids that are fetched together.
AT_ONCE = 10_000


class CannotFreeze(ValueError):
    """The answers cannot be frozen now. The message is for whoever wanted to."""


class Wave(Base):
    """One frozen wave of a survey. `number` counts from 1, `versions` is how many versions the survey had then, `size`
    how many responses it had, `fingerprint` a keyed hash of both.

    `chosen` are the questions about people that its files hold; from when one is `bound`, no other choice is possible.
    `weighed` says per question how many rows lose its value, rounded; None until a job has worked that out.
    """

    __tablename__ = "wave"
    __table_args__ = (UniqueConstraint("survey_id", "number", name="uq_wave_survey_id"),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"))
    number: Mapped[int]
    frozen_on: Mapped[date]
    versions: Mapped[int]
    size: Mapped[int]
    fingerprint: Mapped[bytes]
    chosen: Mapped[list[str]] = mapped_column(JSON)
    bound: Mapped[bool] = mapped_column(default=False)
    weighed: Mapped[dict[str, int] | None] = mapped_column(JSON(none_as_null=True))


class WaveMember(Base):
    """One response of a wave. It goes with the response."""

    __tablename__ = "wave_member"
    __table_args__ = (Index("ix_wave_member_response_id", "response_id"), UNORDERED)
    wave_id: Mapped[bytes] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"), primary_key=True)
    response_id: Mapped[bytes] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)


def freeze(session: Session, row: PublishedSurvey, mark: Mark, day: date) -> Wave:
    """Freeze the answers of a survey that count now. Raises `CannotFreeze`, saying why and what to do."""
    size = session.scalar(_of(row).with_only_columns(func.count())) or 0
    _check_numbers(session, row, size)
    earlier = waves_of(session, row.id)
    _check_differences(session, row, earlier)
    known = versions(session, row.id)
    written = bytearray(b"".join(each.definition_hash.encode() for each in known))
    for some in session.scalars(_of(row).order_by(Response.id).execution_options(yield_per=AT_ONCE)).partitions():
        written += b"".join(some)
    wave = Wave(
        survey_id=row.id,
        number=len(earlier) + 1,
        frozen_on=day,
        versions=len(known),
        size=size,
        fingerprint=mark(b"frozen wave" + row.id + written),
        chosen=list(binding(earlier) or ()),
        bound=binding(earlier) is not None,
    )
    session.add(wave)
    session.flush()
    members = _of(row).with_only_columns(literal(wave.id, LargeBinary()), Response.id)
    session.execute(insert(WaveMember).from_select(["wave_id", "response_id"], members))
    return wave


def _of(row: PublishedSurvey) -> Select[bytes]:
    """The responses of a survey that count."""
    return select(Response.id).where(Response.survey_id == row.id, Response.set_aside.is_(False))


def _check_numbers(session: Session, row: PublishedSurvey, size: int) -> None:
    if row.state in GONE:
        raise CannotFreeze(_("The answers of this survey were deleted for good. There is nothing to freeze."))
    if row.state == CLOSED and waiting(session, row.id):
        raise CannotFreeze(_("The last answers are still being taken in. Try again in a few minutes."))
    if size < THRESHOLD:
        few = _(
            "Fewer than ten answers are there to freeze. Data files of so few people are never made, because each of "
            "them could be known. Wait until more people have answered."
        )
        raise CannotFreeze(few)


def _check_differences(session: Session, row: PublishedSurvey, earlier: Collection[Wave]) -> None:
    """Whoever holds two files knows what is in one and not in the other: that must be nobody, or ten at least."""
    for wave in earlier:
        then = select(WaveMember.response_id).where(WaveMember.wave_id == wave.id)
        come = _at_least(session, _of(row).where(Response.id.not_in(then)))
        gone = _at_least(session, then.where(WaveMember.response_id.not_in(_of(row))))
        if not come and not gone:
            same = _("These are the same answers as in frozen answers no. {number}. Use those.", number=wave.number)
            raise CannotFreeze(same)
        if 0 < come < THRESHOLD or 0 < gone < THRESHOLD:
            few = _(
                "Fewer than ten answers have changed since frozen answers no. {number}. Whoever has files of both "
                "could tell whose are new. Wait until more people have answered, or use the answers frozen before.",
                number=wave.number,
            )
            raise CannotFreeze(few)


def _at_least(session: Session, wanted: Select[bytes]) -> int:
    """How many there are, counted no further than matters."""
    return session.scalar(select(func.count()).select_from(wanted.limit(THRESHOLD).subquery())) or 0


def waves_of(session: Session, survey_id: bytes) -> list[Wave]:
    """The waves of a survey, the first one first."""
    return list(session.scalars(select(Wave).where(Wave.survey_id == survey_id).order_by(Wave.number)))


def binding(waves: Collection[Wave]) -> tuple[str, ...] | None:
    """What was chosen about people for good, or None where no file has been made yet."""
    return next((tuple(wave.chosen) for wave in waves if wave.bound), None)


def choose(wave: Wave, questions: Collection[str]) -> None:
    """Choose the questions about people that its files are to hold. What was weighed is weighed again.

    Raises `ValueError` where it is too late, or they are too many.
    """
    if wave.bound:
        raise ValueError(_("A file has been made already, so the choice stays as it is."))
    if len(questions) > MOST_CHOSEN:
        many = _("Choose at most {number}: every one more makes more of the others withheld.", number=MOST_CHOSEN)
        raise ValueError(many)
    wave.chosen, wave.weighed = list(questions), None


def bind(waves: Collection[Wave], to: Wave) -> None:
    """From now on every wave of the survey holds what that one does about people."""
    for wave in waves:
        if not wave.bound and wave.chosen != to.chosen:
            wave.chosen, wave.weighed = list(to.chosen), None
        wave.bound = True


def member_count(session: Session, wave_id: bytes) -> int:
    """How many responses of a wave are still there."""
    of_it = select(func.count()).select_from(WaveMember).where(WaveMember.wave_id == wave_id)
    return session.scalar(of_it) or 0


def fewer_said(wave: Wave, left: int) -> str:
    """How many have taken their answers back since a wave was frozen, in words that count nobody; empty for none."""
    gone = wave.size - left
    if gone <= 0:
        return ""
    return _("about {number} people", number=rounded(gone)) if gone >= THRESHOLD else _("fewer than ten people")
