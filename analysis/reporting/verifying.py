"""A printed report against the database: every figure made anew and compared; what differs, and why that may be."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy.orm import Session

from analysis.code_books.versions import edition_named
from analysis.reporting.inputs import WHY, Progress, inputs_of
from analysis.reporting.manifest import Compared, Manifest, compare, figure_hashes
from analysis.reporting.recounting import tables_again
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, definition_of

#: So many names of figures are printed; the rest are counted.
MOST_NAMED = 20


def verify(session: Session, keys: Vault, row: PublishedSurvey, printed: Manifest, progress: Progress) -> Compared:
    """Make the figures anew and compare them with a printed manifest. Changes nothing."""
    edition = edition_named(session, definition_of(row).standard)
    tables = tables_again(session, keys, row, progress)
    now = replace(printed, inputs=inputs_of(session, row, edition.sha256), figures=figure_hashes(tables))
    return compare(printed, now)


def said(found: Compared) -> Iterator[str]:
    """What was found, line by line.

    No figure is in it: how one changed after a withdrawal would be one person's answers.
    """
    if found.holds:
        yield _("All {number} figures are the same.", number=found.same)
    else:
        yield _("{same} figures are the same, {number} are not:", same=found.same, number=_differing(found))
        yield from _named(_("other now"), found.other)
        yield from _named(_("not there any more"), found.missing)
        yield from _named(_("not in the report"), found.new)
    yield from _why(found)


def _differing(found: Compared) -> int:
    return len(found.other) + len(found.missing) + len(found.new)


def _named(what: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names[:MOST_NAMED]:
        yield f"  {name}: {what}"
    if len(names) > MOST_NAMED:
        yield _("  and {number} more", number=len(names) - MOST_NAMED)


def _why(found: Compared) -> Iterator[str]:
    if not found.inputs and not found.holds:
        yield _(
            "Nothing that goes in has changed. So the findings were not made anew since, or the report was changed "
            "after it was made."
        )
    yield from dict.fromkeys(_reason(each) for each in found.inputs)


def _reason(name: str) -> str:
    known = next((why for begin, why in WHY.items() if name.startswith(begin)), None)
    return _(known) if known else _("{name} is another one now.", name=name)
