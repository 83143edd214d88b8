"""Texts from other programs as plain words: HTML taken out, what cannot be shown left out, names made of titles."""

import html
import re
import unicodedata

#: More of one text is not read: no text of a survey is as long.
MOST_READ = 50_000
#: Tags that end a line; the rest end nothing.
_BREAKS = frozenset("p br div li tr h1 h2 h3 h4 h5 h6 ul ol table blockquote".split())
#: What stands in these is not for reading.
_UNREAD = frozenset(("script", "style", "head", "title", "template"))
#: Tags without which a text means the same.
_HARMLESS = frozenset(("p", "br", "div", "span", "html", "body"))
#: Each sign is looked at once, whatever the text: readers of HTML take minutes over some that are no HTML.
_TAG = re.compile(r"<(?P<closes>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>|<!(?P<note>[^<>]*)>")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def plain(text: str) -> tuple[str, bool]:
    """The text without HTML, and whether formatting, pictures or links went with it."""
    parts: list[str] = []
    lost, unread, at = False, "", 0
    text = text[:MOST_READ]
    for tag in _TAG.finditer(text):
        parts += [] if unread else [text[at : tag.start()]]
        at, name, closes = tag.end(), (tag["name"] or "").lower(), bool(tag["closes"])
        lost = lost or (bool(name) and name not in _HARMLESS)
        parts += ["\n"] if name in _BREAKS else []
        if unread:
            unread = "" if closes and name == unread else unread
        elif name in _UNREAD and not closes:
            unread = name
    parts += [] if unread else [text[at:]]
    return tidy(html.unescape("".join(parts))), lost


def tidy(text: str) -> str:
    """Without signs that cannot be seen, doubled blanks, or empty lines; it may end up empty."""
    lines = (" ".join(line.split()) for line in _CONTROL.sub(" ", text).replace("\xa0", " ").split("\n"))
    return "\n".join(line for line in lines if line)


def slug(text: str, longest: int = 40, between: str = "_") -> str:
    """Small letters and digits with `between` for the rest; it may end up empty."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", between, bare).strip(between)[:longest].strip(between)
