"""Pages rendered once: as if they were rendered for each person, and nothing of anybody in them."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from safekeeping.database import session_for
from safekeeping.vault import Vault
from surveys.definition.load import load_survey
from surveys.definition.published import publish
from surveys.responding.prepared import NOBODYS_TOKEN, Prepared, is_alike
from tests.factories import NOW, definition
from tests.surveys.browsing import FormReader, Person, heading, put_up

DEFINITIONS = Path(__file__).parent / "definitions"
#: Left out are those in which something must be answered that no first choice takes.
WALKED = sorted(path.stem for path in DEFINITIONS.glob("*.toml") if "[[page]]" in path.read_text(encoding="utf-8"))
SECRET_PARTS = re.compile(r'name="token"[^>]*value="[0-9a-f]{64}"|<!-- .*? -->', re.DOTALL)
MOST_PAGES = 12
ONE_PAGE_MORE = """
[[page]]
name = "more"
title = "More"

[[page.question]]
name = "more"
kind = "long-text"
wording = "And what else?"
"""


class NeverKept(Prepared):
    """Renders for each person."""

    def get(self, key: Any, render: Any) -> str:
        """What `render` gives now."""
        return str(render())


def plain(page: str) -> str:
    """A page without what is each person's own: the token, and what fills it up."""
    return SECRET_PARTS.sub("", page)


def first_choices(page: str, at: int) -> dict[str, Any]:
    """Something for every field of a page: a choice, else a number or a word."""
    typed = dict(FormReader(page).fields)
    boxes: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="(?:radio|checkbox)" name="(q-[^"]+)"[^>]* value="([^"]*)"', page):
        boxes.setdefault(name, []).append(value)
    for name in re.findall(r'<(?:input type="text"|textarea)[^>]* name="(q-[^"]+)"', page):
        typed[name] = "ZZ99" if "postcode" in name else "12"
    return typed | {name: values[at % len(values)] for name, values in boxes.items()}


def walk(app: Flask, address: str, at: int) -> list[str]:
    """Every page that somebody sees who takes the choice at `at` of each question."""
    person = Person(app.test_client(), address)
    pages = [person.look()]
    person.post({"go": "intro"})
    pages.append(person.page)
    person.post({"go": "start"})
    pages.append(person.page)
    for _page in range(MOST_PAGES):
        person.post(first_choices(person.page, at) | {"go": "continue" if 'name="page"' in person.page else "send"})
        pages.append(person.page)
    return pages


@pytest.mark.parametrize("name", WALKED)
def test_everybody_sees_what_would_have_been_rendered_for_them(
    app: Flask, engine: Engine, keys: Vault, name: str
) -> None:
    address = put_up(engine, keys, name).address
    prepared = app.extensions["prepared"]
    for at in (0, 1, 0):
        kept = walk(app, address, at)
        app.extensions["prepared"] = NeverKept()
        rendered = walk(app, address, at)
        app.extensions["prepared"] = prepared
        assert list(map(plain, kept)) == list(map(plain, rendered))
        assert not any(NOBODYS_TOKEN in page for page in kept)


def test_each_person_gets_their_own_token(app: Flask, engine: Engine, keys: Vault) -> None:
    address = put_up(engine, keys, "tiny").address
    pages = [Person(app.test_client(), address).start().page for _person in range(3)]
    tokens = {found for page in pages for found in re.findall(r'name="token"[^>]*value="([0-9a-f]{64})"', page)}
    assert len(tokens) == 3


def test_no_words_of_one_are_shown_to_another(app: Flask, writing: Person, engine: Engine) -> None:
    writing.press("continue", say="canary of the first")
    writing.press("back")
    assert "canary" in writing.page
    other = Person(app.test_client()).start()
    assert heading(other.page) == heading(writing.page)
    assert "canary" not in other.page
    writing.press("continue")
    other.press("continue", say="of the second")
    assert heading(other.page) == heading(writing.page) == "Check your answers"
    assert "canary" in writing.page
    assert "canary" not in other.page
    assert "of the second" in other.page


def test_a_title_that_shows_an_answer_shows_each_their_own(app: Flask, engine: Engine, keys: Vault) -> None:
    text = definition("tiny").replace('public_title = "', 'public_title = "${say}: ', 1)
    with session_for(engine) as session:
        address = publish(session, keys, text + ONE_PAGE_MORE, NOW).address
    for word, other in (("canary", "robin"), ("robin", "canary")):
        person = Person(app.test_client(), address).start()
        person.press("continue", say=word)
        shown = [person.page]
        person.press("continue")
        shown.append(person.page)
        assert list(map(heading, shown)) == ["More", "Check your answers"]
        assert all(f"{word}: Your views" in page and other not in page for page in shown)


@pytest.mark.parametrize(
    ("name", "page", "alike"),
    [("tiny", "words", True), ("date", None, False), ("logic", None, False), ("number", None, True)],
)
def test_what_shows_an_answer_or_a_day_is_not_alike(name: str, page: str | None, alike: bool) -> None:
    survey = load_survey(DEFINITIONS / f"{name}.toml")
    pages = [survey.page(page)] if page else list(survey.pages)
    assert all(is_alike(each) for each in pages if each) is alike


@given(asked=st.lists(st.integers(0, 9), max_size=60), most=st.integers(0, 6))
def test_it_gives_what_is_rendered_and_keeps_no_more_than_it_may(asked: list[int], most: int) -> None:
    prepared = Prepared(most)
    for key in asked:
        assert prepared.get(key, lambda key=key: f"page {key}") == f"page {key}"  # type: ignore[misc]
        assert len(prepared) <= most
