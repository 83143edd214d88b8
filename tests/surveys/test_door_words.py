"""Every English word of the public door can be translated: none stands in a template outside a message."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from app import ERRORS, ROOT

DOOR = ROOT / "templates" / "responding"
#: What is read the same in every language.
SAME_EVERYWHERE = {"999"}


def english(template: str) -> list[str]:
    """The words that stand between the tags, and in the attributes that are read out."""
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", template, flags=re.S)
    read_out = re.findall(r'(?:aria-label|alt|title|placeholder)="(.*?)"', plain)
    between = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", plain)  # also attributes that a macro writes on their own
    return [word for word in re.findall(r"\w+", " ".join([between, *read_out])) if word not in SAME_EVERYWHERE]


@pytest.mark.parametrize("path", sorted(DOOR.glob("*.html")), ids=lambda path: path.name)
def test_no_word_of_a_page_stands_outside_a_message(path: Path) -> None:
    assert english(path.read_text(encoding="utf-8")) == []


def test_translators_are_given_every_message() -> None:
    with (ROOT / "templates" / "languages" / "extract.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(ROOT, methods, options, strip_comment_tags=False)
    messages = {message if isinstance(message, str) else message[0] for _, _, message, *_ in found}
    said_in_errors = {words for told in ERRORS.values() for words in told}
    asked = {"I would rather not say", "Check your answers", "One thing to check", "Leave this site", "Put next"}
    asked |= {"The month is missing. Write it as a number or a word, such as 3 or March", "Change it"}
    assert said_in_errors | asked <= messages
