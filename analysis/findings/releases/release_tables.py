"""The ledger of releases: what figures were let out, over whom, and what was held back. Sealed to the survey."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Row, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.findings.letting_through import shown_bases
from analysis.findings.releases.differences import Release, TooClose
from analysis.findings.releases.rolls import Bits, Roll
from safekeeping.database import Base
from safekeeping.vault import Opener, random_id, seal_entry

TOLD, PEOPLE = b"release told", b"release people"
#: Releases that are kept of a survey. Each is ten people on from the one before it, so an older one tells less.
KEPT = 200


class FindingsRelease(Base):
    """One release, or one that was refused. `people` holds the snapshot and its groups as random ids, sealed; `told`
    what a page says of it, sealed."""

    __tablename__ = "findings_release"
    id: Mapped[bytes] = mapped_column(primary_key=True, default=random_id)
    survey_id: Mapped[bytes] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"), index=True)
    refused: Mapped[bool]
    told: Mapped[bytes]
    people: Mapped[bytes | None]
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class Told:
    """A release as a page shows it: the groups with how many people, to the nearest five; why it was refused."""

    name: str
    refused: bool
    made_at: datetime
    groups: Mapping[str, int]
    against: tuple[TooClose, ...]


def add_release(session: Session, public_key: bytes, survey_id: bytes, release: Release, at: datetime) -> None:
    """Note that figures were let out. Earlier refusals under the same name are over."""
    bases = shown_bases({name: group.bit_count() for name, group in sorted(release.groups.items())})
    groups = {name: base for name, base in bases.items() if base is not None}
    told = _sealed({"name": release.name, "groups": groups}, public_key, survey_id, TOLD)
    people = _sealed(_packed(release), public_key, survey_id, PEOPLE)
    session.add(FindingsRelease(survey_id=survey_id, refused=False, told=told, people=people, made_at=at))
    session.flush()


def add_refusal(
    session: Session, public_key: bytes, survey_id: bytes, name: str, against: Sequence[TooClose], at: datetime
) -> None:
    """Note that figures were held back, and why."""
    told = {"name": name, "groups": {}, "against": [[each.group, each.earlier, each.release] for each in against]}
    sealed = _sealed(told, public_key, survey_id, TOLD)
    session.add(FindingsRelease(survey_id=survey_id, refused=True, told=sealed, people=None, made_at=at))
    session.flush()


def releases(session: Session, opener: Opener) -> Iterator[Release]:
    """What was let out of a survey, the latest first; one is opened at a time, for each names everybody."""
    for row in _rows(session, opener.survey_id):
        if not row.refused:
            yield _release(session, opener, row.id)


def latest(session: Session, opener: Opener, name: str) -> Release | None:
    """What was let out last under a name; of the same hour, that of the most people."""
    mine = [row for row in _rows(session, opener.survey_id) if not row.refused and _told(row, opener)["name"] == name]
    newest = (_release(session, opener, row.id) for row in mine if row.made_at == mine[0].made_at)
    return max(newest, key=lambda each: len(each.people), default=None)


def told(session: Session, opener: Opener) -> list[Told]:
    """The ledger of a survey as a page shows it, the latest first."""
    found = []
    for row in _rows(session, opener.survey_id):
        said = _told(row, opener)
        against = tuple(TooClose(*each) for each in said.get("against", ()))
        found.append(Told(said["name"], row.refused, row.made_at, said["groups"], against))
    return found


def forget_refusals(session: Session, opener: Opener, name: str) -> None:
    """Drop what was noted as held back under a name, and what is too old to be compared."""
    for at, row in enumerate(_rows(session, opener.survey_id)):
        of_it = row.refused and _told(row, opener)["name"] == name
        if of_it or at >= KEPT:
            session.execute(delete(FindingsRelease).where(FindingsRelease.id == row.id))
    session.flush()


def _rows(session: Session, survey_id: bytes) -> Sequence[Row[bytes, bool, bytes, datetime]]:
    """The ledger without whom its rows are of: of a large survey, that is tens of MB each."""
    columns = (FindingsRelease.id, FindingsRelease.refused, FindingsRelease.told, FindingsRelease.made_at)
    mine = select(*columns).where(FindingsRelease.survey_id == survey_id)
    return session.execute(mine.order_by(FindingsRelease.made_at.desc(), FindingsRelease.id)).all()


def _told(row: Row[bytes, bool, bytes, datetime], opener: Opener) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(opener.entry(row.told, TOLD))
    return found


def _release(session: Session, opener: Opener, release_id: bytes) -> Release:
    sealed = session.scalar(select(FindingsRelease.people).where(FindingsRelease.id == release_id))
    return _unpacked(json.loads(opener.entry(sealed or b"", PEOPLE)))


def _sealed(content: Mapping[str, Any], public_key: bytes, survey_id: bytes, place: bytes) -> bytes:
    return seal_entry(json.dumps(content, ensure_ascii=False).encode(), public_key, survey_id, place)


def _packed(release: Release) -> dict[str, Any]:
    """Ids in their own order, which is random, and a bit for each in each group."""
    length = len(release.people) // 8 + 1
    groups = {name: b64encode(bits.to_bytes(length, "little")).decode() for name, bits in release.groups.items()}
    return {"name": release.name, "people": b64encode(release.people.joined).decode(), "groups": groups}


def _unpacked(content: Mapping[str, Any]) -> Release:
    groups = {name: _bits(packed) for name, packed in content["groups"].items()}
    return Release(content["name"], Roll(b64decode(content["people"])), groups)


def _bits(packed: str) -> Bits:
    return int.from_bytes(b64decode(packed), "little")
