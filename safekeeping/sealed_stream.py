"""A file of any length sealed to the recovery key, written and read a piece at a time.

    magic | length of the head, 4 bytes | head, JSON | length, 2 bytes | file key, sealed by HPKE | chunks

Each chunk is 65,536 bytes (the last may be shorter) under AES-256-GCM, its nonce a counter and whether it is the last:
the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, CRYPTO 2015). So what was cut off, moved, doubled or put together of two files does not open. The
chunks' key follows from the file key, the mark that only this server and the recovery key have, and the whole head.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safekeeping.recovery_key import Recovery, Sealing
from safekeeping.vault import SUITE

MAGIC = b"HEARD\x00B\x01"
CHUNK, TAG = 65_536, 16
LONGEST_HEAD = 65_536
KEY_BYTES = 32
PURPOSE = b"heard backup"


class BadBackup(Exception):
    """The file is no backup, or not as it was written. The message says which, for people."""


class WrongKey(BadBackup):
    """The recovery key is not the one that the file was sealed to."""


def write_sealed(path: Path, head: Mapping[str, Any], pieces: Iterable[bytes], sealing: Sealing) -> bytes:
    """Write a new file for nobody else to read, and see it on the disk. The key of its chunks, to read it back.

    `head` can be read by everybody and changed by nobody. Raises `FileExistsError`.
    """
    file_key = secrets.token_bytes(KEY_BYTES)
    wrapped = SUITE.encrypt(file_key, X25519PublicKey.from_public_bytes(sealing.public), PURPOSE)
    told = json.dumps({**head, "key": sealing.name}, ensure_ascii=False).encode()
    start = MAGIC + len(told).to_bytes(4, "big") + told + len(wrapped).to_bytes(2, "big") + wrapped
    chunk_key = _chunk_key(file_key, sealing.mark, start)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(start)
        for sealed in _sealed(chunk_key, pieces):
            file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    return chunk_key


def read_head(path: Path) -> dict[str, Any]:
    """What a file says of itself; true only once its chunks have opened. Raises `BadBackup`."""
    with _opened(path) as file:
        return _start(file)[0]


def chunk_key_of(path: Path, recovery: Recovery) -> bytes:
    """The key of a file's chunks. Raises `WrongKey`, or `BadBackup`."""
    with _opened(path) as file:
        head, start, wrapped = _start(file)
    if head.get("key") != recovery.sealing.name:
        raise WrongKey(
            f"{path.name} was sealed to the recovery key named {head.get('key')}; this is {recovery.sealing.name}."
        )
    try:
        file_key = SUITE.decrypt(wrapped, X25519PrivateKey.from_private_bytes(recovery.private), PURPOSE)
    except (InvalidTag, ValueError):
        raise BadBackup(f"{path.name} is damaged or was altered. Use another copy of it.") from None
    return _chunk_key(file_key, recovery.sealing.mark, start)


def read_sealed(path: Path, chunk_key: bytes) -> Iterator[bytes]:
    """What was written, a chunk at a time. Raises `BadBackup` at the first chunk that is not as it was written."""
    cipher = AESGCM(chunk_key)
    with _opened(path) as file:
        _start(file)
        number, now = 0, file.read(CHUNK + TAG)
        while now:
            after = file.read(CHUNK + TAG)
            try:
                yield cipher.decrypt(_nonce(number, last=not after), now, None)
            except (InvalidTag, ValueError):
                raise BadBackup(f"{path.name} was cut off, damaged or altered. Use another copy of it.") from None
            number, now = number + 1, after
        if not number:
            raise BadBackup(f"{path.name} was cut off. Use another copy of it.")


def _sealed(chunk_key: bytes, pieces: Iterable[bytes]) -> Iterator[bytes]:
    cipher, number, waiting = AESGCM(chunk_key), 0, bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) > CHUNK:
            yield cipher.encrypt(_nonce(number, last=False), bytes(waiting[:CHUNK]), None)
            del waiting[:CHUNK]
            number += 1
    yield cipher.encrypt(_nonce(number, last=True), bytes(waiting), None)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _chunk_key(file_key: bytes, mark: bytes, start: bytes) -> bytes:
    info = PURPOSE + hashlib.sha256(start).digest()
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=info).derive(file_key + mark)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as fault:
        raise BadBackup(f"{path} cannot be read ({fault.strerror}).") from None


def _start(file: BinaryIO) -> tuple[dict[str, Any], bytes, bytes]:
    """The head, all bytes before the chunks, and the sealed file key."""
    no_backup = BadBackup(f"{Path(str(file.name)).name} is not a backup made by Heard, or its beginning is damaged.")
    if file.read(len(MAGIC)) != MAGIC:
        raise no_backup
    length = file.read(4)
    told = file.read(min(int.from_bytes(length, "big"), LONGEST_HEAD))
    wrapped_length = file.read(2)
    wrapped = file.read(int.from_bytes(wrapped_length, "big"))
    try:
        head = json.loads(told)
    except ValueError:
        raise no_backup from None
    if not isinstance(head, dict):
        raise no_backup
    return head, MAGIC + length + told + wrapped_length + wrapped, wrapped
