"""Words as numbers: stems, letter sequences and cues of a passage as one sparse matrix.

Snowball stems come with NLTK and need no data. The three kinds of feature see different things: stems
and pairs of them generalise over endings, letter sequences survive misspelling, cues carry what the coding
frame says. What a word is made of is worked out once for each word, not for each time it stands somewhere.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count, pairwise
from typing import Any

import numpy as np
from nltk.stem.snowball import SnowballStemmer
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack

from analysis.coding.phrase_tree import Phrase, PhraseTree, Whole
from analysis.standard.edition import Edition

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_SNOWBALL = SnowballStemmer("english")
_LONGEST_WORD = 40  # letters; what is longer is no word
_LONGEST_KEPT = 60  # letters of a token that is remembered
_SHORTEST_SEQUENCE, _LONGEST_SEQUENCE = 3, 5
CUE_WEIGHT = 0.5  # against one TF-IDF row, whose length is 1; chosen by grouped cross-validation


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word in any case: ``"Waiting"`` -> ``"wait"``."""
    return str(_SNOWBALL.stem(word.lower().replace("’", "'")))


def words_of(token: str) -> tuple[str, ...]:
    """The words of what stands between two white spaces, in small letters: ``"Rang-me."`` -> ``("rang", "me")``.

    No word holds white space, and how a letter becomes small never depends on what stands beyond it, so the words
    of a passage are those of its tokens.
    """
    return tuple(_WORD.findall(token.lower().replace("’", "'")))


# Tokens repeat, so most are looked up; endless ones must not be kept.
_kept_words_of = lru_cache(maxsize=30_000)(words_of)


@lru_cache(maxsize=20_000)
def letter_sequences(word: str) -> tuple[str, ...]:
    """Runs of three to five letters of a word in small letters, with a space before and after it."""
    padded = f" {word} "
    lengths = range(_SHORTEST_SEQUENCE, min(_LONGEST_SEQUENCE, len(padded)) + 1)
    return tuple(padded[at : at + size] for size in lengths for at in range(len(padded) - size + 1))


def word_spans(passage: str) -> list[tuple[int, int]]:
    """Where the words of a passage stand, in code points."""
    return [match.span() for match in _WORD.finditer(passage)]


def stems(passage: str) -> list[str]:
    """The stems of a passage in order."""
    return [stem(word) for word in _WORD.findall(passage)]


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
        self._row_of = {word: row for row, word in enumerate(sorted({w for each in passages for w in _words(each)}))}
        self._fit_sequences(passages, 1 if few else 3)
        return self

    def transform(self, passages: Sequence[str]) -> Any:
        """Sparse matrix: phrases of stems, then letter sequences, then one column of cue counts for each theme."""
        place, passage, words = self._read(passages)
        known = np.array([self.tree_.stems.get(stem(word), -1) for word in words], dtype=np.int64)
        hits = list(self.tree_.walk(known[place] if len(words) else place, passage))
        nodes = np.concatenate([node for _, node in hits]) if hits else place[:0]
        rows = np.concatenate([passage[at] for at, _ in hits]) if hits else place[:0]
        column = self._column[nodes]
        kept = column >= 0
        spoken = _counts(rows[kept], column[kept], (len(passages), len(self.phrases_)))
        spelt = _counts(passage, place, (len(passages), len(words))) @ self._letters_of(words)
        return hstack(
            [
                _weighed(spoken, self.phrase_rarity_),
                _weighed(spelt, self.sequence_rarity_),
                self._cue_counts(rows, nodes, len(passages)),
            ],
            format="csr",
        )

    def _read(self, passages: Sequence[str]) -> tuple[Whole, Whole, list[str]]:
        """The word at each place, as a number into the distinct words; the passage of each place; those words."""
        tokens, rows = _rows(), _rows()
        split = [passage.split() for passage in passages]
        lengths = np.fromiter(map(len, split), dtype=np.int64, count=len(split))
        said = np.fromiter(map(tokens.__getitem__, chain.from_iterable(split)), dtype=np.int64, count=lengths.sum())
        spoken = [_kept_words_of(each) if len(each) <= _LONGEST_KEPT else words_of(each) for each in tokens]
        numbers = np.fromiter(map(rows.__getitem__, chain.from_iterable(spoken)), dtype=np.int64)
        sizes = np.fromiter(map(len, spoken), dtype=np.int64, count=len(spoken))
        return (
            numbers[_ranges((np.cumsum(sizes) - sizes)[said], sizes[said])],
            np.repeat(np.repeat(np.arange(len(split)), lengths), sizes[said]),
            [word[:_LONGEST_WORD] for word in rows],
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
        self._letters = self._spelt(list(self._row_of))

    def _spelt(self, words: Sequence[str]) -> Any:
        found = [letter_sequences(word) for word in words]
        rows = np.repeat(np.arange(len(words)), np.fromiter(map(len, found), dtype=np.int64, count=len(found)))
        columns = np.array([self.sequences_.get(run, -1) for run in chain.from_iterable(found)], dtype=np.int64)
        known = columns >= 0
        return _counts(rows[known], columns[known], (len(words), len(self.sequences_)))

    def _letters_of(self, words: Sequence[str]) -> Any:
        """Letter sequences of each word (words x sequences): looked up where it was learnt, else worked out."""
        rows = np.array([self._row_of.get(word, -1) for word in words], dtype=np.int64)
        new = np.flatnonzero(rows < 0)
        rows[new] = np.arange(len(self._row_of), len(self._row_of) + len(new))
        if not len(new):
            return self._letters[rows]
        fresh = self._spelt([words[at] for at in new.tolist()])
        return vstack([self._letters, fresh], format="csr")[rows]

    def _cue_counts(self, rows: Whole, nodes: Whole, size: int) -> Any:
        counts = (_counts(rows, nodes, (size, self.tree_.size)) @ self._cue_weights).tocsr()
        counts.data = CUE_WEIGHT * np.log1p(counts.data)
        return counts


def _words(passage: str) -> list[str]:
    return [word for token in passage.split() for word in words_of(token)]


def _rows() -> dict[str, int]:
    """Word -> row; a word met for the first time gets the next row."""
    return defaultdict(count().__next__)


def _ranges(firsts: Whole, sizes: Whole) -> Whole:
    """The whole numbers from each of ``firsts`` on, ``sizes`` of each, in a row."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(firsts - before, sizes) + np.arange(sizes.sum())


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
    counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
    sizes = np.diff(counts.indptr)
    squares = np.add.reduceat(np.append(counts.data**2, 0), counts.indptr[:-1]) if len(sizes) else counts.data
    counts.data /= np.repeat(np.sqrt(np.where(sizes > 0, squares, 1.0)), sizes)
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
