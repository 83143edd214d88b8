"""Passages: what people type, cut where a coder would cut it, and offsets that never lie."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coding.passages import cut

DATA = Path(__file__).resolve().parents[3] / "benchmarks/data"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
THUMB = "\U0001f44d\U0001f3fd"


def pieces(text: str) -> list[str]:
    return [text[start:end] for start, end in cut(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["He rang Dr. Lee.", "She was kind."],
        ["Mr. and Mrs. Jones waited.", "Nobody came."],
        ["I need support, e.g. housing.", "That is all."],
        ["Some men, i.e. The ones with children, stay.", "They have to."],
        ["It took approx. 5 weeks.", "Too long."],
        ["St. Albans has one.", "We do not."],
        ["See No. 4 on the list.", "It is wrong."],
        ["Can I go back?", "No.", "I cannot."],
        ["Ask J. R. Smith about it.", "He knows."],
        ["They open at 9.30 a.m. on Mondays.", "That is late."],
        ["The office shuts at 5 p.m.", "I work until six."],
        ["It costs £1.50 a minute.", "I hung up."],
        ["Also p. 31 of the guide.", "Look there."],
    ],
)
def test_abbreviations_and_figures_do_not_end_a_sentence(expected: list[str]) -> None:
    assert pieces(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["• counselling", "• a group", "•\tmoney advice"],
        ["- counselling", "- a group"],
        ["* one", "* two"],
        ["1. Training", "2. More money"],
        ["1) Training", "(2) More money"],
        ["a) Training", "b) More money"],
        ["What works:", "• the group", "• the flat"],
        ["more staff", "longer hours", "a man to talk to"],
    ],
)
def test_list_items_are_passages_with_their_marks(expected: list[str]) -> None:
    assert pieces("\n".join(expected)) == expected
    assert pieces("\r\n".join(expected)) == expected


def test_bullets_in_one_line_are_parted() -> None:
    assert pieces("We need • a group • a flat") == ["We need", "• a group", "• a flat"]


def test_a_bullet_alone_on_its_line_belongs_to_the_next() -> None:
    assert pieces("•\nhousing") == ["•\nhousing"]


def test_a_line_that_only_wraps_is_one_passage() -> None:
    wrapped = "I was told by the man on the phone that they could not\nhelp me because of where I live."
    assert pieces(wrapped) == [wrapped]


def test_a_blank_line_ends_a_passage_even_before_a_small_letter() -> None:
    assert len(cut("I was told by the man on the phone that they could not\n\nhelp me because of where I live.")) == 2


@pytest.mark.parametrize("dots", ["...", "…", "...."])
def test_trailing_dots_go_on_before_a_small_letter_and_end_before_a_capital(dots: str) -> None:
    assert pieces(f"I waited{dots} and then nothing.") == [f"I waited{dots} and then nothing."]
    assert pieces(f"I waited{dots} They never rang.") == [f"I waited{dots}", "They never rang."]


def test_closing_quotes_and_brackets_stay_with_their_sentence() -> None:
    assert pieces('He said "no." Then he left.') == ['He said "no."', "Then he left."]
    assert pieces("She said “go away!” I did.") == ["She said “go away!”", "I did."]
    assert pieces("(It was fine.) The rest was not.") == ["(It was fine.)", "The rest was not."]


def test_a_quoted_question_goes_on_with_who_asked_it() -> None:
    assert pieces('"Are you sure?" she asked. I was.') == ['"Are you sure?" she asked.', "I was."]


def test_runs_of_marks_end_one_sentence() -> None:
    assert pieces("What?! Me?? Yes!!!") == ["What?!", "Me??", "Yes!!!"]


def test_emoji_stay_with_the_sentence_they_follow() -> None:
    assert pieces(f"Great service. {FAMILY} {THUMB}") == [f"Great service. {FAMILY} {THUMB}"]
    assert pieces(f"Great {THUMB}. It helped.") == [f"Great {THUMB}.", "It helped."]
    assert pieces(THUMB) == [THUMB]


def test_addresses_are_not_cut() -> None:
    text = "Write to a.b@example.org or see www.example.org/x.html?y=1.2 today. Thank you."
    assert pieces(text) == [text[:-11], "Thank you."]


def test_a_missing_space_parts_and_a_missing_full_stop_does_not_matter() -> None:
    assert pieces("They were kind.They rang back") == ["They were kind.", "They rang back"]
    assert pieces("no full stop at all") == ["no full stop at all"]


@pytest.mark.parametrize("blank", ["", " ", "\n\n", "\t \r\n", "\u00a0\u2003\u2028"])
def test_blank_text_has_no_passages(blank: str) -> None:
    assert cut(blank) == []


def test_offsets_are_code_points_of_the_text_as_given() -> None:
    text = f"  {FAMILY} ok.\r\n e\u0301t\u00e9 "
    assert cut(text) == [(2, 11), (14, 18)]


@pytest.mark.parametrize(("name", "least"), [("coding-dev", 0.985), ("plain-dev", 0.99)])
def test_it_cuts_as_the_coders_texts_were_cut(name: str, least: float) -> None:
    exact = total = 0
    for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        response = json.loads(line)
        wanted = {(each["start"], each["end"]) for each in response["segments"]}
        exact += len(wanted & set(cut(response["text"])))
        total += len(wanted)
    assert exact / total >= least


ODD = st.lists(st.sampled_from([*"aA1 .?!…\n\r\t-•*)(\"'“”,:;", FAMILY, "\u2028", "\x1c", "é", "I", "Dr. "])).map(
    "".join
)


@given(st.one_of(st.text(), ODD))
def test_spans_hold_whatever_is_typed(text: str) -> None:
    spans = cut(text)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(piece and piece == piece.strip() for piece in (text[start:end] for start, end in spans))
    covered = {place for start, end in spans for place in range(start, end)}
    assert all(place in covered or letter.isspace() for place, letter in enumerate(text))


@given(ODD)
def test_cutting_is_the_same_every_time_and_does_not_look_at_what_surrounds(text: str) -> None:
    assert cut(text) == cut(text)
    assert [(start - 2, end - 2) for start, end in cut(f"\n\n{text}\n\n")] == cut(text)


@pytest.mark.parametrize("unit", ["a.", ". ", "?!", "a b. ", "- \n", "• ", "1. ", 'a. "', "(((.", "Dr. ", "x"])
def test_odd_long_text_does_not_take_long(unit: str) -> None:
    began = time.process_time()
    cut(unit * (20_000 // len(unit)))
    assert time.process_time() - began < 5


def test_a_very_long_line_is_parted_without_loss() -> None:
    line = "and so on " * 2_000 + "the end. Yes."
    assert " ".join(pieces(line)) == line
