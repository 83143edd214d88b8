"""Published surveys: versions that never change, trials that nobody lists, and the version somebody began with."""

from datetime import date

import pytest
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from safekeeping.vault import Vault
from surveys.definition.answered_at import find_open, open_at
from surveys.definition.load import BadSurvey
from surveys.definition.published import (
    CLOSED,
    OPEN,
    PAUSED,
    TRIAL,
    definition_of,
    forget_survey,
    publish,
    publish_again,
    published,
    published_at,
    texts_asked,
    versions,
)
from tests.factories import NOW, definition, published_survey

TINY = definition()
CORRECTED = TINY.replace("What would you like to say?", "What would you like to tell us?")


def test_publishing_freezes_the_first_version(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    (version,) = versions(session, row.id)
    assert (version.number, version.definition, version.published_at) == (1, TINY, NOW)
    assert version.definition_hash == row.definition_hash


def test_a_correction_is_a_new_version_under_the_same_keys(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    before = row.public_key
    second = publish_again(session, row, CORRECTED, NOW)
    assert [each.number for each in versions(session, row.id)] == [1, 2]
    assert definition_of(second) == definition_of(row)
    assert row.public_key == before
    assert versions(session, row.id)[0].definition == TINY


def test_who_began_with_a_version_ends_with_it(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    begun = row.definition_hash
    publish_again(session, row, CORRECTED, NOW)
    old, new, unknown = (find_open(session, "tiny", version) for version in (begun, "", "no such version"))
    assert old
    assert new
    assert unknown == new
    assert old.version == begun != new.version
    assert old.survey != new.survey


def test_a_faulty_correction_changes_nothing(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    with pytest.raises(BadSurvey):
        publish_again(session, row, "title = 1", NOW)
    assert row.definition == TINY
    assert len(versions(session, row.id)) == 1


def test_a_closed_survey_takes_no_answers_and_is_still_there(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    row.state = CLOSED
    session.flush()
    assert find_open(session, "tiny") is None
    assert published_at(session, "tiny") == row
    assert published(session) == [row]


def test_a_trial_takes_answers_and_is_listed_nowhere(session: Session, keys: Vault) -> None:
    real, trial = published_survey(session, keys), publish(session, keys, TINY, NOW, "try-abc")
    found = find_open(session, "try-abc")
    assert found
    assert (found.trial, found.address, found.survey.address) == (True, "try-abc", "tiny")
    assert published(session) == [real]
    with pytest.raises(NoResultFound):
        published_at(session, "try-abc")
    assert trial.public_key != real.public_key
    forget_survey(session, trial.id)
    assert find_open(session, "try-abc") is None
    assert versions(session, trial.id) == []


def test_what_was_asked_in_any_version_is_known_in_its_newest_words(session: Session, keys: Vault) -> None:
    row = published_survey(session, keys)
    publish_again(session, row, CORRECTED, NOW)
    publish_again(session, row, CORRECTED.replace('name = "say"', 'name = "tell"'), NOW)
    asked = texts_asked(session, row.id)
    assert set(asked) == {"say", "tell"}
    assert asked["say"].wording["default"] == "What would you like to tell us?"


@pytest.mark.parametrize("state", [OPEN, TRIAL, CLOSED, PAUSED])
@pytest.mark.parametrize("by_ticket", [True, False])
@pytest.mark.parametrize(
    ("opens_on", "closes_on"),
    [(None, None), (date(2020, 1, 1), None), (None, date(2020, 1, 1)), (date(2999, 1, 1), None)],
)
def test_pages_find_just_what_is_found_by_reading_everything(
    session: Session, keys: Vault, state: str, by_ticket: bool, opens_on: date | None, closes_on: date | None
) -> None:
    row = published_survey(session, keys)
    begun = row.definition_hash
    publish_again(session, row, CORRECTED, NOW)
    row.state, row.by_ticket, row.opens_on, row.closes_on = state, by_ticket, opens_on, closes_on
    session.commit()
    engine = session.get_bind().engine
    for _time in range(2):  # not met before, and met
        for version in (begun, "", row.definition_hash, "no such version"):
            assert open_at(engine, "tiny", version) == find_open(session, "tiny", version)
        assert open_at(engine, "nowhere") is None
        session.rollback()
