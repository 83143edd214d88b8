"""A drill on a bare machine: back up and bring back so many responses, and open and compare every one of them.

    .venv/bin/python benchmarks/restore_drill.py [responses] [drills]

Each part runs in a process of its own, so that the memory shown is its own. Answers are about as long as people's.
The promise (docs/deployment.md): 50,000 responses are back within fifteen minutes, and each opens.
"""

import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import app  # noqa: F401 (so that every table is known)
from app import ROOT
from safekeeping.backing_up import back_up
from safekeeping.database import session_for
from safekeeping.keystore import KeyToKeep
from safekeeping.opening import open_installation
from safekeeping.recovery_key import recovery_from
from safekeeping.restoring import files_of, restore
from safekeeping.settings import Settings, read_settings
from safekeeping.vault import random_id, seal_response
from surveys.definition.published import publish
from surveys.intake.read import read_all
from surveys.intake.tables import Response

RESPONSES, DRILLS = 50_000, 1
SIGNS = "2K6V YJ4T QH8D 91MR CWZB 5XNA 3QXD"
SURVEY = ROOT / "surveys" / "example" / "survey.toml"
AT_ONCE = 500


def settings_in(folder: Path) -> Settings:
    """An installation in that folder, on SQLite."""
    return read_settings({"HEARD_INSTANCE": str(folder)}, ROOT)


def fill(folder: Path, count: int) -> None:
    """An installation with so many mixed responses."""
    opened, chance = open_installation(settings_in(folder)), random.Random(5)
    with session_for(opened.engine) as session:
        row = publish(session, opened.vault, SURVEY.read_text(encoding="utf-8"), datetime.now(UTC))
        survey_id, public = row.id, row.public_key
    for start in range(0, count, AT_ONCE):
        made = []
        for number in range(start, min(start + AT_ONCE, count)):
            words = "what was said " * chance.randrange(10, 400)
            answers = {"audience": "survivor", "say": f"{number} {words}"}
            made.append((random_id(), seal_response(json.dumps({"answers": answers}).encode(), public, survey_id)))
        keys = [KeyToKeep(new_id, each.wrapped_key, random_id() + random_id()) for new_id, each in made]
        opened.vault.store.put_responses(survey_id, keys)
        with session_for(opened.engine) as session:
            session.add_all(
                Response(id=new_id, survey_id=survey_id, tag=each.tag, ciphertext=each.ciphertext)
                for new_id, each in made
            )
    opened.close()


def quiet(rows: int) -> None:
    """Nobody watches."""


def save(folder: Path, goal: Path) -> None:
    """Back up, which reads back what it wrote."""
    back_up(settings_in(folder), goal, recovery_from(SIGNS).sealing, "0", datetime.now(UTC), quiet)


def bring_back(goal: Path, folder: Path) -> None:
    """Restore into a new folder, which reads every row again."""
    restore(files_of([*goal.rglob("heard-*")]), recovery_from(SIGNS), settings_in(folder), datetime.now(UTC), quiet)


def digest(folder: Path) -> str:
    """How many responses open, and what they say: one hash of all of it, in the order of their ids."""
    opened, found, count = open_installation(settings_in(folder)), hashlib.sha256(), 0
    with session_for(opened.engine.execution_options(reading=True)) as session:
        for survey_id, _ in opened.vault.store.surveys():
            for response in read_all(session, survey_id, opened.vault.opener(survey_id)):
                found.update(response.id + json.dumps(response.answers, sort_keys=True).encode())
                count += 1
    opened.close()
    return f"{count} {found.hexdigest()}"


def measured(act: str, *words: object) -> tuple[float, float, str]:
    """Seconds, peak resident memory (MB) and last line of one act in a process of its own."""
    reading, writing = os.pipe()
    began = time.perf_counter()
    command = [sys.executable, __file__, "--act", act, *map(str, words)]
    actions = [(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_CLOSE, reading)]
    child = os.posix_spawn(command[0], command, os.environ | {"PYTHONPATH": str(ROOT)}, file_actions=actions)
    os.close(writing)
    with os.fdopen(reading) as said:
        line = said.read().strip()
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{act} ended with status {os.waitstatus_to_exitcode(status)}")
    kilo = 1024 if sys.platform == "linux" else 1024 * 1024
    return time.perf_counter() - began, used.ru_maxrss / kilo, line


def main(count: int, drills: int) -> None:
    """Fill once, then drill."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds, _, _ = measured("fill", folder / "live", count)
        _, _, before = measured("digest", folder / "live")
        size = sum(path.stat().st_size for path in (folder / "live").glob("*.sqlite"))
        print(f"{count:,} responses, {size / 1e6:,.0f} MB, made in {seconds:.0f} s")
        for drill in range(1, drills + 1):
            saved = measured("save", folder / "live", folder / f"backup{drill}")
            back = measured("back", folder / f"backup{drill}", folder / f"back{drill}")
            took, _, after = measured("digest", folder / f"back{drill}")
            print(
                f"drill {drill}: backed up in {saved[0]:.0f} s (peak {saved[1]:.0f} MB), "
                f"brought back in {back[0]:.0f} s (peak {back[1]:.0f} MB), all opened in {took:.0f} s: "
                f"{after.split()[0]} of {count}, {'the same words' if after == before else 'NOT THE SAME'}",
                flush=True,
            )
            if after != before:
                raise SystemExit(1)
            for name in (f"backup{drill}", f"back{drill}"):
                shutil.rmtree(folder / name)


ACTS = {"fill": fill, "save": save, "back": bring_back, "digest": digest}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--act"]:
        act, *words = sys.argv[2:]
        given = [int(word) if word.isdigit() else Path(word) for word in words]
        print(ACTS[act](*given) or "")  # type: ignore[operator]
    else:
        wanted = [int(word) for word in sys.argv[1:]]
        main(*wanted, *(RESPONSES, DRILLS)[len(wanted) :])
