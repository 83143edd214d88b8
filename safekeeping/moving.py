"""Move an installation from one database to another: row by row, counted and compared, and never into two places.

The old side is closed first (see `safekeeping.closing`), so nothing can come in or change while it is copied. Each
transaction puts some rows on the new side and notes there how many it has: killed anywhere, the next run goes on from
there. Rows come in the order of their keys, which for answers are random; on PostgreSQL tables are then rewritten, so
that all of a table's rows have the number of one transaction. The old side is only read; it stays, closed.
"""

from itertools import islice
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, insert, select, text, update

from safekeeping.backing_up import snapshot
from safekeeping.closing import Mark, Marked, MarkTable, Progress
from safekeeping.database import session_for
from safekeeping.move_route import KEPT, Leg, NoMove, Route, moving_legs, vault_of
from safekeeping.rewriting import rewrite
from safekeeping.table_stream import AT_ONCE, ReadTable, Tell, insert_rows, source_of, tally_of
from safekeeping.trail import verify


def row_count(way: Route) -> int:
    """How many rows there are to bring over."""
    total = 0
    for leg in moving_legs(way):
        with leg.old.execution_options(reading=True).connect() as connection:
            total += sum(connection.scalar(select(func.count()).select_from(each)) or 0 for each in leg.tables(leg.old))
    return total


def bring_over(way: Route, tell: Tell) -> None:
    """Every row that is not on the new side yet. `tell(rows)` says how many of all are. Raises `NoMove`."""
    before = 0
    for leg in moving_legs(way):
        there = {table.name: table for table in leg.tables(leg.new)}
        here = leg.tables(leg.old)
        if set(there) != {table.name for table in here}:
            raise NoMove("The two databases have different tables. Run: heard upgrade")
        for table in here:
            before += _bring(leg, table, there[table.name], lambda rows, before=before: tell(before + rows))  # type: ignore[misc]


def _bring(leg: Leg, table: Table, there: Table, tell: Tell) -> int:
    """The rows of one table, from where an earlier run stopped. How many it has."""
    name = leg.noted(table)
    done, settled = _progress(leg.new, name)
    if settled:
        tell(done)
        return done
    with snapshot(leg.old, [table]) as reading:
        source = source_of(reading, table, skip=done)
        rows = iter(source.rows)
        while some := list(islice(rows, AT_ONCE)):
            with leg.new.begin() as connection:
                _note(connection, name, done, done + len(some))
                insert_rows(connection, there, ReadTable(table.name, list(source.columns), iter(some)))
            done += len(some)
            tell(done)
    if leg.new.dialect.name == "postgresql" and done > AT_ONCE and _has_random_key(there):
        rewrite(leg.new, [there])
    with leg.new.begin() as connection:
        connection.execute(update(Progress).where(Progress.name == name).values(settled=True))
    return done


def _progress(engine: Engine, name: str) -> tuple[int, bool]:
    with engine.begin() as connection:
        found = connection.execute(select(Progress.rows, Progress.settled).where(Progress.name == name)).first()
        if found is None:
            connection.execute(insert(Progress).values(name=name, rows=0, settled=False))
    return (found.rows, found.settled) if found else (0, False)


def _note(connection: Connection, name: str, before: int, after: int) -> None:
    """In the transaction that inserts the rows. Raises `NoMove` where another run was there meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL synchronous_commit = off"))  # rows and note are lost together, or neither
    noted = update(Progress).where(Progress.name == name, Progress.rows == before).values(rows=after)
    if connection.execute(noted).rowcount != 1:
        raise NoMove("Another heard move is at work on the same. Let that one finish.")


def _has_random_key(table: Table) -> bool:
    return next(iter(table.primary_key.columns)).type.python_type is bytes


# Comparing and ending --------------------------------------------------------------------------------


def compare(way: Route, tell: Tell) -> int:
    """Read every row of both sides and compare them. How many there are. Raises `NoMove`, naming the table."""
    total = 0
    for leg in moving_legs(way):
        there = {table.name: table for table in leg.tables(leg.new)}
        for table in leg.tables(leg.old):
            with snapshot(leg.old, [table]) as old, snapshot(leg.new, [there[table.name]]) as new:
                before, after = tally_of(source_of(old, table)), tally_of(source_of(new, there[table.name]))
            if before != after:
                raise NoMove(
                    f"The table {table.name} is not the same on both sides ({before.rows:,} rows here, {after.rows:,} "
                    "there). Run heard move --undo, empty the new database, and move again. Nothing is lost here."
                )
            total += before.rows
            tell(total)
    return total


def compare_trails(way: Route, heads: Path) -> int:
    """That the trail holds on the new side as it did on the old. In how many places it does not, on either."""
    old, new = way.leg(KEPT).old, way.leg(KEPT).new
    with (
        session_for(old.execution_options(reading=True)) as one,
        session_for(new.execution_options(reading=True)) as other,
    ):
        before = verify(one, vault_of(way, new=False), heads)
        after = verify(other, vault_of(way, new=True), heads)
    if before != after:
        raise NoMove("The trail does not hold on the new side as it did here. Run: heard move --undo")
    return len(after)


def end(way: Route, mark: Marked) -> None:
    """From now on the new side is the installation. Stopped half-way, the next run does what is left."""
    with way.leg(KEPT).old.begin() as connection:
        connection.execute(update(Mark).where(Mark.id == mark.id).values(finished=True))
    for leg in moving_legs(way)[::-1]:  # the answers last: they say whether it may be started
        with leg.new.begin() as connection:
            if leg.new.dialect.name == "postgresql":
                connection.execute(text("ANALYZE"))
            MarkTable.metadata.drop_all(connection)
