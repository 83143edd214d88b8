"""SPSS (.sav) and Stata (.dta) files, with labels, missing codes and the questions, by pyreadstat. For jobs only.

Both formats carry the time at which they were written; the day on which the answers were frozen stands there instead.
pyreadstat writes to a path and not to a stream, so on Linux the file is one that exists in memory only.
"""

import os
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyreadstat

from analysis.sharing.data_file import DataFile
from analysis.sharing.describing import ROW
from analysis.sharing.variables import COARSENED, FLAG, RANK, Variable

#: How long labels may be: in bytes of UTF-8 for SPSS, in characters for Stata.
SPSS_LABEL, SPSS_VALUE, SPSS_FILE, SPSS_NOTE = 255, 120, 64, 80
STATA_LABEL, STATA_VALUE, STATA_FILE = 80, 32_000, 80
#: Where the time stands: in .sav at these bytes (as “22 Nov 26” and “10:04:34”), in .dta under this element.
SAV_TIME = slice(92, 109)
DTA_TIME = (b"<timestamp>", b"</timestamp>")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
ROW_LABEL = "Tells rows of this file apart, and means nothing else"
CHUNK = 1 << 20


def clip_bytes(text: str, longest: int) -> str:
    """A text cut to so many bytes of UTF-8, between characters.

    >>> clip_bytes("ééé", 5)
    'é…'
    """
    text = " ".join(text.split())
    if len(text.encode()) <= longest:
        return text
    return text.encode()[: longest - len("…".encode())].decode(errors="ignore") + "…"


def clip(text: str, longest: int) -> str:
    """A text cut to so many characters."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def write_sav(data: DataFile, out: BinaryIO) -> None:
    """An SPSS file. Missing codes are user-missing; the file's notes hold every question in full."""
    frame = pd.DataFrame(dict(_numbers(data)), copy=False)
    labels: dict[str, str | None] = {each.name: clip_bytes(each.label, SPSS_LABEL) for each in data.variables}
    values: dict[str, Any] = {each.name: _values(each, SPSS_VALUE) for each in data.variables}
    missing: dict[str, Any] = {each.name: [_range(each)] for each in data.variables}
    with _file(out, _set_sav_time(data.origin.frozen_on)) as path:
        pyreadstat.write_sav(
            frame,
            path,
            file_label=clip_bytes(data.origin.said, SPSS_FILE),
            column_labels={**labels, ROW: ROW_LABEL},
            note=[line for said in _notes(data) for line in _wrapped(said)],
            variable_value_labels=values,
            missing_ranges=missing,
            variable_measure={ROW: "nominal"} | {each.name: _measure(each) for each in data.variables},
            variable_format=dict.fromkeys(frame.columns, "F8.0") | {ROW: "F15.0"},
            row_compress=True,
        )


def write_dta(data: DataFile, out: BinaryIO) -> None:
    """A Stata file (version 14 and later). Missing codes are extended missing values, .a to .e."""
    frame = pd.DataFrame(dict(_lettered(data)), copy=False)
    labels: dict[str, str | None] = {each.name: clip(each.label, STATA_LABEL) for each in data.variables}
    values: dict[str, Any] = {each.name: _lettered_values(each) for each in data.variables}
    with _file(out, _set_dta_time(data.origin.frozen_on)) as path:
        pyreadstat.write_dta(
            frame,
            path,
            version=14,
            file_label=clip(data.origin.said, STATA_FILE),
            column_labels={**labels, ROW: ROW_LABEL},
            variable_value_labels=values,
            missing_user_values={each.name: list(letters(each).values()) for each in data.variables},
            variable_format={ROW: "%15.0f"},
        )


def letters(variable: Variable) -> dict[int, str]:
    """Missing code -> the letter that stands for it in Stata: a for not answered, and so on."""
    return dict(zip(sorted(variable.missing), "abcde", strict=True))


def _numbers(data: DataFile) -> Iterator[tuple[str, Any]]:
    yield ROW, np.frombuffer(data.numbers, dtype=np.int64)
    for variable, column in zip(data.variables, data.columns, strict=True):
        yield variable.name, np.frombuffer(column, dtype=np.dtype(column.typecode))


def _lettered(data: DataFile) -> Iterator[tuple[str, Any]]:
    """Letters in place of missing codes. A column without any stays a column of numbers."""
    yield ROW, np.frombuffer(data.numbers, dtype=np.int64).astype(np.float64)
    for variable, column in zip(data.variables, data.columns, strict=True):
        known = letters(variable)
        mixed = np.empty(len(column), dtype=object)
        mixed[:] = [known.get(value, value) for value in column]
        yield variable.name, mixed


def _values(variable: Variable, longest: int) -> dict[int, str]:
    return {value: clip_bytes(label, longest) for value, label in {**variable.values, **variable.missing}.items()}


def _lettered_values(variable: Variable) -> dict[int | str, str]:
    known: dict[int, int | str] = {**letters(variable)}
    labels = {**variable.values, **variable.missing}
    return {known.get(value, value): clip_bytes(label, STATA_VALUE) for value, label in labels.items()}


def _range(variable: Variable) -> dict[str, int]:
    return {"lo": min(variable.missing), "hi": max(variable.missing)}


def _measure(variable: Variable) -> str:
    if variable.kind in COARSENED:
        return "scale"
    return "ordinal" if variable.kind == RANK else "nominal" if variable.kind == FLAG else "unknown"


def _notes(data: DataFile) -> Iterator[str]:
    yield f"Made from {data.origin.said}. Fingerprint {data.origin.fingerprint}."
    yield from (f"{each.name}: {each.label}" for each in data.variables)


def _wrapped(said: str) -> list[str]:
    """Lines short enough in bytes: a character has at most four."""
    pieces = textwrap.wrap(" ".join(said.split()), SPSS_NOTE if said.isascii() else SPSS_NOTE // 4)
    return pieces or [" "]


@contextmanager
def _file(out: BinaryIO, set_time: Callable[[bytes], bytes]) -> Iterator[str]:
    """A path to write to; what was written there goes on to `out`, with its time set, and is gone."""
    if hasattr(os, "memfd_create"):
        held = os.memfd_create("export")
        try:
            yield f"/proc/self/fd/{held}"
            with os.fdopen(os.dup(held), "rb") as written:
                _pass_on(written, out, set_time)
        finally:
            os.close(held)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        yield str(path)
        with path.open("rb") as written:
            _pass_on(written, out, set_time)


def _pass_on(written: BinaryIO, out: BinaryIO, set_time: Callable[[bytes], bytes]) -> None:
    written.seek(0)
    out.write(set_time(written.read(CHUNK)))
    while piece := written.read(CHUNK):
        out.write(piece)


def _set_sav_time(day: date) -> Callable[[bytes], bytes]:
    stamp = f"{day.day:02} {MONTHS[day.month - 1]} {day.year % 100:02}00:00:00".encode()
    return lambda head: head[: SAV_TIME.start] + stamp + head[SAV_TIME.stop :]


def _set_dta_time(day: date) -> Callable[[bytes], bytes]:
    stamp = f"{day.day:02} {MONTHS[day.month - 1]} {day.year:04} 00:00".encode()
    opening, closing = DTA_TIME

    def set_time(head: bytes) -> bytes:
        before, rest = head.split(opening, 1)
        return before + opening + bytes([len(stamp)]) + stamp + closing + rest.split(closing, 1)[1]

    return set_time
