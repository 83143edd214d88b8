"""Reading back: every response of this survey, no other's, and none whose key is destroyed."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from safekeeping.vault import CannotOpen, Vault
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.read import kept_count, read_all, read_one
from surveys.intake.tables import Response
from tests.factories import opener_of, published_survey, submitted


@pytest.fixture
def row(session: Session, keys: Vault) -> PublishedSurvey:
    """A survey with twelve mixed responses and one that waits, beside another survey's."""
    rows = [published_survey(session, keys, name) for name in ("second", "tiny")]
    for row in rows:
        submitted(session, row, 11, say=f"words of {row.address}")
        submitted(session, row, 1, audience="provider")
        mix(session, row.id, opener_of(keys, row))
        submitted(session, row)
    return rows[1]


def test_all_are_read_in_the_order_of_their_random_ids(session: Session, row: PublishedSurvey, keys: Vault) -> None:
    found = list(read_all(session, row.id, opener_of(keys, row)))
    ids = [response.id for response in found]
    assert len(set(ids)) == 12
    assert ids == sorted(ids)


def test_another_survey_s_answers_are_not_among_them(session: Session, row: PublishedSurvey, keys: Vault) -> None:
    said = {response.answers.get("say") for response in read_all(session, row.id, opener_of(keys, row))}
    assert said == {"words of tiny", None}


def test_the_audience_is_read(session: Session, row: PublishedSurvey, keys: Vault) -> None:
    audiences = [response.audience for response in read_all(session, row.id, opener_of(keys, row))]
    assert sorted(map(str, audiences)) == ["provider"] + ["survivor"] * 11


def test_one_is_read_by_its_id(session: Session, row: PublishedSurvey, keys: Vault) -> None:
    for response in read_all(session, row.id, opener_of(keys, row)):
        assert read_one(session, response.id, opener_of(keys, row)) == response


def test_an_id_that_is_not_there_is_said(session: Session, row: PublishedSurvey, keys: Vault) -> None:
    with pytest.raises(NoResultFound):
        read_one(session, b"x" * 16, opener_of(keys, row))


def test_mixed_and_waiting_are_counted(session: Session, row: PublishedSurvey) -> None:
    assert kept_count(session, row.id) == 13
    assert kept_count(session, b"x" * 16) == 0


def test_without_its_key_a_response_is_gone(session: Session, row: PublishedSurvey, keys: Vault) -> None:
    shredded = session.scalars(select(Response.id).where(Response.survey_id == row.id)).first()
    assert shredded
    keys.store.forget_responses([shredded])
    found = list(read_all(session, row.id, opener_of(keys, row)))
    assert len(found) == 11
    assert shredded not in {response.id for response in found}
    with pytest.raises(NoResultFound):
        read_one(session, shredded, opener_of(keys, row))


def test_another_survey_s_key_opens_nothing(session: Session, row: PublishedSurvey, keys: Vault) -> None:
    other = session.scalars(select(PublishedSurvey).where(PublishedSurvey.address == "second")).one()
    with pytest.raises(CannotOpen):
        list(read_all(session, row.id, opener_of(keys, other)))


def test_a_response_moved_to_another_survey_does_not_open(session: Session, row: PublishedSurvey, keys: Vault) -> None:
    """Somebody who can write to the database moves another survey's row here."""
    other = session.scalars(select(Response).where(Response.survey_id != row.id)).first()
    assert other
    other.survey_id = row.id
    session.flush()
    with pytest.raises(CannotOpen):
        list(read_all(session, row.id, opener_of(keys, row)))
