"""`heard audit verify`: draw every audit sample of a survey again, and say whether it is the one that is kept."""

from collections.abc import Callable

import click
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.auditing.designing import draws, samples, verify_draws
from safekeeping.opening import Opened
from safekeeping.vault import Destroyed
from surveys.definition.published import published_at


def audit_command(open_store: Callable[[], Opened]) -> click.Group:
    """The command. `open_store` gives the database and the keys."""

    @click.group("audit")
    def audit() -> None:
        """Random samples that are coded blind."""

    @audit.command("verify")
    @click.argument("address")
    def verify(address: str) -> None:
        """Draw every audit sample of the survey at ADDRESS again, by its seed, and compare. Changes nothing."""
        opened = open_store()
        with Session(opened.engine.execution_options(reading=True)) as session:
            found, checked = _checked(session, opened, address)
        for fault in found:
            click.echo(fault, err=True)
        if found:
            raise SystemExit(1)
        click.echo(f"Draws of “{address}” drawn again: {checked}. Each is as it was drawn.")

    return audit


def _checked(session: Session, opened: Opened, address: str) -> tuple[list[str], int]:
    try:
        row = published_at(session, address)
        opener, office = opened.vault.opener(row.id), opened.vault.office
    except NoResultFound:
        return [f"There is no published survey at “{address}”. Check the address."], 0
    except Destroyed:
        return [f"The answers to “{address}” are destroyed, so nothing can be drawn again."], 0
    every = samples(session, row.id)
    wrong = [
        f"Sample {sample.number}. {fault}"
        for sample in every
        for fault in verify_draws(session, sample, opener, office)
    ]
    return wrong, sum(bool(each.sealed) for sample in every for each in draws(session, sample.id))
