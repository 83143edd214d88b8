"""`heard survey`: check, convert and render a definition, without a database.

Each command loads what it needs only when it is called: the web pages import this file too.
"""

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Never

import click

from surveys.definition.checklist import LOOK, Checked, checklist
from surveys.definition.load import BadSurvey, survey_from
from surveys.definition.minutes import in_minutes, seconds
from surveys.definition.parts import DEFAULT
from surveys.definition.path import is_for
from surveys.definition.schema import survey_schema
from surveys.definition.survey import Survey
from surveys.definition.texts import texts_of
from surveys.formats.losses import BadFile, Imported, Loss

#: What the list of things to look at says of the standard needs the standards, which are not loaded here.
NOT_ASKED = "The standard"
STOPPED = 130


@click.group("survey")
def survey_command() -> None:
    """Check a survey definition, convert it, or make a preview of it: without a database or keys. Or shred answers."""


@survey_command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check_command(file: Path) -> None:
    """Say whether the survey in FILE is in order, and what is worth looking at."""
    survey, imported = _read(file)
    _tell(imported.losses)
    low, high = minutes_range(survey)
    said = f"about {low} to {high} minutes" if low < high else f"about {_counted(low, 'minute')}"
    click.echo(f"{file} is in order: {_size(survey)}, {said}")
    for item in checklist(Checked(survey, imported.tables)):
        if item.state == LOOK and item.about != NOT_ASKED:
            language = f" ({item.language})" if item.language else ""
            click.echo(f"{item.about}{language}: {item.what} {item.remedy}")


@survey_command.command("convert")
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
def convert_command(source: Path, target: Path, force: bool) -> None:
    """Read the survey in IN and write it to OUT, each in the format its name ends in.

    What the format of OUT or IN cannot hold is listed, a line each.
    """
    with _refusing(target):
        write = import_module("surveys.formats.convert").writer_for(target)
        if target.is_dir():
            _refuse([f"{target} is a folder, and nothing was changed. Give the name of a file."])
        if target.exists() and not force:
            _refuse([f"{target} is there already, and nothing was changed. Choose another name, or add --force."])
        survey, imported = _read(source)
        losses = [*imported.losses, *_written_whole(target, lambda path: write(survey, path))]
    _tell(losses)
    click.echo(f"{target} is written: {_size(survey)}")


@survey_command.command("render")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--out", required=True, metavar="DIR", type=click.Path(path_type=Path), help="The folder to write into.")
@click.option("--helpline", default="0808 800 1170", show_default=True, help="The number shown on every page.")
@click.option("--force", is_flag=True, help="Replace an earlier preview in DIR.")
def render_command(file: Path, out: Path, helpline: str, force: bool) -> None:
    """Write every page of the survey in FILE as plain HTML, to look at in a browser without a server."""
    preview = import_module("surveys.managing.static_preview")
    with _refusing(out):
        _check_folder(out, force and preview.is_preview(out))
        survey, imported = _read(file)
        count = preview.count_sheets(survey)

        def write(folder: Path) -> tuple[Loss, ...]:
            folder.mkdir(parents=True)
            with import_module("tqdm").tqdm(total=count, unit=" pages", dynamic_ncols=True, disable=None) as bar:
                preview.write_preview(survey, folder, helpline, bar.update)
            return ()

        _written_whole(out, write)
    _tell(imported.losses)
    click.echo(f"{_counted(count, 'page')} written. Open {out / preview.INDEX}")


def _check_folder(out: Path, may_replace: bool) -> None:
    """Only an earlier preview is ever taken away, never a folder with something else in it."""
    if out.exists() and not may_replace and (not out.is_dir() or any(out.iterdir())):
        what = "Choose another folder. An earlier preview is replaced if you add --force."
        _refuse([f"{out} is not empty, and nothing was changed. {what}"])


@survey_command.command("schema")
def schema_command() -> None:
    """Print the JSON schema of survey files, for editors that complete them (docs/survey.schema.json)."""
    click.echo(json.dumps(survey_schema(), ensure_ascii=False, indent=1))


def minutes_range(survey: Survey) -> tuple[int, int]:
    """From the quickest to the slowest audience: minutes it takes to answer all that is for them."""
    ranges = [in_minutes(_seconds(survey, audience)) for audience in survey.audience_names()]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _seconds(survey: Survey, audience: str) -> float:
    read = {place.question: 0 for place, _ in texts_of(survey)}
    for place, wording in texts_of(survey):
        read[place.question] += len(wording.get(audience, wording[DEFAULT]).split())
    return sum(
        seconds(
            read.get(question.name, 0),
            question.kind,
            len(getattr(question, "choices", ())),
            len(getattr(question, "rows", ())),
            getattr(question, "longest", 0),
        )
        for page in survey.pages
        for question in page.questions
        if is_for(page.audiences, audience) and is_for(question.audiences, audience)
    )


def _read(file: Path) -> tuple[Survey, Imported]:
    """The survey in a file. Where it cannot be read, every fault is said and the command ends with status 2."""
    try:
        imported: Imported = import_module("surveys.formats.convert").read_any(file)
        return survey_from(imported.tables, str(file)), imported
    except (BadFile, BadSurvey) as refused:
        _refuse(refused.faults)
    except OSError as fault:
        _refuse([f"{file}: the file cannot be read ({fault.strerror}); check its name and place."])


@contextmanager
def _refusing(target: Path) -> Iterator[None]:
    """What cannot be written is one sentence and status 2; nothing is half-written."""
    try:
        yield
    except BadFile as refused:
        _refuse(refused.faults)
    except OSError as fault:
        _refuse([f"{target}: it cannot be written ({fault.strerror}), and nothing was. Check its name and place."])
    except KeyboardInterrupt:
        click.echo("\nStopped. Nothing was written.", err=True)
        raise SystemExit(STOPPED) from None


def _written_whole(target: Path, write: Callable[[Path], Any]) -> tuple[Loss, ...]:
    """Write beside the target, then put it in its place: it is there whole, or as it was."""
    beside = target.with_name(f".{secrets.token_hex(6)}{target.suffix}")
    try:
        losses: tuple[Loss, ...] = write(beside)
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(beside, target)  # noqa: PTH105
        return losses
    finally:
        if beside.is_dir():
            shutil.rmtree(beside, ignore_errors=True)
        beside.unlink(missing_ok=True)


def _tell(losses: Iterable[Loss]) -> None:
    """A line for each thing that was not carried over, and how many they are."""
    listed = list(losses)
    for loss in listed:
        click.echo(str(loss), err=True)
    if listed:
        click.echo(
            f"{_counted(len(listed), 'thing')} not carried over as {'it is' if len(listed) == 1 else 'they are'}.",
            err=True,
        )


def _size(survey: Survey) -> str:
    return f"{_counted(len(survey.pages), 'page')}, {_counted(len(survey.questions), 'question')}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _refuse(faults: Iterable[str]) -> Never:
    for fault in faults:
        click.echo(fault, err=True)
    raise SystemExit(2)
