"""Codes that a person keeps: twenty digits in fours, one of them a check digit, and what follows from them.

Nineteen random digits are 63 bits. A code is never stored; what is looked up and what opens follow from it by Argon2id
(RFC 9106), so that trying codes against a stolen database costs about a third of a second each.
"""

import secrets
from dataclasses import dataclass
from threading import BoundedSemaphore

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from safekeeping.signs import in_fours

DIGITS = 20
LOOKUP_BYTES, CODE_KEY_BYTES = 32, 32

#: H. M. Damm's quasigroup of order 10 ("Total anti-symmetrische Quasigruppen", Marburg 2004): finds every single wrong
#: digit and every two neighbours that were swapped.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


@dataclass(frozen=True)
class Effort:
    """What Argon2id is made to do: KiB of memory, passes."""

    memory: int = 64 * 1024
    passes: int = 3


#: Each takes 64 MiB and a whole processor for a third of a second; more at once would take the server from others.
_at_once = BoundedSemaphore(2)
#: Who cannot begin within so many seconds is asked to come back: waiting, they would keep others from leaving.
PATIENCE = 5.0


class Busy(Exception):
    """Others are trying codes at this moment. Nothing was done."""


@dataclass(frozen=True)
class Followed:
    """What follows from a code: under which name something is kept, and the key that opens it (32 bytes each)."""

    lookup: bytes
    key: bytes


def new_code() -> str:
    """A fresh code, four digits at a time: `1234 5678 9012 3456 7890`."""
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS - 1))
    whole = digits + _check_digit(digits)
    return in_fours(whole)


def digits_of(typed: str) -> str | None:
    """The digits of a code as somebody typed it, with spaces, dashes or in another script's digits.

    None where they cannot be a code, because a digit is missing, wrong, or two are swapped.
    """
    digits = "".join(str(int(sign)) for sign in typed if sign.isdecimal())
    others = [sign for sign in typed if not sign.isdecimal() and not sign.isspace() and sign not in "-–—.·"]
    if others or len(digits) != DIGITS or _check_digit(digits[:-1]) != digits[-1]:
        return None
    return digits


def _check_digit(digits: str) -> str:
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def follow(code: str, salt: bytes, effort: Effort) -> Followed:
    """What follows from a code at this place (`salt`, such as a survey's id). Takes its time on purpose.

    No database may be locked meanwhile. Raises `ValueError` for what cannot be a code, and `Busy`.
    """
    digits = digits_of(code)
    if digits is None:
        raise ValueError("this cannot be a code")
    if not _at_once.acquire(timeout=PATIENCE):
        raise Busy
    try:
        argon = Argon2id(salt=salt, length=32, iterations=effort.passes, lanes=1, memory_cost=effort.memory)
        stretched = argon.derive(digits.encode())
    finally:
        _at_once.release()
    return Followed(_part(stretched, b"lookup"), _part(stretched, b"key"))


def _part(stretched: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(stretched)
