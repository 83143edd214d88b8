"""The shares that a wave is compared by, as they may be seen: by its own book, and by another over a bridge. Sealed."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.findings.shown import ShownTable
from safekeeping.database import Base
from safekeeping.vault import Vault, seal_entry
from surveys.definition.published import PublishedSurvey

PLACE = b"wave shares"
#: Columns of the table of a bridge: the same responses by one's own book, and by the other.
OWN, OTHER = "own", "other"


class WaveShares(Base):
    """Shares of one survey, to be compared with one that was coded by the version `against` (SHA-256): sealed JSON."""

    __tablename__ = "wave_shares"
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    against: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class SampleSeen:
    """A sample as it stood: its number, its last settled draw, and when something was settled last."""

    number: int = 0
    draw: int = 0
    decided: str = ""


@dataclass(frozen=True)
class WaveFrom:
    """What shares were made from: the audit, the bridge, who suggested, and how many responses."""

    audit: SampleSeen
    bridge: SampleSeen
    models: tuple[str, ...]

    def is_due_after(self, earlier: "WaveFrom | None") -> bool:
        """Whether they may be made anew: another sample, something else settled, or other suggestions. That somebody
        took their answers back is no cause: whoever holds both figures would learn what was in theirs."""
        if earlier is None:
            return True
        pairs = ((self.audit, earlier.audit), (self.bridge, earlier.bridge))
        other = any((now.number, now.draw) != (was.number, was.draw) or now.decided > was.decided for now, was in pairs)
        return other or self.models != earlier.models


@dataclass(frozen=True)
class KeptShares:
    """What is inside: the version it was audited by; shares by it, with unions; and what a bridge gives, if any."""

    book: str
    own: ShownTable
    bridge: ShownTable | None
    made_from: WaveFrom


def keep_shares(session: Session, row: PublishedSurvey, against: str, kept: KeptShares, at: datetime) -> None:
    """Seal them to the survey's public half, in place of the earlier ones."""
    bridge = kept.bridge.to_json() if kept.bridge else None
    content = {"book": kept.book, "own": kept.own.to_json(), "bridge": bridge, "made_from": asdict(kept.made_from)}
    sealed = seal_entry(json.dumps(content, ensure_ascii=False).encode(), row.public_key, row.id, PLACE)
    session.merge(WaveShares(survey_id=row.id, against=against, sealed=sealed, made_at=at))
    session.flush()


def shares_of(session: Session, survey_id: bytes, against: str, keys: Vault) -> KeptShares | None:
    """The newest shares of a survey to be compared with that version; None where there are none.

    Raises `safekeeping.vault.CannotOpen`.
    """
    held = session.get(WaveShares, (survey_id, against))
    if held is None:
        return None
    content = json.loads(keys.opener(survey_id).entry(held.sealed, PLACE))
    told = content["made_from"]
    made_from = WaveFrom(SampleSeen(**told["audit"]), SampleSeen(**told["bridge"]), tuple(told["models"]))
    bridge = ShownTable.from_json(content["bridge"]) if content["bridge"] else None
    return KeptShares(content["book"], ShownTable.from_json(content["own"]), bridge, made_from)
