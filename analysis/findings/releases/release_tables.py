"""The ledger of releases: what figures were let out, over whom, and what was held back. Sealed to the survey."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from analysis.findings.letting_through import shown_bases
from analysis.findings.releases.differences import Release, TooClose
from safekeeping.database import Base
from safekeeping.vault import ID_BYTES, Opener, random_id, seal_entry

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
    bases = shown_bases({name: len(group) for name, group in sorted(release.groups.items())})
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
    """What was let out of a survey, the latest first."""
    for row in _rows(session, opener.survey_id):
        if row.people is not None:
            yield _unpacked(json.loads(opener.entry(row.people, PEOPLE)))


def latest(session: Session, opener: Opener, name: str) -> Release | None:
    """What was let out last under a name; of the same hour, that of the most people."""
    rows = [row for row in _rows(session, opener.survey_id) if row.people is not None]
    found = [(row.made_at, _unpacked(json.loads(opener.entry(row.people or b"", PEOPLE)))) for row in rows]
    mine = [(made_at, len(each.people), each) for made_at, each in found if each.name == name]
    return max(mine, key=lambda each: each[:2])[2] if mine else None


def told(session: Session, opener: Opener) -> list[Told]:
    """The ledger of a survey as a page shows it, the latest first."""
    found = []
    for row in _rows(session, opener.survey_id):
        said = json.loads(opener.entry(row.told, TOLD))
        against = tuple(TooClose(*each) for each in said.get("against", ()))
        found.append(Told(said["name"], row.refused, row.made_at, said["groups"], against))
    return found


def forget_refusals(session: Session, opener: Opener, name: str) -> None:
    """Drop what was noted as held back under a name, and what is too old to be compared."""
    for at, row in enumerate(_rows(session, opener.survey_id)):
        of_it = row.refused and json.loads(opener.entry(row.told, TOLD))["name"] == name
        if of_it or at >= KEPT:
            session.execute(delete(FindingsRelease).where(FindingsRelease.id == row.id))
    session.flush()


def _rows(session: Session, survey_id: bytes) -> Sequence[FindingsRelease]:
    mine = select(FindingsRelease).where(FindingsRelease.survey_id == survey_id)
    return session.scalars(mine.order_by(FindingsRelease.made_at.desc(), FindingsRelease.id)).all()


def _sealed(content: Mapping[str, Any], public_key: bytes, survey_id: bytes, place: bytes) -> bytes:
    return seal_entry(json.dumps(content, ensure_ascii=False).encode(), public_key, survey_id, place)


def _packed(release: Release) -> dict[str, Any]:
    """Ids in their own order, which is random, and a bit for each in each group."""
    ids = sorted(release.people)
    number = {each: at for at, each in enumerate(ids)}
    groups = {name: _bits(len(ids), map(number.__getitem__, group)) for name, group in release.groups.items()}
    return {"name": release.name, "people": b64encode(b"".join(ids)).decode(), "groups": groups}


def _bits(length: int, numbers: Iterable[int]) -> str:
    bits = bytearray(length // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return b64encode(bits).decode()


def _unpacked(content: Mapping[str, Any]) -> Release:
    together = b64decode(content["people"])
    ids = [together[at : at + ID_BYTES] for at in range(0, len(together), ID_BYTES)]
    groups = {name: frozenset(_chosen(ids, b64decode(bits))) for name, bits in content["groups"].items()}
    return Release(content["name"], frozenset(ids), groups)


def _chosen(ids: Sequence[bytes], bits: bytes) -> Iterator[bytes]:
    return (each for at, each in enumerate(ids) if bits[at >> 3] >> (at & 7) & 1)
