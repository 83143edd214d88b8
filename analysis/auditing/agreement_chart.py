"""Agreement as a picture, in every language of the desk: what the charts of findings draw, of an audit by itself."""

from collections.abc import Mapping
from typing import Any

from analysis.auditing.agreement_words import agreed_in
from analysis.findings.charts.agreement import agreement
from analysis.findings.charts.drawing import svg_of
from safekeeping.languages import at_the_desk, speaking


def agreement_charts(figures: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, str]:
    """Language -> alpha of each section with its interval, as SVG. The same figures give the same bytes."""
    found = {}
    for tag in at_the_desk():
        with speaking(tag):
            found[tag] = svg_of(agreement(agreed_in(figures, titles)))
    return found
