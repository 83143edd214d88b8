"""The forms a data file can be had in: what each is called, and which files it consists of.

Writers are named and not imported: a web page shows this list and must not load what only a job needs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import BinaryIO

from analysis.sharing.data_file import DataFile
from safekeeping.languages import gettext as _

Writer = Callable[[DataFile, BinaryIO], None]


@dataclass(frozen=True)
class File:
    """One file of a form: its name, what it is, and who writes it (`module:function`)."""

    name: str
    what: str
    by: str

    @property
    def write(self) -> Writer:
        """The function that writes it, found when it is needed."""
        found: Writer = resolve_name(f"analysis.sharing.{self.by}")
        return found


@dataclass(frozen=True)
class Form:
    """One form: what it is called, whom it is for, and its files."""

    name: str
    meant_for: str
    files: tuple[File, ...]


FORMS: dict[str, Form] = {
    "csv": Form(
        "CSV",
        _("for R, Python and every spreadsheet"),
        (
            File("data.csv", "the answers as codes", "text_files:write_codes"),
            File("data-in-words.csv", "the answers in words, for a spreadsheet", "text_files:write_words"),
            File("variables.csv", "what columns and codes mean", "text_files:write_list"),
        ),
    ),
    "xlsx": Form(
        _("Excel workbook"),
        _("for reading and sorting"),
        (File("data.xlsx", "the answers in words, and what the columns mean", "workbook_file:write_answers"),),
    ),
    "sav": Form(
        "SPSS",
        _("with labels and missing codes"),
        (File("data.sav", "for SPSS, PSPP and R", "statistics_files:write_sav"),),
    ),
    "dta": Form(
        "Stata",
        _("with labels and missing codes"),
        (File("data.dta", "for Stata 14 and later", "statistics_files:write_dta"),),
    ),
    "ddi": Form(
        "DDI Codebook",
        _("for data archives"),
        (File("codebook.xml", "DDI Codebook 2.5, for data archives", "ddi_codebook:write_ddi"),),
    ),
    "jsonl": Form(
        _("JSON lines"),
        _("for programs"),
        (
            File("data.jsonl", "the answers as codes, one JSON object a line", "text_files:write_lines"),
            File("data.schema.json", "the JSON Schema of a line", "text_files:write_schema"),
        ),
    ),
    "html": Form(
        _("Codebook"),
        _("for people to read"),
        (File("codebook.html", "what was asked, and what the codes mean", "codebook_page:write_page"),),
    ),
}
README, MANIFEST, WORDS = "README.txt", "manifest.json", "words.csv"
