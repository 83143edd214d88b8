"""Writing a REFI-QDA project (.qdpx): a ZIP of one XML file and one text file for each source, streamed, the same
bytes for the same project.

What other programs were seen to need, beyond the schema: the XML file is called `project.qde` and the folder `sources`;
empty lists are left out; text files have line feeds only and no byte order mark; a marked part stands once for each
user, since QualCoder takes the coder from it and not from the code; a variable stands on texts only, for QualCoder
stops at one that stands on a text and on its case.
"""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

from analysis.exchange.project import Case, Code, Coded, Note, Project, Selection, Source, User, Variable
from analysis.exchange.project_checks import Checks
from analysis.sharing.cells import readable
from analysis.sharing.workbook_file import part

NAMESPACE = "urn:QDA-XML:project:1.0"
QDE, FOLDER = "project.qde", "sources"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def write_qdpx(project: Project, out: BinaryIO) -> None:
    """Write a project. Its sources are gone through twice. Raises `BadProject`, after which `out` holds no project."""
    checks = Checks(project)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(part(QDE), "w", force_zip64=True) as file:
            for piece in _xml(project, checks):
                file.write(piece.encode())
        for source in project.sources:
            _put(archive, source.guid, source.text)
        for note in project.notes:
            _put(archive, note.guid, note.text)


def _put(archive: zipfile.ZipFile, guid: str, text: str) -> None:
    archive.writestr(part(f"{FOLDER}/{guid}.txt"), text.encode("utf-8", "replace"))


def _xml(project: Project, checks: Checks) -> Iterator[str]:
    named = _attributes(name=project.name, origin=project.origin or None)
    yield f"{HEAD}<Project{named} xmlns={quoteattr(NAMESPACE)}>\n"
    yield from _list("Users", map(_user, project.users))
    yield from _list("CodeBook", _list("Codes", map(_code, project.codes)))
    yield from _list("Variables", map(_variable, project.variables))
    yield from _list("Cases", map(_case, project.cases))
    yield from _list("Sources", _sources(project.sources, checks))
    yield from _list("Notes", map(_note, project.notes))
    yield _description(project.description)
    yield "</Project>\n"


def _list(name: str, parts: Iterable[str]) -> Iterator[str]:
    """An element around its parts; nothing where there are none, for the schema refuses an empty list."""
    begun = False
    for piece in parts:
        yield piece if begun else f"<{name}>\n{piece}"
        begun = True
    if begun:
        yield f"</{name}>\n"


def _attributes(**values: str | int | bool | None) -> str:
    """Attributes in their order; those that are None are left out."""
    given = {name: str(value).lower() if isinstance(value, bool) else value for name, value in values.items()}
    return "".join(f" {name}={_quoted(value)}" for name, value in given.items() if value is not None)


def _quoted(value: str | int) -> str:
    return quoteattr(readable(str(value)))


def _text(value: str) -> str:
    return escape(readable(value), {"\r": "&#13;"})


def _description(text: str) -> str:
    return f"<Description>{_text(text)}</Description>\n" if text else ""


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _user(user: User) -> str:
    return f"<User{_attributes(guid=user.guid, name=user.name)}/>\n"


def _code(code: Code) -> str:
    inside = _description(code.description) + "".join(map(_code, code.codes))
    return f"<Code{_attributes(guid=code.guid, name=code.name, isCodable=code.codable)}>{inside}</Code>\n"


def _variable(variable: Variable) -> str:
    named = _attributes(guid=variable.guid, name=variable.name, typeOfVariable="Text")
    return f"<Variable{named}>{_description(variable.description)}</Variable>\n"


def _reference(name: str, guid: str) -> str:
    return f"<{name}{_attributes(targetGUID=guid)}/>"


def _case(case: Case) -> str:
    inside = "".join(_reference("SourceRef", guid) for guid in case.sources)
    return f"<Case{_attributes(guid=case.guid, name=case.name)}>{inside}</Case>\n"


def _sources(sources: Iterable[Source], checks: Checks) -> Iterator[str]:
    for source in sources:
        checks.source(source)
        yield _source(source)
    checks.end()


def _path(guid: str) -> str:
    return f"internal://{guid}.txt"


def _source(source: Source) -> str:
    named = _attributes(guid=source.guid, name=source.name, plainTextPath=_path(source.guid))
    inside = "".join(map(_selection, source.selections)) + "".join(_value(*each) for each in source.values)
    return f"<TextSource{named}>{inside}</TextSource>\n"


def _value(variable: str, value: str) -> str:
    held = f"{_reference('VariableRef', variable)}<TextValue>{_text(value)}</TextValue>"
    return f"<VariableValue>{held}</VariableValue>"


def _selection(selection: Selection) -> str:
    named = _attributes(
        guid=selection.guid,
        startPosition=selection.start,
        endPosition=selection.end,
        creatingUser=selection.user,
        creationDateTime=_time(selection.at),
    )
    inside = _description(selection.description) + "".join(map(_coded, selection.coded))
    return f"<PlainTextSelection{named}>{inside}{_notes(selection.notes)}</PlainTextSelection>\n"


def _notes(notes: Iterable[str]) -> str:
    return "".join(_reference("NoteRef", guid) for guid in notes)


def _coded(coded: Coded) -> str:
    named = _attributes(guid=coded.guid, creatingUser=coded.user, creationDateTime=_time(coded.at))
    return f"<Coding{named}>{_reference('CodeRef', coded.code)}</Coding>"


def _note(note: Note) -> str:
    named = _attributes(
        guid=note.guid,
        name=note.name,
        plainTextPath=_path(note.guid),
        creatingUser=note.user,
        creationDateTime=_time(note.at),
    )
    return f"<Note{named}/>\n"
