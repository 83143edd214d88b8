"""The codes of a coding and the tree they stand in: the one place that says what a decision consists of. Pure."""

from analysis.coding.tables import Coding, Suggestion
from analysis.exchange.guids import guid_of_code
from analysis.exchange.project import Code
from analysis.standard.edition import Edition, Section

#: The code of a decision that no section fits, so that it is not taken for a passage nobody has read.
NONE = "0"
_NONE_NAME = "0 None of these"


def code_tree(edition: Edition) -> tuple[Code, ...]:
    """The codes of an edition: its sections with their themes, in the Standards' order, and last “none of these”.

    Names begin with the code, since some programs know a code by its name alone and refuse the same name twice.
    """
    sections = tuple(_section(edition.name, each) for each in edition.sections)
    return (*sections, Code(guid_of_code(edition.name, NONE), _NONE_NAME, "Read, and no section applies."))


def _section(book: str, section: Section) -> Code:
    themes = tuple(
        Code(guid_of_code(book, theme.code), f"{theme.code} {theme.title}", theme.definition)
        for theme in section.themes
    )
    return Code(guid_of_code(book, section.code), f"{section.code} {section.title}", section.definition, themes)


def guids_of(edition: Edition) -> dict[str, str]:
    """Code -> its guid, for every code of the tree."""
    return {code: guid_of_code(edition.name, code) for code in (*edition.section_codes, *edition.theme_codes, NONE)}


def codes_in(decision: Coding | Suggestion) -> tuple[str, ...]:
    """What a decision or a suggestion says: its sections, then its themes; `NONE` where neither."""
    return (*decision.sections, *decision.themes) or (NONE,)
