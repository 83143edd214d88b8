"""Names of people, and of places nobody else knows, by lists and by the words around them. Pure.

Three kinds of evidence: a given name that is on a list; words that introduce a name (“Mrs”, “my ex”, “is called”); and
a capital letter where English puts none, on a word that is neither an ordinary one nor always written so.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import pairwise

from analysis.coding.identifier import Identifier
from analysis.coding.known_words import (
    ALSO_WORDS,
    CAPITALISED,
    NO_NAME,
    given_names,
    is_ordinary,
    ordinary_words,
    other_given_names,
    surnames,
)

Token = re.Match[str]
_MARKS = "\u0300-\u036f"
_TOKEN = re.compile(rf"[^\W\d_]+[{_MARKS}]*(?:['-]?[^\W\d_]+[{_MARKS}]*)*")
_GAP = re.compile(r"[ \t\n]{1,3}|\. ?(?=[A-Z])")
_OPENS = re.compile(r"(?:^|[.?!…:;\n\r•*>(\[\"“”«]|\s-)[\s\"'“”(\[]{0,5}\Z")
_TITLE = re.compile(
    r"(?:\b(?:mr|mrs|ms|mx|dr|prof|sgt|cllr|rev|fr|pc|dc|ds|di|dci|wpc|supt|insp)\.?|\b(?:miss|doctor|professor"
    r"|sergeant"
    r"|councillor|reverend|father|sister|brother|sir|dame|lord|lady|judge|nurse|imam|pastor|rabbi|constable|detective"
    r"|officer|inspector|auntie|aunty|aunt|uncle|nan|gran|grandad|nana|coach))\s{1,3}\Z",
    re.IGNORECASE,
)
_SURE_TITLE = re.compile(r"\b(?:mr|mrs|ms|mx|dr|pc|cllr|sgt)\.?\s{1,3}\Z", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:called|named|nicknamed|known as|aka|a\.k\.a\.?|name is|name'?s|name was|names are|goes by|calls? (?:him"
    r"|her)self|first name|surname|by "
    r"the name of|signed|it'?s me)[,:;]?[\s\"'“]{1,4}\Z",
    re.IGNORECASE,
)
_GREETED = re.compile(
    r"\b(?:ask for|asked for|asking for|spoke to|speak to|thanks to|thank you to|thank you|big up to|big up"
    r"|shout out to"
    r"|shout-out to|regards|cheers|cc|dear)[,:;]?[\s\"'“]{1,4}\Z",
    re.IGNORECASE,
)
_KIN = (
    "ex|ex-wife|ex-husband|ex-partner|ex-girlfriend|ex-boyfriend|wife|husband|partner|girlfriend|boyfriend|fiance"
    "|fiancee|"
    "missus|missis|hubby|mum|mother|dad|father|stepdad|stepmum|stepson|stepdaughter|son|daughter|lad|boy|girl|kid"
    "|baby|"
    "brother|sister|bro|sis|cousin|nephew|niece|grandson|granddaughter|nan|gran|grandad|mate|friend|pal|neighbour"
    "|boss|"
    "colleague|worker|support worker|key worker|keyworker|caseworker|case worker|social worker|idva|advocate"
    "|counsellor|"
    "therapist|solicitor|manager|officer|volunteer|landlord|flatmate|housemate|gp|midwife|teacher|client|tenant"
    "|resident|"
    "guy|bloke|fella|fellow|man|woman|lady|chap|youngest|eldest|oldest|twins|sister-in-law|brother-in-law"
    "|mother-in-law|"
    "father-in-law|in-laws|receptionist|facilitator|service manager|chair|trustee|director|chief executive|ceo|lead"
)
_OF_KIN = re.compile(rf"\b(?:{_KIN})[,:]?\s{{0,3}}[\"'“(]?\Z", re.IGNORECASE)
_ACTS = re.compile(
    r"(?:'s\b|,? (?:who|said|says|told|tells|rang|rings|was|is|has|had|helped|did|does|got|gets|gave|never|always"
    r"|at the|"
    r"from|still|went|came|comes|took|takes|hit|hits|keeps|kept|used|put|and (?:i|me|his|her|the|my)|runs|ran|saved"
    r"|made"
    r"|listened|sat|knows|knew|lives|works|worked|asked|called|thinks|wants|will|would|can|could)\b|\s{0,3}[=:(,-])",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"[A-Z]{2,}(?:'?[a-z]{1,2})?|[A-Z][a-z]?[A-Z]\w{0,2}")
_INITIAL_AFTER = re.compile(r" ([A-HJ-Z])(?![\w'])\.?")
_INITIAL_BEFORE = re.compile(r"(?<!\w)(?:[A-Z]\. ?){1,3}\Z")
_PARTICLE = frozenset("de da di del la le van von der den bin bint al el ap ab mac st o".split())
_SIGNED = re.compile(
    r"(?:\n|[.!?]\s{1,3})\s{0,3}(?:[-~]\s{0,3}|x{1,3}\s{0,3})?([A-Z][\w'-]{1,15}(?: [A-Z][\w'-]{0,20}){0,2})"
    r"\s{0,3}[.x]{0,3}\s{0,3}\Z"
)


@lru_cache(maxsize=20_000)
def _key(word: str) -> str:
    """A word as it stands on the lists: without marks, in small letters, without ’s."""
    plain = word if word.isascii() else unicodedata.normalize("NFKD", word)
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return bare.casefold().removesuffix("'s")


@lru_cache(maxsize=20_000)
def _says_nothing(word: str) -> bool:
    """Whether a word is no name whatever stands around it: nearly all are such, and need not be looked at further."""
    key = _key(word)
    if len(key) < 2:
        return True
    if word[0].isupper() or (key in given_names() and key not in ALSO_WORDS | NO_NAME):
        return False
    return key in NO_NAME or (is_ordinary(key) and key not in surnames())


def names_in(text: str) -> Iterator[Identifier]:
    """Possible names in words made plain (`identifier.made_plain`); they may overlap."""
    reader = _Reader(text)
    for place, token in enumerate(reader.tokens):
        kind = "" if _says_nothing(token[0]) else reader.kind_of(place)
        if kind:
            yield Identifier(reader.start_of(place), reader.end_of(place), kind)
    signed = _SIGNED.search(text)
    if signed and _is_signature(signed[1].split()):
        yield Identifier(*signed.span(1), "name")


def _is_signature(words: list[str]) -> bool:
    keys = [_key(word) for word in words]
    known = given_names() | ALSO_WORDS | other_given_names() - ordinary_words()
    return not set(keys) & (NO_NAME | CAPITALISED) and (keys[0] in known or not set(keys) & ordinary_words())


class _Reader:
    """The words of a text, and what can be said of each."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_TOKEN.finditer(text))

    @cached_property
    def shouted(self) -> bool:
        """Whether most letters are capitals."""
        letters = list(filter(str.isalpha, self.text))
        return sum(map(str.isupper, letters)) * 2 > len(letters)

    def kind_of(self, place: int) -> str:
        """“name” or “place” where the word at that place may begin one; empty where not."""
        word = self.tokens[place][0]
        key = _key(word)
        if key in NO_NAME and not self._titled(place):
            return ""
        if key in given_names() and key not in ALSO_WORDS:
            return "name"
        if not self._capital(place):
            return "name" if self._introduced_small(place, key) else ""
        return self._capital_kind(place, key)

    def _capital_kind(self, place: int, key: str) -> str:
        acronym = bool(_ACRONYM.fullmatch(self.tokens[place][0])) and len(key) < 8
        if self._titled(place) and key not in CAPITALISED:
            return "name"
        if self.shouted or acronym or key in CAPITALISED:
            return ""
        if self._before(place, _NAMED):
            return "name"
        if self._introduced(place) and (not is_ordinary(key) or self._may_be_given(key)):
            return "name"
        opens = self._opens(place)
        if key in ALSO_WORDS or key in other_given_names():
            return (
                "name" if self._with_surname(place) or (not opens and key in ALSO_WORDS) else self._unusual(place, key)
            )
        return self._unusual(place, key)

    def _unusual(self, place: int, key: str) -> str:
        """A capital that English does not ask for, on a word that is not on the list of words."""
        if all(is_ordinary(part) or part in CAPITALISED for part in key.split("-")) and "-" in key:
            return ""
        if self._opens(place):
            acts = bool(_ACTS.match(self.text, self.tokens[place].end()))
            known = is_ordinary(key)
            return "name" if not known and (acts or self._with_surname(place)) else ""
        if is_ordinary(key) and not (key in surnames() and self._after_initial(place)):
            return ""
        return "name"

    def _capital(self, place: int) -> bool:
        return self.tokens[place][0][0].isupper()

    def _opens(self, place: int) -> bool:
        start = self.tokens[place].start()
        return bool(_OPENS.search(self.text, max(0, start - 12), start)) or start == 0

    def _before(self, place: int, pattern: re.Pattern[str]) -> bool:
        start = self.tokens[place].start()
        return start > 0 and bool(pattern.search(self.text, max(0, start - 30), start))

    def _titled(self, place: int) -> bool:
        sure = _key(self.tokens[place][0]) not in NO_NAME and self._before(place, _SURE_TITLE)
        return sure or (self._capital(place) and self._before(place, _TITLE) and not self.shouted)

    def _introduced(self, place: int) -> bool:
        return self._led_up_to(place) or self._after_initial(place)

    def _led_up_to(self, place: int) -> bool:
        return any(self._before(place, each) for each in (_NAMED, _GREETED, _OF_KIN))

    def _introduced_small(self, place: int, key: str) -> bool:
        """A word in small letters right after “Mrs” or “is called”, unless it is an ordinary one."""
        if self._before(place, _SURE_TITLE):
            return not is_ordinary(key) or key in surnames()
        return key in other_given_names() and not is_ordinary(key) and self._led_up_to(place)

    def _after_initial(self, place: int) -> bool:
        return self._before(place, _INITIAL_BEFORE)

    def _may_be_given(self, key: str) -> bool:
        return key in ALSO_WORDS or key in other_given_names() or key in surnames()

    def _with_surname(self, place: int) -> bool:
        return self._follows(place) and _key(self.tokens[place + 1][0]) not in CAPITALISED

    def _follows(self, place: int) -> bool:
        """Whether the next word stands right after this one and begins with a capital of its own."""
        if place + 1 >= len(self.tokens):
            return False
        this, after = self.tokens[place], self.tokens[place + 1]
        gap = self.text[this.end() : after.start()]
        return (
            gap in (" ", "-", "  ")
            and after[0][0].isupper()
            and not this[0].endswith("'s")
            and _key(after[0]) not in NO_NAME
        )

    def start_of(self, place: int) -> int:
        """With the title and the initials before it."""
        start = self.tokens[place].start()
        initials = _INITIAL_BEFORE.search(self.text, max(0, start - 10), start)
        start = initials.start() if initials else start
        title = _TITLE.search(self.text, max(0, start - 15), start) if self._titled(place) or initials else None
        return title.start() if title else start

    def end_of(self, place: int) -> int:
        """With the surnames and the initial after it, without ’s."""
        last = place
        while last - place < 4 and self._goes_on(last, place):
            last += 1
        end = self.tokens[last].end()
        if self.tokens[last][0].endswith(("'s", "'S")):
            return end - 2
        initial = _INITIAL_AFTER.match(self.text, end)
        return initial.end(1) if initial else end

    def _goes_on(self, last: int, place: int) -> bool:
        if not self.shouted and self._follows(last):
            key = _key(self.tokens[last + 1][0])
            return key not in CAPITALISED or key in surnames()
        return self._goes_on_small(last) if not self._capital(place) else self._particle(last)

    def _goes_on_small(self, last: int) -> bool:
        """“denise halloran”: a word after a name that is on the list of surnames and on no other."""
        if last + 1 >= len(self.tokens) or self.tokens[last][0].endswith("'s"):
            return False
        key = _key(self.tokens[last + 1][0])
        beside = self.text[self.tokens[last].end() : self.tokens[last + 1].start()] == " "
        return beside and key in surnames() and not is_ordinary(key) and key not in CAPITALISED

    def _particle(self, last: int) -> bool:
        """“Maria da Silva”: a small word between a name and a surname."""
        if last + 2 >= len(self.tokens):
            return False
        joined = [self.text[a.end() : b.start()] == " " for a, b in pairwise(self.tokens[last : last + 3])]
        return all(joined) and self.tokens[last + 1][0] in _PARTICLE and self.tokens[last + 2][0][0].isupper()
