"""Clauses that have to do with each other: named together, read by the same codes, of the same origin or aim. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from analysis.findings.disclosure import Share
from analysis.standard.clauses import PlacedClause, StandardText
from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext

MOST = 6
#: (code, code) -> whole per cent of a group that spoke to both, as it may be seen.
Pairs = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Relation:
    """Another clause, and why it is one. `edition`: the earlier edition that it is in, 0 for this one."""

    placed: PlacedClause
    why: str
    edition: int = 0


def related_to(
    text: StandardText, placed: PlacedClause, pairs: Pairs, group: str, earlier: Collection[StandardText] = ()
) -> tuple[Relation, ...]:
    """What has to do with a clause. `pairs`: shares of `group` that spoke to two codes; `earlier`: editions before."""
    return (
        *_before(placed, earlier),
        *_together(text, placed, pairs, group),
        *_same_codes(text, placed),
        *_same_aims(text, placed),
    )


def _before(placed: PlacedClause, earlier: Collection[StandardText]) -> Iterator[Relation]:
    for edition in earlier:
        there = edition.placed()
        for each in placed.clause.earlier:
            if each in there:
                yield Relation(there[each], _("It comes from this clause of an earlier edition."), edition.edition)


def _together(text: StandardText, placed: PlacedClause, pairs: Pairs, group: str) -> Iterator[Relation]:
    """Those with codes of their own, the most often named together first."""
    mine = set(placed.codes)
    found = []
    for other in text.walk():
        theirs = set(other.clause.codes) - mine
        both = [share for pair, share in pairs.items() if _joins(pair, mine, theirs)]
        if both and other.clause.id != placed.clause.id:
            found.append((max(both), other))
    for share, other in sorted(found, key=lambda each: -each[0])[:MOST]:
        said = _("Named together in {share} of responses ({group}).", share=Share(share).words, group=group)
        yield Relation(other, said)


def _joins(pair: tuple[str, str], mine: Collection[str], theirs: Collection[str]) -> bool:
    one, other = pair
    return (one in mine and other in theirs) or (other in mine and one in theirs)


def _same_codes(text: StandardText, placed: PlacedClause) -> Iterator[Relation]:
    """Others that say by themselves that they are read by a code of this one."""
    mine = set(placed.codes)
    others = [each for each in text.walk() if mine & set(each.clause.codes) and not _is_of(each, placed)]
    for other in others[:MOST]:
        shared = ", ".join(each for each in other.clause.codes if each in mine)
        yield Relation(other, _("Answers are read for it by the same code: {codes}.", codes=shared))


def _is_of(other: PlacedClause, placed: PlacedClause) -> bool:
    """Whether one is the other or stands in it."""
    line = {each.id for each in (*placed.above, placed.clause)}
    return other.clause.id in line or placed.clause.id in {each.id for each in other.above}


def _same_aims(text: StandardText, placed: PlacedClause) -> Iterator[Relation]:
    """Those with most aims in common, in the order of the standard where it is the same number."""
    mine, titles = set(placed.clause.aims), {each.code: each.title for each in text.aims}
    found = [
        (len(mine & set(each.clause.aims)), each)
        for each in text.walk()
        if mine & set(each.clause.aims) and each.clause.id != placed.clause.id
    ]
    for _number, other in sorted(found, key=lambda each: -each[0])[:MOST]:
        shared = [titles.get(aim, aim) for aim in other.clause.aims if aim in mine]
        said = ngettext(
            "It has the same aim: {aims}.",
            "It has {number} aims in common: {aims}.",
            len(shared),
            aims=", ".join(shared),
        )
        yield Relation(other, said)
