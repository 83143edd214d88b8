"""The figures of the first reading: what a tally counted, let through like every other table of findings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analysis.findings.disclosure import LEAST_BASE, Share
from analysis.findings.letting_through import let_through
from analysis.findings.report import EVERYONE, NOT_SAID, TOGETHER, Figures, Group, Heading, Tally
from analysis.findings.shown import (
    ALL,
    MACHINE,
    SECTION,
    Code,
    Estimate,
    EstimatedGroup,
    EstimatedTable,
    ShownTable,
)
from analysis.standard.edition import Edition
from surveys.intake.rounding import THRESHOLD, rounded


def figures_from(tally: Tally, edition: Edition, audience_names: Mapping[str, str]) -> Figures:
    """The figures that may be shown.

    ``audience_names`` maps code to name, in the order to show them, for the audiences that the public
    knows of anyway, such as a survey's own choices: they are named even where their numbers are
    withheld. Any other audience in the tally is named only if ten responses came from it, because its
    name was written in the data and can itself point at a person. So a file's audiences need no names.
    """
    codes = _listed(tally, audience_names)
    shown = let_through(_table(tally, edition, codes))
    groups = tuple(_group(tally, shown, code, _name(code, audience_names)) for code in codes)
    return Figures(
        standard=edition.title,
        sections=tuple(Heading(each.code, each.title) for each in edition.sections),
        groups=groups,
        everyone=_everyone(tally, shown, groups),
        left_out=bool(set(tally.responses) - set(codes) - {""}),
    )


def _listed(tally: Tally, audience_names: Mapping[str, str]) -> tuple[str, ...]:
    written = sorted(code for code, count in tally.responses.items() if code and count >= THRESHOLD)
    known = [*audience_names, *(code for code in written if code not in audience_names)]
    audiences_asked = audience_names or any(tally.responses.keys())
    silent = [""] if audiences_asked and tally.responses[""] and "" not in audience_names else []
    return (*known, *silent)


def _name(code: str, audience_names: Mapping[str, str]) -> str:
    return audience_names.get(code, code or NOT_SAID)


def _table(tally: Tally, edition: Edition, codes: Sequence[str]) -> EstimatedTable:
    """The sections by audience, as the machine counts them: a table of findings like any other."""
    sections = tuple(Code(each.code, each.title, SECTION, each.code) for each in edition.sections)
    groups = (*(EstimatedGroup(code, code, tally.responses[code]) for code in codes), _all_of(tally))
    spoke = {(section.code, code): tally.spoke[code, section.code] for section in sections for code in codes}
    for section in sections:
        spoke[section.code, ALL] = sum(tally.spoke[code, section.code] for code in tally.responses)
    sizes = {each.code: each.size for each in groups}
    shares = {place: count / sizes[place[1]] if sizes[place[1]] else None for place, count in spoke.items()}
    figures = {place: Estimate(share, None, None, MACHINE, share) for place, share in shares.items()}
    return EstimatedTable("audience", "", sections, groups, figures)


def _all_of(tally: Tally) -> EstimatedGroup:
    return EstimatedGroup(ALL, ALL, tally.responses.total())


def _everyone(tally: Tally, shown: ShownTable, groups: Sequence[Group]) -> Group:
    """Everybody. The passages of all are withheld with those of any group, whose they could be worked out as."""
    every = _group(tally, shown, ALL, TOGETHER if groups else EVERYONE)
    apart = [each.passages for each in groups if tally.responses[each.code]]
    unlisted = set(tally.responses) - {each.code for each in groups}
    told = None not in apart and not (groups and unlisted)
    return replace(every, code="", passages=every.passages if told else None)


def _group(tally: Tally, shown: ShownTable, code: str, name: str) -> Group:
    size = tally.responses.total() if code == ALL else tally.responses[code]
    passages = tally.passages.total() if code == ALL else tally.passages[code]
    responses = {each.code: each.base for each in shown.groups}[code]
    figures = [shown.of(section.code, code) for section in shown.codes]
    return Group(
        code,
        name,
        responses=responses,
        passages=rounded(passages) if responses is not None and passages >= THRESHOLD else None,
        base=responses if size >= LEAST_BASE else None,
        shares=tuple(Share(each.percent, each.why if each.percent is None else "") for each in figures),
    )
