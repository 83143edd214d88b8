"""Six digits: those of RFC 6238, once each, and within a step of a telephone's clock; and recovery codes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safekeeping import second_factor
from safekeeping.second_factor import recovery_fingerprint, step_of
from tests.safekeeping.signing_in import digits

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 22, 10, 0, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1, the last six digits."""
    assert step_of(SECRET, code, datetime.fromtimestamp(seconds, UTC)) == seconds // 30


@pytest.mark.parametrize(("off", "taken"), [(0, True), (30, True), (-30, True), (61, False), (-61, False)])
def test_a_telephone_may_be_half_a_minute_off(off: int, taken: bool) -> None:
    assert (step_of(SECRET, digits(SECRET, NOW + timedelta(seconds=off)), NOW) is not None) is taken


def test_a_code_is_good_once() -> None:
    code = digits(SECRET, NOW)
    step = step_of(SECRET, code, NOW)
    assert step is not None
    assert step_of(SECRET, code, NOW, last=step) is None


@given(st.text(max_size=12))
def test_nothing_else_is_a_code(typed: str) -> None:
    right = {digits(SECRET, NOW + timedelta(seconds=off)) for off in (-30, 0, 30)}
    bare = "".join(sign for sign in typed if not sign.isspace())
    assert (step_of(SECRET, typed, NOW) is not None) is (bare in right)


def test_digits_may_be_typed_in_threes() -> None:
    code = digits(SECRET, NOW)
    assert step_of(SECRET, f" {code[:3]} {code[3:]} ", NOW)


def test_the_secret_offered_follows_from_the_session_only() -> None:
    assert (
        second_factor.secret_for(b"a" * 32)
        == second_factor.secret_for(b"a" * 32)
        != second_factor.secret_for(b"b" * 32)
    )
    assert len(second_factor.secret_for(b"a" * 32)) == 20


def test_recovery_codes_are_ten_and_all_different() -> None:
    codes = second_factor.new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 16 for code in codes)


def test_a_recovery_code_is_known_however_it_is_typed() -> None:
    kept = recovery_fingerprint("01ab-cdef-ghjk-mnpq")
    assert recovery_fingerprint(" OLAB CDEF GHJK MNPQ ") == kept == recovery_fingerprint("oiabcdefghjkmnpq")
    assert recovery_fingerprint("01ab-cdef-ghjk-mnpr") != kept
