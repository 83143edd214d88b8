"""Where the suggester fails and how far it can be trusted: the tables that ``coding_accuracy.py`` prints last."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.abstention import decisions
from analysis.coding.calibration import by_response, calibration_error, f1
from analysis.coding.known_words import is_ordinary
from analysis.coding.linear import Truths
from analysis.coding.model import TRAINING
from analysis.coding.suggestion import Suggestion
from analysis.learning.deciding import ERRORS, Decided, Known, Unit, as_responses, decide

Segments = list[tuple[dict[str, Any], dict[str, Any]]]  # (response, one of its segments)
_HALVES = 100
_SMALL = re.compile(r"(?<![\w'’@.])[a-z]+(?:['’][a-z]+)?(?![\w@])")  # words in small letters: no names
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8)
_WIDTH = 0.2


def confidence_by_bin(confidence: NDArray[np.float64], right: Truths) -> list[tuple[float, float, int]]:
    """Reliability, printed and given: confidence said, share that was right, passages, bin by bin."""
    found = []
    for low in _BINS:
        within = (confidence >= low) & (confidence < low + _WIDTH + (low == _BINS[-1]))
        if within.any():
            said, share, count = float(confidence[within].mean()), float(right[within].mean()), int(within.sum())
            found.append((said, share, count))
            print(f"      {low:.1f}-{low + _WIDTH:.1f}: {count:4d} passages, said {said:.2f}, right {share:.2f}")
    return found


@lru_cache
def _learnt_words() -> frozenset[str]:
    lines = TRAINING.read_text(encoding="utf-8").splitlines()
    texts = (segment["text"].lower() for line in lines for segment in json.loads(line)["segments"])
    return frozenset(word for text in texts for word in _SMALL.findall(text))


def unknown_share(text: str) -> float:
    """Of the words in small letters, the share that neither the training texts nor the list of common words has."""
    words = _SMALL.findall(text)
    unknown = [word for word in words if word not in _learnt_words() and not is_ordinary(word.replace("’", "'"))]
    return len(unknown) / max(len(words), 1)


def groups_of(segments: Segments) -> dict[str, Truths]:
    """Passages by audience, by length of the response and by its spelling (``unknown_share``, three bands)."""
    audience = np.array([response["audience"] for response, _ in segments])
    words = np.array([len(response["text"].split()) for response, _ in segments])
    unknown = np.array([unknown_share(response["text"]) for response, _ in segments])
    return {
        **{each: audience == each for each in sorted(set(audience))},
        "to 15 words": words <= 15,
        "16 to 40 words": (words > 15) & (words <= 40),
        "over 40 words": words > 40,
        "no unknown word": unknown == 0,
        "to 3 % unknown": (unknown > 0) & (unknown <= 0.03),
        "over 3 % unknown": unknown > 0.03,
    }


def print_groups(segments: Segments, said: Truths, true: Truths, flat: list[Suggestion], left: Any) -> None:
    """Fairness: how much is found, how well confidence holds, how many would go to a person, by group."""
    confidence = np.array([each.confidence for each in flat])
    right = (said == true).all(axis=1)
    print("    group                  passages  recall     F1  exact  calibration error  to a person*")
    for name, rows in groups_of(segments).items():
        if not rows.any():
            continue
        recall = (said & true)[rows].sum() / max(true[rows].sum(), 1)
        figures = f"{recall:6.2f} {f1(said[rows].ravel(), true[rows].ravel()):6.2f} {right[rows].mean():6.2f}"
        error = calibration_error(confidence[rows], right[rows])
        print(f"    {name:22s} {rows.sum():8d}  {figures} {error:18.2f} {left[rows].mean():14.2f}")
    print("    * some section undecided at error at most 0.20, limits learnt on the other half of the responses")


def print_shares(said: Truths, true: Truths, codes: tuple[str, ...], group: NDArray[np.int64]) -> None:
    """Shares of responses from suggestions alone, beside the coders' and the bias."""
    rows = zip(codes, by_response(said, group).mean(axis=0), by_response(true, group).mean(axis=0), strict=True)
    print("    share of responses: " + ", ".join(f"{c} {s:.2f} (coders {t:.2f}, {s - t:+.2f})" for c, s, t in rows))


def units_of(flat: list[Suggestion], group: NDArray[np.int64]) -> list[Unit]:
    """The passages as abstention takes them, by their places."""
    return [
        Unit(_id(place), _id(response), each.sections, frozenset(each.chosen), each.confidence)
        for place, (each, response) in enumerate(zip(flat, group, strict=True))
    ]


def _id(number: int) -> bytes:
    return int(number).to_bytes(4, "big")


@dataclass(frozen=True)
class Tried:
    """Limits learnt on one half of the responses, and what they decide on the other."""

    passages: Decided
    responses: Decided
    others: list[Unit]
    broken: list[bool]  # for each section and side of the responses: was the error larger than promised


def print_abstention(
    flat: list[Suggestion], true: Truths, codes: tuple[str, ...], group: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Limits learnt on a random half of the responses and tried on the other, many times over.

    Returned: how often each passage needed a person, at the largest error.
    """
    units = units_of(flat, group)
    given = [frozenset(code for code, yes in zip(codes, row, strict=True) if yes) for row in true]
    left = np.zeros(len(units))
    for error in ERRORS:
        halves = np.random.default_rng(0)
        tables = [_halved(units, given, codes, error, halves) for _ in range(_HALVES)]
        broken = np.mean([each for tried in tables for each in tried.broken])
        print(f"    error at most {error:.2f}, doubt 0.10: decided of 100, by section, in all, as a whole set")
        _print_decided("passages", [tried.passages for tried in tables])
        _print_decided("responses", [tried.responses for tried in tables])
        print(f"      a line of responses broke its promise in {broken:.3f} of trials")
        left = np.mean([_rows_tried(_left(each), len(units)) for each in tables], axis=0)
        left /= np.mean([_rows_tried(each.others, len(units)) for each in tables], axis=0)
    return np.asarray(left)


def _print_decided(what: str, tables: Sequence[Decided]) -> None:
    by_code: dict[str, list[float]] = {}
    for table in tables:
        for line in table.lines:
            by_code.setdefault(line.code, []).append(100 * (line.yes + line.no) / table.total)
    sections = ", ".join(f"{code} {np.mean(shares):.0f}" for code, shares in by_code.items())
    whole = np.mean([100 * table.whole / table.total for table in tables])
    exact = np.mean([100 * table.exact / table.total for table in tables])
    print(f"      {what:9s} {sections}; in all {whole:.0f}; whole set {exact:.0f}")


def _left(tried: Tried) -> list[Unit]:
    limits = tried.passages.limits
    return [unit for unit in tried.others if unit.needs_person(limits)]


def _rows_tried(tried: Sequence[Unit], size: int) -> NDArray[np.float64]:
    rows = np.zeros(size)
    rows[[int.from_bytes(unit.id, "big") for unit in tried]] = 1
    return rows


def _halved(
    units: list[Unit], given: list[frozenset[str]], codes: tuple[str, ...], error: float, random: np.random.Generator
) -> Tried:
    """Passages (limits from one of each response) and responses of the other half, as they would be decided."""
    last = int.from_bytes(units[-1].response_id, "big") + 1
    chosen = {_id(int(number)) for number in np.flatnonzero(random.random(last) < 0.5)}
    ours = [place for place, unit in enumerate(units) if unit.response_id in chosen]
    one = {units[place].response_id: place for place in random.permutation(ours)}.values()
    others = [unit for unit in units if unit.response_id not in chosen]
    passages = decide(others, [(units[place], given[place]) for place in one], codes, error)
    spoken: dict[bytes, set[str]] = {}
    for unit, sections in zip(units, given, strict=True):
        spoken.setdefault(unit.response_id, set()).update(sections)
    known: list[Known] = [(each, spoken[each.id]) for each in as_responses([units[place] for place in ours])]
    rest: list[Known] = [(each, spoken[each.id]) for each in as_responses(others)]
    responses = decide([each for each, _sections in rest], known, codes, error)
    return Tried(passages, responses, others, _broken(responses, rest, error))


def _broken(table: Decided, rest: Sequence[Known], error: float) -> list[bool]:
    pairs = [(unit.chances, sections) for unit, sections in rest]
    found = []
    for line in table.lines:
        for side, there in ((line.present, True), (line.absent, False)):
            right = [right for sure, right in decisions(pairs, line.code, there=there) if sure >= side.limit]
            found.append(bool(right) and right.count(False) / len(right) > error)
    return found
