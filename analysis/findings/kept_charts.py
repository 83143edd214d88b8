"""Charts as they are kept: one row for each, in each language they were drawn in, sealed to the survey.

What is said of a chart lies apart from its pictures, so a page of many charts opens no picture at all.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import ForeignKey, Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.findings.charts.chart import Chart
from safekeeping.database import Base
from safekeeping.languages import SOURCE
from safekeeping.vault import Vault, random_id, seal_entry
from surveys.definition.published import PublishedSurvey

TOLD, PICTURES = b"chart told", b"chart pictures"


class DrawnChart(Base):
    """One chart in one language; `place` is its place on the page. `told` and `pictures` are sealed JSON."""

    __tablename__ = "drawn_chart"
    __table_args__ = (Index("ix_drawn_chart_name", "survey_id", "language", "name", unique=True),)
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(10))
    place: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    told: Mapped[bytes]
    pictures: Mapped[bytes]


def keep_charts(session: Session, row: PublishedSurvey, charts: Mapping[str, Iterable[Chart]]) -> None:
    """Keep the charts of a survey (language -> them, in order) in place of the earlier ones."""
    session.execute(delete(DrawnChart).where(DrawnChart.survey_id == row.id))
    for tag, every in charts.items():
        session.add_all(_row(row, tag, place, chart) for place, chart in enumerate(every))
    session.flush()


def _row(row: PublishedSurvey, tag: str, place: int, chart: Chart) -> DrawnChart:
    told = replace(chart, svg="", png=b"").to_json()
    pictures = {"svg": chart.svg, "png": b64encode(chart.png).decode()}
    sealed = (
        seal_entry(json.dumps(each, ensure_ascii=False, sort_keys=True).encode(), row.public_key, row.id, what)
        for each, what in ((told, TOLD), (pictures, PICTURES))
    )
    one, other = sealed
    return DrawnChart(survey_id=row.id, language=tag, place=place, name=chart.name, told=one, pictures=other)


def charts_told(session: Session, survey_id: bytes, keys: Vault, tag: str) -> list[Chart]:
    """The charts in that language, or as they were written, without their pictures; none where none were drawn."""
    rows = _rows(session, survey_id, tag) or _rows(session, survey_id, SOURCE)
    opener = keys.opener(survey_id) if rows else None
    return [Chart.from_json(json.loads(opener.entry(each.told, TOLD))) for each in rows if opener]


def chart_called(session: Session, survey_id: bytes, keys: Vault, tag: str, name: str) -> Chart | None:
    """One chart with its pictures."""
    rows = _rows(session, survey_id, tag) or _rows(session, survey_id, SOURCE)
    row = next((each for each in rows if each.name == name), None)
    if row is None:
        return None
    opener = keys.opener(survey_id)
    pictures = json.loads(opener.entry(row.pictures, PICTURES))
    told = Chart.from_json(json.loads(opener.entry(row.told, TOLD)))
    return replace(told, svg=pictures["svg"], png=b64decode(pictures["png"]))


def _rows(session: Session, survey_id: bytes, tag: str) -> list[DrawnChart]:
    mine = select(DrawnChart).where(DrawnChart.survey_id == survey_id, DrawnChart.language == tag)
    return list(session.scalars(mine.order_by(DrawnChart.place)))
