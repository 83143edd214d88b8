"""Whether coders who cut their own passages cut and label the same stretches of a text.

Of Krippendorff's family for unitizing this is the member that sees both, the places and the labels: u-alpha
(K. Krippendorff, Y. Mathet, S. Bouvry and A. Widlöcher, "On the reliability of unitizing textual continua: further
developments", Quality & Quantity 50, 2016; also K. Krippendorff, "Content Analysis", 4th ed., 2019, section 12.6).
Beside it stands the one that asks only what was marked, whatever the label: |u-alpha. Not taken: the earlier alpha for
unitizing (Krippendorff 1995), which the paper replaces, for with more than two coders it did not behave as expected;
nor cu-alpha and (k)u-alpha, which look only where two coders both marked something, so not at boundaries.

    alpha = 1 - Do / De
    Do    the chance that two coders of a text, at one of its characters, differ
    De    the chance that two characters differ of all that all coders read, in whatever text and order, leaving out
          those of one and the same unit: a unit is one whole, and does not agree with itself by chance

In the paper's letters, of m coders with l(c) characters of value c, l in all, and l(cc) in agreement:
Do = (l - sum l(cc)) / l, and De = (l^2 - sum l(c)^2) / (l^2 - sum over units of length^2 - characters in gaps), for
gaps have no parts that belong together. As in the paper, one stretch in one unit or in two with the same labels is
the same at each character; `exact`, a plain share, sees that.

Three things are ours. A coder may give a stretch several labels, also by units that overlap: the value is the set,
and the units are what lies between that coder's cuts. Of one label alone, the value is that it is there or not. Several
texts count as one long one, each with the coders who read it; those that fewer than two read do not count.

Positions are in characters (code points), the end not included. Nothing to say is None, never 1.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.coding.agreement import Estimate, Labels, Weights, estimate, over

Measure = Callable[[Weights], NDArray[np.float64]]
#: What counts as one value of a stretch, from its labels.
Seen = Callable[[Labels], Iterable[object]]
NOTHING: Labels = frozenset()


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch that a coder marked, from `start` to before `end`, with its labels: one or more."""

    start: int
    end: int
    labels: Labels


@dataclass(frozen=True)
class Text:
    """A text of so many characters, and what each of its coders marked: perhaps nothing.

    `measured` is False where nobody said how long it is, and it is taken to end where the last unit ends.
    """

    length: int
    units: Mapping[str, tuple[Unit, ...]]
    measured: bool = True


@dataclass(frozen=True)
class Pair:
    """Two coders on the texts that both read: how many, u-alpha, and the F1 of characters."""

    one: str
    other: str
    texts: int
    alpha: float | None
    overlap: float | None


@dataclass(frozen=True)
class Boundaries:
    """All that can be said of places. `characters` are of texts that two or more read, `unmeasured` those texts whose
    length nobody said."""

    characters: int
    unmeasured: int
    overall: dict[str, Estimate]
    by_label: dict[str, dict[str, Estimate]]
    pairs: list[Pair]


class Continuum:
    """Texts that coders cut, and every measure on them for several weightings of the texts at once.

    Weights are draws x texts, as in `agreement.Table`; each measure gives one number a draw, NaN where undefined.
    """

    def __init__(self, texts: Sequence[Text]) -> None:
        """Texts that fewer than two read keep their place, and count nothing."""
        self._units = [list(text.units.values()) if len(text.units) >= 2 else [] for text in texts]
        self._parts = [
            [pieces(units, text.length) for units in coders] for coders, text in zip(self._units, texts, strict=True)
        ]
        self._lengths = np.array([text.length * len(parts) for text, parts in zip(texts, self._parts, strict=True)])
        self._wholes = np.array([sum(map(_by_itself, chain(*parts))) for parts in self._parts])

    def alpha(self) -> Measure:
        """u-alpha: the same stretches under the same sets of labels."""
        return self._alpha(lambda labels: (labels,))

    def alpha_marked(self) -> Measure:
        """|u-alpha: the same stretches marked, whatever the labels."""
        return self._alpha(lambda labels: (bool(labels),))

    def _alpha(self, seen: Seen) -> Measure:
        alike = np.array([_alike(parts, seen) for parts in self._parts])
        counted = [_given(parts, seen) for parts in self._parts]
        values = list(dict.fromkeys(chain(*counted)))
        given = np.array([[each[value] for value in values] for each in counted], dtype=float)

        def measure(weights: Weights) -> NDArray[np.float64]:
            total, of_value = weights @ self._lengths, weights @ given
            differ = (of_value * (total[:, None] - of_value)).sum(axis=1)
            return 1 - over((total - weights @ alike) * (total**2 - weights @ self._wholes), total * differ)

        return measure

    def overlap(self) -> Measure:
        """F1 of characters: of those that one put under a label, the share that another put under it too.

        2 both / (one + other) for two coders, over all labels; of several, all pairs together.
        """
        alike = np.array([_alike(parts, lambda labels: labels) for parts in self._parts])
        given = np.array([_given(parts, lambda labels: labels).total() for parts in self._parts])
        return lambda weights: over(weights @ alike, weights @ given)

    def exact(self) -> Measure:
        """F1 of units: of those that one marked, the share that another marked from and to the same places alike."""
        alike = np.array([_pairs(chain(*coders)) / max(len(coders) - 1, 1) for coders in self._units])
        given = np.array([sum(map(len, coders)) for coders in self._units])
        return lambda weights: over(weights @ alike, weights @ given)


def pieces(units: Sequence[Unit], length: int) -> list[Unit]:
    """A whole text as one coder cut it: what lies between each two cuts, with all labels there; none in a gap."""
    cuts = sorted({0, length, *(place for unit in units for place in (unit.start, unit.end))})
    return [Unit(start, end, _labels_on(units, start, end)) for start, end in pairwise(cuts)]


def _labels_on(units: Sequence[Unit], start: int, end: int) -> Labels:
    return NOTHING.union(*(unit.labels for unit in units if unit.start <= start and end <= unit.end))


def _by_itself(piece: Unit) -> int:
    """How many ordered pairs of characters are of one and the same piece; in a gap each is its own."""
    length = piece.end - piece.start
    return length**2 if piece.labels else length


def _together(parts: Sequence[Sequence[Unit]]) -> Iterator[tuple[int, list[Labels]]]:
    """The stretches that nobody cuts: how long, and what each coder gave."""
    at, start = [0] * len(parts), 0
    for end in sorted({piece.end for pieces in parts for piece in pieces}):
        here = [pieces[place] for pieces, place in zip(parts, at, strict=True)]
        yield end - start, [piece.labels for piece in here]
        at = [place + (piece.end == end) for piece, place in zip(here, at, strict=True)]
        start = end


def _alike(parts: Sequence[Sequence[Unit]], seen: Seen) -> float:
    """Characters in agreement: for each coder the mean over the others."""
    alike = sum(length * _pairs(chain(*map(seen, given))) for length, given in _together(parts))
    return alike / max(len(parts) - 1, 1)


def _given(parts: Sequence[Sequence[Unit]], seen: Seen) -> Counter[object]:
    """Value -> how many characters have it, of all coders."""
    found: Counter[object] = Counter()
    for piece in chain(*parts):
        found.update(dict.fromkeys(seen(piece.labels), piece.end - piece.start))
    return found


def _pairs(values: Iterable[object]) -> int:
    """How many ordered pairs of them are the same."""
    return sum(count * (count - 1) for count in Counter(values).values())


def boundaries(texts: Sequence[Text], drawn: Weights) -> Boundaries:
    """Every measure of places with its interval, overall, of each label by itself, and of each two coders."""
    shared = [text for text in texts if len(text.units) >= 2]
    labels = {label for text in texts for units in text.units.values() for unit in units for label in unit.labels}
    coders = sorted({coder for text in texts for coder in text.units})
    whole = Continuum(texts)
    measures = {"alpha_units": whole.alpha(), "alpha_marked": whole.alpha_marked(), **_plain(whole)}
    return Boundaries(
        sum(text.length for text in shared),
        sum(not text.measured for text in shared),
        {name: estimate(measure, drawn) for name, measure in measures.items()},
        {label: _of_label(texts, label, drawn) for label in sorted(labels)},
        [_pair(texts, one, other) for one, other in combinations(coders, 2)],
    )


def _plain(continuum: Continuum) -> dict[str, Measure]:
    return {"overlap_f1": continuum.overlap(), "exact_f1": continuum.exact()}


def _of_label(texts: Sequence[Text], label: str, drawn: Weights) -> dict[str, Estimate]:
    alone = Continuum([only(text, label) for text in texts])
    measures = {"alpha_units": alone.alpha(), **_plain(alone)}
    return {name: estimate(measure, drawn) for name, measure in measures.items()}


def only(text: Text, label: str) -> Text:
    """The text with nothing marked but what has this label."""
    kept = {
        coder: tuple(replace(unit, labels=frozenset([label])) for unit in units if label in unit.labels)
        for coder, units in text.units.items()
    }
    return replace(text, units=kept)


def _pair(texts: Sequence[Text], one: str, other: str) -> Pair:
    both = [
        replace(text, units={one: text.units[one], other: text.units[other]})
        for text in texts
        if one in text.units and other in text.units
    ]
    if not both:
        return Pair(one, other, 0, None, None)
    found, weights = Continuum(both), np.ones((1, len(both)))
    alpha, overlap = (float(measure(weights)[0]) for measure in (found.alpha(), found.overlap()))
    return Pair(one, other, len(both), *(None if np.isnan(each) else each for each in (alpha, overlap)))
