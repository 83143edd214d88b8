"""What follows from a code somebody was given or has typed: few at once, and nothing is locked meanwhile."""

from flask import current_app

from safekeeping import codes
from safekeeping.database import drafts, kept
from surveys.responding.gate import may_try_code


def try_code(survey_id: bytes, code: str, place: bytes = b"") -> codes.Followed | None:
    """What follows from a code at this survey, and at this `place` in it; None where too many are tried just now.

    What the request has not committed so far is let go of: others would wait for it a third of a second.
    """
    if not may_try_code(survey_id):
        return None
    for session in (kept(), drafts()):
        session.rollback()
    try:
        return codes.follow(code, survey_id + place, current_app.extensions["code_effort"])
    except codes.Busy:
        return None
