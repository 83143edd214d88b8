"""The standards that come with Heard, as they are written: read from the same files as their coding frames."""

from functools import lru_cache

from analysis.standard.clauses import SECTION, STANDARD, Clause, StandardText, clause_id
from analysis.standard.edition import Edition, Section, Theme, load_edition, shipped_editions


def shipped_texts() -> tuple[StandardText, ...]:
    """Every standard that comes with Heard, in its first edition here."""
    return tuple(map(shipped_text, shipped_editions()))


@lru_cache(maxsize=16)
def shipped_text(name: str) -> StandardText:
    """One of them by its short name. Raises `analysis.standard.edition.UnknownEdition`."""
    edition = load_edition(name)
    return StandardText(
        name=edition.name,
        title=edition.title,
        publisher=edition.publisher,
        edition=1,
        frame=edition.name,
        clauses=tuple(_section(edition, each) for each in edition.sections),
        published=str(edition.year or ""),
    )


def _section(edition: Edition, section: Section) -> Clause:
    return Clause(
        id=clause_id(edition.name, section.code),
        number=section.code,
        title=section.title,
        level=SECTION,
        purpose=section.definition,
        codes=(section.code,),
        children=tuple(_standard(edition, each) for each in section.themes),
    )


def _standard(edition: Edition, theme: Theme) -> Clause:
    return Clause(
        id=clause_id(edition.name, theme.code),
        number=theme.code,
        title=theme.title,
        level=STANDARD,
        purpose=theme.definition,
        codes=(theme.code,),
    )
