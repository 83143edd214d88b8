"""Cut a free-text answer into passages: sentences, list items and lines, as offsets into the answer.

Punkt (Kiss and Strunk 2006, doi 10.1162/coli.2006.32.4.485, as in NLTK) finds the sentence ends. It is
given a list of abbreviations here instead of trained data, so nothing is downloaded. Around it stand a
few rules for what people type into survey boxes: lists, lines without full stops, marks on their own.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from nltk.tokenize.punkt import PunktLanguageVars, PunktParameters, PunktSentenceTokenizer

Span = tuple[int, int]


def _words(spaced: str) -> frozenset[str]:
    return frozenset(spaced.split())


# Never the last word of a sentence: what they shorten or introduce comes after them.
_LEADING = _words("dr mr mrs ms mx prof rev sgt insp supt cllr hon messrs mt e.g i.e eg ie cf viz vs")
# May be the last word: a sentence ends there only before a word that commonly opens one.
_TRAILING = _words(
    """approx st rd ave dept nos fig vol ch sec p pp para tel ext incl excl max min avg hr hrs wk wks mth mths
    yr yrs etc jr sr ltd co inc plc a.m p.m b.sc m.sc ph.d u.k u.s jan feb mar apr jun jul aug sept oct nov dec"""
)
_ABBREVIATIONS = _LEADING | _TRAILING
# None of these ends a sentence before a figure ("No. 4"); "No." is an answer everywhere else.
_BEFORE_FIGURES = re.compile(r"(?:^|\W)(?:no|nos|fig|vol|ch|sec|pp|p|para|ext|tel|approx|max|min|st)\.$", re.I)
_OPENERS = _words(
    """i i'm i've i'd he she it it's we we've they they've you the this that these those there then my our his
    her their but and so when what why how who if after before nobody someone no not also please"""
)
_MISSING_SPACE = re.compile(
    r"(?<=[a-z]{2}[.?!])"
    r"(?=(?:I|I'm|I’m|He|She|It|We|They|You|The|This|That|There|Then|My|But|And|So|When|No|Not)[ ,])"
)
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_BULLETS = "•●▪◦‣∙■□➢✓✔"
_INLINE_BULLET = re.compile(rf"(?<=\s)(?=[{_BULLETS}]\s)")
_MARK = re.compile(rf"(?:[{_BULLETS}·*+\-–—>o]|[(\[]?(?:\d{{1,3}}|[A-Za-z]|[ivxIVX]{{1,5}})[.):\]])")
_ITEM = re.compile(rf"\s*{_MARK.pattern}\s")
_SENTENCE_END = re.compile(r"[.?!…]\W")
_CLOSED = re.compile(r"[.?!…:;][\"'”’»)\]}]*$")
_CLOSED_QUOTE = re.compile(r"[.?!…][\"'”’»)\]}]+$")
_STOP = re.compile(r"[.?!…]\W?\s")
_SPACE = re.compile(r"\s")
# Where Punkt need not be asked: it ends a sentence after every plain word that is no abbreviation.
_PLAIN_STOP = re.compile(r"(?<=[A-Za-z]{2})[.?!] +(?=[A-Za-z])")
_PLAIN_WORD = re.compile(r"[(\"'“‘]?(?:[A-Za-z]+-)*([A-Za-z]{2,})")
_PLAIN_CONTEXT = re.compile(_PLAIN_WORD.pattern + r"[.?!]\s+\w")
_STOPS = ".?!…"
_STRETCH = 4_000  # code points; a longer run without a full stop is parted at white space
_WRAP = 50  # code points: a shorter line that stops without a full stop was ended on purpose


class _Language(PunktLanguageVars):  # type: ignore[misc]  # NLTK ships no types
    """English as Punkt knows it, with the one-character ellipsis among the sentence ends."""

    sent_end_chars = (".", "?", "!", "…")


class _Sentences(PunktSentenceTokenizer):  # type: ignore[misc]
    """Punkt, which takes a hundred steps to find that a sentence ends between two plain words."""

    def text_contains_sentbreak(self, text: str) -> bool:
        """Whether a sentence ends in a word, its full stop and the next word."""
        plain = _PLAIN_CONTEXT.match(text)
        if plain and plain[1].lower() not in _ABBREVIATIONS:
            return True
        return bool(super().text_contains_sentbreak(text))


def _punkt() -> PunktSentenceTokenizer:
    parameters = PunktParameters()
    parameters.abbrev_types = set(_ABBREVIATIONS)
    parameters.sent_starters = set(_OPENERS)
    return _Sentences(parameters, lang_vars=_Language())


_PUNKT = _punkt()


def cut(text: str) -> list[Span]:
    """Offsets ``(start, end)`` of the passages of an answer, in code points, end exclusive.

    Spans are in order, do not overlap, neither begin nor end with white space, and together cover every
    character that is not white space. Empty or blank text gives ``[]``.

    >>> [ "Rang Dr. Lee. No reply"[start:end] for start, end in cut("Rang Dr. Lee. No reply") ]
    ['Rang Dr. Lee.', 'No reply']
    """
    pieces = [piece for block in _blocks(text) for piece in _sentences(text, block)]
    return _with_their_marks(text, pieces)


def _blocks(text: str) -> Iterator[Span]:
    """Lines and list items; a line that only wraps into the next is one block with it."""
    start = end = -1
    for line_start, line_end in _lines(text):
        if start >= 0 and _wraps(text, (start, end), (line_start, line_end)):
            end = line_end
            continue
        if start >= 0:
            yield start, end
        start, end = line_start, line_end
    if start >= 0:
        yield start, end


def _lines(text: str) -> Iterator[Span]:
    for line in _LINE.finditer(text):
        edges = [line.start(), *(m.start() for m in _INLINE_BULLET.finditer(text, *line.span())), line.end()]
        for start, end in pairwise(edges):
            yield from _trimmed(text, start, end)


def _wraps(text: str, before: Span, after: Span) -> bool:
    last_line = max(text.rfind("\n", *before), text.rfind("\r", *before), before[0] - 1) + 1
    return (
        before[1] - last_line >= _WRAP
        and text[after[0]].islower()
        and not _ITEM.match(text, *after)
        and not _CLOSED.search(text[last_line : before[1]])
        and text.count("\n", before[1], after[0]) < 2
    )


def _sentences(text: str, block: Span) -> list[Span]:
    start, end = block
    if not _SENTENCE_END.search(text, start, end):
        return list(_apart(text, block))
    return _plain_sentences(text, block) or _punkt_sentences(text, block)


def _plain_sentences(text: str, block: Span) -> list[Span]:
    """The sentences of a block whose every full stop stands between two plain words; none where one does not.

    They are those of ``_punkt_sentences``, in a tenth of the time, and nearly all blocks are such.
    """
    start, end = block
    stops = [match.span() for match in _PLAIN_STOP.finditer(text, start, end)]
    marks = sum(text.count(mark, start, end) for mark in _STOPS) - (text[end - 1] in _STOPS)
    if len(stops) != marks or end - start > _STRETCH:
        return []
    for stop, _ in stops:
        word = _PLAIN_WORD.fullmatch(text, max(text.rfind(" ", start, stop) + 1, start), stop)
        if not word or word[1].lower() in _ABBREVIATIONS:
            return []
    return list(zip([start, *(after for _, after in stops)], [*(stop + 1 for stop, _ in stops), end], strict=True))


def _punkt_sentences(text: str, block: Span) -> list[Span]:
    trimmed = [
        piece
        for first, last in _stretches(text, block)
        for a, b in _PUNKT.span_tokenize(text[first:last])
        for piece in _trimmed(text, first + a, first + b)
    ]
    return [piece for whole in _mended(text, trimmed) for piece in _apart(text, whole)]


def _stretches(text: str, block: Span) -> Iterator[Span]:
    """Short enough stretches for Punkt, whose patterns give up after five seconds on very long lines."""
    start, end = block
    while end - start > _STRETCH:
        ends = [match.end() for match in _STOP.finditer(text, start, start + _STRETCH)]
        space = _SPACE.search(text, ends[-1] - 1 if ends else start + _STRETCH, end)
        stop = space.end() if space else end
        yield start, stop
        start = stop
    if start < end:
        yield start, end


def _apart(text: str, piece: Span) -> Iterator[Span]:
    """Part sentences typed without a space between them ("very kind.They rang")."""
    breaks = [match.start() for match in _MISSING_SPACE.finditer(text, *piece)]
    edges = [piece[0], *breaks, piece[1]]
    return pairwise(edges)


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    raw = text[start:end]
    bare = raw.lstrip()
    if bare:
        first = start + len(raw) - len(bare)
        yield first, first + len(bare.rstrip())


def _mended(text: str, pieces: list[Span]) -> list[Span]:
    """Join the pieces that Punkt parted too early."""
    mended: list[Span] = []
    for piece in pieces:
        if mended and _unfinished(text, mended[-1], piece):
            mended[-1] = (mended[-1][0], piece[1])
        else:
            mended.append(piece)
    return mended


def _unfinished(text: str, before: Span, after: Span) -> bool:
    """True where Punkt broke too early: after a title, a list number, a quoted question, trailing dots."""
    tail, first = text[max(before[0], before[1] - 12) : before[1]], text[after[0]]
    last_word = tail.split()[-1].lstrip("(\"'“‘[").rstrip(".").lower()
    if last_word in _LEADING and tail.endswith("."):
        return True
    if first.isdigit() and _BEFORE_FIGURES.search(tail):
        return True
    return first.islower() and (tail.endswith(("…", "..", '..."')) or bool(_CLOSED_QUOTE.search(tail)))


def _with_their_marks(text: str, pieces: list[Span]) -> list[Span]:
    """Join what holds no words of its own: a bullet waits for its item, an emoji follows its sentence."""
    joined: list[Span] = []
    waiting = False
    for piece in pieces:
        mark = bool(_MARK.fullmatch(text, *piece))
        bare = mark or not any(map(str.isalnum, text[slice(*piece)]))
        if joined and (waiting or (bare and not mark)):
            joined[-1] = (joined[-1][0], piece[1])
            waiting = waiting and bare
        else:
            joined.append(piece)
            waiting = bare
    return joined
