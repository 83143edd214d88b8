"""`heard keys`: what an organisation does with its keys."""

from collections.abc import Callable

import click

from safekeeping.opening import open_installation
from safekeeping.rotating import rotate
from safekeeping.settings import Settings


@click.group("keys")
def keys_command() -> None:
    """Look after the keys that the answers are sealed under."""


@keys_command.command("rotate")
@click.pass_obj
def rotate_command(read_settings: Callable[[], Settings]) -> None:
    """Make a new master key, wrap every survey's keys under it, and destroy the old one.

    Stop the server first: it has the old key in its memory.
    """
    settings = read_settings()
    opened = open_installation(settings)
    version, count = rotate(settings.keys, opened.vault.store)
    opened.close()
    surveys = "the keys of 1 survey are" if count == 1 else f"the keys of {count} surveys are"
    click.echo(f"Master key {version} is in use: {surveys} under it, and the old one is destroyed.")
    click.echo(f"Back up {settings.keys} now. Backups that hold the old key open what was backed up before; the key")
    click.echo("store's backups are kept for seven days, so destroy those of the old key then. Now start the server.")
