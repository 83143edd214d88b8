"""Every word of the pages is in every catalogue, whole; each request and thread speaks its own language."""

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Barrier

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.util import pathmatch
from flask import Flask
from markupsafe import Markup

from app import ROOT
from safekeeping import languages
from safekeeping.languages import (
    CATALOGUES,
    DESK,
    at_the_desk,
    complete,
    dgettext,
    first_of,
    gettext,
    language,
    marked,
    ngettext,
    placeholders,
    read,
    speak,
    speak_at_the_desk,
    speaking,
    spoken,
)

TAGS = ("ar", "cy")
#: Every catalogue: what respondents read, and what the desk says.
FILES = (CATALOGUES / "ar.po", CATALOGUES / "cy.po", DESK / "cy.po")
every_catalogue = pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")


def speakers() -> list[Path]:
    """The code that says something. To look through all the rest takes seconds and finds nothing."""
    floors = (path for floor in ("safekeeping", "surveys", "analysis") for path in (ROOT / floor).rglob("*.py"))
    files = [ROOT / "app.py", *floors]
    return [path for path in files if "safekeeping.languages import" in path.read_text(encoding="utf-8")]


@cache
def heard(folder: Path) -> frozenset[str | tuple[str, ...]]:
    """Every message that translators' tools find for the catalogues of a folder; a pair where it has a plural."""
    with (folder / "extract.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found: set[str | tuple[str, ...]] = set()
    for path in [*speakers(), *(ROOT / "templates").rglob("*.html")]:
        of_file = [pattern for pattern, _method in methods if pathmatch(pattern, path.relative_to(ROOT).as_posix())]
        for pattern in of_file[:1]:
            method = dict(methods)[pattern]
            found |= {message for _line, message, *_rest in extract_from_file(method, path, options=options[pattern])}
    # Said also without a plural, it is the same message in a file of words, and found there.
    return frozenset(found - {message[0] for message in found if isinstance(message, tuple)})


@cache
def catalogue(file: Path) -> Catalog:
    """A catalogue as a translator sees it."""
    with file.open("rb") as opened:
        return read_po(opened)


def messages(file: Path) -> Iterator[Message]:
    """Its messages without the heading."""
    return (message for message in catalogue(file) if message.id)


def singular(file: Path) -> Iterator[tuple[str, str]]:
    """English and translation of each message without a plural."""
    return ((each.id, str(each.string)) for each in messages(file) if isinstance(each.id, str))


def plural(file: Path) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """English and translation, each in all forms, of each message with a plural."""
    return ((tuple(each.id), tuple(each.string or ())) for each in messages(file) if not isinstance(each.id, str))


def test_these_are_the_languages_that_are_complete() -> None:
    assert set(complete()) == {"en", *TAGS}
    assert set(at_the_desk()) == {"en", "cy"}


@every_catalogue
def test_every_message_is_translated_and_no_translation_is_left_over(file: Path) -> None:
    said = {message.id if isinstance(message.id, str) else tuple(message.id) for message in messages(file)}
    assert len(heard(file.parent)) > 100
    assert said == heard(file.parent)


@every_catalogue
def test_every_translation_is_sure_whole_and_in_every_plural_form(file: Path) -> None:
    for message in messages(file):
        assert not message.fuzzy, message.id
        assert languages.is_usable(message), message.id
    assert catalogue(file).num_plurals == 6
    assert {len(forms) for _english, forms in plural(file)} == {6}


@every_catalogue
def test_every_translation_fills_in_what_the_english_does(file: Path) -> None:
    """A form for one or two may say the number in words; the last is for all other numbers."""
    ends = [(english[-1], forms[-1]) for english, forms in plural(file)]
    for english, said in [*singular(file), *ends]:
        assert placeholders(said) == placeholders(english), english


def test_what_respondents_and_the_desk_both_read_is_said_alike() -> None:
    """It is looked up with the respondents' words first, and a translator would mend the other in vain."""
    theirs = {message.id: message.string for message in messages(CATALOGUES / "cy.po")}
    ours = {message.id: message.string for message in messages(DESK / "cy.po")}
    both = theirs.keys() & ours.keys()
    assert both
    assert {each: ours[each] for each in both} == {each: theirs[each] for each in both}


@every_catalogue
def test_blanks_and_marks_of_a_fragment_are_kept(file: Path) -> None:
    """Nothing is glued together, no mark-up comes in by a translation, and what ends in a colon still does."""
    for english, said in singular(file):
        assert not {"<", "&"} & set(said), english
        assert said.startswith(" ") == english.startswith(" "), english
        assert said.endswith(":") == english.endswith(":"), english


def _calls(path: Path) -> Iterator[str]:
    """The fixed first words of every call that says something, also of those inside other texts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(ast.Name("_" | "gettext" | "ngettext"), [ast.Constant(str(text)), *_rest]):
                yield text


def test_nothing_that_is_said_is_hidden_from_translators() -> None:
    """Their tools do not look into f-strings, so a message inside one would never be translated."""
    every = heard(CATALOGUES) | heard(DESK)
    found = {text if isinstance(text, str) else text[0] for text in every}
    said = {text: path.name for path in speakers() for text in _calls(path)}
    assert len(said) > 50
    assert {text: name for text, name in said.items() if text not in found} == {}


def test_a_language_is_spoken_inside_the_block_only() -> None:
    with speaking("cy"):
        assert gettext("Back") == "Yn ôl"
        with speaking("ar"):
            assert gettext("Back") == "رجوع"
        assert gettext("Page {step} of {steps}", step=2, steps=6) == "Tudalen 2 o 6"
    assert (gettext("Back"), language()) == ("Back", "en")


@pytest.mark.parametrize(
    ("tag", "said"), [("cy-gb", "Yn ôl"), ("ar-sy", "رجوع"), ("en-gb", "Back"), ("fr", "Back"), ("../x", "Back")]
)
def test_a_region_speaks_its_language_and_an_unknown_language_english(tag: str, said: str) -> None:
    with speaking(tag):
        assert gettext("Back") == said


ENGLISH = ("One thing to check", "{number} things to check")
WELSH = {
    0: "Dim byd i’w wirio",
    1: "Un peth i’w wirio",
    2: "2 beth i’w gwirio",
    3: "3 pheth i’w gwirio",
    6: "6 pheth i’w gwirio",
    11: "11 o bethau i’w gwirio",
}
ARABIC = {
    1: "أمر واحد يحتاج إلى مراجعة",
    2: "أمران يحتاجان إلى مراجعة",
    10: "10 أمور تحتاج إلى مراجعة",
    11: "11 أمرًا يحتاج إلى مراجعة",
    100: "100 أمر يحتاج إلى مراجعة",
    103: "103 أمور تحتاج إلى مراجعة",
}


@pytest.mark.parametrize(
    ("tag", "forms"), [("cy", WELSH), ("ar", ARABIC), ("en", {1: ENGLISH[0], 2: "2 things to check"})]
)
def test_a_number_takes_the_form_its_language_has_for_it(tag: str, forms: dict[int, str]) -> None:
    with speaking(tag):
        assert {number: ngettext(*ENGLISH, number) for number in forms} == forms


def test_the_desk_speaks_its_own_language_around_a_page_in_another() -> None:
    try:
        speak_at_the_desk("cy")
        assert (gettext("Sign out"), gettext("Back")) == ("Allgofnodi", "Yn ôl")
        speak("ar")
        assert (dgettext("desk", "Back"), gettext("Back")) == ("Yn ôl", "رجوع")
        assert gettext("Sign out") == "Sign out"  # respondents read Arabic, and the desk does not speak it
    finally:
        speak_at_the_desk("en")


@pytest.mark.parametrize(
    ("tags", "spoken_then"),
    [(["cy-GB", "en"], "cy"), (["fr", "en-GB", "cy"], "en"), (["", "cy"], "cy"), (["fr"], "en"), ([], "en")],
)
def test_the_first_language_that_is_offered_is_spoken(tags: list[str], spoken_then: str) -> None:
    assert first_of(tags, ("en", "cy")) == spoken_then


def test_mark_up_goes_in_as_it_is_and_nothing_else_does() -> None:
    assert marked("{who} & {link}", who="<b>", link=Markup("<a>")) == Markup("&lt;b&gt; &amp; <a>")


def test_lines_begin_on_the_side_of_the_language() -> None:
    assert [spoken(tag).direction for tag in ("ar", "ar-eg", "cy", "en", "tlh")] == ["rtl", "rtl", "ltr", "ltr", "ltr"]
    assert spoken("cy").name == "Cymraeg"


def test_a_telephone_number_is_not_turned_round_by_lines_that_begin_on_the_right() -> None:
    """Its groups of digits would be set from right to left, and nobody could be reached by it."""
    with_number = [said for _english, said in singular(CATALOGUES / "ar.po") if "{helpline}" in said]
    assert with_number
    assert all("\u2066{helpline}\u2069" in said for said in with_number)


def test_threads_that_speak_at_once_do_not_hear_each_other() -> None:
    together = Barrier(2)

    def say(tag: str) -> tuple[str, str]:
        speak(tag)
        together.wait(timeout=10)
        return language(), gettext("Back")

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(say, TAGS)) == [("ar", "رجوع"), ("cy", "Yn ôl")]
    assert language() == "en"


def test_a_request_leaves_no_language_behind() -> None:
    app = Flask("tiny")
    languages.init_app(app)

    @app.get("/<tag>")
    def say(tag: str) -> str:
        before = language()
        speak(tag)
        return f"{before} {gettext('Back')}"

    client = app.test_client()
    assert [client.get(path).text for path in ("/cy", "/ar")] == ["en Yn ôl", "en رجوع"]
    assert language() == "en"


SPOILT = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Back"
msgstr "Zurück"

#, fuzzy
msgid "Continue"
msgstr "Vielleicht"

msgid "Page {step} of {steps}"
msgstr "Seite {schritt} von {steps}"

msgid "question {number}"
msgstr "Frage {number"

msgid "One thing to check"
msgid_plural "{number} things to check"
msgstr[0] "Eine Sache zu prüfen"
msgstr[1] ""
"""


def test_a_slip_of_a_translator_is_said_in_english_and_breaks_no_page(tmp_path: Path) -> None:
    file = tmp_path / "de.po"
    file.write_text(SPOILT, encoding="utf-8")
    words = read(file)
    assert words.gettext("Back") == "Zurück"
    for english in ("Continue", "Page {step} of {steps}", "question {number}"):
        assert words.gettext(english) == english
    assert words.ngettext(*ENGLISH, 1) == ENGLISH[0]


@pytest.mark.parametrize("tags", [("cy", "cy-gb", "cy-wales", "cy"), ("cy-gb", "cy", "en", "cy-gb")])
def test_a_region_speaks_the_words_of_its_language_however_often_it_is_asked_for(tags: tuple[str, ...]) -> None:
    for tag in tags:
        with speaking(tag):
            assert gettext("There is no such sentence anywhere.") == "There is no such sentence anywhere."
            assert (gettext("Sign out") == "Sign out") == (tag == "en")
