"""What the audit says: passages drawn at random and coded blind, the only ones that limits may be learnt from.

Limits say how sure is sure enough; no suggestion comes of them. So this module, and what imports it, is the one part of
learning that may see what an audit found (`tests/analysis/auditing/test_kept_from_training.py` names it, and holds
all others to nothing). The same passages are kept out of learning by `KEPT_APART` in `training_rows.py`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.auditing import labels
from analysis.code_books.carrying import Carrying
from analysis.coding.tables import Coding
from safekeeping.vault import Opener

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


def of_audit(session: Session, survey_id: bytes, standard: str, opener: Opener) -> Iterator[AuditedPassage]:
    """The passages of the newest audit of a survey that is settled, in codes of the newest version of the standard.

    None of an audit by another standard; and none where the newest version asks people to look at some of them again,
    since those that are left would be no random sample.
    """
    found = labels.audited(session, survey_id, opener)
    if found is None or found.standard != standard:
        return
    carrying = Carrying(session, standard)
    said = {
        passage: carrying.carried(Coding(sections=[*codes.sections], themes=[*codes.themes], book=found.book))
        for each in found.responses
        for passage, codes in each.passages.items()
    }
    for each in found.responses if None not in said.values() else ():
        for passage in each.passages:
            now = said[passage]
            if now is not None:
                yield AuditedPassage(passage, each.response_id, now.sections, each.stratum, each.probability)


#: Each gives, for a survey, the name of its standard and the private half of its keys, settled passages of its audit.
AUDITED: tuple[Callable[[Session, bytes, str, Opener], Iterable[AuditedPassage]], ...] = (of_audit,)


def audited(session: Session, survey_id: bytes, standard: str, opener: Opener) -> list[AuditedPassage]:
    """Every settled passage of the audit of a survey, by its random id."""
    found = [each for source in AUDITED for each in source(session, survey_id, standard, opener)]
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
