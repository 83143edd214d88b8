"""Read and write surveys in any format, chosen by the ending of the file's name."""

import re
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

from safekeeping.languages import gettext as _
from surveys.definition.load import BadSurvey, survey_from
from surveys.definition.survey import Survey
from surveys.definition.tables import to_toml
from surveys.formats.limesurvey import read_limesurvey
from surveys.formats.losses import BadFile, Imported, Loss, bad
from surveys.formats.opening import open_text
from surveys.formats.questionnaire_text import read_questionnaire
from surveys.formats.surveyjs_in import read_surveyjs
from surveys.formats.surveyjs_out import write_surveyjs
from surveys.formats.xlsform_reading import read_xlsform
from surveys.formats.xlsform_writing import write_xlsform

#: A sheet of an XLSForm written as a Markdown table.
_SHEET = re.compile(r"^\s*\|\s*(survey|choices|settings)\s*\|", re.IGNORECASE | re.MULTILINE)


def read_any(path: Path) -> Imported:
    """The survey in the file at `path`, and what was not carried over; its tables load. Raises `BadFile`."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise bad(path.name, "", _not_known(path, "read", READERS))
    return reader(path)


def write_any(survey: Survey, path: Path) -> tuple[Loss, ...]:
    """Write the survey to `path` and say what the format cannot hold. Raises `BadFile` for an unknown ending, and
    `OSError` where the file cannot be written."""
    return writer_for(path)(survey, path)


def writer_for(path: Path) -> Callable[[Survey, Path], tuple[Loss, ...]]:
    """What writes files with this ending. Raises `BadFile`, before anything is written."""
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise bad(path.name, "", _not_known(path, "written", WRITERS))
    return writer


def _not_known(path: Path, done: str, known: Iterable[str]) -> str:
    ending = f"files ending in “{path.suffix}” cannot be {done}" if path.suffix else "its name has no ending"
    return f"{ending}; use one of {', '.join(known)}"


def _read_toml(path: Path) -> Imported:
    opened = open_text(path, ("toml",))
    try:
        tables = tomllib.loads(opened.text)
        survey_from(tables, path.name)
    except BadSurvey as refused:
        raise BadFile(refused.faults) from None
    except (ValueError, RecursionError) as fault:
        raise bad(path.name, "", _("this is not valid TOML ({fault}); mend that line", fault=fault)) from None
    return Imported(tables, opened.losses)


def _read_markdown(path: Path) -> Imported:
    """A form written as tables, or a questionnaire as people write it."""
    sheets = _SHEET.search(open_text(path, ("md",)).text)
    return read_xlsform(path) if sheets else read_questionnaire(path)


def _write_toml(survey: Survey, path: Path) -> tuple[Loss, ...]:
    path.write_text(to_toml(survey), encoding="utf-8")
    return ()


READERS: dict[str, Callable[[Path], Imported]] = {
    ".toml": _read_toml,
    ".xlsx": read_xlsform,
    ".xls": read_xlsform,
    ".csv": read_xlsform,
    ".md": _read_markdown,
    ".lss": read_limesurvey,
    ".json": read_surveyjs,
    ".txt": read_questionnaire,
}
WRITERS: dict[str, Callable[[Survey, Path], tuple[Loss, ...]]] = {
    ".toml": _write_toml,
    ".xlsx": write_xlsform,
    ".json": write_surveyjs,
}
