"""Rows of any tables as one stream of bytes, the same from SQLite and from PostgreSQL, and back; memory stays flat.

A record is the length of its JSON (4 bytes), the JSON, and after it the bytes that the JSON gives lengths of. An object
opens a table; a list is one of its rows; the last object tells of each table how many rows it had and what they add up
to. Rows are in the order of their keys, which for answers are random: nothing says in which order they came.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from safekeeping.sealed_stream import BadBackup

#: Rows that are fetched or inserted together.
AT_ONCE = 200
#: The stream is filled up to steps of this many bytes, so that its length does not tell of one answer more.
STEP = 1_048_576
LONGEST_RECORD = 1 << 30
BYTES, MOMENT, DAY, PLAIN = "bytes", "moment", "day", "plain"
_KINDS: dict[type, str] = {bytes: BYTES, datetime: MOMENT, date: DAY}
_WRITE: dict[str, Callable[[Any], Any]] = {BYTES: len, MOMENT: datetime.isoformat, DAY: date.isoformat}
_READ: dict[str, Callable[[Any], Any]] = {MOMENT: datetime.fromisoformat, DAY: date.fromisoformat}

Row = Sequence[Any]
Tell = Callable[[int], None]


def _quiet(rows: int) -> None:
    """Nobody watches."""


@dataclass
class Tally:
    """How many rows, and the sum of their SHA-256 modulo 2^256: the same in whatever order they come."""

    rows: int = 0
    total: int = 0

    def add(self, record: bytes) -> None:
        """One row more."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(record).digest(), "big")) % (1 << 256)


Tallies = dict[str, Tally]


@dataclass(frozen=True)
class Source:
    """A table to be written: its name, its columns with their kinds, its rows in the order of its columns."""

    name: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[Row]


@dataclass
class ReadTable:
    """A table that is being read. Its rows are to be taken before the next table is asked for."""

    name: str
    columns: list[tuple[str, str]]
    rows: Iterator[Row] = field(repr=False)


def source_of(connection: Connection, table: Table, skip: int = 0) -> Source:
    """A table of a database, its rows fetched a few at a time in the order of its key; the first `skip` left out."""
    columns = sorted(table.columns, key=lambda column: column.name)
    wanted = select(*columns).order_by(*table.primary_key.columns).execution_options(yield_per=AT_ONCE)
    if skip:
        wanted = wanted.offset(skip)
    kinds = [(column.name, _KINDS.get(column.type.python_type, PLAIN)) for column in columns]
    return Source(table.name, kinds, _fetched(connection, wanted))


def _fetched(connection: Connection, wanted: Any) -> Iterator[Row]:
    with connection.execute(wanted) as found:
        yield from found


def write_tables(sources: Iterable[Source], tell: Tell = _quiet) -> Iterator[bytes]:
    """The stream. `tell(rows)` is called with how many rows were written so far, every now and then."""
    tallies: Tallies = {}
    length = done = 0
    for source in sources:
        kinds = [kind for _, kind in source.columns]
        tally = tallies[source.name] = Tally()
        opening = _record({"table": source.name, "columns": [list(column) for column in source.columns]})
        length += len(opening)
        yield opening
        for row in source.rows:
            record = _row(row, kinds)
            tally.add(record)
            length, done = length + len(record), done + 1
            if done % AT_ONCE == 0:
                tell(done)
            yield record
    closing = _record({"tallies": {name: [each.rows, f"{each.total:064x}"] for name, each in tallies.items()}})
    yield closing
    yield bytes(-(length + len(closing)) % STEP)


def tally_of(source: Source) -> Tally:
    """What a table adds up to, as it would be written now."""
    tally, kinds = Tally(), [kind for _, kind in source.columns]
    for row in source.rows:
        tally.add(_row(row, kinds))
    return tally


def _row(row: Row, kinds: Sequence[str]) -> bytes:
    told = [value if value is None or kind == PLAIN else _WRITE[kind](value) for value, kind in zip(row, kinds)]  # noqa: B905
    behind = [bytes(value) for value, kind in zip(row, kinds) if kind == BYTES and value is not None]  # noqa: B905
    return b"".join((_record(told), *behind))


def _record(told: Any) -> bytes:
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    return len(written).to_bytes(4, "big") + written


class TableReader:
    """Reads such a stream from `pieces` of any length. `tallies` is complete when all tables have been taken."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._waiting = bytearray()
        self._next: Any = None
        self.tallies: Tallies = {}

    def tables(self) -> Iterator[ReadTable]:
        """Each table in turn. Raises `BadBackup` where the stream is not whole or does not add up."""
        self._next = self._told()
        while isinstance(self._next, dict) and "table" in self._next:
            opening = self._next
            columns = [(str(name), str(kind)) for name, kind in opening["columns"]]
            table = ReadTable(str(opening["table"]), columns, self._rows(str(opening["table"]), columns))
            yield table
            for _ in table.rows:
                pass
        self._check(self._next)

    def _rows(self, name: str, columns: list[tuple[str, str]]) -> Iterator[Row]:
        tally = self.tallies[name] = Tally()
        kinds = [kind for _, kind in columns]
        while isinstance(told := self._told(), list):
            if len(told) != len(kinds):
                raise BadBackup(f"A row of the table {name} is not whole.")
            row = [self._value(value, kind) for value, kind in zip(told, kinds, strict=True)]
            tally.add(_row(row, kinds))
            yield row
        self._next = told

    def _value(self, value: Any, kind: str) -> Any:
        if value is None or kind == PLAIN:
            return value
        return self._take(value) if kind == BYTES else _READ[kind](value)

    def _told(self) -> Any:
        try:
            return json.loads(self._take(int.from_bytes(self._take(4), "big")))
        except ValueError:
            raise BadBackup("What is in the backup cannot be read.") from None

    def _check(self, closing: Any) -> None:
        here = {name: [each.rows, f"{each.total:064x}"] for name, each in self.tallies.items()}
        if not isinstance(closing, dict) or closing.get("tallies") != here:
            raise BadBackup("The rows in the backup do not add up to what was written.")
        if any(any(piece) for piece in (self._waiting, *self._pieces)):
            raise BadBackup("There is something behind the end of the backup.")

    def _take(self, length: Any) -> bytes:
        if not isinstance(length, int) or not 0 <= length <= LONGEST_RECORD:
            raise BadBackup("What is in the backup cannot be read.")
        while len(self._waiting) < length:
            piece = next(self._pieces, None)
            if piece is None:
                raise BadBackup("The backup ends too early.")
            self._waiting += piece
        taken = bytes(self._waiting[:length])
        del self._waiting[:length]
        return taken


def insert_rows(connection: Connection, table: Table, read: ReadTable, tell: Tell = _quiet) -> None:
    """Put the rows that are read into a table of the same columns. Raises `BadBackup` where it has others."""
    names = [name for name, _ in read.columns]
    if set(names) != {column.name for column in table.columns}:
        raise BadBackup(f"The table {read.name} has other columns than this version of Heard knows.")
    some: list[dict[str, Any]] = []
    for done, row in enumerate(read.rows, start=1):
        some.append(dict(zip(names, row, strict=True)))
        if len(some) == AT_ONCE:
            connection.execute(table.insert(), some)
            some.clear()
            tell(done)
    if some:
        connection.execute(table.insert(), some)
