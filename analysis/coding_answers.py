"""Code answers a few at a time: cut them into passages, flag those, and suggest sections for them.

What is worked out is kept in one short transaction, so nobody's submission waits while it is worked out. Each step
does only what is not done yet, so whatever was stopped is done again without harm.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.code_books.versions import edition_named
from analysis.coding.flagging import flags_there, new_flags
from analysis.coding.levels import levels_of
from analysis.coding.passages import cut
from analysis.coding.suggestion import Answer, InUse
from analysis.coding.suggestion import Suggestion as Suggested
from analysis.coding.tables import Passage, ResponseLevels, Suggestion
from analysis.learning.choosing import Here, begun, suggester_for
from analysis.learning.seeds import seeds_of
from analysis.local_model.connecting import CONNECTION
from analysis.standard.edition import Edition
from safekeeping.database import in_parts, session_for
from safekeeping.jobs import Bench
from safekeeping.many_rows import keep_many, keep_values
from safekeeping.vault import random_id
from surveys.definition.published import PublishedSurvey
from surveys.definition.questions import AnyQuestion
from surveys.definition.survey import Survey
from surveys.definition.wording import say
from surveys.intake.read import ReadResponse

BATCH = 200  # responses in one short transaction


@dataclass(frozen=True)
class Line:
    """What a run works with."""

    engine: Engine
    survey_id: bytes
    survey: Survey
    asked: dict[str, AnyQuestion]
    edition: Edition
    model: InUse
    hold: Callable[[Session], None]


#: The passages of each answer (response, name), in their order.
Places = dict[tuple[bytes, str], list[Passage]]


@dataclass(frozen=True)
class Coded:
    """A batch with its passages, and the sections suggested for each of them, by passage."""

    batch: list[ReadResponse]
    places: Places
    sections: dict[bytes, list[str]]


def line_for(bench: Bench, survey_id: bytes, survey: Survey, asked: dict[str, AnyQuestion]) -> Line:
    """What a run works with, for a survey."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        edition = edition_named(session, survey.standard)
    model = _model(bench, survey_id, edition)
    return Line(bench.engine, survey_id, survey, asked, edition, model, bench.hold)


def _model(bench: Bench, survey_id: bytes, edition: Edition) -> InUse:
    """What suggests for this survey: what came first, and over it what its coders decided."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get_one(PublishedSurvey, survey_id)
        first = begun(bench, edition, seeds_of(session, row.consultation_id, edition.name))
        return suggester_for(Here(session, bench.vault, row, edition, bench.context.get(CONNECTION)), first)


def batches(responses: Iterator[ReadResponse]) -> Iterator[list[ReadResponse]]:
    """So many at a time as are coded together."""
    while batch := list(islice(responses, BATCH)):
        yield batch


def code_batch(line: Line, batch: list[ReadResponse], flagging: bool = True) -> Coded:
    """Passages, suggestions and, where `flagging`, flags for what has none yet; kept when this returns."""
    by_id = {response.id: response for response in batch}
    with Session(line.engine.execution_options(reading=True)) as session:
        places, passages = _passages(session, line, batch)
        words = {place: by_id[place[0]].answers[place[1]] for place in places} if flagging else {}
        flagged = flags_there(session, words, places)
        suggested = _suggested(session, places)
    flags = new_flags(words, places, flagged)
    suggestions = _suggest_missing(line, by_id, places, suggested)
    if passages or flags or suggestions:
        with session_for(line.engine) as session:
            line.hold(session)
            keep_many(session, passages)
            keep_many(session, flags, instead=flagged.keys() & {row.passage_id for row in flags})
            keep_values(session, Suggestion, list(suggestions.values()), instead=suggested.keys() & suggestions.keys())
            levels = _levels(line.survey_id, places, suggested, suggestions)
            keep_values(session, ResponseLevels, levels, instead=[each["response_id"] for each in levels])
    before = {passage: row.sections for passage, row in suggested.items()}
    return Coded(batch, places, before | {passage: row["sections"] for passage, row in suggestions.items()})


def written(line: Line, response: ReadResponse) -> dict[str, str]:
    """The free-text answers of a response: name of the answer -> words."""
    return {name: response.answers[name] for name in line.asked if name in response.answers}


def _passages(session: Session, line: Line, batch: list[ReadResponse]) -> tuple[Places, list[Passage]]:
    """The passages of each answer in the batch, in order; and those of them that are cut now, as that was not done."""
    places: Places = {(response.id, name): [] for response in batch for name in written(line, response)}
    known = select(Passage).where(Passage.response_id.in_([response.id for response in batch]))
    for passage in session.scalars(known.order_by(Passage.start)):
        places[passage.response_id, passage.question].append(passage)
    new: list[Passage] = []
    for response in batch:
        for name, words in written(line, response).items():
            if not places[response.id, name]:
                places[response.id, name] = _cut_now(response, name, words)
                new += places[response.id, name]
    return places, new


def _cut_now(response: ReadResponse, question: str, words: str) -> list[Passage]:
    allowed = question in response.quotable
    return [
        Passage(
            id=random_id(),
            response_id=response.id,
            question=question,
            start=start,
            end=end,
            may_quote=allowed,
            in_use=True,
        )
        for start, end in cut(words)
    ]


def _suggested(session: Session, places: Places) -> dict[bytes, Suggestion]:
    """What was suggested before, by passage."""
    every = [passage.id for passages in places.values() for passage in passages]
    found = (select(Suggestion).where(Suggestion.passage_id.in_(some)) for some in in_parts(every))
    return {row.passage_id: row for rows in found for row in session.scalars(rows)}


def _suggest_missing(
    line: Line, by_id: dict[bytes, ReadResponse], places: Places, suggested: dict[bytes, Suggestion]
) -> dict[bytes, dict[str, Any]]:
    """Suggestions as they are kept, by passage, for every answer that the model in use has not suggested for.

    One of several is made anew.
    """
    missing = {
        place: passages
        for place, passages in places.items()
        if any(_is_by_another(line.model, suggested.get(passage.id)) for passage in passages)
    }
    if not missing:
        return {}
    made = line.model.suggester.suggest([_answer(line, by_id[place[0]], place[1], missing[place]) for place in missing])
    return {
        passage.id: _row(passage, suggestion, line.model.identity)
        for passages, suggestions in zip(missing.values(), made, strict=True)
        for passage, suggestion in zip(passages, suggestions, strict=True)
    }


def _levels(
    survey_id: bytes, places: Places, before: dict[bytes, Suggestion], now: dict[bytes, dict[str, Any]]
) -> list[dict[str, Any]]:
    """How sure the suggestions are, as it is kept, for each response that something is suggested for now."""
    of_response: dict[bytes, list[bytes]] = {}
    for (response_id, _name), passages in places.items():
        of_response.setdefault(response_id, []).extend(passage.id for passage in passages)
    said = {key: (row.probabilities, row.confidence) for key, row in before.items()}
    said |= {key: (row["probabilities"], row["confidence"]) for key, row in now.items()}
    return [
        {"response_id": response_id, "survey_id": survey_id, **vars(levels_of([said.get(key) for key in keys]))}
        for response_id, keys in of_response.items()
        if not now.keys().isdisjoint(keys)
    ]


def _is_by_another(model: InUse, row: Suggestion | None) -> bool:
    return row is None or row.model != model.identity


def _answer(line: Line, response: ReadResponse, name: str, passages: list[Passage]) -> Answer:
    words, wording = response.answers[name], say(line.asked[name].wording, response.audience)
    return Answer([words[place.start : place.end] for place in passages], wording)


def _row(passage: Passage, suggested: Suggested, model: str) -> dict[str, Any]:
    return {
        "passage_id": passage.id,
        "model": suggested.origin or model,
        "sections": list(suggested.chosen),
        "probabilities": {code: round(chance, 3) for code, chance in suggested.sections.items()},
        "themes": list(suggested.themes),
        "stance": suggested.stance,
        "confidence": round(suggested.confidence, 3),
        "reasons": [list(span) for span in suggested.reasons],
    }
