"""The shipped standards as surveys ask about them."""

from analysis.standard.edition import Edition, load_edition, shipped_editions
from surveys.definition.clauses import Clause, Standard


def standards() -> dict[str, Standard]:
    """Name -> standard. Themes are what can be asked about one by one."""
    return {name: _standard(load_edition(name)) for name in shipped_editions()}


def _standard(edition: Edition) -> Standard:
    clauses = tuple(
        Clause(section.code, theme.code, theme.title, theme.definition)
        for section in edition.sections
        for theme in section.themes
    )
    return Standard(edition.name, edition.title, {each.code: each.title for each in edition.sections}, clauses)
