"""The recovery key: 28 signs on paper that open every backup. The server keeps only what it takes to seal them.

From the signs follow the two halves of an X25519 pair and a secret that marks backups as made here. The public half
and the mark lie in `backup.key`; so the hourly backup asks for nothing, whoever holds backups can read none, and
whoever holds only the disk they lie on can put no other in their place.
"""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safekeeping.signs import ALPHABET, are_signs, in_fours, new_signs, signs_in

#: 26 random signs are 130 bits, beyond any guessing; two more find a slip of the pen at once.
RANDOM_SIGNS, CHECK_SIGNS = 26, 2
HALF = 32


class NoRecoveryKey(Exception):
    """There is no usable recovery key. The message says which, and what to do."""


@dataclass(frozen=True)
class Sealing:
    """What the server keeps: the public half (32 bytes), and the mark of backups made here (32 bytes)."""

    public: bytes
    mark: bytes

    @property
    def name(self) -> str:
        """Eight signs by which people tell recovery keys apart. They say nothing of the key."""
        return hashlib.sha256(b"recovery key" + self.public).hexdigest()[:8].upper()


@dataclass(frozen=True)
class Recovery:
    """The whole key: the private half, and what the server keeps."""

    private: bytes
    sealing: Sealing


def new_recovery_key() -> str:
    """A fresh recovery key as it is written down: seven groups of four signs."""
    signs = new_signs(RANDOM_SIGNS)
    return in_fours(signs + _check(signs))


def recovery_from(typed: str) -> Recovery:
    """The key that these signs stand for: any case, spaces and dashes, O for 0, I or L for 1.

    Raises `NoRecoveryKey` where they cannot be one, as after a slip.
    """
    signs = signs_in(typed)
    if len(signs) != RANDOM_SIGNS + CHECK_SIGNS:
        raise NoRecoveryKey(f"A recovery key has 28 signs; these are {len(signs)}. Check what is on the paper.")
    if not are_signs(signs) or _check(signs[:RANDOM_SIGNS]) != signs[RANDOM_SIGNS:]:
        raise NoRecoveryKey("A sign is not as it was written down. Check what is on the paper.")
    private = X25519PrivateKey.from_private_bytes(_derive(signs, "recovery private half"))
    sealing = Sealing(private.public_key().public_bytes_raw(), _derive(signs, "recovery mark"))
    return Recovery(private.private_bytes_raw(), sealing)


def sealing_file(instance: Path) -> Path:
    """Where the server keeps its part."""
    return instance / "backup.key"


def keep_sealing(instance: Path, sealing: Sealing) -> None:
    """Write the server's part, for nobody else to read, in place of an earlier one. Whole or not at all."""
    path = sealing_file(instance)
    made = path.with_suffix(f".{secrets.token_hex(4)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(sealing.public + sealing.mark)
        file.flush()
        os.fsync(file.fileno())
    made.replace(path)


def read_sealing(instance: Path) -> Sealing:
    """The server's part. Raises `NoRecoveryKey`, saying what to do."""
    path = sealing_file(instance)
    if not path.exists():
        raise NoRecoveryKey("There is no recovery key yet. Make one first: heard backup key")
    try:
        kept = path.read_bytes()
    except OSError as fault:
        raise NoRecoveryKey(f"{path} cannot be read ({fault.strerror}).") from None
    if len(kept) != 2 * HALF:
        raise NoRecoveryKey(f"{path} is damaged. Make a new recovery key: heard backup key --again")
    return Sealing(kept[:HALF], kept[HALF:])


def _check(signs: str) -> str:
    number = int.from_bytes(hashlib.sha256(b"recovery check" + signs.encode()).digest()[:2], "big")
    return ALPHABET[number >> 5 & 31] + ALPHABET[number & 31]


def _derive(signs: str, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=HALF, salt=None, info=purpose.encode()).derive(signs.encode())
