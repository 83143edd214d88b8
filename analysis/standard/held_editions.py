"""The editions of standards that an organisation works with: the shipped ones, those brought in, and those made here.

A shipped standard is its own first edition. It is written to the database when something first points at it; until then
it is worked out, so that reading writes nothing.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from json import loads

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.standard.clauses import StandardText
from analysis.standard.edition import UnknownEdition, shipped_editions
from analysis.standard.shipped_texts import shipped_text
from analysis.standard.tables import StandardEdition
from safekeeping.clock import steady_now


@dataclass(frozen=True)
class HeldEdition:
    """An edition and what it says; `row` is None for a shipped one that nothing points at yet."""

    text: StandardText
    row: StandardEdition | None = None


def editions_of(session: Session, organisation_id: bytes, name: str) -> list[HeldEdition]:
    """Every edition of a standard, the first one first; none where there is no such standard."""
    of_it = select(StandardEdition).where(
        StandardEdition.organisation_id == organisation_id, StandardEdition.name == name
    )
    rows = list(session.scalars(of_it.order_by(StandardEdition.number)))
    if not rows and name in shipped_editions():
        return [HeldEdition(shipped_text(name))]
    return [HeldEdition(text_in(row), row) for row in rows]


def names_here(session: Session, organisation_id: bytes) -> tuple[str, ...]:
    """The standards there are: the shipped ones first, then its own."""
    own = select(StandardEdition.name).where(StandardEdition.organisation_id == organisation_id)
    kept = session.scalars(own.distinct().order_by(StandardEdition.name))
    return tuple(dict.fromkeys((*shipped_editions(), *kept)))


def newest_edition(session: Session, organisation_id: bytes, name: str) -> HeldEdition:
    """The newest edition of a standard. Raises `analysis.standard.edition.UnknownEdition`."""
    found = editions_of(session, organisation_id, name)
    if not found:
        raise UnknownEdition(f"There is no standard called “{name}” here.")
    return found[-1]


def text_in(row: StandardEdition) -> StandardText:
    """What an edition says."""
    return _read(row.content)


@lru_cache(maxsize=32)
def _read(content: str) -> StandardText:
    return StandardText.from_json(loads(content))


def pin_edition(session: Session, organisation_id: bytes, name: str) -> StandardEdition:
    """The newest edition, written down from now on. Raises `analysis.standard.edition.UnknownEdition`."""
    found = newest_edition(session, organisation_id, name)
    return found.row or keep_edition(session, organisation_id, found.text)


def keep_edition(
    session: Session,
    organisation_id: bytes,
    text: StandardText,
    made_by: bytes | None = None,
    published_on: date | None = None,
) -> StandardEdition:
    """Write an edition down, for good."""
    row = StandardEdition(
        organisation_id=organisation_id,
        name=text.name,
        number=text.edition,
        content=text.to_text(),
        sha256=text.sha256,
        published_on=published_on,
        made_by=made_by,
        made_at=steady_now(),
    )
    session.add(row)
    session.flush()
    return row
