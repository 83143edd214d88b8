"""Answers without end for the benchmarks: the training passages, mixed and numbered so that none comes twice.

Each answer takes as many passages as a training response has, each drawn from any response, and each passage gets a
number before its last word. So no text repeats and nothing can be kept from one time to the next but words.
"""

import random
from collections.abc import Iterator
from itertools import count, groupby

from analysis.coding.model import TRAINING, read_training

AUDIENCES = ("survivor", "provider", "commissioner", "professional", "other")


def mixed_answers(seed: int = 0, first: int = 1) -> Iterator[list[str]]:
    """The passages of one answer after another, with numbers from `first` on."""
    texts, _, groups = read_training(TRAINING)
    sizes = [len(list(some)) for _, some in groupby(groups)]
    draw = random.Random(seed)
    for number in count(first):
        yield [_numbered(text, number) for text in draw.choices(texts, k=draw.choice(sizes))]


def _numbered(text: str, number: int) -> str:
    before, space, last = text.rpartition(" ")
    return f"{before}{space}{number} {last}"
