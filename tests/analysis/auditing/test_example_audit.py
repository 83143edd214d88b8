"""The audit of the worked example: every passage that could be drawn has its codes, all of them of the standard."""

import json

from analysis.auditing.example import example_codes, key_of
from analysis.auditing.settling import Codes
from analysis.coding.passages import cut
from analysis.coding.suggestion import STANCES
from analysis.standard.edition import load_edition
from surveys.definition.load import load_survey
from surveys.definition.questions import free_texts
from surveys.example.load import RESPONSES, SURVEY


def passages() -> set[str]:
    asked = {name for question in load_survey(SURVEY).questions for name in free_texts(question)}
    answers = [json.loads(line)["answers"] for line in RESPONSES.read_text(encoding="utf-8").splitlines()]
    texts = [words for given in answers for name, words in given.items() if name in asked]
    return {key_of(words[start:end]) for words in texts for start, end in cut(words)}


def test_every_passage_of_the_example_has_its_codes() -> None:
    assert passages() == set(example_codes())


def test_they_are_codes_of_the_standard() -> None:
    edition = load_edition("mdan")
    for given in example_codes().values():
        for codes in given:
            assert codes.sections <= set(edition.section_codes)
            assert codes.themes <= set(edition.theme_codes)
            assert codes.stance in STANCES or codes == Codes()
