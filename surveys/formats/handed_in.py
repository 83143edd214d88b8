"""A file that somebody sent with a form: read like one on disk, and never put on one."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import BinaryIO


@dataclass(frozen=True)
class HandedIn:
    """Its name as it was sent, and its bytes."""

    name: str
    content: bytes

    @property
    def suffix(self) -> str:
        """The ending of its name with the dot, as `pathlib` gives it."""
        return PurePath(self.name).suffix

    def open(self, mode: str = "rb") -> BinaryIO:
        """The bytes from their beginning."""
        return BytesIO(self.content)

    def __str__(self) -> str:
        """Its name."""
        return self.name
