"""Promise 6: audit labels never train. By what is imported, what is asked of the database, and what comes of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, event, select, update
from sqlalchemy.orm import Session

from analysis.auditing import label_tables
from analysis.auditing.blind_coding import record, seat_at, share_out
from analysis.auditing.designing import (
    ask_to_draw,
    begin_bridge,
    begin_sample,
    draw_audit,
    every_sample,
    newest_sample,
)
from analysis.auditing.label_tables import AuditCoding
from analysis.auditing.sample_tables import AuditSample, AuditUnit
from analysis.auditing.settling import Codes
from analysis.auditing.standing import standing_of
from analysis.code_books.lineage import Version, unchanged
from analysis.code_books.versions import BookVersion, keep_version, pin, row_of, versions_of
from analysis.coding.reading import read_passages
from analysis.coding.tables import Coding, Suggestion
from analysis.learning.learning import learn
from analysis.learning.training_rows import training_rows
from analysis.standard.edition import load_edition
from analysis.taking_in import take_in
from safekeeping.database import Base
from safekeeping.jobs import Bench
from safekeeping.staff import add_staff
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from tests.factories import NOW, opener_of, published_survey, submitted
from tests.test_house import ORDER, modules, own_imports

ONE_STORE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)
#: What says how sure is sure enough, by the audit. No suggestion comes of them: nothing else in the list reaches them.
LIMITS = {"analysis.learning.audited", "analysis.learning.weighing", "analysis.learning.person_pages"}
#: Whatever learns, or is fitted, or suggests from what was fitted. From there no label of an audit may be reached.
TRAINS = [
    name
    for name in ORDER
    if name.startswith(("analysis.learning.", "analysis.local_model.", "analysis.coding.", "analysis.emerging."))
    and name not in LIMITS
] + ["analysis.taking_in"]
LABELS = {table.name for table in Base.metadata.sorted_tables if re.search("^audit_|^practice", table.name)}
#: What training may ask for: which responses to stay away from.
IDS_ONLY = {"audit_sample", "audit_draw", "audit_unit"}
ALLOWED = {"analysis.auditing.kept_apart", "analysis.auditing.sample_tables"}
#: The desk asks in which order passages come, which no label says either.
ALLOWED |= {"analysis.auditing.queues", "analysis.auditing.queue_order", "analysis.auditing.queue_tables"}


@cache
def imported_by(name: str) -> frozenset[str]:
    return frozenset(own_imports(modules()[name]))


def reached_from(name: str) -> set[str]:
    """Every module of ours that importing this one loads."""
    found, left = set[str](), [name]
    while left:
        for other in imported_by(left.pop()):
            if other not in found:
                found.add(other)
                left.append(other)
    return found


def test_no_module_that_trains_can_reach_a_label() -> None:
    reached = {name: {each for each in reached_from(name) if each.startswith("analysis.auditing.")} for name in TRAINS}
    assert len(TRAINS) > 40
    assert {name: found - ALLOWED for name, found in reached.items() if found - ALLOWED} == {}
    assert {name for name in TRAINS if reached_from(name) & LIMITS} == set()
    assert "analysis.auditing.label_tables" in reached_from("analysis.learning.weighing")  # it would be found


@pytest.mark.parametrize("name", ["analysis.learning", "analysis.coding", "analysis.taking_in"])
def test_no_module_that_trains_names_a_table_of_labels(name: str) -> None:
    """Not in a string either, which no import would show."""
    plain_english = {"practice", "Practice"}  # imports and statements are watched for these
    words = re.compile("|".join(sorted({*(LABELS - IDS_ONLY), "label_tables", *_classes()} - plain_english)))
    mine = [each for each in TRAINS if each.startswith(name)]
    assert mine
    found = {each: words.findall(modules()[each].read_text(encoding="utf-8")) for each in mine}
    assert {each: named for each, named in found.items() if named} == {}


def _classes() -> set[str]:
    return {
        each.__name__ for each in vars(label_tables).values() if isinstance(each, type) and issubclass(each, Base)
    } - {"Base"}


@contextmanager
def refusing_labels(engine: Engine) -> Iterator[list[str]]:
    """Whoever asks the database for a label is refused; every statement is recorded."""
    asked: list[str] = []
    secret = re.compile(rf"\b({'|'.join(sorted(LABELS - IDS_ONLY))})\b")

    def watch(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)
        assert not secret.search(statement), statement

    event.listen(Engine, "before_cursor_execute", watch)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", watch)


class Trained:
    """A survey of forty answers, ten of them audited; the others are coded on the desk."""

    def __init__(self, session: Session, bench: Bench, keys: Vault) -> None:
        self.session, self.bench = session, bench
        self.row: PublishedSurvey = published_survey(session, keys, "second")
        self.survey_id = self.row.id  # read from the row later, it would lock an SQLite file
        for number in range(50):
            submitted(session, self.row, 1, say=f"The hamster number {number} was happy." if number % 2 else "Budget.")
        session.commit()
        take_in(bench, self.row.id.hex())
        self.people = [add_staff(session, name, ("coder",)) for name in "AB"]
        session.commit()
        self._code_at_the_desk(keys)
        self._audit()

    def _code_at_the_desk(self, keys: Vault) -> None:
        """Everything, and before anything is drawn: so what is drawn later was learnt from before."""
        for each in list(read_passages(self.session, self.row.id, opener_of(keys, self.row))):
            sections = ["SD"] if "hamster" in each.words else ["LG"]
            said = {"sections": sections, "act": "changed", "standard": "mdan", "coded_at": NOW}
            self.session.add(Coding(passage_id=each.id, staff_id=self.people[0].id, **said))
        self.session.commit()

    def _audit(self) -> None:
        self._code_blind(begin_sample(self.session, self.row, "mdan", "", NOW), "AE", 10)

    def _code_blind(self, sample: AuditSample, section: str, count: int) -> None:
        asked = ask_to_draw(self.session, sample, {"survivor": count}, self.people[0].id, NOW)
        self.session.commit()
        draw_audit(self.bench, asked.id.hex())
        everybody = [each.id for each in self.people]
        standing = standing_of(self.session, sample)
        share_out(self.session, standing, (), everybody, everybody[0], NOW)
        for unit in standing.units.values():
            for passage in unit.passages:
                for person in everybody:
                    seat = seat_at(self.session, sample, person, passage)
                    record(self.session, seat, person, Codes(frozenset({section})), load_edition("mdan"), NOW)
        self.session.commit()

    def bridge(self) -> None:
        """The audit ends, and half of it is coded by another version, as something else."""
        first = pin(self.session, "mdan")
        book = replace(
            first.book, codes=tuple(replace(each, definition="Something else.") for each in first.book.codes)
        )
        row = row_of(self.session, "mdan")
        assert row
        keep_version(self.session, row, BookVersion(Version(2, book, unchanged(book)), self.people[0].id, NOW))
        audit = newest_sample(self.session, self.survey_id)
        assert audit
        audit.ended_at = NOW
        to = versions_of(self.session, "mdan")[-1]
        sample = begin_bridge(self.session, self.row, audit, 1, to, NOW)
        self._code_blind(sample, "OE", 5)
        sample.ended_at = NOW  # so that the desk, at least, may see these responses again
        self.session.commit()

    def suggested(self) -> dict[bytes, tuple[Any, ...]]:
        """Learn, take in, and what is suggested then."""
        learn(self.bench, self.survey_id.hex())
        take_in(self.bench, self.survey_id.hex())
        with Session(self.bench.engine.execution_options(reading=True)) as reading:
            rows = reading.scalars(select(Suggestion))
            return {row.passage_id: (row.model, row.sections, row.probabilities, row.confidence) for row in rows}


@ONE_STORE
def test_training_asks_for_no_label_and_no_label_changes_a_suggestion(
    session: Session, engine: Engine, keys: Vault, model_folder: Path
) -> None:
    bench = Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})
    trained = Trained(session, bench, keys)
    drawn = set(session.scalars(select(AuditUnit.response_id)))
    rows = training_rows(session, trained.survey_id, "mdan")
    assert len(rows) == 40
    assert not drawn & {each.response_id for each in rows}
    session.rollback()
    with refusing_labels(engine) as asked:
        before = trained.suggested()
    assert any("FROM coding" in statement for statement in asked)  # it did learn, under the eyes of the watch
    session.execute(update(AuditCoding).values(sections=["LG", "OE"], themes=["OE1"], stance="praise"))
    session.commit()
    assert trained.suggested() == before
    wrong = update(Coding).where(Coding.passage_id.in_([each.passage_id for each in rows])).values(sections=["AE"])
    session.execute(wrong)
    session.commit()
    assert trained.suggested() != before  # as what the desk decided does


@ONE_STORE
def test_a_bridge_is_never_learnt_from_either(
    session: Session, engine: Engine, keys: Vault, model_folder: Path
) -> None:
    bench = Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})
    trained = Trained(session, bench, keys)
    trained.bridge()
    audit, bridge = (each.id for each in every_sample(session, trained.survey_id))
    drawn = {
        sample: set(session.scalars(select(AuditUnit.response_id).where(AuditUnit.sample_id == sample)))
        for sample in (audit, bridge)
    }
    assert len(drawn[bridge]) == 5
    assert drawn[bridge] < drawn[audit]
    # even were the audit forgotten, what the bridge drew would stay away
    session.execute(delete(AuditUnit).where(AuditUnit.sample_id == audit))
    rows = training_rows(session, trained.survey_id, "mdan")
    assert not drawn[bridge] & {each.response_id for each in rows}
    session.rollback()
    with refusing_labels(engine):
        before = trained.suggested()
    session.execute(update(AuditCoding).values(sections=["LG"], themes=[], stance="praise"))
    session.commit()
    assert trained.suggested() == before


@ONE_STORE
def test_the_watch_refuses(session: Session, engine: Engine) -> None:
    with refusing_labels(engine), pytest.raises(AssertionError):
        session.scalars(select(AuditCoding)).all()
