"""The annexes: how it was done, written from the facts, and the manifest by which it can be done again. Pure."""

from collections.abc import Iterator

from analysis.findings.charts.said import by_groups
from analysis.findings.shown import CORRECTED, HUMAN_ONLY, MACHINE, ShownTable
from analysis.reporting.document import SOFT, Block, Bullets, Heading, Paragraph, Part, Picture, Table
from analysis.reporting.facts import AuditFacts, Facts
from analysis.reporting.finding_parts import code_named
from analysis.reporting.wording import KIND_CALLED, KIND_SAID, count
from safekeeping.languages import gettext as _
from safekeeping.languages import plain_day

#: Below the first nothing may be concluded from codes, above the second they are reliable (Krippendorff).
TENTATIVE, FIRM = 0.667, 0.8


def methods(facts: Facts) -> Part:
    """How it was done: design, sizes, strata, agreement, estimator, gate, suppression, model, code book, versions."""
    return Part("methods", _("How this was done"), tuple(_methods(facts)))


def _methods(facts: Facts) -> Iterator[Block]:
    yield Heading(_("The survey"))
    yield Paragraph(" ".join(_survey(facts)))
    yield Heading(_("The coding"))
    yield Paragraph(" ".join(_coding(facts)))
    yield Heading(_("The audit sample"))
    yield from _audit(facts.methods.audit)
    yield from map(Picture, facts.charts.methods)
    yield Heading(_("The shares"))
    yield from _shares(facts)
    yield Heading(_("What is withheld"))
    yield Paragraph(_suppression(facts))
    yield Heading(_("What these figures cannot say"))
    yield Bullets(_limits())


def _survey(facts: Facts) -> Iterator[str]:
    survey = facts.survey
    asked = survey.organisation or _("The team running this survey")
    yield _("{organisation} asked “{survey}”.", organisation=asked, survey=survey.title)
    if survey.published_on:
        yield _("It was published on {day}.", day=plain_day(survey.published_on))
    if survey.closed_on:
        yield _("It closed on {day}.", day=plain_day(survey.closed_on))
    else:
        yield _("It was still open when this was made.")
    if len(survey.languages) > 1:
        yield _("It could be answered in {number} languages.", number=len(survey.languages))
    yield _("Nothing tells when or from where somebody answered; responses are in random order under random numbers.")


def _coding(facts: Facts) -> Iterator[str]:
    standard = facts.standard
    yield _(
        "Free-text answers were cut into passages of about a sentence. A suggester that runs on the organisation’s own "
        "server proposed, for each passage, the sections and themes of the {standard} it speaks to.",
        standard=standard.title,
    )
    yield _("A response speaks to a section if any of its passages does.")
    yield _("The suggester is {model}.", model=facts.methods.model[:SHOWN_OF_HASH])
    yield _("The code book is {name}, version {mark}.", name=standard.name, mark=standard.sha256[:SHOWN_OF_HASH])


#: So many hexadecimal digits of an identity are printed in a sentence; the manifest has all of them.
SHOWN_OF_HASH = 12


def _audit(audit: AuditFacts | None) -> Iterator[Block]:
    if audit is None:
        yield Paragraph(_("No audit sample was drawn. So nothing here says how often the suggester is wrong."))
        return
    yield Paragraph(
        _(
            "A stratified simple random sample of responses, by audience, was drawn with known chances. Two people "
            "coded each of them blind, apart from each other; where they differed, a decision was made with a reason. "
            "Suggestions never learn from these codes."
        )
    )
    yield Table(
        _("The audit sample, to the nearest five"),
        (_("Audience"), _("Responses drawn")),
        tuple((name, count(drawn)) for name, drawn in audit.strata),
    )
    if not audit.settled:
        yield Paragraph(_("Not all of it is coded and settled yet, so no figure here rests on it."))
    yield Paragraph(_agreement(audit))


def _agreement(audit: AuditFacts) -> str:
    if audit.alpha is None:
        return _("How far the coders agree is not measured yet, or cannot be said.")
    figure = f"{audit.alpha:.2f}"
    if audit.low is not None and audit.high is not None:
        figure = _(
            "{value} (95 % interval {low} to {high})", value=figure, low=f"{audit.low:.2f}", high=f"{audit.high:.2f}"
        )
    said = _(
        "Before anything was settled, Krippendorff’s alpha for whole sets of sections (MASI) was {figure}.",
        figure=figure,
    )
    if audit.alpha >= FIRM:
        return said + " " + _("That is well enough to rely on.")
    if audit.alpha >= TENTATIVE:
        return said + " " + _("That is well enough for tentative conclusions.")
    return (
        said + " " + _("That is less than is usually asked for (0.67), which is common with several sections at once.")
    )


def _shares(facts: Facts) -> Iterator[Block]:
    rows = tuple((_(KIND_CALLED[kind]), _(KIND_SAID[kind])) for kind in facts.kinds)
    yield Table(_("The kinds of figure in this report"), (_("Kind"), _("What it is")), rows, figures=False)
    if CORRECTED in facts.kinds:
        yield Paragraph(
            _(
                "Corrected shares come from the stratified difference estimator for a finite population, with one "
                "weight for the suggester’s scores over all strata and Wilson’s interval on the effective sample "
                "size. It is used only where the sample holds at least 15 responses that speak to the code and at "
                "least 3 that the suggester missed; else the share is of people’s codes only."
            )
        )
    elif HUMAN_ONLY in facts.kinds:
        yield Paragraph(_("Shares of people’s codes are stratified proportions with Wilson’s interval."))
    if MACHINE in facts.kinds:
        yield Paragraph(
            _(
                "Machine-only shares are counts of suggestions. They have no range, because nothing says how wrong "
                "they are."
            )
        )


def _suppression(facts: Facts) -> str:
    return _(
        "No group of fewer than {least} responses is counted, and no share of a group of fewer than {base} is shown, "
        "nor one that stands for fewer than {least} people, or for all but fewer than {least}. Sizes are rounded to "
        "five before anything is worked out from them. More is withheld where something withheld could be worked "
        "out. It is decided once, before any page, chart, table or file sees a figure.",
        least=facts.methods.least,
        base=facts.methods.least_base,
    )


def _limits() -> tuple[str, ...]:
    return (
        _("They are about the people who answered, not about everybody whom this concerns."),
        _("They say what people spoke about, not how many it happened to."),
        _("They say nothing of people who found no words for it."),
    )


def manifest(facts: Facts) -> Part:
    """The manifest, as an annex for people; whoever checks by program finds it whole in every file."""
    return Part("manifest", _("Making this report again"), tuple(_manifest(facts)))


def _manifest(facts: Facts) -> Iterator[Block]:
    kept = facts.manifest
    yield Paragraph(
        _(
            "The same answers, code book and model give the same figures again. Whoever runs Heard can check that: "
            "“heard report verify FILE --survey {address}” makes the figures anew and compares them with this file, "
            "one by one.",
            address=facts.survey.address,
        )
    )
    named = tuple((_(what), mark) for what, mark in (*kept.inputs.items(), *kept.versions.items()))
    yield Table(_("What went in"), (_("What"), _("Hash, identity or version")), named, figures=False)
    yield from (_marks(facts, table) for table in facts.tables)
    yield Paragraph(_("SHA-256 of the whole manifest: {mark}", mark=kept.mark), SOFT)


def _marks(facts: Facts, table: ShownTable) -> Table:
    kept = facts.manifest
    rows = tuple(
        (
            code_named(facts, each),
            *(kept.figures.get(f"{table.name}/{each.code}/{group.code}", "–")[:8] for group in table.groups),
        )
        for each in table.codes
    )
    title = _("The mark of every figure {by_groups}", by_groups=by_groups(table))
    note = _("The first eight digits of the SHA-256 of each figure as it is shown.")
    return Table(title, (_("Section or theme"), *(group.name for group in table.groups)), rows, note, figures=False)
