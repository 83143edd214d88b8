"""Taking a file in: every row that can come in, in one transaction, or none. And the jobs that do so for long files."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from safekeeping.clock import steady_now
from safekeeping.database import session_for
from safekeeping.jobs import Bench, enqueue
from safekeeping.staff import Staff
from safekeeping.trail import Act, record
from safekeeping.vault import Vault
from surveys.definition.published import CLOSED, GONE, PublishedSurvey, as_open
from surveys.importing.checking import Found, Progress, try_out
from surveys.importing.waiting import (
    CHECKING,
    TAKING,
    TakenImport,
    WaitingImport,
    keep_found,
    open_plan,
    open_table,
    throw_away,
    waiting_by_id,
)
from surveys.intake.submit import Submission, arrivals, land
from surveys.intake.tables import Intake

#: The names of the jobs.
CHECK_JOB, TAKE_JOB = "check import", "import"
#: So many rows are done while somebody waits for the page; more are a job.
AT_ONCE = 500
Ready = tuple[Found, list[Submission]]


def _silent(done: int, total: int) -> None:
    """How far it is, where nobody asks."""


def work_out(
    session: Session,
    keys: Vault,
    row: PublishedSurvey,
    waiting: WaitingImport,
    progress: Progress = _silent,
) -> Ready:
    """What of a file would come in, and what is to be sent for it."""
    opener = keys.opener(row.id)
    brought, plan = open_table(opener, waiting), open_plan(opener, waiting)
    return try_out(as_open(session, row, plan.version).survey, plan, brought, progress)


def seal_all(
    session: Session, keys: Vault, row: PublishedSurvey, waiting: WaitingImport, progress: Progress = _silent
) -> list[Intake]:
    """What is to be kept of a file, sealed and shuffled. It takes long, and locks nothing."""
    _found, submissions = work_out(session, keys, row, waiting, progress)
    plan = open_plan(keys.opener(row.id), waiting)
    return arrivals(as_open(session, row, plan.version), submissions)


def take(session: Session, keys: Vault, row: PublishedSurvey, waiting: WaitingImport, arrived: Sequence[Intake]) -> int:
    """Keep what was sealed, know the file again, and forget it: all in the transaction of `session`. How many came."""
    land(session, as_open(session, row), arrived)
    if row.state == CLOSED and arrived:
        enqueue(session, "take in", row.id.hex())
    rows = len(arrived) // 10 * 10
    session.merge(TakenImport(survey_id=row.id, fingerprint=waiting.fingerprint, rows=rows))
    who = session.get_one(Staff, waiting.staff_id)
    record(session, keys, Act("imported", row.address, who.id, who.organisation_id), steady_now(), rows=rows)
    throw_away(session, waiting)
    return len(arrived)


def check_import(bench: Bench, import_id: str) -> None:
    """The dry run of a long file. A plan changed meanwhile is tried out by the job that the change asks for."""
    with session_for(bench.engine) as session:
        waiting = waiting_by_id(session, import_id)
        if waiting is None or waiting.state != CHECKING:
            return
        row, plan = session.get_one(PublishedSurvey, waiting.survey_id), waiting.plan
        session.expunge_all()
    with Session(bench.engine.execution_options(reading=True)) as reading:
        found, _ready = work_out(reading, bench.vault, row, waiting, bench.progress)
    with session_for(bench.engine) as session:
        again = waiting_by_id(session, import_id, lock=True)
        if again is not None and again.state == CHECKING and again.plan == plan:
            keep_found(session, session.get_one(PublishedSurvey, again.survey_id), again, found)


def take_import(bench: Bench, import_id: str) -> None:
    """Take a long file in. Run again after it was stopped, it begins anew: until the end nothing is in."""
    with session_for(bench.engine) as session:
        waiting = waiting_by_id(session, import_id)
        if waiting is None or waiting.state != TAKING:
            return
        row = session.get_one(PublishedSurvey, waiting.survey_id)
        session.expunge_all()
    with Session(bench.engine.execution_options(reading=True)) as reading:
        arrived = seal_all(reading, bench.vault, row, waiting, bench.progress)
    with session_for(bench.engine) as session:
        again = waiting_by_id(session, import_id, lock=True)
        row = session.get_one(PublishedSurvey, row.id)
        if again is not None and row.state not in GONE:
            take(session, bench.vault, row, again, arrived)
