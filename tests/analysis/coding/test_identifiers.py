"""Identifiers: what is planted is found, spans never lie, and nothing that people type breaks the rules."""

import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coding.identifier import KINDS, made_plain
from analysis.coding.identifiers import find_identifiers
from surveys.definition.traces import luhn_holds, nhs_number_holds, ni_prefix_holds

PLANTED = Path(__file__).resolve().parents[3] / "benchmarks/data/identifiers.txt"
PLANT = re.compile(r"\[\[(?P<kind>\w+)\|(?P<words>[^\]|]+)(?:\|partly)?\]\]")
LINES = [line for line in PLANTED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
NHS = "999 123 4578"


def found(text: str) -> list[tuple[str, str]]:
    return [(each.kind, text[each.start : each.end]) for each in find_identifiers(text)]


def words_found(text: str) -> list[str]:
    return [words for _kind, words in found(text)]


@pytest.mark.parametrize("line", LINES)
def test_what_is_planted_is_marked(line: str) -> None:
    text = PLANT.sub(lambda match: match["words"], line)
    marks = " ".join(words_found(text))
    assert [match["words"] for match in PLANT.finditer(line) if match["words"] not in marks] == []


@pytest.mark.parametrize(
    "text",
    [
        "The service should be for all men, in Leeds as in London.",
        "Universal Credit and the Jobcentre made it worse on Monday.",
        "My IDVA rang the GP about MARAC, and then Women's Aid.",
        "It took 12 weeks, cost £1,500 and helped 40 of us in 2019.",
        "Open 9.30 to 5, seven days a week, call 999 if it is an emergency.",
        "We meet on the first Thursday in March and in May.",
        "Will you help? Mark my words, I hope so.",
        "he took me off the m6 2nd exit and we talked",
        "I WAS NOT BELIEVED BY ANY OF THEM",
        "The PHQ-9 and the CORE-10 say nothing about COVID-19.",
        "We had one, two, three, four, five, six goes at it.",
        "Section 4.2 of the 2014 Act is no use.",
    ],
)
def test_what_says_nothing_about_anybody_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oh seven seven double oh, nine double oh, one two three.", "phone"),
        ("phone 07700 900 123", "phone"),
        ("ring her on +44 (0)7700 900123", "phone"),
        ("k dot marsh at example dot co dot uk", "email"),
        ("k.marsh [at] example [dot] org", "email"),
        ("live at 9 The Maltings", "address"),
        ("my son Xylo is four", "name"),
        ("mrs featherstonehaugh was kind", "name"),
        ("Asked for a Dr. Achterberg.", "name"),
        (f"number {NHS}", "nhs"),
        ("born 03/04/1970", "birth"),
    ],
)
def test_forms_of_the_same_thing(text: str, expected: str) -> None:
    assert expected in [kind for kind, _ in found(text)]


def test_check_digits_and_prefixes() -> None:
    assert nhs_number_holds(NHS)
    assert not nhs_number_holds(NHS.replace("8", "9"))
    assert not nhs_number_holds("000 000 0000")
    assert not any(ni_prefix_holds(prefix + "123456A") for prefix in ("QQ", "BG", "ZZ", "AO", "DA", "TN"))
    assert luhn_holds("4000 0000 0000 0002")
    assert not luhn_holds("4000 0000 0000 0003")
    assert found("ten figures, 1234567890, in a row") == []


@pytest.mark.parametrize("before", ["", FAMILY, "e\u0301 ", "\r\n", "a\u0300\u0301 \u200b", "İ ", "ﬀ ", "𝟎 "])
@pytest.mark.parametrize("after", ["", FAMILY, "\u0301", "\r\nand so on", "\ufe0f"])
def test_offsets_are_right_beside_any_sign(before: str, after: str) -> None:
    text = f"{before}Ask Denise on 07700 900147{after}"
    marks = words_found(text)
    assert marks[0] == "Denise"
    assert marks[1].startswith("07700 900147")


def test_a_name_with_marks_is_the_same_name() -> None:
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, "My sons Oisín and Zoë.")
        assert [unicodedata.normalize("NFC", each) for each in words_found(text)] == ["Oisín", "Zoë"]


PIECES = st.sampled_from(
    [
        "Denise",
        "07700 900147",
        "a@example.org",
        "ZZ99 3AB",
        "Mrs",
        "my ex",
        "\r\n",
        "’s",
        " ",
        ".",
        "HC-55201",
        FAMILY,
        "e\u0301",
        "@big_kev",
        "14 Larkspur Close",
        "born",
        "12/03/1971",
        "double",
        "oh",
        "seven",
        "reg",
        "QI51",
    ]
)
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(PIECES, max_size=12).map(" ".join), st.lists(PIECES, max_size=12).map("".join)
)


@given(TEXTS)
def test_spans_are_in_order_apart_and_whole_signs(text: str) -> None:
    marks = find_identifiers(text)
    edges = [edge for each in marks for edge in (each.start, each.end)]
    assert edges == sorted(edges)
    for each in marks:
        assert 0 <= each.start < each.end <= len(text)
        assert each.kind in KINDS
        assert not unicodedata.combining(text[each.start]) or each.start == 0
        assert each.end == len(text) or not unicodedata.combining(text[each.end])
    assert find_identifiers(text) == marks


@given(TEXTS)
def test_made_plain_keeps_every_sign_in_its_place(text: str) -> None:
    plain = made_plain(text)
    assert len(plain) == len(text)
    assert made_plain(plain) == plain


@given(TEXTS)
def test_what_comes_two_lines_later_changes_nothing(text: str) -> None:
    """So the words of one paragraph do not decide about another's."""
    calm = text + "\n\n.\n\n" + 10 * "the rest says nothing of anybody, in small letters. "
    marks, longer = find_identifiers(calm), find_identifiers(calm + "nor does this.")
    assert [each for each in longer if each.end <= len(text)] == [each for each in marks if each.end <= len(text)]


@pytest.mark.parametrize(
    "long", ["a", "1 ", "one ", "A b ", "a.", "07", "-", "Ann ", "a@", "at dot ", "Mr ", "é", "\n"]
)
def test_no_text_takes_long(long: str) -> None:
    began = time.perf_counter()
    find_identifiers(long * (20_000 // len(long)))
    assert time.perf_counter() - began < 10
