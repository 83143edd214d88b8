"""Suggestions for a standard that has no labelled examples: by its own wording, its cues, and seeds that people typed.

How much a passage shares with a section is one number: what seeds and cues it holds, and how like it is to the wording
of the section's themes (cosine of TF-IDF over stems; Salton & Buckley 1988, doi 10.1016/0306-4573(88)90021-0). What
that number is worth was measured on the one standard with labels, taken as if it had none
(`benchmarks/seeds_accuracy.py`), and made more cautious. Where no section is likelier than not it abstains.
"""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from analysis.coding.features import longest_by_first_word, phrases, stems, word_spans
from analysis.coding.learnt_words import stem
from analysis.coding.linear import Numbers, sigmoid
from analysis.coding.suggestion import Answer, Suggester, Suggestion, apart
from analysis.learning.seeds import Seeds
from analysis.standard.edition import Edition, Section, Theme

SEED, CUE = 1.0, 0.5  # one seed typed for this consultation says more than a cue of the edition
#: Log-odds of a section: what it starts from, what one unit of hits and of likeness adds, and the part of it believed.
START, OF_HITS, OF_LIKENESS, BELIEVED = -1.6, 1.5, 13.0, 0.9
LIKELY = 0.45
MOST_SURE = 0.8
MOST_REASONS = 3

Phrase = tuple[str, ...]


class SeedSuggester:
    """Suggests by wording, cues and seeds. `usual` are passages of any kind that say which words are common.

    `stances`: another suggester that is asked for the stance only, which is not of any one standard.
    """

    def __init__(self, edition: Edition, seeds: Seeds, usual: Sequence[str], stances: Suggester | None = None) -> None:
        self.edition, self.seeds, self.stances = edition, seeds, stances
        self._themes = [(place, theme) for place, each in enumerate(edition.sections) for theme in each.themes]
        texts = [_wording(edition.sections[place], theme, seeds) for place, theme in self._themes]
        texts += [_whole(section, seeds) for section in edition.sections]
        self._words = TfidfVectorizer(
            tokenizer=stems, token_pattern=None, lowercase=False, ngram_range=(1, 2), sublinear_tf=True
        ).fit([*usual, *texts])
        self._wordings = self._words.transform(texts).T.tocsr()
        self._lexicon = _lexicon(edition, seeds)
        self._longest = longest_by_first_word(self._lexicon)

    def suggest(self, answers: Sequence[Answer], reasons: bool = True) -> list[list[Suggestion]]:
        """Suggestions for every passage of every answer, in the order given."""
        passages = [passage for answer in answers for passage in answer.passages]
        stances = self._stances(answers)
        found = iter([*map(self._suggestion, passages, *self.scores(passages), stances)] if passages else [])
        return [list(islice(found, len(answer.passages))) for answer in answers]

    def scores(self, passages: Sequence[str]) -> tuple[Numbers, Numbers]:
        """Hits of sections, then likeness to wordings: passages x sections, and passages x (themes, sections)."""
        likeness = np.asarray(self._words.transform(passages).dot(self._wordings).todense())
        hits = np.zeros((len(passages), len(self.edition.sections)))
        for row, passage in enumerate(passages):
            for _span, _theme, section, weight in self._found(passage):
                hits[row, section] += weight
        return hits, likeness

    def _found(self, passage: str) -> list[tuple[tuple[int, int], int | None, int, float]]:
        """Each seed or cue in a passage: where, of which theme (None: of the whole section), section, weight."""
        spans = word_spans(passage)
        words = [stem(passage[start:end]) for start, end in spans]
        return [
            ((spans[at][0], spans[at + len(phrase) - 1][1]), theme, section, weight)
            for at, phrase in phrases(words, self._longest)
            for theme, section, weight in self._lexicon.get(phrase, ())
        ]

    def chances(self, hits: Numbers, likeness: Numbers) -> Numbers:
        """Probability of each section, of one passage or of many."""
        section_of = [place for place, _theme in self._themes] + list(range(len(self.edition.sections)))
        best = [likeness[..., [s == place for s in section_of]].max(axis=-1, initial=0.0)
                for place in range(len(self.edition.sections))]  # fmt: skip
        return sigmoid(BELIEVED * (START + OF_HITS * np.log1p(hits) + OF_LIKENESS * np.stack(best, axis=-1)))

    def _suggestion(self, passage: str, hits: Numbers, likeness: Numbers, stance: str) -> Suggestion:
        chances = self.chances(hits, likeness)
        chosen = [place for place, chance in enumerate(chances) if chance > LIKELY]
        codes = self.edition.section_codes
        by_code = dict(zip(codes, (float(chance) for chance in chances), strict=True))
        if not chosen:
            return Suggestion(by_code, (), (), stance, 0.0, ())
        found = [each for each in self._found(passage) if each[2] in chosen]
        themes = tuple(self._theme_of(section, found, likeness) for section in chosen)
        sure = float(np.prod([max(chance, 1 - chance) for chance in chances]))
        spans = apart({span for span, *_ in sorted(found, key=lambda each: -each[3])[:MOST_REASONS]})
        names = tuple(filter(None, themes))
        return Suggestion(by_code, tuple(codes[p] for p in chosen), names, stance, min(sure, MOST_SURE), spans)

    def _theme_of(self, section: int, found: list[Any], likeness: Numbers) -> str:
        """The theme of a section that most speaks for; empty where only the section as a whole does."""
        marks = [
            (sum(weight for _span, theme, _section, weight in found if theme == place) + likeness[place], theme.code)
            for place, (of, theme) in enumerate(self._themes)
            if of == section
        ]
        best, code = max(marks, key=lambda mark: mark[0], default=(0.0, ""))
        return code if best > 0 else ""

    def _stances(self, answers: Sequence[Answer]) -> list[str]:
        if self.stances is None:
            return ["" for answer in answers for _ in answer.passages]
        return [each.stance for said in self.stances.suggest(answers, reasons=False) for each in said]


def _wording(section: Section, theme: Theme, seeds: Seeds) -> str:
    own = (*theme.cues, *seeds.get(theme.code, ()))
    return ". ".join((section.title, theme.title, theme.definition, section.definition, *own))


def _whole(section: Section, seeds: Seeds) -> str:
    """The section as a whole, which may have no themes."""
    return ". ".join((section.title, section.definition, *seeds.get(section.code, ())))


def _lexicon(edition: Edition, seeds: Seeds) -> dict[Phrase, list[tuple[int | None, int, float]]]:
    """Phrase -> [(theme or None, section, weight)]. What is said of several sections counts less for each."""
    found: dict[Phrase, list[tuple[int | None, int, float]]] = {}
    number = 0
    for place, section in enumerate(edition.sections):
        _add(found, seeds.get(section.code, ()), None, place, SEED)
        for theme in section.themes:
            _add(found, theme.cues, number, place, CUE)
            _add(found, seeds.get(theme.code, ()), number, place, SEED)
            number += 1
    return {
        phrase: [(theme, section, weight / len({s for _, s, _ in of})) for theme, section, weight in of]
        for phrase, of in found.items()
    }


def _add(found: dict[Phrase, Any], said: Sequence[str], theme: int | None, section: int, weight: float) -> None:
    for phrase in {tuple(stems(each)) for each in said} - {()}:
        found.setdefault(phrase, []).append((theme, section, weight))
