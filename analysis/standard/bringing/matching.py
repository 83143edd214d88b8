"""Wording brought for an edition that is here: matched by number, each clause with its id, so none loses its past.

What the file leaves empty stays as it is; what it does not name stays too. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from analysis.standard.bringing.rows import (
    LISTS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    TEXTS,
    ClauseRow,
    Key,
    Known,
    ReadClauses,
    key_of,
    known_of,
    opening_words,
    plain_title,
    shortened,
)
from analysis.standard.clauses import LEVELS, Clause, StandardText, clause_id
from analysis.standard.lineage import parts_that_differ
from safekeeping.languages import gettext as _
from surveys.formats.losses import BadFile


@dataclass(frozen=True)
class Change:
    """One clause that the file changes: as it would be, as it is (None: it is new), and which of its parts differ."""

    now: Clause
    before: Clause | None
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Brought:
    """The edition that it would become, what changes, how many clauses the file names, and what was not understood."""

    text: StandardText
    changes: tuple[Change, ...]
    named: int
    report: tuple[str, ...]

    @property
    def new(self) -> int:
        """How many clauses the edition would have more."""
        return sum(change.before is None for change in self.changes)


@dataclass
class _Matching:
    text: StandardText
    codes: frozenset[str]
    report: list[str] = field(default_factory=list)
    found: dict[str, ClauseRow] = field(default_factory=dict)
    added: dict[str, list[Clause]] = field(default_factory=dict)


def known_in(text: StandardText) -> Known:
    """The clauses of an edition, to read a file against."""
    return known_of((each.clause.number, each.clause.title) for each in text.walk())


def matched(text: StandardText, read: ReadClauses, codes: Sequence[str], file: str) -> Brought:
    """The next edition that the rows make of this one. `codes`: those of its code book. Raises `BadFile`."""
    refuse_long(read.rows, file)
    work = _Matching(text, frozenset(codes), [*read.report])
    known, by_number = known_in(text), text.by_number()
    placed: dict[Key, str] = {}
    for row in read.rows:
        number = known.numbers.get(key_of(row.number), "") if row.number else known.titled(row.title)
        if number:
            _name(work, by_number[number].clause.id, row)
        else:
            _add(work, row, known, placed)
    clauses = tuple(_taken(each, work) for each in text.clauses)
    made = replace(text, edition=text.edition + 1, clauses=clauses)
    changes = tuple(_changes(made, text))
    return Brought(made, changes, len(work.found), shortened(work.report))


def refuse_long(rows: Sequence[ClauseRow], file: str) -> None:
    """Refuse what is longer than any clause: nothing is cut. Raises `BadFile`."""
    faults = [
        _("{file}, {place}: “{words}” is longer than {most} letters. Shorten it.").format(
            file=file, place=row.place, words=opening_words(text, 40), most=most
        )
        for row in rows
        for text, most in ((row.title, LONGEST_TITLE), *((each, LONGEST_TEXT) for each in row.texts.values()))
        if len(text) > most
    ]
    if faults:
        raise BadFile(faults[:20])


def _name(work: _Matching, id: str, row: ClauseRow) -> None:
    if id in work.found:
        what = _("{place}: {number} stands a second time; this one is left behind.")
        work.report.append(what.format(place=row.place, number=row.number or row.title))
    else:
        work.found[id] = row


def _add(work: _Matching, row: ClauseRow, known: Known, placed: dict[Key, str]) -> None:
    """A clause that is not there yet: below the one its number begins with, or left behind and told."""
    key = key_of(row.number)
    parent = work.text.by_number().get(known.numbers.get(key[:-1], "")) if len(key) > 1 else None
    words = opening_words(f"{row.number} {row.title or row.texts.get('wording', '')}".strip())
    if parent is None or len(parent.above) + 1 >= len(LEVELS):
        what = _("{place}: “{words}” belongs to no clause that is here; it is left behind.")
        work.report.append(what.format(place=row.place, words=words))
        return
    if key in placed:
        what = _("{place}: {number} stands a second time; this one is left behind.")
        work.report.append(what.format(place=row.place, number=row.number))
        return
    placed[key] = row.number
    bare = Clause(
        id=clause_id(work.text.name, row.number, work.text.edition + 1),
        number=row.number,
        title=row.title or title_from(row),
        level=LEVELS[len(parent.above) + 1],
    )
    work.added.setdefault(parent.clause.id, []).append(_with(bare, row, work))


def title_from(row: ClauseRow) -> str:
    """A title for a clause that has none: the first words of its wording, else its number."""
    return opening_words(row.texts.get("wording", "")) or row.number


def _taken(clause: Clause, work: _Matching) -> Clause:
    """A clause with what the file says of it, those below it, and those that are new below it."""
    row = work.found.get(clause.id)
    below = [*(_taken(each, work) for each in clause.children), *work.added.get(clause.id, ())]
    carried = replace(clause, earlier=(clause.id,), children=tuple(sorted(below, key=_order)))
    if not work.added.get(clause.id):
        carried = replace(carried, children=tuple(below))
    return _with(carried, row, work) if row else carried


def _order(clause: Clause) -> list[tuple[bool, int, str]]:
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in key_of(clause.number)]


def _with(clause: Clause, row: ClauseRow, work: _Matching) -> Clause:
    given: dict[str, object] = {name: row.texts[name] for name in TEXTS if name in row.texts}
    if row.title:
        given["title"] = row.title
    known: dict[str, Mapping[str, str]] = {
        "aims": by_name((each.code, each.title) for each in work.text.aims),
        "stages": by_name((each.code, each.title) for each in work.text.stages),
        "codes": by_name((code, code) for code in work.codes),
    }
    for name in LISTS:
        found = tuple(_resolved(row, name, known[name], work.report))
        if found:
            given[name] = found
    return replace(clause, **given)  # type: ignore[arg-type]


def by_name(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    """Code or title, as two are compared -> code."""
    return {plain_title(name): code for code, title in pairs for name in (title, code)}


def _resolved(row: ClauseRow, name: str, known: Mapping[str, str], report: list[str]) -> Iterator[str]:
    said = {"aims": _("aim"), "stages": _("stage"), "codes": _("code of the code book")}[name]
    for given in row.lists.get(name, ()):
        code = known.get(plain_title(given)) or known.get(plain_title(re.sub(r"^\d+[.)]?\s*", "", given)))
        if code:
            yield code
        else:
            what = _("{place}: “{given}” is no {said} of this standard; it is left behind.")
            report.append(what.format(place=row.place, given=opening_words(given, 40), said=said))


def _changes(made: StandardText, text: StandardText) -> Iterator[Change]:
    before = text.placed()
    for each in made.walk():
        was = before[each.clause.id].clause if each.clause.id in before else None
        parts = parts_that_differ(was, each.clause)
        if parts:
            yield Change(each.clause, was, parts)


def dated(text: StandardText, published: str) -> StandardText:
    """The same edition, published then: a year or an ISO day."""
    return replace(text, published=published)
