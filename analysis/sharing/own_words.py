"""People's own words as a file: with the question and the sections they speak to, and nothing about who wrote them.

Their order follows from the keys and from nothing else, so neither neighbours in it nor its place say which row of the
data file a text belongs to.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Text:
    """Where one text lies, and its place in the file."""

    order: bytes
    response_id: bytes
    question: str


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
        texts = sorted(self._texts(), key=lambda text: text.order)
        counts = Counter(text.question for text in texts)
        named = {name for name, count in counts.items() if count >= THRESHOLD}
        for start in range(0, len(texts), AT_ONCE):
            some = texts[start : start + AT_ONCE]
            responses = read_these(self.session, [text.response_id for text in some], self.opener)
            for text in some:
                if text.response_id in responses:
                    shown = text.question if text.question in named else ""
                    yield from self._rows(responses[text.response_id], text.question, shown)

    def _texts(self) -> Iterator[Text]:
        names = names_of_words(self.session, self.wave)
        for response in read_wave(self.session, self.wave, self.opener):
            for name in sorted(names & response.answers.keys()):
                if goes_along(response, name, self.all_of_them):
                    yield Text(self.mark(b"words" + response.id + name.encode())[:8], response.id, name)

    def _rows(self, response: ReadResponse, name: str, shown: str) -> Iterator[tuple[str, ...]]:
        words = response.answers[name]
        passages = self._passages(response.id, name)
        if self.all_of_them or not passages:
            codes = [self._codes(passage) for passage in passages]
            sections = sorted({each for found, _who in codes for each in found})
            by = "+".join(sorted({who for _found, who in codes if who}))
            yield shown, "+".join(sections), by, words
            return
        for passage in passages:
            if passage.may_quote:
                found, who = self._codes(passage)
                yield shown, "+".join(sorted(found)), who, words[passage.start : passage.end]

    def _passages(self, response_id: bytes, name: str) -> list[Passage]:
        of_it = select(Passage).where(Passage.response_id == response_id, Passage.question == name)
        return list(self.session.scalars(of_it.order_by(Passage.start)))

    def _codes(self, passage: Passage) -> tuple[list[str], str]:
        """What people last decided of a passage, else what the machine suggests; and who that was."""
        newest = select(Coding).where(Coding.passage_id == passage.id).order_by(Coding.coded_at.desc(), Coding.id)
        coded = self.session.scalars(newest.limit(1)).first()
        if coded is not None:
            return coded.sections, "people"
        suggested = self.session.get(Suggestion, passage.id)
        return (suggested.sections, "machine") if suggested else ([], "")
