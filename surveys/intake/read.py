"""Read kept responses back, for staff pages and jobs that hold the survey's private half."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from safekeeping.vault import Opener, SealedResponse
from surveys.definition.path import audience_of
from surveys.intake.mix import waiting
from surveys.intake.tables import Response, ResponseKey


@dataclass(frozen=True)
class ReadResponse:
    """One response, opened: its random id and its answers."""

    id: bytes
    answers: dict[str, Any]

    @property
    def audience(self) -> str | None:
        """Who answered."""
        return audience_of(self.answers)


def kept_count(session: Session, survey_id: bytes) -> int:
    """How many responses are kept, mixed or waiting."""
    mixed = session.scalar(select(func.count()).select_from(Response).where(Response.survey_id == survey_id))
    return (mixed or 0) + waiting(session, survey_id)


def read_all(session: Session, survey_id: bytes, opener: Opener) -> Iterator[ReadResponse]:
    """Every response of a survey, in the order of their random ids, a few at a time."""
    wanted = _with_keys().where(Response.survey_id == survey_id).order_by(Response.id)
    with session.execute(wanted.execution_options(yield_per=200)) as found:
        for response, wrapped in found:
            yield _open(response, wrapped, opener)


def read_one(session: Session, response_id: bytes, opener: Opener) -> ReadResponse:
    """One response. Raises `sqlalchemy.exc.NoResultFound` if it is not there or its key is destroyed."""
    response, wrapped = session.execute(_with_keys().where(Response.id == response_id)).one()
    return _open(response, wrapped, opener)


def _with_keys() -> Select[Response, bytes]:
    return select(Response, ResponseKey.wrapped_key).join(ResponseKey, ResponseKey.response_id == Response.id)


def _open(response: Response, wrapped: bytes, opener: Opener) -> ReadResponse:
    plaintext = opener.response(SealedResponse(response.tag, response.ciphertext, wrapped))
    return ReadResponse(response.id, json.loads(plaintext)["answers"])
