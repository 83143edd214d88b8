"""`heard survey shred`: destroy a survey's answers for good, from the command line, and say what is left where."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Never

import click
from sqlalchemy import Engine, Table
from sqlalchemy.exc import NoResultFound

from safekeeping.database import session_for
from safekeeping.keystore import Keystore
from safekeeping.opening import Opened
from surveys.definition.published import SHREDDED, definition_of, published_at
from surveys.intake.read import kept_count
from surveys.intake.shred import left_over, shred_whole

#: For how long backups are kept: of the key store, and of the database (docs/deployment.md).
KEY_BACKUPS, BACKUPS = timedelta(days=7), timedelta(days=35)


def shred_command(open_store: Callable[[], Opened], made: Sequence[Table]) -> click.Command:
    """The command. `open_store` gives the database and the keys, `made` are tables of what was made from answers."""

    @click.command("shred")
    @click.argument("address")
    @click.option("--yes-shred", metavar="ADDRESS", help="The address once more, instead of being asked for it.")
    def shred(address: str, yes_shred: str | None) -> None:
        """Destroy the answers to the survey at ADDRESS for good. Its questions stay. Needs the database and the keys.

        Stopped half-way, run it again: it goes on where it was.
        """
        opened = open_store()
        survey_id = _confirmed(opened.engine, opened.vault.store, made, address, yes_shred)
        shred_whole(opened.engine, opened.vault, survey_id, made)
        click.echo(_what_is_left(datetime.now(UTC)))

    return shred


def _confirmed(engine: Engine, store: Keystore, made: Sequence[Table], address: str, typed: str | None) -> bytes:
    """The survey's id, once the address was typed a second time. Nothing is changed before."""
    with session_for(engine) as session:
        try:
            row = published_at(session, address)
        except NoResultFound:
            _refuse(f"There is no published survey at “{address}”. Nothing was changed. Check the address.")
        if row.state == SHREDDED and not left_over(session, store, row.id, made):
            _refuse(f"The answers to “{address}” are destroyed already. Nothing was changed.")
        survey_id, title, count = row.id, definition_of(row).title, kept_count(session, row.id)
    if typed is None:
        click.echo(f"“{title}” at {address}: {count:,} {'answer' if count == 1 else 'answers'}.")
        click.echo("They, and what was made from them, will be destroyed for good. Nobody can bring them back.")
        typed = click.prompt("Type the address again to go on", default="", show_default=False)
    if typed.strip() != address:
        _refuse("That is not the address. Nothing was changed.")
    return survey_id


def _what_is_left(now: datetime) -> str:
    keys, rows = (f"{day.day} {day:%B %Y}" for day in (now + KEY_BACKUPS, now + BACKUPS))
    return (
        "Gone: the keys, the answers, the passages and codings, the findings, and forms that were being typed in.\n"
        "Kept: the survey's questions, and the record of what staff did.\n"
        f"Backups of the database hold the answers, sealed, until {rows}.\n"
        f"Backups of the key store can still open those until {keys}. Delete them sooner if that is too long.\n"
        "What was printed, saved as a file or published is not changed by this."
    )


def _refuse(why: str) -> Never:
    click.echo(why, err=True)
    raise SystemExit(2)
