"""Random projects, as Hypothesis draws them, and what holds a written one to the published schema."""

import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from lxml import etree

from analysis.exchange.project import Case, Code, Coded, Note, Project, Selection, Source, User, Variable
from analysis.exchange.qdpx_writing import write_qdpx
from analysis.exchange.written_text import Written

#: What trips offsets up: emoji with joiners, combining marks, right to left, line ends of every kind, marks and NUL.
HARD = (
    "👨‍👩‍👧", "🇬🇧", "e\u0301", "\u0301", "שלום", "\u202eabc\u202c", "\r\n", "\r", "\n", "\u2028", "\x85", "\x0b",
    "\ufeff", "\x00", "&lt;", "]]>", "ﷺ", "𝒳", "a", " ", "It was late.",
)  # fmt: skip
texts = st.lists(
    st.sampled_from(HARD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=12
).map("".join)
#: Names go into XML attributes, which hold no control characters.
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=12)
moments = st.none() | st.integers(600_000_000, 4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@st.composite
def projects(draw: st.DrawFn) -> Project:
    """A project that keeps every rule, in its order."""
    number = draw(st.integers(0, 2**40))

    def guid() -> str:
        nonlocal number
        number += 1
        return str(UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC834 % 2**128))

    users = [User(guid(), draw(names)) for _ in range(draw(st.integers(0, 3)))]
    variables = [Variable(guid(), draw(names), draw(names)) for _ in range(draw(st.integers(0, 2)))]
    codes = [_code(draw, guid, 2) for _ in range(draw(st.integers(0, 3)))]
    notes = [
        Note(guid(), draw(names), Written(draw(texts)).text, _one_of(draw, users), draw(moments))
        for _ in range(draw(st.integers(0, 2)))
    ]
    whole = Project(draw(names), draw(names), tuple(users), tuple(codes), tuple(variables), (), (), tuple(notes))
    sources = tuple(_source(draw, guid, whole) for _ in range(draw(st.integers(0, 3))))
    cases = (Case(guid(), draw(names), tuple(each.guid for each in sources[1:])),) if draw(st.booleans()) else ()
    return Project(
        whole.name, whole.description, whole.users, whole.codes, whole.variables, cases, sources, whole.notes, "Heard"
    ).in_order()


def _code(draw: st.DrawFn, guid: Callable[[], str], deep: int) -> Code:
    under = tuple(_code(draw, guid, deep - 1) for _ in range(draw(st.integers(0, 2)) if deep else 0))
    return Code(guid(), draw(names), draw(names), under, draw(st.booleans()))


def _one_of(draw: st.DrawFn, parts: Any) -> str | None:
    found = [each.guid for each in parts]
    return draw(st.none() | st.sampled_from(found)) if found else None


def _source(draw: st.DrawFn, guid: Callable[[], str], whole: Project) -> Source:
    text = Written(draw(texts)).text
    ends = st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True).map(sorted)
    marked = [draw(ends) for _ in range(draw(st.integers(0, 3)) if text else 0)]
    selections = tuple(_selection(draw, guid, whole, *each) for each in marked)
    values = tuple((each.guid, draw(names)) for each in whole.variables if draw(st.booleans()))
    return Source(guid(), draw(names), text, selections, values)


def _selection(draw: st.DrawFn, guid: Callable[[], str], whole: Project, start: int, end: int) -> Selection:
    codes = [each.guid for each in whole.every_code]
    coded = tuple(
        Coded(guid(), draw(st.sampled_from(codes)), _one_of(draw, whole.users), draw(moments))
        for _ in range(draw(st.integers(0, 2)) if codes else 0)
    )
    notes = tuple(note.guid for note in whole.notes if draw(st.booleans()))
    return Selection(guid(), start, end, coded, _one_of(draw, whole.users), draw(moments), draw(names), notes)


def written(project: Project) -> bytes:
    """The project as a file."""
    out = BytesIO()
    write_qdpx(project, out)
    return out.getvalue()


def qde(file: bytes) -> bytes:
    """The XML in a file."""
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return archive.read("project.qde")


def with_qde(file: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same file with its XML changed."""
    return packed({**unpacked(file), "project.qde": change(qde(file))})


def unpacked(file: bytes) -> dict[str, bytes]:
    """Name -> bytes of each part."""
    with zipfile.ZipFile(BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """A ZIP of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@cache
def schema() -> Any:
    """The published schema: Project.xsd of 18 March 2019, under the MIT licence that it begins with."""
    return etree.XMLSchema(etree.parse(Path(__file__).parent / "Project.xsd"))


def faults(file: bytes) -> list[str]:
    """What the schema refuses in a file."""
    held = schema()
    held.validate(etree.fromstring(qde(file)))
    return [f"line {each.line}: {each.message}" for each in held.error_log]
