"""Coding spread over workers: whatever is written is the same bit for bit with one worker and with four of which one is
killed; and what follows is asked for once."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

import analysis.taking_in
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.suggestion import Answer
from analysis.coding.tables import Passage, Suggestion
from analysis.counted_in import CountedIn
from analysis.findings.releases.differences import Release
from analysis.findings.releases.holding_back import Newcomer
from analysis.findings.releases.release_tables import releases
from analysis.findings.releases.rolls import Roll
from analysis.findings.tables import Findings, opened
from analysis.jobs import KINDS
from analysis.learning.choosing import begin_with
from analysis.standard.edition import load_edition
from analysis.taking_in import PART_JOB, take_in_part
from safekeeping.jobs import Bench, Job, enqueue
from safekeeping.settings import Settings
from safekeeping.vault import Vault, random_id
from safekeeping.working import run_one
from surveys.definition.published import PublishedSurvey
from surveys.intake.mix import mix
from surveys.intake.progress import Progress
from tests.factories import opener_of, published_survey, submitted

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = 120
PART = 20
#: Sentences of which each person sends some, all differently.
SAID = (
    "The poster in the surgery only showed women.",
    "I was put on a waiting list for seven months.",
    "Ring Sarah on 07700 900123, she listened.",
    "He said he will kill me tonight.",
    "Nobody told me what would happen next.",
    "The worker was kind and did not judge.",
    "They should train the police to believe men.",
)
#: A worker that does what waits, a part of few answers at a time, until nothing of taking in is left.
WORKER = """
import sys, time
from pathlib import Path
import analysis.taking_in
import safekeeping.jobs, safekeeping.working
from datetime import timedelta
from analysis.jobs import KINDS
from safekeeping.database import make_engine
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.vault import load_vault
from safekeeping.working import run_one
database, folder, models, part, slow = sys.argv[1:]
analysis.taking_in.PART = int(part)
safekeeping.jobs.HEART_STOPS, safekeeping.working.BEAT_EVERY = timedelta(seconds=2), 0.3
kinds = {kind: KINDS[kind] if kind in ("take in", "code part") else (lambda bench, argument: None) for kind in KINDS}
engine, keys = make_engine(database), load_vault(Path(folder), Keystore(make_key_engine(database)))
def slowly(done, total):
    time.sleep(float(slow))
context = {"model folder": Path(models), "watch": slowly}
idle = 0
while idle < 40:
    idle = 0 if run_one(engine, keys, kinds, context) else idle + 1
    time.sleep(0.1 if idle else 0)
"""


def answered(session: Session, keys: Vault) -> bytes:
    """A survey that a hundred and twenty people answered, mixed; its id."""
    row = published_survey(session, keys)
    for number in range(PEOPLE):
        words = " ".join(SAID[(number * step) % len(SAID)] for step in range(1, 2 + number % 4))
        submitted(session, row, say=words, audience=("survivor", "provider")[number % 3 == 0])
    mix(session, row.id, opener_of(keys, row))
    session.execute(Job.__table__.delete())  # type: ignore[attr-defined]
    session.commit()
    return row.id


def digest(engine: Engine, keys: Vault, survey_id: bytes) -> str:
    """SHA-256 over every row that taking in writes. A passage goes by its place: its id is random."""
    with Session(engine.execution_options(reading=True)) as session:
        place = {
            each.id: [each.response_id.hex(), each.question, each.start, each.end, each.may_quote, each.in_use]
            for each in session.scalars(select(Passage))
        }
        told: list[Any] = [sorted(place.values())]
        tables: tuple[Any, ...] = (Suggestion, PassageFlags)
        for table in tables:
            names = sorted({column.key for column in table.__table__.columns} - {"passage_id"})
            rows = [
                [place[row.passage_id], *(getattr(row, name) for name in names)]
                for row in session.scalars(select(table))
            ]
            told.append(sorted(rows, key=json.dumps))
        told.append(sorted([row.audience, row.came] for row in session.scalars(select(Progress))))
        made = opened(session.get_one(Findings, survey_id), keys)
        told.append(repr((made.figures, made.chart, made.examples, sorted(made.manifest.items()))))
        for each in releases(session, keys.opener(survey_id)):
            told.append(
                sorted([name, [one.hex() for one in each.people.only(ids)]] for name, ids in each.groups.items())
            )
            told.append(sorted(one.hex() for one in each.people))
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def forget_coding(session: Session, survey_id: bytes) -> None:
    """As if nothing was coded yet."""
    for table in ("suggestion", "passage_flags", "passage", "progress", "findings", "findings_release", "job"):
        session.execute(text(f"DELETE FROM {table}"))
    session.commit()


@contextmanager
def workers(settings: Settings, models: Path, count: int, slow: float = 0.0) -> Iterator[list[subprocess.Popen[bytes]]]:
    """So many workers, each a process."""
    command = [sys.executable, "-c", WORKER, settings.database, str(settings.keys), str(models), str(PART), str(slow)]
    started = [subprocess.Popen(command, cwd=ROOT, env=os.environ) for _ in range(count)]
    yield started
    for each in started:
        assert each.wait(180) in (0, -signal.SIGKILL)


def jobs(engine: Engine) -> dict[str, list[str]]:
    """Kind -> the states of its jobs."""
    found: dict[str, list[str]] = {}
    with Session(engine.execution_options(reading=True)) as session:
        for job in session.scalars(select(Job)):
            found.setdefault(job.kind, []).append(job.state)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_four_workers_of_which_one_is_killed_write_what_one_writes(
    settings: Settings, keys: Vault, engine: Engine, session: Session, model_folder: Path
) -> None:
    survey_id = answered(session, keys)
    digests = []
    for count in (1, 4):
        forget_coding(session, survey_id)
        enqueue(session, "take in", survey_id.hex())
        session.commit()
        with workers(settings, model_folder, count, slow=0.5) as started:
            if count > 1:
                kill_in_the_middle(engine, started)
        follows = jobs(engine)
        assert follows == {"take in": ["done"], "count words": ["done"], "estimate": ["done"]}
        digests.append(digest(engine, keys, survey_id))
        session.rollback()
    assert digests[0] == digests[1]


def kill_in_the_middle(engine: Engine, started: list[subprocess.Popen[bytes]]) -> None:
    """Kill one worker while parts are being done, at once and without a word."""
    for _ in range(900):
        if jobs(engine).get(PART_JOB, []).count("running") == len(started):
            break
        time.sleep(0.1)
    else:
        raise AssertionError("they never all worked at once")
    started[0].kill()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_in_parts_the_same_is_written_as_at_once(
    keys: Vault, engine: Engine, session: Session, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey_id = answered(session, keys)
    digests = []
    for part in (PART, PEOPLE):
        forget_coding(session, survey_id)
        enqueue(session, "take in", survey_id.hex())
        session.commit()
        monkeypatch.setattr(analysis.taking_in, "PART", part)
        kinds = {kind: KINDS[kind] for kind in ("take in", PART_JOB)}
        runs = 0
        while run_one(
            engine, keys, kinds | dict.fromkeys(("count words", "estimate"), _nothing), {"model folder": model_folder}
        ):
            runs += 1
        assert runs == (PEOPLE // PART + 2 if part == PART else 1) + 2
        digests.append(digest(engine, keys, survey_id))
        session.rollback()
    assert digests[0] == digests[1]


def _nothing(bench: Bench, argument: str) -> None:
    """What follows is tried elsewhere."""


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_part_done_twice_finds_the_same(keys: Vault, engine: Engine, session: Session, model_folder: Path) -> None:
    survey_id = answered(session, keys)
    bench = Bench(engine, keys, lambda done, total: None, {"model folder": model_folder})
    opener, found = keys.opener(survey_id), []
    for _ in range(2):
        sealed = take_in_part(bench, f"{survey_id.hex()} 00002/00003")
        assert sealed
        assert b"survivor" not in sealed
        counted = CountedIn(None)
        counted.take(opener, sealed)
        found.append((counted.tally, counted.members))
    assert found[0] == found[1]
    assert 0 < found[0][0].responses.total() < PEOPLE


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_what_a_part_counted_is_all_there_when_it_is_opened(keys: Vault, session: Session) -> None:
    row: PublishedSurvey = published_survey(session, keys)
    session.commit()
    counted = CountedIn(Release("findings", Roll(), {}))
    counted.tally.add("survivor", 3, ["AE"])
    counted.members["survivor"].add(random_id())
    counted.came.append(Newcomer(random_id(), "survivor", 3, frozenset({"AE"})))
    again = CountedIn(None)
    again.take(keys.opener(row.id), counted.sealed(row.public_key, row.id))
    assert (again.tally, again.members, again.came) == (counted.tally, counted.members, counted.came)


def test_a_suggestion_does_not_depend_on_what_is_suggested_for_beside_it(model_folder: Path) -> None:
    """Else it would matter where a batch ends."""
    suggester = begin_with(model_folder, load_edition("mdan"), {}).suggester
    answers = [Answer([one, other]) for one in SAID for other in SAID]
    together = suggester.suggest(answers)
    assert together == [suggester.suggest([answer])[0] for answer in answers]
