"""From a question to its answer: every wanted passage is read once, a few responses at a time, and what is kept of it
is counted or packed, never its words.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from heapq import nsmallest
from pkgutil import resolve_name
from typing import Any

from sqlalchemy.orm import Session

from analysis.reading.asked import AUDIENCE, BESIDE, CODE, FIND, FREQUENCIES, KEYNESS, KWIC, TOGETHER, WAVE, Asked
from analysis.reading.concordance import sort_key
from analysis.reading.counting import MOST_ROWS, Beside, Tally, keys, terms
from analysis.reading.places import Packed, Place, packed
from analysis.reading.selecting import Said, Tick, read_waves
from analysis.reading.selecting import Wave as Read
from analysis.reading.text_query import Phrase, TextQuery, read_text
from analysis.reading.together import Standing
from analysis.reading.words import Form, Words, as_typed, small, words_of
from analysis.standard.edition import Edition

MOST_LINES = 20_000

Answer = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """What an answer is worked out from."""

    session: Session
    waves: Sequence[Read]
    asked: Asked
    edition: Edition
    tick: Tick = lambda done: None

    def said(self) -> Iterator[Said]:
        """The passages, whatever their words."""
        return read_waves(self.session, self.waves, self.asked, self.tick)

    def place(self, said: Said, start: int = 0, end: int = 0) -> Place:
        """Where a passage is found again."""
        return Place([wave.address for wave in self.waves].index(said.wave), said.id, start, end)


def form_of(asked: Asked) -> Form:
    """How words are compared. The stemmer takes seconds to load and 150 MB, so only a job may ask for stems."""
    if asked.stems:
        stem: Form = resolve_name("analysis.coding.features:stem")
        return stem
    return as_typed if asked.case else small


def needs_a_job(asked: Asked) -> bool:
    """Whether a page must not work this out itself, however few passages there are."""
    return asked.stems


def answer(reading: Reading) -> Answer:
    """The answer, as it is kept: plain tables. Raises `analysis.reading.text_query.BadText`."""
    return ANSWERS[reading.asked.kind](reading)


def query_of(asked: Asked) -> TextQuery:
    """The words that are looked for."""
    return read_text(asked.text, form_of(asked))


class _People:
    """Counts whose passages these are; those of a response come one after the other."""

    def __init__(self) -> None:
        self.count, self._last = 0, b""

    def add(self, response_id: bytes) -> None:
        """One passage of a response."""
        self.count += response_id != self._last
        self._last = response_id


def _find(reading: Reading) -> Answer:
    query, people, count = query_of(reading.asked), _People(), 0
    places = Packed()
    for said in reading.said():
        spans = query.found(said.words)
        if spans is not None:
            people.add(said.response_id)
            count += 1
            places.add(reading.place(said, *span) for span in spans or ((0, 0),))
    return {"passages": count, "responses": people.count, "places": places.text}


def _kwic(reading: Reading) -> Answer:
    query, people, count = query_of(reading.asked), _People(), 0
    sort = reading.asked.sort

    def lines() -> Iterator[tuple[tuple[tuple[str, ...], ...], bytes, int, Place]]:
        nonlocal count
        for said in reading.said():
            for start, end in query.found(said.words) or ():
                people.add(said.response_id)
                count += 1
                key = sort_key(said.text, said.start + start, said.start + end, sort)
                yield key, said.id, start, reading.place(said, start, end)

    chosen = nsmallest(MOST_LINES, lines(), key=lambda line: line[:3])
    return {"lines": count, "responses": people.count, "places": packed(line[3] for line in chosen)}


class _Shown:
    """The word that stands for a form: itself, or of a stem the form of it that is said most often."""

    def __init__(self, stems: bool) -> None:
        self._said: dict[str, Counter[str]] = {}
        self._stems = stems

    def note(self, words: Words) -> None:
        if self._stems:
            for said, form in zip(words.said, words.forms, strict=True):
                self._said.setdefault(form, Counter())[said] += 1

    def __call__(self, term: str) -> str:
        if not self._stems:
            return term
        return " ".join(self._one(each) for each in term.split(" "))

    def _one(self, form: str) -> str:
        forms = self._said.get(form, Counter({form: 1}))
        return min(forms, key=lambda word: (-forms[word], word))


def _frequencies(reading: Reading) -> Answer:
    asked, tally, form = reading.asked, Tally(), form_of(reading.asked)
    shown = _Shown(asked.stems)
    for said in reading.said():
        words = words_of(said.words, form)
        shown.note(words)
        tally.add(said.response_id, terms(words, asked.pairs, asked.little), len(words.forms))
    rows = (replace(row, word=shown(row.word)) for row in tally.counted()[:MOST_ROWS])
    return {**_about(tally), "different": len(tally.times), "rows": [asdict(row) for row in rows]}


def _about(tally: Tally) -> Answer:
    return {"words": tally.size, "responses": tally.people}


def _beside(reading: Reading) -> Answer:
    asked, query = reading.asked, query_of(reading.asked)
    shown = _Shown(asked.stems)
    counted = Beside(_phrases(query), asked.window)
    for said in reading.said():
        words = words_of(said.words, query.form)
        shown.note(words)
        counted.add(said.response_id, words)
    rows = [asdict(replace(row, word=shown(row.word))) for row in counted.neighbours(asked.little)[:MOST_ROWS]]
    return {**_about(counted.tally), "found": counted.node, "rows": rows}


def _phrases(query: TextQuery) -> list[Phrase]:
    every = [each for clause in query.clauses if clause.wanted for each in clause.any_of]
    return [each for each in every if isinstance(each, Phrase)]


def _keyness(reading: Reading) -> Answer:
    asked, form = reading.asked, form_of(reading.asked)
    here, there, shown = Tally(), Tally(), _Shown(asked.stems)
    for said in reading.said():
        tally = here if is_in(said, asked.group) else there if is_against(said, asked) else None
        if tally is not None:
            words = words_of(said.words, form)
            shown.note(words)
            tally.add(said.response_id, terms(words, asked.pairs, asked.little), len(words.forms))
    rows = [asdict(replace(row, word=shown(row.word))) for row in keys(here, there)[:MOST_ROWS]]
    return {"here": _about(here), "there": _about(there), "rows": rows}


#: A kind of group -> whether a passage is in the one of that name.
GROUPS: dict[str, Callable[[Said, str], bool]] = {
    AUDIENCE: lambda said, name: said.audience == name,
    WAVE: lambda said, name: said.wave == name,
    CODE: lambda said, name: name in said.codes.codes,
}


def is_in(said: Said, group: str) -> bool:
    """Whether a passage is in a group such as `audience:survivor`."""
    kind, _colon, name = group.partition(":")
    return kind in GROUPS and GROUPS[kind](said, name)


def is_against(said: Said, asked: Asked) -> bool:
    """Whether it is in the group that the other is held against; an empty one is all the rest."""
    return is_in(said, asked.against) if asked.against else True


def _together(reading: Reading) -> Answer:
    standing, codes = Standing(), codes_of_level(reading.edition, reading.asked.level)
    for said in reading.said():
        standing.add(said.response_id, said.codes.codes.intersection(codes))
    standing.finish()
    by = {"passages": standing.passages, "responses": standing.responses}
    return {
        "codes": list(codes),
        **{
            unit: {
                "total": sets.total,
                "singles": [sets.singles[code] for code in codes],
                "pairs": [asdict(pair) for pair in sets.pairs(codes)],
            }
            for unit, sets in by.items()
        },
    }


def codes_of_level(edition: Edition, level: str) -> tuple[str, ...]:
    """The codes that are held against each other: the sections, or the themes of one section."""
    if level not in edition.section_codes:
        return edition.section_codes
    return tuple(theme.code for theme in edition.section(level).themes)


#: What is asked -> how it is answered.
ANSWERS: dict[str, Callable[[Reading], Answer]] = {
    FIND: _find,
    KWIC: _kwic,
    BESIDE: _beside,
    FREQUENCIES: _frequencies,
    KEYNESS: _keyness,
    TOGETHER: _together,
}
