"""What the programs' door gives, read from what is kept. Figures come from `findings` alone, protected already."""

import tomllib
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.api import shapes
from analysis.findings.report import Figures, Group
from analysis.findings.tables import Findings, Made
from safekeeping.organisations import Consultation
from surveys.definition.published import OPEN, TRIAL, PublishedSurvey, SurveyVersion, definition_of


def some_surveys(session: Session, after: str, count: int) -> list[PublishedSurvey]:
    """Published surveys that the session may see, by address, those after the one given."""
    wanted = select(PublishedSurvey).where(PublishedSurvey.state != TRIAL, PublishedSurvey.address > after)
    return list(session.scalars(wanted.order_by(PublishedSurvey.address).limit(count)))


def as_surveys(session: Session, rows: Sequence[PublishedSurvey]) -> tuple[shapes.Survey, ...]:
    """Those surveys as they are shown."""
    numbers = select(SurveyVersion.survey_id, func.count()).group_by(SurveyVersion.survey_id)
    of_them = numbers.where(SurveyVersion.survey_id.in_([row.id for row in rows]))
    versions = dict(session.execute(of_them).all())
    matters = select(Consultation).where(Consultation.id.in_([row.consultation_id for row in rows]))
    names = {row.id: row.name for row in session.scalars(matters)}
    return tuple(_survey(row, names.get(row.consultation_id or b"", ""), versions.get(row.id, 1)) for row in rows)


def _survey(row: PublishedSurvey, consultation: str, versions: int) -> shapes.Survey:
    survey = definition_of(row)
    return shapes.Survey(
        address=row.address,
        consultation=consultation,
        title=survey.title,
        state=row.state,
        open=row.state == OPEN,
        wave=survey.wave,
        standard=survey.standard,
        audiences=tuple(shapes.Audience(code=code, name=name) for code, name in survey.audience_names().items()),
        languages=survey.all_languages,
        versions=versions,
        closed_on=row.closed_on,
    )


def as_progress(row: PublishedSurvey, found: Findings | None, made: Made | None) -> shapes.Progress:
    """How many have answered: what the findings show of it, and nothing that they do not."""
    names = definition_of(row).audience_names()
    figures = made.figures if made else None
    told = figures.groups if figures else tuple(Group(code, name, None, None, None, ()) for code, name in names.items())
    return shapes.Progress(
        address=row.address,
        answered=figures.everyone.responses if figures else None,
        audiences=tuple(shapes.Answered(code=each.code, name=each.name, answered=each.responses) for each in told),
        counted_at=found.made_at if found else None,
    )


def as_findings(row: PublishedSurvey, found: Findings, made: Made) -> shapes.Findings:
    """The figures. Of the manifest only words: a true count in it would undo the rounding."""
    figures = made.figures
    return shapes.Findings(
        address=row.address,
        title=definition_of(row).title,
        standard=figures.standard,
        made_at=found.made_at,
        sections=tuple(shapes.Section(code=each.code, title=each.title) for each in figures.sections),
        groups=tuple(_group(each, figures) for each in figures.groups),
        everyone=_group(figures.everyone, figures),
        left_out=figures.left_out,
        notes=figures.notes,
        manifest={key: value for key, value in made.manifest.items() if isinstance(value, str)},
    )


def _group(group: Group, figures: Figures) -> shapes.Group:
    shares = tuple(
        shapes.Share(section=section.code, percent=share.percent, words=share.words, why=share.why)
        for section, share in zip(figures.sections, group.shares, strict=True)
    )
    return shapes.Group(
        code=group.code,
        name=group.name,
        responses=group.responses,
        passages=group.passages,
        base=group.base,
        shares=shares,
    )


def some_versions(session: Session, survey_id: bytes, after: int, count: int) -> list[SurveyVersion]:
    """Versions of a survey by number, those after the one given."""
    of_it = select(SurveyVersion).where(SurveyVersion.survey_id == survey_id, SurveyVersion.number > after)
    return list(session.scalars(of_it.order_by(SurveyVersion.number).limit(count)))


def as_version(row: SurveyVersion) -> shapes.Version:
    """One version in the list."""
    return shapes.Version(number=row.number, sha256=row.definition_hash, published_at=row.published_at)


def as_definition(address: str, row: SurveyVersion) -> shapes.Definition:
    """What one version asked, as its file says it."""
    return shapes.Definition(
        address=address, number=row.number, sha256=row.definition_hash, definition=tomllib.loads(row.definition)
    )
