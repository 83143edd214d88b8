"""`heard doctor` and `heard upgrade`: what is wrong with an installation, and how it comes to a newer version."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import click

from safekeeping.database import session_for
from safekeeping.doctor import FINE, LOOK, MEND, Finding, Patient, examine
from safekeeping.doctor_checks import checks_for
from safekeeping.keeping_commands import CheckKeys, make_backup, refusing
from safekeeping.master_keys import NoKeys
from safekeeping.migrating import revisions
from safekeeping.opening import open_installation
from safekeeping.settings import RESPOND, BadSetting, Settings

WIDTH = max(len(state) for state in (FINE, LOOK, MEND))


def doctor_command(check_keys: CheckKeys) -> click.Command:
    """The command `heard doctor`."""

    @click.command("doctor")
    @click.pass_obj
    def doctor(read_settings: Callable[[], Settings]) -> None:
        """Look at everything that can go wrong, and say what to do. Status 1 where something must be mended."""
        if not _told(_findings(read_settings, check_keys)):
            raise SystemExit(1)

    return doctor


def _findings(read_settings: Callable[[], Settings], check_keys: CheckKeys) -> Iterator[Finding]:
    try:
        settings = read_settings()
    except BadSetting as fault:
        yield Finding(MEND, "Settings", str(fault), "Nothing else can be looked at before.")
        return

    def surveys(patient: Patient) -> Iterator[Finding]:
        try:
            with patient.reading() as session:
                check_keys(session, patient.vault)
        except NoKeys as fault:
            yield Finding(MEND, "Surveys", "some cannot be opened", str(fault))
        else:
            yield Finding(FINE, "Surveys", "each has its keys")

    yield Finding(FINE, "Settings", "each can be used")
    patient = Patient(settings, datetime.now(UTC))
    checks = checks_for(settings.door)
    if settings.door != RESPOND:
        checks.append(("Surveys", surveys))
    try:
        yield from examine(patient, checks)
    finally:
        patient.close()


def _told(findings: Iterator[Finding]) -> bool:
    """Print each finding; whether nothing must be mended."""
    counted = dict.fromkeys((FINE, LOOK, MEND), 0)
    for finding in findings:
        counted[finding.state] += 1
        click.echo(f"{finding.state:<{WIDTH}}  {finding.about}: {finding.what}")
        if finding.remedy:
            click.echo(f"{'':<{WIDTH}}  → {finding.remedy}")
    click.echo(", ".join(f"{count} {state}" for state, count in counted.items()) + ".")
    return not counted[MEND]


def upgrade_command(check_keys: CheckKeys) -> click.Command:
    """The command `heard upgrade`."""

    @click.command("upgrade")
    @click.option("--without-backup", is_flag=True, help="Do not make a backup first.")
    @click.pass_obj
    def upgrade(read_settings: Callable[[], Settings], without_backup: bool) -> None:
        """After a newer version was installed: back up, bring the database to its shape, and look at everything.

        Stop the server first. Stopped half-way, run it again.
        """
        settings = read_settings()
        if not without_backup:
            make_backup(settings, settings.backups, check_keys)
        with refusing("The backup that was just made is whole. Run this again, or: heard restore"):
            opened = open_installation(settings)
            with closing(opened), session_for(opened.engine) as session:
                check_keys(session, opened.vault)
        click.echo(f"The database has the newest shape ({revisions()[-1]}).\n")
        if not _told(_findings(read_settings, check_keys)):
            raise SystemExit(1)
        click.echo("Start the server.")

    return upgrade
