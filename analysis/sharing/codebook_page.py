"""What goes along with the data for people to read: the codebook as a page, and the note on top of everything."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import BinaryIO

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analysis.sharing.data_file import DataFile
from analysis.sharing.ddi_codebook import HIDING
from analysis.sharing.variables import APART_CODE, COARSENED, MISSING, WHY_LEFT_OUT

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(TEMPLATES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def write_page(data: DataFile, out: BinaryIO) -> None:
    """The codebook as one page that fetches nothing."""
    page = (
        _environment()
        .get_template("share/codebook.html")
        .render(
            data=data,
            hiding=HIDING,
            missing=[(code, letter, MISSING[code]) for code, letter in zip(sorted(MISSING), "abcde", strict=True)],
            apart_code=APART_CODE,
            coarsened=COARSENED,
            why=WHY_LEFT_OUT,
        )
    )
    out.write(page.encode() + b"\n")


FEWER = (
    "Since these answers were frozen, {fewer} have taken theirs back. They are not in these files. If you hold an "
    "earlier copy, delete it and use this one: the promise to them was that their answers would go."
)
CARE = (
    "Do not try to find out who somebody is, do not join these files with other data about people, and do not pass "
    "them on beyond those who were told they would see them. A small count in a table you make from these files can "
    "still point at somebody: publish none under ten."
)


def note_on_top(data: DataFile, files: Iterable[tuple[str, str]]) -> str:
    """README.txt: what these files are, where they come from, and how to treat them. `files`: name and what it is."""
    origin = data.origin
    parts = [
        origin.title,
        f"Made from {origin.said}, by {origin.organisation}.\nFingerprint of what was frozen: {origin.fingerprint}\n"
        "The same frozen answers give the same files, byte for byte, with the same version of Heard.",
        "What is here\n" + "\n".join(f"  {name}: {what}" for name, what in files),
        f"What was done so that nobody can be known\n{HIDING} The number of a row is random; the same person has "
        "another in every frozen set, so rows of two sets cannot be joined by it.",
        "Why a value is missing\n" + "\n".join(f"  {code}  {label}" for code, label in MISSING.items()),
    ]
    if data.left_out:
        left_out = (f"  {each.text}\n    {WHY_LEFT_OUT[each.why]}" for each in data.left_out)
        parts.append("What is not here\n" + "\n".join(left_out))
    parts += [FEWER.format(fewer=origin.fewer)] if origin.fewer else []
    parts.append(f"Please\n{CARE}")
    parts.append(
        "Text in .csv files that a spreadsheet could take for a formula has an apostrophe before it. Take one away to "
        "have the text as it was written."
    )
    return "\n\n".join(parts) + "\n"
