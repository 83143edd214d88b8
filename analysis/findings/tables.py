"""The findings of a survey as last made. Sealed, because they hold passages that people wrote."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.findings.report import Example, Figures
from safekeeping.database import Base
from safekeeping.vault import Vault, seal_entry

PLACE = b"findings"


class Findings(Base):
    """One survey's latest findings: sealed JSON, and when they were made."""

    __tablename__ = "findings"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class Made:
    """What is inside: figures that may be shown, the chart as SVG, and hashes.

    `examples` are in findings made before quotes were released by two people. They are shown nowhere, and go when the
    findings are made anew.
    """

    figures: Figures
    chart: str
    examples: tuple[Example, ...]
    manifest: Mapping[str, str]


def keep(session: Session, public_key: bytes, survey_id: bytes, made: Made, at: datetime) -> None:
    """Seal the findings to the survey's public half, in place of the earlier ones."""
    content = {
        "figures": made.figures.to_json(),
        "chart": made.chart,
        "examples": [asdict(example) for example in made.examples],
        "manifest": dict(made.manifest),
    }
    sealed = seal_entry(json.dumps(content).encode(), public_key, survey_id, PLACE)
    session.merge(Findings(survey_id=survey_id, sealed=sealed, made_at=at))
    session.flush()


def forget_sources(session: Session, keys: Vault, public_key: bytes, survey_id: bytes, kept: Collection[str]) -> None:
    """Take out the examples whose response is not among those `kept` (ids in hex). The figures stay as they are."""
    row = session.get(Findings, survey_id)
    if row is None:
        return
    made = opened(row, keys)
    staying = tuple(example for example in made.examples if example.source in kept)
    if staying != made.examples:
        keep(session, public_key, survey_id, replace(made, examples=staying), row.made_at)


def opened(row: Findings, keys: Vault) -> Made:
    """The findings in a row. Raises `safekeeping.vault.CannotOpen`."""
    content = json.loads(keys.opener(row.survey_id).entry(row.sealed, PLACE))
    return Made(
        Figures.from_json(content["figures"]),
        content["chart"],
        tuple(Example(**example) for example in content["examples"]),
        content["manifest"],
    )
