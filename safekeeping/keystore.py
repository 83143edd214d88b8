"""Where the keys of answers rest: in a store of their own, apart from the answers, with a backup clock of its own.

Destroying a key here makes what it sealed unreadable, also in every older copy of the answers; that is why copies of
this store are kept for a week and copies of the answers for longer (docs/deployment.md). On SQLite it is a file of
its own, on PostgreSQL a schema of its own, or another database.

Each act is a transaction of its own and is done when the call returns. Keys are written before what they seal and
may be left over; the answers' own transaction may fail, and nothing is ever kept without its key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, MetaData, delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.schema import CreateSchema

from safekeeping.database import AT_ONCE, CONNECTIONS, NAMING, UNORDERED, in_parts, is_on, make_engine, session_for

SCHEMA = "keystore"


class KeyTable(DeclarativeBase):
    """What is kept in the key store. Made at start, in this shape since there is a key store."""

    metadata = MetaData(naming_convention=NAMING, schema=SCHEMA)


class SurveyKey(KeyTable):
    """The private half of a survey's keys, wrapped under a master key. Without it none of its answers opens."""

    __tablename__ = "survey_key"
    __table_args__ = UNORDERED
    survey_id: Mapped[bytes] = mapped_column(primary_key=True)
    wrapped_private: Mapped[bytes]


class ResponseKey(KeyTable):
    """The data key of one response, wrapped to its survey, and the mark by which its writer can have it destroyed."""

    __tablename__ = "response_key"
    __table_args__ = UNORDERED
    response_id: Mapped[bytes] = mapped_column(primary_key=True)
    survey_id: Mapped[bytes]
    wrapped_key: Mapped[bytes]
    withdrawal: Mapped[bytes] = mapped_column(index=True)


class TrailHead(KeyTable):
    """How far the trail had come: its newest row's number and mark, kept apart so that a cut end is seen."""

    __tablename__ = "trail_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    mark: Mapped[bytes]


@dataclass(frozen=True)
class KeyToKeep:
    """One response's key as it is handed in: see `ResponseKey`."""

    response_id: bytes
    wrapped_key: bytes
    withdrawal: bytes


def make_key_engine(url: str, beside: Engine | None = None, connections: int = CONNECTIONS) -> Engine:
    """An engine on the key store at `url`: that on the answers `beside` it where both are the same PostgreSQL database.

    SQLite knows no schemas; there the file itself is apart.
    """
    if beside is not None and is_on(beside, url):
        return beside
    engine = make_engine(url, connections)
    if engine.dialect.name == "sqlite":
        return engine.execution_options(schema_translate_map={SCHEMA: None})
    return engine


def make_key_tables(engine: Engine) -> None:
    """Create the tables of the key store where they are missing."""
    with engine.begin() as connection:
        if engine.dialect.name != "sqlite":
            connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
        KeyTable.metadata.create_all(connection)


class Keystore:
    """The key store of an installation, on an engine of `make_key_engine`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def is_empty(self) -> bool:
        """Whether nothing was ever kept here that needs a master key."""
        with session_for(self.engine.execution_options(reading=True)) as session:
            return not any(session.scalars(select(table).limit(1)).first() for table in (SurveyKey, TrailHead))

    # Surveys ---------------------------------------------------------------------------------------

    def put_survey(self, survey_id: bytes, wrapped_private: bytes) -> None:
        """Keep the private half of a survey, in place of an earlier wrapping of it."""
        with session_for(self.engine) as session:
            session.merge(SurveyKey(survey_id=survey_id, wrapped_private=wrapped_private))

    def put_first(self, survey_id: bytes, wrapped_private: bytes) -> bytes:
        """Keep a private half unless one is there, and say which is there now: of two at once, the first's."""
        try:
            with session_for(self.engine) as session:
                session.add(SurveyKey(survey_id=survey_id, wrapped_private=wrapped_private))
        except IntegrityError:
            return self.survey(survey_id) or wrapped_private
        return wrapped_private

    def survey(self, survey_id: bytes) -> bytes | None:
        """The wrapped private half, or None where it was destroyed or never was."""
        with session_for(self.engine.execution_options(reading=True)) as session:
            row = session.get(SurveyKey, survey_id)
            return row.wrapped_private if row else None

    def surveys(self) -> list[tuple[bytes, bytes]]:
        """Every survey's id and wrapped private half."""
        with session_for(self.engine.execution_options(reading=True)) as session:
            return [(row.survey_id, row.wrapped_private) for row in session.scalars(select(SurveyKey))]

    def forget_survey(self, survey_id: bytes) -> None:
        """Destroy the private half of a survey and the keys of its responses."""
        with session_for(self.engine) as session:
            for table in (SurveyKey, ResponseKey):
                session.execute(delete(table).where(table.survey_id == survey_id))

    # The trail -------------------------------------------------------------------------------------

    def note_head(self, number: int, mark: bytes) -> None:
        """Remember how far the trail has come; of two at once, the later stays."""
        with session_for(self.engine) as session:
            head = session.get(TrailHead, 1, with_for_update=True)
            if head is None:
                session.add(TrailHead(id=1, number=number, mark=mark))
            elif head.number < number:
                head.number, head.mark = number, mark

    def head(self) -> tuple[int, bytes] | None:
        """How far the trail had come at the last act that was remembered."""
        with session_for(self.engine.execution_options(reading=True)) as session:
            head = session.get(TrailHead, 1)
            return (head.number, head.mark) if head else None

    # Responses -------------------------------------------------------------------------------------

    def put_responses(self, survey_id: bytes, keys: Sequence[KeyToKeep]) -> None:
        """Keep the keys of responses."""
        rows = [{"survey_id": survey_id, **vars(key)} for key in keys]
        with session_for(self.engine) as session:
            for some in in_parts(rows):
                session.execute(insert(ResponseKey), some)

    def wrapped(self, response_ids: Sequence[bytes]) -> dict[bytes, bytes]:
        """Response id -> its wrapped key, for those of these that have one."""
        with session_for(self.engine.execution_options(reading=True)) as session:
            return {
                response_id: wrapped
                for some in in_parts(response_ids)
                for response_id, wrapped in session.execute(
                    select(ResponseKey.response_id, ResponseKey.wrapped_key).where(ResponseKey.response_id.in_(some))
                )
            }

    def response_ids(self, survey_id: bytes) -> Iterator[bytes]:
        """The ids of all responses of a survey that have a key."""
        with session_for(self.engine.execution_options(reading=True)) as session:
            of_it = select(ResponseKey.response_id).where(ResponseKey.survey_id == survey_id)
            yield from session.scalars(of_it.execution_options(yield_per=AT_ONCE))

    def forget_responses(self, response_ids: Sequence[bytes]) -> None:
        """Destroy the keys of these responses."""
        with session_for(self.engine) as session:
            for some in in_parts(response_ids):
                session.execute(delete(ResponseKey).where(ResponseKey.response_id.in_(some)))

    def marked(self, survey_id: bytes, withdrawals: Sequence[bytes]) -> list[bytes]:
        """The ids of the responses of a survey whose key carries one of these marks."""
        with session_for(self.engine.execution_options(reading=True)) as session:
            of_it = select(ResponseKey.response_id).where(ResponseKey.survey_id == survey_id)
            return [
                response_id
                for some in in_parts(withdrawals)
                for response_id in session.scalars(of_it.where(ResponseKey.withdrawal.in_(some)))
            ]
