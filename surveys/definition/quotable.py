"""Whose words may be quoted: what a person allowed, as data that is sealed with their answers.

Without a yes, words count for figures and are read, and nobody quotes them.
"""

from collections.abc import Collection

from surveys.definition.path import Path
from surveys.definition.questions import NOT_SAID, free_texts


def in_own_words(path: Path) -> list[str]:
    """The names of this person's answers that hold words of their own, in order."""
    names = [name for page in path.pages for question in page.questions for name in free_texts(question)]
    return [name for name in names if _has_words(path.answers.get(name))]


def _has_words(answer: object) -> bool:
    return isinstance(answer, str) and bool(answer.strip()) and answer != NOT_SAID


def quotable(path: Path, ticked: Collection[str]) -> list[str]:
    """The names of the answers whose words may be quoted, as the survey asked: of each, of all at once, or not at all.

    `ticked` are those that were allowed one by one.
    """
    if path.survey.quote_each:
        return [name for name in in_own_words(path) if name in ticked]
    asked = path.survey.quoting
    return in_own_words(path) if asked and path.answers.get(asked.question) == asked.choice else []
