"""Keep one submission: sealed, once, and durably before anybody is told so."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from safekeeping import vault
from surveys.definition.path import on_path
from surveys.definition.published import Open
from surveys.intake.tables import Intake, SpentNonce


def submit(session: Session, target: Open, answers: Mapping[str, Any], nonce: bytes) -> bool:
    """Seal the answers on the person's path into the intake. False if this nonce was kept before.

    `nonce` (16 bytes) belongs to one draft, so a double click or a retry lands once. The caller's request commits;
    only then may the person be told.
    """
    if session.get(SpentNonce, nonce):
        return False
    plaintext = json.dumps({"answers": on_path(target.survey, answers)}, ensure_ascii=False).encode()
    sealed = vault.seal_response(plaintext, target.public_key, target.id)
    session.add(SpentNonce(nonce=nonce))
    session.add(
        Intake(
            id=vault.random_id(),
            survey_id=target.id,
            sealed=vault.seal_for_mixing(sealed, target.public_key, target.id),
        )
    )
    session.flush()
    return True
