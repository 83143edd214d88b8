"""The schema lint: what tables of answers may hold, as a literal list. Anything more fails until argued for."""

import pytest
from sqlalchemy import DATE, Engine, Table, inspect
from sqlalchemy.types import Date, DateTime, Integer, Interval, LargeBinary, Time, TypeEngine

import app  # noqa: F401 (so that every table is known)
from safekeeping.database import Base, Throwaway, make_engine
from safekeeping.keystore import SCHEMA, KeyTable
from safekeeping.settings import Settings
from safekeeping.vault import Vault

#: Table -> every column it has.
COLUMNS = {
    "intake": {"id", "survey_id", "sealed"},
    "response": {"id", "survey_id", "tag", "ciphertext", "format", "set_aside"},
    "response_key": {"response_id", "survey_id", "wrapped_key", "withdrawal"},
    "survey_key": {"survey_id", "wrapped_private"},
    "receipt": {"lookup", "survey_id", "sealed"},
    "withdrawal": {"id", "survey_id", "sealed"},
    "ticket": {"fingerprint", "survey_id"},
    "wave_member": {"wave_id", "response_id"},
    "seat": {"fingerprint"},
    "spent_nonce": {"nonce"},
    "draft": {"fingerprint", "sealed", "ends_hour"},
    "saved_draft": {"fingerprint", "sealed", "ends_hour"},
    "allowance": {"name", "level", "hour"},
}
#: The only whole numbers: the version of a format, whether it counts, the hour at which a draft is destroyed, and how
#: many more may come to a survey in an hour.
NUMBERS = {
    *(("response", "format"), ("response", "set_aside"), ("draft", "ends_hour"), ("saved_draft", "ends_hour")),
    *(("allowance", "level"), ("allowance", "hour")),
}
#: What a column may be filled with by itself: the same for every row.
CONSTANT = (None, "0", "false")
#: The only ways out of these tables, and the only ways in.
POINTS_AT = {
    "intake": {"survey"},
    "response": {"survey"},
    "response_key": set(),
    "survey_key": set(),
    "receipt": {"survey"},
    "withdrawal": {"survey"},
    "ticket": {"survey"},
    "wave_member": {"wave", "response"},
    "seat": set(),
    "spent_nonce": set(),
    "draft": set(),
    "saved_draft": set(),
    "allowance": set(),
}
POINTED_AT_BY = {"response": {"passage", "response_levels", "wave_member", "audit_unit", "coding_share", "quote"}}
MOMENTS: tuple[type[TypeEngine[object]], ...] = (DateTime, Date, Time, Interval, DATE)  # type: ignore[assignment]

TABLES = {table.name: table for base in (Base, KeyTable, Throwaway) for table in base.metadata.tables.values()}


@pytest.fixture(params=COLUMNS)
def table(request: pytest.FixtureRequest) -> Table:
    """Each table of answers."""
    return TABLES[request.param]


def test_a_table_has_just_these_columns(table: Table) -> None:
    assert {column.name for column in table.columns} == COLUMNS[table.name]


def test_no_column_holds_a_moment(table: Table) -> None:
    assert not [column.name for column in table.columns if isinstance(column.type, MOMENTS)]


def test_every_column_is_random_or_sealed_bytes(table: Table) -> None:
    others = {(table.name, column.name) for column in table.columns if not isinstance(column.type, LargeBinary)}
    assert others <= NUMBERS


def test_no_key_counts_up(table: Table) -> None:
    for column in table.primary_key.columns:
        assert not isinstance(column.type, Integer)
        assert column.server_default is None
        assert column.identity is None
    assert table.autoincrement_column is None


def test_no_column_fills_itself(table: Table) -> None:
    assert not [column.name for column in table.columns if column.server_default or column.onupdate]


def test_a_table_points_at_no_person(table: Table) -> None:
    assert {key.column.table.name for key in table.foreign_keys} == POINTS_AT[table.name]


def test_nothing_else_points_at_a_table(table: Table) -> None:
    pointing = {other.name for other in TABLES.values() for key in other.foreign_keys if key.column.table is table}
    assert pointing == POINTED_AT_BY.get(table.name, set())


def test_no_table_of_answers_is_missing_here() -> None:
    """Whatever points at a survey holds answers, or is listed as what staff make of them."""
    about = {table.name for table in TABLES.values() for key in table.foreign_keys if key.column.table.name == "survey"}
    ours = {"findings", "survey_version", "written_survey", "paper_form", "waiting_import", "taken_import"}
    ours |= {
        "target",
        "progress",
        "wave",
        "emerging_groups",
        "candidate_theme",
        "learning",
        "model_use",
        "saved_query",
        "reading_figures",
        "estimates",
    }
    ours |= {"desk_act", "desk_count", "desk_pace"}
    ours |= {"response_levels"}  # how sure suggestions are
    ours |= {"audit_sample", "word_search", "quote", "quote_ledger", "made_report", "drawn_chart"}
    ours |= {"wave_shares"}
    ours |= {"cycle_survey"}  # which surveys a revision rests on
    ours |= {"findings_release"}  # ids of responses and their groups, sealed in one blob
    assert about - COLUMNS.keys() == ours


def test_what_staff_type_in_is_sealed_and_points_at_no_answer() -> None:
    """Until it is sent, a form has a number and a typist; its answers are one sealed blob. No answer points here."""
    form, entry = TABLES["paper_form"], TABLES["paper_entry"]
    assert {column.name for column in form.columns} == {"id", "survey_id", "label", "way"}
    assert {column.name for column in entry.columns} == {"form_id", "number", "staff_id", "done", "sealed"}
    assert isinstance(entry.columns["sealed"].type, LargeBinary)
    pointing = {
        other.name for other in TABLES.values() for key in other.foreign_keys if key.column.table in (form, entry)
    }
    assert pointing == {"paper_entry"}


def test_a_file_that_is_brought_is_sealed_and_no_answer_points_at_it() -> None:
    """What was read, the plan for it and what was found are sealed; afterwards a keyed fingerprint is left."""
    waiting, taken = TABLES["waiting_import"], TABLES["taken_import"]
    sealed = {name for name in ("sealed", "plan", "found") if isinstance(waiting.columns[name].type, LargeBinary)}
    assert sealed == {"sealed", "plan", "found"}
    others = {"id", "survey_id", "staff_id", "state", "count", "fingerprint", "begun_at"}
    assert {column.name for column in waiting.columns} == sealed | others
    assert {column.name for column in taken.columns} == {"survey_id", "fingerprint", "rows"}
    tables = (waiting, taken)
    assert not [other for other in TABLES.values() for key in other.foreign_keys if key.column.table in tables]


def test_the_databases_hold_what_the_models_say(engine: Engine, keys: Vault, settings: Settings) -> None:
    drafts_engine = make_engine(settings.drafts)
    at = {**dict.fromkeys(Throwaway.metadata.tables, drafts_engine)}
    for name, columns in COLUMNS.items():
        if name in ("response_key", "survey_key"):
            schema = None if engine.dialect.name == "sqlite" else SCHEMA
            found = inspect(keys.store.engine).get_columns(name, schema=schema)
        else:
            found = inspect(at.get(name, engine)).get_columns(name)
        assert {column["name"] for column in found} == columns
        assert not [column for column in found if column["default"] not in CONSTANT]
        assert not [column for column in found if isinstance(column["type"], MOMENTS)]
    drafts_engine.dispose()


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_no_trigger_and_no_sequence_watches(engine: Engine) -> None:
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT relname FROM pg_class WHERE relkind = 'S' "
            "UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal "
            "AND tgrelid NOT IN ('trail'::regclass, 'code_book_version'::regclass, 'standard_edition'::regclass)"
        ).all()
    assert found == []
