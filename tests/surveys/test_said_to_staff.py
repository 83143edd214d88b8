"""What staff are told in their language: again, where it was put together in English by a job or for the console."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekeeping import languages
from safekeeping.languages import placeholders, speaking
from surveys.definition.load import BadSurvey, parse_survey
from surveys.definition.retelling import retold
from surveys.importing.answering import NOT_AMONG_THEM, SAID_OF_CELLS, Line
from surveys.importing.cells import NOT_LISTED
from surveys.writing.faults_said import FAULTS

TINY = """
title = "Tiny"
public_title = "Your views"
address = "{address}"
intro = ["A few questions."]
[[audience]]
name = "man"
label = "A man"
plural = "Men"
[[page]]
name = "one"
title = "One"
[[page.question]]
name = "asked"
kind = "yes-no"
wording = "Did you?"
{more}
"""


class Shouting:
    """A language that says the English loudly, and keeps what stands in braces."""

    def gettext(self, text: str) -> str:
        """As a catalogue would."""
        return f"! {text}"


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is spoken but English is loud."""
    monkeypatch.setattr(languages, "_words", Shouting)


def test_english_stays_as_it_was_put_together() -> None:
    assert retold("“x” is not one of the answers", SAID_OF_CELLS) == "“x” is not one of the answers"


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_stands_in_braces_comes_along_whatever_it_is(answer: str, column: str) -> None:
    with speaking("cy"), pytest.MonkeyPatch.context() as patched:
        patched.setattr(languages, "_words", Shouting)
        said = NOT_AMONG_THEM.format(answer=answer, column=column)
        assert Line(1, "", said).said == f"! {said}"
        assert Line(1, "", NOT_LISTED.format(answer=answer)).said == f"! “{answer}” is not one of the answers"


@pytest.mark.parametrize(
    ("address", "more"),
    [
        ("help", ""),
        ("views", 'relevant = "${nobody} = 1"'),
        ("views", 'relevant = "${asked} +"'),
        ("views", 'audiences = ["women"]'),
        ("views", "nonsense = 1"),
        ("views", 'wording2 = "x"'),
    ],
)
@pytest.mark.usefixtures("loud")
def test_faults_of_a_definition_are_known_again(address: str, more: str) -> None:
    with pytest.raises(BadSurvey) as caught:
        parse_survey(TINY.format(address=address, more=more))
    with speaking("cy"):
        told = [retold(fault.what, FAULTS) for fault in caught.value.located]
    assert told
    assert all(text.startswith("! ") for text in told)


@pytest.mark.usefixtures("loud")
def test_a_fault_within_a_fault_is_told_again_too() -> None:
    with speaking("cy"):
        said = retold("“${x} +” cannot be read at character 7: this bracket closes nothing; remove it", FAULTS)
    assert said == "! “${x} +” cannot be read at character 7: ! this bracket closes nothing; remove it"


def test_the_names_in_braces_of_a_fault_differ() -> None:
    """Each is a group of a pattern, and two groups of one name would be refused."""
    for message in FAULTS:
        assert message.count("{") == len(placeholders(message)), message
