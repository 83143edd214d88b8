"""Cells that no spreadsheet takes for a formula, and that lead back to what they were. Pure."""

import re

#: A spreadsheet takes a cell that begins with one of these for a formula; the last four are their full-width forms.
FORMULA_MARKS = "=+-@\t\r\N{FULLWIDTH EQUALS SIGN}＋－＠"
#: What may stand before a mark and is passed over by one program or another.
_BEFORE = r"""[\s'"\u200b\ufeff]*"""
_RISKY = re.compile(rf"{_BEFORE}[{re.escape(FORMULA_MARKS)}\n]")
#: Of control characters, those no spreadsheet can hold stand as their pictures: ␀ for NUL.
PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\t\n\r"} | {0x7F: 0x2421}
_PICTURES = {**PICTURES, **dict.fromkeys((*range(55296, 57344), 65534, 65535), 65533)}


def readable(text: str) -> str:
    """The text with pictures in place of characters that files of rows cannot hold."""
    return text.translate(_PICTURES)


def is_risky(text: str) -> bool:
    """Whether a spreadsheet could take a cell with this text for a formula."""
    return _RISKY.match(text) is not None


def safe_cell(text: str) -> str:
    """The text as a cell of a CSV: with an apostrophe before it where it could be taken for a formula.

    >>> safe_cell("=1+1"), safe_cell("a = b"), safe_cell("'=1+1")
    ("'=1+1", 'a = b', "''=1+1")
    """
    text = readable(text)
    return f"'{text}" if is_risky(text) else text


def from_cell(cell: str) -> str:
    """What `safe_cell` was given.

    >>> from_cell("'=1+1"), from_cell("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if cell.startswith("'") and is_risky(cell[1:]) else cell
