"""One clause seen from each consultation: shares and stances by audience, quotes, verdicts, agreement, and what few
said. Everything is as it may be seen."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.auditing.agreement_words import said as agreed
from analysis.auditing.designing import newest_sample
from analysis.auditing.label_tables import AuditAgreement
from analysis.findings.figures_said import CodeSaid, codes_said
from analysis.findings.shown import SECTION, STANCE, Code, Figure, ShownTable
from analysis.quoting.released import Quote, released_quotes
from analysis.reading.figures_kept import figures_of
from analysis.reading.shown_figures import TOGETHER
from analysis.reading.tables import ReadingFigures
from analysis.revision.asked_about import BY_ITSELF, NOT_AT_ALL, WITH_OTHERS, ways_asked
from analysis.revision.codes_between import codes_in
from analysis.revision.dissent import dissent_in
from analysis.revision.evidence_sources import Source
from analysis.revision.evidence_words import interval_said, nobody_said, share_said
from analysis.revision.verdicts import Verdicts, verdicts_on
from analysis.standard.clauses import PlacedClause, StandardText
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault
from surveys.definition.published import GONE
from surveys.definition.why import plain_label

#: To how many points on either side a share is wished for, when a page says how much more to audit.
WITHIN = 5
WAYS_SAID = {
    BY_ITSELF: _("asked about it"),
    WITH_OTHERS: _("asked about its part of the standard, not about it by itself"),
}


@dataclass(frozen=True)
class StanceCell:
    """One stance in one group: its share and interval in words, and whether it may be seen."""

    share: str
    interval: str
    shown: bool


@dataclass(frozen=True)
class Stances:
    """What people thought of a section: the titles of the stances, and for each group a cell for each."""

    section: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, tuple[StanceCell, ...]], ...]


@dataclass(frozen=True)
class ClauseSide:
    """What one consultation says of a clause. `why_not`: why there is no figure for it, empty where there is."""

    source: Source
    asked: tuple[tuple[str, str], ...]
    why_not: str
    own: tuple[CodeSaid, ...] = ()
    section: CodeSaid | None = None
    stances: Stances | None = None
    verdicts: tuple[Verdicts, ...] = ()
    quotes: tuple[Quote, ...] = ()
    dissent: tuple[str, ...] = ()
    agreement: tuple[str, ...] = ()


def side_of(session: Session, keys: Vault, text: StandardText, placed: PlacedClause, source: Source) -> ClauseSide:
    """A clause seen from one consultation."""
    survey, table = source.survey, source.by_audience
    codes = codes_in(text.frame, survey.standard, placed.codes)
    asked = tuple(_asked(text, placed, source))
    verdicts = _verdicts(text, placed, source, codes)
    if table is None or not codes:
        return ClauseSide(source, asked, _why_not(source, codes), verdicts=verdicts)
    section = _section_of(table, codes, codes_in(text.frame, survey.standard, placed.section.codes))
    if not section:
        return ClauseSide(source, asked, _("Nothing was coded for it yet."), verdicts=verdicts)
    own = tuple(_said(table, [each for each in table.codes if each.code in codes]))
    opener = keys.opener(source.row.id)
    quotes = tuple(released_quotes(session, source.row.id, opener, codes))
    quoted = {code for quote in quotes for code in (quote.section, quote.theme)}
    return ClauseSide(
        source,
        asked,
        ""
        if own
        else _("There is no figure for it by itself yet, only for its section. More come with the estimates."),
        own=own,
        section=None if section in codes else next(_said(table, [_code(table, section)]), None),
        stances=stances_in(table, section),
        verdicts=verdicts,
        quotes=quotes,
        dissent=dissent_in(table, section, codes, quoted, verdicts),
        agreement=tuple(_agreement(session, source, section, _code(table, section).title)),
    )


def _section_of(table: ShownTable, codes: Collection[str], of_section: Collection[str]) -> str:
    """The section of a clause in a table: that of its codes; else, where only sections have figures yet, its own."""
    own = (each.section for each in table.codes if each.code in codes)
    return next(iter([*own, *(each.code for each in table.codes if each.code in of_section), ""]))


def _why_not(source: Source, codes: Iterable[str]) -> str:
    if source.row.state in GONE:
        return _("Its answers were deleted.")
    if not any(codes):
        return _(
            "Its answers are read by another code book, and nothing says what of it stands for this clause. So they "
            "are no evidence here."
        )
    return _("It has no findings yet. They come once its answers are taken in.")


def _asked(text: StandardText, placed: PlacedClause, source: Source) -> Iterator[tuple[str, str]]:
    for audience, way in ways_asked(text, placed, [source.asking]).items():
        plural = source.asking.audiences[audience]
        yield plural, nobody_said(audience, plural) if way == NOT_AT_ALL else _(WAYS_SAID[way])


def _verdicts(text: StandardText, placed: PlacedClause, source: Source, codes: Iterable[str]) -> tuple[Verdicts, ...]:
    names = {*codes} if placed.clause.codes else set[str]()
    if text.name == source.survey.standard:
        names.add(placed.clause.number)
    wordings = {each.name: plain_label(each) for each in source.survey.questions}
    return verdicts_on(source.survey, source.tables, names, wordings)


def _code(table: ShownTable, code: str) -> Code:
    return next(each for each in table.codes if each.code == code)


def _said(table: ShownTable, codes: Iterable[Code]) -> Iterator[CodeSaid]:
    for code in codes:
        if code.level == STANCE:
            continue
        place = [each.code for each in table.at(code.level)].index(code.code)
        yield codes_said(table, code.level, WITHIN)[place]


def stances_in(table: ShownTable, section: str) -> Stances | None:
    """What people thought of a section, by group; None where no stance was coded."""
    codes = [each for each in table.at(STANCE) if each.section == section]
    if not codes:
        return None
    title = next((each.title for each in table.at(SECTION) if each.code == section), section)
    rows = tuple(
        (_(group.name), tuple(_cell(table.of(code.code, group.code)) for code in codes)) for group in table.groups
    )
    return Stances(title, tuple(code.title for code in codes), rows)


def _cell(figure: Figure) -> StanceCell:
    return StanceCell(share_said(figure.percent), interval_said(figure), figure.percent is not None)


def _agreement(session: Session, source: Source, section: str, title: str) -> Iterator[str]:
    """How far two people who coded blind agreed on the clause's section; themes are not measured one by one."""
    sample = newest_sample(session, source.row.id)
    found = session.get(AuditAgreement, sample.id) if sample else None
    if found is None or not found.figures.get("passages"):
        yield _("How far coders agree was not measured yet.")
        return
    measures = found.figures["by_section"].get(section)
    if measures is None:
        yield _("Coders gave this section to nothing that two of them coded.")
        return
    yield _("On “{section}” Krippendorff’s alpha is {figure}.", section=title, figure=agreed(measures["alpha"]))


def together_in(session: Session, keys: Vault, source: Source) -> tuple[Mapping[tuple[str, str], int], str]:
    """Shares of responses that speak to two codes, as they may be seen, and of whom: all audiences, or the one with
    the most to be seen."""
    held = None if source.row.state in GONE else session.get(ReadingFigures, source.row.id)
    if held is None:
        return {}, ""
    pairs = figures_of(held, keys).pairs
    best = max(pairs, key=lambda group: (group == TOGETHER and bool(pairs[group]), len(pairs[group])), default="")
    called = {**source.asking.audiences, TOGETHER: _("all audiences together")}
    return pairs.get(best, {}), called.get(best, best)
