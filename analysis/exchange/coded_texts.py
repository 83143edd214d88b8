"""The answers of a frozen wave with what was decided about them, text by text, for programs elsewhere.

Each text stands alone: nothing says which two are one person's, and its guid, which also gives the order, follows from
the keys. Of its writer nothing goes along but who answers to the survey (the audience), and that only where each
audience has written ten or more of the texts to that question; nor is a question named that fewer than ten wrote to.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.exchange.code_tree import codes_in
from analysis.exchange.guids import Mark, guid_of_coder, guid_of_model, guid_of_text
from analysis.exchange.written_text import Written
from analysis.sharing.frozen import read_these, read_wave
from analysis.sharing.own_words import goes_along, names_of_words
from analysis.sharing.wave import Wave, WaveMember
from analysis.standard.edition import Edition
from safekeeping.staff import Staff
from safekeeping.vault import Opener
from surveys.intake.rounding import THRESHOLD

AT_ONCE = 200
#: How a model is called where coders are listed.
MODEL = "Heard suggester"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one text lies. `audience` is empty where nobody said."""

    guid: str
    response_id: bytes
    answer: str
    audience: str
    may_quote: bool


@dataclass(frozen=True, slots=True)
class Coder:
    """Who decides: a person, or a model."""

    guid: str
    name: str
    is_model: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The newest decision of one coder about one passage: from `start` to before `end` of the written text."""

    start: int
    end: int
    coder: Coder
    codes: tuple[str, ...]
    stance: str
    act: str
    book: str
    at: datetime | None


@dataclass(frozen=True)
class CodedText:
    """One text: its guid, the question and the audience where they may be told, its words, and the decisions."""

    guid: str
    question: str
    audience: str
    may_quote: bool
    written: Written
    decisions: tuple[Decision, ...]

    @property
    def name(self) -> str:
        """A name that no other text has, and that other programs keep."""
        return f"{self.question or 'text'} {self.guid[-12:]}"


@dataclass(frozen=True)
class CodedTexts:
    """The texts of a wave. With `all_of_them` also those that may not be quoted; with `model` its suggestions too."""

    session: Session
    wave: Wave
    opener: Opener
    mark: Mark
    edition: Edition
    all_of_them: bool
    model: bool = False

    @cached_property
    def places(self) -> list[Place]:
        """Where the texts lie, by guid."""
        names = names_of_words(self.session, self.wave)
        found = []
        for response in read_wave(self.session, self.wave, self.opener):
            for name in names & response.answers.keys():
                if goes_along(response, name, self.all_of_them):
                    guid = guid_of_text(self.mark, self.wave.survey_id, response.id, name)
                    found.append(Place(guid, response.id, name, response.audience or "", name in response.quotable))
        return sorted(found, key=lambda place: place.guid)

    @cached_property
    def told(self) -> dict[str, frozenset[str]]:
        """Question that may be named -> its audiences that may be told: each of them, or none."""
        counts = Counter(place.answer for place in self.places)
        by_audience = Counter((place.answer, place.audience) for place in self.places)
        small = {answer for (answer, _audience), count in by_audience.items() if count < THRESHOLD}
        told: dict[str, frozenset[str]] = {}
        for answer, count in counts.items():
            if count >= THRESHOLD:
                there = {audience for each, audience in by_audience if each == answer and audience}
                told[answer] = frozenset() if answer in small else frozenset(there)
        return told

    @cached_property
    def coders(self) -> dict[bytes | str, Coder]:
        """Everybody who coded anything of the survey, by id; each model by its identity."""
        return {**self._people(), **(self._models() if self.model else {})}

    def _people(self) -> dict[bytes | str, Coder]:
        coded = select(Coding.staff_id).join(Passage, Passage.id == Coding.passage_id).where(self._here)
        people = self.session.scalars(select(Staff).where(Staff.id.in_(coded)))
        return {each.id: Coder(guid_of_coder(each.id), each.name) for each in people}

    def _models(self) -> dict[bytes | str, Coder]:
        found = select(Suggestion.model).join(Passage, Passage.id == Suggestion.passage_id).where(self._here).distinct()
        return {each: model_coder(each) for each in self.session.scalars(found)}

    @property
    def _here(self) -> ColumnElement[bool]:
        members = select(WaveMember.response_id).where(WaveMember.wave_id == self.wave.id)
        return Passage.response_id.in_(members)

    def __iter__(self) -> Iterator[CodedText]:
        """Every text, by guid, read anew each time."""
        for start in range(0, len(self.places), AT_ONCE):
            some = self.places[start : start + AT_ONCE]
            ids = list({place.response_id for place in some})
            responses = read_these(self.session, ids, self.opener)
            decisions = self._decisions(ids)
            for place in some:
                if place.response_id in responses:
                    written = Written(responses[place.response_id].answers[place.answer])
                    yield self._text(place, written, decisions.get((place.response_id, place.answer), {}))

    def _text(self, place: Place, written: Written, found: "Newest") -> CodedText:
        told = self.told.get(place.answer)
        decided = [
            self._decision(written, passage, coder, row)
            for (_id, coder), (passage, row) in found.items()
            if coder in self.coders
        ]
        return CodedText(
            place.guid,
            place.answer if told is not None else "",
            place.audience if told and place.audience in told else "",
            place.may_quote,
            written,
            tuple(sorted(decided, key=lambda each: (each.start, each.end, each.coder.guid))),
        )

    def _decision(self, written: Written, passage: Passage, coder: bytes | str, row: Coding | Suggestion) -> Decision:
        return Decision(
            written.there(passage.start),
            written.there(passage.end),
            self.coders[coder],
            codes_in(row),
            row.stance,
            getattr(row, "act", ""),
            getattr(row, "book", "") or self.edition.sha256,
            getattr(row, "coded_at", None),
        )

    def _decisions(self, ids: list[bytes]) -> dict[tuple[bytes, str], "Newest"]:
        """Of the answers of these responses: the newest decision of each coder about each passage."""
        codings = select(Passage, Coding).join(Coding, Coding.passage_id == Passage.id)
        of_book = codings.where(Passage.response_id.in_(ids), Coding.standard == self.edition.name)
        found: dict[tuple[bytes, str], Newest] = {}
        for passage, coding in self.session.execute(of_book.order_by(Coding.coded_at, Coding.id)):
            _answer(found, passage)[passage.id, coding.staff_id] = (passage, coding)
        if self.model:
            suggested = select(Passage, Suggestion).join(Suggestion, Suggestion.passage_id == Passage.id)
            for passage, row in self.session.execute(suggested.where(Passage.response_id.in_(ids))):
                _answer(found, passage)[passage.id, row.model] = (passage, row)
        return found


#: Passage and coder -> the passage, and the newest that coder said of it.
Newest = dict[tuple[bytes, bytes | str], tuple[Passage, Coding | Suggestion]]


def _answer(found: dict[tuple[bytes, str], Newest], passage: Passage) -> Newest:
    return found.setdefault((passage.response_id, passage.question), {})


def model_coder(identity: str) -> Coder:
    """The coder as which a model's suggestions stand."""
    return Coder(guid_of_model(identity), f"{MODEL} {identity[:12]}", is_model=True)
