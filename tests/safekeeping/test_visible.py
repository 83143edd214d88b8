"""What a session may see does not depend on who looked before it."""

import subprocess
import sys

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import ROOT
from safekeeping.organisations import show_only
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from tests.factories import published_survey

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)

#: In a process of its own: what is compiled once a process must not be what the first one saw.
LOOKING = """
import sys
import app
from sqlalchemy import select
from sqlalchemy.orm import Session
from safekeeping.database import make_engine
from safekeeping.organisations import show_only
from surveys.definition.published import PublishedSurvey

for visible in sys.argv[2].split(","):
    with Session(make_engine(sys.argv[1])) as session:
        show_only(session, [bytes.fromhex(visible)] if visible else [])
        print(len(session.scalars(select(PublishedSurvey)).all()), end=" ")
"""


def test_whoever_sees_nothing_takes_nothing_from_the_next(session: Session, keys: Vault, store: str) -> None:
    one, two = published_survey(session, keys), published_survey(session, keys, "audience")
    session.commit()
    first, second = ((row.consultation_id or b"").hex() for row in (one, two))
    for order, found in (("", first), "0 1 "), ((first, "", second), "1 0 1 "):
        command = [sys.executable, "-c", LOOKING, store, ",".join(order)]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout == found


def test_each_session_sees_its_own(session: Session, keys: Vault) -> None:
    one, two = published_survey(session, keys), published_survey(session, keys, "audience")
    for row in (one, two, one):
        assert row.consultation_id
        show_only(session, [row.consultation_id])
        assert session.scalars(select(PublishedSurvey)).all() == [row]
