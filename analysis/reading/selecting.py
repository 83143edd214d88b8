"""Which passages are read, with their codes and their words: a few responses at a time, whatever the number.

Everything that the reading tools see comes through here. The one statement that chooses passages is `passages_in`; what
retires passages, or keeps them apart, is added to it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.code_books.carrying import Carrying
from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.reading.asked import BEST, NOBODY, PEOPLE, SETTLED, SUGGESTED, Asked
from safekeeping.vault import Opener
from surveys.intake.read import read_wanted
from surveys.intake.tables import Response

AT_ONCE = 200  # responses


@dataclass(frozen=True, slots=True)
class Codes:
    """What was said of a passage: codes of sections and themes, and stances (of several people, perhaps several)."""

    codes: frozenset[str] = frozenset()
    stances: frozenset[str] = frozenset()


NO_CODES = Codes()


@dataclass(frozen=True, slots=True)
class Said:
    """One passage, opened: the wave it is of, its answer and where it stands in it, and its codes."""

    wave: str
    id: bytes
    response_id: bytes
    question: str
    start: int
    end: int
    text: str
    audience: str
    codes: Codes

    @property
    def words(self) -> str:
        """The words of the passage alone."""
        return self.text[self.start : self.end]


@dataclass(frozen=True)
class Wave:
    """One survey that is read: its address, its keys, its standard, and the answers that are in people's own words."""

    address: str
    opener: Opener
    standard: str
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Coded:
    """One passage with its codes, not opened."""

    id: bytes
    response_id: bytes
    question: str
    start: int
    end: int
    may_quote: bool
    codes: Codes


Tick = Callable[[int], None]


def passages_in(responses: Sequence[bytes]) -> Select[*tuple[Any, ...]]:
    """The statement: the passages of some responses, each with what is suggested for it (None: nothing yet).

    Those of an audit that has not ended are not read: who codes them blind would see here what is said of them.
    """
    columns = (Passage.id, Passage.response_id, Passage.question, Passage.start, Passage.end, Passage.may_quote)
    suggested = (Suggestion.sections, Suggestion.themes, Suggestion.stance, Suggestion.confidence)
    found = select(*columns, *suggested).outerjoin(Suggestion, Suggestion.passage_id == Passage.id)
    found = found.where(Passage.response_id.in_(responses), Passage.response_id.not_in(being_audited()))
    return found.order_by(Passage.response_id, Passage.question, Passage.start)


def response_ids(session: Session, survey_id: bytes) -> list[bytes]:
    """The responses of a survey that count, by their random ids."""
    counted = select(Response.id).where(Response.survey_id == survey_id, Response.set_aside.is_(False))
    return list(session.scalars(counted.order_by(Response.id)))


def response_count(session: Session, survey_id: bytes) -> int:
    """How many responses of a survey count."""
    counted = select(func.count()).select_from(Response)
    return session.scalar(counted.where(Response.survey_id == survey_id, Response.set_aside.is_(False))) or 0


def read_said(session: Session, wave: Wave, asked: Asked, tick: Tick = lambda done: None) -> Iterator[Said]:
    """The passages of a wave that are asked for by their codes, question and audience, whatever their words.

    `tick(n)` is called with every `n` responses that are done. Only responses with such a passage are opened.
    """
    every = response_ids(session, wave.opener.survey_id)
    for at in range(0, len(every), AT_ONCE):
        some = every[at : at + AT_ONCE]
        places = wanted_places(session, wave, asked, some)
        wanted = select(Response).where(Response.id.in_(list(places)))
        for response in read_wanted(session, wanted, wave.opener) if places else ():
            audience = response.audience or ""
            if asked.audiences and audience not in asked.audiences:
                continue
            for place in places[response.id]:
                text = response.answers.get(place.question)
                if isinstance(text, str) and not (asked.quotable and place.question not in response.quotable):
                    yield _said(wave, place, text, audience)
        tick(len(some))


def _said(wave: Wave, place: Coded, text: str, audience: str) -> Said:
    where = (place.question, place.start, place.end)
    return Said(wave.address, place.id, place.response_id, *where, text, audience, place.codes)


def wanted_places(session: Session, wave: Wave, asked: Asked, responses: Sequence[bytes]) -> dict[bytes, list[Coded]]:
    """Response -> its passages that are asked for by all that can be known without opening it."""
    decided = _decisions(session, wave, responses) if asked.by != SUGGESTED else {}
    found: dict[bytes, list[Coded]] = {}
    for row in session.execute(passages_in(responses)):
        if row.question not in wave.texts or (asked.questions and row.question not in asked.questions):
            continue
        if asked.quotable and not row.may_quote:
            continue
        suggested = Codes(frozenset((*row.sections, *row.themes)), _one(row.stance)) if row.confidence else None
        codes = CODES_BY[asked.by](decided.get(row.id, []), suggested)
        if codes is not None and _has(asked, codes):
            place = Coded(row.id, row.response_id, row.question, row.start, row.end, row.may_quote, codes)
            found.setdefault(row.response_id, []).append(place)
    return found


def _one(stance: str) -> frozenset[str]:
    return frozenset((stance,) if stance else ())


def _decisions(session: Session, wave: Wave, responses: Sequence[bytes]) -> dict[bytes, list[Codes]]:
    """Passage -> what each person who coded it by this standard decided last, as far as it still says something."""
    made = select(Coding).join(Passage, Passage.id == Coding.passage_id)
    made = made.where(Passage.response_id.in_(responses), Coding.standard == wave.standard)
    made = made.order_by(Coding.coded_at, Coding.id)
    newest = {(coding.passage_id, coding.staff_id): coding for coding in session.scalars(made)}
    carrying = Carrying(session, wave.standard)
    by_passage: dict[bytes, list[Codes]] = {}
    for (passage_id, _staff), coding in newest.items():
        if said := carrying.carried(coding):
            by_passage.setdefault(passage_id, []).append(
                Codes(frozenset((*said.sections, *said.themes)), _one(coding.stance))
            )
    return by_passage


Chosen = Callable[[list[Codes], Codes | None], Codes | None]


def _by_people(decided: list[Codes], suggested: Codes | None) -> Codes | None:
    """What any of those who coded it said."""
    if not decided:
        return None
    return Codes(
        frozenset().union(*(each.codes for each in decided)), frozenset().union(*(each.stances for each in decided))
    )


def _settled(decided: list[Codes], suggested: Codes | None) -> Codes | None:
    """What all who coded it agree on: the same sections and themes."""
    return _by_people(decided, None) if len({each.codes for each in decided}) == 1 else None


def _best(decided: list[Codes], suggested: Codes | None) -> Codes | None:
    """What people agree on, what is suggested where nobody has coded it, and nothing where people do not agree."""
    if not decided:
        return suggested or NO_CODES
    settled = _settled(decided, None) or NO_CODES
    if suggested and not settled.stances:  # people have not said how it was meant
        return replace(settled, stances=suggested.stances)
    return settled


#: Who gave the codes -> the codes of a passage, or None where it is not among what is read.
CODES_BY: dict[str, Chosen] = {
    BEST: _best,
    PEOPLE: _by_people,
    SETTLED: _settled,
    SUGGESTED: lambda decided, suggested: suggested,
    NOBODY: lambda decided, suggested: None if decided else NO_CODES,
}


def _has(asked: Asked, codes: Codes) -> bool:
    return (
        codes.codes.issuperset(asked.all_of)
        and (not asked.any_of or not codes.codes.isdisjoint(asked.any_of))
        and codes.codes.isdisjoint(asked.none_of)
        and (not asked.stances or not codes.stances.isdisjoint(asked.stances))
    )


def read_waves(session: Session, waves: Iterable[Wave], asked: Asked, tick: Tick = lambda done: None) -> Iterator[Said]:
    """The same for several waves, one after the other."""
    for wave in waves:
        yield from read_said(session, wave, asked, tick)
