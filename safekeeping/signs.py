"""Signs that people write down and type again: D. Crockford's "Base 32" (crockford.com/base32.html).

No letter in it is read as a figure; one that is typed all the same counts as the figure it looks like.
"""

import secrets
import unicodedata

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("OIL", "011")
GROUP = 4


def new_signs(count: int) -> str:
    """So many random signs, five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def in_fours(signs: str, between: str = " ") -> str:
    """Signs as they are written down: `7QJM 0X2K`."""
    return between.join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))


def signs_in(typed: str) -> str:
    """What somebody typed: no spaces or dashes, capitals, 0 for O, 1 for I and L. Other signs stay as they are."""
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_MISREAD)
    return "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Pd", "Cf"))


def are_signs(signs: str) -> bool:
    """Whether nothing else is among them."""
    return set(signs) <= set(ALPHABET)
