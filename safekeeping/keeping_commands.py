"""`heard backup` and `heard restore`: what keeps an installation, and brings it back."""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from safekeeping import high_water
from safekeeping.ageing import prune
from safekeeping.backing_up import ANSWERS, KEYS, NoBackup, Part, back_up, row_count
from safekeeping.database import make_engine, session_for
from safekeeping.doctor_checks import heard_version
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.master_keys import NoKeys
from safekeeping.migrating import is_newest
from safekeeping.recovery_key import (
    NoRecoveryKey,
    Recovery,
    keep_sealing,
    new_recovery_key,
    read_sealing,
    recovery_from,
    sealing_file,
)
from safekeeping.restoring import Files, NotEmpty, files_of, restore
from safekeeping.sealed_stream import BadBackup
from safekeeping.settings import Settings, file_of, moved
from safekeeping.table_stream import Tallies
from safekeeping.vault import Vault, load_vault

#: Opens some of what is sealed, and says in a line how many of how many opened. Handed in: the ground floor knows no
#: surveys. Raises `BadBackup` where one does not open that should.
OpenSome = Callable[[Engine, Vault], str]
#: Raises `NoKeys` where a survey's keys are not there. Handed in as well.
CheckKeys = Callable[[Session, Vault], None]
REFUSALS = (NoBackup, BadBackup, NoRecoveryKey, NotEmpty, NoKeys, OSError, SQLAlchemyError)
KEY_FILE = click.option(
    "--key-file", type=click.Path(path_type=Path), help="A file with the recovery key, instead of being asked for it."
)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@contextmanager
def refusing(safe: str) -> Iterator[None]:
    """What goes wrong is one sentence, what is `safe`, and status 2."""
    try:
        yield
    except REFUSALS as fault:
        said = str(fault).splitlines()[0] if not isinstance(fault, OSError) else _disk_said(fault)
        click.echo(said, err=True)
        click.echo(safe, err=True)
        raise SystemExit(2) from None


def _disk_said(fault: OSError) -> str:
    return f"{fault.filename or 'The disk'} cannot be used ({fault.strerror})."


def teller(total: int | None = None) -> Callable[[int], None]:
    """Shows how far something is, on one line, where somebody watches; None where nobody knows how much it is."""
    of_all = f" of {total:,}" if total is not None else ""

    def tell(rows: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r  {rows:,}{of_all} rows    ", nl=False, err=True)

    return tell


def backup_command(check_keys: CheckKeys, open_some: OpenSome) -> click.Group:
    """The command `heard backup` and what belongs to it."""

    @click.group("backup", invoke_without_command=True)
    @click.option("--to", "goal", type=click.Path(path_type=Path), help="The folder; HEARD_BACKUPS if not said.")
    @click.pass_context
    def backup(context: click.Context, goal: Path | None) -> None:
        """Back everything up into two sealed files, read them back, and delete backups that are over."""
        if context.invoked_subcommand is None:
            read_settings: Callable[[], Settings] = context.obj
            settings = read_settings()
            make_backup(settings, (goal or settings.backups).absolute(), check_keys)

    backup.add_command(key_command)
    backup.add_command(_verify_command(open_some))
    return backup


def make_backup(settings: Settings, goal: Path, check_keys: CheckKeys) -> None:
    """One backup, told on the terminal. `SystemExit` 2 where none could be made; then no earlier one is deleted."""
    now = datetime.now(UTC)
    with refusing("No backup was made; earlier ones are as they were."):
        sealing, total = read_sealing(settings.instance), row_count(settings)
        _check(settings, check_keys)
        parts = back_up(settings, goal, sealing, heard_version(), now, teller(total))
        gone = prune(goal, now, _clock_is_sure(settings, now))
    for part in parts:
        click.echo(f"{part.path}: {part.rows:,} rows, {_size(part)}, read back and whole.")
    click.echo(f"Sealed to the recovery key {sealing.name}. Older files deleted: {gone}.")
    click.echo("Keep copies of answers 35 days, copies of keys 7 days, each in another place, and the key on paper.")


def _check(settings: Settings, check_keys: CheckKeys) -> None:
    """A key store that was lost and begun anew must not take the place of good copies within a week."""
    engine, key_engine = make_engine(settings.database), make_key_engine(settings.keystore)
    try:
        if is_newest(engine):
            with Session(engine.execution_options(reading=True)) as session:
                check_keys(session, load_vault(settings.keys, Keystore(key_engine)))
    finally:
        engine.dispose()
        key_engine.dispose()


def _size(part: Part) -> str:
    return f"{part.size / 1e6:,.0f} MB"


def _clock_is_sure(settings: Settings, now: datetime) -> bool:
    """False also where it cannot be told, as before there was a mark."""
    engine = make_engine(settings.database)
    try:
        with session_for(engine.execution_options(reading=True)) as session:
            return high_water.far_mark(session, now) is None
    except SQLAlchemyError:
        return False
    finally:
        engine.dispose()


@click.command("key")
@click.option("--again", is_flag=True, help="Make another one. Backups made so far open by the earlier one only.")
@click.pass_obj
def key_command(read_settings: Callable[[], Settings], again: bool) -> None:
    """Make the recovery key, and show it once to be written down."""
    settings = read_settings()
    if sealing_file(settings.instance).exists() and not again:
        name = read_sealing(settings.instance).name
        click.echo(f"There is a recovery key already, named {name}. Nothing was changed.", err=True)
        click.echo("If its paper is lost, make another: heard backup key --again", err=True)
        raise SystemExit(2)
    signs = new_recovery_key()
    sealing = recovery_from(signs).sealing
    with refusing("Nothing was changed."):
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_sealing(settings.instance, sealing)
    click.echo(f"\n    {signs}\n")
    click.echo(f"This is the recovery key, named {sealing.name}. It is shown once and kept nowhere.")
    click.echo("Write it on paper, twice, and lock the papers away in two places, away from this server.")
    click.echo("Without it no backup opens. Whoever has it and the backups can read every answer.")


def _recovery(key_file: Path | None) -> Recovery:
    """The recovery key, from the file or from whoever sits here. Raises `NoRecoveryKey`."""
    if key_file:
        return recovery_from(key_file.read_text(encoding="utf-8", errors="replace"))
    return recovery_from(click.prompt("The recovery key, from the paper"))


def _total(tallies: Tallies) -> int:
    return sum(each.rows for each in tallies.values())


def _verify_command(open_some: OpenSome) -> click.Command:
    @click.command("verify")
    @click.argument("paths", metavar="FILE…", nargs=-1, required=True, type=FILE)
    @KEY_FILE
    @click.pass_obj
    def verify(read_settings: Callable[[], Settings], paths: Sequence[Path], key_file: Path | None) -> None:
        """Bring a backup back into a throwaway folder, count it, and open answers where both files are given."""
        with refusing("The installation was not touched."):
            files = files_of(paths)
            recovery = _recovery(key_file)
            with tempfile.TemporaryDirectory(prefix="heard-verify-") as folder:
                goal = _on_its_own(moved(read_settings(), Path(folder) / "instance"))
                tallies = restore(files, recovery, goal, datetime.now(UTC), teller())
                _tell_rows(files, tallies)
                if len(files.paths) == 2:
                    click.echo(opened_in(goal, open_some))
        click.echo("Every row is as it was written.")

    return verify


def _on_its_own(goal: Settings) -> Settings:
    """The same in SQLite, whatever the installation uses."""
    folder = goal.instance
    kept, drafts, keys = (f"sqlite:///{folder}/{name}.sqlite" for name in ("heard", "drafts", "keystore"))
    return replace(goal, database=kept, drafts=drafts, keystore=keys, keys=folder / "keys")


def opened_in(goal: Settings, open_some: OpenSome) -> str:
    """What `open_some` says of an installation."""
    engine, key_engine = make_engine(goal.database), make_key_engine(goal.keystore)
    try:
        return open_some(engine, load_vault(goal.keys, Keystore(key_engine)))
    finally:
        engine.dispose()
        key_engine.dispose()


def _tell_rows(files: Files, tallies: Tallies) -> None:
    for name, tally in sorted((name, tally) for name, tally in tallies.items() if tally.rows):
        click.echo(f"  {tally.rows:>9,}  {name.replace('_', ' ')}")
    if len(files.paths) == 2 and not files.made_together:
        made = {kind: str(head["stamp"]).removeprefix("heard-") for kind, head in files.heads.items()}
        click.echo(f"The answers are of {made[ANSWERS]} and the keys of {made[KEYS]} (year-month-day-hour, UTC).")
        click.echo("Answers whose key is not among these keys stay closed: withdrawn or shredded, or sent in between.")


def restore_command(open_some: OpenSome) -> click.Command:
    """The command `heard restore`; `open_some` opens some of what was brought back."""

    @click.command("restore")
    @click.argument("answers", type=FILE)
    @click.argument("keys", type=FILE)
    @click.option("--into", type=click.Path(path_type=Path), help="An empty folder; HEARD_INSTANCE if not said.")
    @KEY_FILE
    @click.pass_obj
    def restored(
        read_settings: Callable[[], Settings], answers: Path, keys: Path, into: Path | None, key_file: Path | None
    ) -> None:
        """Bring an installation back from a backup: the file of the ANSWERS and the file of their KEYS.

        Into an empty folder, and an empty database where HEARD_DATABASE names one on PostgreSQL.
        """
        settings = read_settings()
        goal = moved(settings, into.absolute()) if into else settings
        with refusing("Nothing was changed."):
            files = files_of((answers, keys))
            recovery = _recovery(key_file)
            tallies = restore(files, recovery, goal, datetime.now(UTC), teller())
            keep_sealing(goal.instance, recovery.sealing)
        _tell_rows(files, tallies)
        click.echo(f"{_total(tallies):,} rows are back, each as it was written.")
        with refusing("All rows are back; look into this before you start the server."):
            click.echo(opened_in(goal, open_some))
        click.echo(_next(goal, str(files.heads[ANSWERS]["stamp"])))

    return restored


def _next(goal: Settings, stamp: str) -> str:
    where = f"HEARD_INSTANCE={goal.instance}"
    if file_of(goal.database) is None:
        where += " and HEARD_DATABASE as you set it now"
    return (
        f"Next: set {where}, run heard doctor, then heard run.\n"
        f"What was sent and done after {stamp.removeprefix('heard-')} (year-month-day-hour, UTC) is not in it.\n"
        "The trail says that it was brought back. People sign in again. A survey that was shredded since, shred again."
    )
