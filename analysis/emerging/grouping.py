"""Groups passages that no theme fits by the words that mark them, so that what is new can be seen.

One word after another is taken, the most telling one first; the passages that hold it, and those that share two more
of their words, are a group. Ties go by the alphabet, and passages are sets of stems: so the same passages give the same
groups in whatever order they come. Nothing is left out: what no group takes was said once, and is listed as such.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.coding.features import word_spans
from analysis.coding.learnt_words import stem
from analysis.emerging.keyness import SIGNIFICANT, key_words
from analysis.emerging.little_words import LITTLE
from analysis.reading.measures import likelihood

SHORTEST = 3  # letters of a word that can mark a group
OF_A_GROUP = 0.4  # the share of a group's passages that a word of it is in
SHARED = 2  # words that bring one more passage into a group
MOST_WORDS, MOST_PAIRS = 6, 4
MOST_RESPONSES = 0.5  # of all passages: a word in more of them marks nothing


@dataclass(frozen=True)
class Text:
    """One passage: its id, the response it is from, its words."""

    id: str
    source: str
    words: str


@dataclass(frozen=True)
class Group:
    """Passages that belong together, most typical first; the words that mark them, with their keyness; pairs."""

    passages: tuple[str, ...]
    words: tuple[tuple[str, float], ...]
    pairs: tuple[str, ...]


def telling(words: str) -> frozenset[str]:
    """The stems of a passage that can mark a group."""
    return frozenset(stem(word) for word in _said(words) if len(word) >= SHORTEST and word.lower() not in LITTLE)


def _said(words: str) -> list[str]:
    return [words[start:end] for start, end in word_spans(words)]


def grouped(texts: Sequence[Text], rest: Iterable[str]) -> tuple[list[Group], list[str]]:
    """The groups, largest first, and the ids of passages said once. `rest` are the words of passages that fit a theme.

    A group has passages of at least two people.
    """
    by_id = {text.id: text for text in sorted(texts, key=lambda text: text.id)}
    stems = {id: telling(text.words) for id, text in by_id.items()}
    there = Counter(each for words in rest for each in telling(words))
    here = Counter(each for found in stems.values() for each in found)
    keys = key_words(here, there) if there else {word: float(count) for word, count in here.items()}
    groups, left = [], _Left(by_id, stems, keys)
    while lead := left.lead():
        taken = left.with_kin(lead)
        groups.append(_group(taken, by_id, stems, keys))
        left.take(taken)
    groups.sort(key=lambda group: (-len(group.passages), group.words, group.passages))
    return groups, sorted(left.stems)


def least_of(keys: Mapping[str, float]) -> float:
    """From which keyness on a word marks a group; any above none where there is nothing to hold passages against."""
    return SIGNIFICANT if any(strength < 0 for strength in keys.values()) else 0.0


class _Left:
    """The passages that no group has taken yet, by the words that can mark a group."""

    def __init__(
        self, by_id: Mapping[str, Text], stems: Mapping[str, frozenset[str]], keys: Mapping[str, float]
    ) -> None:
        self.stems, self._keys = dict(stems), keys
        self._source = {id: text.source for id, text in by_id.items()}
        self._least = least_of(keys)
        self._holders: dict[str, set[str]] = defaultdict(set)
        for id, found in stems.items():
            for word in found:
                self._holders[word].add(id)
        most = max(2, MOST_RESPONSES * len(stems))
        held = ((word, len(ids)) for word, ids in self._holders.items() if keys[word] >= self._least)
        self._able = {word for word, holders in held if 2 <= holders <= most}

    def _people(self, word: str) -> int:
        return len({self._source[id] for id in self._holders[word]})

    def lead(self) -> str | None:
        """The most telling word that at least two people use; none where no such word is left."""
        marks = [(-self._keys[word] * people, word) for word in self._able if (people := self._people(word)) >= 2]
        return min(marks)[1] if marks else None

    def with_kin(self, lead: str) -> set[str]:
        """The passages that hold a word, and those that share words with most of them."""
        taken = set(self._holders[lead])
        least = max(2, OF_A_GROUP * len(taken))
        counted = _counted(taken, self.stems)
        marks = {word for word, count in counted.items() if count >= least and self._keys[word] > self._least}
        shared = Counter(id for word in marks for id in self._holders[word])
        return taken | {id for id, count in shared.items() if count >= SHARED}

    def take(self, taken: Collection[str]) -> None:
        """These are in a group now."""
        for id in taken:
            for word in self.stems.pop(id):
                self._holders[word].discard(id)
                if len(self._holders[word]) < 2:
                    self._able.discard(word)


def _counted(ids: Collection[str], stems: Mapping[str, frozenset[str]]) -> Counter[str]:
    return Counter(word for id in ids for word in stems[id])


def _group(
    taken: Collection[str], by_id: Mapping[str, Text], stems: Mapping[str, frozenset[str]], keys: Mapping[str, float]
) -> Group:
    counted, least = _counted(taken, stems), least_of(keys)
    marks = sorted(
        (word for word in counted if counted[word] >= 2 and keys[word] > least),
        key=lambda word: (-keys[word] * counted[word], word),
    )
    typical = sorted(taken, key=lambda id: (-_typical(stems[id], counted, keys), id))
    forms = _forms(by_id[id].words for id in typical)
    words = tuple((forms.get(word, word), round(keys[word], 1)) for word in marks[:MOST_WORDS])
    return Group(tuple(typical), words, tuple(_pairs([by_id[id].words for id in sorted(taken)])))


def _typical(found: frozenset[str], counted: Counter[str], keys: Mapping[str, float]) -> float:
    """How much of what the group says a passage says; long ones do not win by their length alone."""
    return sum(max(keys[word], 0) * counted[word] for word in found) / (4 + len(found))


def _forms(texts: Iterable[str]) -> dict[str, str]:
    """Stem -> the form in which it is said most often; of equals the first by the alphabet."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for words in texts:
        for word in _said(words):
            seen[stem(word)][word.lower()] += 1
    return {each: min(forms, key=lambda form: (-forms[form], form)) for each, forms in seen.items()}


def _pairs(texts: Sequence[str]) -> list[str]:
    """Neighbouring words that are said together at least twice and no less than by chance, the surest first."""
    said = [[word.lower() for word in _said(words)] for words in texts]
    pairs = Counter(pair for words in said for pair in pairwise(words))
    first, second = Counter[str](), Counter[str]()
    for (one, other), times in pairs.items():
        first[one] += times
        second[other] += times
    strength = {
        (one, other): likelihood(times, first[one], second[other], pairs.total())
        for (one, other), times in pairs.items()
        if times >= 2 and _tells(one) and _tells(other)
    }
    together = sorted((pair for pair in strength if strength[pair] >= 0), key=lambda pair: (-strength[pair], pair))
    return [" ".join(pair) for pair in together[:MOST_PAIRS]]


def _tells(word: str) -> bool:
    return len(word) >= SHORTEST and word not in LITTLE
