"""An edition of a service standard: its sections in the Standards' order, each with its themes.

An edition is a TOML file. The shipped ones lie in ``editions/``; a path to any other file works the
same, so another standard needs no change to the code.
"""

import hashlib
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).parent / "editions"


class UnknownEdition(ValueError):
    """There is no such edition. The message lists the shipped ones."""


class BadEdition(ValueError):
    """The file is there but cannot be used. The message names the file, the place and the remedy."""


@dataclass(frozen=True)
class Theme:
    """A finer topic inside a section, such as ``AE3`` Routes in. ``cues`` are words that hint at it."""

    code: str
    title: str
    definition: str
    cues: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """One main part of a standard, such as ``AE`` Access and Engagement."""

    code: str
    title: str
    definition: str
    themes: tuple[Theme, ...]


@dataclass(frozen=True)
class Edition:
    """A published standard as a coding frame. ``sha256`` is of the file, for manifests."""

    name: str
    title: str
    publisher: str
    sections: tuple[Section, ...]
    sha256: str
    year: int | None = None

    @cached_property
    def section_codes(self) -> tuple[str, ...]:
        """Section codes in the Standards' order."""
        return tuple(section.code for section in self.sections)

    @cached_property
    def section_of_theme(self) -> dict[str, str]:
        """Theme code -> code of the section it belongs to, in the Standards' order."""
        return {theme.code: section.code for section in self.sections for theme in section.themes}

    @cached_property
    def theme_codes(self) -> tuple[str, ...]:
        """Theme codes in the Standards' order."""
        return tuple(self.section_of_theme)

    def section(self, code: str) -> Section:
        """The section of that code. Raises ``KeyError`` for a code this edition does not have."""
        return {section.code: section for section in self.sections}[code]

    def theme(self, code: str) -> Theme:
        """The theme of that code. Raises ``KeyError`` for a code this edition does not have."""
        return {theme.code: theme for section in self.sections for theme in section.themes}[code]

    def in_order(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Section codes without repeats, in the Standards' order. Codes of other editions drop out."""
        wanted = set(codes)
        return tuple(code for code in self.section_codes if code in wanted)

    def sections_and_themes(self, codes: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The sections and the themes among these codes, both in the Standards' order. A theme brings its section."""
        themes = tuple(code for code in self.theme_codes if code in codes)
        return self.in_order([*codes, *(self.section_of_theme[code] for code in themes)]), themes


def shipped_editions() -> tuple[str, ...]:
    """Names of the editions that come with Heard, sorted."""
    return tuple(sorted(path.stem for path in SHIPPED.glob("*.toml")))


def load_edition(name_or_path: str) -> Edition:
    """Read an edition by its shipped name (``"mdan"``) or by the path of a TOML file.

    Raises ``UnknownEdition`` when there is none, ``BadEdition`` when the file cannot be used.
    """
    path = _find(name_or_path)
    raw = path.read_bytes()
    try:
        return _edition(tomllib.loads(raw.decode("utf-8")), hashlib.sha256(raw).hexdigest())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadEdition(f"{path.name} is not a TOML file in UTF-8: {fault}. Correct it there.") from fault
    except KeyError as fault:
        raise BadEdition(f"{path.name} lacks {fault} in an edition, section or theme. Add it.") from fault
    except (TypeError, AttributeError) as fault:
        remedy = "Follow the shape of the shipped edition mdan.toml."
        raise BadEdition(f"{path.name} does not have the shape of an edition. {remedy}") from fault
    except ValueError as fault:
        raise BadEdition(f"{path.name}: {fault}") from fault


def _find(name_or_path: str) -> Path:
    if name_or_path in shipped_editions():
        return SHIPPED / f"{name_or_path}.toml"
    path = Path(name_or_path)
    if path.suffix == ".toml" and path.is_file():
        return path
    raise UnknownEdition(
        f"There is no standard called “{name_or_path}”. "
        f"Use one of: {', '.join(shipped_editions())}; or give the path of a TOML file."
    )


def _edition(table: dict[str, Any], sha256: str) -> Edition:
    edition = Edition(
        name=table["name"],
        title=table["title"],
        publisher=table["publisher"],
        sections=tuple(_section(each) for each in table["sections"]),
        sha256=sha256,
        year=table.get("year"),
    )
    _check_codes(edition)
    return edition


def _section(table: dict[str, Any]) -> Section:
    themes = tuple(_theme(each) for each in table["themes"])
    return Section(table["code"], table["title"], table["definition"], themes)


def _theme(table: dict[str, Any]) -> Theme:
    return Theme(table["code"], table["title"], table["definition"], tuple(table.get("cues", ())))


def _check_codes(edition: Edition) -> None:
    codes = [*edition.section_codes, *(theme.code for each in edition.sections for theme in each.themes)]
    if not edition.sections:
        raise ValueError("it has no sections. Add at least one.")
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise ValueError(f"the code {twice[0]} is used twice. Give each section and theme its own.")
    odd = [code for code in codes if not code.isalnum()]
    if odd:
        raise ValueError(f"the code “{odd[0]}” may hold only letters and digits. Change it.")
