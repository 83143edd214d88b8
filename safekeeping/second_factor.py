"""The second factor: six digits from an app (TOTP, RFC 6238), or a recovery code when the app is lost."""

import base64
import hashlib
from datetime import datetime, timedelta
from hmac import compare_digest
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from safekeeping.signs import in_fours, new_signs, signs_in

SECRET_BYTES, DIGITS, STEP = 20, 6, 30  # as every app has it, RFC 6238 section 4
#: A telephone's clock may be off by a step either way.
STEPS_AROUND = (0, -1, 1)
RECOVERY_CODES, RECOVERY_SIGNS = 10, 16


def secret_for(session_secret: bytes) -> bytes:
    """The secret offered while an account is set up: follows from the session, so that it need not be kept yet."""
    return HKDF(algorithm=hashes.SHA256(), length=SECRET_BYTES, salt=None, info=b"second factor").derive(session_secret)


def as_text(secret: bytes) -> str:
    """The secret as people type it into an app that cannot read the picture: letters in fours."""
    return in_fours(base64.b32encode(secret).decode())


def as_address(secret: bytes, name: str, issuer: str) -> str:
    """What the picture says to an app (otpauth://)."""
    letters = base64.b32encode(secret).decode()
    return f"otpauth://totp/{quote(issuer)}:{quote(name)}?secret={letters}&issuer={quote(issuer)}"


def step_of(secret: bytes, typed: str, now: datetime, last: int = 0) -> int | None:
    """The time step whose code this is, later than the `last` that was used; None where it is none."""
    digits = "".join(sign for sign in typed if not sign.isspace())
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    app = TOTP(secret, DIGITS, hashes.SHA1(), STEP)  # noqa: S303 (what the apps can do; RFC 6238)
    for around in STEPS_AROUND:
        moment = now + timedelta(seconds=around * STEP)
        step = int(moment.timestamp()) // STEP
        if step > last and compare_digest(app.generate(int(moment.timestamp())).decode(), digits):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of 16 signs (80 bits each), each good for one sign-in."""
    return [in_fours(new_signs(RECOVERY_SIGNS).lower(), "-") for _ in range(RECOVERY_CODES)]


def recovery_fingerprint(typed: str) -> bytes:
    """All that is kept of a recovery code; the same however it is typed."""
    signs = signs_in("".join(sign for sign in typed if sign.isalnum()))
    return hashlib.sha256(b"recovery" + signs.lower().encode()).digest()
