"""`heard jobs`: what is under way, for who has only a shell."""

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Never

import click
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.job_acts import open_jobs, stop, try_again
from safekeeping.jobs import Job
from safekeeping.opening import Opened
from safekeeping.trail import Act, record
from safekeeping.vault import Vault

SHORT = 8  # signs of an id, as they are listed
Here = tuple[Session, Vault]


def jobs_command(open_: Callable[[], Opened], never_stopped: Container[str], secret: str) -> click.Group:
    """The commands. `never_stopped`: kinds that must go on; `secret`: the kind that is not told of while it waits."""

    @contextmanager
    def here() -> Iterator[Here]:
        installation = open_()
        try:
            with session_for(installation.engine) as session:
                yield session, installation.vault
        finally:
            installation.close()

    group = click.Group("jobs", help="See long work that is not done, stop it, or have it tried again.")

    @group.command("list")
    def list_() -> None:
        """Print what is being done, what waits and what failed."""
        with here() as (session, _vault):
            lines = [_line(job) for job in open_jobs(session) if not (job.kind == secret and job.waits)]
        click.echo("\n".join(lines) or "Nothing is under way, and nothing failed.")

    @group.command("stop")
    @click.argument("job_id")
    def stop_(job_id: str) -> None:
        """Stop the job whose id begins so, at its next step."""
        with here() as (session, vault):
            job = _found(session, job_id)
            if job.kind in never_stopped:
                _refuse(f"“{job.kind}” must go on: somebody waits for it. Nothing was changed.")
            if not stop(session, job):
                _refuse("Nobody is at this job any more. Nothing was changed.")
            _note(session, vault, "stopped work", job)
        click.echo("It stops at its next step. What was there before it began is as it was.")

    @group.command("retry")
    @click.argument("job_id")
    def retry(job_id: str) -> None:
        """Have the failed job whose id begins so tried again."""
        with here() as (session, vault):
            job = _found(session, job_id)
            _note(session, vault, "work again", job)
            if not try_again(session, job):
                _refuse("This job has not failed. Nothing was changed.")
        click.echo("It is tried again as soon as a worker is free.")

    return group


def _line(job: Job) -> str:
    far = f"  {job.done:,} of {job.total:,}" if job.total else ""
    return f"{job.id.hex()[:SHORT]}  {job.state:8}{job.kind:16}{job.turn[:SHORT]}{far}  {job.fault}".rstrip()


def _found(session: Session, begins: str) -> Job:
    found = [job for job in open_jobs(session) if begins and job.id.hex().startswith(begins.lower())]
    if len(found) != 1:
        many = "More than one job begins so" if found else "No job that is not done begins so"
        _refuse(f"{many}. See `heard jobs list`. Nothing was changed.")
    return found[0]


def _note(session: Session, vault: Vault, verb: str, job: Job) -> None:
    record(session, vault, Act(verb, job.turn), datetime.now(UTC), kind=job.kind)


def _refuse(why: str) -> Never:
    raise click.ClickException(why)
