"""What a worker does about files: those of earlier versions are taken in, and pieces that belong to nothing go."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from analysis.reporting.made_reports import MadeReport, ReportFile
from analysis.reporting.swept_files import FOLDER, REPORTS, move_files, sweep_made
from analysis.sharing.made_files import CHUNK, MadePiece, opened_file, owners_of_pieces, sealed_file
from safekeeping.database import make_engine
from safekeeping.settings import Settings
from safekeeping.staff import add_staff
from safekeeping.vault import CannotOpen, Vault, random_id
from tests.factories import NOW, published_survey

CONTENT = random.Random(5).randbytes(3 * CHUNK + 5)


@pytest.fixture
def drafts(engine: Engine, settings: Settings) -> Iterator[Engine]:
    """The store where files go."""
    found = make_engine(settings.drafts)
    yield found
    found.dispose()


@pytest.fixture
def file(session: Session, keys: Vault, drafts: Engine) -> ReportFile:
    """One file of a report. Commits."""
    person = add_staff(session, "An analyst", ["analyst"])
    survey_id = published_survey(session, keys).id
    report = MadeReport(survey_id=survey_id, parts=[], forms=["html"], language="en", asked_by=person.id, asked_at=NOW)
    session.add(report)
    session.flush()
    file = ReportFile(id=random_id(), report_id=report.id, form="html")
    session.add(file)
    session.commit()
    with sealed_file(drafts, file, report.id, keys.office) as out:
        out.write(CONTENT)
    session.commit()
    return file


def as_before(drafts: Engine, folder: Path, file: ReportFile) -> Path:
    """The file as an earlier version kept it: each piece behind its length; nothing of it in the store."""
    path = folder / FOLDER / REPORTS / f"{file.id.hex()}.sealed"
    path.parent.mkdir(parents=True)
    with Session(drafts) as there, there.begin():
        rows = list(there.scalars(select(MadePiece).order_by(MadePiece.number)))
        path.write_bytes(b"".join(len(each.sealed).to_bytes(4, "big") + each.sealed for each in rows))
        for each in rows:
            there.delete(each)
    return path


def test_a_report_of_an_earlier_version_can_still_be_fetched(
    session: Session, keys: Vault, drafts: Engine, file: ReportFile, tmp_path: Path
) -> None:
    path = as_before(drafts, tmp_path, file)
    stray = path.with_name("00" * 16 + ".sealed")
    stray.write_bytes(b"what belongs to nothing")
    with pytest.raises(CannotOpen):
        opened_file(drafts, file, keys.office)
    for _ in range(2):
        move_files(session, drafts, keys.office, tmp_path)
        assert b"".join(opened_file(drafts, file, keys.office)) == CONTENT
    assert not path.exists()
    assert not stray.exists()


def test_stopped_half_way_it_is_taken_in_again(
    session: Session, keys: Vault, drafts: Engine, file: ReportFile, tmp_path: Path
) -> None:
    path = as_before(drafts, tmp_path, file)
    whole = path.read_bytes()
    move_files(session, drafts, keys.office, tmp_path)
    path.write_bytes(whole)  # as if it had not been taken away
    move_files(session, drafts, keys.office, tmp_path)
    assert b"".join(opened_file(drafts, file, keys.office)) == CONTENT


def test_pieces_go_when_what_they_belong_to_is_gone(
    session: Session, engine: Engine, keys: Vault, drafts: Engine, file: ReportFile
) -> None:
    report_id = file.report_id
    session.rollback()
    sweep_made(engine, drafts, NOW)
    assert owners_of_pieces(drafts) == {report_id}
    session.delete(file)
    session.flush()
    session.delete(session.get_one(MadeReport, report_id))
    session.commit()
    sweep_made(engine, drafts, NOW)
    assert owners_of_pieces(drafts) == set()
