"""Whatever table somebody types: trying it out never fails, and what it counts is what is then taken in."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from safekeeping.database import Base
from surveys.definition.load import parse_survey
from surveys.definition.path import Path
from surveys.definition.survey import Survey
from surveys.formats.losses import BadFile
from surveys.importing.brought import bring
from surveys.importing.checking import Found, report, try_out
from surveys.importing.drafting_questions import draft_from
from surveys.importing.folding import fold
from surveys.importing.guessing import guess
from surveys.importing.plan import Plan, Reader, unmatched
from surveys.importing.reading import Unreadable, read
from surveys.importing.slots import slots
from surveys.intake.submit import arrivals, land
from surveys.writing.written import as_survey
from tests.factories import as_open, definition, published_survey, vault_in_memory
from tests.surveys.importing.exports import as_csv

SURVEYS = {
    name: parse_survey(definition(name))
    for name in ("paper", "other", "limits", "personal", "logic", "quoting/once", "one-audience", "languages")
}
#: Cells that mean something to some question, beside anything at all.
TELLING = st.sampled_from(
    "survivor|provider|yes|No|gp;police|At a doctor’s, With the police, on foot|1|5|apart|I do not know|2020-05|"
    "31/12/2020|I would rather not say|3,5|1e9|-1|kind;fast;near|ZZ99 9ZZ|other|=1+1| |".split("|")
)
CELLS = st.one_of(TELLING, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30))


class Table:
    """A table as a reader gives it."""

    def __init__(self, columns: list[str], rows: list[list[str]]) -> None:
        self.columns = columns
        self._rows = rows

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Numbered rows."""
        return enumerate(self._rows, 1)


@st.composite
def typed(draw: st.DrawFn, survey: Survey) -> Table:
    """Columns with names of slots, words of questions, or anything; rows as wide."""
    keys = [slot.key for slot in slots(survey)]
    names = st.one_of(st.sampled_from(keys), st.sampled_from(keys).map(str.upper), st.text(min_size=1, max_size=12))
    columns = draw(st.lists(names, min_size=1, max_size=8, unique=True))
    rows = draw(st.lists(st.lists(CELLS, min_size=len(columns), max_size=len(columns)), max_size=6))
    return Table(columns, rows)


@settings(max_examples=150)
@given(data=st.data())
def test_trying_out_never_fails_and_keeps_only_what_the_survey_allows(data: st.DataObject) -> None:
    survey = SURVEYS[data.draw(st.sampled_from(sorted(SURVEYS)))]
    table = bring(data.draw(typed(survey)), "typed")
    keys = [slot.key for slot in slots(survey)]
    places = st.dictionaries(st.integers(0, max(0, len(table.columns) - 1)), st.sampled_from(keys))
    plan = Plan("v", "2026-11-22", guess(survey, table) | (data.draw(places) if table.columns else {}))
    plan = replace(plan, audience=data.draw(st.sampled_from(["", *survey.audience_names()])))
    meant: dict[str, dict[str, str]] = {}
    for slot, text, _times in unmatched(Reader(survey, plan), table):
        options = ["", *dict(Reader(survey, plan).options(slot))]
        meant.setdefault(slot.key, {})[fold(text)] = data.draw(st.sampled_from(options))
    found, ready = try_out(survey, replace(plan, values=meant), table)
    assert found.rows == len(ready) == found.total - len(found.refused)
    for sent in ready:
        path = Path(survey, sent.answers, sent.today)
        assert {name: value for name, value in path.to_keep().items() if name in sent.answers} == dict(sent.answers)
    assert report(found, table)
    assert Found.from_bytes(found.to_bytes()) == found


@settings(max_examples=20)
@given(table=typed(SURVEYS["paper"]))
def test_what_is_counted_is_what_comes_in(table: Table) -> None:
    keys, engine = vault_in_memory(), create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _entry: connection.execute("PRAGMA foreign_keys=ON"))
    Base.metadata.create_all(engine)
    brought = bring(table, "typed")
    with Session(engine) as session:
        row = published_survey(session, keys, "paper")
        plan = Plan(row.definition_hash, "2026-11-22", guess(SURVEYS["paper"], brought), "survivor")
        found, ready = try_out(SURVEYS["paper"], plan, brought)
        assert land(session, as_open(row), arrivals(as_open(row), ready)) == found.rows
    engine.dispose()
    keys.store.engine.dispose()


@settings(max_examples=100)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=5))
def test_any_file_is_read_or_refused_with_a_sentence(rows: list[list[str]]) -> None:
    said, table = "", None
    try:
        table = read("x.csv", as_csv(rows))
    except Unreadable as refused:
        said = str(refused)
    assert said.endswith(".") or (table and all(len(row.cells) == len(table.columns) for row in table.rows))


@settings(max_examples=100)
@given(table=typed(SURVEYS["paper"]))
def test_any_table_begins_a_survey_that_loads(table: Table) -> None:
    try:
        imported = draft_from(bring(table, "typed.csv"))
    except BadFile:
        return
    survey, faults = as_survey(imported.tables)
    assert survey is not None, faults
