"""What may be answered to a question, as far as an expression can tell."""

from dataclasses import dataclass
from typing import Literal

Type = Literal["text", "number", "date", "choice", "choices", "boolean"]


@dataclass(frozen=True, slots=True)
class Domain:
    """`values` belong to choices (any value, if none are given); `least`, `most` (inclusive) and `whole` to numbers."""

    type: Type
    values: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False
