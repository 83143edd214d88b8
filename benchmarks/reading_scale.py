"""Seconds and peak memory of each reading tool on a hundred thousand passages, each in a process of its own.

    .venv/bin/python benchmarks/reading_scale.py [RESPONSES]

The responses are those of the worked example, over and over, sealed in a real SQLite store; codes follow a plain rule.
Measured is all that the job does: finding, opening, reading, counting and sealing what was found.
"""

import itertools
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from pkgutil import resolve_name

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))

from sqlalchemy import Engine, func, insert, select  # noqa: E402

from analysis.coding.tables import Passage, Suggestion  # noqa: E402
from analysis.reading.asked import Asked  # noqa: E402
from analysis.reading.figures_kept import count_figures  # noqa: E402
from analysis.reading.tables import keep_asked, keep_found  # noqa: E402
from analysis.reading.working import answer_for, as_wave  # noqa: E402
from analysis.standard.edition import load_edition  # noqa: E402
from safekeeping.clock import steady_now  # noqa: E402
from safekeeping.database import make_engine, session_for  # noqa: E402
from safekeeping.keystore import Keystore, ResponseKey, make_key_engine, make_key_tables  # noqa: E402
from safekeeping.migrating import migrate  # noqa: E402
from safekeeping.staff import add_staff  # noqa: E402
from safekeeping.vault import Vault, random_id, seal_response  # noqa: E402
from surveys.definition.published import PublishedSurvey, definition_of, publish, texts_asked  # noqa: E402
from surveys.example.load import RESPONSES, SURVEY  # noqa: E402
from surveys.intake.tables import Response  # noqa: E402

TOOLS = {
    "codes alone": Asked(all_of=("AE",)),
    "words": Asked(text='"waiting list"'),
    "words, stems": Asked(text="wait", stems=True),
    "words and codes": Asked(text="waiting", all_of=("AE",), none_of=("LG",), audiences=("survivor",)),
    "context": Asked(kind="kwic", text="the"),
    "neighbours": Asked(kind="beside", text="the"),
    "frequent words": Asked(kind="frequencies", little=True),
    "frequent phrases": Asked(kind="frequencies", pairs=True, little=True),
    "what marks": Asked(kind="keyness", group="audience:survivor"),
    "codes together": Asked(kind="together"),
    "analysts' figures": Asked(kind="figures"),
}
SECTIONS = ("LG", "AE", "SD", "OE")


def stores(folder: Path) -> tuple[Engine, Vault]:
    """The database and the keys in a folder."""
    keys = make_key_engine(f"sqlite:///{folder / 'keys.sqlite'}")
    make_key_tables(keys)
    return make_engine(f"sqlite:///{folder / 'heard.sqlite'}"), Vault({1: b"k" * 32}, Keystore(keys))


def fill(folder: Path, count: int) -> None:
    """So many responses, cut and coded."""
    engine, vault = stores(folder)
    migrate(engine, vault.store.engine)
    cut = resolve_name("analysis.coding.passages:cut")  # it loads what a reader does not need
    known = [json.loads(line)["answers"] for line in RESPONSES.read_text(encoding="utf-8").splitlines()]
    with session_for(engine) as session:
        row = publish(session, vault, SURVEY.read_text(encoding="utf-8"), steady_now())
        asked = texts_asked(session, row.id)
        add_staff(session, "Reader", ())
        cuts = [{name: cut(answers[name]) for name in asked if name in answers} for answers in known]
        many = itertools.islice(itertools.cycle(zip(known, cuts, strict=True)), count)
        while some := list(itertools.islice(many, 1000)):
            _insert(session, vault, row, some)


def _insert(session, vault, row, some) -> None:  # type: ignore[no-untyped-def]
    responses, keys, passages, suggestions = [], [], [], []
    for answers, cuts in some:
        sealed, response_id = (
            seal_response(json.dumps({"answers": answers}).encode(), row.public_key, row.id),
            random_id(),
        )
        responses.append({"id": response_id, "survey_id": row.id, "tag": sealed.tag, "ciphertext": sealed.ciphertext})
        keys.append(
            {
                "response_id": response_id,
                "survey_id": row.id,
                "wrapped_key": sealed.wrapped_key,
                "withdrawal": random_id(),
            }
        )
        for name, (start, end) in ((name, span) for name, spans in cuts.items() for span in spans):
            passage_id = random_id()
            place = {"response_id": response_id, "question": name, "start": start, "end": end, "may_quote": False}
            passages.append({"id": passage_id, **place})
            about = {
                "model": "rule",
                "probabilities": {},
                "themes": [],
                "stance": "problem",
                "confidence": 0.9,
                "reasons": [],
            }
            suggestions.append(
                {"passage_id": passage_id, "sections": [SECTIONS[start % 4], SECTIONS[end % 4]], **about}
            )
    for table, rows in ((Response, responses), (Passage, passages), (Suggestion, suggestions)):
        session.execute(insert(table), rows)
    with vault.store.engine.begin() as connection:
        connection.execute(insert(ResponseKey), keys)


def work(folder: Path, name: str) -> None:
    """One tool, as the job does it."""
    engine, vault = stores(folder)
    asked, began = TOOLS[name], time.perf_counter()
    with session_for(engine.execution_options(reading=True)) as session:
        row = session.scalars(select(PublishedSurvey)).one()
        if asked.kind == "figures":
            survey = definition_of(row)
            wave, edition = as_wave(session, row, vault), load_edition(survey.standard)
            count_figures(session, wave, edition, list(survey.audience_names()), lambda done: None)
            print(f"{name:<18} {time.perf_counter() - began:>7.1f} s", end=" ", flush=True)
            return
        found = answer_for(session, row, asked, vault, lambda done: None)
        session.expunge_all()
    with session_for(engine) as session:
        staff_id = add_staff(session, "Reader", ()).id
        keep_found(keep_asked(session, row, asked, staff_id, steady_now()), [row], found)
    print(f"{name:<18} {time.perf_counter() - began:>7.1f} s", end=" ", flush=True)


def memory_of(folder: Path, name: str) -> float:
    """Peak resident memory (MB) of a process that works one tool, and says how long it took."""
    child = os.posix_spawn(sys.executable, [sys.executable, __file__, str(folder), name], os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{name} ended with status {os.waitstatus_to_exitcode(status)}")
    return used.ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


def main(count: int) -> None:
    """Fill a store, then measure every tool."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, count)
        engine, _vault = stores(folder)
        with session_for(engine.execution_options(reading=True)) as session:
            passages = session.scalar(select(func.count()).select_from(Passage))
        print(f"{count:,} responses, {passages:,} passages")
        for tool in TOOLS:
            print(f"{memory_of(folder, tool):>6.0f} MB", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        work(Path(sys.argv[1]), sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 34_000)
