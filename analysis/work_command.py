"""`heard work`: long work, done by one process or by several beside each other, on one host or on many."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import click
from flask import Flask

from analysis.jobs import KINDS
from analysis.local_model.connecting import CONNECTION, connection_of
from analysis.made import MADE
from analysis.reporting.swept_files import move_files, sweep_made
from analysis.worked_example import code_example
from safekeeping.database import session_for
from safekeeping.high_water import Stopwatch, take_hour
from safekeeping.jobs import Bench, this_hour
from safekeeping.many_workers import until_told, work_side_by_side
from safekeeping.serving import lives_beside
from safekeeping.settings import RESPOND, Settings
from safekeeping.working import every_hour, run_one, work
from surveys.managing.tidying import sweep_drafts, tidy


def work_command(create_app: Callable[[], Flask], worker: Sequence[str]) -> click.Command:
    """The command. `worker` is the command line that starts one of several."""

    @click.command("work")
    @click.option("--once", is_flag=True, help="Stop when nothing waits any more.")
    @click.option("--example", is_flag=True, help="Code the audit of the worked example first.")
    @click.option("--beside", type=int, help="Stop when the process of this number is gone.")
    @click.option("--workers", type=click.IntRange(1, 64), default=1, help="How many processes, on this host.")
    def command(once: bool, example: bool, beside: int | None, workers: int) -> None:
        """Do long work as it comes, until stopped. Several hosts may do so on one database."""
        if workers > 1:
            work_side_by_side(worker, workers)
        else:
            go_on = until_told(lives_beside(beside) if beside else lambda: True)
            _work(create_app(), go_on, once, example)

    return command


def _work(app: Flask, go_on: Callable[[], bool], once: bool, example: bool) -> None:
    settings: Settings = app.extensions["settings"]
    if settings.door == RESPOND:
        every_hour(go_on, lambda: sweep_drafts(app))
        return
    context = {
        "model folder": settings.instance / "models",
        "drafts": app.extensions["drafts_engine"],
        CONNECTION: connection_of(settings),
        "watch": _show_progress if once else None,
    }
    bench = (app.extensions["engine"], app.extensions["vault"], KINDS, context)
    if example:
        code_example(Bench(app.extensions["engine"], app.extensions["vault"], _show_progress, context))
    if once:
        while go_on() and run_one(*bench, go_on):
            click.echo(err=True)
    else:
        stopwatch = Stopwatch()
        work(*bench, go_on, lambda: _tidy(app, stopwatch))


def _show_progress(done: int, total: int) -> None:
    click.echo(f"\r  {done} of {total}    ", nl=False, err=True)


def _tidy(app: Flask, stopwatch: Stopwatch) -> None:
    """What is over, once an hour by one worker of all; and files in this host's own folder, by each."""
    with session_for(app.extensions["engine"]) as session:
        mine = take_hour(session, this_hour())
    if mine:
        tidy(app, MADE, stopwatch)
    else:  # what really passed is counted by whoever does it
        sweep_drafts(app)
        stopwatch.passed()
    engine, drafts, keys = (app.extensions[name] for name in ("engine", "drafts_engine", "vault"))
    with session_for(engine) as session:
        move_files(session, drafts, keys.office, app.extensions["settings"].instance)
    sweep_made(engine, drafts, datetime.now(UTC))
