"""Quotes from the proposal to the ledger: consent, two people, one for each person and section, withdrawal."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.safety import answer_of, record_look
from analysis.coding.tables import Passage
from analysis.quoting import ledger, proposing, reviewing
from analysis.quoting.allowed import NotAllowed
from analysis.quoting.checklist import APPROVED, BACK, REFUSED, NotYet
from analysis.quoting.proposing import Where
from analysis.quoting.released import unapproved_in
from analysis.quoting.replacing import Edit
from analysis.quoting.standing import ASKED as WAITS
from analysis.quoting.standing import PREPARED, RELEASED, standing_of, standings
from analysis.quoting.tables import ProposedQuote, QuoteLedger, QuoteRelease, QuoteReview, QuoteVersion
from analysis.quoting.texts import version_edits, version_text
from analysis.withdrawing import withdraw
from safekeeping.codes import Effort, follow, new_code
from safekeeping.vault import Vault, random_id
from surveys.intake.tables import Response
from surveys.intake.withdraw import keep_receipt, wish
from tests.analysis.quoting.quoted import HANDLE, NONE, OTHERS, RELEASED_WORDS, WORDS, Consultation
from tests.factories import NOW

Look = Callable[[Any], list[Any]]


@pytest.fixture
def here(session: Session, keys: Vault, engine: Engine) -> Consultation:
    return Consultation(session, keys, engine)


one_store = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


def test_two_people_release_what_was_allowed(here: Consultation) -> None:
    standing = here.proposed()
    assert standing.state == PREPARED
    assert version_text(here.session, here.opener, standing.quote, standing.version) == RELEASED_WORDS
    edits = version_edits(here.session, here.opener, standing.quote, standing.version)
    assert [WORDS[each.start : each.end] for each in edits] == ["Leeds", "Mandy", "Denise"]
    standing = proposing.keep(here.desk(here.ann), standing, edits, Where("AE"), ask=True)
    assert standing.state == WAITS
    assert here.approve(standing).state == APPROVED
    assert here.quotes() == [], "nothing is shown before the job has counted"
    here.release()
    assert here.now(standing).state == RELEASED
    (quote,) = here.quotes()
    assert (quote.section, quote.theme, quote.text, quote.attribution) == ("AE", "", RELEASED_WORDS, "Survivors")
    here.release()
    assert len(here.quotes()) == 1, "nor twice"


@one_store
def test_what_stands_under_a_quote_is_shared_by_ten(here: Consultation) -> None:
    """Eleven survivors; two people went to friends, one of them a survivor."""
    standing = here.released(by_question="where")
    (quote,) = here.quotes()
    assert quote.attribution == "Survivors", "the two together are held by one, the answer alone by two"
    assert standing.release is not None


@pytest.mark.slow
@one_store
def test_a_rare_audience_is_not_named(here: Consultation) -> None:
    found = here.session.scalars(select(Passage).where(Passage.may_quote, Passage.end == len(OTHERS))).all()
    provider = next(each for each in found if each.question == "helped")
    desk = here.desk(here.ann)
    quote = proposing.propose(desk, provider, Where("SD"))
    standing = standing_of(here.session, here.row.id, quote.id)
    here.approve(proposing.keep(desk, standing, (), Where("SD"), ask=True))
    here.release()
    assert [(each.text, each.attribution) for each in here.quotes()] == [(OTHERS, "")]


@one_store
def test_what_was_not_allowed_cannot_be_proposed(here: Consultation) -> None:
    with pytest.raises(NotAllowed, match="did not allow"):
        proposing.propose(here.desk(here.ann), here.passage(allowed=False), Where("AE"))
    passage = here.passage("helped", allowed=False)
    here.session.execute(update(Passage).where(Passage.id == passage.id).values(may_quote=True))
    with pytest.raises(NotAllowed, match="did not allow"):
        proposing.propose(here.desk(here.ann), passage, Where("AE"))


@one_store
def test_what_is_audited_or_may_speak_of_danger_waits(here: Consultation) -> None:
    passage = here.passage()
    sample = AuditSample(
        id=random_id(), survey_id=here.row.id, number=1, standard="mdan", book="", reason="", begun_at=NOW
    )
    here.session.add(sample)
    here.session.flush()
    here.session.add(AuditUnit(sample_id=sample.id, response_id=passage.response_id, draw=1))
    here.session.flush()
    with pytest.raises(NotAllowed, match="audit"):
        proposing.propose(here.desk(here.ann), passage, Where("AE"))
    sample.ended_at = NOW
    here.session.flush()
    flags = PassageFlags(passage_id=passage.id, rules="r", identifiers=[], danger=True, chance=0.9, signs=[])
    here.session.add(flags)
    here.session.flush()
    with pytest.raises(NotAllowed, match="speak of danger"):
        proposing.propose(here.desk(here.ann), passage, Where("AE"))
    answer = answer_of(here.session, here.row.id, passage.id)
    record_look(here.session, here.keys.office, answer, here.cai, "nothing", "", NOW)
    assert proposing.propose(here.desk(here.ann), passage, Where("AE"))


def test_nobody_approves_their_own(here: Consultation) -> None:
    standing = here.asked()
    with pytest.raises(NotYet, match="yourself"):
        reviewing.review(here.desk(here.ann), standing, APPROVED, NONE, "")
    edits = version_edits(here.session, here.opener, standing.quote, standing.version)
    standing = proposing.keep(
        here.desk(here.ben), standing, [*edits, Edit(75, 79, "added", "cut")], Where("AE"), ask=True
    )
    for person in (here.ann, here.ben):
        with pytest.raises(NotYet, match="yourself"):
            reviewing.review(here.desk(person), standing, APPROVED, NONE, "")
    reviewing.review(here.desk(here.cai), standing, APPROVED, NONE, "")
    assert here.now(standing).state == APPROVED


def test_the_database_refuses_one_person_and_a_release_without_two(here: Consultation) -> None:
    standing = here.asked()
    version, quote, session = standing.version, standing.quote, here.session
    told = {"quote_id": quote.id, "version_id": version.id, "verdict": APPROVED, "answers": NONE, "sealed": b""}

    def refused(row: object) -> None:
        nested = session.begin_nested()
        session.add(row)
        with pytest.raises(IntegrityError):
            session.flush()
        nested.rollback()

    for staff_id, edited_by, proposed_by in (
        (here.ann, here.ann, here.ann),
        (here.ann, here.ben, here.ann),
        (here.ann, here.ben, here.ben),
        (here.ben, here.cai, here.ann),
    ):
        named = {"staff_id": staff_id, "edited_by": edited_by, "proposed_by": proposed_by}
        refused(QuoteReview(**told, **named, reviewed_at=NOW))
    sent_back = reviewing.review(here.desk(here.ben), standing, BACK, NONE, "too plain")
    shown = {"quote_id": quote.id, "response_id": quote.response_id, "section": "AE", "sealed": b"", "released_at": NOW}
    for verdict in (APPROVED, BACK):
        refused(QuoteRelease(review_id=sent_back.id, verdict=verdict, **shown))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Passage).where(Passage.id == quote.passage_id).values(may_quote=False))


@one_store
def test_a_changed_quote_needs_approval_again_and_is_shown_no_more(here: Consultation) -> None:
    standing = here.released()
    edits = version_edits(here.session, here.opener, standing.quote, standing.version)
    same = proposing.keep(here.desk(here.ann), standing, edits, Where("AE"), ask=True)
    assert same.state == RELEASED, "nothing was changed"
    changed = proposing.keep(here.desk(here.ann), standing, edits, Where("SD"))
    assert (changed.state, here.quotes()) == (PREPARED, [])
    assert [row.act for row in here.session.scalars(select(QuoteLedger))].count(ledger.END) == 1
    here.release()
    assert here.quotes() == []


@one_store
def test_a_quote_is_sent_back_or_refused_with_a_reason(here: Consultation) -> None:
    standing = here.asked()
    with pytest.raises(NotYet, match="Say why"):
        reviewing.review(here.desk(here.ben), standing, BACK, NONE, "")
    with pytest.raises(NotYet, match="every question"):
        reviewing.review(here.desk(here.ben), standing, APPROVED, {"dates": "no"}, "")
    with pytest.raises(NotYet, match="answered yes"):
        reviewing.review(here.desk(here.ben), standing, APPROVED, {**NONE, "pair": "yes"}, "")
    reviewing.review(here.desk(here.ben), standing, BACK, {"pair": "yes"}, "the keys")
    edits = version_edits(here.session, here.opener, standing.quote, standing.version)
    again = proposing.keep(here.desk(here.ann), here.now(standing), edits, Where("AE"), ask=True)
    reviewing.review(here.desk(here.ben), again, REFUSED, {}, "two people know this")
    with pytest.raises(NotAllowed, match="refused"):
        proposing.keep(here.desk(here.ann), here.now(standing), (), Where("AE"))
    with pytest.raises(NotYet, match="Nobody waits"):
        reviewing.review(here.desk(here.ben), here.now(standing), APPROVED, NONE, "")


@one_store
def test_one_quote_of_each_person_in_a_section(here: Consultation) -> None:
    here.released()
    more = here.asked("more", Where("AE"))
    with pytest.raises(NotYet, match="same person"):
        reviewing.review(here.desk(here.ben), more, APPROVED, NONE, "")
    other = proposing.keep(here.desk(here.ann), more, (), Where("SD"), ask=True)
    reviewing.review(here.desk(here.ben), other, APPROVED, NONE, "")
    here.release()
    assert [each.section for each in here.quotes()] == ["AE", "SD"]
    with pytest.raises(IntegrityError), here.session.begin_nested():
        here.session.execute(update(QuoteRelease).values(section="AE"))


def test_withdrawing_unpublishes_and_the_ledger_says_what_to_make_again(
    here: Consultation, engine: Engine, look: Look
) -> None:
    here.released()
    session = here.session
    (quote,) = here.quotes()
    ledger.note_use(session, here.row.id, {quote.id: quote.text}, "Report of May", here.cai, NOW)
    assert ledger.to_make_again(session, here.row.id) == []
    found = follow(new_code(), here.row.id, Effort(8, 1))
    keep_receipt(session, here.row.id, HANDLE, found)
    wish(session, here.row.id, here.row.public_key, found)
    session.commit()
    survey_id = here.row.id.hex()
    for _ in range(2):
        withdraw(here.bench, survey_id)
    assert here.quotes() == []
    for table in (ProposedQuote, QuoteVersion, QuoteReview, QuoteRelease):
        assert look(select(table.id)) == []
    assert sorted(row.act for row in look(select(QuoteLedger))) == [ledger.END, ledger.RELEASE, ledger.USE]
    (ended,) = look(select(QuoteLedger).where(QuoteLedger.act == ledger.END))
    assert (ended.noted_at.hour, ended.noted_at.minute, ended.staff_id) == (0, 0, None)
    assert ledger.to_make_again(session, here.row.id) == ["Report of May"]


@one_store
def test_a_report_that_holds_other_words_is_found_out(here: Consultation) -> None:
    here.released()
    (quote,) = here.quotes()
    checked = f"People said: “{quote.text}” They were asked: What helped? Anything else?"
    assert unapproved_in(here.session, here.row.id, here.opener, checked) == []
    leaked = f"{checked} And another: the waiting room was WARM, and somebody had thought about it."
    (found,) = unapproved_in(here.session, here.row.id, here.opener, leaked)
    assert found == "the waiting room was WARM, and somebody had thought about"
    (found,) = unapproved_in(here.session, here.row.id, here.opener, f"As written: {WORDS}")
    assert "Mandy took the keys" in found


@pytest.mark.slow
@one_store
def test_a_released_quote_can_be_taken_back(here: Consultation) -> None:
    standing = here.released()
    back = proposing.take_back(here.desk(here.cai), standing)
    assert (back.state, here.quotes()) == (PREPARED, [])
    here.release()
    assert here.quotes() == [], "the old approval releases nothing"


@pytest.mark.slow
@one_store
def test_what_is_no_longer_allowed_is_not_released(here: Consultation) -> None:
    here.approve(here.asked())
    quote = here.session.scalars(select(ProposedQuote)).one()
    here.session.execute(update(Response).where(Response.id == quote.response_id).values(set_aside=True))
    here.release()
    assert [each.state for each in standings(here.session, here.row.id)] == [APPROVED]
    here.session.execute(delete(Response))
    here.session.flush()
    assert standings(here.session, here.row.id) == []
