"""Where the suggester fails and how far it can be trusted: the tables that ``coding_accuracy.py`` prints last."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.coding.abstention import learn_limits
from analysis.coding.calibration import by_response, calibration_error, f1
from analysis.coding.linear import Truths
from analysis.coding.suggestion import Suggestion

Segments = list[tuple[dict[str, Any], dict[str, Any]]]  # (response, one of its segments)
_HALVES = 200


def confidence_by_bin(confidence: NDArray[np.float64], right: Truths) -> None:
    """Reliability: how often a confidence of that size was right."""
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        within = (confidence >= low) & (confidence < low + 0.2 + (low == 0.8))
        if within.any():
            means = f"said {confidence[within].mean():.2f}, right {right[within].mean():.2f}"
            print(f"      {low:.1f}-{low + 0.2:.1f}: {within.sum():4d} passages, {means}")


def groups_of(segments: Segments) -> dict[str, Truths]:
    """Passages by audience, by length of the response and by spelling (a stand-in: writing without capitals)."""
    audience = np.array([response["audience"] for response, _ in segments])
    words = np.array([len(response["text"].split()) for response, _ in segments])
    careless = np.array([response["text"][:1].islower() for response, _ in segments])
    return {
        **{each: audience == each for each in sorted(set(audience))},
        "to 15 words": words <= 15,
        "16 to 40 words": (words > 15) & (words <= 40),
        "over 40 words": words > 40,
        "begins with a capital": ~careless,
        "begins without one": careless,
    }


def print_groups(segments: Segments, said: Truths, true: Truths, flat: list[Suggestion]) -> None:
    """Fairness: how much is found, how well confidence holds, how many would go to a person, by group."""
    confidence = np.array([each.confidence for each in flat])
    right = (said == true).all(axis=1)
    unsure = confidence < np.median(confidence)
    print("    group                  passages  recall     F1  exact  calibration error  to a person*")
    for name, rows in groups_of(segments).items():
        if not rows.any():
            continue
        recall = (said & true)[rows].sum() / max(true[rows].sum(), 1)
        figures = f"{recall:6.2f} {f1(said[rows].ravel(), true[rows].ravel()):6.2f} {right[rows].mean():6.2f}"
        error = calibration_error(confidence[rows], right[rows])
        print(f"    {name:22s} {rows.sum():8d}  {figures} {error:18.2f} {unsure[rows].mean():14.2f}")
    print("    * were the less confident half of this set given to people")


def print_shares(said: Truths, true: Truths, codes: tuple[str, ...], group: NDArray[np.int64]) -> None:
    """Shares of responses from suggestions alone, beside the coders' and the bias."""
    rows = zip(codes, by_response(said, group).mean(axis=0), by_response(true, group).mean(axis=0), strict=True)
    print("    share of responses: " + ", ".join(f"{c} {s:.2f} (coders {t:.2f}, {s - t:+.2f})" for c, s, t in rows))


def print_abstention(chances: NDArray[np.float64], true: Truths, group: NDArray[np.int64]) -> None:
    """Limits learnt on a random half of the responses and tried on the other, many times over."""
    random = np.random.default_rng(0)
    tried = [_one_half(chances, true, group, random) for _ in range(_HALVES)]
    alone, over = np.mean([each[0] for each in tried]), np.mean([flag for each in tried for flag in each[1]])
    print(
        f"    error at most 0.10, doubt 0.10: {alone:.2f} of passages decided alone, of {len(true)} "
        f"{round((1 - alone) * len(true))} need a person; a limit broke its promise in {over:.3f} of trials"
    )


def _one_half(
    chances: NDArray[np.float64], true: Truths, group: NDArray[np.int64], random: np.random.Generator
) -> tuple[float, list[bool]]:
    learnt = (random.random(group.max() + 1) < 0.5)[group]
    limits = learn_limits(chances[learnt], true[learnt])
    rest, fact = chances[~learnt], true[~learnt]
    over: list[bool] = []
    for sure, right, limit in ((rest, fact, limits.present), (1 - rest, ~fact, limits.absent)):
        over += [_broken(sure[:, k] >= limit[k], right[:, k]) for k in range(true.shape[1])]
    return float(1 - limits.needs_person(rest).mean()), over


def _broken(taken: Truths, right: Truths) -> bool:
    return bool(taken.any() and (~right[taken]).mean() > 0.1)
