"""Which words of a passage spoke most for a section, as offsets and never as words.

A word's weight is the sum of what the first step learnt for its stem, for the phrases it stands in, for
its letter sequences and for the cues it is part of. Different passages share these weights, so they are
looked up, not worked out again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analysis.coding.features import (
    CUE_WEIGHT,
    TextFeatures,
    letter_sequences,
    longest_by_first_word,
    phrases,
    word_spans,
)
from analysis.coding.learnt_words import stem
from analysis.coding.linear import Numbers
from analysis.coding.phrase_tree import Phrase

_MOST = 3
_SHARE_OF_BEST = 0.35
_REMEMBERED = 200_000


# Words that carry a sentence but no reason; their small weights would only puzzle a reader.
_LITTLE_WORDS = frozenset(
    re.findall(
        r"\S+",
        """a an the and or but if so to of in on at by for from with as it its is was are were be been being am do
        did does have has had i me my we us our you your he him his she her they them their this that these those
        there then than just very too all one two would could can will what which who it's i'm i've""",
    )
)


@dataclass
class PhraseWeights:
    """Weights of phrases and of letter sequences, each an array with one number for each section."""

    phrases: dict[Phrase, Numbers]
    letters: dict[str, Numbers]
    sections: int
    _known: dict[str, Numbers] = field(default_factory=dict, repr=False)
    _longest: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Note how long known phrases are."""
        self._longest = longest_by_first_word(self.phrases)

    def __getstate__(self) -> dict[str, Any]:
        """Kept as two tables: forty thousand small arrays take ten seconds to read again."""
        tables = {name: (list(rows), np.array(list(rows.values()))) for name, rows in self._tables().items()}
        return {**tables, "sections": self.sections}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """Take the tables apart again."""
        self.sections, self._known = kept["sections"], {}
        self.phrases, self.letters = (dict(zip(*kept[name], strict=True)) for name in ("phrases", "letters"))
        self._longest = longest_by_first_word(self.phrases)

    def _tables(self) -> dict[str, dict[Any, Numbers]]:
        return {"phrases": self.phrases, "letters": self.letters}

    @classmethod
    def of(cls, features: TextFeatures, weights: Numbers) -> "PhraseWeights":
        """Read them from fitted features and the first step's weights (features x sections)."""
        first_letter = len(features.phrases_)
        first_cue = first_letter + len(features.sequences_)
        known = {p: weights[at] * features.phrase_rarity_[at] for p, at in features.phrases_.items()}
        cues = weights[first_cue:]
        for phrase, hits in features.cues_.items():
            spoken = np.sum([CUE_WEIGHT * share * cues[column] for column, share in hits.items()], axis=0)
            known[phrase] = known.get(phrase, 0) + spoken
        rarity = features.sequence_rarity_
        sequences = {run: weights[first_letter + at] * rarity[at] for run, at in features.sequences_.items()}
        return cls(known, sequences, weights.shape[1])

    def spans(self, passage: str, sections: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Words or runs of words, in order, that spoke for these sections: at most three for each."""
        places = word_spans(passage) if sections else []
        words = [passage[start:end] for start, end in places]
        telling = [at for at, word in enumerate(words) if word.lower() not in _LITTLE_WORDS]
        if not telling:
            return ()
        said = [each for each in phrases([stem(word) for word in words], self._longest) if each[1] in self.phrases]
        kept = {at for section in sections for at in _heaviest(telling, self._word_weights(words, said, section))}
        return _runs([places[at] for at in sorted(kept)], passage)

    def _word_weights(self, words: Sequence[str], said: Sequence[tuple[int, Phrase]], section: int) -> list[float]:
        """What each word weighs for a section: plain numbers, for a few additions to each array would take longer."""
        weights = [self._letters_of(word).item(section) for word in words]
        for place, phrase in said:
            share = self.phrases[phrase].item(section) / len(phrase)
            for at in range(place, place + len(phrase)):
                weights[at] += share
        return weights

    def _letters_of(self, word: str) -> Numbers:
        if word not in self._known:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            found = [self.letters[part] for part in letter_sequences(word.lower()) if part in self.letters]
            # Half: one row's letter sequences share a length of 1 among far more features than its stems.
            self._known[word] = 0.5 * np.sum(found, axis=0) if found else np.zeros(self.sections)
        return self._known[word]


def _heaviest(telling: Sequence[int], weights: Sequence[float]) -> list[int]:
    ranked = sorted(telling, key=lambda at: (-weights[at], at))[:_MOST]
    least = _SHARE_OF_BEST * weights[ranked[0]]
    return [at for at in ranked if weights[at] > 0 and weights[at] >= least]


def _runs(spans: list[tuple[int, int]], passage: str) -> tuple[tuple[int, int], ...]:
    """Join spans with nothing but a space between them."""
    runs: list[tuple[int, int]] = []
    for start, end in spans:
        if runs and passage[runs[-1][1] : start].isspace():
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return tuple(runs)
