"""What may be decided alone in one survey: its suggestions held against its audit, read anew each time a page asks."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.coding.tables import Passage, Suggestion
from analysis.learning.audited import AuditedPassage, audited, evenly, one_of_each
from analysis.learning.deciding import Decided, Known, Unit, as_responses, decide
from analysis.standard.edition import Edition
from safekeeping.vault import Opener
from surveys.intake.tables import Response


@dataclass(frozen=True)
class OfAudience:
    """Of one audience's audited responses: how many there are, and what limits learnt from them alone would decide."""

    audience: str
    decided: Decided


@dataclass(frozen=True)
class Weighed:
    """Passages, responses, and each audience for itself. `codes`: how many passages the audit has settled."""

    passages: Decided
    responses: Decided
    audiences: list[OfAudience]
    codes: int


def weigh(session: Session, survey_id: bytes, edition: Edition, error: float, opener: Opener) -> Weighed:
    """What may be decided with at most this error. `opener`: the private half of the survey's keys."""
    codes = edition.section_codes
    passages = list(_units(session, survey_id))
    responses = as_responses(passages)
    settled = audited(session, survey_id, edition.name, opener)
    even = evenly(settled)
    whole = _whole(settled, passages)
    return Weighed(
        decide(passages, _known(passages, one_of_each(even)), codes, error),
        decide(
            responses, _known_responses(responses, [each for each in even if each.response_id in whole]), codes, error
        ),
        list(_audiences(responses, [each for each in settled if each.response_id in whole], codes, error)),
        len(settled),
    )


def _units(session: Session, survey_id: bytes) -> Iterator[Unit]:
    """Every passage with what is suggested for it, response by response."""
    wanted = (
        select(Passage.id, Passage.response_id, Suggestion.probabilities, Suggestion.sections, Suggestion.confidence)
        .join(Response, Response.id == Passage.response_id)
        .outerjoin(Suggestion, Suggestion.passage_id == Passage.id)
        .where(Response.survey_id == survey_id, Response.set_aside.is_(False))
        .order_by(Passage.response_id, Passage.id)
    )
    for passage_id, response_id, chances, sections, sure in session.execute(wanted):
        if sure:  # 0 says that a person is needed, nothing that nothing was suggested yet
            yield Unit(passage_id, response_id, chances, frozenset(sections), sure)
        else:
            yield Unit(passage_id, response_id, {})


def _known(units: Sequence[Unit], settled: Iterable[AuditedPassage]) -> Iterator[Known]:
    by_id = {unit.id: unit for unit in units}
    return ((by_id[each.passage_id], each.sections) for each in settled if each.passage_id in by_id)


def _whole(settled: Iterable[AuditedPassage], passages: Iterable[Unit]) -> set[bytes]:
    """The responses of which every passage was audited: of the others nobody knows what they speak to."""
    done = {each.passage_id for each in settled}
    return {each.response_id for each in settled} - {unit.response_id for unit in passages if unit.id not in done}


def _known_responses(responses: Sequence[Unit], settled: Iterable[AuditedPassage]) -> Iterator[Known]:
    given: dict[bytes, set[str]] = {}
    for each in settled:
        given.setdefault(each.response_id, set()).update(each.sections)
    return ((unit, given[unit.id]) for unit in responses if unit.id in given)


def _audiences(
    responses: Sequence[Unit], settled: Collection[AuditedPassage], codes: Sequence[str], error: float
) -> Iterator[OfAudience]:
    """Each audience by its own audited responses; within one, all were drawn with the same chance."""
    for audience in sorted({each.audience for each in settled}):
        known = list(_known_responses(responses, [each for each in settled if each.audience == audience]))
        yield OfAudience(audience, decide([unit for unit, _given in known], known, codes, error))
