"""`heard estimate`: shares that are right although the machine is wrong, for anybody's tables, without a database."""

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import click

SHOWN_AFTER = 2.0  # seconds


@click.command("estimate")
@click.option("--population", required=True, metavar="P.csv", type=click.Path(path_type=Path), help="Every response.")
@click.option("--audit", required=True, metavar="A.csv", type=click.Path(path_type=Path), help="The audited ones.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def estimate_command(population: Path, audit: Path, as_json: bool) -> None:
    """Estimate the share of responses with each code, overall and per stratum, with 95 % intervals.

    P.csv (or XLSX) has the columns id and stratum, and one for each code with the machine's score from 0 to 1, for
    every response. A.csv has id, and what people settled on, 0 or 1, for codes of the same names. The audited rows must
    be a simple random sample of each stratum. How it is done stands in docs/methods.md.
    """
    said = import_module("analysis.findings.estimate_file_said")
    try:
        found = _estimated(population, audit)
    except KeyboardInterrupt:
        click.echo("\nStopped. Nothing was written.", err=True)
        raise SystemExit(130) from None
    except ValueError as fault:  # every refusal is one, and says what and where
        click.echo(str(fault), err=True)
        raise SystemExit(2) from None
    click.echo(said.as_json(found) if as_json else said.as_text(found))


def _estimated(population: Path, audit: Path) -> Any:
    """With a bar where it takes long."""
    size = None
    with suppress(OSError):
        size = population.stat().st_size
    bar = import_module("tqdm").tqdm(
        total=size, unit="B", unit_scale=True, dynamic_ncols=True, delay=SHOWN_AFTER, desc=population.name
    )
    with bar:
        reading = import_module("analysis.findings.estimate_file")
        return reading.estimate_files(population, audit, lambda position: bar.update(position - bar.n))
