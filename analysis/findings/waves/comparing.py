"""Two consultations compared: which questions, audiences and codes are the same in both, and how shares changed.

What cannot be compared is said. Figures are those that are shown of each, by `TablesOf`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.sample_tables import AuditSample
from analysis.code_books.versions import BookVersion, versions_of
from analysis.findings.shown import ShownTable
from analysis.findings.waves.change_words import brief_of
from analysis.findings.waves.matched_codes import Match, matches, turned, unlike
from analysis.findings.waves.wave_table import AFTER, BEFORE, compared, wave_table
from safekeeping.languages import gettext as _
from surveys.definition.changes import Changed, changes
from surveys.definition.published import PublishedSurvey, definition_of
from surveys.definition.survey import Survey

#: Shares of a survey by audience as they are shown; None: none yet.
TablesOf = Callable[[PublishedSurvey], ShownTable | None]


@dataclass(frozen=True)
class Audiences:
    """What the audiences of both are called, and of only one; by their short names they are the same or not."""

    both: tuple[str, ...]
    earlier_only: tuple[str, ...]
    later_only: tuple[str, ...]


@dataclass(frozen=True)
class CodeRow:
    """One code as it is shown: its title, what was in each wave, and the change (empty: not compared)."""

    title: str
    before: str
    after: str
    change: str


@dataclass(frozen=True)
class Comparison:
    """Two waves side by side. `rows`: None where one of them has no estimates yet."""

    earlier: Survey
    later: Survey
    questions: tuple[Changed, ...]
    audiences: Audiences
    codes: tuple[Match, ...]
    rows: tuple[CodeRow, ...] | None

    @property
    def not_compared(self) -> list[Match]:
        """Codes with nothing on the other side."""
        return [each for each in self.codes if not each.comparable]

    @property
    def changed_codes(self) -> list[Match]:
        """Codes that can be compared and are not quite the same."""
        return [each for each in self.codes if each.comparable and each.how != "same"]


def compare_waves(session: Session, earlier: PublishedSurvey, later: PublishedSurvey, tables: TablesOf) -> Comparison:
    """Compare two surveys, the earlier one first."""
    before, after = definition_of(earlier), definition_of(later)
    codes = matched_codes(session, earlier, later)
    one, other = tables(earlier), tables(later)
    rows = None
    if one and other:
        rows = rows_of(wave_table(one, other, compared(codes, one, other), (before.title, after.title)))
    return Comparison(before, after, changes(before, after).questions, audiences_of(before, after), tuple(codes), rows)


def matched_codes(session: Session, earlier: PublishedSurvey, later: PublishedSurvey) -> list[Match]:
    """The codes of the versions by which both were coded; none where there is no such book any more."""
    one, other = version_of(session, earlier), version_of(session, later)
    if one is None or other is None:
        return []
    if one.book.name != other.book.name:
        return unlike(one.book, other.book)
    first, last = sorted((one, other), key=lambda each: each.number)
    between = [
        each.version for each in versions_of(session, one.book.name) if first.number < each.number <= last.number
    ]
    found = matches(first.book, between)
    return found if first is one else turned(found)


def version_of(session: Session, row: PublishedSurvey) -> BookVersion | None:
    """The version of the code book that the newest audit of a survey pins; without an audit, the newest version."""
    every = versions_of(session, definition_of(row).standard)
    audits = select(AuditSample.book).where(AuditSample.survey_id == row.id).order_by(AuditSample.number.desc())
    pinned = session.scalars(audits.limit(1)).one_or_none()
    return next((each for each in every if each.sha256 == pinned), every[-1] if every else None)


def audiences_of(earlier: Survey, later: Survey) -> Audiences:
    """Matched by their short names, called as the later one calls them."""
    before, after = earlier.audience_names(), later.audience_names()
    return Audiences(
        tuple(called for name, called in after.items() if name in before),
        tuple(called for name, called in before.items() if name not in after),
        tuple(called for name, called in after.items() if name not in before),
    )


def rows_of(table: ShownTable) -> tuple[CodeRow, ...]:
    """A comparison as rows of a table."""
    said = {each.code: brief_of(each) for each in table.differences}
    return tuple(
        CodeRow(each.title, _share(table, each.code, BEFORE), _share(table, each.code, AFTER), said.get(each.code, ""))
        for each in table.codes
    )


def _share(table: ShownTable, code: str, wave: str) -> str:
    figure = table.of(code, wave)
    if figure.percent is None:
        return _("withheld")
    if figure.low is None or figure.high is None:
        return _("{percent} %, uncorrected", percent=figure.percent)
    return _("{percent} % ({low} to {high})", percent=figure.percent, low=figure.low, high=figure.high)


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
