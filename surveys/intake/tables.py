"""Where answers rest. No column here holds a time, a sequence, or anything about a person or a device.

`tests/test_house.py` lists these columns; another one fails the suite.
"""

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import UNORDERED, Base


class Intake(Base):
    """A submission before mixing: one blob sealed to the survey."""

    __tablename__ = "intake"
    __table_args__ = UNORDERED
    id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"), index=True)
    sealed: Mapped[bytes]


class SpentNonce(Base):
    """A submission that has been kept, so that sending it again does not keep it twice."""

    __tablename__ = "spent_nonce"
    __table_args__ = UNORDERED
    nonce: Mapped[bytes] = mapped_column(primary_key=True)


class Response(Base):
    """A response after mixing: new random id, ciphertext, the version of its format, and whether it counts.

    Its key rests elsewhere (`safekeeping.keystore`). `set_aside` is true where it came as a program's would: it is
    kept, and not counted until a researcher has looked.
    """

    __tablename__ = "response"
    # with `set_aside`, so that whoever counts responses reads none
    __table_args__ = (Index("ix_response_survey_id", "survey_id", "set_aside"), UNORDERED)
    id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"))
    tag: Mapped[bytes]
    ciphertext: Mapped[bytes]
    format: Mapped[int] = mapped_column(SmallInteger, default=1)
    set_aside: Mapped[bool] = mapped_column(default=False)


class Receipt(Base):
    """What a code given after sending leads to: the sealed handle of one response. The code alone finds and opens it.

    It is tied to no response: the handle's mark is beside the response's key, and only the code opens the handle.
    """

    __tablename__ = "receipt"
    __table_args__ = UNORDERED
    lookup: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"))
    sealed: Mapped[bytes]


class Withdrawal(Base):
    """A wish to withdraw, as somebody typed a code: sealed to the survey, right or wrong, until a job looks at it."""

    __tablename__ = "withdrawal"
    __table_args__ = UNORDERED
    id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"))
    sealed: Mapped[bytes]


class Ticket(Base):
    """An invitation that has not been used: a fingerprint of what is printed on it. A used one is deleted."""

    __tablename__ = "ticket"
    __table_args__ = UNORDERED
    fingerprint: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"))
