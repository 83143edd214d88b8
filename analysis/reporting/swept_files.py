"""What a worker does every hour about files that were made: those that are over go, with pieces that belong to nothing.

Earlier versions kept them in a folder of the installation; what is left there is taken into the store where any host
finds it.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from analysis.reporting.made_reports import ReportFile, report_ids
from analysis.sharing.made_files import (
    Export,
    MadePiece,
    forget_made,
    forget_pieces,
    owners_of_pieces,
    sweep_files,
)
from safekeeping.database import session_for
from safekeeping.vault import Office, fingerprint

#: The folder of data files, and in it the one of reports.
FOLDER, REPORTS = "exports", "reports"
ENDING = "*.sealed"


def move_files(session: Session, drafts: Engine, office: Office, instance: Path) -> None:
    """Take in what lies in the folder and belongs to something, and empty it. Stopped half-way, it is done again."""
    folder = instance / FOLDER
    for path in [*folder.glob(ENDING), *(folder / REPORTS).glob(ENDING)]:
        file = _file_of(session, path.stem)
        if file and file.sealed_key:
            owner = file.report_id if isinstance(file, ReportFile) else file.id
            _take_in(drafts, path, owner, fingerprint(office.open(file.sealed_key, b"export key" + file.id)))
        path.unlink(missing_ok=True)


def sweep_made(engine: Engine, drafts: Engine, now: datetime) -> None:
    """Take away what is over, and pieces of what is gone. Safe on several hosts at once."""
    in_pieces = owners_of_pieces(drafts)
    with session_for(engine) as session:
        kept = sweep_files(session, now) | report_ids(session)
    for gone in in_pieces - kept:
        forget_made(drafts, gone)


def _file_of(session: Session, name: str) -> Export | ReportFile | None:
    try:
        file_id = bytes.fromhex(name)
    except ValueError:
        return None
    return session.get(Export, file_id) or session.get(ReportFile, file_id)


def _take_in(drafts: Engine, path: Path, owner: bytes, name: bytes) -> None:
    forget_pieces(drafts, MadePiece.name == name)
    for number, sealed in enumerate(_pieces(path)):
        with session_for(drafts) as session:
            row = {"name": name, "number": number, "owner": owner, "sealed": sealed}
            session.execute(insert(MadePiece), [row])


def _pieces(path: Path) -> Iterator[bytes]:
    """Each begins with its length."""
    with path.open("rb") as file:
        while length := file.read(4):
            yield file.read(int.from_bytes(length, "big"))
