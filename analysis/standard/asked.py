"""The standards of an organisation as surveys ask about them: the shipped ones and its own, each as last published.

What can be asked about is what answers are coded by: the themes of the code book. What they say is the wording of the
standard, where the edition held here has it, else what the code book says they mean.
"""

from dataclasses import replace

from flask import g
from sqlalchemy.orm import Session

from analysis.code_books.as_editions import standard_of
from analysis.code_books.versions import books_of
from analysis.standard.as_asked import asked_from
from analysis.standard.clauses import Clause, StandardText
from analysis.standard.held_editions import editions_of, names_here, newest_edition
from safekeeping.database import kept
from surveys.definition.clauses import Standard


def standards(session: Session, organisation_id: bytes) -> dict[str, Standard]:
    """Name -> standard. Themes are what can be asked about one by one."""
    found = (standard_of(each.book) for each in books_of(session, organisation_id))
    return {each.name: _worded(each, _newest(session, organisation_id, each.name)) for each in found}


def _newest(session: Session, organisation_id: bytes, name: str) -> StandardText | None:
    editions = editions_of(session, organisation_id, name)
    return editions[-1].text if editions else None


def _worded(standard: Standard, text: StandardText | None) -> Standard:
    """The standard with the wording of its newest edition, where that has any."""
    if text is None or text.frame != standard.name:
        return standard
    wordings = {placed.clause.codes[0]: said_by(placed.clause) for placed in text.standards() if placed.clause.codes}
    clauses = (replace(each, text=wordings.get(each.code) or each.text) for each in standard.clauses)
    return replace(standard, clauses=tuple(clauses))


def said_by(clause: Clause) -> str:
    """What a standard says: its own wording and that of its requirements, each with its number; empty without any."""
    below = [f"{each.number} {each.wording}" for each in clause.children if each.wording]
    return "\n".join(filter(None, [clause.wording, *below]))


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
