"""An edition of a standard as a document: clean, or with what changed since the one before. Pure.

Both are written by the writers of reports, so that their look, headings and contents are the same everywhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from analysis.reporting.composing import AROUND
from analysis.reporting.document import (
    SOFT,
    Block,
    Bullets,
    Heading,
    Paragraph,
    Part,
    Report,
    Table,
    Tracked,
)
from analysis.revision.edition_diff import (
    ADDED,
    CHANGED,
    IN,
    OUT,
    REMOVED,
    RENUMBERED,
    SAME,
    ClauseChange,
    changes_between,
)
from analysis.standard.clauses import SECTION, STANDARD, PlacedClause, StandardText
from safekeeping.languages import gettext as _
from safekeeping.languages import language, plain_day

#: What became of a clause, in a word.
FATES_SAID = {
    SAME: _("as it was"),
    CHANGED: _("changed"),
    RENUMBERED: _("another number"),
    ADDED: _("new"),
    REMOVED: _("taken out"),
}
#: What the fields of a clause are called before what they say.
FIELDS_SAID = {
    "title": _("Title"),
    "wording": _("Wording"),
    "purpose": _("Purpose"),
    "evidence": _("Evidence sought"),
    "guidance": _("Guidance"),
    "aims": _("Aims"),
    "stages": _("Stages"),
    "codes": _("Codes"),
}


def clean_edition(text: StandardText, organisation: str, day: date, *, draft: bool) -> Report:
    """The edition as it is to be read."""
    parts = [_front(text), *(_section(text, each.id) for each in text.clauses), *_annex(text)]
    return _report(text, organisation, day, [each for each in parts if each.blocks], draft=draft)


def compared_editions(old: StandardText, new: StandardText, organisation: str, day: date, *, draft: bool) -> Report:
    """Every clause that is not as it was, with what was taken out and put in."""
    changes = changes_between(old, new)
    sections = {each.id: f"{each.number} {each.title}" for each in (*old.clauses, *new.clauses)}
    parts = [Part("changes", _("What changed, in short"), tuple(_in_short(changes)))]
    for section_id, title in sections.items():
        mine = [each for each in changes if each.here.section.id == section_id and each.fate != SAME]
        if mine:
            parts.append(Part(f"s-{section_id}", title, tuple(b for each in mine for b in _change(each, old))))
    report = _report(new, organisation, day, parts, draft=draft)
    said = _("Edition {new} beside edition {old}: what changed", new=new.edition, old=old.edition)
    return Report(**{**vars(report), "subtitle": said})


def _report(text: StandardText, organisation: str, day: date, parts: Sequence[Part], *, draft: bool) -> Report:
    told = {"form": "heard edition 1", "standard": text.name, "edition": text.edition, "sha256": text.sha256}
    return Report(
        title=text.title,
        subtitle=_("Edition {number}", number=text.edition),
        language=language(),
        organisation=text.publisher or organisation,
        day=day,
        about=tuple(_about(text, day, draft=draft)),
        parts=tuple(parts),
        slides=(),
        manifest=json.dumps(told, sort_keys=True, indent=1) + "\n",
        words={key: _(said) for key, said in AROUND.items()} | {"skip": _("Skip to the standard")},
    )


def _about(text: StandardText, day: date, *, draft: bool) -> Iterator[tuple[str, str]]:
    yield _("Edition"), str(text.edition)
    if draft:
        yield _("State"), _("Draft of {day}, not published", day=plain_day(day))
    else:
        yield _("Published"), plain_day(day)
    yield _("Hash of the text"), text.sha256[:16]


def _front(text: StandardText) -> Part:
    rows = tuple((each.clause.number, each.clause.title) for each in text.walk() if each.clause.level == SECTION)
    header = (_("Section"), _("Title"))
    return Part("sections", _("The sections"), (Table(_("The sections"), header, rows, figures=False),) if rows else ())


def _section(text: StandardText, section_id: str) -> Part:
    mine = [each for each in text.walk() if each.section.id == section_id]
    section = mine[0].clause
    blocks = [*_said(mine[0], text), *(block for each in mine[1:] for block in _clause(each, text))]
    return Part(f"s-{section_id}", f"{section.number} {section.title}", tuple(blocks))


def _clause(placed: PlacedClause, text: StandardText) -> Iterator[Block]:
    clause = placed.clause
    yield Heading(f"{clause.number} {clause.title}", 2 if clause.level == STANDARD else 3)
    yield from _said(placed, text)


def _said(placed: PlacedClause, text: StandardText) -> Iterator[Block]:
    clause = placed.clause
    for each in (clause.wording, clause.purpose):
        yield from (Paragraph(line) for line in each.split("\n") if line.strip())
    for name in ("evidence", "guidance"):
        if getattr(clause, name):
            yield Paragraph(f"{_(FIELDS_SAID[name])}: {getattr(clause, name)}", SOFT)
    named = {each.code: each.title for each in text.aims} | {each.code: each.title for each in text.stages}
    tags = [named.get(each, each) for each in (*clause.aims, *clause.stages)]
    if tags:
        yield Paragraph(_("Belongs to: {tags}", tags=", ".join(tags)), SOFT)


def _annex(text: StandardText) -> Iterator[Part]:
    if text.glossary:
        rows = tuple(sorted(text.glossary.items()))
        table = Table(_("What words mean here"), (_("Word"), _("What it means")), rows, figures=False)
        yield Part("glossary", _("What words mean here"), (table,))


def counts_of(changes: Sequence[ClauseChange]) -> Mapping[str, int]:
    """How many clauses met each fate."""
    return {fate: sum(each.fate == fate for each in changes) for fate in FATES_SAID}


def _in_short(changes: Sequence[ClauseChange]) -> Iterator[Block]:
    rows = tuple((_(FATES_SAID[fate]), str(number)) for fate, number in counts_of(changes).items())
    yield Table(_("What became of the clauses"), (_("What became of it"), _("Clauses")), rows)
    yield Paragraph(_("What was taken out is struck through. What was put in is underlined."))
    other = [each for each in changes if each.renumbered]
    if other:
        numbers = tuple((each.old.clause.number, each.new.clause.number) for each in other if each.old and each.new)
        yield Table(_("Other numbers"), (_("Was"), _("Is now")), numbers, figures=False)


def _change(change: ClauseChange, old: StandardText) -> Iterator[Block]:
    clause = change.here.clause
    yield Heading(f"{clause.number} {clause.title}: {_(FATES_SAID[change.fate])}", 2)
    if change.renumbered and change.old:
        yield Paragraph(_("It was {number} before.", number=change.old.clause.number), SOFT)
    if change.from_ids:
        placed = old.placed()
        came = (placed[each].clause for each in change.from_ids if each in placed)
        yield Paragraph(_("It comes from:"), SOFT)
        yield Bullets(tuple(f"{each.number} {each.title}" for each in came))
    yield from (Tracked(each.words, f"{_(FIELDS_SAID[each.field])}:") for each in change.changes)
    if change.fate in (ADDED, REMOVED):
        how = IN if change.fate == ADDED else OUT
        for name in ("wording", "purpose", "evidence", "guidance"):
            if getattr(clause, name):
                yield Tracked(((how, getattr(clause, name)),), f"{_(FIELDS_SAID[name])}:")
