"""Many passages at once: the batch says what one at a time would say, to the last digit, and each short cut what the
long way says.
"""

import json
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.coding.learnt_words import WORD, words_of
from analysis.coding.model import load_or_train
from analysis.coding.naming import sets_of, themes_said
from analysis.coding.suggester import SectionSuggester
from analysis.coding.suggestion import Answer, Suggestion
from analysis.standard.edition import Edition, load_edition

DATA = Path(__file__).resolve().parents[3] / "benchmarks/data"
SETS = ("coding-dev.jsonl", "plain-dev.jsonl")
ODD = st.text(
    alphabet=st.one_of(
        st.sampled_from("ΑΣςσİıﬁßǅ'’‘._-–\u0301\u00ad\u200d\u1680\u2028\u3000\x1c\x85\xa0 \n\tK1٣"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)


@pytest.fixture(scope="module")
def suggester(model_folder: Path) -> SectionSuggester:
    return load_or_train(model_folder, load_edition("mdan"), encoded=False).suggester


def differing(some: list[list[Suggestion]], others: list[list[Suggestion]]) -> list[tuple[Suggestion, Suggestion]]:
    """The pairs that are not the same to the last digit."""
    pairs = zip(chain.from_iterable(some), chain.from_iterable(others), strict=True)
    return [(one, other) for one, other in pairs if one != other]


@pytest.mark.parametrize("asked", [True, False])
def test_a_batch_says_what_one_answer_at_a_time_would(suggester: SectionSuggester, asked: bool) -> None:
    lines = [line for name in SETS for line in (DATA / name).read_text(encoding="utf-8").splitlines()]
    responses = [json.loads(line) for line in lines]
    answers = [Answer([s["text"] for s in each["segments"]], each["prompt"] * asked) for each in responses]
    assert len(answers) > 300
    one_by_one = [suggester.suggest([answer], reasons=asked)[0] for answer in answers]
    assert differing(suggester.suggest(answers, reasons=asked), one_by_one) == []


@given(st.lists(st.lists(ODD, max_size=3), max_size=4), st.sampled_from(["", "Is there enough money?"]))
@settings(max_examples=30, deadline=None)
def test_so_it_does_for_odd_texts(suggester: SectionSuggester, texts: list[list[str]], question: str) -> None:
    answers = [Answer(passages, question) for passages in texts]
    one_by_one = [suggester.suggest([answer])[0] for answer in answers]
    assert differing(suggester.suggest(answers), one_by_one) == []


@given(ODD)
def test_the_words_of_a_text_are_those_of_its_tokens(text: str) -> None:
    whole = WORD.findall(text.lower().replace("’", "'"))
    assert [word for token in text.split() for word in words_of(token)] == whole


def test_an_endless_token_is_read_and_not_kept(suggester: SectionSuggester) -> None:
    before = suggester.features_.transform(["ab " * 3])
    long = suggester.features_.transform(["ab,ab,ab," + "," * 1_000_000])
    assert (before != long).nnz == 0


def themes_one_by_one(edition: Edition, chosen: tuple[str, ...], chances: list[float], threshold: float) -> list[str]:
    """The rule in plain words: the likeliest theme of each chosen section, and every other one over the threshold."""
    kept = []
    for section in chosen:
        within = [
            (chance, theme)
            for chance, (theme, of) in zip(chances, edition.section_of_theme.items(), strict=True)
            if of == section
        ]
        best = max(within, default=(0.0, ""))[1]
        kept += [theme for chance, theme in within if theme == best or chance > threshold]
    return kept


@given(st.data())
def test_sections_and_themes_are_named_as_by_the_plain_rule(data: st.DataObject) -> None:
    edition = load_edition("mdan")
    codes, themes = edition.section_codes, edition.theme_codes
    rows = data.draw(st.integers(0, 4))
    flags = st.lists(st.booleans(), min_size=len(codes), max_size=len(codes))
    levels = st.lists(st.sampled_from([0.1, 0.4, 0.5, 0.9]), min_size=len(themes), max_size=len(themes))
    over = np.array([data.draw(flags) for _ in range(rows)], dtype=bool).reshape(rows, len(codes))
    chances = np.array([data.draw(levels) for _ in range(rows)], dtype=float).reshape(rows, len(themes))
    chosen = sets_of(codes, over)
    assert chosen == [tuple(code for code, yes in zip(codes, row, strict=True) if yes) for row in over]
    assert sets_of(themes, themes_said(edition, over, chances, 0.4)) == [
        tuple(themes_one_by_one(edition, names, row, 0.4)) for names, row in zip(chosen, chances.tolist(), strict=True)
    ]
