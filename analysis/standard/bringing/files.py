"""Files of clauses in, and editions out, by the ending of the file's name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from analysis.standard.bringing.docx_rows import read_docx
from analysis.standard.bringing.qdc_rows import read_qdc
from analysis.standard.bringing.rows import MOST_CLAUSES, Known, ReadClauses
from analysis.standard.bringing.sheet_rows import read_csv, read_xlsx, write_csv, write_xlsx
from analysis.standard.clauses import StandardText
from safekeeping.languages import gettext as _
from surveys.formats.losses import bad

#: Bytes that a file may have; a standard with all its guidance has about a tenth.
LARGEST = 8 * 2**20

#: Ending -> what reads a file of it, against the clauses of an edition or none.
READERS: Mapping[str, Callable[[bytes, str, Known], ReadClauses]] = {
    "docx": read_docx,
    "xlsx": lambda content, file, _known: read_xlsx(content, file),
    "csv": lambda content, file, _known: read_csv(content, file),
    "qdc": lambda content, file, _known: read_qdc(content, file),
}


@dataclass(frozen=True)
class Written:
    """A kind of file that an edition can be taken out as: its type, and what writes it."""

    media: str
    write: Callable[[StandardText], bytes]


WRITERS: Mapping[str, Written] = {
    "xlsx": Written("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
    "csv": Written("text/csv; charset=utf-8", write_csv),
}


def read_clauses(file: str, content: bytes, known: Known) -> ReadClauses:
    """The clauses in a file. `known`: those of the edition it is read against. Raises `BadFile`."""
    ending = PurePath(file).suffix.lower().removeprefix(".")
    if ending not in READERS:
        listed = ", ".join(f".{each}" for each in READERS)
        raise bad(file, "", _("it is not a kind of file that can be read here; use one ending in {all}", all=listed))
    if not content.strip():
        raise bad(file, "", _("it is empty; choose another file"))
    if len(content) > LARGEST:
        raise bad(file, "", _("it has more than {most} MB, which no standard has", most=LARGEST // 2**20))
    found = READERS[ending](content, file, known)
    if not found.rows:
        raise bad(file, "", _("no clause with a number was found in it; choose another file"))
    if len(found.rows) > MOST_CLAUSES:
        raise bad(file, "", _("it has more than {most} clauses; make two of it", most=MOST_CLAUSES))
    return found
