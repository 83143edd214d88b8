"""How agreement is said: a page of text for people, or JSON for programs."""

import json
from dataclasses import asdict
from itertools import islice

from analysis.coding.agreement import Estimate
from analysis.coding.agreement_file import Agreement, Confusion, Pair
from analysis.coding.unitizing import Boundaries
from analysis.coding.unitizing import Pair as Cutters

NAMES = {
    "alpha_masi": "Krippendorff's alpha, sets compared by MASI",
    "alpha_nominal": "Krippendorff's alpha, sets the same or not",
    "fleiss_kappa": "Fleiss' kappa",
    "identical": "Coded just the same",
    "alpha": "Krippendorff's alpha",
    "gwet_ac1": "Gwet's AC1",
    "agreement": "Agreement",
    "agreement_present": "Agreement that it is there",
    "agreement_absent": "Agreement that it is not",
    "alpha_units": "Krippendorff's alpha for unitizing",
    "alpha_marked": "The same, whatever the labels",
    "overlap_f1": "Characters under the same label (F1)",
    "exact_f1": "Passages cut and labelled alike (F1)",
}
WIDTH = max(map(len, NAMES.values()))
MOST_CONFUSIONS = 10
UNDEFINED = "undefined (too few coded twice, or always the same)"


def as_json(found: Agreement) -> str:
    """Everything, as JSON. What is undefined is null."""
    return json.dumps(asdict(found), indent=2, ensure_ascii=False)


def as_text(found: Agreement) -> str:
    """The same for people. Intervals are of 95 %, drawn over respondents or, where nobody says whose, over items."""
    coders = f"{len(found.coders)} coders: {', '.join(found.coders)}."
    lines = [
        f"{found.items:,} items, {found.shared:,} of them coded by two or more. {coders}",
        "",
        "Whole sets of labels" if found.boundaries is None else "Whole sets of labels of a text, wherever they stand",
    ]
    lines += [_line(name, estimate) for name, estimate in found.overall.items()]
    for label, measures in found.by_label.items():
        lines += ["", label, *(_line(name, estimate) for name, estimate in measures.items())]
    lines += ["", "Each two coders: items both coded, coded just the same, Cohen's kappa", *map(_pair, found.pairs)]
    if found.confusions:
        lines += ["", "What one gave where another gave something else", *_confusions(found.confusions)]
    if found.boundaries:
        lines += ["", *_places(found.boundaries)]
    return "\n".join(lines)


def _line(name: str, estimate: Estimate) -> str:
    return f"  {NAMES[name]:<{WIDTH}}  {_number(estimate)}"


def _number(estimate: Estimate) -> str:
    if estimate.value is None:
        return UNDEFINED
    if estimate.low is None:
        return f"{estimate.value:6.3f}  (no interval: too few items differ)"
    return f"{estimate.value:6.3f}  ({estimate.low:.3f} to {estimate.high:.3f})"


def _pair(pair: Pair) -> str:
    if pair.identical is None:
        return f"  {pair.one} and {pair.other}: no item in common"
    kappa = UNDEFINED if pair.kappa is None else f"{pair.kappa:.3f}"
    return f"  {pair.one} and {pair.other}: {pair.items:,}, {pair.identical:.0%}, {kappa}"


def _confusions(confusions: list[Confusion]) -> list[str]:
    first = islice(confusions, MOST_CONFUSIONS)
    return [f"  {each.one or 'not coded'} – {each.other or 'not coded'}: items: {each.items:,}" for each in first]


def _places(found: Boundaries) -> list[str]:
    lines = [
        "Where coders cut and what they called it",
        f"  {_measured(found)}",
        *(_line(name, estimate) for name, estimate in found.overall.items()),
    ]
    for label, measures in found.by_label.items():
        lines += ["", f"Where coders marked {label}", *(_line(name, estimate) for name, estimate in measures.items())]
    title = "Each two coders: texts both coded, alpha for unitizing, characters under the same label (F1)"
    return [*lines, "", title, *map(_cutters, found.pairs)]


def _measured(found: Boundaries) -> str:
    said = f"Texts that two or more coded have {found.characters:,} characters."
    if not found.unmeasured:
        return said
    return f"{said} For {found.unmeasured:,} no length is given: each is taken to end where its last passage ends."


def _cutters(pair: Cutters) -> str:
    if not pair.texts:
        return f"  {pair.one} and {pair.other}: no text in common"
    alpha, overlap = (UNDEFINED if each is None else f"{each:.3f}" for each in (pair.alpha, pair.overlap))
    return f"  {pair.one} and {pair.other}: {pair.texts:,}, {alpha}, {overlap}"
