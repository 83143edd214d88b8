"""`heard protect`: any table of counts as it may be shown, without a database."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Never

import click


@click.command("protect")
@click.argument("file", metavar="TABLE.csv", type=click.Path(path_type=Path))
@click.option(
    "--threshold", type=click.Choice(["5", "10"]), default="10", show_default=True, help="Withhold counts under this."
)
@click.option(
    "--after",
    "earlier",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A table of the same people, as counted, that was released before. In the order of their release.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def protect_command(file: Path, threshold: str, earlier: tuple[Path, ...], as_json: bool) -> None:
    """Say what may be shown of a table of counts.

    TABLE.csv (or XLSX) has a column count, and columns of categories; cells without a row are nobody. Every cell and
    every margin comes out, to the nearest five or withheld. A margin has the word total for its category.
    """
    files = import_module("analysis.findings.protecting.count_file")
    try:
        shown = _protected([*earlier, file], int(threshold))
    except ValueError as fault:  # every refusal is one
        _refuse(str(fault))
    written = files.as_json(shown) if as_json else files.as_csv(shown)
    sys.stdout.flush()
    click.echo(written, nl=as_json)


def _protected(files: Sequence[Path], threshold: int) -> Any:
    """The last of some tables as it may be shown after the others."""
    read = import_module("analysis.findings.protecting.count_file").read_counts
    rules = import_module("analysis.findings.protecting.withholding")
    released: list[Any] = []
    for file in files:
        table = read(file)
        try:
            with _quiet():
                shown = rules.protect_counts(table, threshold, released)
        except rules.TooFewPeople:
            raise ValueError(f"{file}: it counts fewer than ten people. Nothing of it may be shown.") from None
        except rules.NothingLeft:
            raise ValueError(f"{file}: nothing of it may be shown beside what was released before.") from None
        released.append(rules.Released(table, shown))
    return released[-1].shown


@contextmanager
def _quiet() -> Iterator[None]:
    """The solver now and then writes a line of its own to the output, past Python."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _refuse(why: str) -> Never:
    click.echo(why, err=True)
    raise SystemExit(2)
