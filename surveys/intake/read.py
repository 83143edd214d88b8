"""Read kept responses back, for staff pages and jobs that hold the survey's private half."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from safekeeping.vault import Opener, SealedResponse
from surveys.definition.path import audience_of
from surveys.intake.mix import waiting
from surveys.intake.tables import Response

AT_ONCE = 200


@dataclass(frozen=True)
class ReadResponse:
    """One response, opened: its random id, its answers, and which of them may be quoted."""

    id: bytes
    answers: dict[str, Any]
    quotable: frozenset[str] = frozenset()

    @property
    def audience(self) -> str | None:
        """Who answered."""
        return audience_of(self.answers)


def kept_count(session: Session, survey_id: bytes) -> int:
    """How many responses are kept, mixed or waiting."""
    mixed = session.scalar(select(func.count()).select_from(Response).where(Response.survey_id == survey_id))
    return (mixed or 0) + waiting(session, survey_id)


def read_all(session: Session, survey_id: bytes, opener: Opener) -> Iterator[ReadResponse]:
    """Every response of a survey that counts, in the order of their random ids, a few at a time.

    One whose key was destroyed is not there.
    """
    wanted = select(Response).where(Response.survey_id == survey_id, Response.set_aside.is_(False))
    yield from read_wanted(session, wanted, opener)


def read_wanted(session: Session, wanted: Select[Response], opener: Opener) -> Iterator[ReadResponse]:
    """The responses that a statement asks for, in the order of their random ids, a few at a time."""
    with session.scalars(wanted.order_by(Response.id).execution_options(yield_per=AT_ONCE)) as found:
        for some in found.partitions():
            keys = opener.store.wrapped([response.id for response in some])
            yield from (_open(response, keys[response.id], opener) for response in some if response.id in keys)


def read_one(session: Session, response_id: bytes, opener: Opener) -> ReadResponse:
    """One response. Raises `sqlalchemy.exc.NoResultFound` if it is not there or its key is destroyed."""
    return _read(response_id, sealed_of(session, response_id, opener), opener)


def sealed_of(session: Session, response_id: bytes, opener: Opener) -> SealedResponse:
    """One response as it rests, with its key. Raises `sqlalchemy.exc.NoResultFound` as `read_one` does."""
    response = session.get_one(Response, response_id)
    keys = opener.store.wrapped([response_id])
    if response_id not in keys:
        raise NoResultFound("its key is destroyed")
    return SealedResponse(response.tag, response.ciphertext, keys[response_id])


def _open(response: Response, wrapped: bytes, opener: Opener) -> ReadResponse:
    return _read(response.id, SealedResponse(response.tag, response.ciphertext, wrapped), opener)


def _read(response_id: bytes, sealed: SealedResponse, opener: Opener) -> ReadResponse:
    found = json.loads(opener.response(sealed))
    return ReadResponse(response_id, found["answers"], frozenset(found.get("quotable", ())))
