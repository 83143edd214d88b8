"""The standards of an organisation as surveys ask about them: the shipped ones and its own, each as last published."""

from dataclasses import replace

from flask import g
from sqlalchemy.orm import Session

from analysis.code_books.as_editions import standard_of
from analysis.code_books.versions import books_of
from analysis.standard.as_asked import asked_from
from analysis.standard.held_editions import names_here, newest_edition
from safekeeping.database import kept
from surveys.definition.clauses import Standard


def standards(session: Session, organisation_id: bytes) -> dict[str, Standard]:
    """Name -> standard, as its code book says it. Themes are what can be asked about one by one."""
    return {each.book.name: standard_of(each.book) for each in books_of(session, organisation_id)}


def standards_here() -> dict[str, Standard]:
    """Those of the organisation of whoever is at the desk; read once a request."""
    if "standards" not in g:
        g.standards = standards(kept(), g.person.organisation_id)
    found: dict[str, Standard] = g.standards
    return found


def written_here() -> dict[str, Standard]:
    """The same with what services answer for, and those that are read by the code book of another, under their own
    names. One whose code book is not there cannot be asked about."""
    found = dict(standards_here())
    for name in names_here(kept(), g.person.organisation_id):
        written = asked_from(newest_edition(kept(), g.person.organisation_id, name).text)
        if written.frame == name and name in found:
            found[name] = replace(
                found[name], about=written.about, lowest=written.lowest, stages=written.stages, edition=written.edition
            )
        elif written.frame in found:
            found[name] = written
    return found
