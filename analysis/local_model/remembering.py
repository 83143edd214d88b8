"""What a model has said already, so that nothing is asked twice and a run that was stopped goes on where it was.

An answer is found by a keyed hash of everything it depends on. Only labels and offsets are kept: no words, of
respondents or of the model. In the database an answer goes when the passage does that it was first asked about.
"""

import hmac
import json
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import JSON, Engine, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from safekeeping.database import UNORDERED, Base, in_parts, session_for

Mac = Callable[[bytes], bytes]

#: As it is remembered that a passage needs a person: two answers about it were junk.
NOBODY: dict[str, Any] = {"needs_person": True}


class ModelAnswer(Base):
    """What a model said once. `key` is an HMAC; `labels` are codes and offsets, checked again when they are read."""

    __tablename__ = "model_answer"
    __table_args__ = UNORDERED
    key: Mapped[bytes] = mapped_column(primary_key=True)
    passage_id: Mapped[bytes] = mapped_column(ForeignKey("passage.id", ondelete="CASCADE"), index=True)
    labels: Mapped[dict[str, Any]] = mapped_column(JSON)


class Memory(Protocol):
    """Where answers are remembered."""

    def key(self, *parts: str) -> bytes:
        """The keyed hash of everything an answer depends on."""
        ...

    def known(self, keys: Iterable[bytes]) -> dict[bytes, dict[str, Any]]:
        """The remembered answers among these."""
        ...

    def keep(self, key: bytes, source: bytes, labels: dict[str, Any]) -> None:
        """Remember one answer, about a passage of the id `source`, for good before this returns."""
        ...


def _keyed(mac: Mac, parts: tuple[str, ...]) -> bytes:
    encoded = [part.encode("utf-8", errors="surrogatepass") for part in ("model answer", *parts)]
    return mac(b"".join(len(part).to_bytes(4, "big") + part for part in encoded))


@dataclass(frozen=True)
class InDatabase:
    """Answers about the passages of surveys. Each is committed by itself."""

    engine: Engine
    mac: Mac

    def key(self, *parts: str) -> bytes:
        """The keyed hash of everything an answer depends on."""
        return _keyed(self.mac, parts)

    def known(self, keys: Iterable[bytes]) -> dict[bytes, dict[str, Any]]:
        """The remembered answers among these."""
        wanted = sorted(set(keys))
        found: dict[bytes, dict[str, Any]] = {}
        with session_for(self.engine.execution_options(reading=True)) as session:
            for keys_ in in_parts(wanted):
                some = select(ModelAnswer).where(ModelAnswer.key.in_(keys_))
                found |= {row.key: row.labels for row in session.scalars(some)}
        return found

    def keep(self, key: bytes, source: bytes, labels: dict[str, Any]) -> None:
        """Remember one answer, committed before this returns."""
        with session_for(self.engine) as session:
            session.merge(ModelAnswer(key=key, passage_id=source, labels=labels))


@dataclass
class InFile:
    """Answers about spreadsheets, a line each, beside a key of their own: `heard code` has no database."""

    folder: Path
    _known: dict[bytes, dict[str, Any]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Read what is there. A last line that was cut off by a kill is left out."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._secret = _secret(self.folder / "answers.key")
        self._path = self.folder / "answers.jsonl"
        lines = self._path.read_text(encoding="ascii", errors="replace").splitlines() if self._path.exists() else []
        for line in lines:
            try:
                found = json.loads(line)
                self._known[bytes.fromhex(found["key"])] = found["labels"]
            except (ValueError, KeyError, TypeError):
                continue

    def key(self, *parts: str) -> bytes:
        """The keyed hash of everything an answer depends on."""
        return _keyed(lambda message: hmac.digest(self._secret, message, "sha256"), parts)

    def known(self, keys: Iterable[bytes]) -> dict[bytes, dict[str, Any]]:
        """The remembered answers among these."""
        return {key: self._known[key] for key in keys if key in self._known}

    def keep(self, key: bytes, source: bytes, labels: dict[str, Any]) -> None:
        """Remember one answer; a line of its own, written at once."""
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        line = json.dumps({"key": key.hex(), "labels": labels})
        try:
            os.write(handle, f"\n{line}\n".encode())  # the first mark ends a line that was cut off
        finally:
            os.close(handle)
        self._known[key] = labels


def _secret(path: Path) -> bytes:
    """The key beside the answers, made where there is none."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        made = secrets.token_bytes(32)
        file.write(made)
    return made
