"""Packing a data file's forms into one ZIP: streamed, the same bytes for the same frozen answers, with a manifest."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import IO, Any, BinaryIO, cast

from analysis.sharing.codebook_page import note_on_top
from analysis.sharing.data_file import DataFile
from analysis.sharing.formats import FORMS, MANIFEST, README, WORDS, File
from analysis.sharing.text_files import write_rows
from analysis.sharing.workbook_file import part

#: The rows of a file of people's words, its header first.
WordRows = Iterable[Sequence[str]]
Progress = Callable[[int, int], None]


class _Counted:
    """A stream that remembers the hash and the length of what went through."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self.sha256, self.length = out, hashlib.sha256(), 0

    def write(self, piece: bytes) -> int:
        """Pass a piece on."""
        self.sha256.update(piece)
        self.length += len(piece)
        return self._out.write(piece)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)


@dataclass(frozen=True)
class Extra:
    """A file beside those of the data: its name, what it is, and who writes it."""

    name: str
    what: str
    write: Callable[[BinaryIO], None]


@dataclass(frozen=True)
class Package:
    """What is to be packed: the data, in which forms (keys of `FORMS`), people's own words where they go along, and
    files beside."""

    data: DataFile
    forms: tuple[str, ...]
    words: WordRows | None = None
    words_said: str = ""
    extras: tuple[Extra, ...] = ()

    @property
    def files(self) -> list[File]:
        """The files of the chosen forms, in the order of the table."""
        return [file for name, form in FORMS.items() if name in self.forms for file in form.files]


def pack(package: Package, out: BinaryIO, progress: Progress = lambda done, total: None) -> None:
    """Write the ZIP; `progress(files done, files)` is called after each file."""
    files = package.files
    told = [(file.name, file.what) for file in files] + [(extra.name, extra.what) for extra in package.extras]
    told += [(WORDS, package.words_said)] if package.words else []
    written: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part(README), note_on_top(package.data, told))
        for done, file in enumerate(files):
            progress(done, len(told))
            written[file.name] = _write(archive, file.name, lambda to, file=file: file.write(package.data, to))  # type: ignore[misc]
        for done, extra in enumerate(package.extras, len(files)):
            progress(done, len(told))
            written[extra.name] = _write(archive, extra.name, extra.write)
        if package.words is not None:
            rows = package.words
            written[WORDS] = _write(archive, WORDS, lambda to: write_rows(to, rows))
        archive.writestr(part(MANIFEST), json.dumps(_manifest(package.data, written), indent=2, ensure_ascii=False))
    progress(len(told), len(told))


def _write(archive: zipfile.ZipFile, name: str, write: Callable[[BinaryIO], None]) -> dict[str, object]:
    with archive.open(part(name), "w", force_zip64=True) as to:
        counted = _Counted(to)
        write(cast(BinaryIO, counted))
    return {"sha256": counted.sha256.hexdigest(), "bytes": counted.length}


def _manifest(data: DataFile, written: dict[str, dict[str, object]]) -> dict[str, object]:
    """No time but the day the answers were frozen, so that the same answers give the same bytes."""
    origin = data.origin
    return {
        "made_by": f"Heard {version('heard')}",
        "survey": {"address": origin.address, "title": origin.title, "versions": origin.versions},
        "frozen": {
            "number": origin.wave,
            "wave": origin.wave_name,
            "on": origin.frozen_on.isoformat(),
            "fingerprint": origin.fingerprint,
            "withdrawn_since": origin.fewer or "none",
        },
        "about_person": [each.name for each in data.about_person],
        "files": written,
    }
