"""What Word and PowerPoint files share: properties without a trace of whoever made them, and the manifest inside."""

from datetime import UTC, datetime, time
from typing import Any
from xml.sax.saxutils import escape

from analysis.reporting.clean_text import clean
from analysis.reporting.document import Report

#: The manifest lies in a file as a custom XML part, which Office keeps and shows to nobody who does not ask for it.
NAMESPACE = "urn:heard:manifest"
PLACE = "/customXml/manifest.xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
INK, SOFT, RULE, TINT, DEEP = "1D2A2F", "4F5F67", "D9D6CD", "E6EFEE", "14555A"
#: What was taken out of a text.
OUT_INK = "8A2A12"
#: The colours of sections, on white; 0 is ink.
COLOURS = (INK, "2F5D8A", "226B4B", "8A4B7D", "855A0C")
FONT = "Arial"
#: What a language is called in a file, where it needs a region.
REGION = {"en": "en-GB", "cy": "cy-GB"}


def put_properties(properties: Any, report: Report) -> None:
    """Title, organisation, language and day; no name of a person, and no time of day."""
    moment = datetime.combine(report.day, time(), UTC).replace(tzinfo=None)
    properties.title = clean(report.title)[:255]
    properties.author = properties.last_modified_by = clean(report.organisation)[:255]
    properties.subject = clean(report.subtitle)[:255]
    properties.language = REGION.get(report.language, report.language)
    properties.comments = properties.keywords = properties.category = ""
    properties.revision = 1
    properties.created = properties.modified = properties.last_printed = moment


def put_manifest(main: Any, part: Any, uri: Any, report: Report) -> None:
    """Attach the manifest to the main part of a file. `part` and `uri` are the classes of its library for both."""
    text = f'<manifest xmlns="{NAMESPACE}">{escape(clean(report.manifest))}</manifest>'
    whole = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'
    made = part(partname=uri(PLACE), content_type="application/xml", package=main.package, blob=whole.encode())
    main.relate_to(made, _RELATION)
