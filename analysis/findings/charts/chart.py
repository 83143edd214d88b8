"""What a chart is: a picture, the words that say the same, and its figures as a table. Pure."""

import csv
import io
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from analysis.findings.charts.sheet import Sheet
from analysis.sharing.cells import safe_cell

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Plan:
    """A chart before it is drawn. `name` is short, for files and addresses; `said` is its text alternative, sentence by
    sentence, the main message first."""

    name: str
    title: str
    said: tuple[str, ...]
    header: tuple[str, ...]
    rows: Rows
    sheet: Sheet

    @property
    def words(self) -> str:
        """The text alternative in one piece."""
        return " ".join(self.said)


@dataclass(frozen=True)
class Chart:
    """A chart, drawn: its picture as SVG, and as PNG for documents. What is withheld is nowhere in it."""

    name: str
    title: str
    said: tuple[str, ...]
    header: tuple[str, ...]
    rows: Rows
    svg: str
    png: bytes

    @property
    def words(self) -> str:
        """The text alternative in one piece: what the picture shows, the main message first."""
        return " ".join(self.said)

    @property
    def csv(self) -> str:
        """The table as CSV: CRLF, and no cell that a spreadsheet takes for a formula."""
        written = io.StringIO()
        csv.writer(written).writerows([safe_cell(cell) for cell in row] for row in (self.header, *self.rows))
        return written.getvalue()

    def to_json(self) -> dict[str, Any]:
        """As plain tables."""
        return {**vars(self), "png": b64encode(self.png).decode()}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `to_json` wrote."""
        rows = tuple(tuple(row) for row in told["rows"])
        parts = {"said": tuple(told["said"]), "header": tuple(told["header"]), "rows": rows}
        return cls(**{**told, **parts, "png": b64decode(told["png"])})
