"""The estimated shares of a survey as last made: tables that may be seen, sealed, and what they were made from."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.findings.shown import ShownTable
from safekeeping.database import Base
from safekeeping.vault import Vault, seal_entry
from surveys.definition.published import PublishedSurvey
from surveys.intake.rounding import THRESHOLD

PLACE = b"estimates"


class Estimates(Base):
    """One survey's latest estimates: sealed JSON, and when they were made."""

    __tablename__ = "estimates"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class MadeFrom:
    """What figures were made from: how many responses, who suggested, and which audit as it stood.

    `sample`, `draw`: numbers of the audit and its last settled draw, 0 without; `decided`: when something was settled
    last; `later`: whether answers came after the audit was drawn, which are not in the figures.
    """

    responses: int
    models: tuple[str, ...] = ()
    sample: int = 0
    draw: int = 0
    decided: str = ""
    later: bool = False

    def is_due_after(self, earlier: "MadeFrom | None") -> bool:
        """Whether figures may be made anew. Whoever holds both must not learn of one person what is in one only: so
        ten new responses, another audit or something else settled, or other suggestions. A withdrawal is no cause."""
        if earlier is None:
            return True
        other = (self.sample, self.draw, self.models) != (earlier.sample, earlier.draw, earlier.models)
        return other or self.decided > earlier.decided or self.responses - earlier.responses >= THRESHOLD


@dataclass(frozen=True)
class KeptEstimates:
    """What is inside: a table for each breakdown, in order, and what they were made from."""

    tables: tuple[ShownTable, ...]
    made_from: MadeFrom

    @property
    def audited(self) -> bool:
        """Whether an audit stands behind them."""
        return self.made_from.sample > 0

    def table(self, name: str) -> ShownTable:
        """The breakdown of that name, or the first. Raises `IndexError` where there is none."""
        return next((each for each in self.tables if each.name == name), self.tables[0])


def keep_estimates(session: Session, row: PublishedSurvey, kept: KeptEstimates, at: datetime) -> None:
    """Seal them to the survey's public half, in place of the earlier ones."""
    content = {"tables": [each.to_json() for each in kept.tables], "made_from": asdict(kept.made_from)}
    sealed = seal_entry(json.dumps(content, ensure_ascii=False).encode(), row.public_key, row.id, PLACE)
    session.merge(Estimates(survey_id=row.id, sealed=sealed, made_at=at))
    session.flush()


def estimates_of(session: Session, survey_id: bytes, keys: Vault) -> KeptEstimates | None:
    """The newest estimates of a survey; None where there are none. Raises `safekeeping.vault.CannotOpen`."""
    held = session.get(Estimates, survey_id)
    if held is None:
        return None
    content = json.loads(keys.opener(survey_id).entry(held.sealed, PLACE))
    made_from = content["made_from"] | {"models": tuple(content["made_from"]["models"])}
    return KeptEstimates(tuple(map(ShownTable.from_json, content["tables"])), MadeFrom(**made_from))
