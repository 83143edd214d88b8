"""Decisions made under an earlier version of a code book: what they say under the newest one, and which of them people
must look at again."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.code_books.lineage import Version, mapped, must_look_again, sections_of, spanning
from analysis.code_books.versions import BookVersion, versions_of
from analysis.coding.tables import Coding, Passage
from surveys.intake.tables import Response


@dataclass(frozen=True)
class Step:
    """From one version to a later one: which codes must be looked at, and the later one with its lineage so far."""

    old: BookVersion
    new: Version

    @cached_property
    def touched(self) -> set[str]:
        """Codes of the earlier version whose codings must be looked at again."""
        return must_look_again(self.old.book, self.new)

    def carried(self, coding: Coding) -> "Carried":
        """What was decided, in codes of the later version. A theme that became a sub-code counts as its theme."""
        book = self.new.book
        codes = mapped(codes_in(coding), self.old.book, self.new)
        below = [(*each.above, each.code)[1].code for each in book.walk() if each.above and each.code.code in codes]
        return Carried(sections_of(codes, book), tuple(dict.fromkeys(below)))


@dataclass(frozen=True)
class Carried:
    """What a decision says under the newest code book."""

    sections: tuple[str, ...]
    themes: tuple[str, ...]


class Carrying:
    """Carries decisions about the standard of that name to its newest version, or to the version `to`."""

    def __init__(self, session: Session, name: str, to: int | None = None) -> None:
        self.versions = [each for each in versions_of(session, name) if to is None or each.number <= to]
        self._by_sha = {each.sha256: place for place, each in enumerate(self.versions)}
        self._since = [each.published_at for each in self.versions[1:] if each.published_at]
        self._steps: dict[int, Step] = {}

    def step_of(self, coding: Coding) -> Step | None:
        """The step that a decision has to take; None where it was made under the last version already."""
        place = self._made_under(coding)
        if place == len(self.versions) - 1:
            return None
        if place not in self._steps:
            later = spanning(each.version for each in self.versions[place + 1 :])
            self._steps[place] = Step(self.versions[place], later)
        return self._steps[place]

    def _made_under(self, coding: Coding) -> int:
        """The place of the version that a decision names, or else of the one that counted when it was made."""
        named = self._by_sha.get(coding.book)  # decisions from before they named it have a time only
        return named if named is not None else bisect_right(self._since, coding.coded_at)

    def carried(self, coding: Coding) -> Carried | None:
        """What the decision says now; None where people must look again before it says anything."""
        step = self.step_of(coding)
        if step is None:
            return Carried(tuple(coding.sections), tuple(coding.themes))
        return None if step.touched & codes_in(coding) else step.carried(coding)


def codes_in(coding: Coding) -> set[str]:
    """Every code of a decision, sections and themes."""
    return {*coding.sections, *coding.themes}


@dataclass(frozen=True)
class Again:
    """Decisions to be looked at again: how many of each code, as it was called then, and in each survey."""

    codes: Counter[str]
    surveys: Counter[bytes]


def look_again(session: Session, name: str, to: int, surveys: Collection[bytes]) -> Again:
    """Count what version `to` asks people to look at again, in the surveys of these ids."""
    codes, of_survey = Counter[str](), Counter[bytes]()
    carrying = Carrying(session, name, to)
    for coding, survey_id in newest_decisions(session, name, surveys):
        step = carrying.step_of(coding)
        touched = step.touched & codes_in(coding) if step else set()
        codes.update(touched)
        of_survey[survey_id] += bool(touched)
    return Again(codes, +of_survey)


def newest_decisions(
    session: Session, name: str, surveys: Collection[bytes], coder: bytes | None = None
) -> Iterator[tuple[Coding, bytes]]:
    """The newest decision of each coder (or of one) about each passage, and the survey it is in."""
    wanted = (
        select(Coding, Response.survey_id)
        .join(Passage, Passage.id == Coding.passage_id)
        .join(Response, Response.id == Passage.response_id)
        .where(Response.survey_id.in_(surveys), Coding.standard == name)
        .order_by(Passage.response_id, Passage.question, Passage.start, Coding.staff_id, Coding.coded_at, Coding.id)
    )
    if coder is not None:
        wanted = wanted.where(Coding.staff_id == coder)
    last: tuple[Coding, bytes] | None = None
    for coding, survey_id in session.execute(wanted):
        if last and (last[0].passage_id, last[0].staff_id) != (coding.passage_id, coding.staff_id):
            yield last
        last = (coding, survey_id)
    if last:
        yield last


def next_to_look_at(session: Session, name: str, survey_id: bytes, coder: bytes) -> bytes | None:
    """The first passage whose decision this coder must look at again; None where there is none."""
    carrying = Carrying(session, name)
    for coding, _survey_id in newest_decisions(session, name, (survey_id,), coder):
        step = carrying.step_of(coding)
        if step and step.touched & codes_in(coding):
            return coding.passage_id
    return None
