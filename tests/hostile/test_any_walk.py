"""Any walk through a survey with every mechanism: no word is lost, one response at most, and it is what was said."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import tomli_w
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, delete

from safekeeping.database import session_for
from safekeeping.vault import Vault
from surveys.definition.published import publish
from surveys.intake.tables import Intake
from tests.factories import NOW
from tests.hostile.walked import LONGEST, PAGES, WALK, Memory, kept_of, read
from tests.surveys.browsing import FormReader, Person, intake_answers

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)

words = st.sampled_from(["", " ", "One", "Two\nlines", "é <b>&amp; 'x'", "w" * 40, "too long " * 12])
numbers = st.sampled_from(["", "3", "12", "99", "ages", "100"])
#: What can be taken where something else could not.
PLAIN = {"audience": ["survivor"], "weeks": ["12"], **{name: ["A word"] for name in LONGEST}}
#: A page of the site without the survey: where somebody stands who has not begun, or has sent.
OUTSIDE = ("", "sent")
#: What stands over the last page, in both languages of the survey.
THANKS = ("Thank you. Your answers are kept.", "Diolch. Mae eich atebion wedi’u cadw.")


class Walk(RuleBasedStateMachine):
    """One person, and what a patient observer writes down of what they do."""

    app: Flask
    engine: Engine
    keys: Vault

    def __init__(self) -> None:
        super().__init__()
        self.person = Person(self.app.test_client(), "walk")
        self.memory, self.sent, self.saved = Memory(), 0, False
        with session_for(self.engine) as session:
            session.execute(delete(Intake))
        self.press("start")

    # What is on the screen

    @property
    def page(self) -> str:
        """The name of the page of questions, “check”, “sent”, or nothing of these."""
        found = re.search(r'name="page" value="(\w+)"', self.person.page)
        if found:
            return found[1]
        if 'value="send"' in self.person.page:
            return "check"
        heading = re.search(r"<h1>(.*?)</h1>", self.person.page)
        return "sent" if heading and heading[1] in THANKS else ""

    @property
    def is_asking(self) -> bool:
        return self.page in PAGES

    @property
    def shown(self) -> list[str]:
        """The questions on the page."""
        return [name for name in PAGES[self.page] if f'name="q-{name}"' in self.person.page]

    def fields(self) -> dict[str, list[str]]:
        """What the form would send, field by field."""
        found: dict[str, list[str]] = {}
        for name, value in FormReader(self.person.page).fields:
            found.setdefault(name, []).append(value)
        return found

    def press(self, go: str, **typed: list[str]) -> None:
        """Press, and go where it leads; nothing may break, and nobody is sent away."""
        form = {**self.fields(), **{f"q-{name}": value for name, value in typed.items()}, "go": [go]}
        answer = self.person.post(form)
        assert answer.status_code in (200, 303, 422), (go, answer.status_code)
        self.person.sent = form

    def typed(self) -> dict[str, list[str]]:
        """What was sent just now, without what is no answer."""
        return {name: value for name, value in self.person.sent.items() if name.startswith("q-")}

    def filled(self, data: st.DataObject) -> dict[str, list[str]]:
        """Fill in some of what is on the page."""
        found: dict[str, list[str]] = {}
        for name in self.shown:
            if name != "first" and data.draw(st.booleans(), label=f"fill in {name}"):
                found[name] = self.drawn(data, name)
        return found

    def drawn(self, data: st.DataObject, name: str) -> list[str]:
        if name in LONGEST:
            return [data.draw(words)]
        if name == "weeks":
            return [data.draw(numbers)]
        offered = re.findall(rf'name="q-{name}"[^>]* value="(\w+)"', self.person.page)
        if name == "felt":
            return data.draw(st.lists(st.sampled_from(offered), unique=True).map(sorted))
        return [data.draw(st.sampled_from(offered))]

    def nothing_is_lost(self) -> None:
        """Each text and number stands in its field as it was typed last."""
        if not self.is_asking:
            return
        fields = self.fields()
        for name in {*LONGEST, "weeks"} & set(self.shown):
            there = fields[f"q-{name}"][0].replace("\r\n", "\n")
            assert there.strip() == self.memory.words(self.page, name).strip(), name

    # What people do

    @precondition(lambda self: self.is_asking)
    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Fill in and continue."""
        page, shown = self.page, self.shown
        self.press("continue", **self.filled(data))
        fine = self.memory.go_on(page, self.typed(), shown)
        assert fine or self.page == page
        assert not fine or 'class="errors"' not in self.person.page
        self.nothing_is_lost()

    @precondition(lambda self: self.is_asking)
    @rule()
    def hurry(self) -> None:
        """On to the check page, mending only what keeps one from it."""
        for _ in range(8):
            if not self.is_asking:
                return
            page, shown, fields = self.page, self.shown, self.fields()
            self.press("continue", **{name: PLAIN[name] for name in shown if not read(name, fields)[1]})
            assert self.memory.go_on(page, self.typed(), shown)
            self.nothing_is_lost()
        assert self.page == "check"

    @precondition(lambda self: self.is_asking)
    @rule(data=st.data())
    def go_back(self, data: st.DataObject) -> None:
        """Fill in and go back."""
        page, shown = self.page, self.shown
        self.press("back", **self.filled(data))
        self.memory.go_back(page, self.typed(), shown)
        self.nothing_is_lost()

    @precondition(lambda self: self.page == "after")
    @rule(data=st.data())
    def skip(self, data: st.DataObject) -> None:
        """Past a page about hard things."""
        self.press("skip", **self.filled(data))
        self.memory.skip("after", self.typed())
        self.nothing_is_lost()

    @precondition(lambda self: self.is_asking)
    @rule(data=st.data(), go=st.sampled_from(["language:cy", "language:en", "save"]))
    def stay(self, data: st.DataObject, go: str) -> None:
        """Another language; or read what saving means, and return."""
        page = self.page
        self.press(go, **self.filled(data))
        self.memory.hold(page, self.typed())
        self.person.look()
        assert self.page == page
        self.nothing_is_lost()

    @precondition(lambda self: self.is_asking and 'value="clear:' in self.person.page)
    @rule(data=st.data())
    def clear(self, data: st.DataObject) -> None:
        """Take a choice away."""
        page = self.page
        name = data.draw(st.sampled_from(re.findall(r'value="clear:(\w+)"', self.person.page)))
        self.press(f"clear:{name}", **self.filled(data))
        self.memory.hold(page, {each: value for each, value in self.typed().items() if each != f"q-{name}"})
        assert not self.fields().get(f"q-{name}")
        self.nothing_is_lost()

    @precondition(lambda self: 'value="rank:' in self.person.page)
    @rule(data=st.data())
    def rank(self, data: st.DataObject) -> None:
        """Move a choice; the order is as somebody would do it with cards."""
        go = data.draw(st.sampled_from(re.findall(r'value="(rank:[\w:]+)"', self.person.page)))
        _rank, name, move, value = go.split(":")
        order = self.fields().get(f"q-{name}", [""])[0].split()
        self.press(go, **self.filled(data))
        wanted = moved(order, move, value)
        assert self.fields()[f"q-{name}"][0].split() == wanted
        self.memory.hold("last", self.typed() | {f"q-{name}": [" ".join(wanted)]})
        self.nothing_is_lost()

    @precondition(lambda self: self.page == "check")
    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        """From the check page to one of the pages."""
        page = data.draw(st.sampled_from(re.findall(r'value="change:(\w+)"', self.person.page)))
        self.press(f"change:{page}")
        assert self.page == page
        self.nothing_is_lost()

    @precondition(lambda self: self.page == "check")
    @rule()
    def back_from_check(self) -> None:
        self.press("back")
        assert self.page == "last"
        self.nothing_is_lost()

    @precondition(lambda self: self.page not in OUTSIDE)
    @rule()
    def reload(self) -> None:
        """Open the address once more."""
        page = self.page
        self.person.look()
        assert self.page == page
        self.nothing_is_lost()

    @precondition(lambda self: self.page not in OUTSIDE)
    @rule()
    def again(self) -> None:
        """The same form is sent once more, as by a double click on the last button."""
        before = self.person.page
        if self.person.sent.get("go", [""])[0].startswith(("language", "change", "clear")):
            self.person.post(self.person.sent)
            assert FormReader(self.person.page).fields == FormReader(before).fields

    @precondition(lambda self: self.page == "check")
    @rule(times=st.integers(1, 3))
    def send(self, times: int) -> None:
        """Send, once or with a nervous finger: one response is kept, and it is what was answered on the path."""
        self.press("send")
        for _ in range(times - 1):
            self.person.post(self.person.sent)
        self.sent += 1
        assert self.page == "sent"
        kept = intake_answers(self.engine, self.keys, "walk")
        assert len(kept) == self.sent
        assert kept_of(self.memory.answers) in kept

    @precondition(lambda self: self.page == "sent")
    @rule()
    def start_again(self) -> None:
        self.press("start")
        self.memory = Memory()
        assert self.page == "you"

    @precondition(lambda self: self.page not in OUTSIDE)
    @rule()
    def leave(self) -> None:
        """Exit, and come again: nothing is there."""
        self.person.client.get("/x")
        self.person.look()
        assert self.page == ""
        self.memory = Memory()
        self.press("start")
        assert self.page == "you"

    def teardown(self) -> None:
        """Nothing else was kept."""
        assert len(intake_answers(self.engine, self.keys, "walk")) == self.sent


def moved(order: list[str], move: str, value: str) -> list[str]:
    """The order of cards after one is moved."""
    at = order.index(value) if value in order else len(order)
    rest = [each for each in order if each != value]
    places: dict[str, Callable[[], list[str]]] = {
        "next": lambda: [*rest, value],
        "out": lambda: rest,
        "up": lambda: [*rest[: max(at - 1, 0)], value, *rest[max(at - 1, 0) :]],
        "down": lambda: [*rest[: at + 1], value, *rest[at + 1 :]],
    }
    return places[move]()


@pytest.fixture
def walk(app: Flask, engine: Engine, keys: Vault) -> type[Walk]:
    """The machine, on this installation."""
    with session_for(engine) as session:
        publish(session, keys, tomli_w.dumps(WALK), NOW)
    parts: dict[str, Any] = {"app": app, "engine": engine, "keys": keys}
    return type("WalkHere", (Walk,), parts)


def walked(walk: type[Walk], count: int, steps: int) -> None:
    chosen = settings(
        max_examples=count,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(walk, settings=chosen)


def test_any_walk_loses_nothing_and_keeps_one(walk: type[Walk]) -> None:
    walked(walk, 20, 12)


def begun(walk: type[Walk], **answers: str) -> Person:
    """Somebody on the page with conditions, with these answers."""
    person = Person(walk.app.test_client(), "walk").start()
    person.press("continue", asked="yes")
    person.press("continue", **answers)
    return person


def back_to_asked(person: Person) -> None:
    while 'name="q-asked"' not in person.page:
        person.press("back")


def test_words_that_are_too_many_for_a_question_that_closes_are_mended_when_it_opens(walk: type[Walk]) -> None:
    person = begun(walk)
    back_to_asked(person)
    person.press("continue", asked="no", whom="long " * 20)
    back_to_asked(person)
    person.press("continue", asked="yes")
    assert person.form()["q-whom"] == "long " * 20
    person.press("continue")
    assert "This is 60 characters too long" in person.page


def test_words_of_a_question_that_opens_again_beside_a_fault_are_there(walk: type[Walk]) -> None:
    person = begun(walk, whom="Precious words")
    back_to_asked(person)
    person.press("continue", asked="no")
    back_to_asked(person)
    person.press("back", asked="yes", weeks="ages")
    person.press("continue")
    assert (person.form()["q-whom"], person.form()["q-weeks"]) == ("Precious words", "ages")


@pytest.mark.attack
def test_nor_do_two_thousand_walks(walk: type[Walk]) -> None:
    walked(walk, 2_000, 20)
