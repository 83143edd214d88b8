"""A code book as an edition of a standard, which suggestions, findings and surveys work with, and back. Pure."""

from analysis.code_books.tree import Book, Code, first_id
from analysis.standard.edition import Edition, Section, Theme
from surveys.definition.clauses import Clause, Standard


def book_of(edition: Edition) -> Book:
    """The code book that a shipped edition is."""
    return Book(
        name=edition.name,
        title=edition.title,
        publisher=edition.publisher,
        year=edition.year,
        codes=tuple(_section_code(edition.name, each) for each in edition.sections),
    )


def _section_code(name: str, section: Section) -> Code:
    themes = tuple(
        Code(first_id(name, each.code), each.code, each.title, each.definition, cues=each.cues)
        for each in section.themes
    )
    return Code(first_id(name, section.code), section.code, section.title, section.definition, children=themes)


def edition_of(book: Book, sha256: str) -> Edition:
    """The edition that a code book is. Sub-codes are folded into their theme: its wording and cues hold theirs."""
    return Edition(book.name, book.title, book.publisher, tuple(map(_section, book.codes)), sha256, book.year)


def _section(code: Code) -> Section:
    return Section(code.code, code.title, code.definition, tuple(map(_theme, code.children)))


def _theme(code: Code) -> Theme:
    below = code.children
    words = [code.definition, *(f"{each.title}: {each.definition}".rstrip(": ") for each in below)]
    cues = [*code.cues, *(cue for each in below for cue in each.cues)]
    return Theme(code.code, code.title, "\n".join(filter(None, words)), tuple(dict.fromkeys(cues)))


def standard_of(book: Book) -> Standard:
    """The standard as surveys ask about it: themes are what can be asked about one by one."""
    clauses = tuple(
        Clause(section.code, theme.code, theme.title, theme.definition or theme.title)
        for section in book.codes
        for theme in section.children
    )
    about = {each.code: each.definition for each in book.codes if each.definition}
    return Standard(book.name, book.title, {each.code: each.title for each in book.codes}, clauses, about)
