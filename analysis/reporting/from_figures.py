"""Who took part, from the figures of the first reading. Pure."""

from analysis.findings.report import Figures
from analysis.reporting.facts import ProfileRow


def profile_of(figures: Figures) -> tuple[ProfileRow, ...]:
    """Who took part, the last row everybody."""
    return tuple(ProfileRow(each.called, each.responses, each.passages) for each in figures.rows)
