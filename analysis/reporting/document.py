"""A report as data: parts made of blocks, which every writer turns into a file of its own kind. Pure.

Every text in here is plain text as it is to be read. Writers escape it; nothing in it is ever taken for mark-up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from typing import Any

#: How a paragraph looks.
PLAIN, LEAD, SOFT = "", "lead", "soft"
#: Where there is nothing to say.
DASH = "–"
#: How a part looks; `EASY` is big and wide, one sentence to a line.
NORMAL, EASY = "", "easy"


@dataclass(frozen=True)
class Chart:
    """A picture of figures, twice (SVG text, PNG bytes), in words, as a table and as CSV."""

    svg: str
    png: bytes
    title: str
    alternative: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    csv: str


@dataclass(frozen=True)
class Heading:
    """A heading inside a part. `level` 2 or 3; `colour` 1..4 is a section's, 0 none."""

    text: str
    level: int = 2
    colour: int = 0


@dataclass(frozen=True)
class Paragraph:
    """Some sentences."""

    text: str
    look: str = PLAIN


@dataclass(frozen=True)
class Table:
    """A table. Its first column names the rows; `figures` says that the others hold figures, and stand to the right."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    figures: bool = True


def without_empty(table: Table, *names: str) -> Table:
    """The table without those columns of these names in which every row has only a dash."""
    every = range(len(table.header))
    kept = [at for at in every if table.header[at] not in names or any(row[at] != DASH for row in table.rows)]
    header = tuple(table.header[at] for at in kept)
    return replace(table, header=header, rows=tuple(tuple(row[at] for at in kept) for row in table.rows))


@dataclass(frozen=True)
class Picture:
    """A chart with its title."""

    chart: Chart


@dataclass(frozen=True)
class Quotation:
    """Somebody's released words, and what may be said of them."""

    text: str
    attribution: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """What a reader must not miss."""

    title: str
    text: str


@dataclass(frozen=True)
class Tracked:
    """A text in two editions at once: stretches of it, each with `stays`, `in` or `out`. `label` stands before it."""

    words: tuple[tuple[str, str], ...]
    label: str = ""


Block = Heading | Paragraph | Table | Picture | Quotation | Bullets | Note | Tracked


@dataclass(frozen=True)
class Part:
    """One part of a report: the key it is chosen by, its title, its blocks."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    look: str = NORMAL


@dataclass(frozen=True)
class Slide:
    """One slide: a title, at most three sentences, and a chart where there is one."""

    title: str
    sentences: tuple[str, ...]
    chart: Chart | None = None
    colour: int = 0


@dataclass(frozen=True)
class Report:
    """The whole of it. `about`: what stands on the title page, as (what, answer); `manifest`: JSON text."""

    title: str
    subtitle: str
    language: str
    organisation: str
    day: date
    about: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    slides: tuple[Slide, ...]
    manifest: str
    words: dict[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Every block, in order."""
        for part in self.parts:
            yield from part.blocks

    def charts(self) -> list[Chart]:
        """Every chart of its parts, in order."""
        return [block.chart for block in self.blocks() if isinstance(block, Picture)]


def as_plain(value: Any) -> Any:
    """A part, block or anything in it as plain lists and tables; each says its `kind`. Bytes stay as they are."""
    if is_dataclass(value):
        told = {each.name: as_plain(getattr(value, each.name)) for each in fields(value)}
        return {"kind": type(value).__name__.lower(), **told}
    if isinstance(value, tuple | list):
        return [as_plain(each) for each in value]
    return value
