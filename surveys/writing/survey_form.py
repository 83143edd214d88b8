"""Read the forms of a page and of the survey itself: what is typed goes into the tables, faulty or not."""

import re
from typing import Any

from safekeeping.languages import LANGUAGES
from safekeeping.languages import gettext as _
from surveys.definition.parts import DEFAULT, SHORT_NAME
from surveys.definition.survey import AUDIENCE
from surveys.writing.asked_when import named
from surveys.writing.editing import Tables, add_question, called, fresh_name, pages, questions
from surveys.writing.plain_wording import said, texts, with_texts
from surveys.writing.question_fields import begun
from surveys.writing.question_form import Malformed, Typed

MOST = 50
#: Kinds of question whose answer can be the permission to quote.
QUOTING = ("one-choice", "yes-no", "consent")
#: Stands between question and answer where both are chosen at once.
BETWEEN = "="
#: Stands for being asked of each answer.
EACH = "each"


def read_page(typed: Typed, page: Tables) -> dict[str, Any]:
    """What the form of a page changes; None takes a key away."""
    return {
        "title": typed.wording("title", page.get("title")) or "",
        "content_note": typed.wording("content_note", page.get("content_note")),
        "audiences": typed.among("audiences", typed.audiences) or None,
        "relevant": typed.text("relevant") or None,
    }


def read_survey(typed: Typed, tables: Tables, standards: dict[str, Any]) -> dict[str, Any]:
    """What the form of the survey changes; None takes a key away. Raises `Malformed`."""
    language = _one_of(typed, "language", LANGUAGES)
    return {
        "title": typed.text("title"),
        "public_title": typed.wording("public_title", tables.get("public_title")) or "",
        "address": typed.text("address"),
        "wave": typed.text("wave") or None,
        "standard": _one_of(typed, "standard", {*standards, tables.get("standard", "mdan")}),
        "language": language,
        "languages": [code for code in typed.among("languages", LANGUAGES) if code != language] or None,
        "intro": [paragraph for _was, paragraph in read_paragraphs(typed, tables)],
        "audience": _audiences(typed, tables),
        "keep_months": typed.number("keep_months"),
        "quoting": _quoting(typed, tables),
        "quote_each": typed.text("quoting") == EACH or None,
    }


def _one_of(typed: Typed, name: str, offered: Any) -> str:
    chosen = typed.text(name)
    if chosen not in offered:
        raise Malformed(name)
    return chosen


def _count(typed: Typed, name: str) -> int:
    count = typed.number(f"{name}-count") or 0
    if not isinstance(count, int) or not 0 <= count <= MOST:
        raise Malformed(name)
    return count


def read_paragraphs(typed: Typed, tables: Tables) -> list[tuple[str, Any]]:
    """The first words as typed, each with the place that it had among those kept; blank for a new one."""
    kept = {str(at): paragraph for at, paragraph in enumerate(tables.get("intro", []))}
    places = [(at, typed.text(f"intro-{at}-was")) for at in range(_count(typed, "intro"))]
    typed_in = [(was, typed.wording(f"intro-{at}", kept.get(was))) for at, was in places]
    return [(was, paragraph) for was, paragraph in typed_in if paragraph]


def _audiences(typed: Typed, tables: Tables) -> list[Tables]:
    """Those there were are under the short name they had; a new one gets it from what it is called."""
    kept = {each.get("name"): each for each in tables.get("audience", [])}
    found: list[Tables] = []
    for at in range(_count(typed, "audience")):
        name, plural = typed.text(f"audience-{at}-was"), typed.text(f"audience-{at}-plural")
        before = kept.get(name, {})
        label = with_texts(before.get("label"), {DEFAULT: typed.text(f"audience-{at}-label")}) or ""
        if typed.text(f"audience-{at}-remove") == "yes" or not (before or plural or label):
            continue
        avoid = {str(each) for each in (DEFAULT, *kept, *LANGUAGES, *(each["name"] for each in found))}
        begun_so = re.fullmatch(SHORT_NAME, name) and name not in avoid
        name = name if before or begun_so else fresh_name(plural or said(label), avoid)
        found.append({**before, "name": name, "label": label, "plural": plural})
    return found


def short_names(typed: Typed) -> dict[str, str]:
    """The short name each audience had -> the one typed in; as it was where nothing is."""
    places = range(_count(typed, "audience"))
    pairs = ((typed.text(f"audience-{at}-was"), typed.text(f"audience-{at}-name")) for at in places)
    return {was: new or was for was, new in pairs if was}


def _quoting(typed: Typed, tables: Tables) -> Tables | None:
    question, _, choice = typed.text("quoting").partition(BETWEEN)
    return {"question": question, "choice": choice} if choice else None


def quoting_offered(tables: Tables) -> dict[str, str]:
    """How people can be asked whether they may be quoted -> how it is called: each answer, or one for all."""
    names = named(tables)
    asked = [each for each in questions(tables) if each.get("kind") in QUOTING]
    return {EACH: _("Ask below each answer, before it is sent")} | {
        f"{each['name']}{BETWEEN}{value}": f"{called(each)} – {label}"
        for each in asked
        for value, label in names[each["name"]].choices.items()
    }


def quoting_chosen(tables: Tables) -> str:
    """How people are asked now whether they may be quoted; empty where they are not."""
    if tables.get("quote_each"):
        return EACH
    quoting = tables.get("quoting") or {}
    return f"{quoting['question']}{BETWEEN}{quoting['choice']}" if quoting else ""


def with_audience_question(tables: Tables) -> Tables:
    """Where several audiences are asked and nobody asks who is answering, the first page begins with that question."""
    asked = any(each.get("kind") == AUDIENCE for each in questions(tables))
    if asked or len(tables.get("audience", [])) < 2 or not pages(tables):
        return tables
    tables, _ = add_question(tables, pages(tables)[0]["name"], {"name": AUDIENCE, **begun(AUDIENCE)})
    first = pages(tables)[0]["question"]
    first.insert(0, first.pop())
    return tables


def paragraphs(tables: Tables) -> list[tuple[str, Any]]:
    """The first words as they are kept, each with its place."""
    return [(str(at), paragraph) for at, paragraph in enumerate(tables.get("intro", []))]


def to_fill_in(rows: list[tuple[str, Any]]) -> list[tuple[str, dict[str, str]]]:
    """The first words as the form shows them, and one paragraph to add."""
    return [*((was, texts(paragraph)) for was, paragraph in rows), ("", {})]
