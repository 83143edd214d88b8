"""`heard code`, `heard agreement` and `heard model train`: the analysis for anybody's spreadsheet, without a database.

Each command loads what it needs only when it is called: the web pages import this file too.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any, Never

import click

MODELS = Path(__file__).resolve().parent.parent / "instance" / "models"


@click.command("code")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--text", required=True, metavar="COLUMN", help="The column that holds the answers.")
@click.option("--question", metavar="COLUMN", help="The column that holds the question asked.")
@click.option("--audience", metavar="COLUMN", help="The column that says who answered.")
@click.option("--standard", default="mdan", show_default=True, help="The standard to code against, or a TOML file.")
@click.option("--model", "asks", is_flag=True, help="Ask the language model of HEARD_MODEL_ADDRESS.")
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="The folder to write into.")
def code_command(
    file: Path, text: str, question: str | None, audience: str | None, standard: str, asks: bool, out: Path
) -> None:
    """Suggest sections, themes and stance for each passage of the answers in FILE (CSV or XLSX)."""
    coding = import_module("analysis.code_file")
    try:
        manifest = _code(file, coding.Columns(text, question, audience), standard, out, asks)
    except KeyboardInterrupt:
        click.echo("\nStopped. Nothing was written.", err=True)
        raise SystemExit(130) from None
    except ValueError as fault:  # every refusal is one, and says what and where
        _refuse(fault)
    counts = manifest["counts"]
    click.echo(f"Coded {counts['rows']:,} rows, {counts['passages']:,} passages. Open {out / coding.REPORT}")


def _code(file: Path, columns: Any, standard: str, out: Path, asks: bool) -> Any:
    coding, progress = import_module("analysis.code_file"), import_module("tqdm")
    edition = import_module("analysis.standard.edition").load_edition(standard)
    with ExitStack() as shown:
        check = shown.enter_context(_stopping())
        bars: list[Any] = []

        def model() -> Any:
            """Asked for once the input is known to be usable; so what is refused at once shows no bar."""
            bar = progress.tqdm(total=_size(file), unit="B", unit_scale=True, dynamic_ncols=True)
            bars.append(shown.enter_context(bar))
            found = _asked(file, columns, edition, bar) if asks else _model(edition, bar.set_description)
            bar.set_description(file.name)
            return found

        def go_on(position: int) -> None:
            check()
            bars[0].update(position - bars[0].n)

        return coding.code_file(file, columns, edition, model, out, go_on)


@contextmanager
def _stopping() -> Iterator[Callable[[], None]]:
    """Ctrl-C that is never lost: what it gives is to be called at every step, and stops there if it was pressed.

    A library that is called back at the wrong moment swallows the exception Python raises for it. A server that goes
    down, or whoever ends the process by `kill`, is heard in the same way, so nothing half-written is left then either.
    """
    pressed = False

    def press(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    before = {each: signal.signal(each, press) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield check
    finally:
        for each, heard in before.items():
            signal.signal(each, heard)


def _size(file: Path) -> int | None:
    """How far the progress goes: bytes of a CSV, lines of a workbook."""
    with import_module("surveys.formats.spreadsheet").open_spreadsheet(file) as sheet:
        size: int | None = sheet.size()
        return size


def _asked(file: Path, columns: Any, edition: Any, bar: Any) -> Any:
    """The language model of the settings, after it was said what asking it would take."""
    settings = click.get_current_context().obj()
    connection = import_module("analysis.local_model.connecting").connection_of(settings)
    passages = import_module("analysis.code_file").passages_in(file, columns)
    asking = import_module("analysis.local_model.for_file").model_for_file
    return asking(connection, edition, MODELS / "asked", passages, bar.write)


def _model(edition: Any, say: Any) -> Any:
    """The suggester for any standard: trained where there are examples, else by its wording and cues."""
    begin_with = import_module("analysis.learning.choosing").begin_with
    return begin_with(MODELS, edition, {}, lambda share, words: say(f"Learning, once: {words}"))


def _trained(edition: Any, say: Any) -> Any:
    def learning(share: float, words: str) -> None:
        say(f"Learning, once: {words}")

    return import_module("analysis.coding.model").load_or_train(MODELS, edition, learning)


def _refuse(fault: ValueError) -> Never:
    click.echo(str(fault), err=True)
    raise SystemExit(2)


@click.command("agreement")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def agreement_command(file: Path, as_json: bool) -> None:
    """Say how well coders agree. FILE (CSV or XLSX) has the columns coder, item and labels.

    Labels are joined with +, and empty where the coder gave none of them. A column respondent, where there is one, says
    which items are from the same person: intervals are then drawn over persons.

    Where coders cut their own passages, items are texts, with a row for each passage and the columns start and end: in
    characters from 0, the end not included, both empty where a coder marked nothing. A column length says how long the
    texts are. Heard's own codings.csv has these columns and is read as it is.
    """
    read = import_module("analysis.coding.agreement_file")
    said = import_module("analysis.coding.agreement_said")
    try:
        found = read.agreement(read.read_codings(file))
    except ValueError as fault:
        _refuse(fault)
    click.echo(said.as_json(found) if as_json else said.as_text(found))


@click.group("model")
def model_command() -> None:
    """The suggester that codes."""


@model_command.command("train")
@click.option("--standard", default="mdan", show_default=True, help="The standard to train for.")
def train_command(standard: str) -> None:
    """Train the suggester now, unless it is there already, and say where it is."""
    try:
        edition = import_module("analysis.standard.edition").load_edition(standard)
    except ValueError as fault:
        _refuse(fault)
    model = _trained(edition, lambda words: click.echo(words, err=True))
    click.echo(f"{model.identity}\n{model.path or 'It could not be written to disk and is gone now.'}")
