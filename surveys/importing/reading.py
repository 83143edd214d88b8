"""Read the bytes of a file that somebody sent. Loaded when a file comes: reading workbooks takes a library that pages
do without."""

from surveys.formats.handed_in import HandedIn
from surveys.formats.spreadsheet import BadSpreadsheet, open_handed_in
from surveys.importing.brought import Brought, TooMuch, bring

#: Bytes that a file may have.
LONGEST_NAME = 80


class Unreadable(ValueError):
    """The file cannot be read; `str()` says where, what is wrong, and what to do."""


def read(name: str, content: bytes) -> Brought:
    """What a file holds. Raises `Unreadable`."""
    shown = "".join(letter if letter.isprintable() else " " for letter in name)[-LONGEST_NAME:].strip() or "the file"
    try:
        with open_handed_in(HandedIn(shown, content)) as sheet:
            return bring(sheet, shown)
    except (BadSpreadsheet, TooMuch) as fault:
        raise Unreadable(str(fault)) from None
