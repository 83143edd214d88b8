"""Passages that could be quoted: their writers allow it, nobody proposed them yet, and nothing stands against it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.marks import QUOTE, marked
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.quoting.allowed import NotAllowed, check_allowed
from analysis.quoting.tables import ProposedQuote
from analysis.quoting.texts import Written
from safekeeping.vault import Opener
from surveys.intake.read import read_one
from surveys.intake.tables import Response

#: Very short passages say little by themselves, very long ones are not read; in code points.
SHORTEST, LONGEST = 30, 600
AT_ONCE = 20
#: How many passages one page looks at before it says what it found, and how many at a time.
MOST, PART = 2000, 100


@dataclass(frozen=True)
class Sought:
    """What is looked for. `section` is a code or empty for any; `plain`: nothing in it may tell who somebody is;
    `marked`: a coder has marked it for quoting; `stance` is one or empty for any."""

    section: str = ""
    stance: str = ""
    plain: bool = False
    marked: bool = False


@dataclass(frozen=True)
class Candidate:
    """One passage, opened, with the sections and themes that people gave it last, or else the machine suggests."""

    passage: Passage
    found: Written
    sections: tuple[str, ...]
    themes: tuple[str, ...]
    clues: bool


@dataclass(frozen=True)
class Found:
    """Some candidates, and the id after which to look for more; empty where there are none."""

    cards: list[Candidate]
    following: bytes


@dataclass(frozen=True)
class Codes:
    """What was said of a passage, by people or the machine."""

    sections: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    stance: str = ""


def _places(survey_id: bytes, sought: Sought, after: bytes) -> Select[Passage]:
    there = select(Response.id).where(Response.id == Passage.response_id, Response.survey_id == survey_id)
    there = there.where(Response.id.not_in(being_audited())).correlate(Passage)
    # put so that databases walk along the ids and stop when they have enough
    found = select(Passage).where(there.exists(), Passage.may_quote.is_(True), Passage.id > after)
    found = found.where(Passage.end - Passage.start >= SHORTEST, Passage.end - Passage.start <= LONGEST)
    found = found.where(Passage.id.not_in(select(ProposedQuote.passage_id)))
    if sought.marked:
        found = found.where(Passage.id.in_(marked(survey_id, QUOTE).with_only_columns(Passage.id).order_by(None)))
    return found.order_by(Passage.id)


def candidates(session: Session, opener: Opener, sought: Sought, after: bytes = b"") -> Found:
    """The next of them after that id, at most `AT_ONCE`, in an order that says nothing."""
    cards: list[Candidate] = []
    at = after
    for _part in range(MOST // PART):
        some = session.scalars(_places(opener.survey_id, sought, at).limit(PART)).all()
        codes, clues = codes_of(session, some), _with_clues(session, some)
        for passage in some:
            at = passage.id
            said = codes.get(at, Codes())
            fits = _fits(said, at in clues, sought)
            if fits and (found := _opened(session, opener, passage)):
                cards.append(Candidate(passage, found, said.sections, said.themes, at in clues))
            if len(cards) == AT_ONCE:
                return Found(cards, at)
        if len(some) < PART:
            return Found(cards, b"")
    return Found(cards, at)


def _fits(codes: Codes, clues: bool, sought: Sought) -> bool:
    return (
        (not sought.section or sought.section in codes.sections)
        and (not sought.stance or sought.stance == codes.stance)
        and not (sought.plain and clues)
    )


def codes_of(session: Session, passages: Sequence[Passage]) -> dict[bytes, Codes]:
    """What people last said of a few passages, or else the machine, by their ids."""
    ids = [each.id for each in passages]
    suggested = session.scalars(select(Suggestion).where(Suggestion.passage_id.in_(ids)))
    found = {row.passage_id: Codes(tuple(row.sections), tuple(row.themes), row.stance) for row in suggested}
    coded = select(Coding).where(Coding.passage_id.in_(ids)).order_by(Coding.coded_at, Coding.id.desc())
    for row in session.scalars(coded):
        found[row.passage_id] = Codes(tuple(row.sections), tuple(row.themes), row.stance)
    return found


def _with_clues(session: Session, passages: Sequence[Passage]) -> set[bytes]:
    """Those of a few passages that may hold a name or a number."""
    flags = select(PassageFlags).where(PassageFlags.passage_id.in_([each.id for each in passages]))
    return {row.passage_id for row in session.scalars(flags) if row.identifiers}


def _opened(session: Session, opener: Opener, passage: Passage) -> Written | None:
    """The words, where they may be quoted and were not withdrawn meanwhile."""
    try:
        response = read_one(session, passage.response_id, opener)
        found = Written(response, passage.question, passage.start, passage.end)
        check_allowed(session, passage, found)
    except (NoResultFound, NotAllowed):
        return None
    return found
