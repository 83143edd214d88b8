"""Agreement in a file: a row for each item that a coder coded, with the labels they gave it.

Where coders cut their own passages, a row for each passage (`unit_rows`), and an item is a text: of it counts what was
found anywhere in it, and beside that, whether it was found at the same places.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

from analysis.coding.agreement import Estimate, Labels, Table, Weights, counted, distances, draws, estimate, kappa, masi
from analysis.coding.unit_rows import END, START, UnitRows, optional
from analysis.coding.unitizing import Boundaries, Text, boundaries
from surveys.formats.bad_spreadsheet import bad, plain
from surveys.formats.spreadsheet import Spreadsheet, open_spreadsheet

CODER, ITEM, LABELS, RESPONDENT = "coder", "item", "labels", "respondent"
#: What a coded project's own table calls the item and the labels.
AS_EXCHANGED = ("text", "codes")
BETWEEN = "+"


@dataclass(frozen=True)
class Codings:
    """What coders gave to items. `items` and `respondents` go along: whose answer each item is from, or the item.

    Where coders cut their own passages, so do `texts`; else there are none.
    """

    names: tuple[str, ...]
    items: tuple[dict[str, Labels], ...]
    respondents: tuple[str, ...]
    texts: tuple[Text, ...] = ()

    @property
    def coders(self) -> list[str]:
        """Everybody who coded anything."""
        return sorted({coder for item in self.items for coder in item})

    @property
    def labels(self) -> list[str]:
        """Every label that anybody gave."""
        return sorted({label for item in self.items for labels in item.values() for label in labels})


@dataclass(frozen=True)
class Pair:
    """Two coders on the items that both coded: how many, the share coded just the same, and Cohen's kappas."""

    one: str
    other: str
    items: int
    identical: float | None
    kappa: float | None
    by_label: dict[str, float | None]


@dataclass(frozen=True)
class Confusion:
    """How often one coder gave `one` and not `other` where another gave `other` and not `one`; "" is neither."""

    one: str
    other: str
    items: int


@dataclass(frozen=True)
class Agreement:
    """All that can be said of a file. `shared` items were coded by two or more; `boundaries` where coders cut."""

    items: int
    shared: int
    coders: list[str]
    overall: dict[str, Estimate]
    by_label: dict[str, dict[str, Estimate]]
    pairs: list[Pair]
    confusions: list[Confusion]
    boundaries: Boundaries | None = None


def read_codings(file: Path) -> Codings:
    """The codings in a CSV or XLSX file with the columns coder, item and labels, and perhaps respondent, start and end.

    Raises `BadSpreadsheet`, naming the row and the remedy.
    """
    with open_spreadsheet(file) as sheet:
        items: dict[str, dict[str, Labels]] = {}
        whose: dict[str, str] = {}
        units = UnitRows(sheet) if {START, END} & set(map(plain, sheet.columns)) else None
        for number, coder, item, labels, respondent, cells in _rows(sheet):
            if not coder or not item:
                raise bad(file, f"row {number} names no {ITEM if coder else CODER}; fill it in, or take the row out")
            given = items.setdefault(item, {})
            if units is not None:
                units.take(number, coder, item, labels, cells)
            elif coder in given:
                raise bad(file, f"row {number}: {coder} has coded {item} in an earlier row; keep one of the two")
            if whose.setdefault(item, respondent or item) != (respondent or item):
                raise bad(file, f"row {number}: {item} has another {RESPONDENT} in an earlier row; mend one of the two")
            given[coder] = given.get(coder, frozenset()) | labels
    return Codings(tuple(items), tuple(items.values()), tuple(whose.values()), units.texts() if units else ())


def _rows(sheet: Spreadsheet) -> Iterator[tuple[int, str, str, Labels, str, list[str]]]:
    item, labels = map(sheet.column, _names(sheet))
    coder, respondent = sheet.column(CODER), optional(sheet, RESPONDENT)
    for number, cells in sheet.rows():
        given = frozenset(label.strip() for label in cells[labels].split(BETWEEN) if label.strip())
        whose = cells[respondent].strip() if respondent is not None else ""
        yield number, cells[coder].strip(), cells[item].strip(), given, whose, cells


def _names(sheet: Spreadsheet) -> tuple[str, str]:
    """What the columns of items and labels are called here."""
    named = set(map(plain, sheet.columns))
    return AS_EXCHANGED if named >= set(AS_EXCHANGED) and not named & {ITEM, LABELS} else (ITEM, LABELS)


def agreement(codings: Codings) -> Agreement:
    """Every measure, overall on whole sets of labels and for each label by itself."""
    drawn = draws(codings.respondents)
    given = [list(item.values()) for item in codings.items]
    return Agreement(
        len(codings.items),
        sum(len(item) >= 2 for item in codings.items),
        codings.coders,
        _overall(given, drawn),
        {label: _of_label(given, label, drawn) for label in codings.labels},
        [_pair(codings, one, other) for one, other in combinations(codings.coders, 2)],
        _confusions(codings),
        boundaries(codings.texts, drawn) if codings.texts else None,
    )


def _overall(given: Sequence[Sequence[Labels]], drawn: Weights) -> dict[str, Estimate]:
    sets = sorted({labels for item in given for labels in item}, key=sorted)
    counts = counted(given, sets)
    table, near = Table(counts), Table(counts, distances(sets, masi))
    measures = {
        "alpha_masi": near.alpha,
        "alpha_nominal": table.alpha,
        "fleiss_kappa": table.fleiss,
        "identical": table.agreement,
    }
    return {name: estimate(measure, drawn) for name, measure in measures.items()}


def _of_label(given: Sequence[Sequence[Labels]], label: str, drawn: Weights) -> dict[str, Estimate]:
    table = Table(counted([[label in labels for labels in item] for item in given], [True, False]))
    measures = {
        "alpha": table.alpha,
        "fleiss_kappa": table.fleiss,
        "gwet_ac1": table.gwet,
        "agreement": table.agreement,
        "agreement_present": table.on(0),
        "agreement_absent": table.on(1),
    }
    return {name: estimate(measure, drawn) for name, measure in measures.items()}


def _pair(codings: Codings, one: str, other: str) -> Pair:
    both = [(item[one], item[other]) for item in codings.items if one in item and other in item]
    by_label = {label: kappa([(label in a, label in b) for a, b in both]) for label in codings.labels}
    identical = sum(a == b for a, b in both) / len(both) if both else None
    return Pair(one, other, len(both), identical, kappa(both), by_label)


def _confusions(codings: Codings) -> list[Confusion]:
    found: Counter[tuple[str, str]] = Counter()
    for item in codings.items:
        differing = (pair for pair in combinations(item.values(), 2) if pair[0] != pair[1])
        found.update({two for one, other in differing for two in _confused(one, other)})
    return [Confusion(*two, count) for two, count in sorted(found.items(), key=lambda each: (-each[1], each[0]))]


def _confused(one: Labels, other: Labels) -> Iterator[tuple[str, str]]:
    for here, there in product(one - other or {""}, other - one or {""}):
        yield min(here, there), max(here, there)
