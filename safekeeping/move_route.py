"""From where to where an installation is moved, and the closing of the old side; see `safekeeping.moving`."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, Table, insert, inspect, select
from sqlalchemy.engine import make_url

from safekeeping.backing_up import closed_keys, kept_tables, key_tables
from safekeeping.closing import FROM, TO, Mark, Marked, MarkTable, close, in_use, make_marks, marked, open_again
from safekeeping.database import Throwaway, make_engine, make_throwaway_tables, session_for
from safekeeping.keystore import Keystore, make_key_engine, make_key_tables
from safekeeping.migrating import is_newest, migrate
from safekeeping.opening import make_private
from safekeeping.restoring import tables_there
from safekeeping.settings import Settings, beside, file_of
from safekeeping.trail import Act, record
from safekeeping.vault import Vault, load_vault

KEPT, KEYS, DRAFTS = "kept", "keys", "drafts"


class NoMove(Exception):
    """It cannot be moved, or not further. The message says why and what to do; nothing is lost on either side."""


@dataclass(frozen=True)
class Leg:
    """One of the stores: what it holds, and its engines on the old side and on the new one."""

    name: str
    old: Engine
    new: Engine

    def tables(self, engine: Engine) -> list[Table]:
        """Its tables on one of the sides, in an order in which they can be filled."""
        if self.name == KEYS:
            return key_tables()
        return kept_tables(engine) if self.name == KEPT else list(Throwaway.metadata.sorted_tables)

    def noted(self, table: Table) -> str:
        """The name of a table in `Progress`."""
        return f"{self.name}:{table.name}"


@dataclass(frozen=True)
class Route:
    """From where to where. Stores that stay where they are have no leg."""

    old: Settings
    new: Settings
    legs: Sequence[Leg]

    @property
    def goal(self) -> str:
        """Where the answers go, as it can be shown."""
        return make_url(self.new.database).render_as_string(hide_password=True)

    def leg(self, name: str) -> Leg:
        """The leg of that name."""
        return next(leg for leg in self.legs if leg.name == name)

    def keystore(self, *, new: bool) -> Keystore:
        """The keys on either side, which are the same ones where they stay."""
        leg = self.leg(KEYS)
        return Keystore(leg.new if new else leg.old)


def goal_of(settings: Settings, to: str, keystore: str | None) -> Settings:
    """The settings after a move `to` another database. Raises `NoMove` where it is the same one.

    Unfinished answers stay where they are if HEARD_DRAFTS puts them elsewhere.
    """
    folder = settings.instance
    apart = settings.drafts != beside(settings.database, folder, "drafts")
    drafts = settings.drafts if apart else beside(to, folder, "drafts")
    if to == settings.database:
        raise NoMove("That is where it is. Give the address of the other database: heard move --to ADDRESS")
    return replace(settings, database=to, keystore=keystore or beside(to, folder, "keystore"), drafts=drafts)


@contextmanager
def route(old: Settings, new: Settings) -> Iterator[Route]:
    """Both sides, opened. Raises `NoMove` where there is nothing to move."""
    path = file_of(old.database)
    if path and not path.exists():
        raise NoMove(f"{path} is not there. Check HEARD_DATABASE.")
    stores = ((KEPT, old.database, new.database), (KEYS, old.keystore, new.keystore), (DRAFTS, old.drafts, new.drafts))
    legs = []
    for name, before, after in stores:
        make = make_key_engine if name == KEYS else make_engine
        there = file_of(before)
        if name == KEYS or there is None or there.exists():
            legs.append(Leg(name, make(before), make(after)))
    try:
        yield Route(old, new, legs)
    finally:
        for leg in legs:
            leg.old.dispose()
            leg.new.dispose()


def vault_of(way: Route, *, new: bool) -> Vault:
    """The keys of either side."""
    return load_vault(way.old.keys, way.keystore(new=new))


def moving_legs(way: Route) -> list[Leg]:
    """Those whose rows are to be brought elsewhere."""
    return [leg for leg in way.legs if leg.old.url != leg.new.url]


# Closing and opening again ---------------------------------------------------------------------------


def begin(way: Route, now: datetime) -> Marked:
    """Close the old side, unless that was done before, and begin the new one. Raises `NoMove`."""
    mark = marked(way.leg(KEPT).old)
    if mark is None:
        mark = _close_first(way, now)
    if mark.side == TO:
        raise NoMove(mark.says)
    if mark.goal != way.goal:
        raise NoMove(f"It is on the way to {mark.goal}, or there already. Name that, or: heard move --undo")
    if mark.finished:
        return mark
    for leg in moving_legs(way):  # the answers' own transaction has closed the first of them already
        with leg.old.begin() as connection:
            close(connection, leg.tables(leg.old))
    _begin_new(way, mark)
    return mark


def _close_first(way: Route, now: datetime) -> Marked:
    old = way.leg(KEPT).old
    if not is_newest(old):
        raise NoMove("Its database has an older shape, or none. Run first: heard upgrade")
    for leg in moving_legs(way):
        _check_empty(leg, None)
        if in_use(leg.old):
            raise NoMove(
                f"Something has {_shown(leg.old)} open: stop every server and worker of Heard, and other programs that "
                "look into it, then run this again. Nothing was changed."
            )
    keys = vault_of(way, new=False)
    if closed_keys(keys):
        raise NoMove("The master key does not open all keys in the key store. Run: heard doctor")
    mark = Marked(secrets.token_hex(8), FROM, way.goal, finished=False)
    tables = way.leg(KEPT).tables(old)
    with session_for(old) as session:
        record(session, keys, Act("moved", way.goal), now)
        connection = session.connection()
        make_marks(connection)
        connection.execute(insert(Mark).values(**vars(mark)))
        close(connection, tables)
    return mark


def _check_empty(leg: Leg, mark: Marked | None) -> None:
    """Raises `NoMove` where there is something on the new side that is not this move's own."""
    address = leg.new.url.render_as_string(hide_password=False)
    make_private(address)
    ours = mark and inspect(leg.new).has_table(Mark.__tablename__) and _of_ours(leg.new, mark)
    if not ours and tables_there(address):
        raise NoMove(f"{_shown(leg.new)} is not empty. Make an empty database and give that one. Nothing was changed.")


def _of_ours(engine: Engine, mark: Marked) -> bool:
    found = marked(engine)
    return found is not None and (found.id, found.side) == (mark.id, TO)


def _shown(engine: Engine) -> str:
    return str(file_of(str(engine.url)) or engine.url.render_as_string(hide_password=True))


def _begin_new(way: Route, mark: Marked) -> None:
    for leg in moving_legs(way):
        _check_empty(leg, mark)
        with leg.new.begin() as connection:
            make_marks(connection)
            if connection.execute(select(Mark.id)).first() is None:
                connection.execute(insert(Mark).values(id=mark.id, side=TO, goal=mark.goal, finished=False))
    keys = way.leg(KEYS).new
    make_key_tables(keys)
    migrate(way.leg(KEPT).new, keys)
    for leg in moving_legs(way):
        if leg.name == DRAFTS:
            for engine in (leg.old, leg.new):
                make_throwaway_tables(engine)


def undo(way: Route) -> Marked | None:
    """Open the old side again. What it was: None where it was not closed."""
    mark = marked(way.leg(KEPT).old)
    if mark is None or mark.side == TO:
        return None
    for leg in way.legs[::-1]:  # the answers last: while they are closed, this can be run again
        with leg.old.begin() as connection:
            open_again(connection, leg.tables(leg.old))
            if leg.name == KEPT:
                MarkTable.metadata.drop_all(connection)
    return mark
