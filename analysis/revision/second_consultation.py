"""The second consultation of a cycle: drafts of its survey, and those that are published.

It is a consultation whose id is worked out of the cycle's. A survey that is published in it is linked to the cycle at
that moment, whoever publishes it and wherever, so that no link can be forgotten.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, event, insert, select
from sqlalchemy.orm import Session

from analysis.revision.cycles import surveys_of
from analysis.revision.tables import SECOND, CycleSurvey, RevisionCycle
from safekeeping.organisations import Consultation
from surveys.definition.published import TRIAL, PublishedSurvey, addresses
from surveys.writing.editing import in_order
from surveys.writing.templates_offered import Tables, fresh_address
from surveys.writing.written import WrittenSurvey, begin_writing


def second_consultation_id(cycle_id: bytes) -> bytes:
    """The consultation in which a cycle asks about its draft wording."""
    return sha256(b"second consultation" + cycle_id).digest()[:16]


@event.listens_for(PublishedSurvey, "after_insert")
def _link(_mapper: Any, connection: Connection, row: PublishedSurvey) -> None:
    if row.state == TRIAL:
        return
    for cycle_id in connection.scalars(select(RevisionCycle.id)).all():
        if second_consultation_id(cycle_id) == row.consultation_id:
            linked = {"cycle_id": cycle_id, "survey_id": row.id, "purpose": SECOND}
            connection.execute(insert(CycleSurvey).values(**linked))


def begin_second(session: Session, cycle: RevisionCycle, tables: Tables, what: str) -> WrittenSurvey:
    """A survey to write in the cycle's second consultation, which begins with the first one."""
    wanted = second_consultation_id(cycle.id)
    row = session.get(Consultation, wanted)
    if row is None:
        name = str(tables["title"])[:300]
        row = Consultation(id=wanted, organisation_id=cycle.organisation_id, name=name)
        session.add(row)
        session.flush()
    tables = in_order(tables)
    tables["address"] = fresh_address(str(tables["address"]), addresses(session))
    return begin_writing(session, tables, what, consultation_id=row.id)


def second_drafts(session: Session, cycle: RevisionCycle) -> list[WrittenSurvey]:
    """The surveys that are being written for it, as far as they may be seen."""
    of_it = select(WrittenSurvey).where(WrittenSurvey.consultation_id == second_consultation_id(cycle.id))
    return list(session.scalars(of_it.where(WrittenSurvey.survey_id.is_(None)).order_by(WrittenSurvey.id)))


def second_surveys(session: Session, cycle: RevisionCycle) -> list[PublishedSurvey]:
    """Those that were published, and so are evidence of the cycle."""
    return surveys_of(session, cycle, SECOND)
