"""What the public is told of a revision: you said, we found, what was done, and why. Pure.

An account is plain tables of texts, as it is published. Only what is public by itself is in it: figures as they were
shown and pinned, decisions' words for the public, and of quotes nothing but what names them. Their words are looked up
when somebody reads, so that one that is withdrawn is gone at once.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from analysis.findings.shown import MACHINE, Figure
from analysis.reporting.wording import KIND_CALLED, KIND_SAID, in_full, interval, share
from analysis.revision.tables import ADD, ADOPTED, AMENDED, CHANGE, KEEP, NOT_ADOPTED, REMOVE
from safekeeping.languages import gettext as _
from safekeeping.languages import language, plain_day

#: Kind and whether it was adopted -> what was done, in a sentence.
DID = {
    (ADD, True): _("We added {clause}."),
    (CHANGE, True): _("We changed {clause}."),
    (REMOVE, True): _("We took out {clause}."),
    (KEEP, True): _("We kept {clause} as it is."),
    (ADD, False): _("We did not add {clause}."),
    (CHANGE, False): _("We did not change {clause} in this way."),
    (REMOVE, False): _("We did not take out {clause}."),
    (KEEP, False): _("We did not decide to keep {clause} as it is."),
}
OUTCOMES_SAID = {
    ADOPTED: _("Adopted"),
    AMENDED: _("Adopted, with changes"),
    NOT_ADOPTED: _("Heard, not adopted"),
}


@dataclass(frozen=True)
class Told:
    """One decision that is to be told. `clause`: its number and title, `section`: the title of its section.

    `figures` and `differences` are pinned pieces as shown, each with `survey` (the title of the survey it is from);
    `quotes`: for each its survey and release (ids in hex) and the hash it was pinned by.
    """

    number: int
    kind: str
    outcome: str
    section: str
    clause: str
    told: str
    decided_on: date
    names: tuple[str, ...] = ()
    figures: tuple[Mapping[str, Any], ...] = ()
    differences: tuple[Mapping[str, Any], ...] = ()
    quotes: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class About:
    """What stands before the decisions."""

    title: str
    intro: str
    organisation: str
    standard: str
    edition: str
    day: date


@dataclass(frozen=True)
class ShownQuote:
    """A quote as it may be read now."""

    text: str
    attribution: str


def account_of(about: About, told: Sequence[Told]) -> dict[str, Any]:
    """The account, in the language spoken now; sections in the order in which they first come."""
    sections = dict.fromkeys(each.section for each in told)
    return {
        "language": language(),
        "title": about.title,
        "intro": about.intro,
        "organisation": about.organisation,
        "standard": about.standard,
        "edition": about.edition,
        "day": plain_day(about.day),
        "sections": [
            {"title": title, "decisions": [_decision(each) for each in told if each.section == title]}
            for title in sections
        ],
    }


def hash_of_account(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of an account."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def decisions_in(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every decision of an account, in order."""
    for section in content["sections"]:
        yield from section["decisions"]


def _decision(told: Told) -> dict[str, Any]:
    figures = [_figure(each) for each in told.figures if each.get("percent") is not None]
    return {
        "number": told.number,
        "clause": told.clause,
        "did": _did(told),
        "outcome": _(OUTCOMES_SAID[told.outcome]),
        "day": plain_day(told.decided_on),
        "told": told.told,
        "names": list(told.names),
        "figures": figures,
        "found": [*map(_difference, told.differences)],
        "quotes": [{name: each[name] for name in ("survey", "release", "sha256")} for each in told.quotes],
    }


def _did(told: Told) -> str:
    adopted = told.outcome in (ADOPTED, AMENDED)
    said = _(DID[told.kind, adopted], clause=told.clause)
    if told.outcome == AMENDED:
        return said + " " + _("What we decided is not quite what was proposed.")
    return said


def _figure(shown: Mapping[str, Any]) -> dict[str, str]:
    """A figure as it stood: its sentence, and all that there is to know of it."""
    figure = Figure(shown["percent"], shown["low"], shown["high"], shown["kind"])
    base = shown.get("base")
    said = _("{group}: {share} spoke of “{title}”.", group=shown["group"], share=in_full(figure), title=shown["title"])
    return {
        "said": said + (" " + _("Nobody has checked this share yet.") if figure.kind == MACHINE else ""),
        "title": str(shown["title"]),
        "group": str(shown["group"]),
        "share": share(figure),
        "range": interval(figure),
        "base": _("withheld") if base is None else _("about {number} answers", number=f"{base:,}"),
        "kind": _(KIND_CALLED[figure.kind]),
        "kind_said": _(KIND_SAID[figure.kind]),
        "survey": str(shown["survey"]),
    }


def _difference(shown: Mapping[str, Any]) -> dict[str, str]:
    return {"said": difference_said(shown), "survey": str(shown["survey"])}


def difference_said(shown: Mapping[str, Any]) -> str:
    """A difference as it was shown (see `analysis.revision.pieces`), in a sentence."""
    if not shown["differs"]:
        return _(
            "Between {one} and {other} no difference about “{title}” can be told from chance.",
            one=shown["one"],
            other=shown["other"],
            title=shown["title"],
        )
    more, less = (shown["one"], shown["other"]) if shown["points"] > 0 else (shown["other"], shown["one"])
    low, high = sorted((abs(shown["low"]), abs(shown["high"])))
    return _(
        "{more} spoke of “{title}” more often than {less}: by {points} points in 100 ({low} to {high}).",
        more=more,
        less=less,
        title=shown["title"],
        points=abs(shown["points"]),
        low=low,
        high=high,
    )
