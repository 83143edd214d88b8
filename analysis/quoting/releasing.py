"""The job that releases what two people agreed on: it counts who shares what is to stand under each quote."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.coding.tables import HISTORY, Passage
from analysis.quoting.allowed import NotAllowed, check_allowed
from analysis.quoting.attributing import Descriptor, Shared, ways
from analysis.quoting.checklist import APPROVED
from analysis.quoting.ledger import note_release
from analysis.quoting.standing import RELEASED, Standing, standings
from analysis.quoting.tables import QuoteRelease
from analysis.quoting.texts import Written, seal_words, version_text, written
from safekeeping.database import session_for
from safekeeping.jobs import Bench, this_hour
from safekeeping.vault import Opener, random_id
from surveys.definition.published import GONE, PublishedSurvey
from surveys.definition.survey import AUDIENCE
from surveys.intake.read import kept_count, read_all
from surveys.intake.rounding import THRESHOLD

EVERY = 500  # responses between two words about how far it is


@dataclass(frozen=True)
class Ready:
    """A quote that is approved and may be released, and what should stand under it."""

    standing: Standing
    wanted: tuple[Descriptor, ...]


def release_quotes(bench: Bench, survey_id: str) -> None:
    """Release every approved quote of the survey of this id (hex) that may still be quoted. Safe to run again.

    A survey of fewer than ten answers has no released quote. One that may not be quoted any more stays as it is.
    """
    with session_for(bench.engine) as session:
        row = session.get(PublishedSurvey, bytes.fromhex(survey_id))
        if row is None or row.state in GONE:
            return
        opener = bench.vault.opener(row.id)
    with Session(bench.engine.execution_options(reading=True)) as reading:
        ready = _ready(reading, opener)
        if not ready:
            return
        shared = Shared(way for each in ready for way in ways(each.wanted))
        total = kept_count(reading, opener.survey_id)
        for number, response in enumerate(read_all(reading, opener.survey_id, opener), 1):
            shared.add(response.answers)
            if number % EVERY == 0:
                bench.progress(number, total)
    if shared.people < THRESHOLD:
        return
    with session_for(bench.engine) as session:
        _release_all(session, opener, shared, {each.standing.version.id for each in ready})


def _release_all(session: Session, opener: Opener, shared: Shared, counted: set[bytes]) -> None:
    """Look once more, now that it is written: somebody may have changed or withdrawn something meanwhile."""
    for each in _ready(session, opener):
        if each.standing.version.id in counted:
            _release(session, opener, each.standing, shared.kept(each.wanted))


def _ready(session: Session, opener: Opener) -> list[Ready]:
    every = standings(session, opener.survey_id)
    taken = {(each.quote.response_id, each.version.section) for each in every if each.state == RELEASED}
    ready = []
    for each in sorted((one for one in every if one.state == APPROVED), key=_approved_at):
        chapter = (each.quote.response_id, each.version.section)
        found = _allowed(session, opener, each)
        if found is not None and chapter not in taken:
            taken.add(chapter)
            ready.append(Ready(each, wanted(found, each)))
    return ready


def _approved_at(standing: Standing) -> tuple[float, bytes]:
    at = standing.review.reviewed_at.timestamp() if standing.review else 0.0
    return at, standing.quote.id


def _allowed(session: Session, opener: Opener, standing: Standing) -> Written | None:
    try:
        found = written(session, opener, standing.quote)
        passage = session.get_one(Passage, standing.quote.passage_id, execution_options=HISTORY)
        check_allowed(session, passage, found)
    except (NoResultFound, NotAllowed):
        return None
    return found


def wanted(found: Written, standing: Standing) -> tuple[Descriptor, ...]:
    """What should stand under a quote: names of answers, with what this person answered."""
    version = standing.version
    names: Iterable[str] = [*([AUDIENCE] if version.by_audience else []), *filter(None, [version.by_question])]
    answers = found.response.answers
    return tuple((name, answers[name]) for name in names if isinstance(answers.get(name), str))


def _release(session: Session, opener: Opener, standing: Standing, under: Sequence[Descriptor]) -> None:
    review, quote = standing.review, standing.quote
    if review is None:
        return
    row_id = random_id()
    release = QuoteRelease(
        id=row_id,
        quote_id=quote.id,
        response_id=quote.response_id,
        review_id=review.id,
        verdict=review.verdict,
        section=standing.version.section,
        sealed=seal_words(session, opener, quote, json.dumps(under), row_id),
        released_at=this_hour(),
    )
    session.add(release)
    session.flush()
    text = version_text(session, opener, quote, standing.version)
    note_release(session, quote.survey_id, release, text, review.staff_id, review.reviewed_at)
