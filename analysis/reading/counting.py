"""Counting words: how often and by how many people, beside which others, and in one group more than in another. Pure.

Every count stands beside the number of responses it comes from: one talkative person is not a theme.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from analysis.emerging.keyness import keyness
from analysis.emerging.little_words import LITTLE
from analysis.reading.measures import CERTAIN, chance, holm, likelihood, log_dice, log_ratio
from analysis.reading.text_query import Phrase
from analysis.reading.words import Words

SHORTEST, LEAST = 3, 3  # letters of a word that says something; how often a neighbour must be seen
MOST_ROWS = 200
LEAST_PEOPLE = 2  # in keyness: what one person says alone marks no group


@dataclass(frozen=True)
class Counted:
    """One word or phrase: how often it is said, and in how many responses."""

    word: str
    times: int
    responses: int


@dataclass(frozen=True)
class Neighbour:
    """A word near the one looked for: how often near it and in all, and how strongly the two go together."""

    word: str
    near: int
    times: int
    responses: int
    likelihood: float
    log_dice: float


@dataclass(frozen=True)
class Key:
    """A word in two groups: how often in each, by how many people, and how much the groups differ.

    `likelihood` is negative where it is said less in the first group; `chance` is after Holm, for all words looked at.
    """

    word: str
    here: int
    there: int
    responses_here: int
    responses_there: int
    likelihood: float
    log_ratio: float
    chance: float

    @property
    def is_certain(self) -> bool:
        """Whether this is hardly chance."""
        return self.chance < CERTAIN


def is_little(said: str) -> bool:
    """Whether a word carries a sentence and says little by itself."""
    return len(said) < SHORTEST or said in LITTLE


def terms(words: Words, pairs: bool, little: bool) -> Iterator[str]:
    """The words of a text in the compared form, or its neighbouring pairs; little words only where asked for."""
    kept = [little or not is_little(said) for said in words.said]
    if not pairs:
        yield from (form for form, keep in zip(words.forms, kept, strict=True) if keep)
        return
    for at in range(len(words.forms) - 1):
        if kept[at] and kept[at + 1]:
            yield f"{words.forms[at]} {words.forms[at + 1]}"


@dataclass
class Tally:
    """Counts of terms, kept passage by passage. The passages of a response must come one after the other."""

    times: Counter[str] = field(default_factory=Counter)
    responses: Counter[str] = field(default_factory=Counter)
    size: int = 0
    people: int = 0
    _now: bytes = b""
    _seen: set[str] = field(default_factory=set)

    def add(self, response_id: bytes, found: Iterable[str], size: int) -> None:
        """Count the terms of one passage of `size` words."""
        if response_id != self._now:
            self._now, self._seen = response_id, set()
            self.people += 1
        here = list(found)
        self.times.update(here)
        new = set(here) - self._seen
        self.responses.update(new)
        self._seen |= new
        self.size += size

    def counted(self) -> list[Counted]:
        """All terms, those of most responses first; of equals the one said more often, then by the alphabet."""
        rows = (Counted(word, times, self.responses[word]) for word, times in self.times.items())
        return sorted(rows, key=lambda row: (-row.responses, -row.times, row.word))


@dataclass
class Beside:
    """Counts of what stands near a word or phrase: at most `window` words before or after it, in the same passage."""

    phrases: Sequence[Phrase]
    window: int
    tally: Tally = field(default_factory=Tally)
    near: Tally = field(default_factory=Tally)
    node: int = 0

    def add(self, response_id: bytes, words: Words) -> None:
        """Count one passage."""
        self.tally.add(response_id, words.forms, len(words.forms))
        places = sorted({place for each in self.phrases for place in each.places(words)})
        self.node += len(places)
        around = {at for first, after in places for at in range(max(first - self.window, 0), after + self.window)}
        inside = {at for first, after in places for at in range(first, after)}
        beside = [words.forms[at] for at in sorted(around - inside) if at < len(words.forms)]
        if beside:
            self.near.add(response_id, beside, len(beside))

    def neighbours(self, little: bool) -> list[Neighbour]:
        """The words that are near it at least three times and more often than by chance, the strongest first.

        The table behind the log-likelihood: the places near it and all others, this word and all others.
        """
        rows = []
        for word, near in self.near.times.items():
            if near < LEAST or (not little and is_little(word)):
                continue
            strength = likelihood(near, self.near.size, self.tally.times[word], self.tally.size)
            if strength > 0:
                dice = log_dice(min(near, self.tally.times[word], self.node), self.node, self.tally.times[word])
                people = self.near.responses[word]
                rows.append(Neighbour(word, near, self.tally.times[word], people, strength, dice))
        return sorted(rows, key=lambda row: (-row.likelihood, row.word))


def keys(here: Tally, there: Tally) -> list[Key]:
    """The words that mark two groups against each other, the strongest first; of both groups, with their sign.

    Looked at are words said by at least two people.
    """
    people = here.responses + there.responses
    found = sorted(word for word, count in people.items() if count >= LEAST_PEOPLE)
    strengths = [keyness(here.times[each], here.size, there.times[each], there.size) for each in found]
    rows = [
        Key(
            word,
            here.times[word],
            there.times[word],
            here.responses[word],
            there.responses[word],
            strength,
            log_ratio(here.times[word], here.size, there.times[word], there.size),
            left,
        )
        for word, strength, left in zip(found, strengths, holm([chance(each) for each in strengths]), strict=True)
    ]
    return sorted(rows, key=lambda row: (-abs(row.likelihood), row.word))
