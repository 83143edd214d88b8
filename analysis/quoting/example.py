"""A few quotes of the worked example, released by two made-up people through the same doors as any other.

Its words were written for it, so nobody is quoted; the two people can never sign in.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.auditing.example import example_codes, key_of
from analysis.auditing.settling import Codes
from analysis.code_books.versions import edition_named
from analysis.quoting.candidates import Candidate, Sought, candidates
from analysis.quoting.checklist import APPROVED, ASKED
from analysis.quoting.proposing import Desk, Where, keep, propose
from analysis.quoting.releasing import release_quotes
from analysis.quoting.reviewing import review
from analysis.quoting.second_look import left_to_look_at
from analysis.quoting.standing import standing_of
from analysis.quoting.texts import version_edits
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, definition_of, published_at

FIRST, SECOND = "Example coder", "Example second reader"
#: Long enough to say something, short enough to be read; in code points.
SHORTEST, LONGEST = 60, 240


def quote_example(engine: Engine, keys: Vault, address: str, now: datetime) -> int:
    """Release a few quotes of the example at that address. How many were put to the second person."""
    with session_for(engine) as session:
        row = published_at(session, address)
        survey_id, count = row.id.hex(), _two_people(session, keys, row, now)
    release_quotes(Bench(engine, keys, lambda done, total: None, {}), survey_id)
    return count


def _two_people(session: Session, keys: Vault, row: PublishedSurvey, now: datetime) -> int:
    first, second = (add_staff(session, name, ()) for name in (FIRST, SECOND))
    first.gone = second.gone = True  # nobody is behind them
    opener = keys.opener(row.id)
    one, other = Desk(session, opener, first.id, now), Desk(session, opener, second.id, now)
    count = 0
    for where, candidate in _chosen(session, one, row):
        quote = propose(one, candidate.passage, where)
        standing = standing_of(session, row.id, quote.id)
        edits = version_edits(session, opener, quote, standing.version)
        standing = keep(one, standing, edits, where, ask=True)
        review(other, standing, APPROVED, dict.fromkeys(ASKED, "no"), "")
        count += 1
    return count


def _chosen(session: Session, desk: Desk, row: PublishedSurvey) -> Iterator[tuple[Where, Candidate]]:
    """One passage for each theme, each of another person: of those that were settled as speaking to it alone."""
    edition = edition_named(session, definition_of(row).standard)
    settled = {key: given[2] for key, given in example_codes().items()}
    fit: dict[str, list[Candidate]] = {}
    for each in _every(session, desk):
        codes = settled.get(key_of(each.found.text), Codes())
        if len(codes.themes) == 1 and codes.stance != "neutral" and _reads_well(each.found.text):
            fit.setdefault(next(iter(codes.themes)), []).append(each)
    used: set[bytes] = set()
    for theme in edition.theme_codes:
        chosen = next((each for each in fit.get(theme, ()) if each.passage.response_id not in used), None)
        if chosen is not None:
            used.add(chosen.passage.response_id)
            yield Where(edition.section_of_theme[theme], theme), chosen


def _every(session: Session, desk: Desk) -> Iterator[Candidate]:
    after = b""
    while True:
        found = candidates(session, desk.opener, Sought(plain=True), after)
        yield from found.cards
        if not found.following:
            return
        after = found.following


def _reads_well(text: str) -> bool:
    return SHORTEST <= len(text) <= LONGEST and text[0].isalpha() and not left_to_look_at(text)
