"""What may be decided alone in one survey: its suggestions held against its audit, read anew each time a page asks.

Limits are learnt from the few passages that were audited. How many passages and responses they decide is counted from
`ResponseLevels`, some signs a response, which are kept with the suggestions: to read every suggestion takes long. A
response in which somebody cut a passage anew is counted from its suggestions, for its signs are from before.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analysis.auditing.kept_apart import being_audited
from analysis.coding.acts import MERGE, SPLIT
from analysis.coding.code_passages import coded_by_anybody
from analysis.coding.levels import Levels, levels_of
from analysis.coding.tables import HISTORY, DeskAct, Passage, ResponseLevels, Suggestion
from analysis.learning.audited import AuditedPassage, audited, evenly, one_of_each
from analysis.learning.deciding import Decided, Known, Learnt, Line, Unit, as_responses, decide, learn
from analysis.learning.tallying import Counting
from analysis.standard.edition import Edition
from safekeeping.database import in_parts
from safekeeping.vault import Opener
from surveys.intake.tables import Response


@dataclass(frozen=True)
class OfAudience:
    """Of one audience's audited responses: how many there are, and what limits learnt from them alone would decide."""

    audience: str
    decided: Decided


@dataclass(frozen=True)
class Weighed:
    """Passages, responses, and each audience for itself. `codes`: how many passages the audit has settled.

    `left`: how many passages need a person and carry nobody's decision yet.
    """

    passages: Decided
    responses: Decided
    audiences: list[OfAudience]
    codes: int
    left: int


def weigh(session: Session, survey_id: bytes, edition: Edition, error: float, opener: Opener) -> Weighed:
    """What may be decided with at most this error. `opener`: the private half of the survey's keys."""
    codes = edition.section_codes
    settled = audited(session, survey_id, edition.name, opener)
    even = evenly(settled)
    there = list(_units_of(session, survey_id, sorted({each.response_id for each in settled})))
    responses, whole = as_responses(there), _whole(settled, there)
    both = (
        learn(_known(there, one_of_each(even)), codes, error),
        learn(_known_responses(responses, [each for each in even if each.response_id in whole]), codes, error),
    )
    passages, together = _counted(session, survey_id, *both)
    return Weighed(
        passages,
        together,
        list(_audiences(responses, [each for each in settled if each.response_id in whole], codes, error)),
        len(settled),
        passages.person - _coded_all_the_same(session, survey_id, both[0]),
    )


def _counted(session: Session, survey_id: bytes, passages: Learnt, responses: Learnt) -> tuple[Decided, Decided]:
    """Every passage and every response of a survey counted, with limits for each."""
    each, every = (Counting(learnt.limits, learnt.exact.limit) for learnt in (passages, responses))
    for found in _levels(session, survey_id):
        each.add(found.codes, found.passages)
        every.add(found.codes, found.together)
    return _decided(passages, each), _decided(responses, every)


def _decided(learnt: Learnt, counting: Counting) -> Decided:
    found = counting.tally
    lines = (
        Line(code, yes := found.yes[code], no := found.no[code], found.total - yes - no, *sides)
        for code, sides in learnt.sides.items()
    )
    return Decided(tuple(lines), found.total, learnt.audited, found.whole, found.exact, learnt.exact)


def _levels(session: Session, survey_id: bytes) -> Iterator[Levels]:
    """The levels of all responses that count: of those with the same sections in one, strung together."""
    kept, strung = ResponseLevels, func.aggregate_strings
    aside = select(Response.id).where(Response.survey_id == survey_id, Response.set_aside.is_(True))
    of_it = select(kept.codes, strung(kept.passages, ""), strung(kept.together, "")).where(
        kept.survey_id == survey_id,
        kept.response_id.not_in(aside),
        kept.response_id.not_in(_cut_by_hand(survey_id)),
    )
    for row in session.execute(of_it.group_by(kept.codes), execution_options=HISTORY):
        yield Levels(*row)
    cut = session.scalars(_cut_by_hand(survey_id), execution_options=HISTORY).all()
    for _response_id, units in groupby(_units_of(session, survey_id, sorted(cut)), key=attrgetter("response_id")):
        yield levels_of([(unit.chances, unit.sure) for unit in units])


def _cut_by_hand(survey_id: bytes) -> Select[bytes]:
    """The responses in which a passage was ever cut anew, asked for with `HISTORY`."""
    acts = select(Passage.response_id).join(DeskAct, DeskAct.passage_id == Passage.id)
    return acts.where(DeskAct.survey_id == survey_id, DeskAct.kind.in_((SPLIT, MERGE))).distinct()


def _coded_all_the_same(session: Session, survey_id: bytes, learnt: Learnt) -> int:
    """How many of the passages that need a person carry somebody's decision."""
    coded = _suggested(survey_id).where(Passage.id.in_(coded_by_anybody()), Passage.response_id.not_in(being_audited()))
    limits = learnt.limits
    return sum(unit.needs_person(limits) for unit in _units(session, coded))


def _suggested(survey_id: bytes) -> Select[bytes, bytes, dict[str, float] | None, list[str] | None, float | None]:
    """Passages of responses that count, with what is suggested for them."""
    counting = select(Response.id).where(Response.survey_id == survey_id, Response.set_aside.is_(False))
    return (
        select(Passage.id, Passage.response_id, Suggestion.probabilities, Suggestion.sections, Suggestion.confidence)
        .outerjoin(Suggestion, Suggestion.passage_id == Passage.id)
        .where(Passage.response_id.in_(counting))
    )


def _units_of(session: Session, survey_id: bytes, responses: Sequence[bytes]) -> Iterator[Unit]:
    """The passages of these responses with what is suggested for them, response by response."""
    for some in in_parts(responses):
        wanted = _suggested(survey_id).where(Passage.response_id.in_(some))
        yield from _units(session, wanted.order_by(Passage.response_id, Passage.id))


def _units(
    session: Session, wanted: Select[bytes, bytes, dict[str, float] | None, list[str] | None, float | None]
) -> Iterator[Unit]:
    for passage_id, response_id, chances, sections, sure in session.execute(wanted):
        if sure:  # 0 says that a person is needed, nothing that nothing was suggested yet
            yield Unit(passage_id, response_id, chances or {}, frozenset(sections or ()), sure)
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
