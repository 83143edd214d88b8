"""`heard report`: make a report at the console, and check one against the database.

What makes and checks is loaded only when it is asked for: web pages import this file too.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Never

import click
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.reporting.composing import PARTS
from analysis.reporting.formats import FORMS
from analysis.reporting.manifest import NotAManifest
from analysis.reporting.reading_manifest import manifest_in
from safekeeping.languages import at_the_desk, speaking
from safekeeping.opening import Opened
from safekeeping.vault import Destroyed
from surveys.definition.published import PublishedSurvey, local_day, published_at

DIFFERS, CANNOT = 1, 2


class _MakesByDefault(click.Group):
    """`heard report ADDRESS` is `heard report make ADDRESS`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named, else `make`."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["make", *args])


def report_command(open_store: Callable[[], Opened]) -> click.Group:
    """The command. `open_store` gives the database and the keys."""

    @click.group("report", cls=_MakesByDefault)
    def report() -> None:
        """Reports: `heard report ADDRESS --out DIR` makes one, `heard report verify FILE` checks one."""

    @report.command("make")
    @click.argument("address")
    @click.option(
        "--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="The folder to write to."
    )
    @click.option("--parts", default=",".join(PARTS), show_default=True, help="Which parts, with commas between.")
    @click.option("--forms", default=",".join(FORMS), show_default=True, help="Which forms, with commas between.")
    @click.option("--language", default="en", show_default=True, type=click.Choice(at_the_desk()))
    def make(address: str, out: Path, parts: str, forms: str, language: str) -> None:
        """Make a report of the survey at ADDRESS, as one file of each form."""
        chosen = _chosen(parts, PARTS, "--parts"), _chosen(forms, FORMS, "--forms")
        opened = open_store()
        with Session(opened.engine.execution_options(reading=True)) as session, speaking(language):
            for path in _made(session, opened, _survey(session, address), out, chosen):
                click.echo(path)

    @report.command("verify")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--survey", metavar="ADDRESS", help="The survey, where it is not at the address the report names.")
    def verify(file: Path, survey: str | None) -> None:
        """Make the figures of the report FILE anew from the database and compare. Changes nothing.

        Exit status 0: every figure is the same; 1: some differ; 2: it cannot be checked.
        """
        printed = _printed(file)
        opened = open_store()
        verifying = import_module("analysis.reporting.verifying")
        with Session(opened.engine.execution_options(reading=True)) as session, _bar("Counting") as progress:
            row = _survey(session, survey or printed.survey)
            try:
                found = verifying.verify(session, opened.vault, row, printed, progress)
            except Destroyed:
                _refuse(f"The answers to “{row.address}” are destroyed, so its figures cannot be made again.")
        for line in verifying.said(found):
            click.echo(line)
        raise SystemExit(0 if found.holds else DIFFERS)

    return report


def _made(
    session: Session, opened: Opened, row: PublishedSurvey, out: Path, chosen: tuple[list[str], list[str]]
) -> Iterator[Path]:
    making, (parts, forms) = import_module("analysis.reporting.making"), chosen
    day = local_day(session, row, datetime.now(UTC))
    try:
        with _bar("Reading") as progress:
            report = making.report_on(session, opened.vault, row, day, parts, progress)
    except (ValueError, Destroyed) as fault:
        _refuse(str(fault) or f"The answers to “{row.address}” are destroyed.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for form in forms:
            path = out / f"{row.address}-report.{FORMS[form].ending}"
            path.write_bytes(FORMS[form].write(report))
            yield path
    except OSError as fault:
        _refuse(f"{fault.filename or out} cannot be written: {fault.strerror}. Name another folder with --out.")


@contextmanager
def _bar(words: str) -> Iterator[Callable[[int, int], None]]:
    bar: Any = import_module("tqdm").tqdm(desc=words, unit=" responses", file=sys.stderr, dynamic_ncols=True)

    def progress(done: int, total: int) -> None:
        bar.total = total or None
        bar.update(done - bar.n)

    with bar:
        yield progress


def _chosen(named: str, known: dict[str, Any], option: str) -> list[str]:
    asked = [each.strip() for each in named.split(",") if each.strip()]
    wrong = [each for each in asked if each not in known]
    if wrong or not asked:
        _refuse(f"{option}: there is no “{', '.join(wrong)}”. There are {', '.join(known)}.")
    return [each for each in known if each in asked]


def _survey(session: Session, address: str) -> PublishedSurvey:
    try:
        return published_at(session, address)
    except NoResultFound:
        _refuse(f"There is no published survey at “{address}”. Check the address, or name it with --survey.")


def _printed(file: Path) -> Any:
    try:
        return manifest_in(file.read_bytes())
    except OSError as fault:
        _refuse(f"{file} cannot be read: {fault.strerror}.")
    except NotAManifest as fault:
        _refuse(f"{file}: {fault}")


def _refuse(why: str) -> Never:
    click.echo(why, err=True)
    raise SystemExit(CANNOT)
