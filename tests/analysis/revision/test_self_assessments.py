"""Self-assessments in both databases: begun, kept, finished, carried on, counted, and shown to nobody else."""

from datetime import date

import pytest
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.revision.assessed import counts_for, counts_for_all
from analysis.revision.self_assessing import MET, NOT_FOR_US, NOT_MET, PARTLY, Account
from analysis.revision.self_assessments import (
    accounts_of,
    assessment_of,
    assessments_of,
    begin_assessment,
    begin_next,
    finish,
    give_up,
    keep_accounts,
    last_finished,
    overdue_plans,
    superseded,
    text_assessed,
)
from analysis.revision.tables import SelfAssessment
from analysis.standard.edition import UnknownEdition
from analysis.standard.held_editions import keep_edition
from safekeeping.organisations import add_organisation, first_organisation
from tests.analysis.revision.staged import NAME, next_text, staged_text

A11, A12, A21 = (staged_text().by_number()[number].clause.id for number in ("A1.1", "A1.2", "A2.1"))
SANG = next_text().by_number()["A1.3"].clause.id


def begun(session: Session, service: str = "Harbour", stage: str = "", **said: str) -> SelfAssessment:
    home = first_organisation(session)
    row = begin_assessment(session, home.id, NAME, 1, service, stage=stage)
    keep_accounts(session, row, {{"A11": A11, "A12": A12, "A21": A21}[key]: Account(met) for key, met in said.items()})
    return row


@pytest.fixture(autouse=True)
def edition(session: Session) -> None:
    keep_edition(session, first_organisation(session).id, staged_text())


def test_it_is_kept_and_written_over_only_where_something_else_is_said(session: Session) -> None:
    row = begun(session, A11=MET)
    keep_accounts(session, row, {A12: Account(NOT_MET, "", "A whistle.", date(2027, 2, 1))})
    keep_accounts(session, row, {A11: Account(PARTLY, "It steams.")})
    session.commit()
    session.expire_all()
    assert accounts_of(session, row.id) == {
        A11: Account(PARTLY, "It steams."),
        A12: Account(NOT_MET, "", "A whistle.", date(2027, 2, 1)),
    }
    assert text_assessed(session, row) == staged_text()


def test_a_shipped_standard_can_be_assessed_and_one_that_is_not_there_cannot(session: Session) -> None:
    home = first_organisation(session)
    row = begin_assessment(session, home.id, "mdan", 1, "  Harbour   House ")
    assert (row.service, text_assessed(session, row).name) == ("Harbour House", "mdan")
    for name, edition_number in (("mdan", 2), ("nothing", 1)):
        with pytest.raises(UnknownEdition):
            begin_assessment(session, home.id, name, edition_number, "Harbour")


def test_nobody_sees_another_organisations(session: Session) -> None:
    row, other = begun(session), add_organisation(session, "Another house")
    assert assessments_of(session, other.id) == []
    with pytest.raises(NoResultFound):
        assessment_of(session, other.id, row.id)
    finish(row, date(2026, 11, 1))
    keep_accounts(session, row, {A11: Account(MET)})
    session.flush()
    assert counts_for_all(session, other.id) == {}


def test_the_one_before_is_the_last_finished_of_the_same_service_on_the_same_standard(session: Session) -> None:
    home = first_organisation(session)
    older, old = begun(session), begun(session, "harbour")
    for row in (older, old):
        finish(row, date(2025, 11, 1))
    begun(session)  # never finished
    finish(begun(session, "Lighthouse"), date(2026, 1, 1))
    finish(begin_assessment(session, home.id, "mdan", 1, "Harbour"), date(2026, 1, 1))
    session.flush()
    now = begun(session)
    assert last_finished(session, now) is old
    assert last_finished(session, old) is older
    assert last_finished(session, older) is None


def test_a_plan_is_overdue_until_a_later_one_is_finished(session: Session) -> None:
    home, late = first_organisation(session).id, date(2026, 1, 1)
    old = begun(session)
    keep_accounts(session, old, {A11: Account(PARTLY, "", "Soon.", late), A12: Account(MET, "", "Done.", late)})
    finish(old, date(2025, 12, 1))
    session.flush()
    assert overdue_plans(session, home, late) == 0
    assert overdue_plans(session, home, date(2026, 1, 2)) == 1
    new = begin_next(session, old)
    assert superseded(session, [old, new]) == set()
    assert overdue_plans(session, home, date(2026, 1, 2)) == 1
    finish(new, date(2026, 1, 2))
    session.flush()
    assert superseded(session, [new, old, begun(session, "Mill")]) == {old.id}
    assert overdue_plans(session, home, date(2026, 1, 3)) == 0
    assert overdue_plans(session, add_organisation(session, "Another house").id, date(2026, 1, 3)) == 0


def test_the_next_one_takes_over_evidence_and_plans_into_the_newest_edition(session: Session) -> None:
    row = begun(session, stage="first")
    keep_accounts(
        session,
        row,
        {A11: Account(MET, "A log."), A12: Account(PARTLY, "", "Tune it.", date(2027, 1, 1)), A21: Account(MET)},
    )
    finish(row, date(2026, 11, 1))
    keep_edition(session, first_organisation(session).id, next_text())
    made = begin_next(session, row)
    assert (made.stage, made.ended_on, text_assessed(session, made).edition) == ("first", None, 2)
    assert accounts_of(session, made.id) == {A11: Account("", "A log.")}
    row.stage = ""
    whole = accounts_of(session, begin_next(session, row).id)
    assert whole == {A11: Account("", "A log."), SANG: Account("", "", "Tune it.", date(2027, 1, 1))}


def test_one_that_is_given_up_is_gone_whole(session: Session) -> None:
    row, other = begun(session, A11=MET), begun(session, A11=PARTLY)
    give_up(session, row)
    session.commit()
    assert assessments_of(session, first_organisation(session).id) == [other]
    assert accounts_of(session, row.id) == {}
    assert accounts_of(session, other.id) == {A11: Account(PARTLY)}


def test_counts_are_of_services_and_of_what_each_said_last(session: Session) -> None:
    home = first_organisation(session).id
    for service, day, said in (
        ("Harbour", date(2024, 1, 1), {"A11": NOT_MET, "A12": NOT_FOR_US}),
        ("harbour", date(2026, 1, 1), {"A11": MET}),
        ("Lighthouse", date(2025, 1, 1), {"A11": MET, "A21": PARTLY}),
    ):
        finish(begun(session, service, **said), day)
    begun(session, "Mill", A11=NOT_MET)  # not finished, so it says nothing yet
    session.flush()
    assert counts_for(session, home, A11) == {MET: 2, PARTLY: 0, NOT_MET: 0, NOT_FOR_US: 0}
    assert counts_for(session, home, A12)[NOT_FOR_US] == 1
    assert counts_for(session, home, A21) == {MET: 0, PARTLY: 1, NOT_MET: 0, NOT_FOR_US: 0}
    assert sum(counts_for(session, home, "nothing").values()) == 0
    assert set(counts_for_all(session, home)) == {A11, A12, A21}
