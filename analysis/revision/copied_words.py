"""Whether what the public is to be told holds words that somebody wrote in an answer.

Also words of a released quote are found: told in a sentence of the team's they would stay when their writer takes them
back; pinned as a quote they go.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from analysis.quoting.shingles import unapproved_words
from analysis.revision.account import decisions_in
from analysis.revision.cycles import surveys_of
from analysis.revision.tables import RevisionCycle
from safekeeping.vault import Destroyed, Vault
from surveys.definition.published import GONE, definition_of
from surveys.definition.texts import texts_of
from surveys.intake.read import read_all


def copied_words(session: Session, keys: Vault, cycle: RevisionCycle, content: Mapping[str, Any]) -> list[str]:
    """Stretches of six words or more in an account that stand in an answer too. Reads all answers of the cycle."""
    told = "\n\n".join([content["title"], content["intro"], *(each["told"] for each in decisions_in(content))])
    return unapproved_words(told, _written(session, keys, cycle), list(_asked(session, cycle)))


def _written(session: Session, keys: Vault, cycle: RevisionCycle) -> Iterator[str]:
    for row in surveys_of(session, cycle):
        if row.state in GONE:
            continue
        try:
            opener = keys.opener(row.id)
        except Destroyed:
            continue
        for response in read_all(session, row.id, opener):
            yield from (answer for answer in response.answers.values() if isinstance(answer, str))


def _asked(session: Session, cycle: RevisionCycle) -> Iterator[str]:
    """What the surveys themselves say: nobody wrote that."""
    for row in surveys_of(session, cycle):
        for _place, wording in texts_of(definition_of(row)):
            yield from wording.values()
