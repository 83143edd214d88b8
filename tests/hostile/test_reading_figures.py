"""What analysts see of words and codes, attacked: by every mix of choices, by subtracting, and by waiting for more.

The strongest of these: whatever is withheld can be anything that is to be withheld, and nothing shown changes.
"""

import re
from collections import Counter
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from analysis.jobs import KINDS
from analysis.reading.figures_kept import pairs_of
from analysis.reading.shown_figures import LISTS, TOGETHER, WORDS, GroupCount, marking, protected
from analysis.standard.edition import load_edition
from safekeeping.jobs import Bench
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey
from surveys.intake.rounding import THRESHOLD
from tests.analysis.reading.waves_read import answered, coded
from tests.factories import let_in, submitted

ONE, NINE = "zwölfcanary", "ninefold"
EDITION = load_edition("mdan")
PAIRS = pairs_of(EDITION)
GROUPS = ("survivor", "provider", TOGETHER)
FEWER = (("provider",), ("",))
ANALYSTS = ("analyst", "reviewer")


def people() -> list[tuple[str, str]]:
    """Thirty survivors and twenty-five providers. One survivor says a word nobody else does; nine say another."""
    survivors = [f"The waiting list took months. {'The poster and the police.' if at % 2 else ''}" for at in range(30)]
    survivors = [f"{words} {NINE if at < 9 else ''}" for at, words in enumerate(survivors)]
    survivors[-1] += f" My {ONE}."
    providers = [f"Our staff {'and the police and the waiting list' if at % 2 else ''} are kind" for at in range(25)]
    return [*(("survivor", words) for words in survivors), *(("provider", words) for words in providers)]


@pytest.fixture
def bench(engine: Engine, keys: Vault) -> Bench:
    return Bench(engine, keys, lambda done, total: None, {})


def count(bench: Bench, row: PublishedSurvey) -> None:
    KINDS["count words"](bench, row.id.hex())


def every_figure(analyst: FlaskClient, againsts: tuple[str, ...] = GROUPS, levels: tuple[str, ...] = ("", "AE")) -> str:
    """All that the figures' pages and pictures say, by every mix of choices."""
    pages = [analyst.get("/desk/read/tiny/figures?group=nobody&against=nobody&list=nothing&level=XX").text]
    for group, against, kind, level in product(GROUPS, againsts, LISTS, levels):
        chosen = {"group": group, "against": against, "list": kind, "level": level}
        pages.append(analyst.get("/desk/read/tiny/figures", query_string=chosen).text)
    pages += [analyst.get(f"/desk/read/tiny/figures.svg?group={group}").text for group in GROUPS]
    return "\n".join(pages)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_word_of_few_is_nowhere_for_analysts(app: Flask, session: Session, keys: Vault, bench: Bench) -> None:
    row = answered(session, keys, people())
    analyst = let_in(app, session, "Analyst", ANALYSTS)
    assert "Count words and codes" in analyst.get("/desk/read/tiny/figures").text
    count(bench, row)
    shown = every_figure(analyst)
    assert "waiting" in shown
    assert "waiting list" in shown
    for word in (ONE, NINE):
        assert word not in shown
    assert "took months" not in re.sub(r"\s+", " ", re.sub(r"<th.*?</th>", "", shown))  # nobody's sentence
    _refused(analyst)


def _refused(analyst: FlaskClient) -> None:
    """The tools that show words are not theirs, nor are other people's questions."""
    found = re.search(r'name="token" value="(\w+)"', analyst.get("/desk/account").text)
    assert found
    sent: dict[str, Any] = {"token": found[1], "text": ONE}
    for kind in ("find", "kwic", "beside", "frequencies", "keyness", "together"):
        assert analyst.get(f"/desk/read/tiny/ask/{kind}").status_code == 403
        assert analyst.post(f"/desk/read/tiny/ask/{kind}", data=sent).status_code == 403
    for address in (
        "/desk/read",
        "/desk/read/tiny",
        "/desk/read/tiny/asked/00",
        "/desk/read/tiny/asked/00/picture.svg",
    ):
        assert analyst.get(address).status_code == 403


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_waiting_for_one_more_answer_tells_nothing(app: Flask, session: Session, keys: Vault, bench: Bench) -> None:
    """Eight more say what nine said: only when ten have come do the figures change, and then by ten people at once."""
    row = answered(session, keys, people())
    analyst = let_in(app, session, "Analyst", ANALYSTS)
    count(bench, row)
    before = every_figure(analyst, *FEWER)
    for said, changes in ((8, False), (2, True)):
        submitted(session, row, said, say=f"The waiting list took months. {NINE}")
        coded(session, keys, row)
        session.commit()
        count(bench, row)
        assert (every_figure(analyst, *FEWER) != before) is changes
    assert NINE in every_figure(analyst, *FEWER)


def group(responses: int, said: dict[str, int], codes: tuple[int, int, int] = (0, 0, 0)) -> GroupCount:
    """An audience of so many: how many said each word, and how many have the first two sections, each and both."""
    one, other = PAIRS[0]
    counted = GroupCount(responses, responses, codes=Counter({one: codes[0], other: codes[1]}))
    counted.pairs[one, other] = codes[2]
    for kind in LISTS:
        for word, times in said.items():
            for _person in range(times):
                counted.said[kind].update({word})
    return counted


SIZES = st.integers(0, 80)
FEW = st.integers(0, THRESHOLD - 1)


@settings(max_examples=150, deadline=None)
@given(SIZES, SIZES, FEW, FEW, st.integers(0, 80), st.booleans())
def test_nothing_shown_depends_on_what_is_withheld(
    here: int, there: int, true: int, guessed: int, others: int, nearly_all: bool
) -> None:
    """Few people, or all but few, said a word here; any number there. Whoever guesses another few sees the same."""
    there_said, figures = min(others, there), []
    for few in (min(true, here), min(guessed, here)):
        said = here - few if nearly_all else few
        groups = {"survivor": group(here, {"word": said}), "provider": group(there, {"word": there_said})}
        shown = protected(groups, PAIRS)
        figures.append((shown.to_json(), [marking(shown, WORDS, *pair) for pair in _pairs_shown(shown.bases)]))
    assert figures[0] == figures[1]


def _pairs_shown(bases: Any) -> list[tuple[str, str]]:
    return [(one, other) for one in bases for other in bases if one != other and TOGETHER not in (one, other)]


@settings(max_examples=150, deadline=None)
@given(SIZES, st.integers(0, 80), st.integers(0, 80), FEW, FEW, st.integers(40, 80))
def test_no_cell_of_two_codes_can_be_told(here: int, one: int, other: int, true: int, guessed: int, there: int) -> None:
    """Too few have both codes: whatever the number is, the same is shown, in the audience and together."""
    one, other = min(one, here), min(other, here)
    most, least = min(one, other), max(0, one + other - here)
    figures = []
    for few in (true, guessed):
        both = min(max(few, least), most)
        if both >= THRESHOLD:
            return
        groups = {"survivor": group(here, {}, (one, other, both)), "provider": group(there, {}, (20, 20, 10))}
        figures.append(protected(groups, PAIRS).to_json())
    assert figures[0] == figures[1]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abc"), st.tuples(SIZES, st.dictionaries(st.sampled_from(["x", "y"]), SIZES))))
def test_together_is_made_of_shown_figures_only(counted: dict[str, tuple[int, dict[str, int]]]) -> None:
    groups = {
        name: group(size, {word: min(n, size) for word, n in said.items()}) for name, (size, said) in counted.items()
    }
    shown = protected(groups, PAIRS)
    for name, shares in shown.lists[WORDS].items():
        for word in shares:
            inside = [groups[each] for each in shown.bases if each != TOGETHER] if name == TOGETHER else [groups[name]]
            for each in inside:
                assert THRESHOLD <= each.said[WORDS].counted()[word] <= each.responses - THRESHOLD
