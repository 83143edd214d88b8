"""How agreement is said: figures as a job kept them, in words; what is undefined is said to be so. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.findings.charts.agreement import FIRM, TENTATIVE, Agreed
from safekeeping.languages import SOURCE, language
from safekeeping.languages import gettext as _

#: A measure and its interval as the job keeps it; None is undefined.
Kept = Mapping[str, float | None]

WHOLE = _("All sections together")

#: Measures of whole sets of sections, and of one section by itself, in the order of the page.
OVERALL = {
    "alpha_masi": _("Krippendorff’s alpha, sets compared by MASI"),
    "alpha_nominal": _("Krippendorff’s alpha, sets the same or not"),
    "fleiss_kappa": _("Fleiss’ kappa"),
    "identical": _("Given just the same"),
}
OF_SECTION = {
    "alpha": _("Krippendorff’s alpha"),
    "fleiss_kappa": _("Fleiss’ kappa"),
    "gwet_ac1": _("Gwet’s AC1"),
    "agreement": _("Agreement"),
    "agreement_present": _("On what is there"),
    "agreement_absent": _("On what is not"),
}


def said(kept: Kept) -> str:
    """One measure in words, with its interval where there is one."""
    if kept["value"] is None:
        return _("undefined")
    number = f"{kept['value']:.2f}"
    if kept["low"] is None or kept["high"] is None:
        return number
    return _("{number} ({low} to {high})", number=number, low=f"{kept['low']:.2f}", high=f"{kept['high']:.2f}")


def plain(value: float | None) -> str:
    """A measure without an interval."""
    return _("undefined") if value is None else f"{value:.2f}"


def verdict(kept: Kept) -> str:
    """What the alpha of whole sets allows to be concluded."""
    value = kept["value"]
    if value is None:
        return _("Agreement is undefined: too few passages were coded twice, or all were given the same.")
    if value >= FIRM:
        return _("The coders agree well enough to rely on what they give.")
    if value >= TENTATIVE:
        return _("The coders agree well enough for tentative conclusions.")
    return _(
        "The coders agree less than is usually asked for (0.67). With several sections at once that is common; settle "
        "what differs, look at which sections are confused, and say the figure in the report."
    )


def described(figures: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """The chart in words."""
    sentences = [_("{what}: {figure}.", what=_(WHOLE), figure=said(figures["overall"]["alpha_masi"]))]
    sentences += [
        _("{what}: {figure}.", what=titles.get(code, code), figure=said(measures["alpha"]))
        for code, measures in figures["by_section"].items()
    ]
    return " ".join(sentences)


def rows_of(figures: Mapping[str, Any]) -> Sequence[tuple[str, Kept]]:
    """What the chart shows, from above: all sections (`""`), then each."""
    each = [(code, measures["alpha"]) for code, measures in figures["by_section"].items()]
    return [("", figures["overall"]["alpha_masi"]), *each]


def agreed_in(figures: Mapping[str, Any], titles: Mapping[str, str]) -> list[Agreed]:
    """The same to be drawn, in the language spoken now; nothing where nothing was coded twice."""
    if not figures["passages"]:
        return []
    return [
        Agreed(titles.get(code, code) if code else _(WHOLE), kept["value"], kept["low"], kept["high"], not code)
        for code, kept in rows_of(figures)
    ]


def chart_said(kept: str) -> str:
    """The picture in the language spoken now; one that was drawn when there was only one language is in English."""
    if kept.startswith("<"):
        return kept
    drawn: dict[str, str] = json.loads(kept)
    return drawn.get(language(), drawn[SOURCE])
