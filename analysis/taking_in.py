"""Take new answers in: mix them, cut them into passages, suggest sections, make the findings.

One job, safe to run again at any point. Of many answers the coding is spread over workers: each part is a range of the
random ids, cut by how many answers there are and not by how many workers, so what comes of it is the same.
"""

import platform
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from analysis.coding.counting import forget_counts
from analysis.coding_answers import BATCH, Line, code_batch, line_for
from analysis.counted_in import CountedIn
from analysis.findings.charts.first_shares import shares_chart
from analysis.findings.first_figures import figures_from
from analysis.findings.releases.release_tables import latest
from analysis.findings.releases.releasing import FINDINGS, let_out
from analysis.findings.tables import Made, keep
from analysis.local_model.running import JOB as ASK_MODEL
from analysis.local_model.tables import use_of
from safekeeping.database import session_for
from safekeeping.jobs import Bench, Parts, enqueue, outcome_of, this_hour
from safekeeping.vault import Opener
from surveys.definition.published import ENDED, GONE, PublishedSurvey, definition_of, texts_asked
from surveys.intake.mix import mix_all, rewritten
from surveys.intake.progress import OTHERS, keep_progress
from surveys.intake.read import ReadResponse, read_wanted
from surveys.intake.tables import Response, Ticket
from surveys.intake.tickets import clear_used, forget_spent, used_tickets
from surveys.intake.withdraw import withdraw

PART_JOB = "code part"
#: How many responses are in one part, about; where there are not twice as many, nothing is spread.
PART = 5_000
WITH_TICKETS: tuple[Table, ...] = (Ticket.__table__,)  # type: ignore[assignment]
IDS = 1 << 128


@dataclass(frozen=True)
class _Run:
    """What a run works with, and what it counts."""

    bench: Bench
    opener: Opener
    public_key: bytes
    line: Line
    counted: CountedIn


def take_in(bench: Bench, survey_id: str) -> Parts | None:
    """Do the whole job for the survey of this id (hex). `bench.context["model folder"]` is where models lie.

    Comes back with parts where there is much to code; when they are done it is run again, and goes on from there.
    """
    if not bench.parts:
        withdraw(bench, survey_id)
    row = _survey(bench, survey_id)
    if row is None:
        return None
    opener = bench.vault.opener(row.id)
    if bench.parts:
        _finish(_put_together(_run(bench, row, opener)))
        return None
    _mix(bench, row, opener)
    count = _count(bench, _counting(row.id))
    if bench.spreads and count >= 2 * PART:
        return _parts(survey_id, count)
    _finish(_go_through(_run(bench, row, opener), _counting(row.id), count))
    return None


def take_in_part(bench: Bench, argument: str) -> bytes | None:
    """Do one part (`survey id 0001/0200`): code the responses in its range. What it counted comes back, sealed."""
    survey_id, which = argument.split()
    row = _survey(bench, survey_id)
    if row is None:
        return None
    number, parts = map(int, which.split("/"))
    wanted = _counting(row.id).where(Response.id >= _edge(number - 1, parts))
    if number < parts:
        wanted = wanted.where(Response.id < _edge(number, parts))
    run = _go_through(_run(bench, row, bench.vault.opener(row.id)), wanted, _count(bench, wanted))
    return run.counted.sealed(row.public_key, row.id)


def _parts(survey_id: str, count: int) -> Parts:
    parts = count // PART
    return Parts(PART_JOB, tuple(f"{survey_id} {number:05}/{parts:05}" for number in range(1, parts + 1)), count)


def _edge(number: int, parts: int) -> bytes:
    """The first id of the part after so many: ids are random, so ranges as wide hold about as many."""
    return (IDS * number // parts).to_bytes(16, "big")


def _survey(bench: Bench, survey_id: str) -> PublishedSurvey | None:
    """The survey, unless its answers are gone."""
    with session_for(bench.engine.execution_options(reading=True)) as session:
        row = session.get_one(PublishedSurvey, bytes.fromhex(survey_id))
        session.expunge(row)
    return None if row.state in GONE else row


def _mix(bench: Bench, row: PublishedSurvey, opener: Opener) -> None:
    """Mix what waits, use up its tickets with it, and leave no trace of the order in either store.

    An earlier attempt may have been killed before it came to the latter.
    """
    with session_for(bench.engine.execution_options(reading=True)) as session:
        used = used_tickets(session, bench, row.id)

    def also(session: Session) -> None:
        bench.hold(session)
        forget_spent(session, used)

    moved = mix_all(bench.engine, row.id, opener, closing=row.state in ENDED, also=also)
    if (moved and used) or (bench.again and "drafts" in bench.context):
        clear_used(bench)
    if moved or bench.again:
        rewritten(bench.engine, bench.vault.store.engine, WITH_TICKETS if used or bench.again else ())
    if moved:
        _ask_model(bench, row.id)


def _ask_model(bench: Bench, survey_id: bytes) -> None:
    """Have a language model, where one is in use, asked about what is new: it waits until this job is done."""
    with session_for(bench.engine) as session:
        use = use_of(session, survey_id)
        if use and use.in_use:
            enqueue(session, ASK_MODEL, survey_id.hex())


def _counting(survey_id: bytes) -> Select[Response]:
    """The responses that count."""
    return select(Response).where(Response.survey_id == survey_id, Response.set_aside.is_(False))


def _count(bench: Bench, wanted: Select[Response]) -> int:
    with Session(bench.engine.execution_options(reading=True)) as reading:
        return reading.scalar(wanted.with_only_columns(func.count(Response.id))) or 0


def _run(bench: Bench, row: PublishedSurvey, opener: Opener) -> _Run:
    with session_for(bench.engine.execution_options(reading=True)) as session:
        survey, asked, before = definition_of(row), texts_asked(session, row.id), latest(session, opener, FINDINGS)
    return _Run(bench, opener, row.public_key, line_for(bench, row.id, survey, asked), CountedIn(before))


def _go_through(run: _Run, wanted: Select[Response], total: int) -> _Run:
    """Code these responses, and count them."""
    done = 0
    for batch in _some_at_a_time(run, wanted):
        run.counted.add(code_batch(run.line, batch))
        done += len(batch)
        run.bench.progress(done, max(done, total))
    return run


def _some_at_a_time(run: _Run, wanted: Select[Response]) -> Iterator[list[ReadResponse]]:
    """In the order of their ids. Nobody reads while they are coded: SQLite's journal begins anew only in a moment in
    which nobody does, and where workers take turns to read it grew to four times the database."""
    after = b""
    while True:
        with Session(run.bench.engine.execution_options(reading=True)) as reading:
            next_ones = wanted.with_only_columns(Response.id).where(Response.id > after).order_by(Response.id)
            ids = list(reading.scalars(next_ones.limit(BATCH)))
            batch = list(read_wanted(reading, wanted.where(Response.id.in_(ids)), run.opener)) if ids else []
        if not ids:
            return
        yield batch
        after = ids[-1]


def _put_together(run: _Run) -> _Run:
    """Count what the parts counted."""
    for sealed in _outcomes(run.bench):
        run.counted.take(run.opener, sealed)
    return run


def _outcomes(bench: Bench) -> Iterator[bytes]:
    for part in bench.parts:
        with Session(bench.engine.execution_options(reading=True)) as reading:
            yield outcome_of(reading, part)


def _finish(run: _Run) -> None:
    """Make the first findings, and ask for what follows."""
    survey_id, counted = run.opener.survey_id, run.counted
    counts, audiences = counted.tally.responses, run.line.survey.audience_names()
    named = {name: count for name, count in counts.items() if name in audiences}
    with session_for(run.bench.engine) as session:
        run.bench.hold(session)
        forget_counts(session, survey_id)
        keep_progress(session, survey_id, {**named, OTHERS: counts.total() - sum(named.values())})
        counted.hold_back()
        if not let_out(session, run.opener, FINDINGS, counted.groups(), this_hour()):
            keep(session, run.public_key, survey_id, _made(run), this_hour())
        for kind in ("count words", "estimate"):
            enqueue(session, kind, survey_id.hex())


def _made(run: _Run) -> Made:
    line = run.line
    figures = figures_from(run.counted.tally, line.edition, line.survey.audience_names())
    manifest = {
        "standard": f"{line.edition.name} {line.edition.sha256}",
        "model": line.model.identity,
        "python": platform.python_version(),
    }
    return Made(figures, shares_chart(figures), (), manifest)
