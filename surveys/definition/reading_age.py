"""How old a reader must be for a text, in years, and which words make it hard.

English only: the formula was fitted to English, and the syllables are counted by English rules. Nothing is loaded
or downloaded, so a web page can ask. A formula sees long words and long sentences and nothing else: a low age
does not make a text clear, but a high one is a good reason to look at it again.
"""

import re
import unicodedata

#: Fewer words than this say more about the words than about the text: no age is given.
FEWEST_WORDS = 10
#: One ordinary plain sentence, counted in with every text; see `reading_age`.
PLAIN_WORDS, PLAIN_SYLLABLES = 12, 17
#: Below the first no school teaches reading; above the second “very hard” is all that is known.
YOUNGEST, OLDEST = 5.0, 25.0
#: Years of age at which an American pupil enters grade 0.
AGE_AT_GRADE_0 = 5
HARD = 3

#: More letters than any word has. Without an end, one endless “word” would keep the rules busy for minutes.
LONGEST_WORD = 50

_ADDRESS = re.compile(r"@|://|^www\.", re.IGNORECASE)
_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e)\.", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[^a-z\s])|(?<=[!?])\s+")
_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏ]+(?:['’][A-Za-zÀ-ÖØ-öø-ɏ]+)*|[0-9][0-9.,:/]*")

# Syllables are groups of vowels, after letters that are not spoken are taken away and vowels spoken apart are parted.
_V, _C = "[aeiouy]", "[^aeiouy ]"
_SILENT = [
    (r"^every", "evry"),
    (r"^busi(?=ness)", "bis"),
    (r"^wednes", "wens"),
    (r"^evening", "evning"),
    (r"^y(?=[aeiou])|(?<=w)y(?=e)", ""),
    (r"qu", "q"),
    (r"(?<!r)gue(?=[sd]?$)", "g"),
    (r"^(some)(?=[a-z]{2})", "som"),
    (r"^(saf|hom|ther|wher|lif|hous|lik|car|tim|bas|wid|cas)e(?=[bcfghklmptvw][a-z]+)", r"\1"),
    (rf"({_V}.*[bcdfghjkmnpqrstvwxz])e(?=(ly|ty|ment|ments)$|ful|less|ness|li(ness|hood))", r"\1"),
    (r"(?<=[aeiou]y)e(?=[sd]?$)", ""),
    # The e of hundr-ed, handl-ed, centr-e, tabl-es is spoken.
    (rf"({_V}(?:.*(?:{_V}|[lrw]))?[lr]|{_V}.*[^aeiouylrtd ])ed$", r"\1d"),
    (rf"({_V}(?:.*(?:{_V}|[lrw]))?[lr]|{_V}.*(?:[^aeiouylrsxzcgh ]|[^cs]h))es$", r"\1s"),
    (rf"({_V}(?:.*(?:{_V}|[lrw]))?[lr]|{_V}.*[^aeiouylr ])e$", r"\1"),
]
_APART = [
    (rf"(?<={_C})y(?=[aeiou])|(?<=[aeiou])y(?=[aeiou])", "y "),
    (r"(?<![ctsg])i(?=a)(?!a(g$|ment)|ar$)|(?<=[ct])i(?=at)", "i "),
    (r"(?<![tscgxln])i(?=o)(?!our)|i(?=um|us$)", "i "),
    (r"(?<![ct])i(?=en[ct])|(?<=sc)i(?=en)|i(?=et)", "i "),
    (rf"({_V}.*{_C})i(?=(er|ers|est)$)", r"\1i "),
    (r"(?<=cr)e(?=at(?!ur))|(?<=[dr])e(?=as?$)|(?<=r)e(?=alit)|^re(?=a(ct|ss|pp|dj|rr))|e(?=um|able|ing)", "e "),
    (r"(?<=[dr])e(?=o(?!u))|^re(?=i[nm][a-z]{3})|^g?e(?=o)", "e "),
    (r"(?<![gqs])u(?=a)|(?<=s)u(?=al)|(?<![gq])u(?=e[nl])|u(?=ing|ous)", "u "),
    (r"(?<![gq])u(?=it[yi]|icid|in(?!g)|id)", "u "),
    (r"o(?=ing|ic$|e[mrt])|^co(?=ope|ord)", "o "),
    (r"(?<=s)m(?=s?$)|(?<=th)m(?=s?$)", " em"),
]
_SILENT_RULES = [(re.compile(found), put) for found, put in _SILENT]
_APART_RULES = [(re.compile(found), put) for found, put in _APART]
_CONTRACTED = re.compile(r"(n't|'[a-z]+)$")
#: A syllable of its own: the n't of didn't, and the 's of boss's.
_ADDED = re.compile(r"[dst]n't$|([sxz]|[cs]h|[cgs]e)'s$")


def syllables(word: str) -> int:
    """The syllables of one English word, at least 1, by rules of spelling.

    The rules got 97 of 100 words right that were counted by hand before. A number counts 1, and so
    do letters without a vowel such as NHS: people know them by their shape.

    >>> [syllables(word) for word in ("abuse", "violence", "safeguarding", "people", "services")]
    [2, 3, 3, 2, 3]
    """
    whole = _plain_letters(word[:LONGEST_WORD])
    spelt = _CONTRACTED.sub("", whole)
    for rule, put in _SILENT_RULES + _APART_RULES:
        spelt = rule.sub(put, spelt)
    return max(1, len(re.findall(f"{_V}+", spelt)) + bool(_ADDED.search(whole)))


def flesch_kincaid(words: int, sentences: int, spoken: int) -> float:
    """The American school grade of a text, from its numbers of words, sentences and syllables, all above 0.

    Source: Kincaid, Fishburne, Rogers and Chissom, *Derivation of new readability formulas for Navy enlisted
    personnel*, Research Branch Report 8-75, 1975.

    >>> round(flesch_kincaid(13, 1, 24), 1)
    11.3
    """
    return 0.39 * words / sentences + 11.8 * spoken / words - 15.59


def reading_age(text: str, language: str = "en") -> float | None:
    """The age in years, 5 to 25, at which pupils read such a text with ease: the Flesch-Kincaid grade plus 5.

    None in any language but English, and for fewer than 10 words. The formula was fitted to passages of well over a
    hundred words; in a short text one long word or one long sentence would swing it by years. So one plain sentence
    of 12 words and 17 syllables (age 11) is counted in with every text. Next to a hint of 12 words it weighs half,
    next to a page hardly anything; a short text must be hard all over to be called hard.

    Each line is read on its own, so that items of a list count as sentences without a full stop.
    """
    sentences = _sentences(text) if _is_english(language) else []
    words = [word for sentence in sentences for word in sentence]
    if len(words) < FEWEST_WORDS:
        return None
    spoken = sum(map(syllables, words))
    grade = flesch_kincaid(len(words) + PLAIN_WORDS, len(sentences) + 1, spoken + PLAIN_SYLLABLES)
    return min(max(grade + AGE_AT_GRADE_0, YOUNGEST), OLDEST)


def hard_words(text: str, language: str = "en") -> list[str]:
    """The words of three and more syllables, as first written, most syllables first. Empty if not in English."""
    first_written: dict[str, str] = {}
    for sentence in _sentences(text) if _is_english(language) else []:
        for word in sentence:
            first_written.setdefault(word.lower(), word)
    counted = [(syllables(word), word) for word in first_written.values()]
    return [word for count, word in sorted(counted, key=lambda pair: -pair[0]) if count >= HARD]


def _is_english(language: str) -> bool:
    return re.split("[-_]", language.lower())[0] == "en"


def _plain_letters(word: str) -> str:
    """Small letters a to z and straight apostrophes; é, always spoken, as ey."""
    parted = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", word.lower()).replace("é", "ey"))
    return "".join(letter for letter in parted if not unicodedata.combining(letter)).replace("’", "'")


def _without_addresses(line: str) -> str:
    """A web or mail address is not read as words; a full stop behind it still ends the sentence."""
    return " ".join(word[-1] if _ADDRESS.search(word) else word for word in line.split())


def _sentences(text: str) -> list[list[str]]:
    """The words and numbers of each sentence that has any; parts of a hyphenated word stand alone, as they are read."""
    lines = [_without_addresses(line) for line in unicodedata.normalize("NFC", text).splitlines()]
    parts = [part for line in lines for part in _SENTENCE_END.split(_TITLE.sub(r"\1", line))]
    return [words for part in parts if (words := _WORD.findall(part))]
