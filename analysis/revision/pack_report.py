"""An evidence pack for a board: one section of a standard with all that speaks to it, as a document. Pure.

For each clause: what it says, figures by audience with their ranges, differences, quotes, what is missing, what is
proposed, and what was decided; and how the figures were made. Everything in it has passed the gate of findings, or was
released by two people. It is for the team: reasons that are not for the public are in it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from analysis.findings.shown import ALL, STANCE, Code, ShownTable
from analysis.quoting.released import Quote
from analysis.reporting.annex_parts import methods
from analysis.reporting.composing import AROUND
from analysis.reporting.document import SOFT, Block, Bullets, Heading, Note, Paragraph, Part, Quotation, Report, Table
from analysis.reporting.facts import Facts
from analysis.reporting.finding_parts import groups_table
from analysis.reporting.wording import interval, listed, share
from analysis.revision.account import difference_said
from analysis.revision.pack_proposals import KINDS_SAID, proposal_blocks
from analysis.revision.proposal_standing import WITHDRAWN, ProposalStanding
from analysis.revision.tables import ADD
from analysis.standard.clauses import SECTION, STANDARD, PlacedClause, StandardText
from safekeeping.languages import gettext as _
from safekeeping.languages import language, plain_day


@dataclass(frozen=True)
class SurveySeen:
    """A survey of the cycle as it may be seen. `facts` is None where nothing was found yet."""

    title: str
    facts: Facts | None
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Pack:
    """What a pack is written from. `due`: when the review is due; `documents`: id of a clause -> titles."""

    text: StandardText
    section_id: str
    title: str
    organisation: str
    day: date
    due: date
    surveys: tuple[SurveySeen, ...]
    proposals: tuple[ProposalStanding, ...]
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def clauses(self) -> list[PlacedClause]:
        """The clauses of its section, itself first."""
        return [each for each in self.text.walk() if each.section.id == self.section_id]

    def about(self, clause_id: str) -> list[ProposalStanding]:
        """The proposals about a clause, or for one below it."""
        return [
            each
            for each in self.proposals
            if each.state != WITHDRAWN
            and (each.row.clause_id == clause_id or (each.row.kind == ADD and each.row.parent_id == clause_id))
        ]


def pack_report(pack: Pack) -> Report:
    """The pack as a report."""
    section = pack.clauses()[0].clause
    told = {"form": "heard pack 1", "standard": pack.text.name, "edition": pack.text.edition, "section": section.number}
    manifests = {each.facts.survey.address: each.facts.manifest.mark for each in pack.surveys if each.facts}
    return Report(
        title=f"{section.number} {section.title}",
        subtitle=_("Evidence and proposals for the board"),
        language=language(),
        organisation=pack.organisation,
        day=pack.day,
        about=(
            (_("Standard"), pack.text.title),
            (_("Edition under revision"), str(pack.text.edition)),
            (_("Revision"), pack.title),
            (_("Review due"), plain_day(pack.due)),
            (_("Pack made on"), plain_day(pack.day)),
        ),
        parts=(_short(pack), *_standards(pack), *_annexes(pack)),
        slides=(),
        manifest=json.dumps({**told, "figures": manifests}, sort_keys=True, indent=1) + "\n",
        words={key: _(said) for key, said in AROUND.items()},
    )


def _short(pack: Pack) -> Part:
    """One page: the section, what is to be decided, what was decided."""
    section = pack.clauses()[0].clause
    mine = [each for clause in pack.clauses() for each in pack.about(clause.clause.id)]
    blocks: list[Block] = [Paragraph(section.purpose or section.wording)] if section.purpose or section.wording else []
    if mine:
        rows = tuple(
            (
                _("{number}: {kind}", number=each.row.number, kind=_(KINDS_SAID[each.row.kind])),
                _clause_of(pack, each),
                each.decision.outcome if each.decision else _("to be decided"),
            )
            for each in sorted(mine, key=lambda each: each.row.number)
        )
        header = (_("Proposal"), _("Clause"), _("Decision"))
        blocks.append(Table(_("Proposals in this section"), header, rows, figures=False))
    else:
        blocks.append(Paragraph(_("Nothing is proposed for this section.")))
    blocks.append(
        Note(
            _("For the team"),
            _("This pack holds reasons that are not for the public. Figures that are withheld are withheld here too."),
        )
    )
    return Part("short", _("In short"), tuple(blocks))


def _clause_of(pack: Pack, standing: ProposalStanding) -> str:
    placed = pack.text.placed().get(standing.row.clause_id or standing.row.parent_id)
    if placed is None:
        return standing.fields.get("title", "")
    number = f"{placed.clause.number} {placed.clause.title}"
    return _("new, below {clause}", clause=number) if standing.row.kind == ADD else number


def _standards(pack: Pack) -> Iterator[Part]:
    """The section itself, then a part for each of its standards with what lies below it."""
    parts: dict[str, list[PlacedClause]] = {}
    for each in pack.clauses():
        parts.setdefault(each.standard.id, []).append(each)
    for mine in parts.values():
        first = mine[0].clause
        blocks = [block for each in mine for block in _clause(pack, each, first=each is mine[0])]
        named = _("The section as a whole") if first.level == SECTION else f"{first.number} {first.title}"
        yield Part(f"c-{first.id}", named, tuple(blocks))


def _clause(pack: Pack, placed: PlacedClause, *, first: bool) -> Iterator[Block]:
    clause = placed.clause
    if not first:
        yield Heading(f"{clause.number} {clause.title}")
    if clause.level != SECTION:
        yield from (Paragraph(each) for each in (clause.wording, clause.purpose) if each)
    figures = list(_figures(pack, placed))
    quotes = list(_quotes(pack, placed))
    own = clause.level in (SECTION, STANDARD) or bool(clause.codes)
    if own:
        yield Heading(_("What people said"), 3)
        yield from figures
        yield from quotes
        yield from _missing(pack, placed, bool(figures), bool(quotes))
    if pack.documents.get(clause.id):
        yield Heading(_("Documents"), 3)
        yield Bullets(pack.documents[clause.id])
    for each in pack.about(clause.id):
        yield from proposal_blocks(each, clause)


def _codes(table: ShownTable, placed: PlacedClause) -> list[Code]:
    return [each for each in table.codes if each.code in placed.codes]


def _tables(facts: Facts | None, placed: PlacedClause) -> tuple[ShownTable, ...]:
    """By audience for every clause; by other questions for the section as a whole, or a pack would be a book."""
    if facts is None:
        return ()
    return facts.tables if placed.clause.level == SECTION else facts.tables[:1]


def _figures(pack: Pack, placed: PlacedClause) -> Iterator[Block]:
    for seen in pack.surveys:
        for at, table in enumerate(_tables(seen.facts, placed)):
            for code in _codes(table, placed):
                if len(pack.surveys) > 1:
                    yield Paragraph(_("From “{survey}”:", survey=seen.title), SOFT)
                yield groups_table(table, code)
                if at == 0:  # those of everybody are in each of them
                    yield from _stances(table, code)
                yield from _differences(table, code)


def _stances(table: ShownTable, code: Code) -> Iterator[Block]:
    mine = [each for each in table.codes if each.level == STANCE and each.code.split("/")[0] == code.code]
    rows = tuple((each.title, share(figure := table.of(each.code, ALL)), interval(figure)) for each in mine)
    if rows:
        header = (_("Stance"), _("Share"), _("Range"))
        note = _("Of all responses. One response can hold several stances.")
        yield Table(_("{code}: how people spoke of it", code=code.title), header, rows, note)


def _differences(table: ShownTable, code: Code) -> Iterator[Block]:
    names = {each.code: each.name for each in table.groups}
    said = tuple(
        difference_said({**vars(each), "one": names[each.one], "other": names[each.other], "title": code.title})
        for each in table.differences
        if each.code == code.code
    )
    if said:
        yield Bullets(said)


def _quotes(pack: Pack, placed: PlacedClause) -> Iterator[Block]:
    """Quotes of its own codes; those of the whole section stand with the section."""
    for seen in pack.surveys:
        for each in seen.quotes:
            if (each.theme or each.section) in placed.codes:
                yield Quotation(each.text, each.attribution)


def _missing(pack: Pack, placed: PlacedClause, figures: bool, quotes: bool) -> Iterator[Block]:
    """What is not known, so that nobody takes silence for consent."""
    said = []
    if not figures:
        said.append(_("No figure speaks to it."))
    if not quotes:
        said.append(_("No quote about it is released."))
    said += dict.fromkeys(each for seen in pack.surveys if seen.facts for each in _not_asked(seen.facts, placed))
    for seen in pack.surveys:
        for table in _tables(seen.facts, placed)[:1]:
            for code in _codes(table, placed):
                hidden = [each.name for each in table.groups if table.of(code.code, each.code).percent is None]
                if hidden:
                    said.append(_("Withheld for {groups}.", groups=listed(hidden)))
    if said:
        yield Note(_("What is missing"), " ".join(dict.fromkeys(said)))


def _not_asked(facts: Facts, placed: PlacedClause) -> Iterator[str]:
    codes = {*placed.codes, *placed.section.codes}
    audiences = facts.main.groups if facts.main.name == "audience" else ()
    for group in audiences:
        if group.code != ALL and not any((code, group.code) in facts.asked for code in codes):
            yield _("No question asked {audience} about it.", audience=group.name)


def _annexes(pack: Pack) -> Iterator[Part]:
    for at, seen in enumerate(pack.surveys, 1):
        if seen.facts is None:
            blocks: tuple[Block, ...] = (Paragraph(_("There are no findings of this survey yet.")),)
        else:
            blocks = methods(seen.facts).blocks
        yield Part(f"methods-{at}", _("How this was done: {survey}", survey=seen.title), blocks)
    if not pack.surveys:
        said = _("No survey gives this revision its evidence yet. Add one to its plan.")
        yield Part("methods", _("How this was done"), (Paragraph(said),))
