"""Codes: twenty digits in fours, a check digit that finds slips, and what follows from them."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safekeeping import codes
from safekeeping.codes import Busy, Effort, digits_of, follow, new_code

QUICK = Effort(memory=8, passes=1)
SALT = b"survey-of-sixteen"


def slips(digits: str) -> Iterator[str]:
    """Every code with one digit wrong, and every one with two different neighbours swapped."""
    for at, right in enumerate(digits):
        yield from (digits[:at] + wrong + digits[at + 1 :] for wrong in "0123456789" if wrong != right)
        if at and digits[at - 1] != right:
            yield digits[: at - 1] + right + digits[at - 1] + digits[at + 1 :]


@settings(max_examples=50)
@given(st.text("0123456789", min_size=19, max_size=19))
def test_every_wrong_digit_and_every_swap_is_found(digits: str) -> None:
    whole = digits + codes._check_digit(digits)
    assert digits_of(whole) == whole
    assert [slip for slip in slips(whole) if digits_of(slip)] == []


def test_a_known_check_digit() -> None:
    """The example of Damm's thesis."""
    assert codes._check_digit("572") == "4"


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_code_or_none(typed: str) -> None:
    found = digits_of(typed)
    assert found is None or (len(found) == 20 and found.isascii() and found.isdecimal())


def test_a_code_is_four_digits_at_a_time_and_reads_back() -> None:
    code = new_code()
    assert [len(part) for part in code.split(" ")] == [4] * 5
    digits = code.replace(" ", "")
    arabic = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (code, digits, f" {digits}\n", code.replace(" ", "-"), code.replace(" ", "\u00a0"), arabic):
        assert digits_of(typed) == digits


@pytest.mark.parametrize("typed", ["", "1", "1" * 19, "1" * 21, "x" * 20, "0" * 19 + "x", "0" * 20 + "!", "²" * 20])
def test_what_cannot_be_a_code(typed: str) -> None:
    assert digits_of(typed) is None


def test_every_digit_comes_as_often_at_every_place() -> None:
    many = [new_code().replace(" ", "") for _ in range(2000)]
    assert len(set(many)) == 2000
    for at in range(20):
        assert max(Counter(code[at] for code in many).values()) < 300  # 200 expected, 13.4 standard deviation
        assert min(Counter(code[at] for code in many).values()) > 110


def test_the_same_follows_from_the_same_code_at_the_same_place_only() -> None:
    one, other = new_code(), new_code()
    found = follow(one, SALT, QUICK)
    assert follow(one.replace(" ", ""), SALT, QUICK) == found
    every = [found, follow(other, SALT, QUICK), follow(one, SALT + b"saved", QUICK), follow(one, SALT, Effort(8, 2))]
    parts = [part for each in every for part in (each.lookup, each.key)]
    assert len(set(parts)) == 8
    assert {len(part) for part in parts} == {32}


def test_what_cannot_be_a_code_leads_nowhere() -> None:
    with pytest.raises(ValueError, match="cannot be a code"):
        follow("1234", SALT, QUICK)


def test_no_more_than_two_at_once_and_the_third_is_asked_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "PATIENCE", 0.01)
    code = new_code()
    with codes._at_once, codes._at_once, pytest.raises(Busy):
        follow(code, SALT, QUICK)
    assert follow(code, SALT, QUICK).lookup


def test_the_effort_is_what_is_promised() -> None:
    assert Effort() == Effort(memory=64 * 1024, passes=3)
