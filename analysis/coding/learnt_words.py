"""The words of passages as numbers: a row for each word, with its stem and its letter sequences.

What the words learnt in training are made of is kept; other words are worked out, all of a batch together. Tokens,
what stands between two white spaces, are looked up whole, so most words are neither cut out nor made small again.
Nothing that is remembered changes what comes out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count, islice, repeat
from typing import Any

import numpy as np
from nltk.stem.snowball import SnowballStemmer
from scipy.sparse import csr_matrix

from analysis.coding.letter_runs import LetterRuns, Whole

WORD = re.compile(r"\w+(?:['’]\w+)?")
_SNOWBALL = SnowballStemmer("english")
_LONGEST_WORD = 40  # letters; what is longer is no word
_LONGEST_KEPT = 60  # letters of a token that is remembered
_MOST_KEPT = 50_000  # tokens


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a word in any case: ``"Waiting"`` -> ``"wait"``."""
    # The rules are all about letters, and every response may bring other numbers.
    return word if word.isdecimal() else str(_SNOWBALL.stem(word.lower().replace("’", "'")))


def words_of(token: str) -> tuple[str, ...]:
    """The words of what stands between two white spaces, in small letters: ``"Rang-me."`` -> ``("rang", "me")``.

    No word holds white space, and how a letter becomes small never depends on what stands beyond it, so the words
    of a passage are those of its tokens.
    """
    return tuple(WORD.findall(token.lower().replace("’", "'")))


@dataclass(frozen=True)
class Read:
    """Passages as words: the row of the word at each place, the passage of each place, and the words not learnt.

    Those have the rows after the learnt ones, in order.
    """

    rows: Whole
    passages: Whole
    fresh: tuple[str, ...]


class LearntWords:
    """The words learnt, in rows. ``stems``: stem -> its number; ``sequences``: letter sequence -> its column."""

    def __init__(self, words: Iterable[str], stems: Mapping[str, int], sequences: Mapping[str, int]) -> None:
        self._row_of = {word: row for row, word in enumerate(sorted(set(words)))}
        self._stem_numbers = stems
        self._runs = LetterRuns.of(sequences)
        self._columns = len(sequences)
        self._tokens: dict[str, int] = {}
        self._stems = self._stems_of(list(self._row_of))
        self._letters = self._letters_of(list(self._row_of))

    def read(self, passages: Sequence[str]) -> Read:
        """The words of these passages, in order."""
        split = [passage.split() for passage in passages]
        lengths = np.fromiter(map(len, split), dtype=np.int64, count=len(split))
        said = list(chain.from_iterable(split))
        rows = np.fromiter(map(self._tokens.get, said, repeat(-1)), dtype=np.int64, count=len(said))
        new = np.flatnonzero(rows < 0)
        spoken, fresh = self._cut([said[at] for at in new.tolist()])
        sizes = np.ones(len(said), dtype=np.int64)
        sizes[new] = np.fromiter(map(len, spoken), dtype=np.int64, count=len(new))
        places = np.repeat(rows, sizes)
        places[places < 0] = np.fromiter(chain.from_iterable(spoken), dtype=np.int64)
        return Read(places, np.repeat(np.repeat(np.arange(len(split)), lengths), sizes), fresh)

    def stems(self, read: Read) -> Whole:
        """The number of the stem at each place, -1 where it is unknown."""
        return np.concatenate([self._stems, self._stems_of(read.fresh)])[read.rows]

    def letters(self, read: Read) -> Any:
        """How often each letter sequence stands in each word: rows of words x sequences, sparse."""
        if not read.fresh:
            return self._letters
        fresh, known = self._letters_of(read.fresh), self._letters
        return csr_matrix(
            (
                np.concatenate([known.data, fresh.data]),
                np.concatenate([known.indices, fresh.indices]),
                np.concatenate([known.indptr, fresh.indptr[1:] + known.indptr[-1]]),
            ),
            shape=(known.shape[0] + fresh.shape[0], self._columns),
        )

    def _cut(self, tokens: Sequence[str]) -> tuple[list[list[int]], tuple[str, ...]]:
        """The rows of the words of each token, and the words that get rows of their own."""
        cut = {token: [word[:_LONGEST_WORD] for word in words_of(token)] for token in set(tokens)}
        # In order, so that what a passage adds up to never depends, even in its last digit, on what is read with it.
        fresh = sorted({word for words in cut.values() for word in words if word not in self._row_of})
        row_of = dict(zip(fresh, count(len(self._row_of)), strict=False))
        rows = {token: [self._row_of.get(word, row_of.get(word, -1)) for word in words] for token, words in cut.items()}
        self._remember(rows)
        return [rows[token] for token in tokens], tuple(fresh)

    def _remember(self, rows: Mapping[str, Sequence[int]]) -> None:
        room = max(0, _MOST_KEPT - len(self._tokens))
        plain = ((token, found[0]) for token, found in rows.items() if len(found) == 1 and len(token) <= _LONGEST_KEPT)
        self._tokens.update(islice(((token, row) for token, row in plain if row < len(self._row_of)), room))

    def _stems_of(self, words: Sequence[str]) -> Whole:
        return np.array([self._stem_numbers.get(stem(word), -1) for word in words], dtype=np.int64)

    def _letters_of(self, words: Sequence[str]) -> Any:
        rows, columns = self._runs.find(words)
        return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(words), self._columns))
