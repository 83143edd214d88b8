"""`heard sign-in-link`, `heard organisation` and `heard trail`: what only the server's own console may do."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from safekeeping.database import session_for
from safekeeping.opening import open_installation
from safekeeping.organisations import Organisation, add_organisation, first_organisation
from safekeeping.permissions import ROLES
from safekeeping.settings import Settings
from safekeeping.staff import add_staff, make_link
from safekeeping.trail import HEADS, Act, head, record, verify
from safekeeping.vault import Vault

DESK = "/desk"

#: Raises `NoKeys` where the keys do not fit what is there.
CheckKeys = Callable[[Session, Vault], None]
Read = Callable[[], Settings]
Open = Callable[[Settings], AbstractContextManager[tuple[Session, Vault]]]


def staff_commands(check: CheckKeys) -> tuple[click.Command, ...]:
    """The commands; each begins with `check`, so that a lost key is not replaced by a fresh one unseen."""

    @contextmanager
    def opened(settings: Settings) -> Iterator[tuple[Session, Vault]]:
        installation = open_installation(settings)
        try:
            with session_for(installation.engine) as session:
                check(session, installation.vault)
                yield session, installation.vault
        finally:
            installation.close()

    return _link_command(opened), _organisation_command(opened), _trail_command(opened)


def _link_command(opened: Open) -> click.Command:
    @click.command("sign-in-link")
    @click.option("--name", default="Researcher", help="Whose link; a person who is not there yet is added.")
    @click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="Of a new person; all if not said.")
    @click.pass_obj
    def sign_in_link(read_settings: Read, name: str, roles: tuple[str, ...]) -> None:
        """Print a one-time link with which somebody sets up their account, for the first time or again."""
        settings = read_settings()
        with opened(settings) as (session, vault):
            person = add_staff(session, name, roles or ROLES)
            code = make_link(session, person, datetime.now(UTC)).hex()
            act = Act("console link", person.id.hex(), None, person.organisation_id)
            record(session, vault, act, datetime.now(UTC))
        click.echo(f"{settings.public_address}{DESK}/sign-in/{code}")

    return sign_in_link


def _organisation_command(opened: Open) -> click.Command:
    @click.group("organisation")
    def organisation() -> None:
        """Look after the organisations that share this installation."""

    @organisation.command("add")
    @click.argument("name")
    @click.option("--administrator", prompt="Name of its first administrator", help="Who manages its people.")
    @click.pass_obj
    def add(read_settings: Read, name: str, administrator: str) -> None:
        """Add an organisation called NAME, and print the link for its first administrator."""
        settings = read_settings()
        with opened(settings) as (session, vault):
            first_organisation(session, settings.organisation)
            if session.query(Organisation).filter_by(name=name).first():
                raise click.ClickException(f"There is an organisation “{name}” already. Nothing was added.")
            row = add_organisation(session, name)
            person = add_staff(session, administrator, ("administrator",), row)
            if person.organisation_id != row.id:
                raise click.ClickException(f"Somebody is called “{administrator}” already. Nothing was added.")
            code = make_link(session, person, datetime.now(UTC)).hex()
            record(session, vault, Act("invited", person.id.hex(), None, row.id), datetime.now(UTC))
        click.echo(f"{settings.public_address}{DESK}/sign-in/{code}")

    return organisation


def _trail_command(opened: Open) -> click.Command:
    @click.group("trail")
    def trail() -> None:
        """The record of what staff did."""

    @trail.command("verify")
    @click.pass_obj
    def verify_trail(read_settings: Read) -> None:
        """Check that no row of the trail was changed, taken out, put in, moved or cut off. Status 1 where one was."""
        settings = read_settings()
        with opened(settings) as (session, vault):
            newest = head(session)
            broken = verify(session, vault, settings.instance / HEADS)
            count, mark = (newest.number, newest.mark.hex()[:16]) if newest else (0, "")
        for each in broken:
            click.echo(f"Row {each.number}: {each.why}.", err=True)
        if broken:
            raise SystemExit(1)
        click.echo(f"The trail holds: {count} acts." + (f" The newest one's mark begins {mark}." if count else ""))

    return trail
