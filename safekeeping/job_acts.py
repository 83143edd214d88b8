"""What people do to jobs: look at those that are not done, stop one, and have one tried again."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from safekeeping.jobs import NO_MEMORY, STOPPED, Job, queued, this_hour

#: What a list of work shows, in its order.
OPEN = ("running", "parted", "queued", "failed")


def open_jobs(session: Session) -> list[Job]:
    """Every job that is not done: those at work first, then what waits and what failed; without the parts of any."""
    found = session.scalars(select(Job).where(Job.state.in_(OPEN), Job.part_of.is_(None)).order_by(Job.made_at))
    return sorted(found, key=lambda job: OPEN.index(job.state))


def stop(session: Session, job: Job) -> bool:
    """Stop a job: at once where nobody is at it, else at the worker's next step. Whether there was anything to stop."""
    row = session.get_one(Job, job.id, with_for_update=True, populate_existing=True)
    if not row.waits:
        return False
    if row.state == "running":
        row.stop_asked = True
    else:
        row.state, row.fault, row.heart_at = "failed", STOPPED, this_hour()
    session.flush()
    parts = update(Job).where(Job.part_of == row.id)
    waiting = parts.where(Job.state == "queued").values(state="failed", fault=STOPPED)
    session.execute(parts.where(Job.state == "running").values(stop_asked=True), execution_options=NO_MEMORY)
    session.execute(waiting, execution_options=NO_MEMORY)
    return True


def try_again(session: Session, job: Job) -> bool:
    """Let a job that failed or was stopped be done: of one that was spread, the parts that are not done.

    Whether it was one. Where another waits for the same, this one is let go.
    """
    row = session.get_one(Job, job.id, with_for_update=True, populate_existing=True)
    if row.state != "failed":
        return False
    if queued(session, row.kind, row.argument):
        session.delete(row)
        session.flush()
        return True
    fresh = {"state": "queued", "attempts": 0, "fault": "", "stop_asked": False}
    again = update(Job).where((Job.id == row.id) | ((Job.part_of == row.id) & (Job.state == "failed")))
    session.execute(again.values(**fresh), execution_options=NO_MEMORY)
    session.refresh(row)
    return True


def retry_failed(session: Session) -> None:
    """Let failed jobs be tried again: what made them fail may be mended by now. What somebody stopped stays so."""
    failed = select(Job).where(Job.state == "failed", Job.fault != STOPPED, Job.part_of.is_(None))
    for job in session.scalars(failed).all():
        try_again(session, job)
