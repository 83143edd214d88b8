"""Who was asked about a clause: by itself, with the part of the standard that it stands in, or not at all. Pure.

Worked out from what surveys ask, never from who answered.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.findings.first_table import asked_of
from analysis.revision.codes_between import codes_in
from analysis.standard.clauses import Clause, PlacedClause, StandardText
from surveys.definition.survey import Survey

BY_ITSELF, WITH_OTHERS, NOT_AT_ALL = WAYS = ("by itself", "with others", "not at all")


@dataclass(frozen=True)
class Asking:
    """What one survey asks: the book that it is coded by, its audiences (short name -> plural), and every (code or
    number of a clause, audience) that a question of it is about."""

    book: str
    audiences: dict[str, str]
    about: frozenset[tuple[str, str]]


def asking_of(survey: Survey) -> Asking:
    """What a survey asks of whom."""
    return Asking(survey.standard, survey.audience_names(), frozenset(asked_of(survey)))


def ways_asked(text: StandardText, placed: PlacedClause, surveys: Iterable[Asking]) -> dict[str, str]:
    """Audience -> the closest way (`WAYS`) in which any of the surveys asked it about a clause."""
    found: dict[str, str] = {}
    for asking in surveys:
        own, around = _names(text, asking.book, placed)
        for audience in asking.audiences:
            way = _way(asking, audience, own, around)
            found[audience] = min(found.get(audience, way), way, key=WAYS.index)
    return found


def _way(asking: Asking, audience: str, own: set[str], around: set[str]) -> str:
    if any((name, audience) in asking.about for name in own):
        return BY_ITSELF
    return WITH_OTHERS if any((name, audience) in asking.about for name in around) else NOT_AT_ALL


def _names(text: StandardText, book: str, placed: PlacedClause) -> tuple[set[str], set[str]]:
    """By what a question can name the clause or what is below it, and what it stands in."""
    inside = _called(text, book, (placed.clause, *_below(placed.clause)))
    return inside, _called(text, book, placed.above)


def _called(text: StandardText, book: str, clauses: Iterable[Clause]) -> set[str]:
    every = list(clauses)
    numbers = {each.number for each in every} if text.name == book else set[str]()
    return numbers | set(codes_in(text.frame, book, (code for each in every for code in each.codes)))


def _below(clause: Clause) -> Iterator[Clause]:
    for child in clause.children:
        yield child
        yield from _below(child)
