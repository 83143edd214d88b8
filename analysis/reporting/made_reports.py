"""Reports that were asked for, and their files: sealed in pieces like data files, until somebody deletes them.

What is sealed beside a report names the responses whose words it quotes, so that it can go when one of them does.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import JSON, BigInteger, ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from safekeeping.database import Base
from safekeeping.vault import Vault, random_id, seal_entry

PLACE = b"report"


class MadeReport(Base):
    """One report that somebody asked for: which parts, in which forms and language.

    `sealed` is JSON, sealed to the survey: `sources` (ids in hex of the responses it quotes) and its `manifest`; None
    until a job has made it.
    """

    __tablename__ = "made_report"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    parts: Mapped[list[str]] = mapped_column(JSON)
    forms: Mapped[list[str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(10))
    asked_by: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    sealed: Mapped[bytes | None]


class ReportFile(Base):
    """One file of a report: its form, and what opens it. `length` is in bytes."""

    __tablename__ = "report_file"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    report_id: Mapped[bytes] = mapped_column(ForeignKey("made_report.id", ondelete="CASCADE"), index=True)
    form: Mapped[str] = mapped_column(String(10))
    sealed_key: Mapped[bytes | None]
    length: Mapped[int] = mapped_column(BigInteger, default=0)


def reports_of(session: Session, survey_id: bytes) -> list[MadeReport]:
    """The reports of a survey, the newest first."""
    of_it = select(MadeReport).where(MadeReport.survey_id == survey_id)
    return list(session.scalars(of_it.order_by(MadeReport.asked_at.desc(), MadeReport.id)))


def report_of(session: Session, survey_id: bytes, report_id: bytes) -> MadeReport:
    """One of them. Raises `sqlalchemy.exc.NoResultFound`."""
    return session.scalars(
        select(MadeReport).where(MadeReport.survey_id == survey_id, MadeReport.id == report_id)
    ).one()


def files_of(session: Session, report_ids: Sequence[bytes]) -> dict[bytes, dict[str, ReportFile]]:
    """Report -> form -> its file."""
    found: dict[bytes, dict[str, ReportFile]] = {each: {} for each in report_ids}
    for row in session.scalars(select(ReportFile).where(ReportFile.report_id.in_(report_ids))):
        found[row.report_id][row.form] = row
    return found


def seal_beside(public_key: bytes, survey_id: bytes, sources: Collection[str], manifest: str) -> bytes:
    """What is kept sealed beside a report."""
    content = {"sources": sorted(sources), "manifest": manifest}
    return seal_entry(json.dumps(content).encode(), public_key, survey_id, PLACE)


def forget_reports(session: Session, keys: Vault, survey_id: bytes, kept: Collection[str]) -> int:
    """Delete the reports that quote a response which is not among those `kept` (ids in hex). How many."""
    opener = keys.opener(survey_id)
    gone = [
        report.id
        for report in reports_of(session, survey_id)
        if report.sealed and not set(json.loads(opener.entry(report.sealed, PLACE))["sources"]) <= set(kept)
    ]
    delete_reports(session, gone)
    return len(gone)


def delete_reports(session: Session, ids: Sequence[bytes]) -> None:
    """Delete reports and what opens their files; the files themselves go with the next sweep."""
    session.execute(delete(ReportFile).where(ReportFile.report_id.in_(ids)))
    session.execute(delete(MadeReport).where(MadeReport.id.in_(ids)))
    session.flush()


def report_ids(session: Session) -> set[bytes]:
    """The ids of all reports there are: pieces of files of any other belong to nothing."""
    return set(session.scalars(select(MadeReport.id)))
