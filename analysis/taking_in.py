"""Take new answers in: mix them, cut them into passages, suggest sections, make the findings.

One job, safe to run again at any point: each step does only what is not done yet. It writes a few responses at a
time, so that nobody's submission waits behind it.
"""

import platform
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from sqlalchemy import Engine, Table, select
from sqlalchemy.orm import Session

from analysis.code_books.versions import edition_named
from analysis.coding.counting import forget_counts
from analysis.coding.flagging import flag
from analysis.coding.passages import cut
from analysis.coding.suggestion import Answer, InUse
from analysis.coding.suggestion import Suggestion as Suggested
from analysis.coding.tables import Passage, Suggestion
from analysis.findings.charts.first_shares import shares_chart
from analysis.findings.first_figures import figures_from
from analysis.findings.releases.differences import Release
from analysis.findings.releases.holding_back import Newcomer, held_back
from analysis.findings.releases.release_tables import latest
from analysis.findings.releases.releasing import FINDINGS, let_out
from analysis.findings.report import Tally
from analysis.findings.shown import ALL
from analysis.findings.tables import Made, keep
from analysis.learning.choosing import Here, begun, suggester_for
from analysis.learning.seeds import seeds_of
from analysis.local_model.connecting import CONNECTION
from analysis.local_model.tables import use_of
from analysis.standard.edition import Edition
from safekeeping.database import in_parts, put, session_for
from safekeeping.jobs import Bench, enqueue, this_hour
from safekeeping.vault import Opener
from surveys.definition.published import ENDED, GONE, PublishedSurvey, definition_of, texts_asked
from surveys.definition.questions import AnyQuestion
from surveys.definition.survey import Survey
from surveys.definition.wording import say
from surveys.intake.mix import mix, rewritten
from surveys.intake.progress import OTHERS, keep_progress
from surveys.intake.read import ReadResponse, kept_count, read_all
from surveys.intake.tables import Ticket
from surveys.intake.tickets import clear_used, forget_spent, used_tickets
from surveys.intake.withdraw import withdraw

BATCH = 200  # responses in one short transaction
WITH_TICKETS: tuple[Table, ...] = (Ticket.__table__,)  # type: ignore[assignment]


@dataclass(frozen=True)
class Line:
    """What one run of the job works with, and what it counts on the way."""

    engine: Engine
    survey_id: bytes
    survey: Survey
    asked: dict[str, AnyQuestion]
    edition: Edition
    model: InUse
    tally: Tally
    before: Release | None = None
    members: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    came: list[Newcomer] = field(default_factory=list)


def take_in(bench: Bench, survey_id: str) -> None:
    """Do the whole job for the survey of this id (hex). `bench.context["model folder"]` is where models lie."""
    withdraw(bench, survey_id)
    with session_for(bench.engine) as session:
        row = session.get_one(PublishedSurvey, bytes.fromhex(survey_id))
        if row.state in GONE:
            return
        survey, public_key, asked = definition_of(row), row.public_key, texts_asked(session, row.id)
        opener = bench.vault.opener(row.id)
        used = used_tickets(session, bench, row.id)
        moved = mix(session, row.id, opener, closing=row.state in ENDED)
        forget_spent(session, used if moved else ())
    if moved and used:
        clear_used(bench)
    if moved:
        rewritten(bench.engine, bench.vault.store.engine, WITH_TICKETS if used else ())
    line = replace(line_for(bench, opener.survey_id, survey, asked), before=_before(bench, opener))
    _go_through(line, opener, bench)
    with session_for(bench.engine) as session:
        forget_counts(session, opener.survey_id)
        named = {name: count for name, count in line.tally.responses.items() if name in survey.audience_names()}
        keep_progress(session, opener.survey_id, {**named, OTHERS: line.tally.responses.total() - sum(named.values())})
        _hold_back(line)
        if not let_out(session, opener, FINDINGS, _groups(line), this_hour()):
            keep(session, public_key, opener.survey_id, _made(line), this_hour())
        enqueue(session, "count words", survey_id)
        enqueue(session, "estimate", survey_id)
        use = use_of(session, opener.survey_id)
        if moved and use and use.in_use:
            enqueue(session, "ask model", survey_id)


def line_for(bench: Bench, survey_id: bytes, survey: Survey, asked: dict[str, AnyQuestion]) -> Line:
    """What a run works with, with nothing counted yet."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        edition = edition_named(session, survey.standard)
    model = _model(bench, survey_id, edition)
    return Line(bench.engine, survey_id, survey, asked, edition, model, Tally())


def _model(bench: Bench, survey_id: bytes, edition: Edition) -> InUse:
    """What suggests for this survey: what came first, and over it what its coders decided."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get_one(PublishedSurvey, survey_id)
        first = begun(bench, edition, seeds_of(session, row.consultation_id, edition.name))
        return suggester_for(Here(session, bench.vault, row, edition, bench.context.get(CONNECTION)), first)


def _go_through(line: Line, opener: Opener, bench: Bench) -> None:
    with Session(line.engine.execution_options(reading=True)) as reading:
        total, done = kept_count(reading, line.survey_id), 0
        for batch in _batches(read_all(reading, line.survey_id, opener)):
            with session_for(line.engine) as session:
                _take_in_batch(session, line, batch)
            done += len(batch)
            bench.progress(done, total)


def _batches(responses: Iterator[ReadResponse]) -> Iterator[list[ReadResponse]]:
    while batch := list(islice(responses, BATCH)):
        yield batch


def _take_in_batch(session: Session, line: Line, batch: list[ReadResponse]) -> None:
    """Passages, flags and suggestions for what has none yet; everything is counted."""
    passages = _passages(session, line, batch)
    by_id = {response.id: response for response in batch}
    flag(session, {place: by_id[place[0]].answers[place[1]] for place in passages}, passages)
    suggested = _suggest_missing(session, line, batch, passages)
    for response in batch:
        mine = {key[1]: passages[key] for key in passages if key[0] == response.id}
        _count(line, response, mine, suggested)


def suggest_in_batch(session: Session, line: Line, batch: list[ReadResponse]) -> None:
    """Suggestions for what has none yet, and nothing else."""
    _suggest_missing(session, line, batch, _passages(session, line, batch))


Places = dict[tuple[bytes, str], list[Passage]]


def _suggest_missing(
    session: Session, line: Line, batch: list[ReadResponse], passages: Places
) -> dict[bytes, Suggestion]:
    suggested = _suggested(session, passages)
    there = set(suggested)
    missing = [answer for answer in passages if not _all_by(line.model, suggested, passages[answer])]
    for answer, suggestions in zip(missing, _suggest(line, batch, passages, missing), strict=True):
        for passage, suggestion in zip(passages[answer], suggestions, strict=True):
            row = _row(passage, suggestion, line.model.identity)
            suggested[passage.id] = put(session, row, there=passage.id in there)
    session.flush()
    return suggested


def written(line: Line, response: ReadResponse) -> dict[str, str]:
    """The free-text answers of a response: name of the answer -> words."""
    return {name: response.answers[name] for name in line.asked if name in response.answers}


def _passages(session: Session, line: Line, batch: list[ReadResponse]) -> Places:
    """The passages of each answer in the batch, in order, cut now where that has not been done."""
    places: Places = {(response.id, name): [] for response in batch for name in written(line, response)}
    known = select(Passage).where(Passage.response_id.in_([response.id for response in batch]))
    for passage in session.scalars(known.order_by(Passage.start)):
        places[passage.response_id, passage.question].append(passage)
    for response in batch:
        for name, words in written(line, response).items():
            if not places[response.id, name]:
                places[response.id, name] = _cut_now(session, response, name, words)
    session.flush()
    return places


def _cut_now(session: Session, response: ReadResponse, question: str, words: str) -> list[Passage]:
    allowed = question in response.quotable
    cuts = [
        Passage(response_id=response.id, question=question, start=start, end=end, may_quote=allowed)
        for start, end in cut(words)
    ]
    session.add_all(cuts)
    return cuts


def _suggested(session: Session, passages: Places) -> dict[bytes, Suggestion]:
    """What was suggested before, by passage."""
    every = [passage.id for places in passages.values() for passage in places]
    found = (select(Suggestion).where(Suggestion.passage_id.in_(some)) for some in in_parts(every))
    return {row.passage_id: row for rows in found for row in session.scalars(rows)}


def _all_by(model: InUse, suggested: dict[bytes, Suggestion], passages: list[Passage]) -> bool:
    """True if the model in use has suggested for all of these."""
    rows = [suggested.get(passage.id) for passage in passages]
    return all(row is not None and row.model == model.identity for row in rows)  # one of several is made anew


def _suggest(
    line: Line, batch: list[ReadResponse], passages: Places, missing: list[tuple[bytes, str]]
) -> list[list[Suggested]]:
    if not missing:
        return []
    by_id = {response.id: response for response in batch}
    answers = []
    for response_id, name in missing:
        response = by_id[response_id]
        words, question = response.answers[name], line.asked[name]
        wording = say(question.wording, response.audience)
        answers.append(Answer([words[place.start : place.end] for place in passages[response_id, name]], wording))
    return line.model.suggester.suggest(answers)


def _row(passage: Passage, suggested: Suggested, model: str) -> Suggestion:
    return Suggestion(
        passage_id=passage.id,
        model=suggested.origin or model,
        sections=list(suggested.chosen),
        probabilities={code: round(chance, 3) for code, chance in suggested.sections.items()},
        themes=list(suggested.themes),
        stance=suggested.stance,
        confidence=round(suggested.confidence, 3),
        reasons=[list(span) for span in suggested.reasons],
    )


def _count(
    line: Line, response: ReadResponse, passages: dict[str, list[Passage]], suggested: dict[bytes, Suggestion]
) -> None:
    """Add a response to the counts."""
    sections = {section for places in passages.values() for place in places for section in suggested[place.id].sections}
    count = sum(map(len, passages.values()))
    line.members[response.audience or ""].add(response.id)
    line.tally.add(response.audience, count, sections)
    if line.before is not None and response.id not in line.before.people:
        line.came.append(Newcomer(response.id, response.audience or "", count, frozenset(sections)))


def _groups(line: Line) -> dict[str, set[bytes]]:
    """The groups that findings are of: the audiences, and everybody."""
    return {**line.members, ALL: set[bytes]().union(*line.members.values())}


def _before(bench: Bench, opener: Opener) -> Release | None:
    with session_for(bench.engine.execution_options(reading=True)) as session:
        return latest(session, opener, FINDINGS)


def _hold_back(line: Line) -> None:
    """Who waits for others is in no figure yet."""
    for each in held_back(line.came, line.before):
        line.members[each.audience].discard(each.id)
        line.tally.take_out(each.audience, each.passages, each.sections)


def _made(line: Line) -> Made:
    figures = figures_from(line.tally, line.edition, line.survey.audience_names())
    manifest = {
        "standard": f"{line.edition.name} {line.edition.sha256}",
        "model": line.model.identity,
        "python": platform.python_version(),
    }
    return Made(figures, shares_chart(figures), (), manifest)
