"""Drafts: only the right secret opens one, for its own survey, within its time; and it can be destroyed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from safekeeping.database import make_engine, make_throwaway_tables
from safekeeping.settings import Settings
from safekeeping.vault import CannotOpen, fingerprint
from surveys.responding import drafts
from surveys.responding.drafts import LASTS, Changed, Draft, DraftRow

NOW = datetime(2026, 3, 29, 12, 59, 59, tzinfo=UTC)
SECRET, OTHER = b"s" * 32, b"o" * 32
SURVEY = b"v" * 16
BEGUN = drafts.begin(SURVEY, "you", NOW)
FULL = BEGUN.moved(
    "words", answers={"say": "canary “é” \n", "rating": {"a": "1"}, "weeks": 2.5}, seen=("you",)
).holding("words", {"q-say": ["canary half"]})


@pytest.fixture
def session(engine: Engine, settings: Settings) -> Iterator[Session]:
    """A session where drafts wait: with SQLite in a file of their own."""
    drafts_engine = make_engine(settings.drafts)
    with Session(drafts_engine) as session:
        yield session
    drafts_engine.dispose()


@pytest.fixture
def held(session: Session) -> Session:
    """A session that holds one draft, and another person's."""
    drafts.save(session, OTHER, drafts.begin(SURVEY, "noise", NOW), NOW)
    drafts.save(session, SECRET, FULL, NOW)
    return session


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DraftRow)) or 0


def test_a_draft_comes_back_as_it_was(held: Session) -> None:
    assert drafts.load(held, SECRET, SURVEY, NOW) == FULL


def test_without_a_draft_there_is_none(session: Session) -> None:
    assert drafts.load(session, SECRET, SURVEY, NOW) is None


@pytest.mark.parametrize("secret", [b"", b"x" * 32, SECRET[:-1], fingerprint(SECRET)], ids=len)
def test_a_wrong_secret_finds_nothing(held: Session, secret: bytes) -> None:
    assert drafts.load(held, secret, SURVEY, NOW) is None


def test_a_draft_under_another_s_name_does_not_open(held: Session) -> None:
    sealed = held.get_one(DraftRow, fingerprint(SECRET)).sealed
    held.get_one(DraftRow, fingerprint(OTHER)).sealed = sealed
    with pytest.raises(CannotOpen):
        drafts.load(held, OTHER, SURVEY, NOW)


def test_a_draft_is_not_found_by_another_survey(held: Session) -> None:
    assert drafts.load(held, SECRET, b"w" * 16, NOW) is None


def test_no_word_of_a_draft_can_be_read(held: Session) -> None:
    rows = held.execute(select(DraftRow.fingerprint, DraftRow.sealed)).all()
    everything = b"".join(part for row in rows for part in row)
    assert not [word for word in (b"canary", b"words", b"rating", SECRET, SURVEY) if word in everything]


@pytest.mark.parametrize("after", [timedelta(0), LASTS])
def test_a_draft_lasts_four_hours(held: Session, after: timedelta) -> None:
    assert drafts.load(held, SECRET, SURVEY, NOW + after) == FULL
    assert timedelta(hours=4) == LASTS


@pytest.mark.parametrize("begun", [NOW, NOW - timedelta(minutes=59, seconds=59)])
def test_after_five_hours_at_most_a_draft_s_time_is_over(session: Session, begun: datetime) -> None:
    drafts.save(session, SECRET, FULL, begun)
    assert drafts.load(session, SECRET, SURVEY, begun + timedelta(hours=5)) is None


def test_saving_begins_the_time_anew(held: Session) -> None:
    later = NOW + timedelta(hours=3)
    drafts.save(held, SECRET, FULL, later)
    assert drafts.load(held, SECRET, SURVEY, later + LASTS) == FULL
    assert count(held) == 2


def test_what_is_kept_of_the_time_is_a_whole_hour(session: Session) -> None:
    for minute in range(0, 60, 7):
        drafts.save(session, bytes([minute]) * 32, FULL, NOW.replace(minute=minute))
    assert len(set(session.scalars(select(DraftRow.ends_hour)))) == 1


def test_dropping_destroys_this_draft_only(held: Session) -> None:
    drafts.drop(held, SECRET)
    assert list(held.scalars(select(DraftRow.fingerprint))) == [fingerprint(OTHER)]
    drafts.drop(held, SECRET)


def test_sweeping_destroys_what_is_over_and_nothing_else(held: Session) -> None:
    later = NOW + timedelta(hours=3)
    drafts.save(held, OTHER, drafts.begin(SURVEY, "noise", NOW), later)
    drafts.sweep(held, later)
    assert count(held) == 2
    drafts.sweep(held, NOW + timedelta(hours=5))
    assert list(held.scalars(select(DraftRow.fingerprint))) == [fingerprint(OTHER)]


def test_what_is_typed_is_held_page_by_page_until_it_is_an_answer() -> None:
    both = FULL.holding("you", {"q-audience": ["x"]})
    assert set(both.typed) == {"words", "you"}
    assert set(both.holding("words", None).typed) == {"you"}


def test_what_is_new_on_a_page_is_new_once(held: Session) -> None:
    drafts.save(held, SECRET, FULL.moved("words", opened=("say",), language="cy", version="v"), NOW)
    found = drafts.load(held, SECRET, SURVEY, NOW)
    assert found
    assert (found.opened, found.language, found.version) == (("say",), "cy", "v")
    assert found.moved("you").opened == ()


def test_a_new_draft_starts_elsewhere_and_empty() -> None:
    again = drafts.begin(SURVEY, "you", NOW)
    assert again.nonce != BEGUN.nonce
    assert (again.at, again.answers, again.seen, again.changing) == ("you", {}, (), False)


json_answers: Any = st.dictionaries(
    st.text(max_size=9),
    st.text()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.lists(st.text(max_size=9))
    | st.dictionaries(st.text(), st.text()),
    max_size=5,
)


@settings(max_examples=30)
@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32), json_answers)
def test_any_draft_opens_with_its_own_secret_alone(secret: bytes, other: bytes, answers: dict[str, Any]) -> None:
    engine = make_engine("sqlite://")
    make_throwaway_tables(engine)
    draft = Draft("00" * 16, "11" * 16, "you", answers, ("a", "b"), True)
    with Session(engine) as session:
        drafts.save(session, secret, draft, NOW)
        assert drafts.load(session, secret, bytes(16), NOW) == draft
        assert other == secret or drafts.load(session, other, bytes(16), NOW) is None
    engine.dispose()


def test_of_two_acts_at_once_the_second_is_told(held: Session) -> None:
    one, two = (drafts.load(held, SECRET, SURVEY, NOW) for _act in range(2))
    assert one
    assert two
    drafts.save(held, SECRET, one.moved("first"), NOW)
    with pytest.raises(Changed):
        drafts.save(held, SECRET, two.moved("second"), NOW)
    found = drafts.load(held, SECRET, SURVEY, NOW)
    assert found
    assert found.at == "first"


def test_what_was_thrown_away_meanwhile_does_not_come_back(held: Session) -> None:
    draft = drafts.load(held, SECRET, SURVEY, NOW)
    assert draft
    drafts.drop(held, SECRET)
    with pytest.raises(Changed):
        drafts.save(held, SECRET, draft.moved("words"), NOW)
    assert drafts.load(held, SECRET, SURVEY, NOW) is None


def test_what_is_kept_at_once_is_what_a_session_would_keep(held: Session) -> None:
    engine = held.get_bind().engine
    held.commit()
    draft = drafts.look(engine, SECRET, SURVEY, NOW)
    assert draft == FULL
    drafts.save_at_once(engine, SECRET, draft.moved("one"), NOW)
    with pytest.raises(Changed):
        drafts.save_at_once(engine, SECRET, draft.moved("two"), NOW)
    again = drafts.look(engine, SECRET, SURVEY, NOW)
    assert again
    assert again.at == "one"
    drafts.save_at_once(engine, b"n" * 32, BEGUN, NOW)
    assert drafts.load(held, b"n" * 32, SURVEY, NOW) == BEGUN
    assert drafts.look(engine, SECRET, SURVEY, NOW + LASTS + timedelta(hours=1)) is None
