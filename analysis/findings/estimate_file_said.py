"""How `heard estimate` says what it found: a table with a sentence for each figure, or JSON for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from analysis.findings.estimate_file import FileEstimates, FileFigure
from analysis.findings.estimates_said import why_said

#: Named in every JSON; a number is added where the meaning of a field changes.
FORM = "heard-estimates-1"
EVERYBODY = "everybody"
HEADINGS = ("code", "stratum", "share", "95 % interval", "kind", "machine", "audited")


def as_json(found: FileEstimates) -> str:
    """Everything, as JSON (`docs/methods.md` says what each field is). What is withheld is null."""
    codes = {code: _code(figures) for code, figures in found.codes.items()}
    strata = {name: {"size": size, "audited": audited} for name, (size, audited) in found.strata.items()}
    told = {
        "form": FORM,
        "population": found.population,
        "audited": found.audited,
        "level": 0.95,
        "strata": strata,
        "unaudited_codes": list(found.unaudited),
        "codes": codes,
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _code(figures: list[FileFigure]) -> dict[str, Any]:
    told = [asdict(each) | {"said": why_said(each.why)} for each in figures]
    return {"overall": told[0], "strata": {each["stratum"]: each for each in told[1:]}}


def as_text(found: FileEstimates) -> str:
    """The same for people."""
    figures = [each for of_code in found.codes.values() for each in of_code]
    strata = len(found.strata)
    lines = [
        f"{found.population:,} responses in {strata:,} {'stratum' if strata == 1 else 'strata'}, "
        f"{found.audited:,} of them audited.",
        "",
        *_table([HEADINGS, *map(_cells, figures)]),
        "",
        *map(_sentence, figures),
        "",
        "“machine” is the mean score of the machine, uncorrected.",
    ]
    if found.unaudited:
        lines.append(f"The audit has no column for: {', '.join(found.unaudited)}.")
    return "\n".join(lines)


def _cells(each: FileFigure) -> tuple[str, ...]:
    interval = "" if each.estimate is None else f"{_percent(each.low)} to {_percent(each.high)}"
    return (
        each.code,
        _called(each),
        _percent(each.estimate),
        interval,
        each.kind,
        _percent(each.raw),
        f"{each.n:,} of {each.size:,}",
    )


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _sentence(each: FileFigure) -> str:
    place = f"{each.code}, {_called(each)}"
    if each.estimate is None:
        return f"{place}: {why_said(each.why)}"
    return f"{place}: {_percent(each.estimate)} ({_percent(each.low)} to {_percent(each.high)}). {why_said(each.why)}"


def _called(each: FileFigure) -> str:
    return EVERYBODY if each.stratum is None else each.stratum


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"
