"""The second consultation of a cycle: drafts of its survey, and those that are published."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.revision.cycles import second_consultation_id, surveys_of
from analysis.revision.tables import SECOND, RevisionCycle
from safekeeping.organisations import Consultation
from surveys.definition.published import PublishedSurvey, addresses
from surveys.writing.editing import in_order
from surveys.writing.templates_offered import Tables, fresh_address
from surveys.writing.written import WrittenSurvey, begin_writing


def begin_second(session: Session, cycle: RevisionCycle, tables: Tables, what: str) -> WrittenSurvey:
    """A survey to write in the cycle's second consultation, which begins with the first one."""
    row = session.get(Consultation, second_consultation_id(cycle))
    if row is None:
        name = str(tables["title"])[:300]
        row = Consultation(id=second_consultation_id(cycle), organisation_id=cycle.organisation_id, name=name)
        session.add(row)
        session.flush()
    tables = in_order(tables)
    tables["address"] = fresh_address(str(tables["address"]), addresses(session))
    return begin_writing(session, tables, what, consultation_id=row.id)


def second_drafts(session: Session, cycle: RevisionCycle) -> list[WrittenSurvey]:
    """The surveys that are being written for it, as far as they may be seen."""
    of_it = select(WrittenSurvey).where(WrittenSurvey.consultation_id == second_consultation_id(cycle))
    return list(session.scalars(of_it.where(WrittenSurvey.survey_id.is_(None)).order_by(WrittenSurvey.id)))


def second_surveys(session: Session, cycle: RevisionCycle) -> list[PublishedSurvey]:
    """Those that were published, and so are evidence of the cycle."""
    return surveys_of(session, cycle, SECOND)
