"""What QualCoder does to a project, as far as texts and codings go: what it keeps of one, and what it writes.

QualCoder is on no package index that tests may use, so its rules stand here, in our own words, as they were read in
`src/qualcoder/refi.py` of its repository on 2026-11-22 (commit 06db5fabd264); none of its code is copied:

- codes are known by guid, and a name that is there already is not added again, so what is coded with it is lost;
- who coded is the user of the marked part, not of the coding; a part with no coding becomes an annotation;
- a text file is read as UTF-8, a mark before it stays in the text, and line ends of two characters get a space behind;
- offsets are code points, end exclusive; of the same code, coder and part only one is kept;
- what is known of a text is taken from the text and from a case without a name, and the second time ends the import;
- it writes a mark before its files, new guids, and a part for each coding.
"""

import sqlite3
import uuid
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from tests.analysis.exchange.projects import packed

NS = "{urn:QDA-XML:project:1.0}"
TABLES = """
CREATE TABLE code_name (cid INTEGER PRIMARY KEY, guid TEXT, name TEXT UNIQUE, above TEXT);
CREATE TABLE coder (guid TEXT, name TEXT);
CREATE TABLE source (id INTEGER PRIMARY KEY, guid TEXT, name TEXT UNIQUE, fulltext TEXT);
CREATE TABLE attribute (name TEXT, value TEXT, id INTEGER, UNIQUE (name, id));
CREATE TABLE cases (name TEXT UNIQUE);
CREATE TABLE annotation (fid INTEGER, pos0 INTEGER, pos1 INTEGER);
CREATE TABLE code_text (cid INTEGER NOT NULL, fid INTEGER, seltext TEXT, pos0 INTEGER, pos1 INTEGER, owner TEXT,
  date TEXT, UNIQUE (cid, fid, pos0, pos1, owner));
"""


def opened(file: bytes) -> sqlite3.Connection:
    """The database that QualCoder makes of a project."""
    made = sqlite3.connect(":memory:")
    made.executescript(TABLES)
    with zipfile.ZipFile(BytesIO(file)) as archive:
        root = etree.fromstring(archive.read(next(name for name in archive.namelist() if name.endswith(".qde"))))
        users = {each.get("guid"): each.get("name") for each in root.iter(f"{NS}User")}
        made.executemany("INSERT INTO coder VALUES (?, ?)", users.items())
        for code in root.iter(f"{NS}Code"):
            above = code.getparent().get("guid")
            made.execute(
                "INSERT INTO code_name (guid, name, above) VALUES (?, ?, ?)",
                [code.get("guid"), code.get("name"), above],
            )
        for source in root.iter(f"{NS}TextSource"):
            _open_source(made, archive, source, users)
        made.executemany("INSERT INTO cases VALUES (?)", [[case.get("name")] for case in root.iter(f"{NS}Case")])
    return made


def _open_source(made: sqlite3.Connection, archive: zipfile.ZipFile, source: Any, users: dict[str, str]) -> None:
    content = archive.read(f"sources/{source.get('plainTextPath').removeprefix('internal://')}")
    text = content.decode().replace("\r\n", "\n ").replace("\r", "\n")
    told = [source.get("guid"), source.get("name"), text]
    fid = made.execute("INSERT INTO source (guid, name, fulltext) VALUES (?, ?, ?)", told).lastrowid
    for mark in source.findall(f"{NS}PlainTextSelection"):
        start, end = int(mark.get("startPosition")), int(mark.get("endPosition"))
        owner = users.get(mark.get("creatingUser"), "default")
        for coded in mark.findall(f"{NS}Coding"):
            guid = coded.find(f"{NS}CodeRef").get("targetGUID")
            (cid,) = made.execute("SELECT cid FROM code_name WHERE guid = ?", [guid]).fetchone()
            row = [cid, fid, text[start:end], start, end, owner, mark.get("creationDateTime")]
            made.execute("INSERT INTO code_text VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        if mark.find(f"{NS}Coding") is None:
            made.execute("INSERT INTO annotation VALUES (?, ?, ?)", [fid, start, end])
    for value in source.findall(f"{NS}VariableValue"):
        name = value.find(f"{NS}VariableRef").get("targetGUID")
        made.execute("INSERT INTO attribute VALUES (?, ?, ?)", [name, value.findtext(f"{NS}TextValue"), fid])


def exported(made: sqlite3.Connection) -> bytes:
    """The project that QualCoder writes of its database."""
    parts: dict[str, bytes] = {}
    new = {
        name: str(uuid.uuid4()) for (name,) in made.execute("SELECT name FROM coder UNION SELECT name FROM code_name")
    }
    root = etree.Element(f"{NS}Project", name="Back", origin="QualCoder", nsmap={None: NS[1:-1]})
    users = etree.SubElement(root, f"{NS}Users")
    for (name,) in made.execute("SELECT name FROM coder"):
        etree.SubElement(users, f"{NS}User", guid=new[name], name=name)
    codes = etree.SubElement(etree.SubElement(root, f"{NS}CodeBook"), f"{NS}Codes")
    for (name,) in made.execute("SELECT name FROM code_name"):
        etree.SubElement(codes, f"{NS}Code", guid=new[name], name=name, isCodable="true")
    sources = etree.SubElement(root, f"{NS}Sources")
    for fid, name, text in made.execute("SELECT id, name, fulltext FROM source"):
        guid = str(uuid.uuid4())
        parts[f"sources/{guid}.txt"] = b"\xef\xbb\xbf" + text.encode()
        source = etree.SubElement(
            sources, f"{NS}TextSource", guid=guid, name=name, plainTextPath=f"internal://{guid}.txt"
        )
        source.extend(_marks(made, fid, new))
    parts["project.qde"] = b"\xef\xbb\xbf" + etree.tostring(root, encoding="utf-8")
    return packed(parts)


def _marks(made: sqlite3.Connection, fid: int, new: dict[str, str]) -> Iterator[Any]:
    every = "SELECT name, pos0, pos1, owner, date FROM code_text JOIN code_name USING (cid) WHERE fid = ?"
    for code, start, end, owner, date in made.execute(every, [fid]):
        told = {"creatingUser": new[owner], **({"creationDateTime": date} if date else {})}
        mark = etree.Element(
            f"{NS}PlainTextSelection", guid=str(uuid.uuid4()), startPosition=str(start), endPosition=str(end), **told
        )
        coded = etree.SubElement(mark, f"{NS}Coding", guid=str(uuid.uuid4()), creatingUser=new[owner])
        etree.SubElement(coded, f"{NS}CodeRef", targetGUID=new[code])
        yield mark


def through_qualcoder(file: bytes) -> bytes:
    """A project after QualCoder has opened and saved it."""
    return exported(opened(file))
