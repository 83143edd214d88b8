"""The examination of an installation: each check is a line that says what is there, and what to do where it is wrong.

It changes nothing, and works where half of it is broken: a check that cannot be made says so. No line holds a secret,
an address of a person, or anything anybody wrote.
"""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from safekeeping.database import make_engine
from safekeeping.keystore import Keystore, make_key_engine
from safekeeping.settings import Settings, file_of
from safekeeping.vault import Vault, load_vault

FINE, LOOK, MEND = "fine", "look at this", "must be mended"


@dataclass(frozen=True)
class Finding:
    """What one check found: how bad it is, about what, what is there, and the remedy where one is needed."""

    state: str
    about: str
    what: str
    remedy: str = ""


class Cannot(Exception):
    """A check cannot be made, for a reason that another check tells of."""


class Patient:
    """An installation as it is. Each part is opened when it is first needed; nothing is made where it is missing."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        self.settings = settings
        self.now = now
        self._open: list[Engine] = []

    @cached_property
    def engine(self) -> Engine:
        """The engine on what is kept. Raises `Cannot`."""
        return self._opened(self.settings.database, make_engine)

    @cached_property
    def vault(self) -> Vault:
        """The keys. Raises `Cannot`, or `NoKeys`."""
        return load_vault(self.settings.keys, Keystore(self._opened(self.settings.keystore, make_key_engine)))

    def reading(self) -> Session:
        """A session that only reads."""
        return Session(self.engine.execution_options(reading=True))

    def close(self) -> None:
        """Let go of everything."""
        for engine in self._open:
            engine.dispose()

    def _opened(self, address: str, make: Callable[[str], Engine]) -> Engine:
        path = file_of(address)
        if path and not path.exists():
            raise Cannot(f"{path} is not there")
        engine = make(address)
        self._open.append(engine)
        return engine


Check = Callable[[Patient], Iterator[Finding]]


def examine(patient: Patient, checks: Sequence[tuple[str, Check]]) -> Iterator[Finding]:
    """Make every check; one that fails is a finding, and the others go on."""
    for about, check in checks:
        try:
            yield from check(patient)
        except Cannot as fault:
            yield Finding(LOOK, about, f"could not be checked: {fault}", "Mend what is said above, then look again.")
        except Exception as fault:  # whatever is broken, the others are to be told of
            kind = type(fault).__name__
            yield Finding(MEND, about, f"could not be checked ({kind})", "Mend what else is wrong, then look again.")


def too_open(path: Path) -> str:
    """The mode of a file or folder that others than its owner can use, as in `640`; empty where they cannot."""
    mode = stat.S_IMODE(path.stat().st_mode)
    return f"{mode:o}" if os.name == "posix" and mode & 0o077 else ""
