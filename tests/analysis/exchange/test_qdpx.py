"""REFI-QDA projects: they come back as they went, keep to the published schema, and hostile ones are refused."""

import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.exchange.project import Case, Code, Coded, Project, Selection, Source, User, Variable
from analysis.exchange.project_checks import BadProject
from analysis.exchange.qdpx_reading import read_qdpx
from analysis.exchange.written_text import Written, utf16_units
from tests.analysis.exchange.projects import faults, packed, projects, qde, texts, unpacked, with_qde, written

CODER, OTHER = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
CODE, MARK, CODED = (
    "33333333-3333-4333-8333-333333333333",
    "44444444-4444-4444-8444-444444444444",
    "55555555-5555-4555-8555-555555555555",
)
TEXT, KNOWN = "66666666-6666-4666-8666-666666666666", "77777777-7777-4777-8777-777777777777"
AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
SMALL = Project(
    "A survey",
    "Said of it",
    (User(CODER, "Coder One"),),
    (Code(CODE, "AE Access", "Getting in"),),
    (Variable(KNOWN, "Question"),),
    (Case(OTHER, "Survivors", (TEXT,)),),
    (
        Source(
            TEXT, "say 1", "They rang me back.", (Selection(MARK, 5, 9, (Coded(CODED, CODE, CODER, AT),), CODER, AT),)
        ),
    ),
    origin="Heard",
)


def read(file: bytes) -> Project:
    return read_qdpx(BytesIO(file))


def refused(file: bytes) -> str:
    with pytest.raises(BadProject) as fault:
        read(file)
    return str(fault.value)


@settings(max_examples=60, deadline=None)
@given(projects())
def test_any_project_comes_back_as_it_went(project: Project) -> None:
    file = written(project)
    assert read(file) == project
    assert written(project) == file
    assert faults(file) == []


def left_out(kept: str, place: int) -> bool:
    """Whether a character is not written: the first of a line end of two, or a mark at the beginning."""
    return kept[place : place + 2] == "\r\n" or not kept[: place + 1].strip("\ufeff")


@settings(max_examples=200, deadline=None)
@given(texts, st.data())
def test_an_offset_marks_the_same_words_in_the_written_text(kept: str, data: st.DataObject) -> None:
    there = Written(kept)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(kept))] * 2)))
    meant = [kept[place] for place in range(start, end) if not left_out(kept, place)]
    assert there.text[there.there(start) : there.there(end)] == "".join(meant).replace("\r", "\n")
    assert there.there(len(kept)) == len(there.text)


@given(texts, st.data())
def test_browsers_count_as_utf_16_does(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert utf16_units(text, [at]) == [len(text[:at].encode("utf-16-le", "surrogatepass")) // 2]


def test_nothing_is_normalised() -> None:
    text = "Cafe\u0301 \u212b"
    back = read(written(replace(SMALL, sources=(replace(next(iter(SMALL.sources)), text=f"They {text}"),))))
    assert next(iter(back.sources)).text == f"They {text}" != unicodedata.normalize("NFC", f"They {text}")


def test_the_file_is_as_other_programs_need_it() -> None:
    parts = unpacked(written(SMALL))
    assert list(parts) == ["project.qde", f"sources/{TEXT}.txt"]
    assert parts[f"sources/{TEXT}.txt"] == b"They rang me back."
    xml = parts["project.qde"].decode()
    assert f'plainTextPath="internal://{TEXT}.txt"' in xml
    assert f'startPosition="5" endPosition="9" creatingUser="{CODER}" creationDateTime="2026-11-22T10:30:00Z"' in xml
    assert not xml.startswith("\ufeff")
    assert "\r" not in xml


def test_lists_that_are_empty_are_left_out() -> None:
    file = written(Project("Nothing"))
    assert re.findall(rb"<(\w+)", qde(file)) == [b"Project"]
    assert faults(file) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (f'creatingUser="{CODER}"', f'creatingUser="{OTHER}"', "names a user"),
        (f'<CodeRef targetGUID="{CODE}"/>', f'<CodeRef targetGUID="{OTHER}"/>', "names a code"),
        (f'<SourceRef targetGUID="{TEXT}"/>', f'<SourceRef targetGUID="{CODE}"/>', "names a text"),
        ('startPosition="5"', 'startPosition="9"', "runs from 9 to 9"),
        ('startPosition="5"', 'startPosition="-1"', "runs from -1"),
        ('endPosition="9"', 'endPosition="19"', "and the text from 0 to 18"),
        ('endPosition="9"', 'endPosition="x"', "no whole number"),
        ("2026-11-22T10:30:00Z", "yesterday", "where a time should be"),
        (f'<Coding guid="{CODED}"', f'<Coding guid="{MARK}"', "something else has too"),
        (f'guid="{CODED}"', 'guid="nothing"', "no guid"),
        (f"internal://{TEXT}.txt", "internal://other.txt", "is not in the file"),
        (f"internal://{TEXT}.txt", "internal://../project.qde", "is not in the file"),
        (f"internal://{TEXT}.txt", "relative:///etc/passwd", "is not in the file"),
        ("urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0", "not with a REFI-QDA project"),
        ("</Project>", "", "no well-formed XML"),
        ("<Users>", '<!DOCTYPE a [<!ENTITY b "c">]><Users>', "no well-formed XML"),
    ],
)  # fmt: skip
def test_what_the_schema_does_not_see_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    file = with_qde(written(SMALL), lambda xml: xml.replace(old.encode(), new.encode()))
    assert file != written(SMALL)
    message = refused(file)
    assert said in message
    assert "Save it" in message or "Save the project" in message


@pytest.mark.parametrize("time", ["2026-11-22T10:30:00", "2026-11-22T10:30:00.0000000Z", "2026-11-22T11:30:00+01:00"])
def test_times_are_read_as_other_programs_write_them(time: str) -> None:
    file = with_qde(written(SMALL), lambda xml: xml.replace(b"2026-11-22T10:30:00Z", time.encode()))
    assert read(file) == SMALL


def test_a_time_without_its_zone_is_not_written() -> None:
    source = next(iter(SMALL.sources))
    bare = replace(source.selections[0], at=AT.replace(tzinfo=None))
    with pytest.raises(BadProject, match="without its zone"):
        written(replace(SMALL, sources=(replace(source, selections=(bare,)),)))


def test_no_dtd_is_read() -> None:
    lol = b'<!DOCTYPE Project [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    file = with_qde(written(SMALL), lambda xml: xml.replace(b"<Project", lol + b"<Project", 1))
    assert "declares a document type" in refused(file)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    for name in ("project.qde", f"sources/{TEXT}.txt", "sources/film.mp4"):
        assert "would unpack to more" in refused(packed({**unpacked(written(SMALL)), name: bytes(4 * 2**20)}))


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "sources/../../evil", "C:\\evil", "..\\evil"])
def test_a_part_that_leads_out_is_refused(name: str) -> None:
    assert "leads out of it" in refused(packed({**unpacked(written(SMALL)), name: b"evil"}))


def test_what_is_no_project_is_refused() -> None:
    assert "no ZIP" in refused(b"")
    assert "no ZIP" in refused(b"PK\x03\x04 and then nothing")
    assert "no ZIP" in refused(written(SMALL)[:-30])
    assert "no project.qde" in refused(packed({"word/document.xml": b"<a/>"}))
    assert "not UTF-8" in refused(packed({**unpacked(written(SMALL)), f"sources/{TEXT}.txt": b"\xff\xfe\xfa"}))
    deep = b"<Graphs>" * 100 + b"</Graphs>" * 100
    assert "deep" in refused(with_qde(written(SMALL), lambda xml: xml.replace(b"<Users>", deep + b"<Users>")))


def test_a_locked_or_doubled_part_is_refused() -> None:
    out = BytesIO(written(SMALL))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("project.qde", b"<other/>")
    assert "some twice" in refused(out.getvalue())
    locked = bytearray(written(SMALL))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refused(bytes(locked))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_read_whole(data: st.DataObject) -> None:
    file = bytearray(written(SMALL))
    for _ in range(data.draw(st.integers(1, 4))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(file))
    except BadProject:
        return
    assert len(list(found.sources)) == 1


def test_a_mark_of_another_program_before_its_texts_moves_nothing() -> None:
    parts = unpacked(written(SMALL))
    marked = {name: b"\xef\xbb\xbf" + content for name, content in parts.items()}
    assert read(packed(marked)) == SMALL


def crlf(origin: str, start: int, end: int) -> str:
    """The marked words of a project whose text has line ends of two characters."""
    text = "One.\r\nTwo.\r\nThree."
    parts = unpacked(written(replace(SMALL, origin=origin, sources=(
        Source(TEXT, "say 1", text.replace("\r\n", "\n") + "..", (Selection(MARK, start, end),)),
    ))))  # fmt: skip
    (source,) = read(packed({**parts, f"sources/{TEXT}.txt": text.encode()})).sources
    (mark,) = source.selections
    return source.text[mark.start : mark.end]


def test_line_ends_of_two_characters_count_as_their_program_counts() -> None:
    assert crlf("MAXQDA", 12, 18) == "Three."
    assert crlf("ATLAS.ti Windows 24", 10, 16) == "Three."


def test_other_sources_are_left_out_and_counted() -> None:
    film = f'<VideoSource guid="{OTHER[:-1]}3" name="film"/>'.encode()
    case = f'<SourceRef targetGUID="{OTHER[:-1]}3"/>'.encode()
    file = with_qde(
        written(SMALL),
        lambda xml: xml.replace(b"<Sources>", b"<Sources>" + film).replace(b"</Case>", case + b"</Case>"),
    )
    assert read(file) == replace(SMALL, others=1)


def test_a_bad_project_is_not_written() -> None:
    bad = replace(next(iter(SMALL.sources)), selections=(Selection(MARK, 5, 900),))
    with pytest.raises(BadProject, match="runs from 5 to 900"):
        written(replace(SMALL, sources=(bad,)))
