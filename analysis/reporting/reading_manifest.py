"""Finding the manifest inside a report, whatever its form: JSON, web page, Word, slides or PDF. Pure."""

import html
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

from analysis.reporting.manifest import FORM, Manifest, NotAManifest
from safekeeping.languages import gettext as _

#: A report is a few MB; what is much larger is none.
LARGEST, LARGEST_MANIFEST = 64 * 1024 * 1024, 8 * 1024 * 1024
_IN_PAGE = re.compile(r'<pre id="manifest-json"[^>]*>(.*?)</pre>', re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)


def manifest_in(content: bytes) -> Manifest:
    """The manifest in a file's bytes. Raises `NotAManifest`, with what to hand over instead."""
    if len(content) > LARGEST:
        raise NotAManifest(_("This file is too large for a report. Hand over a report as Heard made it."))
    find = next((find for begin, find in _BY_BEGINNING.items() if content.startswith(begin)), _in_text)
    for text in find(content):
        return Manifest.from_text(text)
    raise NotAManifest(_("There is no manifest in this file. Hand over a report as Heard made it, or its .json file."))


def _in_text(content: bytes) -> Iterator[str]:
    text = content.decode("utf-8", "replace")
    found = _IN_PAGE.search(text)
    yield html.unescape(found[1]) if found else text


def _in_archive(content: bytes) -> Iterator[str]:
    tree: Any = import_module("defusedxml.ElementTree")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            held = archive.getinfo("customXml/manifest.xml")
            if held.file_size <= LARGEST_MANIFEST:
                yield tree.fromstring(archive.read(held)).text or ""
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        return


def _in_pdf(content: bytes) -> Iterator[str]:
    """The attachment is one of the streams of the file, as it is or deflated."""
    mark = FORM.encode()
    for found in _STREAM.finditer(content):
        for held in (found[1], _inflated(found[1])):
            if held.lstrip()[:1] == b"{" and mark in held:
                yield held.decode("utf-8", "replace").strip()


def _inflated(held: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(held, LARGEST_MANIFEST)
    except zlib.error:
        return b""


_BY_BEGINNING: dict[bytes, Callable[[bytes], Iterator[str]]] = {b"PK\x03\x04": _in_archive, b"%PDF-": _in_pdf}
