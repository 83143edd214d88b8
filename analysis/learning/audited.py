"""What the audit says: passages drawn at random and coded blind, the only ones that limits may be learnt from.

Whatever keeps an audit adds a function to `AUDITED` that yields its settled passages. Empty today: there is no audit
yet, so every passage needs a person. The same passages must be kept out of learning (`KEPT_APART` in
`training_rows.py`).
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

_WHOLE = 1 << 64


@dataclass(frozen=True)
class AuditedPassage:
    """One passage of the audit on which those who coded it blind have settled.

    `drawn`: the chance with which its response was drawn, above 0 and at most 1. `audience`: whose it is.
    """

    passage_id: bytes
    response_id: bytes
    sections: tuple[str, ...]
    audience: str
    drawn: float


#: Each gives, for the id of a survey and the name of its standard, the settled passages of its audit.
AUDITED: tuple[Callable[[Session, bytes, str], Iterable[AuditedPassage]], ...] = ()


def audited(session: Session, survey_id: bytes, standard: str) -> list[AuditedPassage]:
    """Every settled passage of the audit of a survey, by its random id."""
    found = [each for of_audit in AUDITED for each in of_audit(session, survey_id, standard)]
    return sorted(found, key=lambda each: each.passage_id)


def evenly(passages: Iterable[AuditedPassage]) -> list[AuditedPassage]:
    """Those of so many responses that each had the same chance to be drawn and kept.

    An audit may draw small audiences more often; the promise is about all responses together, so of those that were
    drawn more often some are left out, by a hash of their random ids: the same ones each time.
    """
    passages = list(passages)
    least = min((each.drawn for each in passages), default=1.0)
    return [each for each in passages if _lot(each.response_id) < least / each.drawn]


def one_of_each(passages: Iterable[AuditedPassage]) -> list[AuditedPassage]:
    """One passage of each response. Ids are random, so the first by its id is one at random.

    Passages of one answer are alike; only one of each can count as a sample in which each is drawn for itself.
    """
    kept: dict[bytes, AuditedPassage] = {}
    for each in sorted(passages, key=lambda each: each.passage_id):
        kept.setdefault(each.response_id, each)
    return list(kept.values())


def _lot(response_id: bytes) -> float:
    return int.from_bytes(hashlib.sha256(b"audit" + response_id).digest()[:8], "big") / _WHOLE
