"""Searching the sealed words of a survey for a word or a phrase: a job that opens answers one after the other."""

import re
import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.auditing.queue_tables import WordSearch
from analysis.coding.reading import read_passages
from safekeeping.database import session_for
from safekeeping.jobs import Bench, enqueue
from safekeeping.vault import Office, random_id
from surveys.definition.published import GONE, PublishedSurvey
from surveys.intake.read import kept_count

JOB = "search words"
LONGEST = 60
MOST = 500  # passages that one search keeps
TOLD_EVERY = 100  # responses
WAITING, DONE, CUT = "waiting", "done", "cut"


def plain(words: str) -> str:
    """Words as they are compared: without regard to case, accents' form and blanks."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def ask_to_search(
    session: Session, office: Office, survey_id: bytes, staff_id: bytes, words: str, now: datetime
) -> WordSearch:
    """Ask for a search; the words are sealed, for they may be somebody's."""
    row_id = random_id()
    sealed = office.seal(words.encode(), row_id)
    row = WordSearch(
        id=row_id, survey_id=survey_id, staff_id=staff_id, words=sealed, passages=[], state=WAITING, asked_at=now
    )
    session.add(row)
    session.flush()
    enqueue(session, JOB, row_id.hex())
    return row


def searches_of(session: Session, survey_id: bytes, staff_id: bytes) -> list[WordSearch]:
    """Somebody's own searches of a survey, the newest first."""
    mine = select(WordSearch).where(WordSearch.survey_id == survey_id, WordSearch.staff_id == staff_id)
    return list(session.scalars(mine.order_by(WordSearch.asked_at.desc(), WordSearch.id)))


def search_words(bench: Bench, search_id: str) -> None:
    """The job, for the search of this id (hex). It stops at the most that is kept. Safe to run again."""
    wanted = bytes.fromhex(search_id)
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get(WordSearch, wanted)
        survey = session.get(PublishedSurvey, row.survey_id) if row else None
        if row is None or survey is None or survey.state in GONE:
            return
        words = bench.vault.office.open(row.words, wanted).decode()
        found = _find(session, bench, survey.id, words)
    with session_for(bench.engine) as session:
        row = session.get_one(WordSearch, wanted)
        row.passages, row.state = found[:MOST], CUT if len(found) > MOST else DONE


def _find(session: Session, bench: Bench, survey_id: bytes, words: str) -> list[str]:
    """Ids (hex) of passages that hold the words, at most one more than are kept."""
    sought = re.compile(rf"\b{re.escape(plain(words))}")
    apart = set(session.scalars(being_audited()))
    total, responses = kept_count(session, survey_id), set[bytes]()
    found: list[str] = []
    for passage in read_passages(session, survey_id, bench.vault.opener(survey_id)):
        if passage.response_id not in responses:
            responses.add(passage.response_id)
            if len(responses) % TOLD_EVERY == 0:
                bench.progress(len(responses), total)
        if passage.response_id not in apart and sought.search(plain(passage.words)):
            found.append(passage.id.hex())
            if len(found) > MOST:
                break
    return found
