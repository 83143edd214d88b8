"""Words as numbers: stems, letter sequences and cues of a passage as one sparse matrix.

Snowball stems come with NLTK and need no data. The three kinds of feature see different things: stems
and pairs of them generalise over endings, letter sequences survive misspelling, cues carry what the coding
frame says. What a word is made of is worked out once for each word, not for each time it stands somewhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from analysis.coding.learnt_words import WORD, LearntWords, Read, stem, words_of
from analysis.coding.letter_runs import LONGEST, SHORTEST
from analysis.coding.phrase_tree import Phrase, PhraseTree, Whole
from analysis.standard.edition import Edition

CUE_WEIGHT = 0.5  # against one TF-IDF row, whose length is 1; chosen by grouped cross-validation


@lru_cache(maxsize=20_000)
def letter_sequences(word: str) -> tuple[str, ...]:
    """Runs of three to five letters of a word in small letters, with a space before and after it."""
    padded = f" {word} "
    lengths = range(SHORTEST, min(LONGEST, len(padded)) + 1)
    return tuple(padded[at : at + size] for size in lengths for at in range(len(padded) - size + 1))


def word_spans(passage: str) -> list[tuple[int, int]]:
    """Where the words of a passage stand, in code points."""
    return [match.span() for match in WORD.finditer(passage)]


def stems(passage: str) -> list[str]:
    """The stems of a passage in order."""
    return [stem(word) for word in WORD.findall(passage)]


def phrases(words: Sequence[str], longest: Mapping[str, int]) -> Iterator[tuple[int, Phrase]]:
    """Runs of words that may be known, as (place of the first word, the run).

    ``longest``: first word -> how many words the longest known phrase has that begins with it.
    """
    for place, word in enumerate(words):
        for size in range(1, min(longest.get(word, 0), len(words) - place) + 1):
            yield place, tuple(words[place : place + size])


def longest_by_first_word(known: Iterable[Phrase]) -> dict[str, int]:
    """What ``phrases`` needs to look no further than it must."""
    longest: dict[str, int] = {}
    for phrase in known:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return longest


class TextFeatures:
    """Turns passages into a sparse matrix (passages x features). Learns its vocabulary in ``fit``.

    Attributes after ``fit``: ``tree_`` (all phrases), ``phrases_`` and ``sequences_`` (phrase of stems, run
    of letters -> column within its block), ``phrase_rarity_`` and ``sequence_rarity_`` (inverse document
    frequencies), ``cues_`` (phrase -> {theme: weight}).
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def fit(self, passages: Sequence[str]) -> "TextFeatures":
        """Learn the vocabulary of these passages."""
        few = len(passages) < 200
        self.cues_ = _cues(self.edition)
        stemmed = [stems(passage) for passage in passages]
        self._fit_phrases(stemmed, 1 if few else 2)
        self._fit_sequences(passages, 1 if few else 3)
        learnt = (word for passage in passages for word in _words(passage))
        self.words_ = LearntWords(learnt, self.tree_.stems, self.sequences_)
        return self

    def transform(self, passages: Sequence[str]) -> Any:
        """Sparse matrix: phrases of stems, then letter sequences, then one column of cue counts for each theme."""
        return hstack(self.blocks(passages), format="csr")

    def blocks(self, passages: Sequence[str]) -> tuple[Any, Any, Any]:
        """The same as one sparse matrix for each kind of feature, which saves putting them side by side."""
        read = self.words_.read(passages)
        hits = list(self.tree_.walk(self.words_.stems(read), read.passages))
        nodes = np.concatenate([node for _, node in hits]) if hits else read.rows[:0]
        rows = np.concatenate([read.passages[at] for at, _ in hits]) if hits else read.rows[:0]
        column = self._column[nodes]
        kept = column >= 0
        spoken = _counts(rows[kept], column[kept], (len(passages), len(self.phrases_)))
        return (
            _weighed(spoken, self.phrase_rarity_),
            _weighed(self._spelt(read, len(passages)), self.sequence_rarity_),
            self._cue_counts(rows, nodes, len(passages)),
        )

    def _fit_phrases(self, stemmed: list[list[str]], least: int) -> None:
        seen = Counter(phrase for words in stemmed for phrase in set(_singles_and_pairs(words)))
        kept = sorted(phrase for phrase, times in seen.items() if times >= least)
        self.phrases_ = {phrase: column for column, phrase in enumerate(kept)}
        self.phrase_rarity_ = _rarity(np.array([seen[phrase] for phrase in kept]), len(stemmed))
        wanted = [*kept, *self.cues_]
        single = sorted({word for phrase in wanted for word in phrase})
        self.tree_ = PhraseTree.of({word: at for at, word in enumerate(single)}, (p for p in wanted if len(p) > 1))
        self._column = np.full(self.tree_.size, -1, dtype=np.int64)
        for phrase, column in self.phrases_.items():
            self._column[self.tree_.node(phrase)] = column
        self._cue_weights = self._weights_of_cues()
        self._hints = np.diff(self._cue_weights.indptr) > 0

    def _weights_of_cues(self) -> Any:
        found = [(self.tree_.node(phrase), c, w) for phrase, hits in self.cues_.items() for c, w in hits.items()]
        rows, columns, weights = zip(*found, strict=True) if found else ((), (), ())
        return csr_matrix((weights, (rows, columns)), shape=(self.tree_.size, len(self.edition.theme_codes)))

    def _fit_sequences(self, passages: Sequence[str], least: int) -> None:
        seen = Counter(
            run for passage in passages for run in {r for word in _words(passage) for r in letter_sequences(word)}
        )
        kept = sorted(run for run, times in seen.items() if times >= least)
        self.sequences_ = {run: column for column, run in enumerate(kept)}
        self.sequence_rarity_ = _rarity(np.array([seen[run] for run in kept]), len(passages))

    def _spelt(self, read: Read, passages: int) -> Any:
        letters = self.words_.letters(read)
        return _counts(read.passages, read.rows, (passages, letters.shape[0])) @ letters

    def _cue_counts(self, rows: Whole, nodes: Whole, size: int) -> Any:
        hints = self._hints[nodes]
        counts = (_counts(rows[hints], nodes[hints], (size, self.tree_.size)) @ self._cue_weights).tocsr()
        counts.data = CUE_WEIGHT * np.log1p(counts.data)
        return counts


def _words(passage: str) -> list[str]:
    return [word for token in passage.split() for word in words_of(token)]


def _singles_and_pairs(words: list[str]) -> Iterator[Phrase]:
    yield from ((word,) for word in words)
    yield from pairwise(words)


def _counts(rows: Whole, columns: Whole, shape: tuple[int, int]) -> Any:
    """How often each (row, column) occurs, as a sparse matrix."""
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)


def _rarity(times: Whole, passages: int) -> NDArray[np.float64]:
    return np.asarray(np.log((1 + passages) / (1 + times)) + 1, dtype=float)


def _weighed(counts: Any, rarity: NDArray[np.float64]) -> Any:
    """TF-IDF with logarithmic counts; rows of length 1."""
    many = np.flatnonzero(counts.data > 1)  # for most the logarithm is nought
    times, counts.data = counts.data[many], rarity[counts.indices]
    counts.data[many] *= 1 + np.log(times)
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    # one after another: sums in pieces depend, in the last digit, on where a row stands
    counts.data /= np.sqrt(np.bincount(rows, counts.data**2, counts.shape[0]))[rows]
    return counts


def _cues(edition: Edition) -> dict[Phrase, dict[int, float]]:
    """Each cue phrase with the themes it hints at; a cue of several themes counts less for each."""
    themes = [theme for section in edition.sections for theme in section.themes]
    found: dict[Phrase, dict[int, float]] = {}
    for column, theme in enumerate(themes):
        for cue in theme.cues:
            phrase = tuple(stems(cue))
            found.setdefault(phrase, {})[column] = float(len(phrase))
    return {phrase: {c: w / len(hits) for c, w in hits.items()} for phrase, hits in found.items()}
