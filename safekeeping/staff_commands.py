"""`heard sign-in-link`, `heard organisation` and `heard trail`: what only the server's own console may do."""

from collections.abc import Callable
from datetime import UTC, datetime

import click

from safekeeping.database import session_for
from safekeeping.opening import open_installation
from safekeeping.organisations import Organisation, add_organisation, first_organisation
from safekeeping.permissions import ROLES
from safekeeping.settings import Settings
from safekeeping.staff import add_staff, make_link
from safekeeping.trail import HEADS, Act, head, record, verify

DESK = "/desk"


@click.command("sign-in-link")
@click.option("--name", default="Researcher", help="Whose link; a person who is not there yet is added.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(ROLES), help="Roles of a new person; all if not said."
)
@click.pass_obj
def sign_in_link_command(read_settings: Callable[[], Settings], name: str, roles: tuple[str, ...]) -> None:
    """Print a one-time link with which somebody sets up their account, for the first time or again."""
    settings = read_settings()
    opened = open_installation(settings)
    with session_for(opened.engine) as session:
        person = add_staff(session, name, roles or ROLES)
        code = make_link(session, person, datetime.now(UTC)).hex()
        act = Act("console link", person.id.hex(), None, person.organisation_id)
        record(session, opened.vault, act, datetime.now(UTC))
    opened.close()
    click.echo(f"{settings.public_address}{DESK}/sign-in/{code}")


@click.group("organisation")
def organisation_command() -> None:
    """Look after the organisations that share this installation."""


@organisation_command.command("add")
@click.argument("name")
@click.option("--administrator", prompt="Name of its first administrator", help="Who manages its people.")
@click.pass_obj
def add_command(read_settings: Callable[[], Settings], name: str, administrator: str) -> None:
    """Add an organisation called NAME, and print the link for its first administrator."""
    settings = read_settings()
    opened = open_installation(settings)
    with session_for(opened.engine) as session:
        first_organisation(session, settings.organisation)
        if session.query(Organisation).filter_by(name=name).first():
            raise click.ClickException(f"There is an organisation “{name}” already. Nothing was added.")
        row = add_organisation(session, name)
        person = add_staff(session, administrator, ("administrator",), row)
        if person.organisation_id != row.id:
            raise click.ClickException(f"“{administrator}” is somebody else's name already. Nothing was added.")
        code = make_link(session, person, datetime.now(UTC)).hex()
        record(session, opened.vault, Act("invited", person.id.hex(), None, row.id), datetime.now(UTC))
    opened.close()
    click.echo(f"{settings.public_address}{DESK}/sign-in/{code}")


@click.group("trail")
def trail_command() -> None:
    """The record of what staff did."""


@trail_command.command("verify")
@click.pass_obj
def verify_command(read_settings: Callable[[], Settings]) -> None:
    """Check that no row of the trail was changed, taken out, put in, moved or cut off. Status 1 where one was."""
    settings = read_settings()
    opened = open_installation(settings)
    with session_for(opened.engine) as session:
        newest = head(session)
        broken = verify(session, opened.vault, settings.instance / HEADS)
        count, mark = (newest.number, newest.mark.hex()[:16]) if newest else (0, "")
    opened.close()
    for each in broken:
        click.echo(f"Row {each.number}: {each.why}.", err=True)
    if broken:
        raise SystemExit(1)
    click.echo(f"The trail holds: {count} acts." + (f" The newest one's mark begins {mark}." if count else ""))
