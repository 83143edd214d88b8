"""What can be done to a survey that is being written: each act takes its tables and gives changed ones.

Nothing is changed in place. Each act also gives one sentence, past tense, that says what was done; “Undo: ” goes
before it on a button. Names of pages and of questions stay unique, whatever is done.
"""

import copy
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext
from surveys.definition.parts import NAME
from surveys.definition.survey import AUDIENCE
from surveys.writing.plain_wording import said, short

Tables = dict[str, Any]
Edited = tuple[Tables, str]

#: A made name leaves room for what is put behind it: “_other”, “_why”, a number.
LONGEST_MADE = 28
#: The text beside an answer is kept under the name of its question with one of these behind it.
BESIDE = ("_other", "_why")


class NotThere(LookupError):
    """There is no page or question of that name (any more)."""


def pages(tables: Tables) -> list[Tables]:
    """The pages, in order."""
    found: list[Tables] = tables.get("page", [])
    return found


def questions(tables: Tables) -> list[Tables]:
    """Every question, in order."""
    return [question for page in pages(tables) for question in page.get("question", [])]


def page_named(tables: Tables, name: str) -> Tables:
    """The page of that name. Raises `NotThere`."""
    return _named(pages(tables), name)


def question_named(tables: Tables, name: str) -> Tables:
    """The question of that name. Raises `NotThere`."""
    return _named(questions(tables), name)


def calculated_named(tables: Tables, name: str) -> Tables:
    """The calculated value of that name. Raises `NotThere`."""
    return _named(tables.get("calculated", []), name)


def page_with(tables: Tables, question: str) -> Tables:
    """The page that this question is on. Raises `NotThere`."""
    return pages(tables)[_place(tables, question)[0]]


def called(part: Tables) -> str:
    """What people call a page or a question: its title or wording, else its name."""
    return short(said(part.get("wording") or part.get("title")) or part.get("name", ""))


def taken(tables: Tables) -> set[str]:
    """The names that no new question may have."""
    names = {each.get("name", "") for each in (*questions(tables), *tables.get("calculated", []))}
    return {AUDIENCE, *names, *(name + end for name in names for end in BESIDE)}


def fresh_name(words: str, avoid: Iterable[str]) -> str:
    """A name made from words, none of `avoid`: “What got in the way?” becomes what_got_in_the_way."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain.replace("'", "")).strip("_")
    if len(made) > LONGEST_MADE:
        made = made[: LONGEST_MADE + 1].rpartition("_")[0] or made[:LONGEST_MADE]
    made = made if made[:1].isalpha() else f"q_{made}".rstrip("_")
    avoided = set(avoid)
    free = (name for name in (made, *(f"{made}_{number}" for number in range(2, len(avoided) + 3))))
    return next(name for name in free if not {name, *(name + end for end in BESIDE)} & avoided)


def in_order(tables: Tables) -> Tables:
    """The same tables with a name for every page and question that has none, or one that stands twice."""
    tables = copy.deepcopy(tables)
    tables["page"] = [page for page in tables.get("page", []) if isinstance(page, dict)]
    _name_each(tables["page"], "page", set())
    seen: set[str] = set()
    for page in tables["page"]:
        page["question"] = [each for each in page.get("question", []) if isinstance(each, dict)]
        _name_each(page["question"], "question", seen)
    return tables


def _name_each(parts: list[Tables], fallback: str, seen: set[str]) -> None:
    for part in parts:
        name = part.get("name")
        if not isinstance(name, str) or not re.fullmatch(NAME, name) or name in seen:
            part["name"] = fresh_name(str(name or called(part) or fallback), seen)
        seen.add(part["name"])


# Pages ---------------------------------------------------------------------------------------------


def add_page(tables: Tables, title: Any = "", after: str = "") -> Edited:
    """A new page with no question yet, behind the page `after`, else at the end."""
    tables = copy.deepcopy(tables)
    page = {"name": _page_name(tables, said(title)), "title": title, "question": []}
    at = _index(pages(tables), after) + 1 if after else len(pages(tables))
    tables.setdefault("page", []).insert(at, page)
    return tables, _("added the page “{title}”", title=called(page))


def _page_name(tables: Tables, title: str) -> str:
    return fresh_name(title or f"page {len(pages(tables)) + 1}", {page["name"] for page in pages(tables)})


def change_page(tables: Tables, name: str, changes: Mapping[str, Any]) -> Edited:
    """The page with these keys changed; a key whose value is None goes away. Its name and questions stay."""
    tables = copy.deepcopy(tables)
    page = page_named(tables, name)
    _change(page, {key: value for key, value in changes.items() if key not in ("name", "question")})
    return tables, _("changed the page “{title}”", title=called(page))


def move_page(tables: Tables, name: str, steps: int) -> Edited:
    """The page so many places further down (up, if below 0), with its questions."""
    tables = copy.deepcopy(tables)
    at = _index(pages(tables), name)
    page = pages(tables).pop(at)
    pages(tables).insert(max(0, at + steps), page)
    moved = _("moved the page “{title}” down") if steps > 0 else _("moved the page “{title}” up")
    return tables, moved.format(title=called(page))


def delete_page(tables: Tables, name: str) -> Edited:
    """The page goes, with its questions."""
    tables = copy.deepcopy(tables)
    page = pages(tables).pop(_index(pages(tables), name))
    count = len(page.get("question", []))
    if not count:
        return tables, _("deleted the page “{title}”", title=called(page))
    what = ngettext(
        "deleted the page “{title}” and its {number} question",
        "deleted the page “{title}” and its {number} questions",
        count,
        title=called(page),
    )
    return tables, what


# Questions -----------------------------------------------------------------------------------------


def add_question(tables: Tables, page: str, question: Tables, after: str = "") -> Edited:
    """A question at the end of a page, or behind the question `after`; its name is changed if it is taken."""
    tables, question = copy.deepcopy(tables), copy.deepcopy(question)
    question["name"] = _question_name(tables, question)
    on = page_named(tables, page).setdefault("question", [])
    on.insert(_index(on, after) + 1 if after else len(on), question)
    return tables, _("added “{question}”", question=called(question))


def _question_name(tables: Tables, question: Tables) -> str:
    if question.get("kind") == AUDIENCE and AUDIENCE not in {each["name"] for each in questions(tables)}:
        return AUDIENCE
    return fresh_name(question.get("name") or called(question) or "question", taken(tables))


def change_question(tables: Tables, name: str, question: Tables) -> Edited:
    """The question in its place as it is written now, under the name it had."""
    tables = copy.deepcopy(tables)
    page, at = _place(tables, name)
    before = pages(tables)[page]["question"][at]
    pages(tables)[page]["question"][at] = {**copy.deepcopy(question), "name": name}
    return tables, _("changed “{question}”", question=called(question if said(question.get("wording")) else before))


def move_question(tables: Tables, name: str, steps: int) -> Edited:
    """The question one place further down (up, if `steps` is below 0): beyond the end of its page onto the next."""
    tables = copy.deepcopy(tables)
    page, at = _place(tables, name)
    question = pages(tables)[page]["question"].pop(at)
    step = 1 if steps > 0 else -1
    on, to = page, at + step
    if not 0 <= to <= len(pages(tables)[page]["question"]):
        on = min(max(page + step, 0), len(pages(tables)) - 1)
        to = at if on == page else (0 if step > 0 else len(pages(tables)[on].setdefault("question", [])))
    pages(tables)[on].setdefault("question", []).insert(to, question)
    moved = _("moved “{question}” down") if steps > 0 else _("moved “{question}” up")
    return tables, moved.format(question=called(question))


def move_to_page(tables: Tables, name: str, page: str) -> Edited:
    """The question at the end of another page."""
    tables = copy.deepcopy(tables)
    was, at = _place(tables, name)
    to = page_named(tables, page)
    question = pages(tables)[was]["question"].pop(at)
    to.setdefault("question", []).append(question)
    return tables, _("moved “{question}” to the page “{page}”", question=called(question), page=called(to))


def duplicate_question(tables: Tables, name: str) -> Edited:
    """The same question once more behind itself, under a name of its own; it follows no earlier wave."""
    page, _at = _place(tables, name)
    copied = {key: value for key, value in question_named(tables, name).items() if key != "lineage"}
    tables, _sentence = add_question(tables, pages(tables)[page]["name"], copied, after=name)
    return tables, _("duplicated “{question}”", question=called(copied))


def delete_question(tables: Tables, name: str) -> Edited:
    """The question goes. Where others ask for it, they are left as they are and shown as problems."""
    tables = copy.deepcopy(tables)
    page, at = _place(tables, name)
    question = pages(tables)[page]["question"].pop(at)
    return tables, _("deleted “{question}”", question=called(question))


# The whole -----------------------------------------------------------------------------------------


def change_survey(tables: Tables, changes: Mapping[str, Any]) -> Edited:
    """The survey with these keys changed; a key whose value is None goes away. Its pages stay."""
    tables = copy.deepcopy(tables)
    _change(tables, {key: value for key, value in changes.items() if key != "page"})
    return tables, _("changed what the survey says of itself")


#: What a button of the outline does to a page or a question of that name.
PAGE_ACTS: dict[str, Callable[[Tables, str], Edited]] = {
    "up": lambda tables, name: move_page(tables, name, -1),
    "down": lambda tables, name: move_page(tables, name, 1),
    "delete": delete_page,
}
QUESTION_ACTS: dict[str, Callable[[Tables, str], Edited]] = {
    "up": lambda tables, name: move_question(tables, name, -1),
    "down": lambda tables, name: move_question(tables, name, 1),
    "duplicate": duplicate_question,
    "delete": delete_question,
}


def _change(part: Tables, changes: Mapping[str, Any]) -> None:
    part.update(copy.deepcopy(dict(changes)))
    for key in [key for key, value in changes.items() if value is None]:
        del part[key]


def _named(parts: list[Tables], name: str) -> Tables:
    return parts[_index(parts, name)]


def _index(parts: list[Tables], name: str) -> int:
    for at, part in enumerate(parts):
        if part.get("name") == name:
            return at
    raise NotThere(name)


def _place(tables: Tables, question: str) -> tuple[int, int]:
    """The place of its page, and its own on that page."""
    for number, page in enumerate(pages(tables)):
        for at, each in enumerate(page.get("question", [])):
            if each.get("name") == question:
                return number, at
    raise NotThere(question)
