"""Making data files of a frozen wave: two jobs, each safe to run again at any point."""

from collections import Counter
from typing import BinaryIO, cast

from sqlalchemy.orm import Session

from analysis.exchange.forms import Wanted, extras
from analysis.findings.releases.rolls import Roll
from analysis.sharing.data_file import DataFile, protected_file
from analysis.sharing.frozen import chosen_plan, mark_of, members, origin_of, read_wave, surveys_of
from analysis.sharing.made_files import ALL_WORDS, NO_WORDS, Export, forget_made, sealed_file
from analysis.sharing.own_words import SAID, Words
from analysis.sharing.packing import Package, pack
from analysis.sharing.rows import Columns
from analysis.sharing.variables import WITHHELD
from analysis.sharing.wave import Wave, member_count
from safekeeping.database import session_for
from safekeeping.jobs import Bench
from safekeeping.vault import Destroyed, Opener
from surveys.definition.published import GONE, PublishedSurvey
from surveys.intake.rounding import rounded

#: Say how far it is after so many responses.
SAY_EVERY = 500
#: Under this name the number of rows that lose anything is kept.
ROWS = ""


class Changed(Exception):
    """Somebody took their answers back while the file was made; it is made again."""


def make(bench: Bench, export_id: str) -> None:
    """Make the file of this id (hex). `bench.context["drafts"]` is the engine of the store where it goes."""
    with Session(bench.engine.execution_options(reading=True)) as reading:
        export = reading.get(Export, bytes.fromhex(export_id))
        opener = _opener(bench, reading, export.wave_id) if export and not export.waits else None
        if export is None or opener is None:
            return
        wave = reading.get_one(Wave, export.wave_id)
        ids = members(reading, wave)
        data = _data(bench, reading, wave, opener, ids)
        mark = mark_of(bench.vault.office, wave, ids)
        words = Words(reading, wave, opener, mark, export.words == ALL_WORDS) if export.words != NO_WORDS else None
        beside = extras(export.forms, Wanted(reading, wave, opener, bench.vault.office.mac, export.words))
        package = Package(
            data, tuple(export.forms), words.rows() if words else None, SAID.get(export.words, ""), beside
        )
        drafts = bench.context["drafts"]
        forget_made(drafts, export.id)
        reading.expunge(export)
        with sealed_file(drafts, export, export.id, bench.vault.office) as out:
            pack(package, cast(BinaryIO, out), bench.progress)
        export.members = len(ids)
    _keep(bench, export)


def _keep(bench: Bench, export: Export) -> None:
    with session_for(bench.engine) as session:
        row = session.get(Export, export.id)
        if row is None:  # it went while it was made
            return
        if member_count(session, row.wave_id) != export.members:
            raise Changed
        row.sealed_key, row.length, row.members = export.sealed_key, export.length, export.members


def weigh(bench: Bench, wave_id: str) -> None:
    """Work out how many rows of the wave of this id (hex) would lose which value, and keep that, rounded."""
    with Session(bench.engine.execution_options(reading=True)) as reading:
        wave = reading.get(Wave, bytes.fromhex(wave_id))
        opener = _opener(bench, reading, wave.id) if wave else None
        if wave is None or opener is None:
            return
        data = _data(bench, reading, wave, opener, members(reading, wave))
        chosen = list(wave.chosen)
    with session_for(bench.engine) as session:
        row = session.get(Wave, bytes.fromhex(wave_id))
        if row is not None and list(row.chosen) == chosen:
            row.weighed = weighed(data)


def weighed(data: DataFile) -> dict[str, int]:
    """Question -> how many rows lose its value, to the nearest five; under `ROWS`, how many rows lose any."""
    about = [
        (each.question, column) for each, column in zip(data.variables, data.columns, strict=True) if each.about_person
    ]
    counts = Counter({question: column.count(WITHHELD) for question, column in about})
    losing = sum(WITHHELD in cells for cells in zip(*(column for _question, column in about), strict=True))
    return {ROWS: rounded(losing)} | {question: rounded(counts[question]) for question, _column in about}


def _opener(bench: Bench, session: Session, wave_id: bytes) -> Opener | None:
    """The keys of the wave's survey; None where its answers are gone."""
    row = session.get_one(PublishedSurvey, session.get_one(Wave, wave_id).survey_id)
    try:
        return None if row.state in GONE else bench.vault.opener(row.id)
    except Destroyed:
        return None


def _data(bench: Bench, session: Session, wave: Wave, opener: Opener, ids: Roll) -> DataFile:
    columns = Columns(chosen_plan(session, wave), surveys_of(session, wave))
    read = bytearray()
    for response in read_wave(session, wave, opener):
        columns.add(response.answers)
        read += response.id
        if columns.count % SAY_EVERY == 0:
            bench.progress(columns.count, len(ids))
    if read != ids.joined:
        raise Changed
    return protected_file(origin_of(session, wave), columns, ids, mark_of(bench.vault.office, wave, ids))
