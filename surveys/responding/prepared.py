"""Pages that are the same for everybody at the same place, rendered once and kept in memory.

A page of questions is so where nothing on it comes of what this person answered: no earlier answer stands in its words,
no choices are filtered, nothing was typed on it yet. What is kept holds no person's words, and the token of its form is
one that fits nobody until each person's own stands in its place.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any

from flask import current_app

from safekeeping.cookies import SECRET_BYTES
from safekeeping.vault import form_token
from surveys.definition.condition import Expression
from surveys.definition.parts import Part, Wording
from surveys.definition.path import Path, PathPage
from surveys.definition.questions import Date, WithChoices, answer_names
from surveys.definition.survey import Page

#: The secret under which such a page is rendered, and the token that follows from it.
NOBODY = bytes(SECRET_BYTES)
NOBODYS_TOKEN = form_token(NOBODY)
MOST = 500


class Prepared:
    """One for an application: what was rendered, by what it depends on; what was not asked for longest goes first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._rendered: OrderedDict[Hashable, str] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rendered)

    def get(self, key: Hashable, render: Callable[[], str]) -> str:
        """What was rendered under this key; else what `render` gives now."""
        with self._lock:
            if key in self._rendered:
                self._rendered.move_to_end(key)
                return self._rendered[key]
        rendered = render()
        with self._lock:
            self._rendered[key] = rendered
            if len(self._rendered) > self._most:
                self._rendered.popitem(last=False)
        return rendered


def prepared(key: Hashable, render: Callable[[bytes], str], secret: bytes = NOBODY) -> str:
    """A page that `render(secret)` renders the same for everybody who has this key, with this person's token in it."""
    kept: Prepared = current_app.extensions["prepared"]
    page = kept.get(key, lambda: render(NOBODY))
    return page.replace(NOBODYS_TOKEN, form_token(secret)) if secret is not NOBODY else page


def is_alike(part: Page | Wording) -> bool:
    """Whether a part of a survey reads the same for everybody of an audience who is asked the same questions on it."""
    return not _varies(part)


def _varies(part: Any) -> bool:
    """Whether it shows an earlier answer, leaves out choices by one, or depends on the day."""
    if isinstance(part, str):
        return "${" in part
    if isinstance(part, Expression):  # it decides whether something is asked, not how it reads
        return False
    if isinstance(part, Date) or (isinstance(part, WithChoices) and part.choice_filter is not None):
        return True
    if isinstance(part, Part):
        return any(_varies(value) for _name, value in part)
    if isinstance(part, dict):
        return any(map(_varies, part.values()))
    return isinstance(part, tuple | list) and any(map(_varies, part))


def is_untouched(page: PathPage, path: Path) -> bool:
    """Whether this person has no answer on the page yet."""
    return not any(name in path.given for question in page.questions for name in answer_names(question))
