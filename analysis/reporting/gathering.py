"""Gathering what a report is written from: the one place where reports meet the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.auditing.agreement_words import agreed_in
from analysis.auditing.designing import design_of, last_drawn, newest_sample
from analysis.auditing.label_tables import AuditAgreement
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.standing import standing_of
from analysis.code_books.versions import edition_named
from analysis.findings.charts.agreement import Agreed
from analysis.findings.disclosure import LEAST_BASE, WHY, said_of
from analysis.findings.first_table import asked_of
from analysis.findings.kept_tables import tables_of
from analysis.findings.tables import Findings, opened
from analysis.quoting.released import Quote, released_quotes, sources_of
from analysis.reporting.document import Quotation
from analysis.reporting.facts import AuditFacts, Facts, MethodFacts, StandardFacts, SurveyFacts
from analysis.reporting.from_figures import profile_of
from analysis.reporting.inputs import Progress, inputs_of, versions
from analysis.reporting.manifest import Manifest, figure_hashes
from analysis.standard.edition import Edition
from safekeeping.languages import gettext as _
from safekeeping.languages import language
from safekeeping.vault import Opener, Vault
from surveys.definition.published import PublishedSurvey, asked_by, definition_of, local_day
from surveys.definition.published import versions as survey_versions
from surveys.intake.rounding import THRESHOLD, rounded


class NothingYet(ValueError):
    """There are no findings to report. The message says what comes first."""


@dataclass(frozen=True)
class Gathered:
    """The facts; the ids (in hex) of the responses whose words are in them; its quotes (their ids -> text)."""

    facts: Facts
    sources: frozenset[str] = frozenset()
    used: Mapping[str, str] = field(default_factory=dict)


def gather(
    session: Session, keys: Vault, row: PublishedSurvey, day: date, progress: Progress = lambda done, total: None
) -> Gathered:
    """Everything a report of a survey is written from, in the language spoken now. Raises `NothingYet`.

    Figures are those that are kept, so its time and memory do not grow with the responses; only their hash is new.
    """
    kept = session.get(Findings, row.id)
    if kept is None:
        raise NothingYet(_("There are no findings yet. They are made when the first answers have come in."))
    figures, opener = opened(kept, keys).figures, keys.opener(row.id)
    edition = edition_named(session, definition_of(row).standard)
    tables = tables_of(session, row.id, keys, figures)
    inputs = inputs_of(session, row, edition.sha256, progress)
    quotes = released_quotes(session, row.id, opener)
    manifest = Manifest(row.address, day.isoformat(), inputs, versions(), figure_hashes(tables))
    facts = Facts(
        survey=_survey(session, row),
        standard=StandardFacts(edition.title, edition.publisher, edition.name, edition.sha256, edition.year),
        tables=tables,
        profile=profile_of(figures),
        methods=_methods(session, row, opener, inputs["Suggester"]),
        manifest=manifest,
        made_on=day,
        language=language(),
        quotes=_by_section(quotes),
        reasons={why: said_of(why) for why in WHY},
        notes=figures.notes,
        asked=frozenset(asked_of(definition_of(row))),
        agreed=_agreed(session, row, edition),
    )
    return Gathered(facts, sources_of(session, row.id), {each.id: each.text for each in quotes})


def _agreed(session: Session, row: PublishedSurvey, edition: Edition) -> tuple[Agreed, ...]:
    """How far the coders of the newest audit agree, as far as it was measured."""
    sample = newest_sample(session, row.id)
    measured = session.get(AuditAgreement, sample.id) if sample else None
    titles = {section.code: section.title for section in edition.sections}
    return tuple(agreed_in(measured.figures, titles)) if measured else ()


def _by_section(quotes: Sequence[Quote]) -> Mapping[str, tuple[Quotation, ...]]:
    """Released quotes by section. Passages that nobody has released are in no report."""
    found: dict[str, tuple[Quotation, ...]] = {}
    for each in quotes:
        found[each.section] = (*found.get(each.section, ()), Quotation(each.text, each.attribution))
    return found


def _survey(session: Session, row: PublishedSurvey) -> SurveyFacts:
    survey, first = definition_of(row), survey_versions(session, row.id)
    return SurveyFacts(
        title=survey.title,
        address=row.address,
        organisation=asked_by(session.get_bind().engine, row.id),
        wave=survey.wave or "",
        published_on=local_day(session, row, first[0].published_at) if first else None,
        closed_on=row.closed_on,
        languages=survey.all_languages,
        by_invitation=row.by_ticket,
    )


def _methods(session: Session, row: PublishedSurvey, opener: Opener, model: str) -> MethodFacts:
    sample = newest_sample(session, row.id)
    audit = _audit(session, row, sample, opener) if sample else None
    return MethodFacts(model, THRESHOLD, LEAST_BASE, audit, versions())


def _audit(session: Session, row: PublishedSurvey, sample: AuditSample, opener: Opener) -> AuditFacts | None:
    last = last_drawn(session, sample.id)
    if last is None:
        return None
    names = definition_of(row).audience_names()
    strata = tuple(
        (names.get(each.name, each.name) or _("Not said"), rounded(each.drawn) if each.drawn >= THRESHOLD else None)
        for each in design_of(last, opener).strata
    )
    standing = standing_of(session, sample)
    settled = bool(standing.units) and all(standing.complete(unit) for unit in standing.units.values())
    agreement = session.scalar(select(AuditAgreement.figures).where(AuditAgreement.sample_id == sample.id)) or {}
    alpha = (agreement.get("overall") or {}).get("alpha_masi") or {}
    measured = (alpha.get("value"), alpha.get("low"), alpha.get("high"))
    return AuditFacts(sample.number, strata, (last.frame_hash,), *measured, settled)
