"""From facts to a report: the parts that were chosen, in their order, in the language that is spoken now. Pure."""

from collections.abc import Callable, Collection, Iterator

from analysis.reporting.annex_parts import manifest, methods
from analysis.reporting.document import Part, Report, Slide
from analysis.reporting.facts import Facts
from analysis.reporting.finding_parts import (
    differences,
    findings,
    people,
    section_sentences,
    themes,
    withheld,
)
from analysis.reporting.plain_parts import easy, responses, shown_sections, summary, sure
from analysis.reporting.wording import KIND_SAID, in_hundred
from safekeeping.languages import gettext as _
from safekeeping.languages import language, plain_day

#: The parts that can be chosen, in the order they stand; the manifest comes with every report.
PARTS: dict[str, Callable[[Facts], Part]] = {
    "summary": summary,
    "easy": easy,
    "people": people,
    "findings": findings,
    "differences": differences,
    "themes": themes,
    "withheld": withheld,
    "methods": methods,
}
#: What each is, where they are chosen.
PARTS_SAID = {
    "summary": _("Summary in plain words"),
    "easy": _("Easy read"),
    "people": _("How people took part"),
    "findings": _("What people spoke about, section by section"),
    "differences": _("Where groups differ"),
    "themes": _("Themes"),
    "withheld": _("What is withheld, and why"),
    "methods": _("How this was done"),
}
#: Words that writers put around the parts.
AROUND = {
    "contents": _("Contents"),
    "skip": _("Skip to the report"),
    "figure": _("Figure"),
    "table": _("Table"),
    "page": _("Page"),
    "made": _("Made with Heard"),
    "of_page": _("of"),
}


def compose(facts: Facts, chosen: Collection[str]) -> Report:
    """The report with the parts of `chosen` (keys of `PARTS`). Raises `KeyError` for one that there is not."""
    unknown = set(chosen) - PARTS.keys()
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    parts = [write(facts) for key, write in PARTS.items() if key in chosen]
    return Report(
        title=facts.survey.title,
        subtitle=_("What people told us, set against the {standard}", standard=facts.standard.title),
        language=language(),
        organisation=facts.survey.organisation,
        day=facts.made_on,
        about=tuple(_about(facts)),
        parts=(*parts, manifest(facts)),
        slides=tuple(_slides(facts)),
        manifest=facts.manifest.to_text(),
        words={key: _(said) for key, said in AROUND.items()},
    )


def _about(facts: Facts) -> Iterator[tuple[str, str]]:
    survey, number = facts.survey, responses(facts)
    if survey.organisation:
        yield _("Asked by"), survey.organisation
    if survey.wave:
        yield _("Wave"), survey.wave
    if number is not None:
        yield _("Responses"), _("about {number}", number=f"{number:,}")
    if survey.published_on:
        yield _("Published"), plain_day(survey.published_on)
    if survey.closed_on:
        yield _("Closed"), plain_day(survey.closed_on)
    yield _("Standard"), facts.standard.title if facts.standard.year is None else _standard(facts)
    yield _("Report made on"), plain_day(facts.made_on)


def _standard(facts: Facts) -> str:
    return f"{facts.standard.title}, {facts.standard.year}"


def _slides(facts: Facts) -> Iterator[Slide]:
    """One for all, one for each section, one on how it was done."""
    yield Slide(_("In short"), tuple(_in_short(facts)), next(iter(facts.charts.together), None))
    for code in facts.sections:
        chart = facts.charts.of_section.get(code.code)
        yield Slide(code.title, section_sentences(facts, code), chart, facts.colour(code.code))
    said = [_(KIND_SAID[kind]) for kind in facts.kinds[:1]]
    hidden = _("No figure tells of fewer than {least} people.", least=facts.methods.least)
    yield Slide(_("How this was done"), (*said, hidden, sure(facts)[-1]))


def _in_short(facts: Facts) -> Iterator[str]:
    number = responses(facts)
    if number is not None:
        yield _("About {number} people took part.", number=f"{number:,}")
    for each in shown_sections(facts)[:2]:
        yield _("{section}: {share}.", section=each.title, share=in_hundred(facts.overall(each.code)))
