"""Where answers rest. No column here holds a time, a sequence, or anything about a person or a device.

`tests/test_house.py` lists these columns; another one fails the suite.
"""

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import UNORDERED, Base


class Intake(Base):
    """A submission before mixing: one blob sealed to the survey."""

    __tablename__ = "intake"
    __table_args__ = UNORDERED
    id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"))
    sealed: Mapped[bytes]


class SpentNonce(Base):
    """A submission that has been kept, so that sending it again does not keep it twice."""

    __tablename__ = "spent_nonce"
    __table_args__ = UNORDERED
    nonce: Mapped[bytes] = mapped_column(primary_key=True)


class Response(Base):
    """A response after mixing: new random id, ciphertext, and the version of its format."""

    __tablename__ = "response"
    __table_args__ = UNORDERED
    id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"), index=True)
    tag: Mapped[bytes]
    ciphertext: Mapped[bytes]
    format: Mapped[int] = mapped_column(SmallInteger, default=1)


class ResponseKey(Base):
    """The data key of one response, wrapped to its survey. Deleting it makes the response unreadable."""

    __tablename__ = "response_key"
    __table_args__ = UNORDERED
    response_id: Mapped[bytes] = mapped_column(ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    wrapped_key: Mapped[bytes]
