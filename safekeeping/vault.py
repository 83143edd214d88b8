"""Sealing and opening: the only file that touches keys.

Design (docs/decisions.md gives the reasons):

- one master key (KEK, 32 bytes) in a file of mode 0600, outside the database;
- per survey an X25519 pair, its private half wrapped under the KEK;
- per response a fresh data key (DEK) and AES-256-GCM, the DEK wrapped to the survey's public key by HPKE
  (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM). A page that takes answers needs the public half only;
- every ciphertext is bound to its purpose, survey and record, so it opens in its own place only;
- answers are padded to steps of 4,096 bytes, so the length of a blob says little.
"""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
FORMAT = b"\x01"
STEP = 4096
KEY_BYTES, NONCE_BYTES, TAG_BYTES, ID_BYTES = 32, 12, 16, 16
KEK_FILE = "master-1.key"


class CannotOpen(Exception):
    """The blob was altered, is in the wrong place, or the key is not the one it was sealed under."""


class NoKeys(Exception):
    """The master key is missing, malformed or readable by others. Nothing starts without it."""


@dataclass(frozen=True)
class SurveyKeys:
    """A survey's pair as stored: `public` (32 bytes) and the private half wrapped under the KEK."""

    public: bytes
    wrapped_private: bytes


@dataclass(frozen=True)
class SealedResponse:
    """One response at rest: a random record tag, the ciphertext, and its data key wrapped to the survey."""

    tag: bytes
    ciphertext: bytes
    wrapped_key: bytes


def random_id() -> bytes:
    """16 random bytes: no time and no sequence in it, unlike UUID 1, 6, 7 or ULID."""
    return secrets.token_bytes(ID_BYTES)


def generate_master_key(folder: Path) -> None:
    """Write a new master key into `folder` (mode 0700, the file 0600) unless one is there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / KEK_FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())


def _read_master_key(folder: Path) -> bytes:
    path = folder / KEK_FILE
    try:
        key, mode = path.read_bytes(), path.stat().st_mode
    except OSError as fault:
        raise NoKeys(f"The master key {path} cannot be read ({fault.strerror}). Put it back from its backup.") from None
    if len(key) != KEY_BYTES:
        raise NoKeys(f"The master key {path} is {len(key)} bytes long, not 32. Put it back from its backup.")
    if os.name == "posix" and mode & 0o077:
        raise NoKeys(f"The master key {path} can be read by others. Run: chmod 600 {path}")
    return key


def _pad(plaintext: bytes) -> bytes:
    length = len(plaintext).to_bytes(4, "big")
    return length + plaintext + bytes(-(len(plaintext) + 4) % STEP)


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
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(secret)


def seal_response(plaintext: bytes, public: bytes, survey_id: bytes) -> SealedResponse:
    """Seal one response's answers (bytes, any length) so that only the survey's private half opens them."""
    tag, key = random_id(), secrets.token_bytes(KEY_BYTES)
    ciphertext = _lock(key, _pad(plaintext), _bind("response", survey_id, tag))
    wrapped = SUITE.encrypt(key, X25519PublicKey.from_public_bytes(public), _bind("key", survey_id, tag))
    return SealedResponse(tag, ciphertext, wrapped)


def seal_for_mixing(sealed: SealedResponse, public: bytes, survey_id: bytes) -> bytes:
    """One more layer until mixing: the same bytes seen before and after would undo the shuffle."""
    package = sealed.tag + len(sealed.wrapped_key).to_bytes(2, "big") + sealed.wrapped_key + sealed.ciphertext
    return SUITE.encrypt(package, X25519PublicKey.from_public_bytes(public), _bind("intake", survey_id))


def seal_entry(plaintext: bytes, public: bytes, survey_id: bytes, place: bytes) -> bytes:
    """Seal what staff typed in for somebody, so that only the survey's private half opens it, and at `place` only."""
    return SUITE.encrypt(_pad(plaintext), X25519PublicKey.from_public_bytes(public), _bind("entry", survey_id, place))


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


class Opener:
    """A survey's private half, unwrapped, for as long as one job or one staff page needs it."""

    def __init__(self, private: bytes, survey_id: bytes) -> None:
        self._private = X25519PrivateKey.from_private_bytes(private)
        self._survey_id = survey_id

    def response(self, sealed: SealedResponse) -> bytes:
        """The answers of one response. Raises `CannotOpen`."""
        key = self._decrypt(sealed.wrapped_key, _bind("key", self._survey_id, sealed.tag))
        return _unpad(_unlock(key, sealed.ciphertext, _bind("response", self._survey_id, sealed.tag)))

    def intake(self, blob: bytes) -> SealedResponse:
        """The sealed response inside an intake blob. Raises `CannotOpen`."""
        package = self._decrypt(blob, _bind("intake", self._survey_id))
        at = TAG_BYTES + 2
        end = at + int.from_bytes(package[TAG_BYTES:at], "big")
        return SealedResponse(package[:TAG_BYTES], package[end:], package[at:end])

    def entry(self, blob: bytes, place: bytes) -> bytes:
        """What staff typed in at that place. Raises `CannotOpen`."""
        return _unpad(self._decrypt(blob, _bind("entry", self._survey_id, place)))

    def _decrypt(self, blob: bytes, bound_to: bytes) -> bytes:
        try:
            return SUITE.decrypt(blob, self._private, bound_to)
        except (InvalidTag, ValueError):
            raise CannotOpen("altered, misplaced, or sealed to another survey") from None


class Vault:
    """The master key and what it may do. Made once at start by `load_vault`."""

    def __init__(self, master_key: bytes) -> None:
        self._kek = master_key

    def new_survey_keys(self, survey_id: bytes) -> SurveyKeys:
        """A fresh pair for one survey."""
        private = X25519PrivateKey.generate()
        wrapped = _lock(self._kek, private.private_bytes_raw(), _bind("survey", survey_id))
        return SurveyKeys(private.public_key().public_bytes_raw(), wrapped)

    def opener(self, wrapped_private: bytes, survey_id: bytes) -> Opener:
        """Unwrap a survey's private half. Raises `CannotOpen` if the master key is not the right one."""
        return Opener(_unlock(self._kek, wrapped_private, _bind("survey", survey_id)), survey_id)

    def seal_kept(self, purpose: str, plaintext: bytes) -> bytes:
        """Seal something made from answers, such as a report's quotes, under a key for that purpose."""
        return _lock(_derive(self._kek, purpose), plaintext, _bind("kept", purpose.encode()))

    def open_kept(self, purpose: str, blob: bytes) -> bytes:
        """What `seal_kept` sealed. Raises `CannotOpen`."""
        return _unlock(_derive(self._kek, purpose), blob, _bind("kept", purpose.encode()))


def load_vault(folder: Path) -> Vault:
    """The vault of this installation. Raises `NoKeys`, saying which file and what to do."""
    return Vault(_read_master_key(folder))
