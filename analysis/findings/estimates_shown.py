"""What the page of findings shows of estimates: the breakdown and level that were chosen, and whether a job is on."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.findings.estimates_kept import estimates_of
from analysis.findings.estimating_job import estimating
from analysis.findings.figures_said import LEVELS_SAID, WITHIN, CodeSaid, codes_said
from analysis.findings.shown import SECTION, ShownTable
from safekeeping.languages import gettext as _
from safekeeping.vault import Vault

USUAL_WIDTH = 5


@dataclass(frozen=True)
class EstimatesShown:
    """All that its part of the page needs. Without a table nothing was estimated yet."""

    waits: bool
    audited: bool = False
    later: bool = False
    table: ShownTable | None = None
    names: Mapping[str, str] | None = None
    levels: Mapping[str, str] | None = None
    widths: Mapping[int, str] | None = None
    level: str = SECTION
    within: int = USUAL_WIDTH
    codes: tuple[CodeSaid, ...] = ()


def estimates_shown(session: Session, survey_id: bytes, keys: Vault, asked: Mapping[str, str]) -> EstimatesShown:
    """What is chosen by `by`, `level` and `within`; what is none of the choices is the first of them."""
    job = estimating(session, survey_id)
    waits = job is not None and job.waits
    kept = estimates_of(session, survey_id, keys)
    if kept is None or not kept.tables:
        return EstimatesShown(waits)
    table = kept.table(asked.get("by", ""))
    levels = {level: _(said) for level, said in LEVELS_SAID.items() if table.at(level)}
    level = asked.get("level", "")
    level = level if level in levels else next(iter(levels))
    width = {str(each): each for each in WITHIN}.get(asked.get("within", ""), USUAL_WIDTH)
    return EstimatesShown(
        waits,
        kept.audited,
        kept.made_from.later,
        table,
        {each.name: _(each.title) for each in kept.tables},
        levels,
        {each: _("{number} points", number=each) for each in WITHIN},
        level,
        width,
        codes_said(table, level, width),
    )
