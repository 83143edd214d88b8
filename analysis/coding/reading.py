"""The passages of a survey with their words, opened for a job that must read them all."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage
from safekeeping.vault import Opener
from surveys.definition.published import texts_asked
from surveys.definition.wording import say
from surveys.intake.read import read_all


@dataclass(frozen=True)
class ReadPassage:
    """One passage: its id, the response it is from, the question as it was put, and its words."""

    id: bytes
    response_id: bytes
    question: str
    words: str


def read_passages(session: Session, survey_id: bytes, opener: Opener) -> Iterator[ReadPassage]:
    """Every passage that was cut and whose answer counts, response by response in the order of their random ids."""
    asked = texts_asked(session, survey_id)
    for response in read_all(session, survey_id, opener):
        places = select(Passage).where(Passage.response_id == response.id)
        for place in session.scalars(places.order_by(Passage.question, Passage.start)):
            words = response.answers.get(place.question)
            if isinstance(words, str) and place.question in asked:
                wording = say(asked[place.question].wording, response.audience)
                yield ReadPassage(place.id, response.id, wording, words[place.start : place.end])
