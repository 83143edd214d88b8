"""Features against the library they replace, and on what nobody has learnt."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.snowball import SnowballStemmer
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.coding.features import TextFeatures, letter_sequences, stems
from analysis.coding.learnt_words import stem
from analysis.coding.letter_runs import LetterRuns
from analysis.coding.phrase_tree import PhraseTree
from analysis.standard.edition import load_edition

PASSAGES = [
    "They never rang me back, they never rang.",
    "More funding is needed for the refuge.",
    "The refuge did not take men’s dogs",
    "n/a",
    "",
    "My worker rang me and I felt safe.",
]
NEW = ["Nobody rang the refuge about a xylophone.", "", "Zzz!", "they NEVER rang, they never rang"]


@pytest.fixture(scope="module")
def features() -> TextFeatures:
    return TextFeatures(load_edition("mdan")).fit(PASSAGES)


def test_phrases_weigh_what_scikit_learn_gives_them(features: TextFeatures) -> None:
    theirs = TfidfVectorizer(
        tokenizer=stems, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True
    ).fit(PASSAGES)
    ours = [" ".join(phrase) for phrase in features.phrases_]
    assert ours == list(theirs.get_feature_names_out())
    for passages in (PASSAGES, NEW):
        block = features.transform(passages).toarray()[:, : len(ours)]
        assert np.allclose(block, theirs.transform(passages).toarray())


def test_letter_sequences_are_those_of_scikit_learn_for_words_alone(features: TextFeatures) -> None:
    theirs = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5)).build_analyzer()
    for word in ("refuge", "me", "xylophone"):
        assert sorted(letter_sequences(word)) == sorted(set(theirs(word)))


def test_every_row_is_of_length_one_or_empty(features: TextFeatures) -> None:
    last = len(features.phrases_) + len(features.sequences_)
    letters = features.transform([*PASSAGES, *NEW])[:, len(features.phrases_) : last]
    lengths = np.sqrt(np.asarray(letters.multiply(letters).sum(axis=1))).ravel()
    assert np.all(np.isclose(lengths, 1) | (lengths == 0))
    assert lengths[0] > 0


def test_passages_do_not_touch_one_another(features: TextFeatures) -> None:
    together = features.transform([*NEW, *PASSAGES]).toarray()
    apart = np.vstack([features.transform([each]).toarray() for each in [*NEW, *PASSAGES]])
    assert np.allclose(together, apart)


def test_no_passages_and_a_word_without_end_are_no_trouble(features: TextFeatures) -> None:
    assert features.transform([]).shape[0] == 0
    assert features.transform(["x" * 1_000_000]).shape[0] == 1
    assert features.transform(["Xq:Zq"]).toarray()[:, : len(features.phrases_)].sum() == 0


def test_a_tree_knows_its_phrases_and_no_others() -> None:
    tree = PhraseTree.of({"a": 0, "b": 1, "c": 2}, [("a", "b", "c"), ("b", "z")])
    found = {phrase: tree.node(phrase) for phrase in [("a",), ("a", "b"), ("a", "b", "c"), ("b", "c"), ("b", "z")]}
    assert [node >= 0 for node in found.values()] == [True, True, True, False, False]
    assert tree.size == 5


RUNS = st.text(alphabet="ab' ", min_size=3, max_size=5).filter(lambda run: " " not in run[1:-1])


@given(st.sets(RUNS), st.lists(st.text(alphabet="abç'𝔞\ud800", min_size=1, max_size=9), max_size=4))
def test_runs_of_letters_are_found_as_if_each_were_looked_up(known: set[str], words: list[str]) -> None:
    columns = {run: column for column, run in enumerate(sorted(known))}
    rows, found = LetterRuns.of(columns).find(words)
    plain = [(row, columns[run]) for row, word in enumerate(words) for run in letter_sequences(word) if run in columns]
    assert sorted(zip(rows.tolist(), found.tolist(), strict=True)) == sorted(plain)


@given(st.text(alphabet="0123456789٣४"))
def test_numbers_are_their_own_stems(word: str) -> None:
    assert stem(word) == SnowballStemmer("english").stem(word)


def test_what_is_remembered_changes_nothing() -> None:
    fresh = TextFeatures(load_edition("mdan")).fit(PASSAGES)
    texts = ["Refuge, refuge; REFUGE!", "rang-me (back) 12345", "Abacus zebra rang abacus"]
    first = fresh.transform(texts)
    for _ in range(2):
        fresh.transform([*NEW, "aardvark zebra-crossing (refuge)", *texts])
        again = fresh.transform(texts)
        for part in ("data", "indices", "indptr"):
            assert np.array_equal(getattr(first, part), getattr(again, part))
