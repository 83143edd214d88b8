"""The findings of a survey as last made. Sealed, because they hold passages that people wrote."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.findings.report import Example, Figures
from safekeeping.database import Base
from safekeeping.vault import Vault

PURPOSE = "findings"


class Findings(Base):
    """One survey's latest findings: sealed JSON, and when they were made."""

    __tablename__ = "findings"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id"), primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class Made:
    """What is inside: figures that may be shown, the chart as SVG, example passages, and hashes."""

    figures: Figures
    chart: str
    examples: tuple[Example, ...]
    manifest: Mapping[str, str]


def keep(session: Session, keys: Vault, survey_id: bytes, made: Made, at: datetime) -> None:
    """Seal the findings in place of the earlier ones."""
    content = {
        "figures": made.figures.to_json(),
        "chart": made.chart,
        "examples": [asdict(example) for example in made.examples],
        "manifest": dict(made.manifest),
    }
    sealed = keys.seal_kept(PURPOSE, json.dumps(content).encode())
    session.merge(Findings(survey_id=survey_id, sealed=sealed, made_at=at))
    session.flush()


def opened(row: Findings, keys: Vault) -> Made:
    """The findings in a row. Raises `safekeeping.vault.CannotOpen`."""
    content = json.loads(keys.open_kept(PURPOSE, row.sealed))
    return Made(
        Figures.from_json(content["figures"]),
        content["chart"],
        tuple(Example(**example) for example in content["examples"]),
        content["manifest"],
    )
