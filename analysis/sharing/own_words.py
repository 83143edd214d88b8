"""People's own words as a file: with the question and the sections they speak to, and nothing about who wrote them.

Their order follows from the keys and from nothing else, so neither neighbours in it nor its place say which row of the
data file a text belongs to.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from struct import Struct

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.tables import Coding, Passage, Suggestion
from analysis.sharing.data_file import Mark
from analysis.sharing.frozen import read_these, read_wave, surveys_of
from analysis.sharing.telling import is_about_person
from analysis.sharing.wave import Wave
from safekeeping.vault import Opener
from surveys.definition.questions import NOT_SAID, free_texts
from surveys.intake.read import ReadResponse
from surveys.intake.rounding import THRESHOLD

HEADER = ("question", "sections", "coded_by", "words")
SAID = {
    "quotable": "what people wrote and allow to be quoted, in passages, in no order",
    "all": "everything people wrote, answer by answer, in no order; for coding elsewhere, not to be quoted",
}
AT_ONCE = 200


def names_of_words(session: Session, wave: Wave) -> frozenset[str]:
    """Under which names words are kept, those about the person aside."""
    asked = [question for survey in surveys_of(session, wave) for question in survey.questions]
    about = {question.name for question in asked if is_about_person(question)}
    return frozenset(name for each in asked if each.name not in about for name in free_texts(each))


def goes_along(response: ReadResponse, name: str, all_of_them: bool) -> bool:
    """Whether the words under this name may go along: where its writer allows it, or where all of them do."""
    words = response.answers[name]
    if not isinstance(words, str) or not words.strip() or words == NOT_SAID:
        return False
    return all_of_them or name in response.quotable


@dataclass(frozen=True, slots=True)
class Text:
    """Where one text lies."""

    response_id: bytes
    question: str


class Texts:
    """Where many texts lie, 26 bytes each; in the order of the 8 bytes that are given with each."""

    _EACH = Struct(">8s16sH")

    def __init__(self, names: Sequence[str]) -> None:
        self.names, self.counts, self._whole = names, Counter[str](), bytearray()
        self._places = {name: place for place, name in enumerate(names)}

    def add(self, order: bytes, response_id: bytes, name: str) -> None:
        """One more."""
        self._whole += self._EACH.pack(order, response_id, self._places[name])
        self.counts[name] += 1

    def __iter__(self) -> Iterator[Text]:
        """All of them, in order."""
        import numpy as np

        every = np.frombuffer(bytes(self._whole), dtype=[("order", "S8"), ("rest", "V18")])
        for at in np.argsort(every["order"], kind="stable"):
            _order, response_id, place = self._EACH.unpack_from(self._whole, int(at) * self._EACH.size)
            yield Text(response_id, self.names[place])


@dataclass(frozen=True)
class Coded:
    """A passage: where it stands, whether it may be quoted, its sections, and who gave them."""

    start: int
    end: int
    may_quote: bool
    sections: Sequence[str]
    by: str


@dataclass(frozen=True)
class Words:
    """The words of a wave: only what its writers allow to be quoted, in passages; or everything, whole answers."""

    session: Session
    wave: Wave
    opener: Opener
    mark: Mark
    all_of_them: bool

    def rows(self) -> Iterator[tuple[str, ...]]:
        """The file, row by row, its header first."""
        yield HEADER
        texts = self._texts()
        named = {name for name, count in texts.counts.items() if count >= THRESHOLD}
        in_order = iter(texts)
        while some := list(islice(in_order, AT_ONCE)):
            ids = [text.response_id for text in some]
            responses, coded = read_these(self.session, ids, self.opener), self._coded(ids)
            for text in some:
                if text.response_id in responses:
                    shown = text.question if text.question in named else ""
                    here = coded.get((text.response_id, text.question), [])
                    yield from self._rows(responses[text.response_id], text.question, shown, here)

    def _texts(self) -> "Texts":
        found = Texts(sorted(names_of_words(self.session, self.wave)))
        for response in read_wave(self.session, self.wave, self.opener):
            for name in found.names:
                if name in response.answers and goes_along(response, name, self.all_of_them):
                    found.add(self.mark(b"words" + response.id + name.encode())[:8], response.id, name)
        return found

    def _rows(self, response: ReadResponse, name: str, shown: str, here: Sequence[Coded]) -> Iterator[tuple[str, ...]]:
        words = response.answers[name]
        if self.all_of_them or not here:
            sections = sorted({code for each in here for code in each.sections})
            by = "+".join(sorted({each.by for each in here if each.by}))
            yield shown, "+".join(sections), by, words
            return
        for each in here:
            if each.may_quote:
                yield shown, "+".join(sorted(each.sections)), each.by, words[each.start : each.end]

    def _coded(self, responses: Sequence[bytes]) -> dict[tuple[bytes, str], list[Coded]]:
        """Response and question -> its passages in order, each with what people last decided of it, else with what the
        machine suggests; and who that was."""
        of_them = Passage.response_id.in_(responses)
        suggested = select(Passage, Suggestion.sections).outerjoin(Suggestion, Suggestion.passage_id == Passage.id)
        decided = select(Coding.passage_id, Coding.sections).join(Passage, Passage.id == Coding.passage_id)
        newest_last = decided.where(of_them).order_by(Coding.coded_at, Coding.id.desc())
        by_people = {row.passage_id: row.sections for row in self.session.execute(newest_last)}
        found: dict[tuple[bytes, str], list[Coded]] = {}
        for passage, by_machine in self.session.execute(suggested.where(of_them).order_by(Passage.start)):
            said = (by_machine or [], "machine" if by_machine is not None else "")
            sections, by = (by_people[passage.id], "people") if passage.id in by_people else said
            coded = Coded(passage.start, passage.end, passage.may_quote, sections, by)
            found.setdefault((passage.response_id, passage.question), []).append(coded)
        return found
