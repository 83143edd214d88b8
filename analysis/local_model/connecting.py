"""The connection that this installation's settings describe, and whether a survey's organisation allows its use."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.local_model.asking import Connection
from analysis.local_model.reaching import place_of
from analysis.local_model.tables import leave_for
from safekeeping.organisations import Consultation
from safekeeping.settings import LOOPBACK, Settings
from surveys.definition.published import PublishedSurvey

#: The name under which jobs find the connection in `Bench.context`.
CONNECTION = "language model"


def connection_of(settings: Settings) -> Connection | None:
    """How the model of the settings is reached, within the own network; None where no model is named."""
    if not settings.model_address:
        return None
    key_file = Path(settings.model_key) if settings.model_key else None
    return Connection(place_of(settings.model_address), settings.model_name, key_file)


def connection_for(session: Session, connection: Connection, row: PublishedSurvey) -> Connection:
    """The same, with what the survey's organisation has allowed."""
    of_it = select(Consultation.organisation_id).where(Consultation.id == row.consultation_id)
    leave = leave_for(session, session.scalar(of_it), connection.place.name)
    return replace(connection, allowed=leave is not None)


def sent_to(settings: Settings) -> str:
    """The host that passages may be sent to, where that is not this machine by its name; else nothing."""
    connection = connection_of(settings)
    return connection.place.name if connection and connection.place.host not in LOOPBACK else ""
