"""The standards of an organisation as surveys ask about them: the shipped ones and its own, each as last published."""

from flask import g
from sqlalchemy.orm import Session

from analysis.code_books.as_editions import standard_of
from analysis.code_books.versions import books_of
from safekeeping.database import kept
from surveys.definition.clauses import Standard


def standards(session: Session, organisation_id: bytes) -> dict[str, Standard]:
    """Name -> standard. Themes are what can be asked about one by one."""
    return {each.book.name: standard_of(each.book) for each in books_of(session, organisation_id)}


def standards_here() -> dict[str, Standard]:
    """Those of the organisation of whoever is at the desk; read once a request."""
    if "standards" not in g:
        g.standards = standards(kept(), g.person.organisation_id)
    found: dict[str, Standard] = g.standards
    return found
