"""The tables of findings as they stand, for charts and reports: estimates, or the first reading until then."""

from dataclasses import replace

from sqlalchemy.orm import Session

from analysis.coding.stances import stances
from analysis.findings.estimates_kept import estimates_of
from analysis.findings.first_table import first_table
from analysis.findings.report import Figures
from analysis.findings.shown import STANCE, Code, ShownTable
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault


def tables_of(session: Session, survey_id: bytes, keys: Vault, figures: Figures) -> tuple[ShownTable, ...]:
    """The tables of a survey, that of audiences first; `figures` are its first reading.

    Raises `safekeeping.vault.CannotOpen`.
    """
    kept = estimates_of(session, survey_id, keys)
    return tuple(map(said, kept.tables)) if kept and kept.tables else (first_table(figures),)


def said(table: ShownTable) -> ShownTable:
    """The table with Heard's own words in the language spoken now; those of the survey and the standard stay."""
    groups = tuple(replace(each, name=_(each.name)) for each in table.groups)
    return replace(table, title=_(table.title), codes=tuple(map(_code, table.codes)), groups=groups)


def _code(code: Code) -> Code:
    return replace(code, title=stances()[code.code.split("/")[1]]) if code.level == STANCE else code
