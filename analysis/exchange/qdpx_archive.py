"""Looking into a .qdpx before anything in it is read: what is no project, is damaged, or would unpack to too much."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from analysis.exchange.project_checks import BadProject
from safekeeping.languages import gettext as _

MIB = 2**20
#: How far the parts may unpack, in bytes: one, and all of them. 50,000 answers with 150,000 marks come to 90 MiB.
LARGEST_PART, LARGEST = 192 * MIB, 384 * MIB
#: Text packs about 3 to 1 and coded XML 12 to 1; a part over 1 MiB that packs tighter than this is a bomb.
RATIO = 100
MOST_PARTS = 200_000
SAVE = _("Save it as a REFI-QDA project (.qdpx) again.")


class Archive:
    """The parts of a .qdpx that is safe to read."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zipped = zipped
        self.names = {info.filename for info in zipped.infolist() if not info.is_dir()}

    @property
    def qde(self) -> str:
        """The name of the XML file: `project.qde`, or as some programs call it, the only .qde at the root."""
        found = [name for name in self.names if name.endswith(".qde") and "/" not in name]
        if "project.qde" in found:
            return "project.qde"
        if len(found) != 1:
            raise BadProject(_("The file holds no project.qde, so it is no REFI-QDA project.") + f" {_(SAVE)}")
        return found[0]

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        """One part, as a stream that ends with a `BadProject` where it is longer than it said."""
        try:
            with self._zipped.open(name) as file:
                yield file  # type: ignore[misc]  # as readable as any
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, zlib.error) as fault:
            raise _damaged() from fault

    def text(self, path: str) -> str | None:
        """The text file that an `internal://` path names; None where it is not there. Raises `BadProject`."""
        name = path.removeprefix("internal://")
        found = next(
            (f"{folder}/{name}" for folder in ("sources", "Sources") if f"{folder}/{name}" in self.names), None
        )
        if found is None or "/" in name:
            return None
        with self.opened(found) as file:
            try:
                return file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise BadProject(_("The text {name} is not UTF-8.", name=name) + f" {_(SAVE)}") from None


@contextmanager
def opened_archive(stream: BinaryIO) -> Iterator[Archive]:
    """The archive in a stream. Raises `BadProject`, saying what is wrong with it."""
    try:
        zipped = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, EOFError, ValueError):
        raise _damaged() from None
    with zipped:
        _look_into(zipped.infolist())
        yield Archive(zipped)


def _look_into(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) < len(names):
        raise BadProject(_("The file has {number} parts, too many or some twice.", number=len(names)) + f" {_(SAVE)}")
    if any(part.flag_bits & 1 for part in parts):
        raise BadProject(_("The file is locked with a password. Save it without one."))
    for part in parts:
        _check_path(part.filename)
        _check_size(part)
    if sum(part.file_size for part in parts) > LARGEST:
        raise BadProject(_too_large(LARGEST))


def _check_path(name: str) -> None:
    steps = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in steps or ":" in name or "\0" in name:
        raise BadProject(_("The file has a part that leads out of it: “{name}”.", name=name[:80]) + f" {_(SAVE)}")


def _check_size(part: zipfile.ZipInfo) -> None:
    if part.file_size > LARGEST_PART or part.file_size > max(MIB, RATIO * part.compress_size):
        raise BadProject(_too_large(LARGEST_PART))


def _too_large(most: int) -> str:
    return _(
        "The file would unpack to more than a project does ({most} MB at most, and never a hundred times its size). "
        "Take recordings and pictures out of the project, and save it again.",
        most=most // MIB,
    )


def _damaged() -> BadProject:
    return BadProject(_("The file is no ZIP, or it is damaged or cut short.") + f" {_(SAVE)}")
