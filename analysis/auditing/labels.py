"""What an audit found: settled labels of each response, with its stratum and the chance it had of being drawn.

This is what estimates and abstention are built on, and nothing that learns may import it. A response's labels are the
union of its passages'. Who withdrew since is not in it; the probabilities stay those of the design.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.auditing.designing import Design, design_of, last_drawn, newest_sample
from analysis.auditing.drawing import Stratum
from analysis.auditing.settling import Codes
from analysis.auditing.standing import Standing, Unit, standing_of
from safekeeping.vault import Opener
from surveys.intake.read import read_one


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
    """The newest audit of a survey: its standard, its design, what is settled, and how many drawn are not (yet).

    `waiting` are coded or settled only in part; `lost` were withdrawn since they were drawn.
    """

    standard: str
    strata: tuple[Stratum, ...]
    responses: tuple[Audited, ...]
    waiting: int
    lost: int


def audited(session: Session, survey_id: bytes, opener: Opener) -> AuditResult | None:
    """The settled labels of a survey's newest audit; None where none was drawn.

    `opener` is the private half of the survey's keys: audiences are sealed with the answers, like every demographic.
    """
    sample = newest_sample(session, survey_id)
    drawn = last_drawn(session, sample.id) if sample else None
    if sample is None or drawn is None:
        return None
    design, standing = design_of(drawn, opener), standing_of(session, sample)
    complete = [unit for unit in standing.units.values() if standing.complete(unit)]
    found = [_audited(session, opener, design, standing, unit) for unit in complete]
    everybody = sum(stratum.drawn for stratum in design.strata)
    return AuditResult(
        sample.standard,
        design.strata,
        tuple(sorted(found, key=lambda each: each.response_id)),
        len(standing.units) - len(complete),
        everybody - len(standing.units),
    )


def _audited(session: Session, opener: Opener, design: Design, standing: Standing, unit: Unit) -> Audited:
    stratum = read_one(session, unit.response_id, opener).audience or ""
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
