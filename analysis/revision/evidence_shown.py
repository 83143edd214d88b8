"""The heat map as its page and its file show it: the consultation that is looked at, the rows that are wanted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.findings.estimates_said import KINDS_SAID
from analysis.findings.shown import ALL, MACHINE, WITHHELD, Figure
from analysis.revision.asked_about import Asking
from analysis.revision.codes_between import codes_in
from analysis.revision.evidence_sources import Source
from analysis.revision.evidence_words import (
    EVERYBODY,
    STATES_SAID,
    cell_said,
    group_names,
    nobody_said,
    summary_said,
)
from analysis.revision.heat_map import NOT_ASKED, Cell, Filter, MapRow, Seen, filtered, heat_map, shares_of
from analysis.revision.tables import ASSESSMENT
from analysis.standard.clauses import StandardText
from safekeeping.languages import gettext as _

#: Whose answers a revision cannot do without, so that nobody having asked them is always seen.
SURVIVORS = "survivor", _("Survivors")


@dataclass(frozen=True)
class EvidenceShown:
    """All that the page needs. `source`: the consultation whose shares are looked at, None where there is none;
    `unread`: why nothing of it can be read for this standard, empty where it can."""

    sources: tuple[Source, ...]
    source: Source | None
    wanted: Filter
    rows: tuple[MapRow, ...]
    seen: Seen
    names: Mapping[str, str]
    summary: tuple[str, ...]
    unread: str = ""

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Each group with what it is called."""
        return tuple((group, self.names[group]) for group in (*self.seen.audiences, ALL))

    @property
    def uncorrected(self) -> bool:
        """Whether shares are the machine's as they come, which nobody has checked."""
        return any(share.figure.kind == MACHINE for row in self.rows for cell in row.cells for share in cell.shares)

    def said(self, cell: Cell) -> tuple[str, ...]:
        """What stands in a cell, line by line."""
        return (nobody_said(cell.group, self.names[cell.group]),) if cell.state == NOT_ASKED else cell_said(cell)


def evidence_shown(
    text: StandardText, sources: Sequence[Source], asked: Mapping[str, str], stage: str = ""
) -> EvidenceShown:
    """What is chosen by `of`, `section`, `stage` and `only`; what is none of the choices counts as not chosen."""
    source = _chosen(sources, asked.get("of", ""))
    seen = _seen(text, sources, source)
    numbers, stages = {each.number for each in text.clauses}, {each.code for each in text.stages}
    section, stage = asked.get("section", ""), asked.get("stage", stage)
    wanted = Filter(section if section in numbers else "", stage if stage in stages else "", asked.get("only", ""))
    rows = filtered(heat_map(seen), wanted)
    names = {**seen.audiences, **group_names(seen.table), ALL: _(EVERYBODY)}
    return EvidenceShown(
        tuple(sources), source, wanted, rows, seen, names, summary_said(rows, names), _unread(text, source)
    )


def _chosen(sources: Sequence[Source], address: str) -> Source | None:
    """The one at that address; else the newest consultation with findings, else the newest there is."""
    asked = [each for each in sources if each.purpose != ASSESSMENT]
    named = [each for each in sources if each.row.address == address]
    return next(iter([*named, *(each for each in asked if each.tables), *asked, *sources]), None)


def _seen(text: StandardText, sources: Sequence[Source], source: Source | None) -> Seen:
    audiences: dict[str, str] = {}
    for each in (*([source] if source else []), *sources):
        for name, plural in each.asking.audiences.items():
            audiences.setdefault(name, plural)
    audiences.setdefault(SURVIVORS[0], _(SURVIVORS[1]))
    table = source.by_audience if source else None
    surveys = tuple(each.asking for each in sources)
    return Seen(text, source.asking if source else Asking(text.frame, {}, frozenset()), table, surveys, audiences)


def _unread(text: StandardText, source: Source | None) -> str:
    codes = [code for placed in text.walk() for code in placed.clause.codes]
    if source is None or codes_in(text.frame, source.survey.standard, codes):
        return ""
    return _(
        "The answers of this consultation are read by another code book, and nothing says what of it stands for the "
        "clauses of this standard. So its shares are no evidence here."
    )


HEADER = (
    _("Section"),
    _("Number"),
    _("Title"),
    _("Read with"),
    _("Audience"),
    _("Responses, to the nearest 5"),
    _("Code"),
    _("What it is"),
    _("Share in %"),
    _("From"),
    _("To"),
    _("Kind"),
)


def in_rows(shown: EvidenceShown) -> Iterator[list[str]]:
    """The map as rows of a file: one for each clause, group and code, with what is withheld said so."""
    yield [_(each) for each in HEADER]
    bases = {each.code: each.base for each in shown.seen.table.groups} if shown.seen.table else {}
    for row in shown.rows:
        of_clause = [row.placed.section.number, row.clause.number, row.clause.title]
        with_it = row.read_with.number if row.read_with else ""
        for cell in row.cells:
            base = bases.get(cell.group)
            who = [with_it, shown.names[cell.group], "" if base is None else str(base)]
            yield from ([*of_clause, *who, *told] for told in _cells(shown, row, cell))


def _cells(shown: EvidenceShown, row: MapRow, cell: Cell) -> Iterator[list[str]]:
    shares = shares_of(shown.seen.table, shown.seen.codes(row.placed), cell.group)
    if not shares or cell.state == NOT_ASKED:
        yield ["", "", "", "", "", " ".join(shown.said(cell))]
        return
    for each in shares:
        yield [each.code, each.title, *_numbers(each.figure)]


def _numbers(figure: Figure) -> list[str]:
    if figure.percent is None:
        return ["", "", "", _(STATES_SAID[WITHHELD])]
    ends = ["" if each is None else str(each) for each in (figure.low, figure.high)]
    return [str(figure.percent), *ends, _(KINDS_SAID[figure.kind])]
