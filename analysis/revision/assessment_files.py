"""A self-assessment as files: a Word document to be handed in, a workbook, and plain rows.

It loads what writes Word files, so pages import it only when one is asked for.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from analysis.reporting.as_docx import write_docx
from analysis.reporting.composing import AROUND
from analysis.reporting.document import DASH, LEAD, Block, Bullets, Note, Paragraph, Part, Report, Table
from analysis.revision.assessment_here import AssessmentHere
from analysis.revision.self_assessing import OPEN, STATES, STATES_SAID, Account, Changed, Tally
from analysis.sharing.cells import safe_cell
from analysis.sharing.workbook_file import write_workbook
from analysis.standard.clauses import PlacedClause
from safekeeping.languages import gettext as _
from safekeeping.languages import language, ngettext, plain_day


def columns() -> list[str]:
    """The header of the rows."""
    return [
        _("Section"),
        _("Number"),
        _("Clause"),
        _("How far"),
        _("What shows it"),
        _("Plan"),
        _("By when"),
        _("Overdue"),
        _("Last time"),
    ]


def rows_of(here: AssessmentHere) -> Iterator[list[str]]:
    """The header, then each clause with what is said of it; days as 2027-03-31, which sort."""
    yield columns()
    was = _last_time(here)
    for placed in here.clauses:
        said = here.accounts.get(placed.clause.id, Account())
        late = _("yes") if said.is_overdue(here.today) else ""
        day = said.plan_by.isoformat() if said.plan_by else ""
        what = placed.clause.title or placed.clause.wording
        told = [_(STATES_SAID[said.met]), said.evidence, said.plan, day, late, was.get(placed.clause.id, "")]
        yield [placed.section.title, placed.clause.number, what, *told]


def _last_time(here: AssessmentHere) -> Mapping[str, str]:
    if here.comparison is None:
        return {}
    changed = (*here.comparison.better, *here.comparison.worse, *here.comparison.other)
    told = {each.placed.clause.id: _(STATES_SAID[each.before]) for each in changed}
    new = {each.clause.id for each in here.comparison.fresh}
    said = {key: each.met for key, each in here.accounts.items() if each.met != OPEN and key not in new}
    return {key: _(STATES_SAID[met]) for key, met in said.items()} | told


def write_csv(here: AssessmentHere, organisation: str) -> bytes:
    """UTF-8 with line feeds; no cell is taken for a formula by a spreadsheet program."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows_of(here))
    return out.getvalue().encode()


def write_xlsx(here: AssessmentHere, organisation: str) -> bytes:
    """A workbook: the clauses, how they add up, and what it is about. Every cell is a text or a number."""
    out = io.BytesIO()
    head: list[str | int] = [_("Part"), *(_(STATES_SAID[state]) for state in (*STATES, OPEN))]
    sums: list[list[str | int]] = [
        [_called(each), *(each.counts[state] for state in (*STATES, OPEN))]
        for each in (here.whole, *here.sections, *here.stages)
    ]
    about = [[_("About"), ""], *([what, told] for what, told in _about(here, organisation))]
    write_workbook(out, ((_("Clauses"), rows_of(here)), (_("Summary"), [head, *sums]), (_("About"), about)))
    return out.getvalue()


def _called(each: Tally) -> str:
    return f"{each.number} {each.title}".strip()


def _about(here: AssessmentHere, organisation: str) -> Iterator[tuple[str, str]]:
    yield _("Service"), here.row.service
    yield _("Standard"), here.text.title
    yield _("Edition"), str(here.text.edition)
    yield _("Assessed for"), here.stage_title
    yield _("Organisation"), organisation
    yield _("Finished"), plain_day(here.row.ended_on) if here.row.ended_on else _("not yet")
    if here.before and here.before.ended_on:
        yield _("Compared with that of"), plain_day(here.before.ended_on)


def write_word(here: AssessmentHere, organisation: str) -> bytes:
    """A Word document with tables that can be edited."""
    return write_docx(report_of(here, organisation))


def report_of(here: AssessmentHere, organisation: str) -> Report:
    """The self-assessment as a document: how it adds up, what is not met, what changed, then section by section."""
    told = {"edition": here.text.sha256, "stage": here.row.stage, "finished": str(here.row.ended_on or "")}
    return Report(
        title=_("Self-assessment: {service}", service=here.row.service),
        subtitle=here.text.title,
        language=language(),
        organisation=organisation,
        day=here.row.ended_on or here.today,
        about=tuple(_about(here, organisation)),
        parts=(_summary(here), _not_met(here), *_changed(here), *_sections(here)),
        slides=(),
        manifest=json.dumps({"form": "heard self-assessment 1", **told}, sort_keys=True),
        words={key: _(said) for key, said in AROUND.items()},
    )


def _summary(here: AssessmentHere) -> Part:
    ours = here.whole
    lead = ngettext(
        "{met} of {number} clause is met, {partly} partly and {not_met} not; {not_ours} is not for this service.",
        "{met} of {number} clauses are met, {partly} partly and {not_met} not; {not_ours} are not for this service.",
        ours.total,
        met=ours.counts["met"],
        partly=ours.counts["partly"],
        not_met=ours.counts["not met"],
        not_ours=ours.counts["not for us"],
    )
    blocks: list[Block] = [Paragraph(lead, LEAD)]
    if here.row.ended_on is None:
        blocks.append(Note(_("Not finished yet"), _("This is how it stands now. It can still change.")))
    blocks.append(_table_of(_("Section by section"), (*here.sections, here.whole)))
    if here.stages:
        blocks.append(_table_of(_("Stage by stage"), here.stages))
    return Part("summary", _("Summary"), tuple(blocks))


def _table_of(title: str, tallies: Iterable[Tally]) -> Table:
    header = (_("Part"), *(_(STATES_SAID[state]) for state in (*STATES, OPEN)))
    return Table(
        title, header, tuple((_called(each), *(str(each.counts[s]) for s in (*STATES, OPEN))) for each in tallies)
    )


def _not_met(here: AssessmentHere) -> Part:
    header = (_("Clause"), _("How far"), _("Plan"), _("By when"))
    rows = tuple(
        (_named(gap.placed), _(STATES_SAID[gap.account.met]), gap.account.plan or DASH, _day(gap.account, gap.overdue))
        for gap in here.gaps
    )
    title = _("What is not met yet, and what is planned")
    if not rows:
        return Part("gaps", title, (Paragraph(_("Nothing was said to be partly met or not met.")),))
    return Part("gaps", title, (Table(title, header, rows, figures=False),))


def _day(account: Account, overdue: bool) -> str:
    if account.plan_by is None:
        return DASH
    return _("{day} (overdue)", day=plain_day(account.plan_by)) if overdue else plain_day(account.plan_by)


def _named(placed: PlacedClause) -> str:
    return f"{placed.clause.number} {placed.clause.title or placed.clause.wording}".strip()


def _changed(here: AssessmentHere) -> Iterator[Part]:
    if here.comparison is None or here.before is None or here.before.ended_on is None:
        return
    found = here.comparison
    groups = ((_("Better"), found.better), (_("Worse"), found.worse), (_("Other"), found.other))
    rows = tuple((_named(each.placed), name, _moved(each)) for name, several in groups for each in several)
    same = ngettext("{number} clause is as it was.", "{number} clauses are as they were.", found.same)
    header = (_("Clause"), _("Direction"), _("Then and now"))
    title = _("Since {day}", day=plain_day(here.before.ended_on))
    table = (Table(title, header, rows, figures=False),) if rows else ()
    new = (Bullets(tuple(_("{clause}: answered for the first time", clause=_named(each)) for each in found.fresh)),)
    yield Part("changes", title, (Paragraph(same), *table, *(new if found.fresh else ())))


def _moved(each: Changed) -> str:
    return _("{before}, now {now}", before=_(STATES_SAID[each.before]), now=_(STATES_SAID[each.now]))


def _sections(here: AssessmentHere) -> Iterator[Part]:
    header = (_("Clause"), _("How far"), _("What shows it"), _("Plan and by when"))
    for portion in here.portions:
        rows = []
        for placed in portion.clauses:
            said = here.accounts.get(placed.clause.id, Account())
            plan = "; ".join(filter(None, (said.plan, plain_day(said.plan_by) if said.plan_by else ""))) or DASH
            rows.append((_named(placed), _(STATES_SAID[said.met]), said.evidence or DASH, plan))
        title = f"{portion.heading.number} {portion.heading.title}"
        yield Part(f"part-{portion.number}", title, (Table(title, header, tuple(rows), figures=False),))


#: Ending -> what writes it, from a self-assessment and the name of its organisation.
WRITERS: dict[str, Callable[[AssessmentHere, str], bytes]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "docx": write_word,
}
