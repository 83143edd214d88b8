"""Two consultations compared: which questions, audiences and codes are the same in both, and how shares changed.

What cannot be compared is said. Figures are those that are shown of each, by `TablesOf`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.sample_tables import AuditSample
from analysis.code_books.lineage import SAME
from analysis.code_books.versions import BookVersion, versions_of
from analysis.findings.shown import Code, ShownTable
from analysis.findings.waves.carried_shares import OverBridge, over_bridge, said_apart
from analysis.findings.waves.comparison_rows import BridgeSaid, CodeRow, bridge_said, rows_of
from analysis.findings.waves.matched_codes import Match, between, unlike
from analysis.findings.waves.wave_shares import KeptShares
from analysis.findings.waves.wave_table import AFTER, BEFORE, compared, wave_table
from safekeeping.languages import gettext as _
from surveys.definition.changes import Changed, changes
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.definition.survey import Survey

#: Shares of a survey by audience as they are shown; None: none yet.
TablesOf = Callable[[PublishedSurvey], ShownTable | None]
#: Shares of a survey made to be compared with one coded by the version of that SHA-256; None: none yet.
SharesOf = Callable[[PublishedSurvey, str], KeptShares | None]


@dataclass(frozen=True)
class Audiences:
    """What the audiences of both are called, and of only one; by their short names they are the same or not."""

    both: tuple[str, ...]
    earlier_only: tuple[str, ...]
    later_only: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two waves side by side. `rows`: None where one of them has no estimates yet.

    `books`: the versions of the code book that they were audited by. `made`: whether shares were made that can be
    compared although these differ, of both; True where they do not. `alone`: codes compared by a bridge alone.
    """

    earlier: Survey
    later: Survey
    questions: tuple[Changed, ...]
    audiences: Audiences
    codes: tuple[Match, ...]
    rows: tuple[CodeRow, ...] | None
    books: tuple[BookVersion, BookVersion] | None = None
    made: bool = True
    bridge: BridgeSaid | None = None
    alone: frozenset[str] = frozenset()

    @property
    def not_compared(self) -> list[Match]:
        """Codes with nothing on the other side, and no bridge to it."""
        return [
            each
            for each in self.codes
            if not each.comparable and not self.alone & {code.code for code in (*each.before, *each.after)}
        ]

    @property
    def changed_codes(self) -> list[Match]:
        """Codes that can be compared and are not quite the same."""
        return [each for each in self.codes if each.comparable and each.how != SAME]


@dataclass(frozen=True)
class Held:
    """What there is of two waves: shares by their own books, and what a bridge gives (of the wave it is named for)."""

    one: ShownTable | None
    other: ShownTable | None
    made: bool = True
    bridge: ShownTable | None = None
    wave: str = BEFORE


def compare_waves(
    session: Session, earlier: PublishedSurvey, later: PublishedSurvey, tables: TablesOf, shares: SharesOf
) -> Comparison:
    """Compare two surveys, the earlier one first."""
    before, after = definition_of(earlier), definition_of(later)
    books = books_of(session, earlier, later)
    codes = matched_codes(session, earlier, later)
    held = _held(earlier, later, books, tables, shares)
    found = Comparison(
        before,
        after,
        changes(before, after).questions,
        audiences_of(before, after),
        tuple(codes),
        None,
        books,
        held.made,
    )
    return _with_shares(found, held) if held.one and held.other else found


def _held(
    earlier: PublishedSurvey,
    later: PublishedSurvey,
    books: tuple[BookVersion, BookVersion] | None,
    tables: TablesOf,
    shares: SharesOf,
) -> Held:
    """Where both were coded by the same version, what is shown of each; else the shares made for it, if they were."""
    if books is None or books[0].sha256 == books[1].sha256:
        return Held(tables(earlier), tables(later))
    kept = shares(earlier, books[1].sha256), shares(later, books[0].sha256)
    mine, theirs = (each if each and each.book == book.sha256 else None for each, book in zip(kept, books, strict=True))
    if mine is None or theirs is None:
        return Held(tables(earlier), tables(later), made=False)
    if mine.bridge or not theirs.bridge:
        return Held(mine.own, theirs.own, bridge=mine.bridge)
    return Held(mine.own, theirs.own, bridge=theirs.bridge, wave=AFTER)


def _with_shares(found: Comparison, held: Held) -> Comparison:
    """With the rows of shares, and of a bridge."""
    if held.one is None or held.other is None:
        return found
    names = found.earlier.title, found.later.title
    codes = compared(found.codes, held.one, held.other)
    if held.bridge is None:
        return replace(found, rows=rows_of(wave_table(held.one, held.other, codes, names)))
    over = over_bridge(codes, held.one if held.wave == BEFORE else held.other, held.bridge, held.wave)
    table = wave_table(held.one, held.other, over.compared, names, instead=over.instead)
    said = said_apart(over, (held.one, held.other), {each.code: each for each in table.differences})
    return replace(found, rows=rows_of(table), bridge=_bridge_said(found, held, over, said), alone=over.alone)


def _bridge_said(found: Comparison, held: Held, over: OverBridge, said: Iterable[tuple[Code, str]]) -> BridgeSaid:
    numbers = [each.number for each in found.books or ()] or [1, 1]
    earlier = held.wave == BEFORE
    wave, numbers = (found.earlier, numbers) if earlier else (found.later, numbers[::-1])
    return bridge_said(over, wave.title, (numbers[0], numbers[1]), said)


def books_of(
    session: Session, earlier: PublishedSurvey, later: PublishedSurvey
) -> tuple[BookVersion, BookVersion] | None:
    """The versions by which both were coded, of the same book; None where there is no such thing."""
    one, other = version_of(session, earlier), version_of(session, later)
    return (one, other) if one and other and one.book.name == other.book.name else None


def matched_codes(session: Session, earlier: PublishedSurvey, later: PublishedSurvey) -> list[Match]:
    """The codes of the versions by which both were coded; none where there is no such book any more."""
    one, other = version_of(session, earlier), version_of(session, later)
    if one is None or other is None:
        return []
    if one.book.name != other.book.name:
        return unlike(one.book, other.book)
    return between(one, other, versions_of(session, one.book.name))


def version_of(session: Session, row: PublishedSurvey) -> BookVersion | None:
    """The version of the code book that the newest audit of a survey pins; without an audit, the newest version.

    A bridge is no audit: it is coded by another version than the wave it is of.
    """
    every = versions_of(session, definition_of(row).standard)
    audits = select(AuditSample.book).where(AuditSample.survey_id == row.id, AuditSample.bridge_of.is_(None))
    pinned = session.scalars(audits.order_by(AuditSample.number.desc()).limit(1)).one_or_none()
    return next((each for each in every if each.sha256 == pinned), every[-1] if every else None)


def audiences_of(earlier: Survey, later: Survey) -> Audiences:
    """Matched by their short names, called as the later one calls them."""
    before, after = earlier.audience_names(), later.audience_names()
    return Audiences(
        tuple(called for name, called in after.items() if name in before),
        tuple(called for name, called in before.items() if name not in after),
        tuple(called for name, called in after.items() if name not in before),
    )


def reasons(comparison: Comparison) -> Sequence[str]:
    """What keeps the comparison from being whole, a sentence each."""
    if not any(each.comparable for each in comparison.codes):
        return [_("They were coded by different standards, so no share of one can be held against one of the other.")]
    found = []
    if comparison.rows is None:
        found.append(_("One of them has no estimates yet. Audit it, and make its findings, to see how shares changed."))
    if comparison.audiences.earlier_only or comparison.audiences.later_only:
        found.append(_("Not the same audiences were asked, so a change for everybody can be a change of who answered."))
    return found
