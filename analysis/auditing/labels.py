"""What an audit found: settled labels of each response, with its stratum and the chance it had of being drawn.

This is what estimates and abstention are built on, and nothing that learns may import it. A response's labels are the
union of its passages'. Who withdrew since is not in it; the probabilities stay those of the design.

Only whole draws are in it, settled to the last passage: what is settled first is what two agreed about, so a part of a
draw is the easy part and no random sample. An extension does not take away what the draws before it found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from analysis.auditing.designing import Design, bridges, design_of, draws, newest_sample
from analysis.auditing.drawing import Stratum
from analysis.auditing.sample_tables import AuditSample
from analysis.auditing.settling import Codes
from analysis.auditing.standing import Standing, Unit, standing_of
from analysis.findings.releases.rolls import Roll
from safekeeping.database import in_parts
from safekeeping.vault import Opener
from surveys.intake.read import read_wanted
from surveys.intake.tables import Response


@dataclass(frozen=True)
class Audited:
    """One settled response: its labels, its audience ("" for not said), its probability, and its passages' codes."""

    response_id: bytes
    stratum: str
    probability: float
    sections: frozenset[str]
    themes: frozenset[str]
    passages: dict[bytes, Codes]


@dataclass(frozen=True)
class AuditResult:
    """A sample of a survey: its standard and version (SHA-256); design and responses of its whole draws.

    `frame`: the ids that could be drawn; `draw`: the number of the last draw that is in it, 0 for none; `sample`: that
    of the sample. `waiting`: how many that were drawn are not in it (yet), as their draw is not settled. `lost`: how
    many of the draws that are were withdrawn since. With no draw settled, there are no responses, and the design is the
    newest there is.
    """

    standard: str
    book: str
    strata: tuple[Stratum, ...]
    responses: tuple[Audited, ...]
    waiting: int
    lost: int
    frame: Roll
    draw: int
    sample: int


def audited(session: Session, survey_id: bytes, opener: Opener) -> AuditResult | None:
    """The settled labels of a survey's newest audit; None where none was drawn.

    `opener` is the private half of the survey's keys: audiences are sealed with the answers, like every demographic.
    """
    sample = newest_sample(session, survey_id)
    return _result(session, sample, opener) if sample else None


def bridged(session: Session, survey_id: bytes, book: str, opener: Opener) -> AuditResult | None:
    """What the newest settled bridge from a survey's newest audit to that version (SHA-256) found; None without one.

    Its responses are a random part of those that the audit settled, labelled by the other version.
    """
    audit = newest_sample(session, survey_id)
    every = reversed(bridges(session, survey_id))
    mine = (each for each in every if audit and (each.bridge_of, each.book) == (audit.number, book))
    found = (_result(session, each, opener) for each in mine)
    return next((each for each in found if each and each.responses), None)


def settled_draw(session: Session, sample: AuditSample) -> int:
    """The number of the last draw that is settled throughout, with all before it; 0 for none."""
    drawn, first = [each.number for each in draws(session, sample.id) if each.sealed], _first_unsettled
    standing = standing_of(session, sample)
    return max((number for number in drawn if standing.units and number < first(standing)), default=0)


def _result(session: Session, sample: AuditSample, opener: Opener) -> AuditResult | None:
    drawn = [each for each in draws(session, sample.id) if each.sealed]
    if not drawn:
        return None
    standing = standing_of(session, sample)
    whole = [each for each in drawn if each.number < _first_unsettled(standing)]
    design = design_of((whole or drawn)[-1], opener)
    settled = [unit for unit in standing.units.values() if whole and unit.draw <= whole[-1].number]
    strata = _strata(session, opener, [unit.response_id for unit in settled])
    found = [_audited(strata[unit.response_id], design, standing, unit) for unit in settled]
    return AuditResult(
        sample.standard,
        sample.book,
        design.strata,
        tuple(sorted(found, key=lambda each: each.response_id)),
        len(standing.units) - len(found),
        sum(stratum.drawn for stratum in design.strata) - len(settled or standing.units),
        design.frame,
        whole[-1].number if whole else 0,
        sample.number,
    )


def _first_unsettled(standing: Standing) -> float:
    """The number of the first draw with something left to code or to settle; infinite where there is none."""
    return min((unit.draw for unit in standing.units.values() if not standing.complete(unit)), default=inf)


def _strata(session: Session, opener: Opener, responses: Sequence[bytes]) -> dict[bytes, str]:
    """The audience of each response. Raises `sqlalchemy.exc.NoResultFound` if one is not there or its key is gone."""
    parts = (select(Response).where(Response.id.in_(some)) for some in in_parts(responses))
    found = {each.id: each.audience or "" for wanted in parts for each in read_wanted(session, wanted, opener)}
    if len(found) < len(set(responses)):
        raise NoResultFound("not there, or its key is destroyed")
    return found


def _audited(stratum: str, design: Design, standing: Standing, unit: Unit) -> Audited:
    settled = {passage: standing.settled(unit, passage) for passage in unit.passages}
    codes = {passage: each.codes for passage, each in settled.items() if each is not None}
    return Audited(
        unit.response_id,
        stratum,
        design.probability(stratum),
        _all(codes.values(), "sections"),
        _all(codes.values(), "themes"),
        codes,
    )


def _all(codes: Iterable[Codes], what: str) -> frozenset[str]:
    return frozenset().union(*(getattr(each, what) for each in codes))
