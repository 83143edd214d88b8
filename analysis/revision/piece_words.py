"""Pieces of evidence in words: one sentence for each, from what may be shown of it. Pure."""

from collections.abc import Mapping
from typing import Any

from analysis.findings.disclosure import OVER, UNDER
from analysis.revision.pieces import ASSESSMENT, DIFFERENCE, DOCUMENT, FIGURE, QUOTE
from safekeeping.languages import gettext as _

KINDS_CALLED = {
    FIGURE: _("Figure"),
    DIFFERENCE: _("Difference"),
    QUOTE: _("Quote"),
    ASSESSMENT: _("Self-assessment"),
    DOCUMENT: _("Document"),
}
#: What of a piece makes another figure of it; its title and its group may be said in another language.
NUMBERS = {
    FIGURE: ("percent", "low", "high"),
    DIFFERENCE: ("points", "low", "high", "differs"),
    ASSESSMENT: ("met",),
    DOCUMENT: ("title", "address"),
}


def is_withheld(kind: str, shown: Mapping[str, Any]) -> bool:
    """Whether nothing of a figure may be seen."""
    return (kind == FIGURE and shown.get("percent") is None) or (kind == DIFFERENCE and shown.get("points") is None)


def percent_said(percent: int | None) -> str:
    """A share in words, as findings say it."""
    if percent is None:
        return _("withheld")
    ends = {0: UNDER, 100: OVER}
    return _(ends[percent]) if percent in ends else f"{percent} %"


def piece_said(kind: str, refers: Mapping[str, Any], shown: Mapping[str, Any], question: str = "") -> str:
    """What a piece says; of a quote only what it is, since its words are not kept. `question`: by whose answers."""
    named = {name: _own(shown[name]) for name in ("title", "group", "one", "other") if name in shown}
    stance = str(refers.get("code", "")).partition("/")
    if stance[1]:
        named["title"] = f"{stance[0]}: {named.get('title', stance[2])}"
    said = _SAYING[kind]({**shown, **named})
    return _("{said}, by answers to “{question}”", said=said, question=question) if question else said


def _own(word: object) -> str:
    """Heard's own words, such as Everyone, in the language spoken now; those of surveys and standards stay."""
    return _(str(word)) if word else ""


def brief(kind: str, shown: Mapping[str, Any]) -> str:
    """What of it may change, in a few words: “42 %”."""
    if kind == FIGURE:
        return _("{share} ({low}–{high} %)", **_figure_values(shown)) if _has_interval(shown) else _share(shown)
    if kind == DIFFERENCE:
        return _("{points} points", points=shown.get("points"))
    return str(shown.get("met") or shown.get("title") or "")


def _share(shown: Mapping[str, Any]) -> str:
    return percent_said(shown.get("percent"))


def _has_interval(shown: Mapping[str, Any]) -> bool:
    return shown.get("low") is not None and shown.get("high") is not None


def _figure_values(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {"share": _share(shown), "low": shown.get("low"), "high": shown.get("high")}


def _figure(shown: Mapping[str, Any]) -> str:
    values = {"group": shown.get("group", ""), "title": shown.get("title", ""), "share": brief(FIGURE, shown)}
    if shown.get("base") is None:
        return _("{group}: {share} spoke to “{title}”", **values)
    return _("{group}: {share} of about {base} spoke to “{title}”", base=shown["base"], **values)


def _difference(shown: Mapping[str, Any]) -> str:
    values = {name: shown.get(name, "") for name in ("one", "other", "title", "points", "low", "high")}
    if shown.get("differs"):
        return _("“{title}”: {one} less {other} is {points} points ({low} to {high}), a tested difference", **values)
    return _("“{title}”: {one} less {other} is {points} points ({low} to {high}), which may be chance", **values)


def _quote(shown: Mapping[str, Any]) -> str:
    return _("A released quote")


def _assessment(shown: Mapping[str, Any]) -> str:
    return _("{service}, by its own account: {met}", service=shown.get("service", ""), met=shown.get("met", ""))


def _document(shown: Mapping[str, Any]) -> str:
    return str(shown.get("title", ""))


_SAYING = {
    FIGURE: _figure,
    DIFFERENCE: _difference,
    QUOTE: _quote,
    ASSESSMENT: _assessment,
    DOCUMENT: _document,
}
