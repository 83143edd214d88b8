"""Cuts text into the word pieces that BERT encoders read (Wu et al. 2016, arXiv 1609.08144): uncased English.

The same pieces as the reference tokenizer gives; tried against it on every training passage.
"""

import unicodedata
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

MOST_PIECES = 64  # of one passage; a sentence is nearly always shorter, and time grows with it
_LONGEST_WORD = 100


class WordPieces:
    """Text -> numbers of pieces, with the two marks BERT expects at either end.

    ``vocabulary``: a file with one piece on each line, its number being the line.
    """

    def __init__(self, vocabulary: Path) -> None:
        self.vocabulary = vocabulary
        self._known: dict[str, list[int]] = {}

    def of(self, text: str) -> list[int]:
        """At most ``MOST_PIECES`` numbers, the marks among them."""
        found: list[int] = []
        for word in _split(_plain(text)):
            found += self._pieces(word)
            if len(found) >= MOST_PIECES:
                break
        return [self._numbers["[CLS]"], *found, self._numbers["[SEP]"]][:MOST_PIECES]

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        lines = self.vocabulary.read_text(encoding="utf-8").split("\n")
        return {piece: number for number, piece in enumerate(lines) if piece}

    def _pieces(self, word: str) -> list[int]:
        if word not in self._known:
            if len(self._known) > 50_000:
                self._known.clear()
            self._known[word] = self._cut(word)
        return self._known[word]

    def _cut(self, word: str) -> list[int]:
        found: list[int] = []
        at = 0
        while at < len(word) <= _LONGEST_WORD:
            head = "##" if at else ""
            sizes = range(len(word), at, -1)
            end = next((end for end in sizes if head + word[at:end] in self._numbers), None)
            if end is None:
                break
            found.append(self._numbers[head + word[at:end]])
            at = end
        return found if at == len(word) else [self._numbers["[UNK]"]]


def _plain(text: str) -> str:
    """Small letters without accents, control characters as nothing, every kind of space as a space."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    kinds = ((character, unicodedata.category(character)) for character in decomposed)
    return "".join(" " if _is_space(c, k) else c for c, k in kinds if k != "Mn" and (k[0] != "C" or c in "\t\n\r"))


def _is_space(character: str, kind: str) -> bool:
    return kind == "Zs" or character in "\t\n\r"


def _split(text: str) -> list[str]:
    spaced = "".join(f" {each} " if _stands_alone(each) else each for each in text)
    return spaced.split()


def _stands_alone(character: str) -> bool:
    if character.isascii():
        return character.isprintable() and not character.isalnum() and character != " "
    return unicodedata.category(character)[0] == "P" or 0x4E00 <= ord(character) <= 0x9FFF
