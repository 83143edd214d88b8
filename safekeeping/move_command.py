"""`heard move`: from SQLite to PostgreSQL, or back."""

from collections.abc import Callable
from datetime import UTC, datetime

import click
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from safekeeping.backing_up import closed_keys
from safekeeping.closing import Marked
from safekeeping.database import session_for
from safekeeping.keeping_commands import REFUSALS, CheckKeys, OpenSome, teller
from safekeeping.move_route import KEPT, NoMove, Route, begin, goal_of, moving_legs, route, undo, vault_of
from safekeeping.moving import bring_over, compare, compare_trails, end, row_count
from safekeeping.settings import Settings, checked_database, file_of
from safekeeping.trail import HEADS

TO = click.option("--to", help="The address of the new database, such as postgresql+psycopg://heard@localhost/heard")
KEYSTORE = click.option(
    "--keystore", help="Where the keys go; apart in the new database, or beside its file, if not said."
)
SAFE = "Nothing is lost: what is in the old database stays there. Run this again to go on, or: heard move --undo"


def move_command(check_keys: CheckKeys, open_some: OpenSome) -> click.Command:
    """The command `heard move`."""

    @click.command("move")
    @TO
    @KEYSTORE
    @click.option("--undo", "back", is_flag=True, help="Open the old database again, wherever the move has come to.")
    @click.pass_obj
    def move(read_settings: Callable[[], Settings], to: str | None, keystore: str | None, back: bool) -> None:
        """Move everything from HEARD_DATABASE to another database. Stop the server first.

        Stopped half-way, run it again. The old database stays as it is, closed.
        """
        old = read_settings()
        try:
            if back:
                _take_back(old)
            else:
                new = goal_of(old, _address("--to", to), keystore and _address("--keystore", keystore))
                _move(old, new, check_keys, open_some)
        except (NoMove, *REFUSALS) as fault:
            click.echo(_said(fault), err=True)
            click.echo(SAFE, err=True)
            raise SystemExit(2) from None

    return move


def _said(fault: Exception) -> str:
    if isinstance(fault, SQLAlchemyError):  # its message may hold the address
        return f"A database cannot be used ({type(fault).__name__}). {getattr(fault, 'orig', '')}".splitlines()[0]
    return str(fault).splitlines()[0]


def _address(option: str, text: str | None) -> str:
    if not text:
        raise NoMove("Say where to: heard move --to postgresql+psycopg://heard@localhost/heard")
    try:
        return checked_database(text)
    except ValueError as fault:
        raise NoMove(f"{option}: {fault}.") from None


def _move(old: Settings, new: Settings, check_keys: CheckKeys, open_some: OpenSome) -> None:
    with route(old, new) as way:
        mark = begin(way, datetime.now(UTC))
        if mark.finished:
            end(way, mark)
            click.echo("It was moved before, all of it.")
        else:
            _bring(way, mark, check_keys, open_some)
        _tell_next(way)


def _bring(way: Route, mark: Marked, check_keys: CheckKeys, open_some: OpenSome) -> None:
    total = row_count(way)
    click.echo(f"{total:,} rows go to {way.goal}. The old database takes nothing any more.")
    bring_over(way, teller(total))
    click.echo("All are there. Now each is read on both sides and compared.")
    rows = compare(way, teller(total))
    engine, keys = way.leg(KEPT).new, vault_of(way, new=True)
    if closed_keys(keys):
        raise NoMove("The master key does not open all keys on the new side.")
    with session_for(engine.execution_options(reading=True)) as session:
        check_keys(session, keys)
    broken = compare_trails(way, way.old.instance / HEADS)
    opened = open_some(engine, keys)
    end(way, mark)
    click.echo(f"{rows:,} rows are there, each the same. Every survey's keys open. {opened}")
    click.echo("The trail holds." if not broken else f"The trail does not hold, as before, in places: {broken}.")


def _tell_next(way: Route) -> None:
    shown = {
        name: make_url(address).render_as_string(hide_password=True)
        for name, address in (("HEARD_DATABASE", way.new.database), ("HEARD_KEYSTORE", way.new.keystore))
    }
    files = [path for leg in moving_legs(way) if (path := file_of(leg.old.url.render_as_string(hide_password=False)))]
    click.echo("\nNext:")
    click.echo("  1. For every process of Heard, set " + " and ".join(f"{name}={at}" for name, at in shown.items()))
    click.echo("     (with the password, if there is one, or in a .pgpass). Take HEARD_DRAFTS out, unless you need it.")
    click.echo("  2. heard doctor, then heard run, then heard backup.")
    click.echo("  3. The old database is as it was, and closed. It still opens what people withdraw from now on, so")
    click.echo("     within seven days destroy it, and the master key with which it opens:")
    for path in files:
        click.echo(f"       shred -u {path} (and {path.name}-wal, {path.name}-shm if they are there)")
    if not files:
        click.echo(f"       DROP DATABASE, or DROP SCHEMA public, keystore CASCADE, at {_shown(way.leg(KEPT).old)}")
    click.echo("       heard keys rotate (with Heard stopped), then heard backup")


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def _take_back(old: Settings) -> None:
    """The route's other end is of no matter here, so it is the old one's own."""
    with route(old, old) as way:
        mark = undo(way)
    if mark is None:
        raise NoMove("This database was not moved, or is the new side of a move. Nothing was changed.")
    click.echo("The old database is open again. Start Heard on it as before.")
    click.echo(f"A copy is left at {mark.goal}, keys too: destroy it, whole or half, within seven days.")
    if mark.finished:
        click.echo("What was sent, withdrawn or done there since the move is not here.")
