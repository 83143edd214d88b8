"""Files that were made for somebody: sealed on the disk under a key of their own, and gone after a day.

The key is sealed to the desk and lies in the database. Whoever takes the row away takes the file, wherever a copy is.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import JSON, BigInteger, ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.sharing.wave import Wave, WaveMember
from safekeeping.database import Base
from safekeeping.vault import KEY_BYTES, CannotOpen, Office, open_kept, random_id, seal_kept

#: How long a file can be fetched, and how long a wish for people's words waits for its second person.
LASTS, WAITS = timedelta(days=1), timedelta(days=7)
CHUNK = 256 * 1024
ENDING = ".sealed"
#: The folder of such files, in that of the installation; a job's context names it so too.
FOLDER = "exports"
#: Which of people's own words go along: none, those that may be quoted, or all of them.
NO_WORDS, QUOTABLE, ALL_WORDS = "", "quotable", "all"


class KeptFile(Protocol):
    """A row that a sealed file belongs to: its id names the file, and `sealed_key` opens it once it is made."""

    id: bytes
    sealed_key: bytes | None
    length: int


class Export(Base):
    """One file that somebody asked for: of which wave, in which forms, with which words, and who agreed to that.

    `sealed_key` opens the file once it is made; `length` is in bytes, `members` how many responses it was made from.
    """

    __tablename__ = "export"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    wave_id: Mapped[bytes] = mapped_column(ForeignKey("wave.id", ondelete="CASCADE"))
    forms: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(10), default=NO_WORDS)
    asked_by: Mapped[bytes] = mapped_column(ForeignKey("staff.id"))
    agreed_by: Mapped[bytes | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    sealed_key: Mapped[bytes | None]
    length: Mapped[int] = mapped_column(BigInteger, default=0)
    members: Mapped[int] = mapped_column(default=0)

    @property
    def waits(self) -> bool:
        """Whether a second person must agree first."""
        return self.words == ALL_WORDS and self.agreed_by is None


def path_of(folder: Path, export_id: bytes) -> Path:
    """Where the file of this id lies."""
    return folder / f"{export_id.hex()}{ENDING}"


def _place(export_id: bytes, number: int, last: bool) -> bytes:
    return b"export" + export_id + number.to_bytes(8, "big") + bytes([last])


class _Sealing:
    """Takes bytes as they come and writes them sealed, piece by piece; what is cut off or moved will not open."""

    def __init__(self, file: IO[bytes], export_id: bytes, key: bytes) -> None:
        self._file, self._id, self._key = file, export_id, key
        self._waiting, self._pieces, self.length = bytearray(), 0, 0

    def write(self, piece: bytes) -> int:
        """Seal as much as is whole."""
        self._waiting += piece
        self.length += len(piece)
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(piece)

    def flush(self) -> None:
        """Nothing: what is not whole waits."""

    def end(self) -> None:
        """Seal the rest."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, piece: bytes, last: bool) -> None:
        sealed = seal_kept(self._key, piece, _place(self._id, self._pieces, last))
        self._file.write(len(sealed).to_bytes(4, "big") + sealed)
        self._pieces += 1


@contextmanager
def sealed_file(folder: Path, export: KeptFile, office: Office) -> Iterator[_Sealing]:
    """Something to write the file of an export to; it is there when the block ends well, and the row can open it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key, path = secrets.token_bytes(KEY_BYTES), path_of(folder, export.id)
    beside = path.with_suffix(".part")
    try:
        with beside.open("wb") as file:
            sealing = _Sealing(file, export.id, key)
            yield sealing
            sealing.end()
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    export.sealed_key = office.seal(key, b"export key" + export.id)
    export.length = sealing.length


def opened_file(folder: Path, export: KeptFile, office: Office) -> Iterator[bytes]:
    """The file of an export, piece by piece. Raises `CannotOpen` where it is not there whole; the first piece is read
    at once, so that this is known before anything is sent."""
    if export.sealed_key is None or not path_of(folder, export.id).exists():
        raise CannotOpen("there is no such file")
    key = office.open(export.sealed_key, b"export key" + export.id)
    pieces = _pieces(path_of(folder, export.id), export.id, key)
    first = next(pieces)

    def all_of_it() -> Iterator[bytes]:
        yield first
        yield from pieces

    return all_of_it()


def _pieces(path: Path, export_id: bytes, key: bytes) -> Iterator[bytes]:
    with path.open("rb") as file:
        number, size = 0, file.read(4)
        while size:
            sealed, after = file.read(int.from_bytes(size, "big")), file.read(4)
            yield open_kept(key, sealed, _place(export_id, number, last=not after))
            number, size = number + 1, after


def exports_of(session: Session, survey_id: bytes) -> list[tuple[Export, Wave]]:
    """The files asked for of a survey and their waves, the newest first."""
    of_it = select(Export, Wave).join(Wave, Export.wave_id == Wave.id).where(Wave.survey_id == survey_id)
    return [(export, wave) for export, wave in session.execute(of_it.order_by(Export.asked_at.desc(), Export.id))]


def export_of(session: Session, survey_id: bytes, export_id: bytes) -> tuple[Export, Wave]:
    """One of them. Raises `sqlalchemy.exc.NoResultFound`."""
    of_it = select(Export, Wave).join(Wave, Export.wave_id == Wave.id)
    found = session.execute(of_it.where(Wave.survey_id == survey_id, Export.id == export_id)).one()
    return found[0], found[1]


def sweep_files(session: Session, folder: Path, now: datetime) -> None:
    """Take away what was asked for more than a day ago, and files that belong to nothing."""
    session.execute(delete(Export).where(Export.asked_at < now - LASTS, Export.sealed_key.is_not(None)))
    session.execute(delete(Export).where(Export.asked_at < now - WAITS))
    session.flush()
    kept = {path_of(folder, each).name for each in session.scalars(select(Export.id))}
    for path in folder.glob(f"*{ENDING}") if folder.exists() else ():
        if path.name not in kept:
            path.unlink(missing_ok=True)


def forget_outdated(session: Session) -> int:
    """Take away the files that were made from answers that somebody has taken back since. How many."""
    left = select(func.count()).select_from(WaveMember).where(WaveMember.wave_id == Export.wave_id).scalar_subquery()
    old = select(Export.id).where(Export.sealed_key.is_not(None), Export.members != left)
    ids = list(session.scalars(old))
    session.execute(delete(Export).where(Export.id.in_(ids)))
    return len(ids)
