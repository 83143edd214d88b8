"""Which texts are most like one: cosine over the suggester's own features, and the shipped examples beside it.

It loads the suggester, which takes a second and some hundred megabytes, so pages load this module by its name and only
when somebody asks why.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import diags

from analysis.coding.features import TextFeatures
from analysis.coding.model import TRAINING, kept_model
from analysis.standard.edition import load_edition

LEAST = 0.1  # cosine; under it two texts share hardly more than little words


@dataclass(frozen=True)
class Example:
    """One text with what people gave it."""

    words: str
    sections: tuple[str, ...]
    themes: tuple[str, ...]
    stance: str


class Nearness:
    """Compares texts by what the suggester sees of them: weighed stems, pairs of them, letter sequences and cues."""

    def __init__(self, features: TextFeatures, examples: Sequence[Example]) -> None:
        self._features = features
        self._examples = examples
        self._rows = self._of([each.words for each in examples])

    def ranked(self, words: str, others: Sequence[str]) -> list[int]:
        """The places of the other texts that are near enough, the nearest first."""
        return self._nearest(words, self._of(others), range(len(others)), len(others))

    def shipped(self, words: str, sections: Iterable[str], most: int) -> list[Example]:
        """The nearest shipped examples that share a section with those given, or have none where none is given."""
        wanted = [place for place, each in enumerate(self._examples) if shares(each.sections, sections)]
        found: dict[str, Example] = {}
        for place in self._nearest(words, self._rows, wanted, 2 * most):  # a text may stand there more than once
            found.setdefault(self._examples[place].words, self._examples[place])
        return list(found.values())[:most]

    def _nearest(self, words: str, rows: Any, wanted: Sequence[int], most: int) -> list[int]:
        cosines = (rows @ self._of([words]).T).toarray()[:, 0]
        places = np.array(wanted, dtype=np.int64)
        order = places[np.argsort(-cosines[places], kind="stable")][:most]
        return [int(place) for place in order if cosines[place] >= LEAST]

    def _of(self, texts: Sequence[str]) -> Any:
        """Rows of length 1, or of none where a text has no known word."""
        rows = self._features.transform(list(texts))
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1))[:, 0])
        return diags(1 / np.where(lengths > 0, lengths, 1.0)) @ rows


def shares(given: Iterable[str], suggested: Iterable[str]) -> bool:
    """Whether two sets of sections have one in common, or are both empty."""
    given, suggested = set(given), set(suggested)
    return bool(given & suggested) or not (given or suggested)


_loaded: dict[Path, Nearness] = {}


def nearness(models: Path, standard: str) -> Nearness | None:
    """With the suggester kept in `models` for the standard that the shipped examples are labelled for; None without."""
    if models not in _loaded:
        kept = kept_model(models, load_edition(standard))
        if kept is None:
            return None
        _loaded[models] = Nearness(kept.suggester.features_, shipped_examples())
    return _loaded[models]


@lru_cache
def shipped_examples() -> tuple[Example, ...]:
    """The passages of the training texts with what their coders gave them."""
    with TRAINING.open(encoding="utf-8") as lines:
        segments = [segment for line in lines for segment in json.loads(line)["segments"]]
    return tuple(Example(s["text"], tuple(s["labels"]), tuple(s["themes"]), s["stance"]) for s in segments)
