"""The words of a quote, opened: the passage as it was written, and a version as it would be released."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage
from analysis.quoting.replacing import Edit, applied
from analysis.quoting.tables import ProposedQuote, QuoteReplacement, QuoteVersion
from safekeeping.vault import Opener
from surveys.intake.read import ReadResponse, read_one, sealed_of

#: Passages as a table: also one that was cut anew since it was proposed.
_ANY = Passage.__table__.alias("any_passage")


@dataclass(frozen=True)
class Written:
    """A passage as it was written: its answer, and from where to where it goes."""

    response: ReadResponse
    question: str
    start: int
    end: int

    @property
    def answer(self) -> str:
        """The whole answer."""
        return str(self.response.answers[self.question])

    @property
    def text(self) -> str:
        """The words of the passage."""
        return self.answer[self.start : self.end]

    @property
    def may_be_quoted(self) -> bool:
        """Whether its writer allowed it, as it is sealed with the answers."""
        return self.question in self.response.quotable


def written(session: Session, opener: Opener, quote: ProposedQuote) -> Written:
    """The passage of a quote. Raises `sqlalchemy.exc.NoResultFound` where the response was withdrawn."""
    place = select(_ANY.c.question, _ANY.c.start, _ANY.c.end).where(_ANY.c.id == quote.passage_id)
    question, start, end = session.execute(place).one()
    return Written(read_one(session, quote.response_id, opener), question, start, end)


def version_text(session: Session, opener: Opener, quote: ProposedQuote, version: QuoteVersion) -> str:
    """A version as it would be released."""
    return opener.open_beside(sealed_of(session, quote.response_id, opener), version.sealed, version.id).decode()


def version_edits(session: Session, opener: Opener, quote: ProposedQuote, version: QuoteVersion) -> tuple[Edit, ...]:
    """What was replaced in a version, and why what was left was left."""
    row = session.get_one(QuoteReplacement, version.id)
    beside = sealed_of(session, quote.response_id, opener)
    told = json.loads(opener.open_beside(beside, row.sealed, b"replaced" + version.id))
    return tuple(Edit(**each) for each in told)


def seal_version(
    session: Session, opener: Opener, quote: ProposedQuote, version: QuoteVersion, told: tuple[str, Sequence[Edit]]
) -> None:
    """Seal what a version says and, apart from it, what was replaced. `told`: the passage, and the edits in order."""
    text, edits = told
    beside = sealed_of(session, quote.response_id, opener)
    version.sealed = opener.seal_beside(beside, applied(text, edits).encode(), version.id)
    log = json.dumps([asdict(each) for each in edits]).encode()
    session.add(version)
    session.flush()
    sealed = opener.seal_beside(beside, log, b"replaced" + version.id)
    session.add(QuoteReplacement(version_id=version.id, sealed=sealed))
    session.flush()


def seal_words(session: Session, opener: Opener, quote: ProposedQuote, words: str, place: bytes) -> bytes:
    """Seal something short beside the response of a quote; nothing for nothing."""
    if not words:
        return b""
    return opener.seal_beside(sealed_of(session, quote.response_id, opener), words.encode(), place)


def open_words(session: Session, opener: Opener, quote: ProposedQuote, sealed: bytes, place: bytes) -> str:
    """What `seal_words` sealed there."""
    if not sealed:
        return ""
    return opener.open_beside(sealed_of(session, quote.response_id, opener), sealed, place).decode()
