"""The coding desk in a real browser: by keyboard alone, without scripts, and as everybody can use it.

`PICTURES=docs/pictures` keeps what it sees as pictures. `RECORDED=folder` keeps a recording of the coding by keyboard,
every key and every page, that `playwright show-trace` plays.
"""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from analysis.auditing.sample_tables import AuditUnit
from analysis.coding.desk_tables import DeskHabit, PassageMark, PassageMemo
from analysis.coding.flag_tables import PassageFlags
from analysis.coding.tables import Coding, DeskAct, Passage, Suggestion
from analysis.standard.edition import load_edition
from tests.browser.conftest import DESK, Running, press, problems, read_it

pytestmark = [pytest.mark.browser]

OpenPage = Callable[..., Page]
Said = tuple[list[str], list[str], str]
PICTURES, RECORDED = os.environ.get("PICTURES", ""), os.environ.get("RECORDED", "")
MDAN = load_edition("mdan")
THEME_KEYS, STANCES = "qwertyio", {"z": "praise", "x": "problem", "c": "suggestion", "v": "neutral"}
#: What is pressed for one passage, and what is to be kept: sections, themes and stance; None is what was suggested.
KEYED: tuple[tuple[str, Said | None], ...] = (
    ("1s", (["LG"], [], "")),
    ("a", None),
    ("2wxs", (["AE"], ["AE2"], "problem")),
    ("0", ([], [], "")),
    ("3qe4wcs", (["SD", "OE"], ["SD1", "SD3", "OE2"], "suggestion")),
    ("11z2s", (["AE"], [], "praise")),
    ("12q1qw2vs", (["LG", "AE"], ["LG1", "LG2", "AE1"], "neutral")),
    ("xx4s", (["OE"], [], "")),
)


def picture(page: Page, name: str) -> None:
    """Keep what is seen on a desk in the light, where pictures are made."""
    if PICTURES and page.viewport_size == DESK and page.evaluate("matchMedia('(prefers-color-scheme: light)').matches"):
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@contextmanager
def stored(heard: Running) -> Iterator[Session]:
    """What is kept, read beside the running program."""
    engine, _vault = heard.stores()
    with Session(engine) as session:
        yield session
    engine.dispose()


def here(page: Page) -> bytes:
    """The id of the passage that the page is about."""
    return bytes.fromhex(page.url.partition("?")[0].rsplit("/", 1)[1])


@contextmanager
def recorded(page: Page, name: str) -> Iterator[None]:
    """Keep every key and every page, where recordings are made."""
    if RECORDED:
        page.context.tracing.start(screenshots=True, snapshots=True)
    yield
    if RECORDED:
        page.context.tracing.stop(path=Path(RECORDED) / f"{name}.zip")


def coded_by_keyboard(heard: Running, page: Page, count: int) -> None:
    """Decide on every passage of so many responses that still waits, and hold what is kept to what was pressed."""
    with stored(heard) as session:
        response_of = {each.id: each.response_id for each in session.scalars(select(Passage))}
        suggested = {each.passage_id: said(each) for each in session.scalars(select(Suggestion))}
    expected: dict[bytes, Said] = {}
    while len({response_of[each] for each in (*expected, here(page))}) <= count:
        if page.locator("[value=open]").count():
            press(page, "o")
        keys, kept = KEYED[len(expected) % len(KEYED)]
        if keys == "a" and not page.locator("[value=accept]").count():
            keys, kept = KEYED[0]
        expected[here(page)] = kept or suggested[here(page)]
        press(page, keys)
        expect(page.locator("#did")).to_have_text("Saved.")
    with stored(heard) as session:
        mine = select(Coding).where(Coding.passage_id.in_(expected)).order_by(Coding.coded_at)
        assert {each.passage_id: said(each) for each in session.scalars(mine)} == expected
        done = {response_of[each] for each in expected}
        left = select(Passage.id).where(Passage.response_id.in_(done), Passage.id.not_in(select(Coding.passage_id)))
        assert len(done) == count
        assert not session.scalars(left).all()


def said(row: Coding | Suggestion) -> Said:
    """What a row says: sections, themes, stance."""
    return row.sections, row.themes, row.stance


@pytest.mark.parametrize("count", [2, pytest.param(50, marks=pytest.mark.slow)])
def test_responses_are_coded_with_themes_and_stance_by_keyboard_alone(
    heard: Running, at_the_desk: OpenPage, count: int
) -> None:
    page = at_the_desk("/desk/code/views")
    with recorded(page, f"{count}-responses-by-keyboard"):
        coded_by_keyboard(heard, page, count)


def test_two_are_coded_without_scripts(heard: Running, at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/code/views", scripts=False)
    done = []
    for theme in ("AE3", "LG2"):
        read_it(page)
        done.append(here(page))
        page.locator(f"details.themes:has([value={theme}]) summary").click()
        page.check(f"input[value={theme}]")
        page.check("input[name=stance][value=problem]")
        page.click("button[value=save]")
        assert page.inner_text("#did") == "Saved."
    with stored(heard) as session:
        found = {each.passage_id: each for each in session.scalars(select(Coding).where(Coding.passage_id.in_(done)))}
    assert [(found[each].sections, found[each].themes, found[each].stance) for each in done] == [
        (["AE"], ["AE3"], "problem"),
        (["LG"], ["LG2"], "problem"),
    ]


def test_every_other_act_has_a_key_and_a_way_back(heard: Running, at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/code/views")
    read_it(page)
    start = here(page)
    for key, said, back in (
        ("k", "The mark is on.", "The mark is as it was before."),
        ("f", "The mark is on.", "The mark is as it was before."),
        ("l", "Put off. It comes again at the end.", "It is not put off any more."),
    ):
        press(page, key)
        expect(page.locator("#did")).to_have_text(said)
        read_it(page)
        press(page, "u")
        expect(page.locator("#did")).to_have_text(back)
        assert here(page) == start
    page.keyboard.press("m")
    page.keyboard.type("asks 1 thing; s")
    page.keyboard.press("Escape")
    press(page, "0")
    read_it(page)
    press(page, "u")
    press(page, "u")
    assert here(page) == start
    with stored(heard) as session:
        assert session.scalars(select(PassageMemo.id).where(PassageMemo.passage_id == start)).all()
        assert len(session.scalars(select(PassageMark.id).where(PassageMark.passage_id == start)).all()) == 2
        assert not session.scalars(select(Coding.id).where(Coding.passage_id == start)).all()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_have_attribute("open", "")
    press(page, "h")
    expect(page.locator("main")).not_to_contain_text("% sure")
    press(page, "h")


def test_a_passage_is_split_and_joined_by_keyboard(heard: Running, at_the_desk: OpenPage) -> None:
    with stored(heard) as session:
        audited = set(session.scalars(select(Passage.id).join(AuditUnit, AuditUnit.response_id == Passage.response_id)))
    page = at_the_desk("/desk/code/views")
    read_it(page)
    while here(page) in audited or page.locator("#now").inner_text().count(" ") < 6:  # what was audited is not cut anew
        press(page, "l")
        read_it(page)
    words = page.locator("#now").inner_text()
    press(page, "/")
    expect(page.locator(".words button").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".words button").nth(1)).to_be_focused()
    press(page, ("Enter",))
    expect(page.locator("#did")).to_contain_text("The passage is split.")
    assert words.startswith(page.locator("#now").inner_text())
    press(page, "j")
    expect(page.locator("#now")).to_have_text(words)
    press(page, "u")
    press(page, "u")
    expect(page.locator("#now")).to_have_text(words)


@contextmanager
def held(heard: Running) -> Iterator[str]:
    """The address of a passage that is made one to be announced first."""
    with stored(heard) as session:
        done = select(DeskAct.passage_id)
        fresh = select(Passage.id).where(Passage.id.not_in(done), Passage.id.not_in(select(Coding.passage_id)))
        passage_id = session.scalars(fresh.order_by(Passage.id.desc()).limit(1)).one()
        flags = update(PassageFlags).where(PassageFlags.passage_id == passage_id)
        session.execute(flags.values(danger=True))
        session.commit()
        yield f"/desk/code/views/{passage_id.hex()}"
        session.execute(flags.values(danger=False))
        session.commit()


def test_the_desk_is_accessible_in_every_state(heard: Running, at_the_desk: OpenPage, seen: dict[str, bool]) -> None:
    page = at_the_desk("/desk/code/views", **seen)
    read_it(page)
    found = {"plain": problems(page)}
    picture(page, "desk")
    where = page.url.partition("?")[0]
    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
    found["memo, themes and keys open"] = problems(page)
    page.fill("#memo", "Compare with the first answer.")
    page.click("button[value=colleague]")
    found["marked"] = problems(page)
    page.click("button[value=where]")
    found["split"] = problems(page)
    picture(page, "desk-split")
    page.goto(f"{where}?")
    page.click("button[value=hint]")
    found["hint hidden"] = problems(page)
    page.click("button[value=hint]")
    for path in ("decided", "decided?show=none", "marked/colleague", "marked/quote"):
        page.goto(f"{heard.address}/desk/code/views/{path}")
        found[path] = problems(page)
    page.goto(f"{heard.address}/desk/collect/views/pace")
    found["pace"] = problems(page)
    page.fill("#break_after", "many")
    page.locator("main form button").click()
    expect(page.locator(".errors")).to_be_visible()
    found["pace, not so"] = problems(page)
    with held(heard) as address:
        page.goto(f"{heard.address}{address}")
        expect(page.locator("h1")).to_have_text("The next passage may speak of harm")
        expect(page.locator("[data-key=b]")).to_be_visible()
        found["announced"] = problems(page)
        picture(page, "desk-announced")
    page.goto(where)
    page.click("button[value=colleague]")
    assert {state: faults for state, faults in found.items() if faults} == {}


@pytest.mark.parametrize("where", ["", "?split=1"])
def test_it_fits_a_small_screen_and_a_thumb(at_the_desk: OpenPage, where: str) -> None:
    page = at_the_desk("/desk/code/views", phone=True)
    read_it(page)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{page.url.partition('?')[0]}{where}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        """[...document.querySelectorAll('main button, main label.code, main summary')]
        .filter(each => each.offsetHeight && each.offsetHeight < 44).map(each => each.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_hint_stays_hidden_for_this_coder_everywhere(heard: Running, at_the_desk: OpenPage) -> None:
    page = at_the_desk("/desk/code/views")
    read_it(page)
    press(page, "h")
    again = at_the_desk("/desk/code/views")
    read_it(again)
    content = again.content()
    press(again, "h")
    assert not re.search(r"% sure|led there|Accept suggestion", content)
    with stored(heard) as session:
        assert set(session.scalars(select(DeskHabit.hint_hidden))) == {False}
