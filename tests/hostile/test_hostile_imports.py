"""Files that are made to break, to flood or to leak: refused with a place and a remedy, or taken in as text."""

import io
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from safekeeping import vault
from safekeeping.vault import Vault
from surveys.importing.brought import MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS
from surveys.importing.reading import Unreadable, read
from tests.factories import let_in
from tests.surveys.browsing import intake_answers, intake_count, put_up
from tests.surveys.importing.exports import as_csv, as_xlsx, brought
from tests.surveys.importing.test_import_pages import START, Bringer

HEAD = "audience,say\r\n"
WORDS = "Words that nobody else may read: Zwetschgenkuchen"


def refusal(content: bytes, name: str = "answers.csv") -> str:
    with pytest.raises(Unreadable) as refused:
        read(name, content)
    said = str(refused.value)
    assert len(said) < 500
    assert said.isprintable()
    return said


def bomb(mark: bytes = b"0") -> bytes:
    """A workbook whose sheet unpacks to 300 MB."""
    old = zipfile.ZipFile(io.BytesIO(as_xlsx([["a"], ["b"]])))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            data = old.read(part)
            new.writestr(part, data + mark * (300 * 2**20) if part.endswith("sheet1.xml") else data)
    return written.getvalue()


def wide() -> bytes:
    return as_csv([[f"c{number}" for number in range(10_000)], ["1"] * 10_000])


def long() -> bytes:
    return (HEAD + "survivor,yes\r\n" * 100_000).encode()


@pytest.mark.parametrize(
    ("make", "name", "said"),
    [
        (wide, "x.csv", "10,000 columns"),
        (long, "x.csv", f"more than {MOST_ROWS:,} rows"),
        (lambda: HEAD.encode() + b"survivor,a\x00b\r\n", "x.csv", "row 1 (line 2), column “say”: it holds a NUL"),
        (lambda: HEAD.encode() + b'survivor,"never closed', "x.csv", "quotation mark"),
        (lambda: HEAD.encode() + b"survivor,a,b,c\r\n", "x.csv", "row 1 (line 2)"),
        (lambda: (HEAD + "survivor,é☂é☂é☂\r\n").encode() + b"survivor,\xff\xfe\xfa\r\n", "x.csv", "row 2"),
        (lambda: b"\xff\xfe" + (HEAD + "survivor,\ud800x\r\n").encode("utf-16-le", "surrogatepass"), "x.csv", "row 1"),
        (lambda: b"\xff\xfe" + (HEAD + "survivor,x").encode("utf-16-le")[:-1], "x.csv", "inside a letter"),
        (lambda: b"PK\x03\x04" + bytes(500), "x.xlsx", "damaged"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.csv", "old Excel workbook"),
        (lambda: as_csv([["a"], ["b"]]), "x.ods", "OpenDocument"),
        (lambda: b"<html><body>", "x.csv", "a web page"),
        (lambda: b"\r\n\r\n", "x.csv", "first row is empty"),
    ],
)
def test_a_hostile_file_is_refused_with_its_place(make: Callable[[], bytes], name: str, said: str) -> None:
    assert said in refusal(make(), name)


@pytest.mark.slow
def test_a_zip_bomb_is_refused_before_it_unpacks() -> None:
    packed = bomb()
    tracemalloc.start()
    assert "unpacks to" in refusal(packed, "x.xlsx")
    assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    tracemalloc.stop()


def test_more_text_than_fits_is_refused() -> None:
    cell = "x" * 900_000
    rows = [["audience", "say"], *(["survivor", cell] for _ in range(MOST_CHARACTERS // 900_000 + 1))]
    assert "more text than fits" in refusal(as_csv(rows))


def test_a_name_of_a_file_is_shown_without_tricks() -> None:
    said = refusal(b"", "../../etc/\u202epasswd\x07" + "y" * 500 + ".csv")
    assert "\u202e" not in said
    assert len(said) < 300


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(encoding: str, separator: str) -> None:
    rows = [["audience", "say"], ["survivor", "Été, “so”; then\nmore"], ["provider", "=1+1"]]
    assert [row.cells for row in brought(as_csv(rows, separator, encoding))[2].rows] == rows[1:]


def test_formulas_are_never_worked_out() -> None:
    book = openpyxl.Workbook()
    for row in (
        ["audience", "say"],
        ["survivor", "=1+1"],
        ["survivor", '=WEBSERVICE("http://192.0.2.1")'],
        ["survivor", "x"],
    ):
        book.worksheets[0].append(row)
    written = io.BytesIO()
    book.save(written)
    assert [row.cells[1] for row in read("x.xlsx", written.getvalue()).rows] == ["", "", "x"]


def test_as_many_columns_as_are_read_fit_on_the_page() -> None:
    table = read("x.csv", as_csv([[f"c{number}" for number in range(MOST_COLUMNS)], ["1"] * MOST_COLUMNS]))
    assert len(table.columns) == MOST_COLUMNS


@pytest.fixture
def ann(app: Flask, engine: Engine, keys: Vault, session: Session) -> Bringer:
    put_up(engine, keys, "paper")
    return Bringer(let_in(app, session, "Ann"))


SCRIPT = "<script>alert(1)</script>{{7*7}}"


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nothing_in_a_file_runs_on_a_page(ann: Bringer) -> None:
    rows = [["audience", SCRIPT, "asked", "visits"], ["survivor", SCRIPT, SCRIPT, SCRIPT], [SCRIPT, SCRIPT, "yes", ""]]
    pages = [ann.bring(as_csv(rows), f"{SCRIPT}.csv").page, ann.press().page, ann.press().page]
    for page in pages:
        assert "<script>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_nothing_of_a_file_is_readable_on_disk(
    ann: Bringer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine, keys: Vault
) -> None:
    """Neither while it waits nor afterwards, and no temporary file is ever opened."""

    def never(*given: Any, **more: Any) -> NoReturn:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "mkstemp", "TemporaryDirectory"):
        monkeypatch.setattr(tempfile, name, never)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", never, raising=False)
    monkeypatch.setattr("werkzeug.formparser.TemporaryFile", never, raising=False)
    filler = [["survivor", f"{WORDS} {number} " * 35] for number in range(400)]
    content = as_csv([["audience", "say"], *filler])
    assert len(content) > 500_000
    for step in ("bring", "press", "take"):
        ann.bring(content) if step == "bring" else ann.press(step)
        assert ann.status == 200
        files = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert {path.name for path in files} >= {"heard.sqlite", "heard.sqlite-wal"}
        assert not [path for path in files if b"Zwetschgenkuchen" in path.read_bytes()]
    assert WORDS in intake_answers(engine, keys, "paper")[0]["say"]


def test_all_rows_come_in_or_none(ann: Bringer, engine: Engine, monkeypatch: pytest.MonkeyPatch, keys: Vault) -> None:
    """A fault at any point of the writing, on both databases: nothing is in, and it can be taken in afterwards."""
    rows = [["audience", "say"], *(["survivor", f"Words {number}"] for number in range(450))]
    ann.bring(as_csv(rows)).press()
    for broken in (
        "surveys.importing.taking.record",
        "surveys.importing.taking.throw_away",
        "surveys.intake.submit.enough_wait",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(broken, lambda *given, **more: 1 / 0)
            assert ann.press("take").status == 500
        assert intake_count(engine) == 0
        ann.go(ann.at)
    seals = iter(range(430))
    sealing = vault.seal_for_mixing
    with monkeypatch.context() as patch:
        patch.setattr(vault, "seal_for_mixing", lambda *given: (next(seals), sealing(*given))[1])
        assert ann.press("take").status == 500
    assert intake_count(engine) == 0
    assert ann.go(ann.at).press("take").status == 200
    assert intake_count(engine) == 450
    assert START in ann.at
