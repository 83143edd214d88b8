"""The forms a report can have: what each is called, what it is meant for, and where its writer is.

Writers are named, not imported: they load libraries that no web page may load.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pkgutil import resolve_name

from analysis.reporting.document import Report
from safekeeping.languages import gettext as _


@dataclass(frozen=True)
class Form:
    """One form of file. `writer` is `package.module:function`, from a report to its bytes."""

    name: str
    meant_for: str
    ending: str
    kind: str
    writer: str

    def write(self, report: Report) -> bytes:
        """The file as bytes."""
        write: Callable[[Report], bytes] = resolve_name(self.writer)
        return write(report)


def manifest_of(report: Report) -> bytes:
    """The manifest alone, as JSON."""
    return report.manifest.encode()


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMS: dict[str, Form] = {
    "html": Form(
        _("Web page"),
        _("One file for any browser, on a phone too."),
        "html",
        "text/html; charset=utf-8",
        "analysis.reporting.as_html:write_html",
    ),
    "pdf": Form(
        _("PDF"),
        _("For print and for the web; screen readers can read it."),
        "pdf",
        "application/pdf",
        "analysis.reporting.as_pdf:write_pdf",
    ),
    "docx": Form(
        _("Word"),
        _("To go on writing: headings, captions and tables can be edited."),
        "docx",
        f"{_OFFICE}.wordprocessingml.document",
        "analysis.reporting.as_docx:write_docx",
    ),
    "pptx": Form(
        _("Slides"),
        _("One slide for each section, with its chart."),
        "pptx",
        f"{_OFFICE}.presentationml.presentation",
        "analysis.reporting.as_slides:write_slides",
    ),
    "json": Form(
        _("Manifest"),
        _("For programs: the hashes by which the report can be checked."),
        "json",
        "application/json",
        "analysis.reporting.formats:manifest_of",
    ),
}
