"""Coded texts as a table: one row for each coder's newest decision about each passage.

Offsets are code points in the text as project files hold it. A text has the guid it has there. It is not the number of
a row of the data file: with that, whoever has the words of a text would know the other answers of its writer.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from analysis.exchange.coded_texts import CodedText, Decision
from analysis.sharing.text_files import write_rows
from analysis.sharing.workbook_file import Cell, write_workbook

BETWEEN = "+"
HEADER = ("text", "question", "start", "end", "coder", "codes", "stance", "act", "book", "day", "words")


def rows(texts: Iterable[CodedText], words: frozenset[bool]) -> Iterator[tuple[Cell, ...]]:
    """The table, its header first. `words` says of which texts the words go along: those that may be quoted or not."""
    yield HEADER
    for text in texts:
        for decision in text.decisions:
            yield _row(text, decision, text.may_quote in words)


def _row(text: CodedText, decision: Decision, with_words: bool) -> tuple[Cell, ...]:
    return (
        text.guid,
        text.question,
        decision.start,
        decision.end,
        decision.coder.name,
        BETWEEN.join(decision.codes),
        decision.stance,
        decision.act,
        decision.book,
        decision.at.date().isoformat() if decision.at else "",
        text.written.text[decision.start : decision.end] if with_words else "",
    )


def write_csv(texts: Iterable[CodedText], words: frozenset[bool], out: BinaryIO) -> None:
    """The table as a CSV for spreadsheets."""
    write_rows(out, (map(str, row) for row in rows(texts, words)))


def write_xlsx(texts: Iterable[CodedText], words: frozenset[bool], out: BinaryIO) -> None:
    """The table as a workbook."""
    write_workbook(out, [("Codings", rows(texts, words))])
