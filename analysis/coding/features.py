"""Words as numbers: stems, letter sequences and cues of a passage as one sparse matrix.

Snowball stems come with NLTK and need no data. The three kinds of feature see different things: stems
generalise over endings, letter sequences survive misspelling, cues carry what the coding frame says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from nltk.stem.snowball import SnowballStemmer
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.standard.edition import Edition

Phrase = tuple[str, ...]

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_SNOWBALL = SnowballStemmer("english")
CUE_WEIGHT = 0.5  # against one TF-IDF row, whose length is 1; chosen by grouped cross-validation


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a word in any case: ``"Waiting"`` -> ``"wait"``."""
    return str(_SNOWBALL.stem(word.lower().replace("’", "'")))


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

    Attributes after ``fit``: ``words_`` and ``letters_`` (TF-IDF over stems and over letter sequences
    inside words), ``cues_`` (phrase -> {column: weight}, one column for each theme), ``longest_cue_``.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def fit(self, passages: Sequence[str]) -> "TextFeatures":
        """Learn the vocabulary of these passages."""
        few = len(passages) < 200
        self.words_ = TfidfVectorizer(
            tokenizer=stems,
            token_pattern=None,
            lowercase=False,
            ngram_range=(1, 2),
            sublinear_tf=True,
            min_df=1 if few else 2,
        ).fit(passages)
        self.letters_ = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=1 if few else 3, dtype=np.float32
        ).fit(passages)
        self.cues_ = _cues(self.edition)
        self.longest_cue_ = longest_by_first_word(self.cues_)
        return self

    def transform(self, passages: Sequence[str]) -> Any:
        """Sparse matrix: stems, then letter sequences, then one column of cue counts for each theme."""
        blocks = [self.words_.transform(passages), self.letters_.transform(passages), self._cue_counts(passages)]
        return hstack(blocks, format="csr")

    def _cue_counts(self, passages: Sequence[str]) -> Any:
        rows, columns, values = [], [], []
        for row, passage in enumerate(passages):
            for _, phrase in phrases(stems(passage), self.longest_cue_):
                for column, weight in self.cues_.get(phrase, {}).items():
                    rows.append(row)
                    columns.append(column)
                    values.append(weight)
        counts = csr_matrix((values, (rows, columns)), shape=(len(passages), len(self.edition.theme_codes)))
        counts.data = CUE_WEIGHT * np.log1p(counts.data)
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
