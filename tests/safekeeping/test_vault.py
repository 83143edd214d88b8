"""The vault: what was sealed opens in its own place, under its own key, unaltered; else `CannotOpen`, nothing else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from safekeeping import vault
from safekeeping.vault import Arrival, CannotOpen, Destroyed, Opener, SealedResponse, Vault
from tests.factories import vault_in_memory

SURVEY, OTHER = b"s" * 16, b"o" * 16
KEYS = vault_in_memory()
PUBLIC, OTHER_PUBLIC = KEYS.new_survey_keys(SURVEY), KEYS.new_survey_keys(OTHER)
OPENER = KEYS.opener(SURVEY)
SECRET = b"c" * 32
#: Plaintext beside the ciphertext of a blob under one key: format, nonce, tag.
OVERHEAD = 1 + 12 + 16
SEALED = vault.seal_response(b"words", PUBLIC, SURVEY)
ARRIVAL = Arrival(SEALED, b"m" * 32, False)
ENTRY = vault.seal_entry(b"words", PUBLIC, SURVEY, b"here")
PARTS = ("tag", "ciphertext", "wrapped_key")

plaintexts = st.binary(max_size=3 * vault.STEP)


@given(secret=st.binary(max_size=100), purpose=st.text(max_size=40))
def test_keys_are_derived_as_the_standard_says(secret: bytes, purpose: str) -> None:
    theirs = HKDF(algorithm=hashes.SHA256(), length=vault.KEY_BYTES, salt=None, info=purpose.encode())
    assert vault._derive(secret, purpose) == theirs.derive(secret)


def opener_after(change: Callable[[bytes], bytes]) -> Opener:
    """The opener of the survey, after somebody changed what is in the key store."""
    wrapped = KEYS.store.survey(SURVEY)
    assert wrapped
    KEYS.store.put_survey(SURVEY, change(wrapped))
    try:
        return KEYS.opener(SURVEY)
    finally:
        KEYS.store.put_survey(SURVEY, wrapped)


def flipped(blob: bytes, bit: int) -> bytes:
    """`blob` with one bit turned over."""
    at = bit % (8 * len(blob))
    return blob[: at // 8] + bytes([blob[at // 8] ^ 1 << at % 8]) + blob[at // 8 + 1 :]


# Round trips ---------------------------------------------------------------------------------------


@given(plaintexts)
def test_a_response_opens_to_what_was_sealed(plaintext: bytes) -> None:
    assert OPENER.response(vault.seal_response(plaintext, PUBLIC, SURVEY)) == plaintext


@given(plaintexts, st.booleans())
def test_the_layer_for_mixing_opens_to_what_arrived(plaintext: bytes, set_aside: bool) -> None:
    arrival = Arrival(vault.seal_response(plaintext, PUBLIC, SURVEY), vault.withdrawal_mark(plaintext), set_aside)
    assert OPENER.intake(vault.seal_for_mixing(arrival, PUBLIC, SURVEY)) == arrival


@given(plaintexts)
def test_what_arrived_before_there_were_marks_opens_too(plaintext: bytes) -> None:
    """It may wait for a tenth since before the upgrade."""
    sealed = vault.seal_response(plaintext, PUBLIC, SURVEY)
    package = sealed.tag + len(sealed.wrapped_key).to_bytes(2, "big") + sealed.wrapped_key + sealed.ciphertext
    older = vault.SUITE.encrypt(package, X25519PublicKey.from_public_bytes(PUBLIC), vault._bind("intake", SURVEY))
    first, second = OPENER.intake(older), OPENER.intake(older)
    assert (first.sealed, first.set_aside, len(first.withdrawal)) == (sealed, False, 32)
    assert first.withdrawal != second.withdrawal, "nobody can have been given what leads to it"


@given(plaintexts)
def test_an_entry_opens_at_its_place_and_is_padded_to_whole_steps(plaintext: bytes) -> None:
    sealed = vault.seal_entry(plaintext, PUBLIC, SURVEY, b"here")
    assert OPENER.entry(sealed, b"here") == plaintext
    assert (len(sealed) - len(vault.seal_entry(b"", PUBLIC, SURVEY, b"here"))) % vault.STEP == 0


@given(st.binary(min_size=32, max_size=32), plaintexts)
def test_a_draft_opens_to_what_was_sealed(secret: bytes, plaintext: bytes) -> None:
    assert vault.open_draft(secret, vault.seal_draft(secret, plaintext)) == plaintext


@given(st.binary(max_size=40), plaintexts)
def test_what_a_code_opens_opens_at_its_place(place: bytes, plaintext: bytes) -> None:
    assert vault.open_kept(SECRET, vault.seal_kept(SECRET, plaintext, place), place) == plaintext


# Sizes and repetition ------------------------------------------------------------------------------


@given(plaintexts)
def test_a_response_is_padded_to_whole_steps(plaintext: bytes) -> None:
    sealed = vault.seal_response(plaintext, PUBLIC, SURVEY)
    padded = len(sealed.ciphertext) - OVERHEAD
    assert padded % vault.STEP == 0
    assert 0 <= padded - (len(plaintext) + 4) < vault.STEP


@given(plaintexts)
def test_a_draft_is_padded_to_whole_steps(plaintext: bytes) -> None:
    assert (len(vault.seal_draft(SECRET, plaintext)) - OVERHEAD) % vault.STEP == 0


def test_short_and_long_answers_look_the_same() -> None:
    sizes = {len(vault.seal_response(bytes(length), PUBLIC, SURVEY).ciphertext) for length in (0, 1, 4092)}
    assert sizes == {vault.STEP + OVERHEAD}


def test_sealing_twice_shares_no_part() -> None:
    again = vault.seal_response(b"words", PUBLIC, SURVEY)
    assert all(getattr(again, part) != getattr(SEALED, part) for part in PARTS)
    assert vault.seal_draft(SECRET, b"words") != vault.seal_draft(SECRET, b"words")


def test_a_thousand_ids_differ() -> None:
    assert len({vault.random_id() for _ in range(1000)}) == 1000
    assert len(vault.random_id()) == 16


# Attacks: one bit ----------------------------------------------------------------------------------


@given(st.sampled_from(PARTS), st.integers(min_value=0))
def test_a_response_with_one_bit_turned_does_not_open(part: str, bit: int) -> None:
    altered: dict[str, Any] = {part: flipped(getattr(SEALED, part), bit)}
    with pytest.raises(CannotOpen):
        OPENER.response(replace(SEALED, **altered))


@pytest.mark.parametrize("part", PARTS)
def test_no_bit_at_either_end_is_unprotected(part: str) -> None:
    blob = getattr(SEALED, part)
    for bit in (*range(128), *range(8 * len(blob) - 128, 8 * len(blob))):
        altered: dict[str, Any] = {part: flipped(blob, bit)}
        with pytest.raises(CannotOpen):
            OPENER.response(replace(SEALED, **altered))


@given(st.integers(min_value=0))
def test_an_intake_blob_with_one_bit_turned_does_not_open(bit: int) -> None:
    blob = vault.seal_for_mixing(ARRIVAL, PUBLIC, SURVEY)
    with pytest.raises(CannotOpen):
        OPENER.intake(flipped(blob, bit))


@given(st.integers(min_value=0))
def test_a_draft_with_one_bit_turned_does_not_open(bit: int) -> None:
    with pytest.raises(CannotOpen):
        vault.open_draft(SECRET, flipped(vault.seal_draft(SECRET, b"words"), bit))


@given(st.integers(min_value=0))
def test_a_wrapped_private_half_with_one_bit_turned_does_not_open(bit: int) -> None:
    with pytest.raises(CannotOpen):
        opener_after(lambda wrapped: flipped(wrapped, bit))


@given(st.integers(min_value=0))
def test_a_kept_blob_with_one_bit_turned_does_not_open(bit: int) -> None:
    with pytest.raises(CannotOpen):
        vault.open_kept(SECRET, flipped(vault.seal_kept(SECRET, b"words", b"here"), bit), b"here")


# Attacks: any bytes, cut, swapped ------------------------------------------------------------------


@given(st.sampled_from(PARTS), st.binary(max_size=200))
def test_any_bytes_in_place_of_a_part_do_not_open(part: str, blob: bytes) -> None:
    altered: dict[str, Any] = {part: blob}
    with pytest.raises(CannotOpen):
        OPENER.response(replace(SEALED, **altered))


@given(st.binary(max_size=200))
def test_any_bytes_are_no_blob(blob: bytes) -> None:
    for opening in (
        OPENER.intake,
        lambda blob: OPENER.entry(blob, b"here"),
        lambda blob: vault.open_draft(SECRET, blob),
        lambda blob: opener_after(lambda _: blob),
        lambda blob: vault.open_kept(SECRET, blob, b"here"),
    ):
        with pytest.raises(CannotOpen):
            opening(blob)


@given(st.sampled_from(PARTS), st.integers(min_value=1, max_value=40))
def test_a_cut_part_does_not_open(part: str, cut: int) -> None:
    altered: dict[str, Any] = {part: getattr(SEALED, part)[:-cut]}
    with pytest.raises(CannotOpen):
        OPENER.response(replace(SEALED, **altered))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_another_response_does_not_fit(part: str) -> None:
    altered: dict[str, Any] = {part: getattr(vault.seal_response(b"others", PUBLIC, SURVEY), part)}
    with pytest.raises(CannotOpen):
        OPENER.response(replace(SEALED, **altered))


def test_a_whole_package_under_another_tag_does_not_open() -> None:
    other = vault.seal_response(b"others", PUBLIC, SURVEY)
    with pytest.raises(CannotOpen):
        OPENER.response(SealedResponse(SEALED.tag, other.ciphertext, other.wrapped_key))


def test_a_response_does_not_open_in_another_survey() -> None:
    with pytest.raises(CannotOpen):
        KEYS.opener(OTHER).response(SEALED)


def test_the_same_keys_do_not_open_it_under_another_survey_id() -> None:
    wrapped = KEYS.store.survey(SURVEY)
    assert wrapped
    private = vault._unlock(b"k" * 32, wrapped[1:], vault._bind("survey", SURVEY))
    with pytest.raises(CannotOpen):
        Opener(private, OTHER, KEYS.store).response(SEALED)
    with pytest.raises(CannotOpen):
        Opener(private, OTHER, KEYS.store).intake(vault.seal_for_mixing(ARRIVAL, PUBLIC, SURVEY))


def test_a_private_half_does_not_unwrap_for_another_survey() -> None:
    with pytest.raises(CannotOpen):
        opener_after(lambda _: KEYS.store.survey(OTHER) or b"")


def test_a_private_half_does_not_unwrap_under_another_master_key() -> None:
    with pytest.raises(CannotOpen):
        Vault({1: b"x" * 32}, KEYS.store).opener(SURVEY)


def test_a_private_half_under_a_master_key_that_is_gone_does_not_unwrap() -> None:
    with pytest.raises(CannotOpen, match="is not here"):
        Vault({2: b"k" * 32}, KEYS.store).opener(SURVEY)


def test_destroyed_keys_open_nothing_any_more() -> None:
    store = vault_in_memory()
    store.new_survey_keys(SURVEY)
    store.store.forget_survey(SURVEY)
    with pytest.raises(Destroyed):
        store.opener(SURVEY)


def test_a_wrapped_data_key_is_no_intake_blob() -> None:
    with pytest.raises(CannotOpen):
        OPENER.intake(SEALED.wrapped_key)


def test_a_data_key_of_the_wrong_length_does_not_open() -> None:
    """Whoever holds the public half can wrap anything; what they wrap must not make another fault."""
    public = X25519PublicKey.from_public_bytes(PUBLIC)
    forged = vault.SUITE.encrypt(b"short", public, vault._bind("key", SURVEY, SEALED.tag))
    with pytest.raises(CannotOpen):
        OPENER.response(replace(SEALED, wrapped_key=forged))


@given(st.binary(max_size=60))
def test_a_forged_package_does_not_open(package: bytes) -> None:
    public = X25519PublicKey.from_public_bytes(PUBLIC)
    for purpose in ("arrival", "intake"):
        forged = vault.SUITE.encrypt(package, public, vault._bind(purpose, SURVEY))
        with pytest.raises(CannotOpen):
            OPENER.response(OPENER.intake(forged).sealed)


@given(st.binary(max_size=20).filter(lambda place: place != b"here"))
def test_an_entry_opens_at_no_other_place(place: bytes) -> None:
    with pytest.raises(CannotOpen):
        OPENER.entry(ENTRY, place)


def test_an_entry_opens_in_no_other_survey_and_is_no_answer() -> None:
    with pytest.raises(CannotOpen):
        KEYS.opener(OTHER).entry(ENTRY, b"here")
    with pytest.raises(CannotOpen):
        OPENER.intake(ENTRY)
    with pytest.raises(CannotOpen):
        OPENER.entry(vault.seal_for_mixing(ARRIVAL, PUBLIC, SURVEY), b"here")


@given(st.integers(min_value=0))
def test_an_entry_with_one_bit_turned_does_not_open(bit: int) -> None:
    with pytest.raises(CannotOpen):
        OPENER.entry(flipped(ENTRY, bit), b"here")


def test_a_draft_does_not_open_with_another_cookie() -> None:
    with pytest.raises(CannotOpen):
        vault.open_draft(b"x" * 32, vault.seal_draft(SECRET, b"words"))


def test_kept_blobs_do_not_open_for_another_purpose() -> None:
    with pytest.raises(CannotOpen):
        vault.open_kept(SECRET, vault.seal_kept(SECRET, b"words", b"here"), b"there")


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_no_two_places_are_bound_alike(parts: list[bytes], others: list[bytes]) -> None:
    assert (vault._bind("response", *parts) == vault._bind("response", *others)) is (parts == others)


# Tokens and fingerprints ---------------------------------------------------------------------------


def test_what_follows_from_a_secret_does_not_lead_back_or_to_each_other() -> None:
    followers = {SECRET.hex(), vault.form_token(SECRET), vault.fingerprint(SECRET).hex()}
    assert len(followers) == 3
    assert vault.form_token(SECRET) == vault.form_token(SECRET) != vault.form_token(b"x" * 32)
