"""What a quote still holds that deserves another look: capitals, numbers, and words that no list knows. Pure.

The scan for identifiers can miss a name. A name nearly always has a capital letter or stands in no list of words, and
most other clues have a number. A word that is spelt in somebody's own way is shown too, and tells as much.
"""

import re
from functools import lru_cache

from analysis.coding.identifier import words_of
from analysis.coding.known_words import CAPITALISED, NO_NAME, given_names
from analysis.coding.marking import Part, marked
from safekeeping.languages import gettext as _

WHY = _("look at this once more")
_TOKEN = re.compile(r"\[[^\]]*\]|[^\W\d_][\w'’-]*|\S*\d\S*")
_SENTENCE = re.compile(r"(?:^|[.?!…:;\n]|[\"“”‘(])\s*\Z")
_SHORTEST = 4  # letters of a word in small letters that no list knows
#: Ordinary words that the lists lack, because they are common passwords and stand in that list alone.
_ALSO = words_of(
    """survivor rang rung money page lovely welcome long online stranger barber visa young private keys pubs love mums
    charity passport rush marker gyms football caseworkers disbelieved testing smoke workbook mats trouble wall grant
    lambing rota access link coffee strike tidy swap edit laptop inbox whatever"""
)
_ENDINGS = (("s", ""), ("es", ""), ("ies", "y"), ("ly", ""), ("ness", ""), ("ed", ""), ("ed", "e"), ("d", ""),
            ("ing", ""), ("ing", "e"), ("er", ""), ("ers", ""), ("able", ""), ("ment", ""), ("less", ""))  # fmt: skip


@lru_cache
def _words() -> frozenset[str]:
    """The words of Wikipedia and of films, without what is a given name and hardly anything else."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    listed = frozenset((*FREQUENCY_LISTS["english_wikipedia"], *FREQUENCY_LISTS["us_tv_and_film"]))
    return (listed - given_names()) | _ALSO


def _is_known(word: str) -> bool:
    """Whether a word in small letters, what it is formed from, or each of its parts is on a list."""
    formed = (word.removesuffix(end) + instead for end, instead in _ENDINGS if word.endswith(end))
    if word in NO_NAME or word in CAPITALISED or any(each in _words() for each in (word, *formed)):
        return True
    parts = [part for part in re.split(r"['-]", word) if len(part) > 2]
    return len(parts) > 1 and all(_is_known(part) for part in parts)


def left_to_look_at(text: str) -> list[tuple[int, int]]:
    """Where in a quote something deserves another look; what is in brackets aside."""
    return [match.span() for match in _TOKEN.finditer(text) if _is_odd(match, text)]


def _is_odd(match: re.Match[str], text: str) -> bool:
    word = match[0]
    if word.startswith("["):
        return False
    if any(map(str.isdigit, word)):
        return True
    bare = word.replace("’", "'").lower().removesuffix("'s")
    if word[0].isupper() and bare not in NO_NAME and not _SENTENCE.search(text[: match.start()]):
        return bare not in CAPITALISED or not word[1:].islower()
    return (len(bare) >= _SHORTEST or word[0].isupper()) and not _is_known(bare)


def looked_at(text: str) -> list[Part]:
    """The quote with these marked."""
    return marked(text, [(start, end, _(WHY)) for start, end in left_to_look_at(text)])
