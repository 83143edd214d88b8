"""Memos: what a coder notes about a passage, sealed beside the response it is about and destroyed with it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.acts import MEMO, Here, did
from analysis.coding.desk_tables import PassageMemo
from analysis.coding.tables import Passage, in_force
from safekeeping.vault import Opener, random_id
from surveys.intake.read import sealed_of

LONGEST = 2000
#: Passages as a table: also those that were cut anew, whose memos the new ones inherit.
_ANY = Passage.__table__.alias("any_passage")


def memo_of(session: Session, opener: Opener, passage: Passage, coder: bytes) -> str:
    """What this coder noted last about the passage, or about one that it was cut from; empty where there is nothing."""
    over = (_ANY.c.start < passage.end) & (_ANY.c.end > passage.start)
    mine = (
        select(PassageMemo)
        .join(_ANY, _ANY.c.id == PassageMemo.passage_id)
        .where(_ANY.c.response_id == passage.response_id, _ANY.c.question == passage.question, over)
        .where(PassageMemo.staff_id == coder, in_force(PassageMemo.id))
    )
    row = session.scalars(mine.order_by(PassageMemo.noted_at.desc(), PassageMemo.id).limit(1)).first()
    if row is None:
        return ""
    return opener.open_beside(sealed_of(session, passage.response_id, opener), row.sealed, row.id).decode()


def note_memo(here: Here, opener: Opener, words: str) -> bool:
    """Keep a memo, where it says something else than the last one did. Whether it was kept. At most `LONGEST` signs."""
    if words == memo_of(here.session, opener, here.passage, here.coder):
        return False
    row_id = random_id()
    beside = sealed_of(here.session, here.passage.response_id, opener)
    sealed = opener.seal_beside(beside, words.encode(), row_id)
    here.session.add(
        PassageMemo(id=row_id, passage_id=here.passage.id, staff_id=here.coder, sealed=sealed, noted_at=here.now)
    )
    did(here, MEMO, row_id)
    return True


def has_memo(session: Session, passage_id: bytes, coder: bytes) -> bool:
    """Whether this coder has a memo at just this passage, without opening it."""
    mine = select(PassageMemo.id).where(PassageMemo.passage_id == passage_id, PassageMemo.staff_id == coder)
    return session.scalars(mine.where(in_force(PassageMemo.id)).limit(1)).first() is not None
