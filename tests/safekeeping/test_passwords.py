"""Passwords: which are refused and why, and that what is kept tells nothing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekeeping.passwords import LONGEST, fault_of, hashed, matches


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "at least 12"),
        ("eleven chars"[:11], "at least 12"),
        ("x" * (LONGEST + 1), "at most 200"),
        ("aaaaaaaaaaaaaa", "tried first"),
        ("abababababab", "tried first"),
        ("Qwerty123456", "tried first"),
        ("qwertyuiop123", "tried first"),
        ("Heard-heard-1", "little more than a name"),
        ("sam jones 2026", "little more than a name"),
    ],
)
def test_a_weak_password_is_refused_and_it_says_why(password: str, says: str) -> None:
    assert says in fault_of(password, ("Sam Jones", "Example House"))


@pytest.mark.parametrize(
    "password", ["four apples sing loud", "ŵŷâêîôû afal glas dŵr", "Sam Jones likes green apples", "x1-b7;Q#mmzL"]
)
def test_a_good_password_is_taken_whatever_it_consists_of(password: str) -> None:
    assert fault_of(password, ("Sam Jones",)) == ""


def test_what_is_kept_fits_the_password_only() -> None:
    kept = hashed("four apples sing loud")
    assert kept.startswith("$argon2id$")
    assert "apples" not in kept
    assert matches("four apples sing loud", kept)
    assert not matches("four apples sing loud ", kept)
    assert kept != hashed("four apples sing loud")


def test_one_letter_composed_in_two_ways_is_one_letter() -> None:
    composed = "dŵr afal glas ŷ"
    assert matches(unicodedata.normalize("NFD", composed), hashed(unicodedata.normalize("NFC", composed)))


def test_nobody_has_no_password() -> None:
    assert not matches("nobody has this password", "")


@given(st.text(max_size=300), st.lists(st.text(max_size=30), max_size=3))
def test_whatever_is_typed_is_judged(password: str, names: list[str]) -> None:
    fault = fault_of(password, names)
    assert fault == "" or fault.endswith(".")
    assert not (fault == "" and len(password) < 12)
