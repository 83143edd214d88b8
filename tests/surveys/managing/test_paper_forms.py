"""Forms that are typed in: sealed to their survey and place, landing once, leaving nothing."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from safekeeping.staff import add_staff
from safekeeping.vault import CannotOpen, Vault, random_id
from surveys.definition.published import PublishedSurvey
from surveys.intake.tables import Intake
from surveys.paper import forms as paper_forms
from surveys.paper.entering import newly_asked, resume_at, settled
from surveys.paper.forms import PAPER, Entered, LabelTaken, PaperEntry, PaperForm
from tests.factories import as_open, opener_of, published_survey

ONE_DATABASE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey with every kind of question."""
    return published_survey(session, keys, "paper")


def at(row: PublishedSurvey, **answers: object) -> Entered:
    """What was typed."""
    return Entered(row.definition_hash, "en", "2026-11-22", {"audience": "survivor", **answers})


def begun(session: Session, row: PublishedSurvey, label: str = "17", **answers: object) -> PaperForm:
    """A form with one entry."""
    form = paper_forms.begin_form(session, row.id, label, PAPER)
    who = add_staff(session, "Ann", ())
    paper_forms.begin_entry(session, row, (form, 1), who.id, at(row, **answers))
    return form


def test_what_was_typed_opens_in_its_own_place_only(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    one, other = begun(session, row, say="mine"), begun(session, row, "18", say="yours")
    first, second = (paper_forms.entries_of(session, form)[1] for form in (one, other))
    opener = opener_of(keys, row)
    assert paper_forms.open_entry(opener, first).answers["say"] == "mine"
    for number, sealed in ((1, second.sealed), (2, first.sealed)):
        moved = PaperEntry(form_id=one.id, number=number, staff_id=first.staff_id, done=False, sealed=sealed)
        with pytest.raises(CannotOpen):
            paper_forms.open_entry(opener, moved)


def test_a_number_is_there_once_in_a_survey(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    begun(session, row)
    with pytest.raises(LabelTaken):
        paper_forms.begin_form(session, row.id, "17", PAPER)
    paper_forms.begin_form(session, published_survey(session, keys).id, "17", PAPER)
    assert [form.label for form in paper_forms.forms_of(session, row.id)] == ["17"]


def test_a_form_is_sent_once_and_leaves_nothing(session: Session, row: PublishedSurvey) -> None:
    noise, form = begun(session, row, "18"), begun(session, row)
    twin = PaperForm(id=form.id, survey_id=row.id, label="17", way=PAPER)
    for each in (form, twin):
        paper_forms.send(session, as_open(row), each, at(row))
    assert session.scalar(select(func.count()).select_from(Intake)) == 1
    assert list(session.scalars(select(PaperForm.id))) == [noise.id]
    assert list(session.scalars(select(PaperEntry.form_id))) == [noise.id]


def test_an_entry_is_replaced_not_added(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    form = begun(session, row)
    other = add_staff(session, "Ben", ())
    paper_forms.begin_entry(session, row, (form, 1), other.id, at(row, say="anew"))
    (entry,) = paper_forms.entries_of(session, form).values()
    assert entry.staff_id == other.id
    paper_forms.save_entry(session, row, entry, at(row, say="later"))
    assert paper_forms.open_entry(opener_of(keys, row), entry).answers["say"] == "later"


@ONE_DATABASE
@pytest.mark.parametrize("form_id", ["", "zz", "00"])
def test_a_form_that_is_not_there(session: Session, row: PublishedSurvey, form_id: str) -> None:
    assert paper_forms.form_by_id(session, row.id, form_id) is None
    assert paper_forms.form_by_id(session, random_id(), begun(session, row).id.hex()) is None


@ONE_DATABASE
def test_a_third_answer_may_lead_where_nobody_has_been(row: PublishedSurvey) -> None:
    target, entries = as_open(row), (at(row, asked="no"), at(row))
    now = settled(target, entries, {"asked": "other"}, {"asked": "yes"})
    assert now.answers["asked"] == "yes"
    opened = newly_asked(target, entries, now)
    assert opened is not None
    assert opened.page.name == "you"
    assert newly_asked(target, entries, settled(target, entries, {"asked": "blank"}, {})) is None


@ONE_DATABASE
def test_an_entry_is_resumed_at_the_first_page_left_blank(row: PublishedSurvey) -> None:
    assert resume_at(as_open(row), Entered("", "en", "2026-11-22")) == "you"
    assert resume_at(as_open(row), at(row, asked="no")) == "views"
    assert resume_at(as_open(row), at(row, asked="no", say="words")) is None
