"""The pure parts of quoting: replacing, clues, what is left to look at, who shares what, unapproved words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.quoting.attributing import Shared, ways
from analysis.quoting.further_clues import further_clues, proposals
from analysis.quoting.replacing import (
    CUT,
    GENERIC,
    INSTEAD,
    LEAVE,
    LONGEST_WORDS,
    WORDS,
    BadEdit,
    Edit,
    applied,
    checked,
    places_of,
    released_parts,
    with_proposals,
    written_parts,
)
from analysis.quoting.second_look import left_to_look_at
from analysis.quoting.shingles import RUN, unapproved_words

TEXT = "Denise rang me, and denise’s friend rang Denise."
AUDIENCE, REGION = ("audience", "survivor"), ("region", "north")


def test_each_action_is_applied() -> None:
    edits = [
        Edit(0, 6, "name"),
        Edit(12, 14, "added", CUT),
        Edit(20, 28, "name", WORDS, "[a worker’s]"),
        Edit(41, 47, "name", LEAVE, "made up"),
    ]
    assert applied(TEXT, checked(TEXT, edits)) == "[name] rang […], and [a worker’s] friend rang Denise."
    assert "".join(part.text for part in written_parts(TEXT, edits)) == TEXT
    assert [part.text for part in released_parts(TEXT, edits) if part.why] == ["[name]", "[…]", "[a worker’s]"]


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ([Edit(0, 6, "name"), Edit(3, 9, "name")], "replaced already"),
        ([Edit(0, 6, "name", WORDS, "[ ]")], "Type what should stand"),
        ([Edit(0, 6, "name", LEAVE, " ")], "Say why"),
        ([Edit(0, 6, "name", WORDS, "x" * (LONGEST_WORDS + 1))], "Shorten"),
        ([Edit(0, 900, "name")], "replaced already"),
        ([Edit(5, 5, "name")], "replaced already"),
        ([Edit(0, len(TEXT), "added", CUT)], "Nothing is left"),
    ],
)
def test_what_cannot_be_is_refused(edits: list[Edit], says: str) -> None:
    with pytest.raises(BadEdit, match=says):
        checked(TEXT, edits)


def test_typed_words_are_found_wherever_they_stand() -> None:
    assert [TEXT[a:b] for a, b in places_of(TEXT, " DENISE ")] == ["Denise", "denise", "Denise"]
    assert places_of("a.b (c)", "(c)") == [(4, 7)]
    assert places_of("Ann said  to\nAnnette", "said to") == [(4, 12)]
    assert places_of("Annette", "Ann") == []
    assert places_of("x", "  ") == []


@settings(max_examples=40)
@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.sampled_from(list(INSTEAD))), max_size=6),
)
def test_what_is_replaced_is_not_in_what_is_released(text: str, spans: list[tuple[int, int, str]]) -> None:
    edits: tuple[Edit, ...] = ()
    for start, end, kind in spans:
        if start < end <= len(text):
            edits = with_proposals(edits, [Edit(start, end, kind, GENERIC)])
    parts = released_parts(text, edits)
    assert [part.text for part in parts if part.why] == [INSTEAD[each.kind] for each in edits]
    kept = len(text) - sum(each.end - each.start for each in edits)
    assert sum(len(part.text) for part in parts if not part.why) == kept


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On 3 March 2019 I left", ["3 March 2019"]),
        ("on the 21st of june", ["21st of june"]),
        ("in May 2020, and in June", ["May 2020", "June"]),
        ("I may go, they march", []),
        ("since 2016 and 90 % of 3000", ["2016"]),
        ("12/4/21 or 2021-04-12", ["12/4/21", "2021-04-12"]),
        ("my seven-year-old and the 12 year old", ["seven-year-old", "12 year old"]),
        ("I am 54. He was twenty-two when it began", ["54", "twenty-two"]),
        ("aged 61, turned forty", ["61", "forty"]),
        ("I was one of the lads", []),
        ("From Leeds to Stoke-on-Trent", ["Leeds"]),
        ("Lincoln rang; I moved to Lincoln", ["Lincoln"]),
        ("on Christmas Eve", ["Christmas Eve"]),
        ("ZZ99 3CM", ["ZZ99 3CM"]),
    ],
)
def test_dates_ages_and_towns(text: str, found: list[str]) -> None:
    assert [text[each.start : each.end] for each in further_clues(text)] == found


def test_proposals_are_of_the_passage_and_know_its_answer() -> None:
    answer = "My ex Mandy left. Mandy took the keys in Leeds."
    inside = answer[18:]
    assert [inside[each.start : each.end] for each in proposals(answer, 18, len(answer))] == ["Mandy", "Leeds"]


def test_what_deserves_another_look() -> None:
    text = "Chiara told [name] that 7 lads from GALOP sat with patrycja on Monday. The waiting room was lovely."
    assert [text[a:b] for a, b in left_to_look_at(text)] == ["Chiara", "7", "GALOP", "patrycja"]


def test_ten_must_share_what_stands_under_a_quote() -> None:
    wanted = (AUDIENCE, REGION)
    assert ways(wanted) == [wanted, (AUDIENCE,), (REGION,), ()]
    assert ways(()) == [()]
    for both, survivors, north, kept in (
        (10, 10, 10, wanted),
        (9, 10, 20, (AUDIENCE,)),
        (9, 9, 10, (REGION,)),
        (9, 9, 9, ()),
    ):
        shared = Shared(ways(wanted))
        people = [("survivor", "north")] * both + [("survivor", "south")] * (survivors - both)
        people += [("provider", "north")] * (north - both) + [("provider", "south")] * 5
        for audience, region in people:
            shared.add({"audience": audience, "region": region})
        assert shared.kept(wanted) == kept


WRITTEN = "They put me on a list and nobody rang me for seven months, not once."


def test_words_that_nobody_approved_are_found() -> None:
    approved = "They put me on a list and nobody rang me for [time], not once."
    assert unapproved_words(f"One said: “{approved}”", [WRITTEN], [approved]) == []
    assert unapproved_words("THEY PUT ME – on a list; and so on", [WRITTEN], []) == ["THEY PUT ME – on a list; and"]
    leaked = "rang me for seven months, not"
    assert unapproved_words(f"{approved} Then nobody {leaked}", [WRITTEN], [approved]) == [f"nobody {leaked}"]
    assert unapproved_words("nobody rang me for months", [WRITTEN], []) == [], "five words in a row, and then others"


@given(st.lists(st.sampled_from("they put me on a list nobody rang".split()), max_size=30), st.integers(0, 24))
def test_any_six_words_in_a_row_are_found(words: list[str], at: int) -> None:
    some = words[at : at + RUN]
    found = unapproved_words(f"before that, {' '.join(some)}!", [" ".join(words)], [])
    assert bool(found) >= (len(some) == RUN)
    assert unapproved_words(" ".join(words), [" ".join(words)], [" ".join(words)]) == []
