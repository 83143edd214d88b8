"""A project of a thousand answers, opened by readers that are not ours, every coding compared."""

import subprocess
import time
from ast import literal_eval
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from analysis.exchange.as_project import About, source_of
from analysis.exchange.coded_texts import CodedText, Coder, Decision
from analysis.exchange.project import Code, Project, Source, User, Variable
from analysis.exchange.qdpx_reading import read_qdpx
from analysis.exchange.qdpx_writing import write_qdpx
from analysis.exchange.written_text import Written
from safekeeping.vault import Vault
from tests.analysis.exchange.as_elsewhere import opened, through_qualcoder
from tests.analysis.exchange.coded import CODERS, SENTENCES, coded_survey, files
from tests.analysis.exchange.projects import faults

ROOT = Path(__file__).resolve().parents[3]
#: An environment of its own, with pyrefiqda; `make test-slow` sets it up.
READER = ROOT / ".venv-exchange" / "bin" / "python"
#: What pyrefiqda, whose reader is made from the published schema, finds in a project: a line for each coding.
READ = """
import sys, tempfile
from pyrefiqda import RefiProject
with tempfile.TemporaryDirectory() as folder:
    project = RefiProject.load(sys.argv[1], folder)
    users = {each.guid: each.name for each in project.users.user}
    def flat(codes):
        for code in codes:
            yield code
            yield from flat(code.code)
    names = {each.guid: each.name for each in flat(project.code_book.codes.code)}
    for source in project.sources.text_source:
        path = RefiProject.resolve_source_path(source.plain_text_path, folder)
        text = path.read_bytes().decode()
        for mark in source.plain_text_selection:
            start, end = mark.start_position, mark.end_position
            for coded in mark.coding:
                code = names[coded.code_ref.target_guid]
                print(repr((source.name, start, end, users[coded.creating_user], code, text[start:end])))
"""
Line = tuple[str, int, int, str, str, str]


def lines(project: Project) -> list[Line]:
    """(text, start, end, coder, code, words) of each coding, as we read it."""
    users = {each.guid: each.name for each in project.users}
    codes = {each.guid: each.name for each in project.every_code}
    return sorted(
        (
            source.name,
            mark.start,
            mark.end,
            users[coded.user or ""],
            codes[coded.code],
            source.text[mark.start : mark.end],
        )
        for source in project.sources
        for mark in source.selections
        for coded in mark.coded
    )


@pytest.mark.slow
@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_thousand_answers_are_the_same_to_every_reader(session: Session, keys: Vault, tmp_path: Path) -> None:
    wave = coded_survey(session, keys, 1_000)
    file = files(session, keys, wave, "qdpx-model")["codings-and-suggestions.qdpx"]
    assert faults(file) == []
    project = read_qdpx(BytesIO(file))
    ours = lines(project)
    assert len(list(project.sources)) == 1_000
    assert len(ours) > 5_000
    _as_qualcoder(project, ours, file)
    assert lines(read_qdpx(BytesIO(through_qualcoder(file)))) == ours
    _as_pyrefiqda(ours, file, tmp_path)


def _as_qualcoder(project: Project, ours: list[Line], file: bytes) -> None:
    made = opened(file)
    every = (
        "SELECT s.name, pos0, pos1, owner, c.name, seltext FROM code_text JOIN code_name c USING (cid) JOIN source s"
    )
    assert sorted(made.execute(f"{every} ON s.id = fid")) == ours
    assert dict(made.execute("SELECT guid, fulltext FROM source")) == {each.guid: each.text for each in project.sources}
    assert dict(made.execute("SELECT guid, name FROM code_name")) == {
        each.guid: each.name for each in project.every_code
    }
    assert {name for (name,) in made.execute("SELECT name FROM coder")} > set(CODERS)
    assert made.execute("SELECT count(*) FROM annotation").fetchone() == (0,)


def _as_pyrefiqda(ours: list[Line], file: bytes, folder: Path) -> None:
    if not READER.exists():
        pytest.skip("the environment of the other reader is not set up: make .venv-exchange/.installed")
    (folder / "project.qdpx").write_bytes(file)
    done = subprocess.run(
        [READER, "-X", "utf8", "-c", READ, folder / "project.qdpx"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert sorted(literal_eval(line) for line in done.stdout.splitlines()) == ours


class Many:
    """So many coded texts, made anew each time."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.about = About("Many", "many", {}, {})
        self.coder = Coder(str(UUID(int=1)), "Coder One")

    def __iter__(self) -> Any:
        at = datetime(2026, 11, 22, tzinfo=UTC)
        for number in range(self.count):
            words = [SENTENCES[(number + more) % len(SENTENCES)] for more in range(6)]
            decisions = tuple(
                Decision(more * 15, more * 15 + 14, self.coder, ("AE",), "", "", "", at) for more in range(3)
            )
            text = CodedText(str(UUID(int=number + 9)), "say", "", False, Written(" ".join(words)), decisions)
            yield source_of(text, self.about, {"AE": str(UUID(int=2))})


class _Nowhere:
    """Takes what is written and forgets it."""

    length = 0

    def write(self, piece: bytes) -> int:
        self.length += len(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""


@pytest.mark.attack
def test_fifty_thousand_are_possible() -> None:
    many: Any = Many(50_000)
    variables = [many.about.variable(name) for name in ("Question", "May be quoted")]
    project = Project(
        "Many",
        users=(User(many.coder.guid, "Coder One"),),
        codes=(Code(str(UUID(int=2)), "AE"),),
        variables=tuple(Variable(guid, guid) for guid in variables),
        sources=many,
    )
    out: Any = _Nowhere()
    begun = time.process_time()
    write_qdpx(project, out)
    assert out.length > 1_000_000
    assert time.process_time() - begun < 120  # seconds of one slow core; 15 to 25 measured
    assert isinstance(next(iter(many)), Source)
