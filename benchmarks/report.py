"""How long a report on many responses takes, and how much memory: `.venv/bin/python benchmarks/report.py [100000]`.

Makes a database of so many sealed responses with findings kept beside them, then makes a report of all parts in every
form, as the job does. Figures are kept when answers are taken in, so what grows with the responses is their hash alone.
"""

import resource
import secrets
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage, Suggestion
from analysis.findings.first_figures import figures_from
from analysis.findings.report import Tally
from analysis.findings.tables import Made, keep
from analysis.reporting.composing import PARTS
from analysis.reporting.formats import FORMS
from analysis.reporting.making import report_on
from analysis.standard.edition import load_edition
from safekeeping.database import session_for
from safekeeping.jobs import this_hour
from safekeeping.opening import open_installation
from safekeeping.settings import read_settings
from surveys.definition.published import definition_of, publish
from surveys.example.load import SURVEY
from surveys.intake.tables import Response

tqdm: Any = import_module("tqdm").tqdm
ROOT = Path(__file__).resolve().parent.parent
#: Bytes of a sealed response: answers are padded to steps of 4 KiB.
SEALED = 4096 + 28


def memory() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def add_passages(session: Session, responses: list[bytes]) -> None:
    """Two passages to each response, each with a suggestion."""
    cut = [
        {"id": secrets.token_bytes(32), "response_id": each, "question": "gap", "start": at * 90, "end": at * 90 + 80}
        for each in responses
        for at in range(2)
    ]
    session.execute(insert(Passage), [{**each, "may_quote": False, "in_use": True} for each in cut])
    more = {"model": "m" * 64, "sections": ["AE"], "probabilities": {}, "themes": [], "stance": "", "reasons": []}
    session.execute(insert(Suggestion), [{**more, "passage_id": each["id"], "confidence": 0.5} for each in cut])


def main(count: int) -> None:
    """Fill, gather, write; say how long each took."""
    with tempfile.TemporaryDirectory() as folder:
        opened = open_installation(read_settings({"HEARD_INSTANCE": folder}, ROOT))
        with session_for(opened.engine) as session:
            row = publish(session, opened.vault, SURVEY.read_text(encoding="utf-8"), datetime.now(UTC))
            survey, survey_id, tally = definition_of(row), row.id, Tally()
            audiences = [*survey.audience_names()]
            for start in tqdm(range(0, count, 1000), desc="filling"):
                some: list[dict[str, Any]] = [
                    {
                        "id": secrets.token_bytes(32),
                        "survey_id": survey_id,
                        "tag": secrets.token_bytes(16),
                        "ciphertext": secrets.token_bytes(SEALED),
                        "format": 1,
                        "set_aside": False,
                    }
                    for _ in range(min(1000, count - start))
                ]
                session.execute(insert(Response), some)
                add_passages(session, [bytes(each["id"]) for each in some])
                for number, _each in enumerate(some):
                    tally.add(audiences[number % len(audiences)], 4, [("LG", "AE", "SD", "OE")[number % 4]])
            figures = figures_from(tally, load_edition("mdan"), survey.audience_names())
            keep(session, row.public_key, row.id, Made(figures, "<svg/>", (), {}), this_hour())
        with session_for(opened.engine) as session:
            row = session.get_one(type(row), survey_id)
            before, start = memory(), time.perf_counter()
            with tqdm(total=count, desc="gathering") as bar:
                report = report_on(
                    session, opened.vault, row, date(2026, 11, 22), PARTS, lambda done, _total: bar.update(done - bar.n)
                )
            print(f"gathered and drawn: {time.perf_counter() - start:.1f} s, {before:.0f} -> {memory():.0f} MB")
            for name, form in FORMS.items():
                begun = time.perf_counter()
                size = len(form.write(report))
                print(f"{name}: {time.perf_counter() - begun:.1f} s, {size / 1000:.0f} kB, {memory():.0f} MB")
            print(f"{count:,} responses in all: {time.perf_counter() - start:.1f} s")
        opened.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
