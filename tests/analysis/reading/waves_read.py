"""A survey whose passages are cut and coded by a plain rule, without a trained model: fast, on both databases."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.passages import cut
from analysis.coding.tables import Passage, Suggestion
from safekeeping.vault import Vault
from surveys.definition.published import PublishedSurvey, publish
from surveys.intake.mix import mix
from surveys.intake.read import read_all
from tests.factories import NOW, definition, submitted

#: A word in a passage -> the sections and themes that the rule suggests.
RULE = {"poster": ("AE", "AE1"), "waiting": ("AE", "AE3"), "police": ("LG",), "staff": ("LG", "OE")}


def answered(
    session: Session,
    keys: Vault,
    answers: Sequence[tuple[str, str]],
    address: str = "tiny",
    consultation_id: bytes | None = None,
) -> PublishedSurvey:
    """A survey with these answers (audience, words), mixed, cut and suggested for."""
    text = definition().replace('address = "tiny"', f'address = "{address}"')
    row = publish(session, keys, text, NOW, consultation_id=consultation_id)
    for audience, words in answers:
        submitted(session, row, audience=audience, say=words)
    coded(session, keys, row)
    return row


def coded(session: Session, keys: Vault, row: PublishedSurvey) -> None:
    """Mix what has come, cut it, and suggest by the rule."""
    opener = keys.opener(row.id)
    mix(session, row.id, opener, closing=True)
    known = set(session.scalars(select(Passage.response_id)))
    for response in list(read_all(session, row.id, opener)):
        text = response.answers["say"]
        for start, end in cut(text) if response.id not in known else ():
            passage = Passage(response_id=response.id, question="say", start=start, end=end, may_quote=False)
            session.add(passage)
            session.flush()
            session.add(suggested(passage, text[start:end].lower()))
    session.flush()


def suggested(passage: Passage, words: str) -> Suggestion:
    """What the rule suggests."""
    codes = [code for word, codes in RULE.items() if word in words for code in codes]
    sections = sorted({code for code in codes if len(code) == 2})
    return Suggestion(
        passage_id=passage.id,
        model="rule",
        sections=sections,
        probabilities={},
        themes=[code for code in codes if len(code) > 2],
        stance="praise" if "kind" in words else "problem",
        confidence=0.9,
        reasons=[],
    )
