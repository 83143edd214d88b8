"""A survey that is being written, at a glance: pages and questions, minutes, reading age, and what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from safekeeping.languages import gettext as _
from safekeeping.languages import ngettext
from surveys.definition.minutes import KINDS, in_minutes, seconds
from surveys.definition.reading_age import hard_words, reading_age
from surveys.expression.words import Named
from surveys.writing.asked_when import asks_for, named, said_in_words
from surveys.writing.editing import Tables, pages
from surveys.writing.kinds import KINDS_OFFERED
from surveys.writing.plain_wording import said
from surveys.writing.problems import Problem

#: How much can be written where a question does not say.
LONGEST = {"short-text": 200, "long-text": 5000, "clause-view": 5000}
HARD_WORDS_SHOWN = 6
#: Above this a page is worth another look; people were promised words that a child of nine can read.
EASY = 11


@dataclass(frozen=True)
class QuestionGlance:
    """One question: `audiences` are plurals, empty for everybody; `when` its condition in words."""

    name: str
    wording: str
    kind: str
    audiences: str
    when: str
    unread: bool
    asked_for: str
    problems: int
    first: bool
    last: bool


@dataclass(frozen=True)
class PageGlance:
    """One page: how long it takes, how old a reader must be (None: too little to say), and its hardest words."""

    name: str
    title: str
    audiences: str
    when: str
    minutes: str
    age: int | None
    hard: list[str]
    questions: list[QuestionGlance]
    problems: int
    first: bool
    last: bool


def minutes_said(estimate: float) -> str:
    """Seconds as people say them: about 5 minutes, 10 to 15 minutes."""
    if estimate <= 0:
        return _("no time")
    low, high = in_minutes(estimate)
    if high == 1:
        return _("about a minute")
    if low == high:
        return ngettext("about {number} minute", "about {number} minutes", low)
    return _("{low} to {high} minutes", low=low, high=high)


def minutes_of(tables: Tables) -> list[tuple[str, str]]:
    """Each audience by its plural, and how long the whole takes if they are asked everything that is for them."""
    intro = " ".join(said(paragraph) for paragraph in tables.get("intro", []))
    found = []
    for audience in tables.get("audience", []):
        name = audience.get("name", "")
        estimate = seconds(_words(intro), "information") + sum(_seconds(page, name) for page in pages(tables))
        found.append((audience.get("plural") or name, minutes_said(estimate)))
    return found


def glances(tables: Tables, problems: list[Problem]) -> list[PageGlance]:
    """Every page, in order."""
    names = named(tables)
    everybody = [each.get("name", "") for each in tables.get("audience", [])]
    every = pages(tables)
    return [
        PageGlance(
            name=page["name"],
            title=said(page.get("title")),
            audiences=_plurals(tables, page),
            when=said_in_words(page.get("relevant"), names),
            minutes=minutes_said(max((_seconds(page, name) for name in everybody), default=0)),
            age=_readable(*_read_on(tables, page))[0],
            hard=_readable(*_read_on(tables, page))[1],
            questions=list(_questions(tables, page, names, problems)),
            problems=sum(each.page == page["name"] for each in problems),
            first=page is every[0],
            last=page is every[-1],
        )
        for page in every
    ]


def _questions(
    tables: Tables, page: Tables, names: Mapping[str, Named], problems: list[Problem]
) -> Iterator[QuestionGlance]:
    every = pages(tables)
    for question in page["question"]:
        kind = KINDS_OFFERED.get(question.get("kind", ""))
        when = said_in_words(question.get("relevant"), names)
        yield QuestionGlance(
            name=question["name"],
            wording=said(question.get("wording")),
            kind=kind.title if kind else question.get("kind", ""),
            audiences=_plurals(tables, question),
            when=when,
            unread=bool(question.get("relevant")) and not when,
            asked_for=", ".join(asks_for(tables, question["name"])),
            problems=sum(each.question == question["name"] for each in problems),
            first=page is every[0] and question is page["question"][0],
            last=page is every[-1] and question is page["question"][-1],
        )


def _plurals(tables: Tables, part: Tables) -> str:
    plurals = {each.get("name"): each.get("plural") for each in tables.get("audience", [])}
    return ", ".join(plurals.get(name) or name for name in part.get("audiences", []))


def _words(text: str) -> int:
    return len(text.split())


def _texts(page: Tables, audience: str = "") -> Iterator[str]:
    """Everything that is read on a page."""
    yield said(page.get("title"), audience)
    yield said(page.get("content_note"), audience)
    for question in page["question"]:
        yield from _read(question, audience)


def _read(question: Tables, audience: str = "") -> Iterator[str]:
    for key in ("wording", "hint", "text", "required_because", "asked_because"):
        yield said(question.get(key), audience)
    for part, key in (("choices", "label"), ("rows", "wording")):
        yield from (said(each.get(key), audience) for each in question.get(part, []))
    yield from (said(label, audience) for label in question.get("labels", []))


def _read_on(tables: Tables, page: Tables) -> tuple[str, str]:
    return "\n".join(_texts(page)), str(tables.get("language", "en"))


@lru_cache(maxsize=256)
def _readable(text: str, language: str) -> tuple[int | None, list[str]]:
    """Reading age and hardest words; most pages are as they were when the outline is shown again."""
    age = reading_age(text, language)
    return round(age) if age else None, hard_words(text, language)[:HARD_WORDS_SHOWN]


def _seconds(page: Tables, audience: str) -> float:
    """How long a page takes somebody of this audience who is asked everything on it that is for them."""
    if not _is_for(page, audience):
        return 0.0
    mine = [question for question in page["question"] if _is_for(question, audience)]
    return sum(_seconds_for(question, audience) for question in mine)


def _seconds_for(question: Tables, audience: str) -> float:
    kind = question.get("kind", "")
    if kind not in KINDS:
        return 0.0
    longest = question.get("longest", LONGEST.get(kind, 0))
    return seconds(
        sum(map(_words, _read(question, audience))),
        kind,
        choices=sum(_is_for(choice, audience) for choice in question.get("choices", [])),
        rows=len(question.get("rows", [])),
        longest=longest if isinstance(longest, int) else 0,
    )


def _is_for(part: Tables, audience: str) -> bool:
    return not part.get("audiences") or audience in part["audiences"]
