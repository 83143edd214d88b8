"""The languages of the pages: which there are, which is spoken now, and the words in it.

The words are gettext catalogues, which translators' tools read: `templates/languages/*.po` for whoever answers, and
`templates/languages/desk/*.po` for whoever works at the desk. English is in the code. They are read once, when a
process first speaks the language. How to add one: docs/languages.md.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:  # figures are read where no web framework is loaded
    from flask import Flask, Request

CATALOGUES = Path(__file__).resolve().parent.parent / "templates" / "languages"
#: The words of the staff desk. Whoever answers never reads them, so they need not be there in every language.
DESK = CATALOGUES / "desk"
SOURCE = "en"


@dataclass(frozen=True)
class Spoken:
    """A language: its tag, its own name for itself, and the side its lines begin on."""

    tag: str
    name: str
    direction: str = "ltr"


#: The languages whose pages are complete, and others that surveys may be translated into, by their own names.
LANGUAGES = {
    spoken.tag: spoken
    for spoken in (
        Spoken("en", "English"),
        Spoken("cy", "Cymraeg"),
        Spoken("ar", "العربية", "rtl"),
        Spoken("fa", "فارسی", "rtl"),
        Spoken("ur", "اردو", "rtl"),
        Spoken("he", "עברית", "rtl"),
        Spoken("ps", "پښتو", "rtl"),
        Spoken("bn", "বাংলা"),
        Spoken("de", "Deutsch"),
        Spoken("es", "Español"),
        Spoken("fr", "Français"),
        Spoken("ga", "Gaeilge"),
        Spoken("gd", "Gàidhlig"),
        Spoken("gu", "ગુજરાતી"),
        Spoken("hi", "हिन्दी"),
        Spoken("it", "Italiano"),
        Spoken("pa", "ਪੰਜਾਬੀ"),
        Spoken("pl", "Polski"),
        Spoken("pt", "Português"),
        Spoken("ro", "Română"),
        Spoken("so", "Soomaali"),
        Spoken("tr", "Türkçe"),
        Spoken("uk", "Українська"),
        Spoken("zh", "中文"),
    )
}

_now: ContextVar[str] = ContextVar("language", default=SOURCE)
_desk: ContextVar[str] = ContextVar("language of the desk", default=SOURCE)


def spoken(tag: str) -> Spoken:
    """The language of that tag; one we have no name for is called by its tag."""
    return LANGUAGES.get(tag) or LANGUAGES.get(tag.partition("-")[0]) or Spoken(tag, tag)


@lru_cache
def complete() -> tuple[str, ...]:
    """The languages that every page for respondents can speak."""
    return (SOURCE, *sorted(path.stem for path in CATALOGUES.glob("*.po")))


@lru_cache
def at_the_desk() -> tuple[str, ...]:
    """The languages that the staff desk can speak."""
    return (SOURCE, *sorted(path.stem for path in DESK.glob("*.po")))


def first_of(tags: Iterable[str], offered: tuple[str, ...]) -> str:
    """The first of these tags that is offered, be it as the language of a region; the first offered if none is."""
    known = (tag for each in tags for tag in (each.lower(), each.lower().partition("-")[0]) if tag in offered)
    return next(known, offered[0])


def browser_asks(request: "Request") -> list[str]:
    """The tags of languages that a browser asks for, the most wanted first."""
    return _tags_in(request.environ.get("HTTP_ACCEPT_LANGUAGE", ""))


@lru_cache(maxsize=256)
def _tags_in(header: str) -> list[str]:
    accepted = parse_accept_header(header, LanguageAccept)
    return [tag for tag, quality in accepted if quality > 0]


def language() -> str:
    """The tag of the language that is spoken now."""
    return _now.get()


def speak(tag: str) -> None:
    """Speak this language from here on, until the request ends."""
    _now.set(tag)


def speak_at_the_desk(tag: str) -> None:
    """Speak this language from here on, and to whoever works at the desk also around words in another language."""
    _now.set(tag)
    _desk.set(tag)


def desk_language() -> str:
    """The tag of the language that is spoken to whoever works at the desk."""
    return _desk.get()


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak this language inside the block."""
    before = _now.set(tag)
    try:
        yield
    finally:
        _now.reset(before)


def placeholders(text: str) -> set[str]:
    """The names that stand in braces. Raises `ValueError` where braces do not match."""
    return {name for _before, name, _form, _as in Formatter().parse(text) if name is not None}


def is_usable(message: Message) -> bool:
    """Whether a translation is whole, and can be filled in with what the code gives for the English."""
    english = message.id if isinstance(message.id, tuple | list) else (message.id,)
    said = message.string if isinstance(message.string, tuple | list) else (message.string,)
    given = set().union(*map(placeholders, english))
    try:
        return all(said) and all(placeholders(form or "") <= given for form in said)
    except ValueError:
        return False


@lru_cache
def read(path: Path) -> NullTranslations:
    """A catalogue without what a slip has spoilt: such a message is said in English, and no page breaks."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in [each for each in catalogue if each.id and not is_usable(each)]:
        catalogue.delete(message.id)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


@lru_cache
def _catalogue(tag: str) -> NullTranslations:
    """The words of a language; of one we have no words for, those of what it is a kind of (`cy-gb`), else English."""
    here = {*complete(), *at_the_desk()}
    known = next((each for each in (tag, tag.partition("-")[0]) if each in here), SOURCE)
    words = NullTranslations()
    for path in (CATALOGUES / f"{known}.po", DESK / f"{known}.po"):
        if known != SOURCE and path.exists():
            words.add_fallback(copy(read(path)))  # a chain of its own: `cy` and `cy-gb` must not hang on each other
    return words


def _words() -> NullTranslations:
    return _catalogue(language())


def gettext(text: str, **values: object) -> str:
    """The English `text` in the language spoken now, with `{name}` filled in."""
    said = _words().gettext(text)
    return said.format(**values) if values else said


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """As `gettext`, in the form that the language has for `number`."""
    return _words().ngettext(one, many, number).format(number=number, **values)


def plain_day(day: date) -> str:
    """A day as people write it in the language spoken now, such as 22 November 2026."""
    return format_date(day, "d MMMM y", locale=language().replace("-", "_"))


def dgettext(domain: str, text: str, **values: object) -> str:
    """As `gettext`, in the language of the desk where the domain is "desk": around a page of a survey, for example."""
    with speaking(desk_language() if domain == "desk" else language()):
        return gettext(text, **values)


def marked(said: str, **parts: object) -> Markup:
    """What is said, with mark-up such as a link where `{name}` stands; whatever is not mark-up is escaped."""
    return escape(said).format(**parts)


def init_app(app: "Flask") -> None:
    """Begin and end each request in English, and let templates say `_("…")`, `ngettext(…)` and in which language."""
    app.before_request(lambda: speak_at_the_desk(SOURCE))
    app.teardown_request(lambda _fault: speak_at_the_desk(SOURCE))
    app.jinja_env.globals.update(
        _=gettext,
        ngettext=ngettext,
        dgettext=dgettext,
        marked=marked,
        language=language,
        desk_language=desk_language,
        spoken=spoken,
    )
