"""Sealing and opening: the only file that touches keys.

Design (docs/decisions.md gives the reasons):

- one master key (KEK, 32 bytes) in a file of mode 0600, outside the database, replaced by `heard keys rotate`;
- per survey an X25519 pair, its private half wrapped under the KEK, in a store apart from the answers;
- per response a fresh data key (DEK) and AES-256-GCM, the DEK wrapped to the survey's public key by HPKE
  (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM). A page that takes answers needs the public half only;
- every ciphertext is bound to its purpose, survey and record, so it opens in its own place only;
- answers are padded to steps of 4,096 bytes, so the length of a blob says little; until they are mixed to steps of
  16,384, so that what arrived cannot be known again by its length afterwards.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from safekeeping.keystore import Keystore
from safekeeping.master_keys import read_master_keys

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
FORMAT = b"\x01"
STEP, ARRIVAL_STEP = 4096, 16_384
KEY_BYTES, NONCE_BYTES, TAG_BYTES, ID_BYTES = 32, 12, 16, 16
MARK_BYTES = 32
#: Where the key store keeps the desk's own keys, among those of surveys.
OFFICE = b"the desk's keys."


class CannotOpen(Exception):
    """The blob was altered, is in the wrong place, or the key is not the one it was sealed under."""


class Destroyed(CannotOpen):
    """The keys of this survey were destroyed, or are not in this key store."""


@dataclass(frozen=True)
class SealedResponse:
    """One response at rest: a random record tag, the ciphertext, and its data key wrapped to the survey."""

    tag: bytes
    ciphertext: bytes
    wrapped_key: bytes


@dataclass(frozen=True)
class Arrival:
    """What one intake blob holds: the sealed response; the mark by which its writer can have it destroyed; and whether
    it was set aside because it came as a program's would."""

    sealed: SealedResponse
    withdrawal: bytes
    set_aside: bool


def random_id() -> bytes:
    """16 random bytes: no time and no sequence in it, unlike UUID 1, 6, 7 or ULID."""
    return secrets.token_bytes(ID_BYTES)


def _pad(plaintext: bytes, step: int = STEP) -> bytes:
    length = len(plaintext).to_bytes(4, "big")
    return length + plaintext + bytes(-(len(plaintext) + 4) % step)


def _unpad(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:4], "big")
    return padded[4 : 4 + length]


def _bind(purpose: str, *parts: bytes) -> bytes:
    """What a ciphertext is bound to: format, purpose and each part with its length, so none can slide."""
    bound = [FORMAT, purpose.encode()]
    return b"".join(len(part).to_bytes(4, "big") + part for part in (*bound, *parts))


def _lock(key: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plaintext, bound_to)


def _unlock(key: bytes, blob: bytes, bound_to: bytes) -> bytes:
    nonce, ciphertext = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
    if blob[:1] != FORMAT or len(ciphertext) < TAG_BYTES:
        raise CannotOpen("not a blob of this format")
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, bound_to)
    except (InvalidTag, ValueError):
        raise CannotOpen("altered, misplaced, or sealed under another key") from None


def _derive(secret: bytes, purpose: str) -> bytes:
    """A key of its own for each purpose: HKDF with SHA-256 and no salt (RFC 5869), of which a key is the first block.

    Each page derives five; the library's object takes three times as long and gives the same (`test_vault.py`).
    """
    return hmac.digest(hmac.digest(bytes(KEY_BYTES), secret, "sha256"), purpose.encode() + b"\x01", "sha256")


def seal_response(plaintext: bytes, public: bytes, survey_id: bytes) -> SealedResponse:
    """Seal one response's answers (bytes, any length) so that only the survey's private half opens them."""
    tag, key = random_id(), secrets.token_bytes(KEY_BYTES)
    ciphertext = _lock(key, _pad(plaintext), _bind("response", survey_id, tag))
    wrapped = SUITE.encrypt(key, X25519PublicKey.from_public_bytes(public), _bind("key", survey_id, tag))
    return SealedResponse(tag, ciphertext, wrapped)


def withdrawal_mark(handle: bytes) -> bytes:
    """The mark kept beside a response's key, 32 bytes; only the writer's `handle` (any secret bytes) leads to it."""
    return _derive(handle, "withdrawal")


def seal_for_mixing(arrival: Arrival, public: bytes, survey_id: bytes) -> bytes:
    """One more layer until mixing: the same bytes seen before and after would undo the shuffle."""
    sealed = arrival.sealed
    head = sealed.tag + arrival.withdrawal + bytes([arrival.set_aside])
    package = head + len(sealed.wrapped_key).to_bytes(2, "big") + sealed.wrapped_key + sealed.ciphertext
    padded = _pad(package, ARRIVAL_STEP)
    return SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(public), _bind("arrival", survey_id))


def seal_entry(plaintext: bytes, public: bytes, survey_id: bytes, place: bytes) -> bytes:
    """Seal what staff typed or a job made for a survey, so that only its private half opens it, at `place` only."""
    return SUITE.encrypt(_pad(plaintext), X25519PublicKey.from_public_bytes(public), _bind("entry", survey_id, place))


def seal_kept(key: bytes, plaintext: bytes, place: bytes) -> bytes:
    """Seal something short under a key (32 bytes) that its reader brings, such as what a receipt holds."""
    return _lock(key, plaintext, _bind("kept", place))


def open_kept(key: bytes, blob: bytes, place: bytes) -> bytes:
    """What `seal_kept` sealed at that place. Raises `CannotOpen`."""
    return _unlock(key, blob, _bind("kept", place))


def seal_draft(secret: bytes, plaintext: bytes) -> bytes:
    """Seal unfinished answers under a key only the browser's cookie (`secret`, 32 bytes) holds."""
    return _lock(_derive(secret, "draft"), _pad(plaintext), _bind("draft"))


def open_draft(secret: bytes, blob: bytes) -> bytes:
    """The unfinished answers. Raises `CannotOpen`."""
    return _unpad(_unlock(_derive(secret, "draft"), blob, _bind("draft")))


def form_token(secret: bytes) -> str:
    """The token a form must carry back to prove that our own page sent it; follows from the cookie."""
    return _derive(secret, "form").hex()


def fingerprint(secret: bytes) -> bytes:
    """SHA-256 of a session secret: all that the server keeps of it."""
    return hashlib.sha256(secret).digest()


def _sealed(tag: bytes, rest: bytes) -> SealedResponse:
    at = 2
    end = at + int.from_bytes(rest[:at], "big")
    return SealedResponse(tag, rest[end:], rest[at:end])


class Opener:
    """A survey's private half, unwrapped, for as long as one job or one staff page needs it.

    `store` is where the keys of its responses are.
    """

    def __init__(self, private: bytes, survey_id: bytes, store: Keystore) -> None:
        self._private = X25519PrivateKey.from_private_bytes(private)
        self.survey_id = survey_id
        self.store = store

    def response(self, sealed: SealedResponse) -> bytes:
        """The answers of one response. Raises `CannotOpen`."""
        return _unpad(_unlock(self._key(sealed), sealed.ciphertext, _bind("response", self.survey_id, sealed.tag)))

    def seal_beside(self, sealed: SealedResponse, plaintext: bytes, place: bytes) -> bytes:
        """Seal what staff noted about one response, under a key that follows from its own and goes when that does."""
        key = _derive(self._key(sealed), "beside")
        return _lock(key, _pad(plaintext), _bind("beside", self.survey_id, sealed.tag, place))

    def open_beside(self, sealed: SealedResponse, blob: bytes, place: bytes) -> bytes:
        """What was sealed beside that response, for that place. Raises `CannotOpen`."""
        key = _derive(self._key(sealed), "beside")
        return _unpad(_unlock(key, blob, _bind("beside", self.survey_id, sealed.tag, place)))

    def _key(self, sealed: SealedResponse) -> bytes:
        return self._decrypt(sealed.wrapped_key, _bind("key", self.survey_id, sealed.tag))

    def intake(self, blob: bytes) -> Arrival:
        """What is inside an intake blob. Raises `CannotOpen`."""
        try:
            package = _unpad(self._decrypt(blob, _bind("arrival", self.survey_id)))
        except CannotOpen:
            return self._older(blob)
        head = TAG_BYTES + MARK_BYTES + 1
        return Arrival(
            _sealed(package[:TAG_BYTES], package[head:]),
            package[TAG_BYTES : head - 1],
            package[head - 1 : head] == b"\x01",
        )

    def _older(self, blob: bytes) -> Arrival:
        """What arrived before responses had marks, and waits to be mixed since: nobody has what leads to its mark."""
        package = self._decrypt(blob, _bind("intake", self.survey_id))
        return Arrival(_sealed(package[:TAG_BYTES], package[TAG_BYTES:]), secrets.token_bytes(MARK_BYTES), False)

    def entry(self, blob: bytes, place: bytes) -> bytes:
        """What was typed or made for that place. Raises `CannotOpen`."""
        return _unpad(self._decrypt(blob, _bind("entry", self.survey_id, place)))

    def _decrypt(self, blob: bytes, bound_to: bytes) -> bytes:
        try:
            return SUITE.decrypt(blob, self._private, bound_to)
        except (InvalidTag, ValueError):
            raise CannotOpen("altered, misplaced, or sealed to another survey") from None


class Office:
    """The desk's own keys: they seal what staff accounts hold, and mark the trail. `private` is 32 bytes."""

    def __init__(self, private: bytes) -> None:
        self._key, self._mark = _derive(private, "office"), _derive(private, "trail")

    def seal(self, plaintext: bytes, place: bytes) -> bytes:
        """Seal something short so that it opens at this place only."""
        return seal_kept(self._key, plaintext, place)

    def open(self, blob: bytes, place: bytes) -> bytes:
        """What was sealed for this place. Raises `CannotOpen`."""
        return open_kept(self._key, blob, place)

    def mac(self, message: bytes) -> bytes:
        """HMAC-SHA256 (RFC 2104) of a message, 32 bytes, under a key that no database holds."""
        return hmac.digest(self._mark, message, "sha256")


class Vault:
    """The master keys and the key store. Made once at start by `load_vault`.

    `master_keys` are by version; the newest wraps, and each unwraps what it wrapped.
    """

    def __init__(self, master_keys: Mapping[int, bytes], store: Keystore) -> None:
        self._keks = dict(master_keys)
        self.store = store

    @property
    def version(self) -> int:
        """The version of the newest master key."""
        return max(self._keks)

    def new_survey_keys(self, survey_id: bytes) -> bytes:
        """A fresh pair for one survey: its private half is in the store now, its public half (32 bytes) comes back."""
        private = X25519PrivateKey.generate()
        self._wrap(private.private_bytes_raw(), survey_id)
        return private.public_key().public_bytes_raw()

    def opener(self, survey_id: bytes) -> Opener:
        """Unwrap a survey's private half. Raises `Destroyed`, or `CannotOpen` where no master key fits."""
        wrapped = self.store.survey(survey_id)
        if wrapped is None:
            raise Destroyed("the keys of this survey are not in the key store")
        return Opener(self._unwrap(wrapped, survey_id), survey_id, self.store)

    @property
    def has_office(self) -> bool:
        """Whether the desk's own keys are in the store."""
        return self.store.survey(OFFICE) is not None

    @cached_property
    def office(self) -> Office:
        """The desk's own keys, made when they are first needed and kept like those of a survey."""
        wrapped = self.store.survey(OFFICE)
        if wrapped is None:
            private = X25519PrivateKey.generate().private_bytes_raw()
            wrapped = self.store.put_first(OFFICE, self._wrapped(private, OFFICE))
        return Office(self._unwrap(wrapped, OFFICE))

    def rewrap(self) -> int:
        """Wrap every survey's private half under the newest master key. How many that changed. Safe to run again."""
        older = [each for each in self.store.surveys() if each[1][0] != self.version]
        for survey_id, wrapped in older:
            self._wrap(self._unwrap(wrapped, survey_id), survey_id)
        return len(older)

    def _wrap(self, private: bytes, survey_id: bytes) -> None:
        self.store.put_survey(survey_id, self._wrapped(private, survey_id))

    def _wrapped(self, private: bytes, survey_id: bytes) -> bytes:
        return bytes([self.version]) + _lock(self._keks[self.version], private, _bind("survey", survey_id))

    def _unwrap(self, wrapped: bytes, survey_id: bytes) -> bytes:
        key = self._keks.get(wrapped[0] if wrapped else 0)
        if key is None:
            raise CannotOpen("wrapped under a master key that is not here")
        return _unlock(key, wrapped[1:], _bind("survey", survey_id))


def load_vault(folder: Path, store: Keystore) -> Vault:
    """The vault of this installation. Raises `NoKeys`, saying which file and what to do."""
    return Vault(read_master_keys(folder), store)
