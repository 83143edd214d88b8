"""What the schema of REFI-QDA does not see: guids that lead nowhere or stand twice, offsets outside their text, times
without a zone. A project is checked as it goes by, so that a large one need not be held."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from analysis.exchange.project import Case, Coded, Project, Selection, Source
from safekeeping.languages import gettext as _


class BadProject(ValueError):
    """The project cannot be used. The message says where, what, and what to do."""


class Checks:
    """Goes along with a project: first its `Project` without sources, then each source, then `end`.

    Every method raises `BadProject`.
    """

    def __init__(self, project: Project) -> None:
        self._seen: set[str] = set()
        self._sources: set[str] = set()
        self._cases = project.cases
        self._users = self._own(_("a user"), project.users)
        self._codes = self._own(_("a code"), project.every_code)
        self._variables = self._own(_("a variable"), project.variables)
        self._own(_("a case"), project.cases)
        self._notes = self._own(_("a note"), project.notes)
        for note in project.notes:
            self._user(_("the note “{name}”", name=note.name), note.user)
            _zoned(_("the note “{name}”", name=note.name), note.at)

    def _own(self, what: str, parts: Iterable[object]) -> set[str]:
        return {self._once(what, str(getattr(part, "guid", ""))) for part in parts}

    def _once(self, where: str, guid: str) -> str:
        if guid in self._seen:
            raise _bad(where, _("has the guid {guid}, which something else has too", guid=guid))
        self._seen.add(guid)
        return guid

    def _user(self, where: str, guid: str | None) -> None:
        if guid is not None and guid not in self._users:
            raise _bad(where, _("names a user ({guid}) whom the file does not list", guid=guid))

    def source(self, source: Source) -> None:
        """One text with all that is marked in it."""
        where = _("the text “{name}”", name=source.name)
        self._sources.add(self._once(where, source.guid))
        for variable, _value in source.values:
            if variable not in self._variables:
                raise _bad(where, _("names a variable ({guid}) that the file does not list", guid=variable))
        for number, selection in enumerate(source.selections, 1):
            self._selection(_("{where}, mark {number}", where=where, number=number), selection, len(source.text))

    def _selection(self, where: str, selection: Selection, length: int) -> None:
        self._once(where, selection.guid)
        if not 0 <= selection.start < selection.end <= length:
            said = _(
                "runs from {start} to {end}, and the text from 0 to {length}",
                start=selection.start,
                end=selection.end,
                length=length,
            )
            raise _bad(where, said)
        self._user(where, selection.user)
        _zoned(where, selection.at)
        for note in selection.notes:
            if note not in self._notes:
                raise _bad(where, _("names a note ({guid}) that the file does not hold", guid=note))
        for coded in selection.coded:
            self._coded(where, coded)

    def _coded(self, where: str, coded: Coded) -> None:
        self._once(where, coded.guid)
        if coded.code not in self._codes:
            raise _bad(where, _("names a code ({guid}) that the code book does not hold", guid=coded.code))
        self._user(where, coded.user)
        _zoned(where, coded.at)

    def end(self) -> None:
        """What can be said only when every source has gone by."""
        for case, guid in _texts_of(self._cases):
            if guid not in self._sources:
                where = _("the case “{name}”", name=case.name)
                raise _bad(where, _("names a text ({guid}) that the file does not hold", guid=guid))


def _texts_of(cases: Iterable[Case]) -> Iterator[tuple[Case, str]]:
    return ((case, guid) for case in cases for guid in case.sources)


def _zoned(where: str, at: datetime | None) -> None:
    if at is not None and at.tzinfo is None:
        raise _bad(where, _("has the time {time} without its zone", time=at.isoformat()))


def _bad(where: str, what: str) -> BadProject:
    return BadProject(
        _(
            "{where} {what}. Save the project again in the program it is from.",
            where=where[:1].upper() + where[1:],
            what=what,
        )
    )


def check(project: Project) -> None:
    """Check the whole of it. Raises `BadProject`."""
    checks = Checks(project)
    for source in project.sources:
        checks.source(source)
    checks.end()
