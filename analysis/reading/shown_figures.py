"""Words and codes in figures that may be shown to whoever may not read: never a word of fewer than ten people.

Decided by `analysis.findings.disclosure` alone, once, from fixed groups that do not overlap: the audiences. A word has
a share in an audience where ten people there said it and ten did not; “Together” has one only where every audience it
is made of has one. Nobody can choose other groups, so there are no two of them to subtract. What is worked out further
(which words mark an audience) is worked out from the shares that are shown. From the shares of a word and of a phrase
with it, those who said the word elsewhere can be told to within nine numbers, or five where they are few.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.emerging.keyness import keyness
from analysis.findings.disclosure import LEAST_BASE, Counts, Share, Shown, protect, protect_together
from analysis.reading.counting import terms
from analysis.reading.many_terms import ManyTerms
from analysis.reading.words import words_of
from surveys.intake.rounding import THRESHOLD, rounded

TOGETHER = "(together)"
WORDS, PAIRS, LITTLE = "words", "pairs", "little"
#: Kind of list -> (two words, little words too).
LISTS = {WORDS: (False, False), PAIRS: (True, False), LITTLE: (False, True)}
MOST_SHOWN = 300


@dataclass
class GroupCount:
    """True counts of one audience. They go to `protected` and nowhere else."""

    responses: int = 0
    passages: int = 0
    said: dict[str, ManyTerms] = field(default_factory=lambda: {kind: ManyTerms(THRESHOLD) for kind in LISTS})
    codes: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, passages: Sequence[tuple[str, Iterable[str]]]) -> None:
        """Count one response: the words and the codes of each of its passages."""
        self.responses += 1
        self.passages += len(passages)
        read = [words_of(text) for text, _codes in passages]
        for kind, (pairs, little) in LISTS.items():
            self.said[kind].update({term for words in read for term in terms(words, pairs, little)})
        codes = sorted({code for _text, each in passages for code in each})
        self.codes.update(codes)
        self.pairs.update((one, other) for at, one in enumerate(codes) for other in codes[at + 1 :])

    def both(self, one: str, other: str) -> int:
        """How many responses have both codes."""
        return self.pairs[min(one, other), max(one, other)]


@dataclass(frozen=True)
class Figures:
    """What may be shown. `bases`: audience -> how many people, rounded; shares are whole per cent, None is withheld.

    `lists`: kind of list -> audience -> word -> share. `pairs`: audience -> (code, code) -> the share that has both.
    """

    bases: Mapping[str, int]
    lists: Mapping[str, Mapping[str, Mapping[str, int]]]
    codes: Mapping[str, Mapping[str, int]]
    pairs: Mapping[str, Mapping[tuple[str, str], int]]

    def to_json(self) -> dict[str, Any]:
        """As plain tables."""
        pairs = {name: [[*both, share] for both, share in each.items()] for name, each in self.pairs.items()}
        return {"bases": self.bases, "lists": self.lists, "codes": self.codes, "pairs": pairs}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "Figures":
        """What `to_json` wrote."""
        pairs = {name: {(one, other): share for one, other, share in each} for name, each in content["pairs"].items()}
        return cls(content["bases"], content["lists"], content["codes"], pairs)


def protected(groups: Mapping[str, GroupCount], code_pairs: Sequence[tuple[str, str]]) -> Figures:
    """What may be shown of the audiences, each on its own, and of those of twenty or more together."""
    big = {name: group for name, group in groups.items() if group.responses >= LEAST_BASE}
    lists = {kind: _shares({name: (each, each.said[kind].counted()) for name, each in big.items()}) for kind in LISTS}
    codes = _shares({name: (each, each.codes) for name, each in big.items()})
    pairs = {name: _pair_shares(each, code_pairs) for name, each in big.items()}
    pairs |= {TOGETHER: _pairs_together(big, pairs)} if len(big) > 1 else {}
    bases = {name: rounded(each.responses) for name, each in big.items()}
    if len(big) > 1:
        bases[TOGETHER] = rounded(sum(each.responses for each in big.values()))
    return Figures(bases, lists, codes, pairs)


def _shares(counted: Mapping[str, tuple[GroupCount, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    """Audience -> word or code -> share, as far as it may be shown; and all audiences together."""
    said = sorted({term for _group, counts in counted.values() for term, count in counts.items() if count >= THRESHOLD})
    every = [
        Counts(group.responses, group.passages, tuple(counts[term] for term in said))
        for group, counts in counted.values()
    ]
    shown: dict[str, Shown] = dict(zip(counted, map(protect, every), strict=True))
    if len(counted) > 1:
        shown[TOGETHER] = protect_together(every, len(said))
    return {name: _percents(said, each.shares) for name, each in shown.items()}


def _percents(said: Sequence[str], shares: Sequence[Share]) -> dict[str, int]:
    found = {term: share.percent for term, share in zip(said, shares, strict=True) if share.percent is not None}
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def _pair_shares(group: GroupCount, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Of one audience the share of responses with both codes, where none of the four cells behind it is small."""
    found = {}
    for one, other in pairs:
        both = group.both(one, other)
        share = protect(Counts(group.responses, 0, (both,))).shares[0].percent
        if share is not None and _four_cells_hold(group.responses, group.codes[one], group.codes[other], both):
            found[one, other] = share
    return found


def _four_cells_hold(total: int, one: int, other: int, both: int) -> bool:
    """Whether ten people or more have both, either alone, and neither: whoever knows the shares of the codes could
    subtract from them."""
    return min(both, one - both, other - both, total - one - other + both) >= THRESHOLD


def _pairs_together(
    groups: Mapping[str, GroupCount], shown: Mapping[str, Mapping[tuple[str, str], int]]
) -> dict[tuple[str, str], int]:
    """The pairs that every audience shows, of all of them together."""
    in_all = set.intersection(*(set(each) for each in shown.values())) if shown else set()
    total = rounded(sum(each.responses for each in groups.values()))
    both = {pair: rounded(sum(each.both(*pair) for each in groups.values())) for pair in sorted(in_all)}
    return {pair: round(100 * count / total) for pair, count in both.items()}


@dataclass(frozen=True)
class Marks:
    """A word that marks one audience against another: the two shares that are shown, and their log-likelihood."""

    word: str
    here: int
    there: int
    likelihood: float


def marking(figures: Figures, kind: str, here: str, there: str) -> list[Marks]:
    """The words whose shares are shown in both audiences, those first that differ most; from what is shown alone."""
    shares = figures.lists[kind]
    both = sorted(set(shares[here]) & set(shares[there]))
    rows = [
        Marks(word, shares[here][word], shares[there][word], _likelihood(figures, shares, word, here, there))
        for word in both
    ]
    return sorted(rows, key=lambda row: (-abs(row.likelihood), row.word))


def _likelihood(figures: Figures, shares: Mapping[str, Mapping[str, int]], word: str, here: str, there: str) -> float:
    sizes = figures.bases[here], figures.bases[there]
    counts = round(shares[here][word] * sizes[0] / 100), round(shares[there][word] * sizes[1] / 100)
    return keyness(counts[0], sizes[0], counts[1], sizes[1])
