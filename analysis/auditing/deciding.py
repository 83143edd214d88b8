"""Settling where blind coders differ: what is left, and recording who decided what and why. The codes stay as given."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.blind_coding import checked
from analysis.auditing.label_tables import AuditDecision
from analysis.auditing.settling import Codes
from analysis.auditing.standing import Standing, Unit
from analysis.standard.edition import Edition
from safekeeping.vault import Office, random_id

LONGEST_REASON = 300


def can_be_settled(standing: Standing) -> list[Unit]:
    """The responses of draws that are coded twice throughout, which differ somewhere."""
    ready = standing.open_draws()
    return [unit for unit in standing.units.values() if unit.draw in ready and standing.to_settle(unit)]


def left_to_settle(standing: Standing) -> list[Unit]:
    """Those of them with something left to settle."""
    return [unit for unit in can_be_settled(standing) if standing.left(unit)]


def decide(
    session: Session,
    office: Office,
    where: tuple[bytes, bytes],
    person: bytes,
    codes: Codes,
    edition: Edition,
    reason: str,
    now: datetime,
) -> None:
    """Record a decision on a passage (`where`: unit, passage). The reason is sealed: it may repeat what was written."""
    unit_id, passage_id = where
    row_id = random_id()
    sections, themes = checked(codes, edition)
    session.add(
        AuditDecision(
            id=row_id,
            unit_id=unit_id,
            passage_id=passage_id,
            staff_id=person,
            sections=sections,
            themes=themes,
            stance=codes.stance,
            reason=office.seal(reason.encode(), row_id),
            decided_at=now,
        )
    )
    session.flush()


def reasons(session: Session, office: Office, unit: Unit) -> dict[bytes, list[tuple[bytes, str]]]:
    """Passage -> (who decided, why) in order."""
    rows = select(AuditDecision).where(AuditDecision.unit_id == unit.id)
    found: dict[bytes, list[tuple[bytes, str]]] = {}
    for row in session.scalars(rows.order_by(AuditDecision.decided_at, AuditDecision.id)):
        found.setdefault(row.passage_id, []).append((row.staff_id, office.open(row.reason, row.id).decode()))
    return found
