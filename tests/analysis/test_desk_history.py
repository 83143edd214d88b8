"""What is no longer in use or in force: no statement finds it, and an older shape of the database is without it."""

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from analysis.coding.tables import HISTORY, UNDO, Coding, DeskAct, Passage
from safekeeping.migrating import migrate, migrate_back
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.intake.mix import mix
from surveys.intake.tables import Response
from tests.factories import NOW, opener_of, published_survey, submitted

WHOLE, FIRST, SECOND = (0, 9), (0, 3), (4, 9)
SAID = {"sections": ["AE"], "act": "changed", "standard": "mdan", "coded_at": NOW}


@pytest.fixture
def cut(session: Session, keys: Vault) -> Passage:
    """One passage that was split in two, each of the three with a decision; the second part's was taken back."""
    row = published_survey(session, keys)
    submitted(session, row, 10, say="One thing")
    mix(session, row.id, opener_of(keys, row))
    person = add_staff(session, "A", ("coder",))
    response_id = session.scalars(select(Response.id)).first()
    for start, end in (WHOLE, FIRST, SECOND):
        passage = Passage(response_id=response_id, question="say", start=start, end=end, may_quote=False)
        passage.in_use = (start, end) != WHOLE
        session.add(passage)
        session.flush()
        coding = Coding(passage_id=passage.id, staff_id=person.id, **SAID)
        session.add(coding)
        session.flush()
    more = {"survey_id": row.id, "passage_id": passage.id, "staff_id": person.id, "about": coding.id}
    session.add(DeskAct(kind=UNDO, done_at=NOW, **more))
    session.commit()
    session.expunge_all()
    return passage


def test_no_statement_finds_what_is_not_in_use(session: Session, cut: Passage) -> None:
    other = aliased(Passage)
    assert session.scalar(select(func.count()).select_from(Passage)) == 2
    assert session.scalar(select(func.count(other.id))) == 2
    assert len(session.scalars(select(Passage.start)).all()) == 2
    (whole,) = session.scalars(select(Passage.id).where(Passage.in_use.is_(False)), execution_options=HISTORY)
    assert session.get(Passage, whole) is None
    assert session.get(Passage, whole, execution_options=HISTORY) is not None
    assert session.scalar(select(func.count(Coding.id))) == 2
    assert session.scalar(select(func.count(Coding.id)).join(Passage, Passage.id == Coding.passage_id)) == 1
    assert session.scalar(select(func.count(Coding.id)), execution_options=HISTORY) == 3


def test_two_in_use_never_begin_at_one_place(session: Session, cut: Passage) -> None:
    session.execute(text("UPDATE passage SET in_use = NOT in_use WHERE NOT in_use AND start = 4"))
    with pytest.raises(IntegrityError):
        session.execute(text("UPDATE passage SET in_use = (1 = 1)"))


def test_an_older_shape_keeps_what_is_in_use_and_in_force(
    session: Session, engine: Engine, keys: Vault, cut: Passage
) -> None:
    session.close()
    migrate_back(engine, keys.store.engine, "0011")
    with engine.connect() as connection:
        found = connection.execute(text('SELECT start, "end" FROM passage ORDER BY start')).all()
        assert [tuple(each) for each in found] == [FIRST, SECOND]
        assert connection.scalar(text("SELECT count(*) FROM coding")) == 1
    migrate(engine, keys.store.engine)
    with Session(engine) as again:
        (coding,) = again.scalars(select(Coding))
        assert (coding.themes, coding.stance, coding.book) == ([], "", "")
        assert len(again.scalars(select(Passage)).all()) == 2
