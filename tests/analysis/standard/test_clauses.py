"""A standard as it is written: what it says stays what it is on the way through its text and the database."""

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from analysis.standard.clauses import SECTION, STANDARD, StandardText
from analysis.standard.edition import UnknownEdition
from analysis.standard.held_editions import editions_of, newest_edition, pin_edition, text_in
from analysis.standard.shipped_texts import shipped_text, shipped_texts
from analysis.standard.tables import StandardEdition
from safekeeping.organisations import first_organisation


@pytest.mark.parametrize("shipped", shipped_texts(), ids=lambda each: each.name)
def test_a_text_comes_back_the_same(shipped: StandardText) -> None:
    assert StandardText.from_json(shipped.to_json()) == shipped
    numbers = [each.clause.number for each in shipped.walk()]
    assert len(numbers) == len(set(numbers)) == len(shipped.placed())


def test_mdan_has_four_sections_and_twenty_standards() -> None:
    levels = [each.clause.level for each in shipped_text("mdan").walk()]
    assert (levels.count(SECTION), levels.count(STANDARD)) == (4, 20)


def test_a_shipped_standard_is_written_down_when_first_pinned(session: Session) -> None:
    organisation = first_organisation(session)
    assert newest_edition(session, organisation.id, "mdan").row is None
    row = pin_edition(session, organisation.id, "mdan")
    assert pin_edition(session, organisation.id, "mdan") is row
    assert text_in(row) == shipped_text("mdan")
    assert [each.row for each in editions_of(session, organisation.id, "mdan")] == [row]
    with pytest.raises(UnknownEdition):
        pin_edition(session, organisation.id, "nothing")


def test_an_edition_that_is_kept_never_changes(session: Session) -> None:
    row = pin_edition(session, first_organisation(session).id, "mdan")
    with pytest.raises(DatabaseError, match="never changes"):
        session.execute(sql("UPDATE standard_edition SET content = ''"))
    session.rollback()
    assert session.get(StandardEdition, row.id) is None
