"""The vault: what was sealed opens in its own place, under its own key, unaltered; else `CannotOpen`, nothing else."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from safekeeping import vault
from safekeeping.vault import CannotOpen, NoKeys, Opener, SealedResponse, Vault

SURVEY, OTHER = b"s" * 16, b"o" * 16
KEYS = Vault(b"k" * 32)
PAIR, OTHER_PAIR = KEYS.new_survey_keys(SURVEY), KEYS.new_survey_keys(OTHER)
OPENER = KEYS.opener(PAIR.wrapped_private, SURVEY)
SECRET = b"c" * 32
#: Plaintext beside the ciphertext of a blob under one key: format, nonce, tag.
OVERHEAD = 1 + 12 + 16
SEALED = vault.seal_response(b"words", PAIR.public, SURVEY)
ENTRY = vault.seal_entry(b"words", PAIR.public, SURVEY, b"here")
PARTS = ("tag", "ciphertext", "wrapped_key")

plaintexts = st.binary(max_size=3 * vault.STEP)


def flipped(blob: bytes, bit: int) -> bytes:
    """`blob` with one bit turned over."""
    at = bit % (8 * len(blob))
    return blob[: at // 8] + bytes([blob[at // 8] ^ 1 << at % 8]) + blob[at // 8 + 1 :]


# Round trips ---------------------------------------------------------------------------------------


@given(plaintexts)
def test_a_response_opens_to_what_was_sealed(plaintext: bytes) -> None:
    assert OPENER.response(vault.seal_response(plaintext, PAIR.public, SURVEY)) == plaintext


@given(plaintexts)
def test_the_layer_for_mixing_opens_to_the_sealed_response(plaintext: bytes) -> None:
    sealed = vault.seal_response(plaintext, PAIR.public, SURVEY)
    assert OPENER.intake(vault.seal_for_mixing(sealed, PAIR.public, SURVEY)) == sealed


@given(plaintexts)
def test_an_entry_opens_at_its_place_and_is_padded_to_whole_steps(plaintext: bytes) -> None:
    sealed = vault.seal_entry(plaintext, PAIR.public, SURVEY, b"here")
    assert OPENER.entry(sealed, b"here") == plaintext
    assert (len(sealed) - len(vault.seal_entry(b"", PAIR.public, SURVEY, b"here"))) % vault.STEP == 0


@given(st.binary(min_size=32, max_size=32), plaintexts)
def test_a_draft_opens_to_what_was_sealed(secret: bytes, plaintext: bytes) -> None:
    assert vault.open_draft(secret, vault.seal_draft(secret, plaintext)) == plaintext


@given(st.text(max_size=40), plaintexts)
def test_what_was_made_from_answers_opens_for_its_purpose(purpose: str, plaintext: bytes) -> None:
    assert KEYS.open_kept(purpose, KEYS.seal_kept(purpose, plaintext)) == plaintext


# Sizes and repetition ------------------------------------------------------------------------------


@given(plaintexts)
def test_a_response_is_padded_to_whole_steps(plaintext: bytes) -> None:
    sealed = vault.seal_response(plaintext, PAIR.public, SURVEY)
    padded = len(sealed.ciphertext) - OVERHEAD
    assert padded % vault.STEP == 0
    assert 0 <= padded - (len(plaintext) + 4) < vault.STEP


@given(plaintexts)
def test_a_draft_is_padded_to_whole_steps(plaintext: bytes) -> None:
    assert (len(vault.seal_draft(SECRET, plaintext)) - OVERHEAD) % vault.STEP == 0


def test_short_and_long_answers_look_the_same() -> None:
    sizes = {len(vault.seal_response(bytes(length), PAIR.public, SURVEY).ciphertext) for length in (0, 1, 4092)}
    assert sizes == {vault.STEP + OVERHEAD}


def test_sealing_twice_shares_no_part() -> None:
    again = vault.seal_response(b"words", PAIR.public, SURVEY)
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
    blob = vault.seal_for_mixing(SEALED, PAIR.public, SURVEY)
    with pytest.raises(CannotOpen):
        OPENER.intake(flipped(blob, bit))


@given(st.integers(min_value=0))
def test_a_draft_with_one_bit_turned_does_not_open(bit: int) -> None:
    with pytest.raises(CannotOpen):
        vault.open_draft(SECRET, flipped(vault.seal_draft(SECRET, b"words"), bit))


@given(st.integers(min_value=0))
def test_a_wrapped_private_half_with_one_bit_turned_does_not_open(bit: int) -> None:
    with pytest.raises(CannotOpen):
        KEYS.opener(flipped(PAIR.wrapped_private, bit), SURVEY)


@given(st.integers(min_value=0))
def test_a_kept_blob_with_one_bit_turned_does_not_open(bit: int) -> None:
    with pytest.raises(CannotOpen):
        KEYS.open_kept("quotes", flipped(KEYS.seal_kept("quotes", b"words"), bit))


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
        lambda blob: KEYS.opener(blob, SURVEY),
        lambda blob: KEYS.open_kept("quotes", blob),
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
    altered: dict[str, Any] = {part: getattr(vault.seal_response(b"others", PAIR.public, SURVEY), part)}
    with pytest.raises(CannotOpen):
        OPENER.response(replace(SEALED, **altered))


def test_a_whole_package_under_another_tag_does_not_open() -> None:
    other = vault.seal_response(b"others", PAIR.public, SURVEY)
    with pytest.raises(CannotOpen):
        OPENER.response(SealedResponse(SEALED.tag, other.ciphertext, other.wrapped_key))


def test_a_response_does_not_open_in_another_survey() -> None:
    with pytest.raises(CannotOpen):
        KEYS.opener(OTHER_PAIR.wrapped_private, OTHER).response(SEALED)


def test_the_same_keys_do_not_open_it_under_another_survey_id() -> None:
    private = vault._unlock(b"k" * 32, PAIR.wrapped_private, vault._bind("survey", SURVEY))
    with pytest.raises(CannotOpen):
        Opener(private, OTHER).response(SEALED)
    with pytest.raises(CannotOpen):
        Opener(private, OTHER).intake(vault.seal_for_mixing(SEALED, PAIR.public, SURVEY))


def test_a_private_half_does_not_unwrap_for_another_survey() -> None:
    with pytest.raises(CannotOpen):
        KEYS.opener(PAIR.wrapped_private, OTHER)


def test_a_private_half_does_not_unwrap_under_another_master_key() -> None:
    with pytest.raises(CannotOpen):
        Vault(b"x" * 32).opener(PAIR.wrapped_private, SURVEY)


def test_a_wrapped_data_key_is_no_intake_blob() -> None:
    with pytest.raises(CannotOpen):
        OPENER.intake(SEALED.wrapped_key)


def test_a_data_key_of_the_wrong_length_does_not_open() -> None:
    """Whoever holds the public half can wrap anything; what they wrap must not make another fault."""
    public = X25519PublicKey.from_public_bytes(PAIR.public)
    forged = vault.SUITE.encrypt(b"short", public, vault._bind("key", SURVEY, SEALED.tag))
    with pytest.raises(CannotOpen):
        OPENER.response(replace(SEALED, wrapped_key=forged))


@given(st.binary(max_size=60))
def test_a_forged_package_does_not_open(package: bytes) -> None:
    public = X25519PublicKey.from_public_bytes(PAIR.public)
    forged = vault.SUITE.encrypt(package, public, vault._bind("intake", SURVEY))
    with pytest.raises(CannotOpen):
        OPENER.response(OPENER.intake(forged))


@given(st.binary(max_size=20).filter(lambda place: place != b"here"))
def test_an_entry_opens_at_no_other_place(place: bytes) -> None:
    with pytest.raises(CannotOpen):
        OPENER.entry(ENTRY, place)


def test_an_entry_opens_in_no_other_survey_and_is_no_answer() -> None:
    with pytest.raises(CannotOpen):
        KEYS.opener(OTHER_PAIR.wrapped_private, OTHER).entry(ENTRY, b"here")
    with pytest.raises(CannotOpen):
        OPENER.intake(ENTRY)
    with pytest.raises(CannotOpen):
        OPENER.entry(vault.seal_for_mixing(SEALED, PAIR.public, SURVEY), b"here")


@given(st.integers(min_value=0))
def test_an_entry_with_one_bit_turned_does_not_open(bit: int) -> None:
    with pytest.raises(CannotOpen):
        OPENER.entry(flipped(ENTRY, bit), b"here")


def test_a_draft_does_not_open_with_another_cookie() -> None:
    with pytest.raises(CannotOpen):
        vault.open_draft(b"x" * 32, vault.seal_draft(SECRET, b"words"))


def test_kept_blobs_do_not_open_for_another_purpose() -> None:
    with pytest.raises(CannotOpen):
        KEYS.open_kept("charts", KEYS.seal_kept("quotes", b"words"))


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_no_two_places_are_bound_alike(parts: list[bytes], others: list[bytes]) -> None:
    assert (vault._bind("response", *parts) == vault._bind("response", *others)) is (parts == others)


# Tokens and fingerprints ---------------------------------------------------------------------------


def test_what_follows_from_a_secret_does_not_lead_back_or_to_each_other() -> None:
    followers = {SECRET.hex(), vault.form_token(SECRET), vault.fingerprint(SECRET).hex()}
    assert len(followers) == 3
    assert vault.form_token(SECRET) == vault.form_token(SECRET) != vault.form_token(b"x" * 32)


# The master key ------------------------------------------------------------------------------------


def test_a_master_key_is_made_once_and_read_by_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    vault.generate_master_key(folder)
    first = (folder / vault.KEK_FILE).read_bytes()
    vault.generate_master_key(folder)
    assert (folder / vault.KEK_FILE).read_bytes() == first
    assert len(first) == 32
    assert (folder.stat().st_mode & 0o777, (folder / vault.KEK_FILE).stat().st_mode & 0o777) == (0o700, 0o600)


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        vault.generate_master_key(tmp_path / name)
    assert (tmp_path / "one" / vault.KEK_FILE).read_bytes() != (tmp_path / "two" / vault.KEK_FILE).read_bytes()


def test_a_loaded_vault_opens_what_an_earlier_start_sealed(tmp_path: Path) -> None:
    vault.generate_master_key(tmp_path)
    blob = vault.load_vault(tmp_path).seal_kept("quotes", b"words")
    assert vault.load_vault(tmp_path).open_kept("quotes", blob) == b"words"


def test_nothing_starts_without_a_master_key(tmp_path: Path) -> None:
    with pytest.raises(NoKeys, match=r"cannot be read .* Put it back from its backup"):
        vault.load_vault(tmp_path)


def test_a_master_key_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    (tmp_path / vault.KEK_FILE).write_bytes(b"short")
    with pytest.raises(NoKeys, match="is 5 bytes long, not 32"):
        vault.load_vault(tmp_path)


def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    vault.generate_master_key(tmp_path)
    (tmp_path / vault.KEK_FILE).chmod(0o640)
    with pytest.raises(NoKeys, match="Run: chmod 600"):
        vault.load_vault(tmp_path)
