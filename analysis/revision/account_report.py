"""An account as a document. Pure.

The public's file holds no quote: what lies on somebody's disk cannot be taken back when its writer takes it back.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from analysis.reporting.composing import AROUND
from analysis.reporting.document import LEAD, SOFT, Block, Bullets, Heading, Paragraph, Part, Quotation, Report, Table
from analysis.revision.account import ShownQuote, hash_of_account
from safekeeping.languages import gettext as _


def account_report(content: Mapping[str, Any], day: date, quotes: Mapping[str, ShownQuote] | None) -> Report:
    """The account as a report. `quotes`: those to be read in it, by their release; None leaves all of them out."""
    told = {"form": "heard account 1", "sha256": hash_of_account(content)}
    parts = [Part("intro", _("In short"), tuple(_intro(content, quotes)))]
    parts += [
        Part(f"s{at}", section["title"], tuple(b for each in section["decisions"] for b in _decision(each, quotes)))
        for at, section in enumerate(content["sections"], 1)
    ]
    about = [(_("Standard"), content["standard"]), (_("Edition"), content["edition"]), (_("Published"), content["day"])]
    return Report(
        title=content["title"],
        subtitle=_("What people said, and what was done about it"),
        language=content["language"],
        organisation=content["organisation"],
        day=day,
        about=tuple(each for each in about if each[1]),
        parts=tuple(parts),
        slides=(),
        manifest=json.dumps(told, sort_keys=True, indent=1) + "\n",
        words={key: _(said) for key, said in AROUND.items()},
    )


def _intro(content: Mapping[str, Any], quotes: Mapping[str, ShownQuote] | None) -> Iterator[Block]:
    for line in content["intro"].split("\n"):
        if line.strip():
            yield Paragraph(line, LEAD)
    every = [each for section in content["sections"] for each in section["decisions"]]
    yield Bullets(tuple(each["did"] for each in every))
    if quotes is None and any(each["quotes"] for each in every):
        yield Paragraph(
            _("What people wrote is quoted on the page only, where it can be taken back at any time."), SOFT
        )


def _decision(told: Mapping[str, Any], quotes: Mapping[str, ShownQuote] | None) -> Iterator[Block]:
    yield Heading(told["clause"][:1].upper() + told["clause"][1:])
    if told["figures"] or (quotes is not None and told["quotes"]):
        yield Heading(_("You said"), 3)
    yield from (Paragraph(each["said"]) for each in told["figures"])
    for each in told["quotes"]:
        if quotes is not None:
            yield from _quoted(quotes.get(each["release"]))
    if told["found"]:
        yield Heading(_("We found"), 3)
        yield from (Paragraph(each["said"]) for each in told["found"])
    yield Heading(_("What we did"), 3)
    yield Paragraph(told["did"])
    yield Heading(_("Why"), 3)
    yield from (Paragraph(line) for line in told["told"].split("\n") if line.strip())
    decided = _("{outcome}, on {day}.", outcome=told["outcome"], day=told["day"])
    names = " " + _("Decided by {names}.", names=", ".join(told["names"])) if told["names"] else ""
    yield Paragraph(decided + names, SOFT)
    if told["figures"]:
        yield _figures(told)


def _quoted(quote: ShownQuote | None) -> Iterator[Block]:
    if quote is not None:
        yield Quotation(quote.text, quote.attribution)
    else:
        yield Paragraph(_("A quote that stood here is not shown."), SOFT)


def _figures(told: Mapping[str, Any]) -> Table:
    rows = tuple(
        (f"{each['title']}: {each['group']}", each["base"], each["share"], each["range"], each["kind"])
        for each in told["figures"]
    )
    header = (_("Figure"), _("Answers"), _("Share"), _("Range"), _("Kind of figure"))
    note = " ".join(dict.fromkeys(each["kind_said"] for each in told["figures"]))
    return Table(_("The figures behind it"), header, rows, note)
