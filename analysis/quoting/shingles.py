"""Whether a text that is to be published holds words that somebody wrote and nobody approved. Pure.

Texts are compared by shingles: every six words in a row, without capitals and punctuation (Broder 1997, "On the
resemblance and containment of documents").
"""

import re
from collections.abc import Iterable, Iterator

RUN = 6  # words in a row
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
Shingle = tuple[str, ...]


def _words(text: str) -> list[re.Match[str]]:
    return list(_WORD.finditer(text))


def _plain(word: re.Match[str]) -> str:
    return word[0].replace("’", "'").casefold()


def shingles(text: str, run: int = RUN) -> Iterator[tuple[Shingle, int, int]]:
    """Every `run` words in a row, and from where to where they stand. A shorter text has none."""
    found = _words(text)
    plain = [_plain(word) for word in found]
    for at in range(len(found) - run + 1):
        yield tuple(plain[at : at + run]), found[at].start(), found[at + run - 1].end()


def unapproved_words(text: str, written: Iterable[str], approved: Iterable[str], run: int = RUN) -> list[str]:
    """Stretches of `text` that stand in something somebody has `written`, six words or more, and in nothing `approved`.

    `approved`: the texts of released quotes, and what was never anybody's answer, such as the questions. `written`
    may be as long as it likes: only what the text itself holds is kept in memory. What is right gives ``[]``.
    """
    there = {each for each, _start, _end in shingles(text, run)}
    there -= {each for known in approved for each, _start, _end in shingles(known, run)}
    wrong = {each for words in written for each, _start, _end in shingles(words, run) if each in there}
    stretches: list[tuple[int, int]] = []
    for each, start, end in shingles(text, run):
        if each in wrong and stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], end)
        elif each in wrong:
            stretches.append((start, end))
    return [text[start:end] for start, end in stretches]
