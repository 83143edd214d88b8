"""Reading a REFI-QDA project (.qdpx) that another program wrote, or this one. All of it is read, or nothing.

Texts come out with line feeds only, and what is marked in them is moved along. ATLAS.ti counts a line end of two
characters once, others twice.
"""

import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from analysis.exchange.project import Case, Code, Coded, Note, Project, Selection, Source, User, Variable
from analysis.exchange.project_checks import BadProject, check
from analysis.exchange.qdpx_archive import SAVE, Archive, opened_archive
from analysis.exchange.qdpx_writing import NAMESPACE
from analysis.exchange.written_text import Written
from safekeeping.languages import gettext as _

NS = f"{{{NAMESPACE}}}"
DEEPEST = 60
#: Sources that no text can be read from.
OTHERS = ("PictureSource", "PDFSource", "AudioSource", "VideoSource")
_GUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?")


@dataclass
class _Parts:
    """What has been read so far."""

    archive: Archive
    name: str = ""
    origin: str = ""
    description: str = ""
    users: list[User] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    others: set[str] = field(default_factory=set)

    @property
    def counts_once(self) -> bool:
        return "atlas" in self.origin.lower()

    @property
    def cases_of_texts(self) -> tuple[Case, ...]:
        """The cases without what is no text."""
        return tuple(
            replace(case, sources=tuple(each for each in case.sources if each not in self.others))
            for case in self.cases
        )


def read_qdpx(stream: BinaryIO) -> Project:
    """The project in a stream. Raises `BadProject` with a message for whoever brought it."""
    with opened_archive(stream) as archive, archive.opened(archive.qde) as file:
        parts = _Parts(archive)
        _go_through(file, parts)
    project = Project(
        parts.name,
        parts.description,
        tuple(parts.users),
        tuple(parts.codes),
        tuple(parts.variables),
        parts.cases_of_texts,
        tuple(parts.sources),
        tuple(parts.notes),
        parts.origin,
        len(parts.others),
    )
    check(project)
    return project


def _go_through(file: BinaryIO, parts: _Parts) -> None:
    tree: Any = importlib.import_module("defusedxml.ElementTree")
    common: Any = importlib.import_module("defusedxml.common")
    depth = 0
    try:
        for event, element in tree.iterparse(file, events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            if event == "start":
                _begin(element, depth, parts)
            elif element.tag in TAKEN and depth == TAKEN[element.tag][0]:
                TAKEN[element.tag][1](element, parts)
                element.clear()
    except common.DefusedXmlException:
        raise _no_project(_("declares a document type or entities, which are not read")) from None
    except tree.ParseError as fault:
        raise _no_project(_("is no well-formed XML ({fault})", fault=fault)) from None


def _begin(element: Any, depth: int, parts: _Parts) -> None:
    if depth == 1:
        if element.tag != f"{NS}Project":
            raise _no_project(_("begins with “{tag}”, not with a REFI-QDA project 1.0", tag=str(element.tag)[:80]))
        parts.name, parts.origin = element.get("name", ""), element.get("origin", "")
    if depth > DEEPEST:
        raise _no_project(_("has parts more than {deepest} deep within one another", deepest=DEEPEST))


def _no_project(what: str) -> BadProject:
    return BadProject(_("The project file {what}.", what=what) + f" {_(SAVE)}")


def _guid(element: Any, name: str = "guid") -> str:
    found = _GUID.fullmatch(element.get(name, "").strip().lower())
    if found is None:
        tag, value = element.tag.removeprefix(NS), element.get(name, "")[:60]
        raise _no_project(_("has a {tag} whose {name} is “{value}”, no guid", tag=tag, name=name, value=value))
    return found[1]


def _perhaps(element: Any, *names: str) -> str | None:
    """The first of these attributes that is there, as a guid."""
    return next((_guid(element, name) for name in names if element.get(name)), None)


def _time(element: Any) -> datetime | None:
    """When a part was made. A time without its zone counts as UTC: the schema allows it, some programs write it."""
    written = element.get("creationDateTime") or element.get("modifiedDateTime") or ""
    try:
        at = datetime.fromisoformat(written) if written else None
    except ValueError:
        raise _no_project(_("has “{value}” where a time should be", value=written[:60])) from None
    return at.replace(tzinfo=at.tzinfo or UTC) if at else None


def _number(element: Any, name: str) -> int:
    try:
        return int(element.get(name, ""))
    except ValueError:
        raise _no_project(_("has a mark whose {name} is no whole number", name=name)) from None


def _described(element: Any) -> str:
    return element.findtext(f"{NS}Description") or ""


def _targets(element: Any, name: str) -> Iterator[str]:
    return (_guid(each, "targetGUID") for each in element.findall(f"{NS}{name}"))


def _take_user(element: Any, parts: _Parts) -> None:
    parts.users.append(User(_guid(element), element.get("name", "")))


def _code(element: Any) -> Code:
    under = tuple(_code(each) for each in element.findall(f"{NS}Code"))
    codable = element.get("isCodable", "true").strip() in ("true", "1")
    return Code(_guid(element), element.get("name", ""), _described(element), under, codable)


def _take_codes(element: Any, parts: _Parts) -> None:
    parts.codes.extend(_code(each) for each in element.findall(f"{NS}Code"))


def _take_variable(element: Any, parts: _Parts) -> None:
    parts.variables.append(Variable(_guid(element), element.get("name", ""), _described(element)))


def _take_case(element: Any, parts: _Parts) -> None:
    parts.cases.append(Case(_guid(element), element.get("name", ""), tuple(_targets(element, "SourceRef"))))


def _take_source(element: Any, parts: _Parts) -> None:
    guid, name = _guid(element), element.get("name", "")
    text = _words(element, name, parts.archive)
    written = Written(text)
    moved = (lambda offset: offset) if parts.counts_once else written.there
    every = map(_selection, element.findall(f"{NS}PlainTextSelection"))
    selections = tuple(_moved(each, moved, len(text)) for each in every)
    values = tuple(pair for each in element.findall(f"{NS}VariableValue") for pair in _value(each))
    parts.sources.append(Source(guid, name, written.text, selections, values))


def _words(element: Any, name: str, archive: Archive) -> str:
    """The text of a source: in a file of its own or in the XML."""
    path = element.get("plainTextPath")
    text = archive.text(path) if path else element.findtext(f"{NS}PlainTextContent")
    if text is None:
        said = _("The text “{name}” is not in the file ({path}).", name=name, path=path or _("it names none"))
        raise BadProject(f"{said} {_(SAVE)}")
    return str(text)


def _selection(element: Any) -> Selection:
    return Selection(
        _guid(element),
        _number(element, "startPosition"),
        _number(element, "endPosition"),
        tuple(map(_coded, element.findall(f"{NS}Coding"))),
        _perhaps(element, "creatingUser", "modifyingUser"),
        _time(element),
        _described(element),
        tuple(_targets(element, "NoteRef")),
    )


def _moved(selection: Selection, moved: Callable[[int], int], length: int) -> Selection:
    """The same in the text with line feeds; what lies outside the text stays there for the check to find."""
    if not 0 <= selection.start <= selection.end <= length:
        return selection
    start, end = moved(selection.start), moved(selection.end)
    parts = (selection.coded, selection.user, selection.at, selection.description, selection.notes)
    return Selection(selection.guid, start, end, *parts)


def _coded(element: Any) -> Coded:
    codes = list(_targets(element, "CodeRef"))
    if len(codes) != 1:
        raise _no_project(_("has a coding with {number} codes instead of one", number=len(codes)))
    return Coded(_guid(element), codes[0], _perhaps(element, "creatingUser"), _time(element))


def _value(element: Any) -> Iterator[tuple[str, str]]:
    """The variable and its value, whatever its type; nothing where there is no value."""
    for guid in _targets(element, "VariableRef"):
        for each in element:
            if each.tag.endswith("Value"):
                yield guid, each.text or ""


def _take_note(element: Any, parts: _Parts) -> None:
    name = element.get("name", "")
    text = Written(_words(element, name, parts.archive)).text
    parts.notes.append(Note(_guid(element), name, text, _perhaps(element, "creatingUser"), _time(element)))


def _take_other(element: Any, parts: _Parts) -> None:
    parts.others.add(_guid(element))


def _take_description(element: Any, parts: _Parts) -> None:
    parts.description = element.text or ""


#: What is read: how deep it stands, counted after it has ended, and who reads it.
TAKEN: dict[str, tuple[int, Callable[[Any, _Parts], None]]] = {
    f"{NS}User": (2, _take_user),
    f"{NS}Codes": (2, _take_codes),
    f"{NS}Variable": (2, _take_variable),
    f"{NS}Case": (2, _take_case),
    f"{NS}TextSource": (2, _take_source),
    f"{NS}Note": (2, _take_note),
    f"{NS}Description": (1, _take_description),
    **{f"{NS}{kind}": (2, _take_other) for kind in OTHERS},
}
