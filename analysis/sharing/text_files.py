"""The forms of a data file that are text: CSV, in codes and in words, and JSON lines with their schema."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from analysis.sharing.cells import safe_cell
from analysis.sharing.data_file import DataFile
from analysis.sharing.describing import ROW
from analysis.sharing.variables import COARSENED, Variable

#: Spreadsheets read a file that begins with this as UTF-8; statistics programs need none for digits.
MARKED, PLAIN = "utf-8-sig", "utf-8"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


@contextmanager
def _text(out: BinaryIO, encoding: str) -> Iterator[Any]:
    """A text file over a stream of bytes, which stays open after it."""
    text = io.TextIOWrapper(out, encoding, newline="", write_through=False)
    yield text
    text.detach()


def write_rows(out: BinaryIO, rows: Iterable[Iterable[str]]) -> None:
    """A CSV for spreadsheets, every cell of it safe (RFC 4180, UTF-8 with a mark)."""
    with _text(out, MARKED) as text:
        csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows)


def write_codes(data: DataFile, out: BinaryIO) -> None:
    """The rows as numbers. Nothing in it can be a formula: names are letters, and the rest is digits."""
    with _text(out, PLAIN) as text:
        writer = csv.writer(text)
        writer.writerow([ROW, *(each.name for each in data.variables)])
        writer.writerows(data.rows)


def labels_of(variable: Variable) -> Mapping[int, str]:
    """Value -> what it means, also of what is missing."""
    return {**variable.values, **variable.missing}


def in_words(data: DataFile) -> Iterator[list[str]]:
    """The header, then the rows, as people read them: questions above, answers below; numbers as they are."""
    yield [ROW, *(each.label for each in data.variables)]
    labels = [labels_of(each) for each in data.variables]
    for number, *values in data.rows:
        yield [str(number), *(known.get(value, str(value)) for known, value in zip(labels, values, strict=True))]


def write_words(data: DataFile, out: BinaryIO) -> None:
    """The rows in words."""
    write_rows(out, in_words(data))


#: The columns of the list of variables.
LISTED = ("variable", "question", "label", "value", "meaning", "missing")


def listed(data: DataFile) -> Iterator[tuple[str, ...]]:
    """Every variable with each of its values, a row each."""
    yield LISTED
    yield (ROW, "", "A number that tells rows of this file apart, and means nothing else", "", "", "")
    for variable in data.variables:
        start = (variable.name, variable.question, variable.label)
        if variable.kind in COARSENED:
            yield (*start, "", "a number, made less exact", "")
        yield from ((*start, str(value), label, "") for value, label in variable.values.items())
        yield from ((*start, str(value), label, "missing") for value, label in variable.missing.items())


def write_list(data: DataFile, out: BinaryIO) -> None:
    """What the columns and codes mean."""
    write_rows(out, listed(data))


def write_lines(data: DataFile, out: BinaryIO) -> None:
    """One JSON object a line, in the same codes."""
    names = [ROW, *(each.name for each in data.variables)]
    with _text(out, PLAIN) as text:
        for row in data.rows:
            text.write(json.dumps(dict(zip(names, row, strict=True)), separators=(",", ":")) + "\n")


def schema_of(data: DataFile) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one line."""
    names = [ROW, *(each.name for each in data.variables)]
    own = {ROW: {"type": "integer", "minimum": 0, "title": "Tells rows of this file apart"}}
    return {
        "$schema": DRAFT,
        "title": data.origin.title,
        "description": data.origin.said,
        "type": "object",
        "additionalProperties": False,
        "required": names,
        "properties": own | {each.name: _schema(each) for each in data.variables},
    }


def _schema(variable: Variable) -> dict[str, Any]:
    """A closed list of values, or a number beside the closed list of what is missing."""
    named = labels_of(variable) if variable.kind not in COARSENED else variable.missing
    known = [{"const": value, "title": label} for value, label in named.items()]
    least = variable.coded(0) if variable.kind in COARSENED else 0
    number = {"type": "integer", "not": {"enum": list(variable.missing)}}
    ways = [*known, number | ({"minimum": least} if least else {})] if variable.kind in COARSENED else known
    return {"title": variable.label, "type": "integer", "oneOf": ways}


def write_schema(data: DataFile, out: BinaryIO) -> None:
    """The schema as JSON."""
    out.write(json.dumps(schema_of(data), ensure_ascii=False, indent=2).encode() + b"\n")
